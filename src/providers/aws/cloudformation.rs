//! CloudFormation's rules: inside the group, as resources of their own, and the egress that nobody writes.

use super::rules::{Vocabulary, embedded, has_entries, owner, standalone};
use super::tables::Item;
use super::{Builder, implied};
use crate::network::model::{Direction, Form, GroupTarget};
use crate::resource::Resource;

/// Ingress, inside the group and standalone (CF-04).
const INGRESS: Vocabulary = Vocabulary {
    protocol: "IpProtocol",
    from_port: "FromPort",
    to_port: "ToPort",
    description: "Description",
    ipv4: "CidrIp",
    ipv6: "CidrIpv6",
    prefix_list: "SourcePrefixListId",
    groups: &[("SourceSecurityGroupId", Item::Id), ("SourceSecurityGroupName", Item::Name)],
    group_owner: "SourceSecurityGroupOwnerId",
    own: "",
};

/// Egress, inside the group and standalone (CF-04).
const EGRESS: Vocabulary = Vocabulary {
    prefix_list: "DestinationPrefixListId",
    groups: &[("DestinationSecurityGroupId", Item::Id)],
    group_owner: "",
    ..INGRESS
};

/// The rules of `AWS::EC2::SecurityGroup`. Without an entry under `SecurityGroupEgress` the group keeps the
/// egress to everywhere that the API gives it, whatever standalone resources add (EG-04, EG-05).
pub(super) fn group(builder: &mut Builder<'_>, resource: &Resource) {
    let arguments = [
        ("SecurityGroupIngress", Direction::Ingress, &INGRESS),
        ("SecurityGroupEgress", Direction::Egress, &EGRESS),
    ];
    let first = builder.network.permissions.len();
    embedded(builder, resource, &arguments);
    if !has_entries(resource, "SecurityGroupEgress")
        && let Some(id) = builder.names.group_of(resource)
    {
        let next = builder.network.permissions[first..].last().map_or(0, |last| last.rule + 1);
        implied::egress(builder, resource, id, next);
    }
}

/// `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress`.
pub(super) fn rule(builder: &mut Builder<'_>, resource: &Resource, direction: Direction) -> GroupTarget {
    let vocabulary = match direction {
        Direction::Ingress => &INGRESS,
        Direction::Egress => &EGRESS,
    };
    let group = owner(builder, resource, &[("GroupId", Item::Id), ("GroupName", Item::Name)]);
    standalone(builder, resource, vocabulary, group.clone(), direction, Form::Standalone);
    group
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, permissions, uses};
    use crate::network::model::{Form, Network};
    use crate::resource::Value;

    const GROUP: &str = "AWS::EC2::SecurityGroup";

    fn forms(network: &Network) -> Vec<Form> {
        network.permissions.iter().map(|permission| permission.form).collect()
    }

    fn everything(draft: &Draft, peer: &'static str, text: &str) -> Value {
        draft.map(vec![("IpProtocol", draft.number(-1)), (peer, draft.text(text))])
    }

    #[test]
    fn egress_to_everywhere_is_implied_until_an_entry_is_written() {
        let draft = Draft::cloudformation();
        let empty = vec![("SecurityGroupEgress", draft.list(vec![]))];
        let nulls = vec![("SecurityGroupEgress", draft.list(vec![draft.null()]))];
        let written = vec![("SecurityGroupEgress", everything(&draft, "CidrIp", "127.0.0.1/32"))];
        let unknown = vec![("SecurityGroupEgress", draft.input("Rules"))];
        let network = draft.network(vec![
            draft.logical("Absent", GROUP, vec![]),
            draft.logical("Empty", GROUP, empty),
            draft.logical("Nulls", GROUP, nulls),
            draft.logical("Written", GROUP, written),
            draft.logical("Unknown", GROUP, unknown),
        ]);
        assert_eq!(
            permissions(&network),
            [
                "Absent egress all --- 0.0.0.0/0",
                "Empty egress all --- 0.0.0.0/0",
                "Nulls egress all --- 0.0.0.0/0",
                "Written egress all --- 127.0.0.1/32",
            ]
        );
        assert_eq!(forms(&network), [Form::Implicit, Form::Implicit, Form::Implicit, Form::Inline]);
        assert_eq!(network.permissions[0].span, network.groups[0].head);
        assert_eq!(network.groups[4].unknown_rules.len(), 1);
    }

    #[test]
    fn standalone_egress_adds_to_the_implied_one() {
        let draft = Draft::cloudformation();
        let egress = vec![
            ("GroupId", draft.refer("Web", "GroupId")),
            ("IpProtocol", draft.text("tcp")),
            ("FromPort", draft.text("443")),
            ("ToPort", draft.number(443)),
            ("DestinationSecurityGroupId", draft.refer("Db", "GroupId")),
        ];
        let network = draft.network(vec![
            draft.logical("Web", GROUP, vec![]),
            draft.logical("Db", GROUP, vec![]),
            draft.logical("ToDb", "AWS::EC2::SecurityGroupEgress", egress),
        ]);
        assert_eq!(
            permissions(&network),
            ["Web egress all --- 0.0.0.0/0", "Db egress all --- 0.0.0.0/0", "Web egress tcp 443-443 Db"]
        );
        assert_eq!(forms(&network)[2], Form::Standalone);
        assert_eq!(
            uses(&network),
            ["rule-owner ToDb GroupId: Web", "peer ToDb DestinationSecurityGroupId: Db"]
        );
    }

    #[test]
    fn every_peer_of_an_entry_is_read_and_the_implied_rule_has_its_own_number() {
        let draft = Draft::cloudformation();
        let entry = |peer: (&'static str, Value)| draft.map(vec![("IpProtocol", draft.text("tcp")), peer]);
        let ingress = draft.list(vec![
            entry(("CidrIp", draft.text("10.0.0.0/8"))),
            entry(("CidrIpv6", draft.text("::/0"))),
            entry(("SourceSecurityGroupId", draft.refer("Web", "GroupId"))),
            entry(("SourceSecurityGroupName", draft.text("amazon-elb-sg"))),
            entry(("SourcePrefixListId", draft.text("pl-3b927c52"))),
        ]);
        let network =
            draft.network(vec![draft.logical("Web", GROUP, vec![("SecurityGroupIngress", ingress)])]);
        assert_eq!(
            permissions(&network),
            [
                "Web ingress tcp --- 10.0.0.0/8",
                "Web ingress tcp --- ::/0",
                "Web ingress tcp --- self",
                "Web ingress tcp --- external amazon-elb-sg",
                r#"Web ingress tcp --- External("pl-3b927c52")"#,
                "Web egress all --- 0.0.0.0/0",
            ]
        );
        let numbers: Vec<_> = network.permissions.iter().map(|permission| permission.rule).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_peer_group_with_an_owner_is_in_that_account() {
        let draft = Draft::cloudformation();
        let peer = |owner: Value| {
            let ingress = vec![
                ("GroupName", draft.text("web")),
                ("IpProtocol", draft.text("tcp")),
                ("SourceSecurityGroupId", draft.text("sg-0123456789abcdef0")),
                ("SourceSecurityGroupOwnerId", owner),
            ];
            let network = draft.network(vec![
                draft.logical("Web", GROUP, vec![("GroupName", draft.text("web"))]),
                draft.logical("FromPeer", "AWS::EC2::SecurityGroupIngress", ingress),
            ]);
            permissions(&network).swap_remove(1)
        };
        let known = peer(draft.text("123456789012"));
        assert_eq!(known, "Web ingress tcp --- external 123456789012/sg-0123456789abcdef0");
        let given = peer(draft.input("Partner"));
        assert_eq!(given, "Web ingress tcp --- unknown: Partner has no value", "it is not lost here");
    }

    #[test]
    fn the_default_group_of_a_vpc_keeps_its_initial_rules() {
        let draft = Draft::cloudformation();
        let ingress = vec![
            ("GroupId", draft.refer("Vpc", "DefaultSecurityGroup")),
            ("IpProtocol", draft.text("icmp")),
            ("CidrIp", draft.text("10.0.0.0/8")),
        ];
        let network = draft.network(vec![
            draft.logical("Vpc", "AWS::EC2::VPC", vec![]),
            draft.logical("Ping", "AWS::EC2::SecurityGroupIngress", ingress),
        ]);
        assert_eq!(
            permissions(&network),
            [
                "Vpc (default group) ingress all --- self",
                "Vpc (default group) egress all --- 0.0.0.0/0",
                "Vpc (default group) ingress icmp --- 10.0.0.0/8",
            ]
        );
        assert_eq!(forms(&network), [Form::Implicit, Form::Implicit, Form::Standalone]);
    }
}
