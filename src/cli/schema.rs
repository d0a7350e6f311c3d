//! `sglint schema`.

use std::io::{self, Write};

use super::CLEAN;
use super::args::SchemaOf;
use crate::policy::load::load_builtin;
use crate::policy::schema::{config_schema, rule_schema};
use crate::report::diagnostics_schema;

/// Prints a JSON Schema.
pub(super) fn run(of: SchemaOf, out: &mut impl Write) -> io::Result<u8> {
    let schema = match of {
        SchemaOf::Rule => rule_schema(),
        SchemaOf::Config => config_schema(&load_builtin().rules),
        SchemaOf::Diagnostics => diagnostics_schema(),
    };
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)?;
    Ok(CLEAN)
}
