//! Module calls: inputs, outputs, instances, what is not there.

use crate::case::{Case, show};

#[test]
fn an_output_carries_the_way_into_the_module_and_out() {
    let it = Case::new(
        r#"
        module "a" {
          source = "./pass"
          in     = "0.0.0.0/0"
        }
        module "b" {
          source = "./pass"
          in     = module.a.out
        }
        resource "aws_x" "y" { cidr = module.b.out }
        "#,
    )
    .file("pass/main.tf", "variable \"in\" {}\noutput \"out\" { value = var.in }")
    .evaluate()
    .without_problems();
    assert_eq!(
        it.way(&it.value("aws_x.y.cidr")),
        [
            r#"written "0.0.0.0/0""#,
            r#"passed to the module: "0.0.0.0/0""#,
            "used here: var.in",
            "output of the module: var.in",
            "used here: module.a.out",
            "passed to the module: module.a.out",
            "used here: var.in",
            "output of the module: var.in",
            "used here: module.b.out",
        ]
    );
}

#[test]
fn each_instance_of_a_call_has_its_own_inputs() {
    let it = Case::new(
        r#"
        module "net" {
          source   = "./net"
          for_each = { a = "10.0.0.0/16", b = "10.1.0.0/16" }
          cidr     = each.value
        }
        resource "aws_x" "y" {
          one   = module.net["b"].cidr
          all   = { for key, net in module.net : key => net.cidr }
          ids   = values(module.net)[*].id
          every = [for net in module.net : net]
        }
        "#,
    )
    .file(
        "net/main.tf",
        r#"
        variable "cidr" {}
        resource "aws_vpc" "it" { cidr_block = var.cidr }
        output "cidr" { value = aws_vpc.it.cidr_block }
        output "id" { value = aws_vpc.it.id }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.shown("aws_x.y.one"), r#""10.1.0.0/16""#);
    assert_eq!(it.shown("aws_x.y.all"), r#"{a = "10.0.0.0/16", b = "10.1.0.0/16"}"#);
    assert_eq!(
        it.shown("aws_x.y.ids"),
        r#"[<module.net["a"].aws_vpc.it.id>, <module.net["b"].aws_vpc.it.id>]"#
    );
    assert!(it.shown("aws_x.y.every").starts_with(r#"[{cidr = "10.0.0.0/16", id = <module.net["a"]"#));
    let one = it.way(&it.value("aws_x.y.one"));
    assert_eq!(one[0], r#"written "10.1.0.0/16""#);
    assert!(one.contains(&"passed to the module: each.value".to_owned()), "{one:?}");
}

#[test]
fn a_module_of_unknown_count_has_a_stand_in() {
    let it = Case::new(
        r#"
        variable "unset" {}
        module "net" {
          source = "./net"
          count  = var.unset ? 1 : 0
        }
        resource "aws_x" "y" {
          index  = module.net[0].id
          splat  = module.net[*].id
          legacy = module.net.*.id
          whole  = module.net
          loop   = [for net in module.net : net.id]
        }
        "#,
    )
    .file("net/main.tf", "resource \"aws_vpc\" \"it\" {}\noutput \"id\" { value = aws_vpc.it.id }")
    .evaluate()
    .without_problems();
    assert_eq!(it.addresses(), ["aws_x.y", "module.net.aws_vpc.it?"]);
    assert_eq!(it.shown("aws_x.y.index"), "<module.net.aws_vpc.it.id>");
    assert_eq!(it.shown("aws_x.y.splat"), "[<module.net.aws_vpc.it.id>]");
    assert_eq!(it.shown("aws_x.y.legacy"), "[<module.net.aws_vpc.it.id>]");
    assert_eq!(it.shown("aws_x.y.whole"), "?variable unset has no value");
    assert_eq!(it.shown("aws_x.y.loop"), "?variable unset has no value");
}

#[test]
fn a_module_that_is_not_there_is_one_problem_a_call() {
    let it = Case::new(
        r#"
        module "remote" {
          source   = "acme/vpc/aws"
          for_each = toset(["a", "b"])
        }
        module "gone" { source = "./gone" }
        module "sourceless" {}
        resource "aws_x" "y" {
          vpc  = module.remote["a"].vpc_id
          gone = module.gone.list[0].id
        }
        "#,
    )
    .evaluate();
    assert_eq!(
        it.problems(),
        [
            r#"module-not-found at "acme/vpc/aws": module remote (acme/vpc/aws) is not there: what it declares is not judged; run `terraform init` or `terraform get` first: sglint judges the code that they put into .terraform/modules"#,
            r#"module-not-found at "./gone": module gone (gone) is not there: what it declares is not judged; correct the source: the directory holds no .tf file"#,
            r#"module-not-found at module "sourceless": module sourceless (no literal source) is not there: what it declares is not judged; give the module a literal source"#,
        ]
    );
    assert_eq!(it.shown("aws_x.y.vpc"), "?module remote is not there");
    assert_eq!(it.shown("aws_x.y.gone"), "?module gone is not there");
}

#[test]
fn a_module_that_calls_itself_is_a_problem() {
    let it = Case::new("module \"m\" { source = \"./m\" }")
        .file("m/main.tf", "module \"again\" { source = \"../n\" }")
        .file("n/main.tf", "module \"m\" { source = \"../m\" }\nresource \"aws_x\" \"y\" {}")
        .evaluate();
    assert_eq!(it.addresses(), ["module.m.module.again.aws_x.y"]);
    assert_eq!(
        it.problems(),
        [
            r#"module-cycle at "../m": module m calls itself, directly or not; break the cycle; Terraform cannot load this configuration"#
        ]
    );
}

#[test]
fn arguments_and_variables_of_a_call_must_match() {
    let it = Case::new("module \"m\" {\n  source = \"./m\"\n  cdir = 1\n  depends_on = []\n}")
        .file("m/main.tf", "variable \"cidr\" {}\nvariable \"set\" { default = 1 }")
        .evaluate();
    assert_eq!(
        it.problems(),
        [
            "undeclared-argument at cdir: the module declares no variable cdir; did you mean `cidr`?",
            "missing-argument at module \"m\": the module needs a value for cidr; \
             pass the argument, or give the variable a default; it counts as unknown",
        ]
    );
}

#[test]
fn of_two_declarations_the_first_counts_and_both_are_told() {
    let it = Case::new("locals { a = 1 }\nresource \"aws_x\" \"y\" { a = local.a }")
        .file("z.tf", "locals { a = 2 }\noutput \"a\" { value = aws_x.y.a }\noutput \"a\" { value = 2 }")
        .evaluate();
    assert_eq!(show(&it.output("a")), "1");
    let told: Vec<_> =
        it.problems().iter().map(|problem| problem.split(';').next().unwrap().to_owned()).collect();
    assert_eq!(
        told,
        [
            "duplicate-declaration at a: local.a is declared twice in this module",
            "duplicate-declaration at output \"a\": output a is declared twice in this module",
        ]
    );
}

#[test]
fn an_override_points_at_its_own_file() {
    let it = Case::new("resource \"aws_x\" \"y\" {\n  cidr = \"10.0.0.0/8\"\n  port = 1\n  rule { a = 1 }\n}")
        .file("z_override.tf", "resource \"aws_x\" \"y\" {\n  cidr = \"0.0.0.0/0\"\n  dynamic \"rule\" {\n    for_each = [2]\n    content { a = rule.value }\n  }\n}")
        .evaluate()
        .without_problems();
    assert_eq!(it.addresses(), ["aws_x.y"]);
    assert_eq!(it.shown("aws_x.y.port"), "1");
    assert_eq!(it.shown("aws_x.y.rule"), "[{a = 2}]");
    let cidr = it.value("aws_x.y.cidr");
    assert_eq!(show(&cidr), r#""0.0.0.0/0""#);
    assert_eq!(it.sources.get(cidr.origin.written.file).name(), "z_override.tf");
}

#[test]
fn an_override_of_nothing_is_told_and_judged() {
    let it = Case::new("locals { a = 1 }")
        .file("override.tf", "resource \"aws_x\" \"y\" {}\nlocals {\n  a = 2\n  b = 3\n}")
        .evaluate();
    assert_eq!(it.addresses(), ["aws_x.y"]);
    let help =
        "declare it in a file that does not override: Terraform refuses the configuration; it is judged";
    assert_eq!(
        it.problems(),
        [
            format!(
                "override-of-nothing at resource \"aws_x\" \"y\": no other file declares aws_x.y, which this file overrides; {help}"
            ),
            format!(
                "override-of-nothing at b: no other file declares local.b, which this file overrides; {help}"
            ),
        ]
    );
}

#[test]
fn blocks_that_terraform_does_not_know_are_told() {
    let it = Case::new(
        "resources \"aws_x\" \"y\" {}\nresource \"aws_x\" {}\nmoved {\n  from = aws_x.a\n  to = aws_x.b\n}\n\
         removed {\n  from = aws_x.c\n}\ncheck \"c\" {\n  data \"aws_x\" \"d\" {}\n}\n\
         resource \"aws_x\" \"both\" {\n  count = 1\n  for_each = {}\n}",
    )
    .evaluate();
    assert_eq!(it.addresses(), ["aws_x.both[0]"]);
    assert_eq!(
        it.problems(),
        [
            "unknown-block at resources \"aws_x\" \"y\": Terraform has no block resources; did you mean `resource`?",
            "invalid-block at resource \"aws_x\": the block resource takes 2 labels; \
             name it as Terraform's documentation shows; it is not judged",
            "invalid-block at for_each: count and for_each exclude each other; \
             keep one of the two: Terraform refuses the configuration; count is taken",
        ]
    );
}

#[test]
fn an_override_changes_the_provider_of_its_alias_and_arguments_of_lifecycle() {
    let it = Case::new(
        r#"
        provider "aws" { region = "eu-west-1" }
        provider "aws" {
          alias  = "west"
          region = "us-west-1"
        }
        resource "aws_security_group" "web" {
          name = "web"
          lifecycle { create_before_destroy = true }
        }
        "#,
    )
    .file(
        "override.tf",
        r#"
        provider "aws" {
          alias  = "west"
          region = "us-west-2"
        }
        resource "aws_security_group" "web" {
          lifecycle { prevent_destroy = true }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    let web = &it.configuration.resources[0];
    assert_eq!(web.lifecycle.len(), 2, "{:?}", web.lifecycle);
    assert!(web.lifecycle.values().all(|value| value.as_bool() == Some(true)));
}
