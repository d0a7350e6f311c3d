//! The JSON Schemas hold for what there is: rule files, configs and reports; and refuse what the readers refuse.

use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use sglint::engine::{Options, check};
use sglint::policy::load::load_builtin;
use sglint::policy::schema::{config_schema, rule_schema};
use sglint::report::{View, diagnostics_schema, json as report_json};

/// A compiled schema.
struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn new(schema: Value) -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource("sglint.json", schema).expect("it is a resource");
        let index = compiler.compile("sglint.json", &mut schemas).expect("it is a schema");
        Self(schemas, index)
    }

    /// What is wrong with a value; empty if nothing is.
    fn errors(&self, value: &Value) -> String {
        self.0.validate(value, self.1).err().map(|error| format!("{error:#}")).unwrap_or_default()
    }

    fn accepts(&self, value: &Value) -> bool {
        self.errors(value).is_empty()
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML that JSON can hold")
}

fn rule_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let entries = fs::read_dir(folder).expect("the folder of rules");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

#[test]
fn every_rule_file_has_the_form_of_the_schema() {
    let schema = Schema::new(rule_schema());
    let files = rule_files();
    assert!(files.len() > 20);
    for file in files {
        let errors = schema.errors(&yaml(&fs::read_to_string(&file).expect("a rule")));
        assert_eq!(errors, "", "{}", file.display());
    }
}

#[test]
fn what_the_reader_of_rules_refuses_the_schema_refuses_too() {
    let schema = Schema::new(rule_schema());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/wide-port-range.yaml");
    let rule = yaml(&fs::read_to_string(file).expect("a rule"));
    assert!(schema.accepts(&rule));
    for (pointer, key, value) in [
        ("", "severety", json!("high")),
        ("", "severity", json!("hihg")),
        ("", "on", json!("permision")),
        ("", "id", json!("Wide")),
        ("", "at", json!("port")),
        ("", "references", json!(["example.com"])),
        ("/params/limit", "type", json!("number")),
        ("/params/limit", "default", json!("many")),
        ("/examples/0", "good", json!("a = 1")),
        ("/examples/0", "ugly", json!("a = 1")),
    ] {
        let mut wrong = rule.clone();
        let place = wrong.pointer_mut(pointer).and_then(Value::as_object_mut).expect("a mapping");
        place.insert(key.to_owned(), value);
        assert!(!schema.accepts(&wrong), "{pointer}/{key}");
    }
    for key in ["policy", "id", "title", "on", "when", "severity", "message", "why", "help"] {
        let mut wrong = rule.clone();
        wrong.as_object_mut().expect("a mapping").remove(key);
        assert!(!schema.accepts(&wrong), "{key}");
    }
}

#[test]
fn the_schema_of_the_config_knows_the_rules_and_their_parameters() {
    let schema = Schema::new(config_schema(&load_builtin().rules));
    let right = yaml(
        "
rules:
  unused-security-group: off
  wide-port-range: high
  admin-port-open-to-world: { severity: critical, params: { ports: [22, 3389, 8000-8100] } }
  acme/no-rdp: { enabled: false, params: { anything: 1 } }
trusted: 203.0.113.0/24
exclude: [examples/]
policies: [policies/]
fail-on: high
",
    );
    assert_eq!(schema.errors(&right), "");
    for wrong in [
        "rules: { wide-port-rage: off }",
        "rules: { wide-port-range: hihg }",
        "rules: { wide-port-range: { params: { limits: 5 } } }",
        "rules: { wide-port-range: { params: { limit: few } } }",
        "excludes: [examples/]",
        "fail-on: never",
    ] {
        assert!(!schema.accepts(&yaml(wrong)), "{wrong}");
    }
}

#[test]
fn a_report_has_the_form_of_the_schema() {
    let schema = Schema::new(diagnostics_schema());
    let paths = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/example")];
    let found = check(&Options { paths, ..Options::default() }).expect("a report");
    let view = View { possible: true, suppressed: true, verbose: true };
    let report: Value = serde_json::from_str(&report_json(&found, view)).expect("JSON");
    assert!(!report["diagnostics"].as_array().expect("a list").is_empty());
    assert_eq!(schema.errors(&report), "");
    let mut without = report.clone();
    without["diagnostics"][0].as_object_mut().expect("a diagnostic").remove("fingerprint");
    assert!(!schema.accepts(&without));
}

#[test]
fn every_property_says_what_it_is_for() {
    for schema in [rule_schema(), config_schema(&load_builtin().rules), diagnostics_schema()] {
        let mut silent = Vec::new();
        find_silent(&schema, "", &mut silent);
        assert_eq!(silent, Vec::<String>::new());
    }
}

/// Properties without a description. What only narrows a property (`if`, `then`) and the parameters of rules, whose
/// names say it, need none.
fn find_silent(schema: &Value, path: &str, silent: &mut Vec<String>) {
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "if" | "then" | "const" | "enum" | "examples" => {}
            "properties" if !path.ends_with("/params") => {
                for (name, property) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}/{name}");
                    if property.get("description").is_none() && property.get("$ref").is_none() {
                        silent.push(path.clone());
                    }
                    find_silent(property, &path, silent);
                }
            }
            _ => {
                find_silent(value, path, silent);
                value.as_array().into_iter().flatten().for_each(|one| find_silent(one, path, silent));
            }
        }
    }
}

#[test]
fn the_example_of_a_key_has_its_form() {
    let mut checked = 0;
    for schema in [rule_schema(), config_schema(&load_builtin().rules)] {
        check_examples(&schema, &mut checked);
    }
    assert!(checked > 10, "only {checked} keys have an example");
}

fn check_examples(schema: &Value, checked: &mut usize) {
    // A property of that name is a mapping, the examples of a key are a list.
    for example in schema.get("examples").and_then(Value::as_array).into_iter().flatten() {
        *checked += 1;
        assert_eq!(Schema::new(schema.clone()).errors(example), "", "{example}");
    }
    for below in schema.as_object().into_iter().flat_map(|entries| entries.values()) {
        check_examples(below, checked);
        below.as_array().into_iter().flatten().for_each(|one| check_examples(one, checked));
    }
}
