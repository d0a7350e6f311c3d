//! The JSON Schemas of rule files and of `sglint.yaml`, for editors: from the tables of their keys, and from what kinds,
//! types and rules there are.

use serde_json::{Map, Value, json};

use super::form::RULE;
use super::param::ParamType;
use super::rule::{Rule, RuleSet};
use crate::config;
use crate::facts::Kind;
use crate::form::document_schema;

/// The schema of a rule file.
pub fn rule_schema() -> Value {
    let mut schema = document_schema("sglint rule", RULE);
    schema["allOf"] = Kind::ALL.map(places).to_vec().into();
    let properties = &mut schema["properties"];
    properties["params"]["additionalProperties"]["allOf"] = ParamType::ALL.map(default).to_vec().into();
    let example = &mut properties["examples"]["items"];
    example["oneOf"] = json!([{ "required": ["bad"] }, { "required": ["good"] }]);
    schema
}

/// The schema of a config file that knows these rules and their parameters. Any name with a `/` is that of an own rule.
pub fn config_schema(known: &RuleSet) -> Value {
    let mut schema = config::schema();
    let rules = &mut schema["properties"]["rules"];
    let any = rules["additionalProperties"].take();
    let known = known.iter().map(|rule| (rule.id.to_string(), setting(rule, &any)));
    rules["properties"] = Value::Object(known.collect());
    rules["patternProperties"] = json!({ "/": any });
    rules["additionalProperties"] = false.into();
    schema
}

/// What may be set about one rule.
fn setting(rule: &Rule, any: &Value) -> Value {
    let mut setting = any.clone();
    setting["description"] = rule.title.as_str().into();
    let params: Map<String, Value> =
        rule.params.iter().map(|(name, param)| (name.clone(), param.ty.schema())).collect();
    let shapes = setting["anyOf"].as_array_mut().into_iter().flatten();
    for settings in shapes.filter_map(|shape| shape.pointer_mut("/properties/params")) {
        settings["properties"] = Value::Object(params.clone());
        settings["additionalProperties"] = false.into();
        // The example of the key is one for another rule.
        settings.as_object_mut().map(|settings| settings.remove("examples"));
    }
    setting
}

/// Which places a rule about facts of a kind can point at.
fn places(kind: Kind) -> Value {
    let place = json!({ "enum": kind.places() });
    json!({
        "if": { "properties": { "on": { "const": kind.name() } }, "required": ["on"] },
        "then": { "properties": { "at": place, "also": { "items": place } } },
    })
}

/// What the default of a parameter of a type looks like.
fn default(ty: ParamType) -> Value {
    json!({
        "if": { "properties": { "type": { "const": ty.name() } }, "required": ["type"] },
        "then": { "properties": { "default": ty.schema() } },
    })
}

impl ParamType {
    /// A value of the type, in a rule or in a config.
    pub fn schema(self) -> Value {
        match self {
            Self::Ports => json!({
                "type": "array",
                "items": {
                    "anyOf": [
                        { "type": "integer", "minimum": 0, "maximum": 65535 },
                        { "type": "string", "pattern": "^ *[0-9]+ *(- *[0-9]+ *)?$" },
                    ],
                },
            }),
            Self::Int => json!({ "type": "integer" }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::Text => json!({ "type": "string" }),
            Self::TextList | Self::Addresses => json!({ "type": "array", "items": { "type": "string" } }),
        }
    }
}
