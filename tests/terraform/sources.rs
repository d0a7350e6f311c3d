//! Where the code of a module call comes from: what Terraform has downloaded, and stubs.

use sglint::resource::Value;

use crate::case::{Case, Evaluated};

const LIST: &str = ".terraform/modules/modules.json";

/// The text of the place that an attribute stands in.
#[track_caller]
fn place(it: &Evaluated, address: &str, name: &str) -> String {
    let resource = it.configuration.resources.iter().find(|resource| &*resource.address == address).unwrap();
    it.sources.text(resource.attributes[name].span)
}

fn way(it: &Evaluated, value: &Value) -> Vec<String> {
    it.way(value)
}

#[test]
fn modules_are_read_from_where_init_has_put_them() {
    let it = Case::new(
        r#"
        module "net" {
          source = "./net"
        }
        resource "aws_x" "y" { id = module.net.id }
        "#,
    )
    .file(
        "net/main.tf",
        r#"
        module "sg" {
          source  = "acme/sg/aws"
          version = "~> 1.0"
          cidr    = "10.0.0.0/8"
        }
        output "id" { value = module.sg.id }
        "#,
    )
    .file(
        LIST,
        r#"{"Modules": [
          {"Key": "", "Source": "", "Dir": "."},
          {"Key": "net", "Source": "./net", "Dir": "net"},
          {"Key": "net.sg", "Source": "registry.terraform.io/acme/sg/aws", "Version": "1.2.3", "Dir": ".terraform/modules/net.sg"}
        ]}"#,
    )
    .file(
        ".terraform/modules/net.sg/main.tf",
        r#"
        variable "cidr" {}
        resource "aws_security_group" "it" {
          name        = "fixed"
          cidr_blocks = [var.cidr, "::/0"]
        }
        output "id" { value = aws_security_group.it.id }
        "#,
    )
    .evaluate()
    .without_problems();
    let group = "module.net.module.sg.aws_security_group.it";
    assert_eq!(it.addresses(), ["aws_x.y", group]);
    assert_eq!(it.shown("aws_x.y.id"), format!("<{group}.id>"));
    let resource = &it.configuration.resources[1];
    assert_eq!(it.sources.text(resource.head), r#"module "sg""#);
    assert!(it.sources.text(resource.span).starts_with("module \"sg\" {"));
    assert_eq!(resource.calls.len(), 2);
    assert_eq!(place(&it, group, "name"), r#"module "sg""#);
    assert_eq!(place(&it, group, "cidr_blocks"), r#""10.0.0.0/8""#);
}

#[test]
fn a_version_that_the_call_does_not_want_is_told() {
    let it = Case::new("module \"sg\" {\n  source  = \"acme/sg/aws\"\n  version = \"~> 2.0\"\n}")
        .file(LIST, r#"{"Modules":[{"Key":"sg","Source":"acme/sg/aws","Version":"1.2.3","Dir":".terraform/modules/sg"}]}"#)
        .file(".terraform/modules/sg/main.tf", "resource \"aws_vpc\" \"it\" {}")
        .evaluate();
    assert_eq!(it.addresses(), ["module.sg.aws_vpc.it"]);
    assert_eq!(
        it.problems(),
        [
            r#"module-version at "~> 2.0": module sg is judged as version 1.2.3, which is not ~> 2.0; run `terraform init -upgrade`, so that the version that is wanted is there"#
        ]
    );
}

#[test]
fn a_list_that_cannot_be_read_is_told_and_stubs_still_count() {
    for (list, message) in [
        (r#"{"Modules":[{"Key":"sg","#.to_owned(), "is no list of modules: EOF while parsing"),
        (r#"{"Modules":{}}"#.to_owned(), "is no list of modules: invalid type"),
        ("[".repeat(100_000), "is no list of modules: "),
        (format!("{{\"Modules\":[]}}{}", " ".repeat(5 * 1024 * 1024)), "is larger than 4 MiB"),
    ] {
        let it = Case::new("module \"sg\" {\n  source = \"terraform-aws-modules/security-group/aws\"\n}")
            .file(LIST, &list)
            .evaluate();
        let problems = it.problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("module-list at :") && problems[0].contains(message), "{problems:?}");
        assert!(problems[0].contains("run `terraform init` again"), "{problems:?}");
        assert_eq!(it.addresses(), ["module.sg.aws_security_group.this_name_prefix[0]"]);
    }
}

#[test]
fn a_module_outside_of_the_configuration_is_not_read() {
    for dir in ["../elsewhere", "/etc", ".terraform/../../elsewhere"] {
        let it = Case::new("module \"sg\" {\n  source = \"acme/sg/aws\"\n}")
            .file(LIST, &format!(r#"{{"Modules":[{{"Key":"sg","Source":"acme/sg/aws","Dir":"{dir}"}}]}}"#))
            .file("../elsewhere/main.tf", "resource \"aws_vpc\" \"it\" {}")
            .evaluate();
        assert_eq!(it.addresses(), [""; 0], "{dir}");
        let problems = it.problems();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().any(|one| one.contains("outside of the configuration")), "{problems:?}");
        assert!(problems.iter().any(|one| one.starts_with("module-not-found")), "{problems:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_configuration_is_not_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("main.tf"), "resource \"aws_vpc\" \"it\" {}").unwrap();
    let it = Case::new("module \"sg\" {\n  source = \"acme/sg/aws\"\n}")
        .file(LIST, r#"{"Modules":[{"Key":"sg","Source":"acme/sg/aws","Dir":".terraform/modules/sg"}]}"#)
        .link(".terraform/modules/sg", elsewhere.path())
        .evaluate();
    assert_eq!(it.addresses(), [""; 0]);
    assert!(it.problems().iter().any(|one| one.contains("outside of the configuration")));
}

#[test]
fn what_is_wrong_in_downloaded_code_is_told_at_the_call() {
    let it = Case::new("module \"sg\" {\n  source = \"acme/sg/aws\"\n}")
        .file(LIST, r#"{"Modules":[{"Key":"sg","Source":"acme/sg/aws","Dir":".terraform/modules/sg"}]}"#)
        .file(
            ".terraform/modules/sg/main.tf",
            "resource \"aws_vpc\" \"it\" { cidr = var.gone }\nmodule \"more\" { source = \"acme/more/aws\" }",
        )
        .evaluate();
    let problems = it.problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with(
        "module-not-found at module \"sg\": module more (acme/more/aws) is not there: what it declares is not judged \
         (in the code of module.sg)"
    ) || problems[1].starts_with("module-not-found at module \"sg\""), "{problems:?}");
    assert!(problems.iter().any(|one| one.starts_with("undeclared-reference at module \"sg\": var.gone")));
}

#[test]
fn values_from_a_stub_stand_where_the_caller_wrote_them() {
    let it = Case::new(
        r#"
        variable "office" { default = ["192.0.2.0/24"] }
        module "web" {
          source              = "terraform-aws-modules/security-group/aws"
          name                = "web"
          ingress_cidr_blocks = var.office
          ingress_rules       = ["ssh-tcp", "https-443-tcp"]
          ingress_with_cidr_blocks = [
            { from_port = 8080, to_port = 8081, protocol = "tcp", cidr_blocks = "10.0.0.0/8,10.1.0.0/16" },
          ]
        }
        resource "aws_x" "y" {
          id   = module.web.security_group_id
          more = module.web.something_else
        }
        "#,
    )
    .evaluate()
    .without_problems();
    let ssh = "module.web.aws_security_group_rule.ingress_rules[0]";
    assert_eq!(place(&it, ssh, "from_port"), r#""ssh-tcp""#);
    assert_eq!(place(&it, ssh, "cidr_blocks"), "var.office");
    assert_eq!(place(&it, ssh, "type"), r#"module "web""#);
    let cidr = it.value(&format!("{ssh}.cidr_blocks")).members().remove(0);
    assert_eq!(
        way(&it, &cidr),
        [
            r#"written "192.0.2.0/24""#,
            r#"default of the variable: ["192.0.2.0/24"]"#,
            "used here: var.office",
            "passed to the module: var.office"
        ]
    );
    let listed = "module.web.aws_security_group_rule.ingress_with_cidr_blocks[0]";
    assert_eq!(place(&it, listed, "to_port"), "8081");
    assert_eq!(place(&it, listed, "cidr_blocks"), r#""10.0.0.0/8,10.1.0.0/16""#);
    let group = "module.web.aws_security_group.this_name_prefix[0]";
    assert_eq!(it.shown("aws_x.y.id"), format!("<{group}.id>"));
    assert_eq!(
        way(&it, &it.value("aws_x.y.id")),
        [
            r#"written module "web""#,
            r#"output of the module: module "web""#,
            "used here: module.web.security_group_id"
        ]
    );
    assert_eq!(it.shown("aws_x.y.more"), "?module.web.something_else is known only with the module's code");
    let files = it.configuration.files.iter().map(|&file| it.sources.get(file).name().to_owned());
    assert_eq!(files.collect::<Vec<_>>(), ["main.tf"], "no stub among the files that were judged");
}

#[test]
fn what_a_stub_does_not_know_is_used_by_the_call() {
    let it = Case::new(
        r#"
        resource "aws_security_group" "extra" {}
        module "eks" {
          source  = "terraform-aws-modules/eks/aws"
          version = "~> 20.0"
          name    = "it"
          self_managed_node_groups = { a = { vpc_security_group_ids = [aws_security_group.extra.id] } }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(
        it.shown("module.eks.self_managed_node_groups"),
        "{a = {vpc_security_group_ids = [<aws_security_group.extra.id>]}}"
    );
}
