//! The JSON Schema of `sglint.yaml`: what is known of it without knowing the rules.

use serde_json::Value;

use super::form::CONFIG;
use crate::form::document_schema;

/// The schema of a config file, for any rules.
pub fn schema() -> Value {
    document_schema("sglint config", CONFIG)
}
