//! Who reaches whom, on small configurations of their own: one for each way of naming the other side.

use std::fs;
use std::path::Path;

use crate::run::Folder;

/// What a check says about a configuration of `testdata/reachability`, besides what belongs to its being small.
fn check(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/reachability");
    let text = fs::read_to_string(root.join(name)).expect("the configuration is there");
    let folder = Folder::new(&[(name, &text)]);
    folder.run(&["check", "--format", "concise", "--min-severity", "low"]).stdout
}

#[test]
fn an_identity_without_ingress_is_admitted_and_nothing_else_is_said() {
    insta::assert_snapshot!(check("identity.tf"), @"");
    insta::assert_snapshot!(check("identity.yaml"), @"");
}

#[test]
fn one_group_for_both_sides_opens_the_client_too() {
    insta::assert_snapshot!(check("itself.tf"), @"itself.tf:20:19: medium[self-reference-across-tiers] aws_security_group.orders admits MySQL (3306/tcp) from itself and is carried by resources of several tiers (app, data): each of them listens to all the others");
}

#[test]
fn what_everybody_or_one_address_reaches_needs_no_other_side() {
    insta::assert_snapshot!(check("public.tf"), @"");
    insta::assert_snapshot!(check("address.tf"), @"");
}

#[test]
fn a_group_that_is_named_and_may_call_everybody_gets_through() {
    insta::assert_snapshot!(check("group.tf"), @"");
}

/// Nobody names the other side, so that no path is half open; but nobody has the address that `b` admits (DC-01).
#[test]
fn an_address_that_no_packet_has_admits_nobody() {
    insta::assert_snapshot!(check("egress_address.tf"), @"egress_address.tf:44:20: medium[degenerate-cidr] 0.0.0.0/32 in an ingress rule of aws_security_group.b matches no traffic: 0.0.0.0/32 is the single address 0.0.0.0, which no packet carries; every IPv4 address is 0.0.0.0/0");
}

/// Egress to one's own group reaches nobody else (EV-10): neither `b`, which admits `a`, nor `c`, which does not.
#[test]
fn egress_to_itself_reaches_nobody_else() {
    insta::assert_snapshot!(check("egress_group.tf"), @r#"
    egress_group.tf:85:34: medium[one-sided-path] aws_security_group.b admits HTTPS (443/tcp) from aws_security_group.a, but aws_instance.a may send only tcp 443 to the group itself and tcp 443 to aws_security_group.c
    egress_group.tf:94:34: medium[one-sided-path] aws_security_group.a may send HTTPS (443/tcp) to aws_security_group.c, but aws_instance.c admits only tcp 443 from aws_security_group.z
    "#);
}
