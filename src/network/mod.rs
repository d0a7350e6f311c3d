//! The network model: what groups admit, who carries them, who shares them.
//!
//! [`address`], [`ports`] and [`protocol`] are set arithmetic on intervals; [`model`] is what a provider
//! builds and the analyses read. Nothing here knows a configuration language.

pub mod address;
pub mod model;
pub mod ports;
pub mod protocol;
