//! For expressions, splats and indices: whose elements they yield, and what of them is known.

use crate::case::{Case, shown_beside};

/// A resource that counts to a number nobody knows, one that exists once, and an unknown text.
const WORLD: &str = r#"
    variable "unset" {}
    resource "aws_many" "x" { count = var.unset }
    resource "aws_one" "x" {
      cidrs = ["10.0.0.0/8", "0.0.0.0/0"]
      rule { port = 22 }
      rule { port = 443 }
    }
    data "aws_ids" "x" {}
"#;

#[test]
fn what_is_selected_keeps_where_it_was_written() {
    let it = Case::new(
        r#"
        locals {
          rules = { ssh = { port = 22, cidrs = ["10.0.0.0/8"] }, web = { port = 443, cidrs = ["0.0.0.0/0"] } }
          open  = [for name, rule in local.rules : rule.cidrs if rule.port == 443]
        }
        resource "aws_x" "y" {
          by_key   = local.rules["web"].port
          by_splat = values(local.rules)[*].port
          by_for   = flatten(local.open)
          by_group = { for name, rule in local.rules : (rule.port > 100 ? "high" : "low") => rule.port... }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    let way = |value: &sglint::resource::Value| it.way(value).join(" | ");
    assert_eq!(way(&it.value("aws_x.y.by_key")).split(" | ").next(), Some("written 443"));
    let ports = it.value("aws_x.y.by_splat").members();
    assert_eq!(way(&ports[1]).split(" | ").next(), Some("written 443"));
    let open = it.value("aws_x.y.by_for").members();
    let way = it.way(&open[0]);
    assert_eq!(way[0], r#"written "0.0.0.0/0""#);
    assert!(way.contains(&"used here: local.open".to_owned()), "{way:?}");
    let grouped = it.value("aws_x.y.by_group").get("high").unwrap().members();
    assert_eq!(it.way(&grouped[0])[0], "written 443");
}

#[test]
fn an_unknown_collection_makes_an_unknown_result() {
    for expression in [
        "[for x in var.unset : x]",
        "{ for x in var.unset : x => x }",
        "var.unset[*].id",
        "var.unset.*.id",
        "var.unset[0]",
        "var.unset.a.b",
        r"{ (var.unset) = 1 }",
        r#"{ for x in ["a"] : var.unset => x }"#,
        r#"{ for x in ["a"] : x => x if var.unset }"#,
        r#"[for x in ["a"] : x if var.unset][0]"#,
        r#"["a"][var.unset]"#,
        r"{ a = 1 }[var.unset]",
        "var.unset ? 1 : 2",
        "!var.unset",
        "-var.unset",
        "var.unset + 1",
        "1 > var.unset",
        "var.unset == 1",
        "max(var.unset...)",
        r#""%{ if var.unset }a%{ endif }" == "a""#,
    ] {
        assert_eq!(shown_beside(WORLD, expression), "?variable unset has no value", "{expression}");
    }
}

#[test]
fn what_does_not_depend_on_the_unknown_part_is_known() {
    for (expression, expected) in [
        ("[for x in [1, var.unset] : 5]", "[5, 5]"),
        ("[1, var.unset][0]", "1"),
        ("{ a = 1, b = var.unset }.a", "1"),
        ("[{ a = 1, b = var.unset }][*].a", "[1]"),
        (r#"var.unset ? "x" : "x""#, r#""x""#),
        ("var.unset ? [1, 2] : [1, 2]", "[1, 2]"),
        ("false && var.unset", "false"),
        ("var.unset && false", "false"),
        ("var.unset || true", "true"),
        ("[var.unset, 1] == [5]", "false"),
        ("{ a = var.unset } == { b = var.unset }", "false"),
        ("[for x in [1, 2] : x if x > 1 || var.unset]", "[?variable unset has no value, 2]"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn splats_see_one_many_and_unknown_instances() {
    for (expression, expected) in [
        ("aws_one.x[*].id", "[<aws_one.x.id>]"),
        ("aws_one.x.*.id", "[<aws_one.x.id>]"),
        ("aws_one.x[*].cidrs[1]", r#"["0.0.0.0/0"]"#),
        ("aws_one.x.rule[*].port", "[22, 443]"),
        ("aws_many.x[*].id", "[<aws_many.x.id>, ?how many aws_many.x there are is computed when deployed]"),
        ("aws_many.x[0].id", "<aws_many.x.id>"),
        (
            "[for it in aws_many.x : it.id]",
            "[<aws_many.x.id>, ?how many aws_many.x there are is computed when deployed]",
        ),
        ("one(aws_many.x[*].id)", "<aws_many.x.id>"),
        ("element(aws_many.x[*].id, 0)", "<aws_many.x.id>"),
        ("length(aws_many.x)", "?aws_many.x is computed when deployed"),
        ("aws_one.x.computed[*].id", "<aws_one.x.computed[*].id>"),
        ("data.aws_ids.x.ids[*]", "<data.aws_ids.x.ids[*]>"),
        ("data.aws_ids.x.ids[0]", "<data.aws_ids.x.ids[0]>"),
        (r#"data.aws_ids.x.by_name["a"].id"#, "<data.aws_ids.x.by_name[a].id>"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn an_attribute_of_several_says_how_to_choose() {
    let world = "resource \"aws_vpc\" \"v\" {\n  count = 2\n}";
    assert_eq!(
        shown_beside(world, "aws_vpc.v.id"),
        "?attribute id of several: choose one by [index], or all by [*]"
    );
    assert_eq!(shown_beside(world, "aws_vpc.v[1].id"), "<aws_vpc.v[1].id>");
    assert_eq!(shown_beside(world, "aws_vpc.v[2].id"), "?there is no element 2");
}

#[test]
fn try_and_can_catch_what_terraform_refuses_and_nothing_else() {
    for (expression, expected) in [
        (r#"try({ a = 1 }.b, "fallback")"#, r#""fallback""#),
        (r#"try([{ a = 1 }.b], "fallback")"#, r#""fallback""#),
        (r#"try("x-${{ a = 1 }.b}", "fallback")"#, r#""fallback""#),
        (r#"try(var.unset, "fallback")"#, "?variable unset has no value"),
        (r#"try(var.unset.a, "fallback")"#, "?variable unset has no value"),
        (r#"try(aws_one.x.id, "fallback")"#, "<aws_one.x.id>"),
        (r"try(aws_one.x[0].id, aws_one.x.id)", "<aws_one.x.id>"),
        ("can({ a = 1 }.b)", "false"),
        ("try({ a = 1 }.b, [][0])", "?no argument of try is valid"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn values_inside_try_keep_their_way() {
    let it = Case::new(
        r#"
        locals { rule = { cidr = "0.0.0.0/0" } }
        resource "aws_x" "y" { cidr = try(local.rule.missing, local.rule.cidr) }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.way(&it.value("aws_x.y.cidr")),
        [r#"written "0.0.0.0/0""#, r#"local value: { cidr = "0.0.0.0/0" }"#, "used here: local.rule.cidr"]
    );
}

#[test]
fn an_element_that_stands_for_any_number_leaves_count_and_places_open() {
    for (expression, expected) in [
        (r#"length([var.unset, "a"])"#, "2"),
        (r#"length(concat(var.unset, ["a"]))"#, "?variable unset has no value"),
        (r#"length(compact([var.unset, "a"]))"#, "?variable unset has no value"),
        (r#"length(flatten([var.unset, ["a"]]))"#, "?variable unset has no value"),
        (r#"length(distinct([var.unset, "a"]))"#, "?variable unset has no value"),
        (r#"length([for x in ["a", "b"] : x if x == var.unset])"#, "?variable unset has no value"),
        (r#"length([for x in concat(var.unset, ["a"]) : { cidr = x }])"#, "?variable unset has no value"),
        (r#"concat(["a"], var.unset)[0]"#, r#""a""#),
        (r#"concat(var.unset, ["a"])[1]"#, "?variable unset has no value"),
        (r#"element(concat(var.unset, ["a"]), 0)"#, "?variable unset has no value"),
        (r"one(compact([var.unset]))", "?variable unset has no value"),
        (r#"length(compact([aws_one.x.id, ""]))"#, "1"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn a_count_of_what_may_be_there_is_not_certain() {
    let it = Case::new(
        r#"
        variable "unset" {}
        resource "aws_x" "y" {
          count = length(compact([var.unset]))
          name  = "y"
        }
        "#,
    )
    .evaluate();
    assert_eq!(it.addresses(), ["aws_x.y?"], "one stand-in, which may not exist");
}

#[test]
fn how_many_a_stand_in_stands_for_is_not_known() {
    let many = "?how many aws_many.x there are is computed when deployed";
    for (expression, expected) in [
        ("length(aws_many.x[*].id)", many),
        ("length([for x in aws_many.x : x.id])", many),
        ("concat(aws_many.x[*].id, [aws_one.x.id])[0]", "<aws_many.x.id>"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

/// Brackets make tuples, and Terraform compares types too.
#[test]
fn a_list_never_equals_what_brackets_make() {
    let world = "variable \"l\" {\n  type = list(string)\n  default = []\n}\nvariable \"m\" {\n  type = map(string)\n  default = {}\n}\nvariable \"any\" { default = [] }";
    for (expression, expected) in [
        ("var.l == []", "false"),
        ("var.l != []", "true"),
        ("[] == (var.l)", "false"),
        ("var.m == {}", "false"),
        (r#"tolist(["a"]) == ["a"]"#, "false"),
        ("var.l == tolist([])", "true"),
        ("var.any == []", "true"),
    ] {
        assert_eq!(shown_beside(world, expression), expected, "{expression}");
    }
}

#[test]
fn whether_an_unknown_value_is_valid_is_not_known() {
    let unset = "?variable unset has no value";
    for (expression, expected) in [
        (r#"can(regex("^prod", var.unset))"#, unset),
        ("can(var.unset)", "true"),
        (r#"can(tonumber("x"), var.unset)"#, "false"),
        (r#"can(regex("^prod", "dev"))"#, "false"),
        (r#"can(regex("^prod", "prod"))"#, "true"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn elements_are_taken_from_the_end() {
    for (expression, expected) in [
        (r#"element(tolist(["a", "b"]), -1)"#, r#""b""#),
        (r#"element(tolist(["a", "b", "c"]), -5)"#, r#""b""#),
        (r#"element(["a", "b", "c"], 4)"#, r#""b""#),
    ] {
        assert_eq!(shown_beside("", expression), expected, "{expression}");
    }
}

#[test]
fn text_is_converted_to_truth_as_terraform_does() {
    for (expression, expected) in
        [(r#"alltrue(["1"])"#, "true"), (r#"anytrue(["0", "1"])"#, "true"), (r#"alltrue(["0"])"#, "false")]
    {
        assert_eq!(shown_beside("", expression), expected, "{expression}");
    }
}
