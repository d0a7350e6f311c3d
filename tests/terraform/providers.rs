//! Provider configurations: which one a resource has, and what it says.

use crate::case::{Case, Evaluated, show};

/// What the configuration of a resource's provider says of something; `-` if there is none.
fn said(it: &Evaluated, address: &str, setting: &str) -> String {
    let resource = it.configuration.resources.iter().find(|resource| &*resource.address == address);
    let settings = resource.unwrap().provider.as_ref();
    settings.and_then(|settings| settings.get(setting)).map_or_else(|| "-".to_owned(), show)
}

const PROVIDERS: &str = r#"
variable "owner" { default = "web" }
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Owner = var.owner }
  }
}
provider "aws" {
  alias  = "east"
  region = "us-east-1"
}
"#;

#[test]
fn a_resource_has_the_configuration_that_it_names_or_the_unnamed_one() {
    let it = Case::new(PROVIDERS)
        .file(
            "it.tf",
            r#"
            resource "aws_a" "it" {}
            resource "aws_b" "it" { provider = aws.east }
            resource "aws_c" "it" { provider = "aws.east" }
            resource "aws_d" "it" { provider = aws.west }
            resource "other_a" "it" {}
            "#,
        )
        .choices()
        .remove(0);
    let regions = ["aws_a.it", "aws_b.it", "aws_c.it", "aws_d.it", "other_a.it"];
    assert_eq!(
        regions.map(|address| said(&it, address, "region")),
        [r#""eu-west-1""#, r#""us-east-1""#, r#""us-east-1""#, "-", "-"]
    );
    assert_eq!(said(&it, "aws_a.it", "default_tags"), r#"[{tags = {Owner = "web"}}]"#);
    assert_eq!(said(&it, "aws_b.it", "default_tags"), "-");
}

#[test]
fn modules_have_what_they_are_passed_and_the_unnamed_ones_of_their_callers() {
    let it = Case::new(PROVIDERS)
        .file(
            "it.tf",
            r#"
            module "plain" { source = "./a" }
            module "passed" {
              source    = "./a"
              providers = { aws = aws.east, aws.second = aws }
            }
            "#,
        )
        .file(
            "a/main.tf",
            r#"
            resource "aws_a" "it" {}
            resource "aws_b" "it" { provider = aws.second }
            module "b" { source = "../b" }
            "#,
        )
        .file("b/main.tf", r#"resource "aws_c" "it" {}"#)
        .choices()
        .remove(0);
    let regions = |module: &str| {
        ["aws_a.it", "aws_b.it", "module.b.aws_c.it"]
            .map(|address| said(&it, &format!("module.{module}.{address}"), "region"))
    };
    assert_eq!(regions("plain"), [r#""eu-west-1""#, "-", r#""eu-west-1""#]);
    assert_eq!(regions("passed"), [r#""us-east-1""#, r#""eu-west-1""#, r#""us-east-1""#]);
}

#[test]
fn a_configuration_that_hangs_on_what_it_configures_ends() {
    let it = Case::new(
        r#"
        provider "aws" { region = aws_a.it.zone }
        resource "aws_a" "it" {}
        "#,
    )
    .choices()
    .remove(0);
    assert_eq!(said(&it, "aws_a.it", "region"), "<aws_a.it.zone>");
}

#[test]
fn lifecycle_is_kept_beside_the_arguments() {
    let it = Case::new(
        r#"
        resource "aws_a" "it" {
          lifecycle {
            create_before_destroy = true
            prevent_destroy       = false
            ignore_changes        = [tags, ingress]
          }
        }
        "#,
    )
    .evaluate()
    .without_problems();
    let lifecycle = &it.configuration.resources[0].lifecycle;
    let said = lifecycle.iter().map(|(name, value)| (&**name, value.as_bool()));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [("create_before_destroy", Some(true)), ("ignore_changes", None), ("prevent_destroy", Some(false))]
    );
    assert!(it.configuration.resources[0].attributes.is_empty());
}
