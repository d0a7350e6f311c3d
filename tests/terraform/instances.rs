//! `count`, `for_each` and dynamic blocks: which instances and blocks there are.

use crate::case::Case;

#[test]
fn instances_have_their_keys_and_values() {
    let it = Case::new(
        r#"
        variable "rules" {
          default = { ssh = { port = 22 }, web = { port = 443 } }
        }
        resource "aws_x" "numbered" {
          count = 3
          port  = 8000 + count.index
          name  = "n${count.index}"
        }
        resource "aws_x" "keyed" {
          for_each = var.rules
          port     = each.value.port
          name     = each.key
        }
        resource "aws_x" "named" {
          for_each = toset(["b", "a"])
          name     = each.value
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.addresses(),
        [
            "aws_x.numbered[0]",
            "aws_x.numbered[1]",
            "aws_x.numbered[2]",
            r#"aws_x.keyed["ssh"]"#,
            r#"aws_x.keyed["web"]"#,
            r#"aws_x.named["a"]"#,
            r#"aws_x.named["b"]"#,
        ]
    );
    assert_eq!(it.shown("aws_x.numbered[2].port"), "8002");
    assert_eq!(it.shown("aws_x.numbered[2].name"), r#""n2""#);
    assert_eq!(it.shown(r#"aws_x.keyed["web"].port"#), "443");
    assert_eq!(it.shown(r#"aws_x.named["b"].name"#), r#""b""#);
    assert_eq!(
        it.way(&it.value(r#"aws_x.keyed["web"].port"#)),
        [
            "written 443",
            "default of the variable: { ssh = { port = 22 }, web = { port = 443 } }",
            "used here: var.rules",
            "iterated here: var.rules",
            "used here: each.value.port",
        ]
    );
    assert_eq!(it.way(&it.value(r#"aws_x.named["b"].name"#))[0], r#"written "b""#);
}

#[test]
fn declared_addresses_leave_the_keys_out() {
    let it = Case::new(
        r#"module "m" {
          source   = "./m"
          for_each = toset(["a"])
        }"#,
    )
    .file("m/main.tf", "resource \"aws_x\" \"y\" {\n  count = 1\n}")
    .evaluate()
    .without_problems();
    let resource = &it.configuration.resources[0];
    assert_eq!(&*resource.address, r#"module.m["a"].aws_x.y[0]"#);
    assert_eq!(&*resource.declared, "module.m.aws_x.y");
    assert_eq!(it.sources.text(resource.calls[0]), r#"module "m""#);
}

#[test]
fn an_unknown_number_of_instances_has_a_stand_in() {
    for repetition in ["count = var.unset", "for_each = var.unset", "count = var.unset ? 1 : 0"] {
        let it = Case::new(&format!(
            r#"
            variable "unset" {{}}
            resource "aws_x" "y" {{
              {repetition}
              port = 22
            }}
            resource "aws_z" "user" {{
              zero  = aws_x.y[0].id
              named = aws_x.y["a"].port
              all   = aws_x.y[*].id
            }}
            "#
        ))
        .evaluate()
        .without_problems();
        assert_eq!(it.addresses(), ["aws_x.y?", "aws_z.user"], "{repetition}");
        assert_eq!(it.shown("aws_x.y.port"), "22");
        assert_eq!(it.shown("aws_z.user.zero"), "<aws_x.y.id>");
        assert_eq!(it.shown("aws_z.user.named"), "22");
        assert_eq!(
            it.shown("aws_z.user.all"),
            "[<aws_x.y.id>, ?how many aws_x.y there are is computed when deployed]"
        );
    }
}

#[test]
fn keys_and_values_of_a_stand_in_are_unknown() {
    let it = Case::new(
        r#"
        variable "unset" {}
        resource "aws_x" "each" {
          for_each = var.unset
          key      = each.key
          port     = each.value.port
          name     = "x-${each.key}"
        }
        resource "aws_x" "count" {
          count = var.unset
          port  = count.index + 1
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.shown("aws_x.each.key"), "?variable unset has no value");
    assert_eq!(it.shown("aws_x.each.port"), "?variable unset has no value");
    assert_eq!(it.shown("aws_x.each.name"), r#"template("x-", ?variable unset has no value)"#);
    assert_eq!(it.shown("aws_x.count.port"), "?variable unset has no value");
}

#[test]
fn one_unknown_key_makes_the_instances_unknown_and_an_unknown_value_does_not() {
    let it = Case::new(
        r#"
        resource "aws_vpc" "v" {}
        resource "aws_x" "by_id" { for_each = toset(["a", aws_vpc.v.id]) }
        resource "aws_x" "by_text" { for_each = toset(["a-${aws_vpc.v.id}"]) }
        resource "aws_x" "by_name" {
          for_each = { a = aws_vpc.v.id }
          vpc      = each.value
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.addresses(), ["aws_vpc.v", "aws_x.by_id?", "aws_x.by_text?", r#"aws_x.by_name["a"]"#]);
    assert_eq!(it.shown(r#"aws_x.by_name["a"].vpc"#), "<aws_vpc.v.id>");
}

#[test]
fn what_cannot_be_counted_or_iterated_is_unknown_and_says_why() {
    for (repetition, cause) in [
        ("count = -1", "count is not a whole number"),
        ("count = 1.5", "count is not a whole number"),
        ("count = null", "count is not a whole number"),
        ("count = aws_vpc.v.cidr", "aws_vpc.v.cidr is computed when deployed"),
        ("for_each = null", "for_each needs a map or a set of strings"),
        (r#"for_each = "a""#, "for_each needs a map or a set of strings"),
        ("for_each = [{}]", "for_each needs a map or a set of strings"),
        ("for_each = aws_vpc.v.subnets", "aws_vpc.v.subnets is computed when deployed"),
    ] {
        let it = Case::new(&format!(
            "resource \"aws_vpc\" \"v\" {{}}\nresource \"aws_x\" \"y\" {{\n  {repetition}\n}}"
        ))
        .evaluate();
        let resource = &it.configuration.resources[1];
        let sglint::resource::Presence::Unknown(unknown) = &resource.presence else {
            panic!("{repetition}");
        };
        assert_eq!(unknown.cause.to_string(), cause, "{repetition}");
    }
}

#[test]
fn dynamic_blocks_are_expanded_in_their_order_beside_written_ones() {
    let it = Case::new(
        r#"
        locals { rules = [{ port = 22, cidrs = ["10.0.0.0/8"] }, { port = 443, cidrs = ["0.0.0.0/0"] }] }
        resource "aws_x" "y" {
          ingress { port = 1 }
          dynamic "ingress" {
            for_each = local.rules
            content {
              n     = ingress.key
              port  = ingress.value.port
              cidrs = ingress.value["cidrs"]
            }
          }
          dynamic "egress" {
            for_each = { b = 2, a = 1 }
            iterator = it
            content {
              name = it.key
              port = it.value
            }
          }
          dynamic "named" {
            for_each = toset(["y", "x"])
            content { name = "${named.key}${named.value}" }
          }
          dynamic "none" {
            for_each = []
            content {}
          }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.shown("aws_x.y.ingress"),
        r#"[{port = 1}, {cidrs = ["10.0.0.0/8"], n = 0, port = 22}, {cidrs = ["0.0.0.0/0"], n = 1, port = 443}]"#
    );
    assert_eq!(it.shown("aws_x.y.egress"), r#"[{name = "a", port = 1}, {name = "b", port = 2}]"#);
    assert_eq!(it.shown("aws_x.y.named"), r#"[{name = "xx"}, {name = "yy"}]"#);
    assert_eq!(it.shown("aws_x.y.none"), "[]");
    let cidr = &it.value("aws_x.y.ingress").members()[2].get("cidrs").unwrap().members()[0];
    assert_eq!(
        it.way(cidr),
        [
            r#"written "0.0.0.0/0""#,
            r#"local value: [{ port = 22, cidrs = ["10.0.0.0/8"] }, { port = 443, cidrs = ["0.0.0.0/0"] }]"#,
            "used here: local.rules",
            "iterated here: local.rules",
            r#"used here: ingress.value["cidrs"]"#,
        ]
    );
}

#[test]
fn dynamic_blocks_nest() {
    let it = Case::new(
        r#"
        variable "sets" {
          default = [{ name = "s", rules = [{ port = 1 }, { port = 2 }] }, { name = "t", rules = [] }]
        }
        resource "aws_x" "y" {
          for_each = toset(["k"])
          dynamic "set" {
            for_each = var.sets
            content {
              name = "${each.key}-${set.value.name}"
              dynamic "rule" {
                for_each = set.value.rules
                content {
                  port = rule.value.port
                  of   = set.value.name
                }
              }
            }
          }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.shown(r#"aws_x.y["k"].set"#),
        r#"[{name = "k-s", rule = [{of = "s", port = 1}, {of = "s", port = 2}]}, {name = "k-t", rule = []}]"#
    );
}

#[test]
fn an_unknown_dynamic_block_is_one_unknown_block() {
    let it = Case::new(
        r#"
        variable "unset" {}
        resource "aws_x" "y" {
          ingress { port = 1 }
          dynamic "ingress" {
            for_each = var.unset
            content { port = ingress.value }
          }
          dynamic "egress" {
            for_each = "wrong"
            content { port = egress.value }
          }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.shown("aws_x.y.ingress"), "[{port = 1}, ?variable unset has no value]");
    assert_eq!(it.shown("aws_x.y.egress"), "[?for_each needs a collection]");
}

#[test]
fn more_instances_than_can_be_expanded_are_a_problem() {
    let it = Case::new("resource \"aws_x\" \"y\" {\n  count = 1000000000\n}").evaluate();
    assert_eq!(it.addresses(), ["aws_x.y?"]);
    assert_eq!(
        it.problems(),
        ["expansion-limit at 1000000000: 1000000000 instances are more than sglint expands (10000); \
             one stand-in instance is judged; lower the number or split the declaration"]
    );
}

#[test]
fn instances_that_depend_on_themselves_end_in_unknown() {
    let it = Case::new("resource \"aws_x\" \"y\" {\n  count = length(aws_x.y)\n}").evaluate();
    assert_eq!(it.addresses(), ["aws_x.y?"]);
}
