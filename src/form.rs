//! The form of a YAML file that people write: its keys, what may stand under each, and what each is for.
//!
//! One table a file. The reader of the file takes the names from it, and [`Form::schema`] makes the JSON Schema of it
//! that editors complete from, so the two cannot part. Knows nothing of what the keys mean.

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
}

/// What may stand under a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Some text.
    Text,
    /// A text that matches a regular expression.
    Pattern(&'static str),
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
    /// A mapping with these keys.
    Keys(Form),
    /// A mapping from names that the author chooses.
    Named(&'static Shape),
    /// One of several.
    AnyOf(&'static [Shape]),
    /// Any value: who reads it knows more.
    Any,
}

impl Key {
    /// A key that must be there.
    pub const fn required(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, about, required: true }
    }

    /// A key that may be left out.
    pub const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, about, required: false }
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
            Self::Text => json!({ "type": "string", "minLength": 1 }),
            Self::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Word(words) => json!({ "enum": words() }),
            Self::Int(least) => json!({ "type": "integer", "minimum": least }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::List(item) => json!({ "type": "array", "items": item.schema() }),
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
        Key::optional("size", Shape::Word(|| vec!["small", "large"]), "how big"),
        Key::optional("parts", Shape::Named(&Shape::OneOrMore(&Shape::Bool)), "what it has"),
    ];

    #[test]
    fn a_table_becomes_a_schema_with_a_description_of_every_key() {
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
                    "size": { "description": "how big", "enum": ["small", "large"] },
                    "parts": {
                        "description": "what it has",
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [
                                { "type": "array", "items": { "type": "boolean" } },
                                { "type": "boolean" },
                            ],
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
