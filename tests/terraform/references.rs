//! Names: what they lead to, what nothing declares, what leads back to itself.

use crate::case::{Case, show, shown_beside};

#[test]
fn a_configured_attribute_is_its_value_and_a_computed_one_an_identity() {
    let it = Case::new(
        r#"
        resource "aws_vpc" "main" {
          cidr_block = "10.0.0.0/16"
          name       = null
        }
        resource "aws_x" "y" {
          cidr     = aws_vpc.main.cidr_block
          id       = aws_vpc.main.id
          arn      = aws_vpc.main.arn
          group    = aws_vpc.main.default_security_group_id
          nulled   = aws_vpc.main.name
          whole    = aws_vpc.main
          prefixed = resource.aws_vpc.main.id
          by_text  = aws_vpc.main["cidr_block"]
        }
        "#,
    )
    .evaluate()
    .without_problems();
    for (attribute, expected) in [
        ("cidr", r#""10.0.0.0/16""#),
        ("id", "<aws_vpc.main.id>"),
        ("arn", "<aws_vpc.main.arn>"),
        ("group", "<aws_vpc.main.default_security_group_id>"),
        ("nulled", "<aws_vpc.main.name>"),
        ("whole", "<aws_vpc.main>"),
        ("prefixed", "<aws_vpc.main.id>"),
        ("by_text", r#""10.0.0.0/16""#),
    ] {
        assert_eq!(it.shown(&format!("aws_x.y.{attribute}")), expected, "{attribute}");
    }
    assert_eq!(
        it.way(&it.value("aws_x.y.cidr")),
        [r#"written "10.0.0.0/16""#, "used here: aws_vpc.main.cidr_block"]
    );
    assert_eq!(
        it.way(&it.value("aws_x.y.group")),
        [
            "written aws_vpc.main.default_security_group_id",
            "used here: aws_vpc.main.default_security_group_id"
        ]
    );
}

#[test]
fn a_data_source_has_the_identity_it_is_looked_up_by() {
    let data = r#"
        variable "unset" {}
        data "aws_vpc" "known" { id = "vpc-1" }
        data "aws_vpc" "named" { tags = { Name = "x" } }
        data "aws_vpc" "unknown" { id = var.unset }
        data "aws_vpc" "each" {
          for_each = toset(["vpc-2"])
          id       = each.key
        }
    "#;
    for (expression, expected) in [
        ("data.aws_vpc.known.id", r#""vpc-1""#),
        ("data.aws_vpc.known.cidr_block", "<data.aws_vpc.known.cidr_block>"),
        ("data.aws_vpc.named.id", "<data.aws_vpc.named.id>"),
        ("data.aws_vpc.named.tags.Name", r#""x""#),
        ("data.aws_vpc.unknown.id", "<data.aws_vpc.unknown.id>"),
        (r#"data.aws_vpc.each["vpc-2"].id"#, r#""vpc-2""#),
        (r#"data.aws_vpc.each["vpc-2"].arn"#, r#"<data.aws_vpc.each["vpc-2"].arn>"#),
    ] {
        assert_eq!(shown_beside(data, expression), expected, "{expression}");
    }
}

#[test]
fn an_attribute_is_the_same_whether_read_before_or_after_its_resource() {
    let it = Case::new(
        r#"
        resource "aws_a" "reader" { ports = [for key in ["x", "y"] : aws_b.read[key].port] }
        resource "aws_b" "read" {
          for_each = { x = 1, y = 2 }
          port     = each.value
          rule { port = each.value * 10 }
        }
        resource "aws_c" "reader" { ports = [for it in aws_b.read : it.rule[0].port] }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.shown("aws_a.reader.ports"), "[1, 2]");
    assert_eq!(it.shown("aws_c.reader.ports"), "[10, 20]");
    assert_eq!(it.shown(r#"aws_b.read["y"].port"#), "2");
}

#[test]
fn every_step_of_a_long_way_is_kept() {
    let it = Case::new(
        r#"
        variable "office" { default = "203.0.113.0/24" }
        locals {
          allowed = [var.office]
          again   = local.allowed
        }
        module "net" {
          source = "./net"
          cidrs  = local.again
        }
        "#,
    )
    .file(
        "net/main.tf",
        r#"
        variable "cidrs" {}
        resource "aws_x" "y" { cidrs = var.cidrs }
        output "cidrs" { value = var.cidrs }
        "#,
    )
    .evaluate()
    .without_problems();
    let members = it.value("module.net.aws_x.y.cidrs").members();
    assert_eq!(
        it.way(&members[0]),
        [
            r#"written "203.0.113.0/24""#,
            r#"default of the variable: "203.0.113.0/24""#,
            "used here: var.office",
            "local value: [var.office]",
            "used here: local.allowed",
            "local value: local.allowed",
            "used here: local.again",
            "passed to the module: local.again",
            "used here: var.cidrs",
        ]
    );
}

#[test]
fn an_undeclared_name_is_a_problem_that_suggests_the_nearest() {
    let declared = r#"
        variable "admin_cidr" { default = 1 }
        locals { subnets = 1 }
        resource "aws_vpc" "main" {}
        data "aws_vpc" "shared" {}
        module "net" { source = "./net" }
    "#;
    for (expression, name, help) in [
        ("var.admin_cird", "var.admin_cird", "did you mean `admin_cidr`?"),
        ("local.subnet", "local.subnet", "did you mean `subnets`?"),
        ("aws_vpc.mian.id", "aws_vpc.mian", "did you mean `main`?"),
        ("data.aws_vpc.share.id", "data.aws_vpc.share", "did you mean `shared`?"),
        ("module.nte.vpc_id", "module.nte", "did you mean `net`?"),
        ("module.net.vpc", "module.net.vpc", "declare it, or correct the reference"),
        ("module.net.vpc_ids", "module.net.vpc_ids", "did you mean `vpc_id`?"),
        ("aws_subnet.main.id", "aws_subnet.main", "declare it, or correct the reference"),
        ("var.entirely_other", "var.entirely_other", "declare it, or correct the reference"),
    ] {
        let it = Case::new(&format!("{declared}\noutput \"it\" {{ value = {expression} }}"))
            .file("net/main.tf", "output \"vpc_id\" { value = 1 }")
            .evaluate();
        assert_eq!(
            it.problems(),
            [format!("undeclared-reference at {expression}: {name} is not declared in this module; {help}")]
        );
        assert_eq!(show(&it.output("it")), format!("?{name} is not declared"));
    }
}

#[test]
fn what_refers_to_itself_is_a_problem_and_the_rest_is_known() {
    let it = Case::new(
        r#"
        locals {
          a    = local.b
          b    = [local.a]
          free = "x"
        }
        output "it" { value = [local.a, local.free] }
        "#,
    )
    .evaluate();
    assert_eq!(show(&it.output("it")), r#"[[?the value refers to itself], "x"]"#);
    assert_eq!(
        it.problems(),
        ["reference-cycle at local.a: this value refers to itself; \
             break the cycle; Terraform refuses the configuration"]
    );
}

#[test]
fn names_that_are_not_available_are_unknown() {
    for (expression, expected) in [
        ("each.key", "?each is not available here"),
        ("count.index", "?count is not available here"),
        ("self.id", "?self.id is computed when deployed"),
        ("terraform.workspaces", "?there is no terraform.workspaces"),
        ("path.here", "?there is no path.here"),
        ("nothing", "?nothing is not declared"),
        ("var", "?var is not declared"),
        ("data.aws_vpc", "?data needs a type and a name"),
    ] {
        assert_eq!(shown_beside("", expression), expected, "{expression}");
    }
}

#[test]
fn names_inside_an_expression_hide_those_outside() {
    for (expression, expected) in [
        ("[for var in [{ a = 1 }] : var.a]", "[1]"),
        ("[for x in [1] : [for x in [2] : x]]", "[[2]]"),
        ("[for i, x in [5] : [for j, y in [6] : [i, x, j, y]]]", "[[[0, 5, 0, 6]]]"),
    ] {
        assert_eq!(shown_beside("", expression), expected, "{expression}");
    }
}

/// However the blocks are ordered.
#[test]
fn a_resource_that_asks_a_data_source_is_not_found_by_it() {
    let vpc = r#"resource "aws_vpc" "other" {
          cidr_block = "10.0.0.0/16"
          tags       = { Name = "other", Peer = data.aws_vpc.main.owner_id }
        }"#;
    let group = r#"resource "aws_security_group" "web" { vpc_id = data.aws_vpc.main.id }"#;
    let data = r#"data "aws_vpc" "main" { tags = { Name = "main" } }"#;
    for order in [[vpc, group, data], [data, group, vpc], [group, vpc, data]] {
        let it = Case::new(&order.join("\n")).evaluate();
        assert_eq!(it.told(), [""; 0]);
    }
}
