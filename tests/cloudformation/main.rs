//! Templates to configurations: what exists, what its attributes are, and which text they came from.

mod corpus;
mod evaluated;
mod limits;
mod oracle;
mod problems;
mod scenarios;
mod stacks;
mod values;
