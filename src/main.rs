//! The `sglint` binary.

fn main() {}
