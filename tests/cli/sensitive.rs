//! What is marked sensitive is judged, and printed nowhere.

use crate::run::Folder;

const MAIN: &str = r#"variable "office" {
  type      = list(string)
  sensitive = true
}
resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers of ${var.office[1]}"
}
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  description       = "SSH from ${var.office[1]}"
  security_group_id = aws_security_group.web.id
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = var.office
}
resource "aws_security_group_rule" "odd" {
  type              = "ingress"
  description       = "Odd"
  security_group_id = aws_security_group.web.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["${var.office[1]}/33"]
}
"#;

#[test]
fn sensitive_addresses_are_judged_and_not_told() {
    let folder = Folder::new(&[
        ("main.tf", MAIN),
        (
            "terraform.tfvars",
            "office = [\n  \"192.0.0.0/1\",\n  \"198.51.100.77\",\n  \"0.0.0.0/1\",\n  \"128.0.0.0/2\",\n]\n",
        ),
    ]);
    for arguments in [
        &["check"][..],
        &["check", "-v"],
        &["check", "--format", "json"],
        &["facts"],
        &["facts", "--format", "json"],
    ] {
        let ran = folder.run(arguments);
        let all = ran.all();
        for secret in ["198.51.100.77", "192.0.0.0/1", "128.0.0.0/2", "0.0.0.0/1"] {
            assert!(!all.contains(secret), "{arguments:?} tells {secret}:\n{all}");
        }
        assert!(all.contains("a sensitive value"), "{arguments:?}:\n{all}");
    }
    let check = folder.run(&["check"]).all();
    assert!(check.contains("admin-port-open-to-world"), "{check}");
}
