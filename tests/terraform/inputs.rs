//! Variables: defaults, files, environment, types.

use crate::case::{Case, show};

#[test]
fn a_default_is_written_in_the_variable_and_passes_its_reference() {
    let it = Case::new(
        r#"
        variable "admin" { default = "10.0.0.0/8" }
        resource "aws_x" "y" { cidr = var.admin }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.way(&it.value("aws_x.y.cidr")),
        [r#"written "10.0.0.0/8""#, r#"default of the variable: "10.0.0.0/8""#, "used here: var.admin"]
    );
}

#[test]
fn later_sources_of_a_variable_win() {
    let case = || {
        Case::new(
            r#"
            variable "v" { default = "default" }
            resource "aws_x" "y" { v = var.v }
            "#,
        )
    };
    let with = |case: Case| case.evaluate().without_problems().shown("aws_x.y.v");
    assert_eq!(with(case()), r#""default""#);
    let case = || case().environment("v", "environment");
    assert_eq!(with(case()), r#""environment""#);
    let case = || case().file("terraform.tfvars", r#"v = "fixed""#);
    assert_eq!(with(case()), r#""fixed""#);
    let case = || case().file("terraform.tfvars.json", r#"{"v": "fixed json"}"#);
    assert_eq!(with(case()), r#""fixed json""#);
    let case = || case().file("a.auto.tfvars", r#"v = "a""#);
    assert_eq!(with(case()), r#""a""#);
    let case = || case().file("b.auto.tfvars.json", r#"{"v": "b"}"#);
    assert_eq!(with(case()), r#""b""#);
    let case = || case().file("c.auto.tfvars", r#"v = "c""#);
    assert_eq!(with(case()), r#""c""#);
    let case = || case().file("1.tfvars", r#"v = "1""#).file("2.tfvars", r#"v = "2""#);
    assert_eq!(with(case()), r#""c""#, "a file that nobody names is not read");
    assert_eq!(with(case().var_file("2.tfvars").var_file("1.tfvars")), r#""1""#);
}

#[test]
fn a_line_of_a_variables_file_is_a_step_of_the_way() {
    let it = Case::new(
        r#"
        variable "cidrs" { type = list(string) }
        resource "aws_x" "y" { cidrs = var.cidrs }
        "#,
    )
    .file("terraform.tfvars", r#"cidrs = ["0.0.0.0/0"]"#)
    .evaluate()
    .without_problems();
    let members = it.value("aws_x.y.cidrs").members();
    assert_eq!(
        it.way(&members[0]),
        [r#"written "0.0.0.0/0""#, r#"set in the variables file: ["0.0.0.0/0"]"#, "used here: var.cidrs"]
    );
}

#[test]
fn the_environment_is_text_unless_the_type_is_complex() {
    for (ty, text, expected) in [
        ("type = string", "1.10", r#""1.10""#),
        ("type = string", "null", r#""null""#),
        ("type = string", r#""quoted""#, r#""\"quoted\"""#),
        ("type = number", "8080", "8080"),
        ("type = bool", "true", "true"),
        ("", "1.10", r#""1.10""#),
        ("", "[1]", r#""[1]""#),
        ("type = any", "[1]", "[1]"),
        ("type = list(string)", r#"["a", 1]"#, r#"["a", "1"]"#),
        ("type = map(number)", r#"{ a = "1" }"#, "{a = 1}"),
        ("type = object({ port = optional(number, 22) })", "{}", "{port = 22}"),
    ] {
        let it = Case::new(&format!("variable \"v\" {{\n {ty}\n }}\n output \"v\" {{ value = var.v }}"))
            .environment("v", text)
            .evaluate()
            .without_problems();
        assert_eq!(show(&it.output("v")), expected, "{ty} {text}");
    }
}

#[test]
fn a_value_from_the_environment_points_at_the_declaration() {
    let it = Case::new("variable \"v\" {}\nresource \"aws_x\" \"y\" { v = var.v }")
        .environment("v", "0.0.0.0/0")
        .evaluate()
        .without_problems();
    assert_eq!(
        it.way(&it.value("aws_x.y.v")),
        [r#"written variable "v""#, r#"set by the environment: variable "v""#, "used here: var.v"]
    );
}

#[test]
fn null_is_a_value_of_a_nullable_variable_and_the_default_of_another() {
    for (nullable, expected) in [("", "null"), ("nullable = true", "null"), ("nullable = false", r#""d""#)] {
        let it = Case::new(&format!(
            "variable \"v\" {{\n default = \"d\"\n {nullable}\n }}\n output \"v\" {{ value = var.v }}"
        ))
        .file("terraform.tfvars", "v = null")
        .evaluate()
        .without_problems();
        assert_eq!(show(&it.output("v")), expected, "{nullable}");
    }
}

#[test]
fn optional_attributes_take_their_defaults_at_every_depth() {
    let it = Case::new(
        r#"
        variable "rules" {
          type = map(object({
            port  = optional(number, 443)
            cidrs = optional(list(string), ["0.0.0.0/0"])
            log   = optional(object({ level = optional(string, "info") }), {})
            note  = optional(string)
          }))
          default = { a = {}, b = { port = "22", log = { level = null } } }
        }
        resource "aws_x" "y" { rules = var.rules }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.shown("aws_x.y.rules"),
        r#"{a = {cidrs = ["0.0.0.0/0"], log = {level = "info"}, note = null, port = 443}, b = {cidrs = ["0.0.0.0/0"], log = {level = "info"}, note = null, port = 22}}"#
    );
    let cidrs = it.value("aws_x.y.rules").get("a").unwrap().get("cidrs").unwrap();
    assert_eq!(it.way(&cidrs.members()[0])[0], r#"written "0.0.0.0/0""#);
}

#[test]
fn a_variable_that_nothing_sets_is_unknown_where_it_is_declared() {
    let it = Case::new("variable \"v\" {}\nresource \"aws_x\" \"y\" { v = var.v }").evaluate();
    assert_eq!(it.shown("aws_x.y.v"), "?variable v has no value");
    let unknown = it.value("aws_x.y.v");
    assert_eq!(it.sources.text(unknown.unknown_cause().unwrap().at), "variable \"v\"");
}

#[test]
fn a_value_that_does_not_fit_its_type_is_a_problem_and_is_used() {
    let it = Case::new(
        r#"
        variable "port" {
          type    = number
          default = "ssh"
        }
        resource "aws_x" "y" { port = var.port }
        "#,
    )
    .evaluate();
    assert_eq!(it.shown("aws_x.y.port"), r#""ssh""#);
    assert_eq!(
        it.problems(),
        [
            r#"invalid-value at "ssh": variable port: a number is required; the value is used as it is; make it fit the variable's type"#
        ]
    );
}

#[test]
fn a_variables_file_may_not_refer_to_anything() {
    let it = Case::new(
        r#"
        variable "a" { default = 1 }
        variable "b" {}
        output "b" { value = var.b }
        "#,
    )
    .file("terraform.tfvars", "b = var.a")
    .evaluate();
    let why = "a variable's value is a constant: it refers to nothing and calls no function";
    assert_eq!(show(&it.output("b")), format!("?{why}"));
    assert_eq!(
        it.problems(),
        [format!(
            "invalid-value at var.a: {why}; write the value out, or compute it in a local; it counts as unknown"
        )]
    );
}

#[test]
fn a_value_on_the_command_line_has_a_place() {
    let it = Case::new(
        r#"
        variable "cidr" { type = string }
        variable "list" { type = list(string) }
        resource "aws_x" "y" {
          cidr = var.cidr
          list = var.list
        }
        "#,
    )
    .var("cidr", "10.0.0.0/8")
    .var("cidr", "0.0.0.0/0")
    .var("list", r#"["a", 1]"#)
    .evaluate()
    .without_problems();
    let cidr = it.value("aws_x.y.cidr");
    assert_eq!(it.sources.get(cidr.origin.written.file).name(), "--var cidr");
    assert_eq!(
        it.way(&cidr),
        ["written 0.0.0.0/0", "set on the command line: 0.0.0.0/0", "used here: var.cidr"]
    );
    let list = it.value("aws_x.y.list");
    assert_eq!(it.way(&list.members()[1])[0], "written 1");
    assert_eq!(show(&list), r#"["a", "1"]"#);
}

#[test]
fn a_broken_value_on_the_command_line_is_told_where_it_is_broken() {
    let it = Case::new("variable \"v\" { type = list(string) }\noutput \"v\" { value = var.v }")
        .var("v", "[1")
        .evaluate();
    assert!(matches!(it.output("v").kind, sglint::resource::ValueKind::Unknown(_)));
    let problems = &it.configuration.problems;
    assert_eq!(problems.len(), 1, "{:?}", it.problems());
    assert_eq!(problems[0].severity, sglint::problem::ProblemSeverity::Error);
    assert_eq!(it.sources.get(problems[0].span.unwrap().file).name(), "--var v");
}

#[test]
fn what_is_wrong_with_a_variables_file_costs_a_line_and_is_told_there() {
    let variables = "variable \"a\" {}\nvariable \"b\" {}\noutput \"all\" { value = [var.a, var.b] }";
    for (name, text, place, shown) in [
        ("terraform.tfvars", "a = 1\nb = [2\nc = 3\n", "[", "[1, ?variable b has no value]"),
        ("terraform.tfvars", "a = 1\nb = 2\nlocals {\n}\n", "locals", "[1, 2]"),
        (
            "terraform.tfvars.json",
            r#"{"a": 1, "b": 2,}"#,
            "}",
            "[?variable a has no value, ?variable b has no value]",
        ),
        ("terraform.tfvars.json", "[1]", "[1]", "[?variable a has no value, ?variable b has no value]"),
        ("terraform.tfvars.json", r#"{"a": 1, "b": 2, "b": 3}"#, r#""b""#, "[1, 3]"),
    ] {
        let it = Case::new(variables).file(name, text).evaluate();
        let problems = &it.configuration.problems;
        let told: Vec<_> = problems
            .iter()
            .map(|problem| (problem.severity, it.sources.text(problem.span.unwrap())))
            .collect();
        assert_eq!(
            told,
            [(sglint::problem::ProblemSeverity::Error, place.to_owned())],
            "{text}: {:?}",
            it.problems()
        );
        assert!(problems[0].help.is_some());
        assert_eq!(show(&it.output("all")), shown, "{text}");
    }
}

#[test]
fn values_in_json_point_at_their_characters() {
    let it = Case::new("variable \"v\" {}\nresource \"aws_x\" \"y\" { v = var.v }")
        .file("terraform.tfvars.json", r#"{"v": {"cidrs": ["10.0.0.0/8", "${x}"]}}"#)
        .evaluate()
        .without_problems();
    let cidrs = it.value("aws_x.y.v").get("cidrs").unwrap();
    assert_eq!(it.way(&cidrs.members()[0])[0], r#"written "10.0.0.0/8""#);
    assert_eq!(show(&cidrs), r#"["10.0.0.0/8", "${x}"]"#);
}

#[test]
fn a_value_that_its_validation_refuses_is_told_with_the_authors_words() {
    let it = Case::new(
        r#"
        variable "cidr" {
          type = string
          validation {
            condition     = var.cidr != "0.0.0.0/0"
            error_message = "Not the world: ${var.cidr}."
          }
        }
        variable "unset" {
          validation {
            condition     = var.unset > 1
            error_message = "Too small."
          }
        }
        "#,
    )
    .file("terraform.tfvars", r#"cidr = "0.0.0.0/0""#)
    .evaluate();
    assert_eq!(
        it.problems(),
        [
            r#"invalid-value at "0.0.0.0/0": variable cidr: its validation refuses the value; the module says: Not the world: 0.0.0.0/0."#
        ]
    );
}

#[test]
fn a_value_for_a_variable_that_is_not_declared_is_something_to_know() {
    let it = Case::new("variable \"cidr\" {}").file("terraform.tfvars", "cidr = 1\ncidrs = 2\n").evaluate();
    assert_eq!(
        it.problems(),
        [
            "undeclared-variable at cidrs: the value of cidrs is ignored: the root module declares no such variable; \
             did you mean `cidr`?"
        ]
    );
    assert_eq!(it.told(), [""; 0]);
}

#[test]
fn null_for_a_variable_that_must_not_be_null_is_told() {
    let it = Case::new("variable \"v\" { nullable = false }\noutput \"v\" { value = var.v }")
        .file("terraform.tfvars", "v = null")
        .evaluate();
    assert_eq!(show(&it.output("v")), "?variable v has no value");
    assert_eq!(
        it.problems(),
        [
            "invalid-value at null: variable v must not be null; give it a value, or a default; it counts as unknown"
        ]
    );
}

#[test]
fn the_workspace_is_known_where_the_environment_selects_it() {
    let case = || Case::new("output \"w\" { value = terraform.workspace }");
    assert_eq!(show(&case().evaluate().output("w")), "?terraform.workspace has no value");
    let prod = case().variable_of_environment("TF_WORKSPACE", "prod").evaluate();
    assert_eq!(show(&prod.output("w")), r#""prod""#);
}

#[test]
fn a_broken_value_of_a_sensitive_variable_is_not_shown() {
    let it = Case::new(
        "variable \"cidrs\" {\n  type = list(string)\n  sensitive = true\n}\nresource \"aws_x\" \"x\" { cidrs = var.cidrs }",
    )
    .environment("cidrs", "[\"1.1.1.1/8\", ")
    .evaluate();
    let [problem] = &it.problems()[..] else { panic!("{:?}", it.problems()) };
    assert!(problem.contains(" at variable \"cidrs\": ") && !problem.contains("1.1.1.1"), "{problem}");
}

/// Terraform 0.11 wanted the names of types in quotes.
#[test]
fn a_text_is_a_text_though_its_type_is_in_quotes() {
    let it =
        Case::new("variable \"cidr\" { type = \"string\" }\nresource \"aws_x\" \"x\" { cidr = var.cidr }")
            .environment("cidr", "0.0.0.0/0")
            .evaluate();
    assert_eq!(it.shown("aws_x.x.cidr"), "\"0.0.0.0/0\"");
}
