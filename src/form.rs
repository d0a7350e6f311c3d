//! The form of a YAML file that people write: its keys, what may stand under each, and what each is for.
//!
//! One table a file. The reader of the file takes the names from it, and [`document_schema`] makes the JSON
//! Schema of it that editors complete from, so the two cannot part. Knows nothing of what the keys mean.

use serde_json::{Map, Value, json};

/// The keys of a mapping.
pub type Form = &'static [Key];

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand under it.
    pub shape: Shape,
    /// What it is for, in a line.
    pub about: &'static str,
    /// Whether the file makes no sense without it.
    pub required: bool,
    /// A value it can have, as YAML; empty if none is given.
    pub example: &'static str,
}

/// What may stand under a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Some text.
    Text,
    /// A text that matches a regular expression.
    Pattern(&'static str),
    /// A text that its reader checks.
    Checked(&'static Checked),
    /// The same, that may be written as a number.
    Numeric(&'static Checked),
    /// A text out of a closed set; a function, since most of the sets are the names of an enum.
    Word(fn() -> Vec<&'static str>),
    /// A whole number, not below this one.
    Int(i64),
    /// `true` or `false`.
    Bool,
    /// A list.
    List(&'static Shape),
    /// A list, or one element without brackets.
    OneOrMore(&'static Shape),
    /// A list of two.
    Pair(&'static Shape),
    /// A mapping with these keys.
    Keys(Form),
    /// A mapping from names that the author chooses.
    Named(&'static Shape),
    /// One of several.
    AnyOf(&'static [Shape]),
    /// Any value: who reads it knows more.
    Any,
}

/// A form that a text can have, beyond what a regular expression tells.
#[derive(Debug)]
pub struct Checked {
    /// What it is, with its article: `a network`.
    pub name: &'static str,
    /// Whether a text has the form, and if not, what is wrong with it.
    pub check: fn(&str) -> Result<(), Misfit>,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong, naming the text.
    pub message: String,
    /// What to do; the example of the key if nothing better is known.
    pub help: Option<String>,
}

impl Misfit {
    /// A misfit that says no more than what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl Key {
    /// A key that must be there.
    pub const fn required(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, about, required: true, example: "" }
    }

    /// A key that may be left out.
    pub const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, about, required: false, example: "" }
    }

    /// The key with a value it can have.
    #[must_use]
    pub const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }
}

/// The names of the keys, in the order of the table.
pub fn names(form: Form) -> Vec<&'static str> {
    form.iter().map(|key| key.name).collect()
}

/// A JSON Schema (draft 2020-12) of a whole file.
pub fn document_schema(title: &str, form: Form) -> Value {
    let mut schema = keys_schema(form);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = title.into();
    schema
}

fn keys_schema(form: Form) -> Value {
    let property = |key: &Key| {
        let mut schema = key.shape.schema();
        schema["description"] = key.about.into();
        if let Ok(example) = serde_yaml::from_str::<Value>(key.example)
            && !example.is_null()
        {
            schema["examples"] = json!([example]);
        }
        (key.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = form.iter().map(property).collect();
    let required: Vec<_> = form.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

impl Shape {
    /// The shape as a JSON Schema.
    pub fn schema(self) -> Value {
        match self {
            Self::Text | Self::Checked(_) => json!({ "type": "string", "minLength": 1 }),
            Self::Numeric(_) => json!({ "type": ["integer", "string"], "minLength": 1 }),
            Self::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Word(words) => json!({ "enum": words() }),
            Self::Int(least) => json!({ "type": "integer", "minimum": least }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::List(item) => json!({ "type": "array", "items": item.schema() }),
            Self::Pair(item) => {
                json!({ "type": "array", "items": item.schema(), "minItems": 2, "maxItems": 2 })
            }
            Self::OneOrMore(item) => json!({ "anyOf": [Self::List(item).schema(), item.schema()] }),
            Self::Keys(form) => keys_schema(form),
            Self::Named(value) => json!({ "type": "object", "additionalProperties": value.schema() }),
            Self::AnyOf(shapes) => {
                json!({ "anyOf": shapes.iter().map(|shape| shape.schema()).collect::<Vec<_>>() })
            }
            Self::Any => json!({}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Form = &[
        Key::required("name", Shape::Text, "what it is called"),
        Key::optional("size", Shape::Word(|| vec!["small", "large"]), "how big").example("large"),
        Key::optional("parts", Shape::Named(&Shape::OneOrMore(&Shape::Pair(&Shape::Bool))), "what it has"),
    ];

    #[test]
    fn a_table_becomes_a_schema_with_a_description_of_every_key() {
        let pair = json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 2 });
        assert_eq!(
            document_schema("thing", FORM),
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "thing",
                "type": "object",
                "additionalProperties": false,
                "required": ["name"],
                "properties": {
                    "name": { "description": "what it is called", "type": "string", "minLength": 1 },
                    "size": { "description": "how big", "enum": ["small", "large"], "examples": ["large"] },
                    "parts": {
                        "description": "what it has",
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [{ "type": "array", "items": pair }, pair],
                        },
                    },
                },
            })
        );
    }

    #[test]
    fn names_keep_the_order_of_the_table() {
        assert_eq!(names(FORM), ["name", "size", "parts"]);
    }
}
