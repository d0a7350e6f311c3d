resource "aws_security_group" "before" {
  name = "before"
}

resource "aws_security_group" "value" {
  name = ]
}

resource "aws_security_group" "string" {
  name = "open
}

resource "aws_security_group" "list" {
  cidr_blocks = ["10.0.0.0/8"
}

resource "aws_security_group" "brace" {
  ingress {
    from_port = 22
}

resource "aws_security_group" "twice" {
  name = "first"
  name = "second"
}

../main/versions.tf

resource "aws_security_group" "after" {
  name = "after"
}

resource "aws_security_group" "heredoc" {
  description = <<EOT
  never closed
}
