//! What the exposure rules say of the set-ups that articles on security groups describe.

use crate::run::Folder;

/// A web server for everybody that the office administers, and two databases that only it may query.
const WEB_SERVER: &str = include_str!("../../testdata/exposure/web-server.tf");
const WEB_SERVER_TEMPLATE: &str = include_str!("../../testdata/exposure/web-server.yaml");

#[test]
fn a_public_web_server_and_its_databases_are_clean() {
    for (name, text) in [("main.tf", WEB_SERVER), ("template.yaml", WEB_SERVER_TEMPLATE)] {
        let ran = Folder::new(&[(name, text)]).run(&["check", "--format", "concise", "-v"]);
        assert_eq!((ran.status, &*ran.stdout), (Some(0), ""), "{name}: {}", ran.stderr);
        assert_eq!(ran.stderr, "no diagnostics in 1 file\n", "{name}");
    }
}

#[test]
fn the_same_rule_on_a_database_is_not() {
    let text = WEB_SERVER.replace("[aws_security_group.mysql.id]", "[aws_security_group.web.id]");
    let ran = Folder::new(&[("main.tf", &text)]).run(&["check", "--format", "concise"]);
    let found: Vec<_> = ran.stdout.lines().filter(|line| line.contains("public-rule-on-private")).collect();
    assert_eq!(found.len(), 4, "two ports in two versions: {}", ran.stdout);
    assert!(found[0].contains("HTTP (80/tcp) open to the whole IPv4 internet"), "{}", found[0]);
    assert!(found[0].ends_with("which is carried by the database aws_db_instance.mysql"), "{}", found[0]);
}

/// `0.0.0.0/32` is one address that no packet carries, not everybody (DC-01), and `::/` is no range (RF-15).
#[test]
fn ranges_that_are_taken_for_everybody_admit_nobody() {
    const DEAD: &str = "medium[degenerate-cidr]";
    const MALFORMED: &str = "high[malformed-cidr]";
    let group = |range: &str| {
        format!(
            "resource \"aws_security_group\" \"b\" {{\n  name = \"b\"\n\n  ingress {{\n    from_port = 443\n    \
             to_port   = 443\n    protocol  = \"tcp\"\n    {range}\n  }}\n}}\n"
        )
    };
    let template = |range: &str| {
        format!(
            "Resources:\n  B:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: b\n      \
             SecurityGroupIngress:\n        - {{ IpProtocol: tcp, FromPort: 443, ToPort: 443, {range} }}\n"
        )
    };
    let cases = [
        ("main.tf", group("cidr_blocks = [\"0.0.0.0/32\"]"), DEAD, "every IPv4 address is 0.0.0.0/0"),
        ("main.tf", group("ipv6_cidr_blocks = [\"::/\"]"), MALFORMED, "write ::/0"),
        ("template.yaml", template("CidrIp: 0.0.0.0/32"), DEAD, "every IPv4 address is 0.0.0.0/0"),
        ("template.yaml", template("CidrIpv6: \"::/\""), MALFORMED, "write ::/0"),
    ];
    for (name, text, rule, advice) in cases {
        let folder = Folder::new(&[(name, &text)]);
        let ran = folder.run(&["check", "--format", "concise", "--min-severity", "medium"]);
        let [only] = ran.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{}", ran.stdout) };
        assert!(only.contains(rule) && only.ends_with(advice), "{only}");
    }
}

/// A range nearly as wide as the internet on SSH is one finding, however many rules it breaks.
#[test]
fn one_cause_is_one_diagnostic() {
    let rule = |port: u16, range: &str| {
        format!(
            "resource \"aws_security_group\" \"b\" {{\n  name = \"b\"\n\n  ingress {{\n    from_port = {port}\n    \
             to_port   = {port}\n    protocol  = \"tcp\"\n    {range}\n  }}\n}}\n\n\
             resource \"aws_db_instance\" \"b\" {{\n  vpc_security_group_ids = [aws_security_group.b.id]\n}}\n"
        )
    };
    let cases = [
        (22, "cidr_blocks = [\"0.0.0.0/1\"]", "near-world-cidr"),
        (22, "cidr_blocks = [\"10.0.0.0/8\"]", "admin-port-from-wide-range"),
        (22, "cidr_blocks = [\"0.0.0.0/0\"]", "admin-port-open-to-world"),
        (5432, "cidr_blocks = [\"0.0.0.0/0\"]", "high-risk-port-open-to-world"),
        (8443, "cidr_blocks = [\"0.0.0.0/0\"]", "public-rule-on-private-resource"),
        (
            443,
            "cidr_blocks = [\"0.0.0.0/0\"]\n    ipv6_cidr_blocks = [\"2600:1f00::/40\"]",
            "public-rule-on-private-resource",
        ),
    ];
    for (port, range, expected) in cases {
        let text = rule(port, range);
        let folder = Folder::new(&[("main.tf", &text)]);
        let ran = folder.run(&["check", "--format", "concise", "--min-severity", "medium"]);
        let [only] = ran.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{port}: {}", ran.stdout) };
        assert!(only.contains(&format!("[{expected}]")), "{port}: {only}");
    }
}
