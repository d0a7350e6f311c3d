//! Module calls whose code is not the user's: stubs, what Terraform downloaded, and what is not there.

use crate::run::Folder;

#[test]
fn a_preset_is_told_at_the_argument_that_opens_it() {
    let folder = Folder::new(&[(
        "main.tf",
        r#"variable "office" {
  default = ["0.0.0.0/0"]
}

module "bastion" {
  source = "terraform-aws-modules/security-group/aws//modules/ssh"

  name                = "bastion"
  ingress_cidr_blocks = var.office
}

output "group" {
  value = module.bastion.security_group_id
}
"#,
    )]);
    insta::assert_snapshot!(folder.run(&["check"]).all());
}

#[test]
fn a_computed_rule_is_told_where_it_is_written() {
    let folder = Folder::new(&[(
        "main.tf",
        r#"module "db" {
  source  = "terraform-aws-modules/security-group/aws"
  version = "~> 5.0"

  name                                        = "db"
  number_of_computed_ingress_with_cidr_blocks = 1
  computed_ingress_with_cidr_blocks = [
    {
      rule        = "postgresql-tcp"
      cidr_blocks = "0.0.0.0/0"
    },
  ]
}

output "group" {
  value = module.db.security_group_id
}
"#,
    )]);
    insta::assert_snapshot!(folder.run(&["check"]).all());
}

#[test]
fn each_rule_of_a_preset_is_a_diagnostic_of_its_own() {
    let folder = Folder::new(&[(
        "main.tf",
        "module \"zk\" {\n  source = \"terraform-aws-modules/security-group/aws//modules/winrm\"\n  name = \"w\"\n  \
         ingress_cidr_blocks = [\"0.0.0.0/0\"]\n}\noutput \"id\" {\n  value = module.zk.security_group_id\n}\n",
    )]);
    insta::assert_snapshot!(folder.run(&["check", "--format", "concise"]).all());
}

const DOWNLOADED: [(&str, &str); 3] = [
    (
        ".terraform/modules/modules.json",
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"web","Source":"registry.terraform.io/acme/web/aws","Version":"1.0.0","Dir":".terraform/modules/web"}]}"#,
    ),
    (
        ".terraform/modules/web/main.tf",
        r#"variable "cidrs" {
  default = ["10.0.0.0/8"]
}

resource "aws_security_group" "this" {
  name        = "web"
  description = "Web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.cidrs
  }

  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

output "id" {
  value = aws_security_group.this.id
}
"#,
    ),
    (
        "main.tf",
        r#"module "web" {
  source = "acme/web/aws"
  cidrs  = ["0.0.0.0/0"]
}

output "id" {
  value = module.web.id
}
"#,
    ),
];

#[test]
fn what_a_downloaded_module_opens_is_told_at_its_call() {
    insta::assert_snapshot!(Folder::new(&DOWNLOADED).run(&["check"]).all());
}

#[test]
fn a_comment_on_the_call_counts_for_what_the_module_declares() {
    let mut files = DOWNLOADED;
    let main = files[2].1.replace(
        "module \"web\" {",
        "# sglint: ignore[admin-port-open-to-world] the address is our own\nmodule \"web\" {",
    );
    files[2].1 = &main;
    insta::assert_snapshot!(Folder::new(&files).run(&["check", "--format", "concise"]).all());
}

#[test]
fn an_absent_module_is_one_problem_however_often_it_is_reached() {
    let folder = Folder::new(&[
        ("one/main.tf", "module \"net\" {\n  source = \"../net\"\n  count = 2\n}\n"),
        ("two/main.tf", "module \"net\" {\n  source = \"../net\"\n}\n"),
        ("net/main.tf", "module \"vpn\" {\n  source  = \"acme/vpn/aws\"\n  version = \"1.0.0\"\n}\n"),
    ]);
    insta::assert_snapshot!(folder.run(&["check", "-v"]).all());
}
