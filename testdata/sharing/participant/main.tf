# A workload account: an instance in a shared subnet, with the group that comes with it.

data "aws_subnet" "shared" {
  id = "subnet-0a1b2c3d4e5f67890"
}

data "aws_security_group" "app" {
  id = "sg-0a1b2c3d4e5f67890"
}

resource "aws_instance" "app" {
  ami                    = "ami-0abcdef1234567890"
  instance_type          = "t4g.small"
  subnet_id              = data.aws_subnet.shared.id
  vpc_security_group_ids = [data.aws_security_group.app.id]
}
