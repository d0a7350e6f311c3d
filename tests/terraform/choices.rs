//! Scenarios: which choices of inputs are found, what exists under them, and what is bounded.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::case::{Case, Evaluated};

/// Each scenario in words, with what exists under it.
fn scenarios(case: Case) -> Vec<String> {
    told(&case.choices())
}

fn told(all: &[Evaluated]) -> Vec<String> {
    assert_eq!(all[0].configuration.scenario, None, "the default comes first");
    let scenarios = all[1..].iter();
    scenarios
        .map(|one| {
            assert_eq!(one.problems(), [""; 0], "nobody has chosen it");
            let name = one.configuration.scenario.as_deref().unwrap_or_default();
            format!("{name}: {}", one.addresses().join(" "))
        })
        .collect()
}

/// The scenarios of variables and one condition that guards a resource.
fn guarded(variables: &str, condition: &str) -> Vec<String> {
    let text = format!("{variables}\nresource \"aws_x\" \"x\" {{\n  count = {condition} ? 1 : 0\n}}");
    let all = Case::new(&text).choices();
    assert_eq!(all[0].addresses(), [""; 0], "it is not there by default");
    let names = all[1..].iter().filter(|one| one.addresses() == ["aws_x.x[0]"]);
    names.map(|one| one.configuration.scenario.clone().unwrap_or_default()).collect()
}

#[test]
fn a_guard_is_opened() {
    let all = Case::new(
        r#"
        variable "enable" { default = false }
        resource "aws_x" "always" {}
        resource "aws_x" "guarded" { count = var.enable ? 1 : 0 }
        "#,
    )
    .choices();
    assert_eq!(all[0].addresses(), ["aws_x.always"]);
    assert_eq!(told(&all), ["enable is true: aws_x.always aws_x.guarded[0]"]);
}

#[test]
fn what_is_fixed_is_not_chosen() {
    let text = r#"
        variable "enable" { default = false }
        resource "aws_x" "x" { count = var.enable ? 1 : 0 }
        "#;
    let none: [&str; 0] = [];
    assert_eq!(scenarios(Case::new(text).file("terraform.tfvars", "enable = false")), none);
    assert_eq!(scenarios(Case::new(text).environment("enable", "false")), none);
    assert_eq!(scenarios(Case::new(text).file("a.tfvars", "enable = false").var_file("a.tfvars")), none);
    assert_eq!(scenarios(Case::new(text)).len(), 1);
    assert_eq!(scenarios(Case::new(&text.replace("default = false", "type = bool"))), none, "no default");
}

#[test]
fn conditions_are_opened_by_the_fewest_inputs() {
    let bools = r#"
        variable "a" { default = false }
        variable "b" { default = false }
        variable "c" { default = true }
        "#;
    assert_eq!(guarded(bools, "var.a && var.b"), ["a is true and b is true"]);
    assert_eq!(guarded(bools, "var.a && !var.c"), ["a is true and c is false"]);
    assert_eq!(guarded(bools, "((var.a || var.b) && !var.c)"), ["a is true and c is false"]);
    assert_eq!(guarded(bools, "(var.c ? var.b : var.a)"), ["b is true"]);
    assert_eq!(guarded(bools, "alltrue([var.a, var.b])"), ["a is true and b is true"]);
    assert_eq!(guarded(bools, "(var.a && !var.a)"), [""; 0], "a contradiction is no choice");
    assert_eq!(guarded(bools, "(var.a == var.c && !var.a)"), ["c is false"]);
}

#[test]
fn an_attribute_of_an_object_is_a_choice() {
    let object = r#"
        variable "settings" {
          type = object({
            enable_ssh = optional(bool, false)
            ranges     = optional(list(string), [])
            name       = string
          })
          default = { name = "web" }
        }
        "#;
    assert_eq!(guarded(object, "var.settings.enable_ssh"), ["settings.enable_ssh is true"]);
    assert_eq!(guarded(object, "length(var.settings.ranges) > 0"), ["settings.ranges is not empty"]);
    assert_eq!(guarded(object, "var.settings.name != \"web\""), [""; 0], "no switch, and not empty");
    let both = "var.settings.enable_ssh && length(var.settings.ranges) > 0";
    assert_eq!(guarded(object, both), [""; 0], "one attribute at a time");
    let with = format!("{object}\nvariable \"all\" {{ default = false }}");
    let expected = ["all is true and settings.enable_ssh is true"];
    assert_eq!(guarded(&with, "(var.all && var.settings.enable_ssh)"), expected);
    let untyped = "variable \"settings\" { default = { ssh = true, port = 22 } }";
    assert_eq!(guarded(untyped, "!var.settings.ssh"), ["settings.ssh is false"]);
}

#[test]
fn inputs_take_the_values_they_are_compared_with() {
    let text = r#"variable "env" { default = "dev" }"#;
    assert_eq!(guarded(text, r#"var.env == "prod""#), [r#"env is "prod""#]);
    assert_eq!(guarded(text, r#"contains(["prod", "staging"], lower(var.env))"#), [r#"env is "prod""#]);
    assert_eq!(guarded(text, r#"var.env != "dev""#), ["env has another value"]);
    assert_eq!(guarded(text, r#"startswith(var.env, "dev") == false"#), [""; 0], "not known of any other");
    assert_eq!(guarded(text, "lookup({ dev = false, live = true }, var.env, false)"), [r#"env is "live""#]);
    assert_eq!(guarded(text, "{ dev = false, live = true }[var.env]"), [r#"env is "live""#]);
    assert_eq!(guarded(text, r#"var.env == """#), ["env is empty"]);
    assert_eq!(guarded(text, "var.env == null"), ["env is null"]);
    let text = r#"variable "size" { default = 2 }"#;
    assert_eq!(guarded(text, "var.size > 3"), ["size is 4"]);
    assert_eq!(guarded(text, "var.size == 7"), ["size is 7"]);
    assert_eq!(guarded(text, "var.size <= 1"), ["size is 1"]);
    let text = r#"variable "cidr" { default = "" }"#;
    assert_eq!(guarded(text, r#"var.cidr != """#), ["cidr is not empty"]);
    assert_eq!(guarded(text, "length(var.cidr) > 0"), ["cidr is not empty"]);
    let text = "variable \"cidr\" {\n  type = string\n  default = null\n}";
    assert_eq!(guarded(text, "var.cidr != null"), ["cidr is set"]);
    let text = "variable \"cidrs\" {\n  type = list(string)\n  default = []\n}";
    assert_eq!(guarded(text, "length(var.cidrs) > 0"), ["cidrs is not empty"]);
    let text = r#"variable "cidrs" { default = ["10.0.0.0/8"] }"#;
    assert_eq!(guarded(text, "length(var.cidrs) == 0"), ["cidrs is empty"]);
    let text = r#"variable "rules" { default = {} }"#;
    assert_eq!(guarded(text, "length(var.rules) > 0"), ["rules is not empty"]);
}

#[test]
fn a_validation_says_what_may_be_chosen() {
    let text = r#"
        variable "env" {
          default = "dev"
          validation {
            condition     = contains(["dev", "test", "prod"], var.env)
            error_message = "No."
          }
        }
        "#;
    assert_eq!(guarded(text, r#"var.env == "prod""#), [r#"env is "prod""#]);
    assert_eq!(guarded(text, r#"var.env == "staging""#), [""; 0]);
    assert_eq!(guarded(text, r#"var.env != "dev""#), [r#"env is "test""#], "not just anything");
}

#[test]
fn what_is_sensitive_is_not_shown() {
    let text = "variable \"token\" {\n  default = \"none\"\n  sensitive = true\n}";
    assert_eq!(guarded(text, r#"nonsensitive(var.token == "open")"#), ["token has another value"]);
}

#[test]
fn choices_go_through_locals_modules_and_outputs() {
    let case = Case::new(
        r#"
        variable "environment" { default = "dev" }
        locals {
          is_prod = var.environment == "prod"
          options = { public = local.is_prod }
        }
        module "web" {
          source = "./web"
          public = local.options.public
        }
        resource "aws_x" "beside" { count = module.web.opened ? 1 : 0 }
        "#,
    )
    .file(
        "web/main.tf",
        r#"
        variable "public" { type = bool }
        variable "internal" { default = true }
        locals { create = var.public && var.internal }
        resource "aws_x" "x" { count = local.create ? 1 : 0 }
        resource "aws_x" "y" { count = var.internal ? 0 : 1 }
        output "opened" { value = local.create }
        "#,
    );
    assert_eq!(
        scenarios(case),
        [r#"environment is "prod": aws_x.beside[0] module.web.aws_x.x[0]"#],
        "the default of a called module's variable is fixed by the call"
    );
}

#[test]
fn a_call_that_is_guarded_is_opened_if_its_module_matters() {
    let case = |kind: &str| {
        Case::new(
            r#"
            variable "on" { default = false }
            module "m" {
              source = "./m"
              count  = var.on ? 1 : 0
            }
            "#,
        )
        .file("m/main.tf", &format!("resource \"{kind}\" \"x\" {{\n  acl = \"private\"\n}}"))
    };
    assert_eq!(scenarios(case("aws_x")), ["on is true: module.m[0].aws_x.x"]);
    assert_eq!(scenarios(case("aws_s3_bucket")), [""; 0]);
}

#[test]
fn only_decisions_that_matter_are_tried() {
    let case = Case::new(
        r#"
        variable "a" { default = false }
        variable "b" { default = false }
        variable "c" { default = false }
        locals { name = var.a ? "a" : "b" }
        resource "aws_s3_bucket" "x" {
          count  = var.b ? 1 : 0
          bucket = local.name
        }
        resource "aws_vpc" "x" {
          cidr_block = "10.0.0.0/16"
          tags       = { name = var.c ? local.name : "x" }
        }
        output "it" { value = local.name }
        "#,
    );
    assert_eq!(scenarios(case), [""; 0]);
    let case = Case::new(
        r#"
        variable "a" { default = false }
        locals { cidr = var.a ? "10.0.0.0/16" : "10.1.0.0/16" }
        resource "aws_s3_bucket" "first" { bucket = local.cidr }
        resource "aws_vpc" "x" { cidr_block = local.cidr }
        "#,
    );
    assert_eq!(scenarios(case), ["a is true: aws_s3_bucket.first aws_vpc.x"], "however it was met first");
}

#[test]
fn values_follow_the_choice() {
    let all = Case::new(
        r#"
        variable "public" { default = false }
        variable "extra" { default = [] }
        resource "aws_x" "x" {
          cidrs = concat(var.public ? ["0.0.0.0/0"] : ["10.0.0.0/8"], var.extra)
          dynamic "ingress" {
            for_each = var.extra
            content {
              port = 22
              cidr = ingress.value
            }
          }
        }
        "#,
    )
    .choices();
    assert_eq!(told(&all), ["extra is not empty: aws_x.x", "public is true: aws_x.x"]);
    assert_eq!(all[0].shown("aws_x.x.cidrs"), r#"["10.0.0.0/8"]"#);
    assert_eq!(all[2].shown("aws_x.x.cidrs"), r#"["0.0.0.0/0"]"#);
    assert_eq!(
        all[1].shown("aws_x.x.ingress"),
        "[{cidr = ?variable extra may have any value, port = 22}]",
        "an element is there, whatever it is"
    );
}

#[test]
fn something_is_repeated_for_what_is_not_empty() {
    let case = |default: &str, more: &str| {
        Case::new(&format!(
            r#"
            variable "rules" {{
              {more}
              default = {default}
            }}
            resource "aws_x" "x" {{
              for_each = {}
              port     = each.value
            }}
            "#,
            if more.contains("map") || more.is_empty() { "var.rules" } else { "toset(var.rules)" }
        ))
    };
    for (default, more) in [
        ("{}", ""),
        ("{}", "type = map(number)"),
        ("[]", "type = set(string)"),
        ("[]", "type = list(string)"),
    ] {
        let all = case(default, more).choices();
        assert_eq!(told(&all), ["rules is not empty: aws_x.x"], "{default} {more}");
        assert_eq!(all[1].shown("aws_x.x.port"), "?variable rules may have any value");
    }
}

#[test]
fn nested_guards_keep_what_opened_them() {
    let case = Case::new(
        r#"
        variable "create" { default = false }
        variable "public" { default = false }
        resource "aws_x" "x" {
          count = var.create ? 1 : 0
          cidr  = var.public ? "0.0.0.0/0" : "10.0.0.0/8"
        }
        "#,
    );
    let all = case.choices();
    assert_eq!(told(&all), ["create is true: aws_x.x[0]", "create is true and public is true: aws_x.x[0]"]);
    assert_eq!(all[2].shown("aws_x.x[0].cidr"), r#""0.0.0.0/0""#);
}

#[test]
fn guards_that_contradict_each_other_never_hold_together() {
    let case = Case::new(
        r#"
        variable "a" { default = false }
        resource "aws_x" "on" {
          count = var.a ? 1 : 0
          cidr  = var.a ? "10.0.0.0/8" : "0.0.0.0/0"
        }
        resource "aws_x" "off" { count = var.a ? 0 : 1 }
        "#,
    );
    let all = case.choices();
    assert_eq!(all[0].addresses(), ["aws_x.off[0]"]);
    assert_eq!(told(&all), ["a is true: aws_x.on[0]"]);
    assert_eq!(all[1].shown("aws_x.on[0].cidr"), r#""10.0.0.0/8""#);
}

#[test]
fn one_answer_is_covered_once() {
    let case = Case::new(
        r#"
        variable "a" { default = false }
        variable "b" { default = false }
        resource "aws_x" "one" { count = var.a && var.b ? 1 : 0 }
        resource "aws_x" "two" { count = var.a ? 1 : 0 }
        resource "aws_x" "three" { count = var.b ? 1 : 0 }
        resource "aws_x" "four" { count = var.a ? 1 : 0 }
        "#,
    );
    assert_eq!(
        scenarios(case),
        ["a is true and b is true: aws_x.one[0] aws_x.two[0] aws_x.three[0] aws_x.four[0]"]
    );
}

#[test]
fn what_is_known_only_when_deployed_may_be() {
    let all = Case::new(
        r#"
        variable "on" { default = false }
        data "aws_y" "y" {}
        resource "aws_x" "x" { count = var.on && data.aws_y.y.open ? 1 : 0 }
        "#,
    )
    .choices();
    assert_eq!(told(&all), ["on is true: aws_x.x?"]);
}

#[test]
fn a_product_of_forty_choices_is_one_choice() {
    let mut variables = String::new();
    let mut locals = "locals {\n  n00 = 1\n".to_owned();
    let mut product = "1".to_owned();
    let mut all = "true".to_owned();
    for index in 0..40 {
        writeln!(variables, "variable \"v{index:02}\" {{\n  default = false\n}}").unwrap();
        writeln!(locals, "  n{:02} = var.v{index:02} ? local.n{index:02} : 0", index + 1).unwrap();
        product = format!("{product} * (var.v{index:02} ? 1 : 0)");
        all = format!("{all} && var.v{index:02}");
    }
    let start = Instant::now();
    variables.push_str(&locals);
    variables.push_str("}\n");
    for count in ["local.n40".to_owned(), product, format!("{all} ? 1 : 0")] {
        let case = Case::new(&format!("{variables}\nresource \"aws_x\" \"x\" {{\n  count = {count}\n}}"));
        let expected =
            "v00 is true, v01 is true, v02 is true and 37 other inputs have other values: aws_x.x[0]";
        assert_eq!(scenarios(case), [expected], "{count}");
    }
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}

#[test]
fn too_many_choices_end_in_a_problem_that_names_an_input() {
    let mut text = String::new();
    for index in 0..40 {
        writeln!(
            text,
            "variable \"v{index:02}\" {{\n  default = false\n}}\nresource \"aws_x\" \"x{index:02}\" {{\n  \
             name = var.v{index:02} ? \"a\" : \"b\"\n}}"
        )
        .unwrap();
    }
    let all = Case::new(&text).choices();
    assert_eq!(all.len(), 33);
    assert_eq!(
        all[0].problems(),
        [
            "scenario-limit at variable \"v32\": the configuration has more than the 32 scenarios that are judged; other values \
          of v32 are not; fix variables in a tfvars file or with --var-file, or split the configuration"
        ]
    );
}

#[test]
fn a_chain_of_a_thousand_conditionals_is_bounded() {
    let mut text = String::from(
        "variable \"v\" {\n  default = 0\n}\nresource \"aws_x\" \"x\" {\n  name = local.l0\n}\nlocals {\n  l1000 = 1\n",
    );
    for index in 0..1000 {
        writeln!(text, "  l{index} = var.v == {index} ? \"{index}\" : local.l{}", index + 1).unwrap();
    }
    text.push_str("}\nresource \"aws_x\" \"list\" {\n  names = [\n");
    for index in 0..1000 {
        writeln!(text, "    var.v == {index} ? \"a\" : \"b\",").unwrap();
    }
    text.push_str("  ]\n}\n");
    let start = Instant::now();
    let all = Case::new(&text).choices();
    assert!(all.len() <= 33, "{}", all.len());
    assert!(
        all[0].problems().iter().any(|problem| problem.starts_with("scenario-limit at variable \"v\": ")),
        "{:?}",
        all[0].problems()
    );
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}

#[test]
fn work_that_is_too_much_is_not_done() {
    let text = r#"
        variable "a" { default = false }
        variable "n" { default = 1 }
        locals { n = var.a ? range(1000) : range(2) }
        resource "aws_x" "x" { name = length([for a in local.n : [for b in local.n : "${a}${b}${var.n}"]]) }
        "#;
    let start = Instant::now();
    let all = Case::new(text).choices();
    assert_eq!(all.len(), 1);
    assert!(
        all[0].problems()[0].starts_with("scenario-limit at variable \"a\": "),
        "{:?}",
        all[0].problems()
    );
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}

#[test]
fn that_something_is_not_empty_says_nothing_of_its_parts() {
    let all = Case::new(
        r#"
        variable "items" { default = {} }
        module "m" {
          source   = "./m"
          for_each = var.items
          rules    = try(each.value.rules, [])
        }
        "#,
    )
    .file(
        "m/main.tf",
        r#"
        variable "rules" { type = list(string) }
        resource "aws_x" "x" {
          dynamic "ingress" {
            for_each = var.rules
            content { port = ingress.value }
          }
        }
        resource "aws_x" "y" { count = length(var.rules) > 0 ? 1 : 0 }
        "#,
    )
    .choices();
    assert_eq!(told(&all), ["items is not empty: module.m.aws_x.x module.m.aws_x.y?"]);
    assert_eq!(all[1].shown("module.m.aws_x.x.ingress"), "[?variable items may have any value]");
}

/// What the value of a local is under each scenario.
fn locals(text: &str) -> Vec<String> {
    let text = format!("{text}\nresource \"aws_vpc\" \"x\" {{ cidr_block = local.it }}\n");
    let value = |one: &Evaluated| {
        let value = one.shown("aws_vpc.x.cidr_block");
        let name = one.configuration.scenario.as_deref().unwrap_or("by default");
        format!("{name}: {value}")
    };
    Case::new(&text).choices().iter().map(value).collect()
}

#[test]
fn every_row_of_a_table_is_opened() {
    let both = ["by default: \"10.0.0.0/16\"", "env is \"prod\": \"10.1.0.0/16\""];
    let table = r#"{ dev = "10.0.0.0/16", prod = "10.1.0.0/16", test = "10.0.0.0/16" }"#;
    let env = "variable \"env\" { default = \"dev\" }\n";
    for it in [
        format!("{table}[var.env]"),
        format!("lookup({table}, var.env)"),
        format!("lookup({table}, var.env, \"10.9.0.0/16\")"),
        "{ dev = { cidr = \"10.0.0.0/16\" }, prod = { cidr = \"10.1.0.0/16\" } }[var.env].cidr".to_owned(),
    ] {
        assert_eq!(locals(&format!("{env}locals {{\n  it = {it}\n}}")), both, "{it}");
    }
    let nets = format!(
        "{env}variable \"nets\" {{ default = {table} }}\nlocals {{ it = var.nets[local.key] }}\nlocals {{ key = var.env }}"
    );
    assert_eq!(locals(&nets), both);
    assert_eq!(
        locals(
            "variable \"public\" { default = false }\nlocals { it = { true = \"0.0.0.0/0\", false = \"10.0.0.0/16\" }[var.public] }"
        ),
        ["by default: \"10.0.0.0/16\"", "public is true: \"0.0.0.0/0\""]
    );
}

#[test]
fn what_is_passed_over_when_it_is_empty_is_emptied() {
    assert_eq!(
        locals(
            "variable \"cidr\" { default = \"10.0.0.0/16\" }\nlocals { it = coalesce(var.cidr, \"0.0.0.0/0\") }"
        ),
        ["by default: \"10.0.0.0/16\"", "cidr is empty: \"0.0.0.0/0\""]
    );
    assert_eq!(
        locals(
            "variable \"all\" { default = [\"10.0.0.0/16\"] }\nlocals { it = coalescelist(var.all, [\"0.0.0.0/0\"])[0] }"
        ),
        ["by default: \"10.0.0.0/16\"", "all is empty: \"0.0.0.0/0\""]
    );
}

#[test]
fn a_directive_in_a_template_is_a_decision() {
    assert_eq!(
        locals(
            "variable \"public\" { default = false }\nlocals { it = \"%{ if var.public }0.0.0.0/0%{ else }10.0.0.0/16%{ endif }\" }"
        ),
        ["by default: \"10.0.0.0/16\"", "public is true: \"0.0.0.0/0\""]
    );
}

#[test]
fn a_list_may_hold_what_is_looked_for_in_it() {
    let list = |ty: &str| format!("variable \"f\" {{\n  type = list({ty})\n  default = []\n}}");
    assert_eq!(guarded(&list("string"), "contains(var.f, \"open\")"), ["f holds \"open\""]);
    assert_eq!(guarded(&list("number"), "contains(var.f, 22)"), ["f holds 22"]);
}

/// What is bound by a loop may hang on an input too.
#[test]
fn what_an_element_says_is_decided_under_other_choices() {
    let open = "variable \"open\" { default = false }\n";
    let world = r#"? "0.0.0.0/0" : "10.0.0.0/16""#;
    for (resource, path) in [
        (
            format!(
                "resource \"aws_x\" \"x\" {{\n  for_each = {{ a = {{ public = var.open }} }}\n  cidr = each.value.public {world}\n}}"
            ),
            "aws_x.x[\"a\"].cidr",
        ),
        (
            format!(
                "resource \"aws_x\" \"x\" {{\n  cidr = [for r in [{{ public = var.open }}] : r.public {world}][0]\n}}"
            ),
            "aws_x.x.cidr",
        ),
        (
            format!(
                "locals {{ rules = [{{ public = var.open }}] }}\nresource \"aws_x\" \"x\" {{\n  dynamic \"cidr\" {{\n    for_each = local.rules\n    content {{ it = cidr.value.public {world} }}\n  }}\n}}"
            ),
            "aws_x.x.cidr",
        ),
    ] {
        let all = Case::new(&format!("{open}{resource}")).choices();
        let told: Vec<_> =
            all.iter().map(|one| (one.configuration.scenario.as_deref(), one.shown(path))).collect();
        assert_eq!(told.len(), 2, "{resource}: {told:?}");
        assert!(told[0].1.contains("10.0.0.0/16"), "{told:?}");
        assert_eq!(told[1].0, Some("open is true"));
        assert!(told[1].1.contains("0.0.0.0/0"), "{told:?}");
    }
}

#[test]
fn what_a_call_hands_to_each_of_its_instances_is_decided_too() {
    let all = Case::new(
        r#"
        variable "open" { default = false }
        module "m" {
          source   = "./m"
          for_each = { a = { open = var.open } }
          open     = each.value.open
        }
        "#,
    )
    .file("m/main.tf", "variable \"open\" {}\nresource \"aws_x\" \"x\" {\n  count = var.open ? 1 : 0\n}")
    .choices();
    assert_eq!(told(&all), ["open is true: module.m[\"a\"].aws_x.x[0]"]);
}

/// However the elements are ordered, and the operands.
#[test]
fn each_element_decides_for_itself() {
    for (elements, condition) in [
        ("a = false, b = true", "var.open && each.value"),
        ("a = true, b = false", "var.open && each.value"),
        ("a = false, b = true", "each.value && var.open"),
    ] {
        let text = format!(
            "variable \"open\" {{ default = false }}\nresource \"aws_x\" \"x\" {{\n  for_each = {{ {elements} }}\n  cidr = {condition} ? \"0.0.0.0/0\" : \"10.0.0.0/16\"\n}}"
        );
        let all = Case::new(&text).choices();
        assert_eq!(all.len(), 2, "{elements} {condition}");
        assert_eq!(all[1].configuration.scenario.as_deref(), Some("open is true"));
    }
    let kept = |condition: &str| {
        let text = format!(
            "variable \"open\" {{ default = false }}\nlocals {{ rules = {{ a = {{ always = true }}, b = {{ always = false }} }} }}\nresource \"aws_x\" \"x\" {{\n  for_each = {{ for k, r in local.rules : k => r if {condition} }}\n}}"
        );
        told(&Case::new(&text).choices())
    };
    let opened = ["open is true: aws_x.x[\"a\"] aws_x.x[\"b\"]"];
    assert_eq!(kept("var.open || r.always"), opened);
    assert_eq!(kept("r.always || var.open"), opened);
}

/// Not only the first row that is another.
#[test]
fn each_row_of_a_longer_table_is_opened() {
    let table = "{ dev = \"10.0.0.0/24\", int = \"10.2.0.0/24\", prod = \"0.0.0.0/0\", same = \"10.0.0.0/24\", zed = \"10.3.0.0/24\" }";
    let told =
        locals(&format!("variable \"env\" {{ default = \"dev\" }}\nlocals {{ it = {table}[var.env] }}"));
    assert_eq!(
        told,
        [
            "by default: \"10.0.0.0/24\"",
            "env is \"int\": \"10.2.0.0/24\"",
            "env is \"prod\": \"0.0.0.0/0\"",
            "env is \"zed\": \"10.3.0.0/24\"",
        ]
    );
    let counted = format!(
        "variable \"env\" {{ default = \"dev\" }}\nlocals {{ t = {table} }}\nresource \"aws_x\" \"x\" {{\n  count = 1\n  it = local.t[\"${{var.env}}\"]\n}}"
    );
    assert_eq!(Case::new(&counted).choices().len(), 4);
}

#[test]
fn a_table_with_more_rows_than_are_tried_is_told_if_it_matters() {
    let rows: Vec<_> = (0..40).map(|row| format!("r{row} = \"10.{row}.0.0/16\"")).collect();
    let text = format!(
        "variable \"unused\" {{ default = false }}\nvariable \"env\" {{ default = \"r0\" }}\nlocals {{ t = {{ {} }} }}\n",
        rows.join(", ")
    );
    let vpc = "resource \"aws_vpc\" \"x\" { cidr_block = local.t[var.env] }";
    let all = Case::new(&format!("{text}{vpc}")).choices();
    assert!(
        all[0].problems().iter().any(|told| told.starts_with("scenario-limit at variable \"env\"")),
        "{:?}",
        all[0].problems()
    );
    let image = "resource \"aws_instance\" \"x\" { ami = local.t[var.env] }";
    assert_eq!(Case::new(&format!("{text}{image}")).choices()[0].problems(), [""; 0]);
}

#[test]
fn directives_in_the_loops_of_a_template_are_decisions() {
    let text = "variable \"on\" { default = false }\nlocals { it = \"%{ for r in [{ on = var.on }] }%{ if r.on }0.0.0.0/0%{ else }10.0.0.0/16%{ endif }%{ endfor }\" }";
    assert_eq!(locals(text), ["by default: \"10.0.0.0/16\"", "on is true: \"0.0.0.0/0\""]);
}
