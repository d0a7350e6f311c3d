//! Resource types to the network model. One folder a cloud; none knows a configuration language's syntax.

pub mod aws;
