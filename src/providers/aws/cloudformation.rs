//! CloudFormation's rules: inside the group, as resources of their own, and the egress that nobody writes. Terraform's
//! Cloud Control provider (`awscc_…`) hands the same arguments to the same API, so it is read here too (EG-07).

use super::rules::{Vocabulary, embedded, has_entries, owner, standalone};
use super::tables::Item;
use super::{Builder, implied};
use crate::network::model::{Direction, Form, GroupTarget};
use crate::resource::{Language, Resource};

/// How a group and its rules are spelt.
struct Spelling {
    ingress: &'static str,
    ingress_rule: Vocabulary,
    egress: &'static str,
    egress_rule: Vocabulary,
    /// The arguments by which a rule of its own names its group.
    owner: [(&'static str, Item); 2],
}

impl Spelling {
    /// That of a resource.
    fn of(resource: &Resource) -> &'static Self {
        match resource.language {
            Language::CloudFormation => &TEMPLATE,
            Language::Terraform => &CLOUD_CONTROL,
        }
    }
}

/// In templates (CF-04).
static TEMPLATE: Spelling = Spelling {
    ingress: "SecurityGroupIngress",
    ingress_rule: INGRESS,
    egress: "SecurityGroupEgress",
    egress_rule: Vocabulary {
        prefix_list: "DestinationPrefixListId",
        groups: &[("DestinationSecurityGroupId", Item::Id)],
        group_owner: "",
        ..INGRESS
    },
    owner: [("GroupId", Item::Id), ("GroupName", Item::Name)],
};

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
    lists: &[],
};

/// In Terraform, by the Cloud Control provider.
static CLOUD_CONTROL: Spelling = Spelling {
    ingress: "security_group_ingress",
    ingress_rule: CLOUD_CONTROL_INGRESS,
    egress: "security_group_egress",
    egress_rule: Vocabulary {
        prefix_list: "destination_prefix_list_id",
        groups: &[("destination_security_group_id", Item::Id)],
        group_owner: "",
        ..CLOUD_CONTROL_INGRESS
    },
    owner: [("group_id", Item::Id), ("group_name", Item::Name)],
};

const CLOUD_CONTROL_INGRESS: Vocabulary = Vocabulary {
    protocol: "ip_protocol",
    from_port: "from_port",
    to_port: "to_port",
    description: "description",
    ipv4: "cidr_ip",
    ipv6: "cidr_ipv_6",
    prefix_list: "source_prefix_list_id",
    groups: &[("source_security_group_id", Item::Id), ("source_security_group_name", Item::Name)],
    group_owner: "source_security_group_owner_id",
    own: "",
    lists: &[],
};

/// The rules of a group. Without an entry for egress it keeps the egress to everywhere that the API gives it, whatever
/// resources of their own add (EG-04, EG-05).
pub(super) fn group(builder: &mut Builder<'_>, resource: &Resource) {
    let spelling = Spelling::of(resource);
    let arguments = [
        (spelling.ingress, Direction::Ingress, &spelling.ingress_rule),
        (spelling.egress, Direction::Egress, &spelling.egress_rule),
    ];
    let first = builder.network.permissions.len();
    embedded(builder, resource, Form::Embedded, &arguments);
    if !has_entries(resource, spelling.egress)
        && let Some(id) = builder.names.group_of(resource)
    {
        let next = builder.network.permissions[first..].last().map_or(0, |last| last.rule + 1);
        implied::egress(builder, resource, id, next);
    }
}

/// A rule that is a resource of its own.
pub(super) fn rule(builder: &mut Builder<'_>, resource: &Resource, direction: Direction) -> GroupTarget {
    let spelling = Spelling::of(resource);
    let vocabulary = match direction {
        Direction::Ingress => &spelling.ingress_rule,
        Direction::Egress => &spelling.egress_rule,
    };
    let group = owner(builder, resource, &spelling.owner);
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
        assert_eq!(forms(&network), [Form::Implicit, Form::Implicit, Form::Implicit, Form::Embedded]);
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

    #[test]
    fn the_cloud_control_provider_spells_the_same() {
        let draft = Draft::terraform();
        let entry = |peer: (&'static str, Value)| draft.map(vec![("ip_protocol", draft.number(-1)), peer]);
        let ingress = draft.list(vec![
            entry(("cidr_ip", draft.text("10.0.0.0/8"))),
            entry(("cidr_ipv_6", draft.text("::/0"))),
        ]);
        let tag = draft.map(vec![("key", draft.text("Owner")), ("value", draft.text("web"))]);
        let group = vec![
            ("group_name", draft.text("web")),
            ("security_group_ingress", ingress),
            ("tags", draft.list(vec![tag])),
        ];
        let egress = vec![
            ("group_id", draft.refer("awscc_ec2_security_group.web", "group_id")),
            ("ip_protocol", draft.text("tcp")),
            ("from_port", draft.number(443)),
            ("to_port", draft.number(443)),
            ("destination_security_group_id", draft.refer("awscc_ec2_security_group.web", "id")),
        ];
        let network = draft.network(vec![
            draft.resource("awscc_ec2_security_group.web", group),
            draft.resource("awscc_ec2_security_group_egress.out", egress),
        ]);
        assert_eq!(
            permissions(&network),
            [
                "awscc_ec2_security_group.web ingress all --- 10.0.0.0/8",
                "awscc_ec2_security_group.web ingress all --- ::/0",
                "awscc_ec2_security_group.web egress all --- 0.0.0.0/0",
                "awscc_ec2_security_group.web egress tcp 443-443 self",
            ]
        );
        assert_eq!(forms(&network), [Form::Embedded, Form::Embedded, Form::Implicit, Form::Standalone]);
        let group = &network.groups[0];
        assert_eq!(group.tags.keys().unwrap(), ["Owner"]);
        assert_eq!(group.name.as_ref().unwrap().known().unwrap().known().unwrap(), "web");
    }
}
