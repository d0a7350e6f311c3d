//! The network model: what groups admit, who carries them, who shares them.
//!
//! [`address`], [`ports`], [`protocol`] and [`traffic`] are set arithmetic on [`intervals`]; [`model`] is what a
//! provider builds and the analyses read. Nothing here knows a configuration language.

pub mod address;
mod cidr;
pub mod interface;
pub mod intervals;
pub mod lifecycle;
pub mod model;
pub mod ports;
pub mod premises;
pub mod protocol;
pub mod services;
pub mod special;
pub mod statement;
pub mod tags;
pub mod text;
pub mod topology;
pub mod traffic;
