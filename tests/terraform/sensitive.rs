//! Sensitive values: they are judged like others, and their text is printed nowhere.

use sglint::resource::Marks;

use crate::case::Case;

const DECLARATIONS: &str = r#"
variable "secret" {
  type      = list(string)
  sensitive = true
}
variable "session" {
  default   = "x"
  ephemeral = true
}
locals {
  all = concat(["10.0.0.0/8"], var.secret)
}
"#;

fn marks(expression: &str) -> Marks {
    let main = format!("{DECLARATIONS}output \"it\" {{\n  value = {expression}\n}}\n");
    let case = Case::new(&main).file("terraform.tfvars", "secret = [\"192.0.2.1/32\"]\n");
    case.evaluate().without_problems().output("it").origin.marks
}

#[test]
fn the_mark_of_a_variable_spreads() {
    for expression in
        ["var.secret", "var.secret[0]", "local.all", "\"a-${var.secret[0]}\"", "[for it in var.secret : 1]"]
    {
        assert_eq!(marks(expression), Marks::SENSITIVE, "{expression}");
    }
    assert_eq!(marks("var.session"), Marks::EPHEMERAL);
    assert_eq!(marks("\"${var.session}${var.secret[0]}\""), Marks::ALL);
    for expression in ["nonsensitive(var.secret)", "ephemeralasnull(var.session)", "\"a\""] {
        assert_eq!(marks(expression), Marks::NONE, "{expression}");
    }
}

#[test]
fn an_output_of_a_module_marks_what_it_gives() {
    let it = Case::new("module \"m\" {\n  source = \"./m\"\n}\noutput \"it\" {\n  value = module.m.key\n}\n")
        .file("m/main.tf", "output \"key\" {\n  value     = \"k\"\n  sensitive = true\n}\n")
        .evaluate();
    assert!(it.output("it").is_sensitive());
}

#[test]
fn instances_do_not_hang_on_sensitive_values() {
    let main = format!("{DECLARATIONS}resource \"a_b\" \"c\" {{\n  for_each = toset(var.secret)\n}}\n");
    let it = Case::new(&main).file("terraform.tfvars", "secret = [\"192.0.2.1/32\"]\n").evaluate();
    assert_eq!(it.addresses(), ["a_b.c?"]);
    let problems = it.problems();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("marked-for-each at toset(var.secret): for_each must not hang on sensitive")
    );
}

#[test]
fn no_message_says_what_is_sensitive() {
    for expression in [
        "parseint(var.secret[0], 10)",
        "cidrhost(var.secret[0], 5)",
        "{ a = 1 }[var.secret[0]]",
        "file(var.secret[0])",
        "lookup({ a = 1 }, var.secret[0])",
        "tonumber(var.secret[0])",
        "regex(\"x\", var.secret[0])",
    ] {
        let main = format!("{DECLARATIONS}output \"it\" {{\n  value = {expression}\n}}\n");
        let it = Case::new(&main).file("terraform.tfvars", "secret = [\"192.0.2.1/32\"]\n").evaluate();
        let value = it.output("it");
        let cause = value.unknown_cause().unwrap().cause.to_string();
        assert!(!cause.contains("192.0.2.1"), "{expression}: {cause}");
        assert!(it.problems().iter().all(|problem| !problem.contains("192.0.2.1")), "{expression}");
    }
}
