//! `--var`, `--var-file` and what Terraform reads by itself.

use crate::run::Folder;

const MAIN: &str = r#"variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

resource "aws_security_group" "web" {
  description = "Web"
  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}
"#;

#[test]
fn a_value_on_the_command_line_is_shown_in_its_place() {
    let folder = Folder::new(&[("main.tf", MAIN), ("open.tfvars", "cidr = \"0.0.0.0/0\"\n")]);
    let check =
        |more: &[&str]| folder.run(&[&["check", "--select", "admin-port-open-to-world"], more].concat());
    assert_eq!(check(&[]).status, Some(0));
    let given = check(&["--var", "cidr=0.0.0.0/0"]);
    assert_eq!(given.status, Some(1));
    assert!(given.stdout.contains("--var cidr"), "{}", given.stdout);
    assert_eq!(check(&["--var", "cidr=10.0.0.0/8", "--var-file", "open.tfvars"]).status, Some(1));
    assert_eq!(check(&["--var-file", "open.tfvars", "--var", "cidr=10.0.0.0/8"]).status, Some(0));
}

#[test]
fn a_variable_that_no_root_module_declares_ends_in_two() {
    let folder = Folder::new(&[("main.tf", MAIN), ("other/main.tf", "variable \"name\" {}\n")]);
    assert_eq!(folder.run(&["check", "--var", "name=x"]).status, Some(0), "one of the modules declares it");
    let ran = folder.run(&["check", "--var", "cdir=0.0.0.0/0"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stdout.contains("error[undeclared-variable] --var sets cdir, which no root module declares"));
    assert!(ran.stdout.contains("did you mean `cidr`?"));
}

#[test]
fn a_broken_variables_file_ends_in_two_and_the_rest_is_judged() {
    let open = MAIN.replace("10.0.0.0/16", "0.0.0.0/0");
    let folder = Folder::new(&[
        ("a/main.tf", MAIN),
        ("a/terraform.tfvars", "cidr = [\"x\"\nother = 1\n"),
        ("b/main.tf", &open),
    ]);
    let ran = folder.run(&["check", "--select", "admin-port-open-to-world"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stdout.contains("a/terraform.tfvars:1:8"), "{}", ran.stdout);
    assert!(ran.stdout.contains("b/main.tf"), "{}", ran.stdout);
}

#[test]
fn terraform_in_json_is_judged_at_its_characters() {
    let text = r#"{
  "variable": {"cidr": {"default": "0.0.0.0/0"}},
  "resource": {
    "aws_security_group": {
      "web": {
        "description": "Web",
        "ingress": [
          {"description": "SSH", "from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["${var.cidr}"]}
        ]
      }
    }
  }
}
"#;
    let folder = Folder::new(&[("main.tf.json", text)]);
    let ran = folder.run(&["check", "--select", "admin-port-open-to-world", "--format", "concise"]);
    assert_eq!(ran.status, Some(1), "{}", ran.all());
    assert!(
        ran.stdout.starts_with("main.tf.json:8:104: critical[admin-port-open-to-world]"),
        "{}",
        ran.stdout
    );
}
