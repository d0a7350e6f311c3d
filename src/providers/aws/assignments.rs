//! The places that say which groups an interface carries, and where two of them contend for it (TF-15).
//!
//! Only places that are known to name a group count: a list that is not known may be empty.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::Builder;
use super::references::Names;
use crate::network::interface::InterfaceId;
use crate::network::model::{Assignment, Attachment, GroupTarget, Network, Rival};
use crate::resource::{Resource, Value, ValueKind};
use crate::source::Span;

/// Two arguments of one resource that say the same: the type, the one that gives way, the other, and whether both are
/// refused. The other one may hold blocks that describe interfaces, with their groups or without.
/// Sources: `RunInstances` and `RequestLaunchTemplateData` ("If you specify a network interface, you must specify any
/// security groups as part of the network interface"); the provider's documentation of `aws_instance`.
const EXCLUSIVE: &[(&str, &str, &str, bool)] = &[
    ("aws_instance", "security_groups", "vpc_security_group_ids", false),
    ("aws_instance", "security_groups", "network_interface", true),
    ("aws_instance", "vpc_security_group_ids", "network_interface", true),
    ("aws_launch_template", "security_group_names", "vpc_security_group_ids", true),
    ("aws_launch_template", "security_group_names", "network_interfaces", true),
    ("aws_launch_template", "vpc_security_group_ids", "network_interfaces", true),
    ("AWS::EC2::Instance", "SecurityGroups", "SecurityGroupIds", true),
    ("AWS::EC2::Instance", "SecurityGroups", "NetworkInterfaces", true),
    ("AWS::EC2::Instance", "SecurityGroupIds", "NetworkInterfaces", true),
    (
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.SecurityGroups",
        "LaunchTemplateData.SecurityGroupIds",
        true,
    ),
    (
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.SecurityGroups",
        "LaunchTemplateData.NetworkInterfaces",
        true,
    ),
    (
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.SecurityGroupIds",
        "LaunchTemplateData.NetworkInterfaces",
        true,
    ),
];

/// Finds the places by what is attached.
pub(super) fn read(builder: &mut Builder<'_>) {
    let places = Places::of(&builder.network);
    let assignments = places.in_order.iter().map(|&attachment| Assignment {
        resource: attachment.resource.clone(),
        declared: attachment.declared.clone(),
        argument: attachment.path,
        place: attachment.group.span,
        rival: places.rival(&builder.names, &builder.network, attachment),
        head: attachment.head,
        span: attachment.span,
        calls: attachment.calls.clone(),
        presence: attachment.presence.clone(),
    });
    builder.network.assignments = assignments.collect();
}

/// The places, each by the first attachment that it says.
struct Places<'a> {
    in_order: Vec<&'a Attachment>,
    by_argument: FxHashMap<(&'a str, &'a str), &'a Attachment>,
    /// The first that the resource of an interface says itself.
    listed: FxHashMap<InterfaceId, &'a Attachment>,
}

impl<'a> Places<'a> {
    fn of(network: &'a Network) -> Self {
        let mut places =
            Self { in_order: Vec::new(), by_argument: FxHashMap::default(), listed: FxHashMap::default() };
        for attachment in network.attachments.iter().filter(|attachment| names_a_group(attachment)) {
            if network.interface(attachment.interface).resource == attachment.resource {
                places.listed.entry(attachment.interface).or_insert(attachment);
            }
            let place = (&*attachment.resource, attachment.path);
            if let Entry::Vacant(entry) = places.by_argument.entry(place) {
                entry.insert(attachment);
                places.in_order.push(attachment);
            }
        }
        places
    }

    /// What else says which groups the interface carries that `own` speaks of.
    fn rival(&self, names: &Names<'_>, network: &Network, own: &Attachment) -> Option<Rival> {
        let owner = &network.interface(own.interface).resource;
        if *owner != own.resource {
            let listed = self.listed.get(&own.interface)?;
            let is_left = is_ignored(names.resource(owner)?, listed.path);
            return (!is_left).then(|| Rival {
                name: format!("{owner}.{}", listed.path),
                place: listed.group.span,
                is_refused: false,
            });
        }
        let mut rows = EXCLUSIVE.iter().filter(|(kind, path, ..)| *kind == &*own.kind && *path == own.path);
        rows.find_map(|&(_, _, other, is_refused)| {
            let listed = self.by_argument.get(&(&*own.resource, other)).map(|listed| listed.group.span);
            let place = listed.or_else(|| blocks(names.resource(&own.resource)?, other))?;
            Some(Rival { name: format!("{}.{other}", own.resource), place, is_refused })
        })
    }
}

fn names_a_group(attachment: &Attachment) -> bool {
    !attachment.is_implicit && !matches!(attachment.group.known(), None | Some(GroupTarget::Unknown(_)))
}

/// Where a resource holds blocks at a path.
fn blocks(resource: &Resource, path: &str) -> Option<Span> {
    let first = path.split('.').next().unwrap_or(path);
    let within = resource.attribute(first)?.span;
    let values = resource.values_at(path);
    let block = values.iter().flat_map(Value::members).find(|it| matches!(it.kind, ValueKind::Map(_)))?;
    Some(block.origin.narrowest_in(within))
}

/// Whether Terraform leaves an argument to others.
fn is_ignored(resource: &Resource, argument: &str) -> bool {
    let ignored = resource.lifecycle.get("ignore_changes").map(Value::members).unwrap_or_default();
    ignored.iter().filter_map(Value::as_str).any(|name| name == "all" || name == argument)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;

    /// The places and what contends with each.
    fn assignments(network: &Network) -> Vec<String> {
        let words = network.assignments.iter().map(|it| {
            let rival = it.rival.as_ref().map_or_else(String::new, |rival| {
                let sort = if rival.is_refused { "refused beside" } else { "undoes" };
                format!(" {sort} {}", rival.name)
            });
            format!("{}.{}{rival}", it.resource, it.argument)
        });
        words.collect()
    }

    fn ids(draft: &Draft) -> Value {
        draft.list(vec![draft.refer("aws_security_group.a", "id"), draft.refer("aws_security_group.b", "id")])
    }

    fn network(draft: &Draft, mut resources: Vec<Resource>) -> Network {
        resources.push(draft.resource("aws_security_group.a", vec![]));
        resources.push(draft.resource("aws_security_group.b", vec![]));
        draft.network(resources)
    }

    fn addition(draft: &Draft) -> Resource {
        let attributes = vec![
            ("security_group_id", draft.refer("aws_security_group.a", "id")),
            ("network_interface_id", draft.refer("aws_network_interface.it", "id")),
        ];
        draft.resource("aws_network_interface_sg_attachment.more", attributes)
    }

    #[test]
    fn two_arguments_of_one_resource_contend() {
        let draft = Draft::terraform();
        let block = draft.list(vec![draft.map(vec![("delete_on_termination", draft.truth(true))])]);
        let network = network(
            &draft,
            vec![
                draft.resource(
                    "aws_instance.both",
                    vec![("vpc_security_group_ids", ids(&draft)), ("security_groups", ids(&draft))],
                ),
                draft.resource(
                    "aws_launch_template.both",
                    vec![("vpc_security_group_ids", ids(&draft)), ("network_interfaces", block)],
                ),
                draft.resource("aws_instance.one", vec![("vpc_security_group_ids", ids(&draft))]),
            ],
        );
        assert_eq!(
            assignments(&network),
            [
                "aws_instance.both.security_groups undoes aws_instance.both.vpc_security_group_ids",
                "aws_instance.both.vpc_security_group_ids",
                "aws_launch_template.both.vpc_security_group_ids refused beside aws_launch_template.both.network_interfaces",
                "aws_instance.one.vpc_security_group_ids",
            ]
        );
    }

    #[test]
    fn a_list_undoes_what_is_added_unless_it_is_left_to_others() {
        let draft = Draft::terraform();
        let listed = || draft.resource("aws_network_interface.it", vec![("security_groups", ids(&draft))]);
        let undone = network(&draft, vec![addition(&draft), listed()]);
        assert_eq!(
            assignments(&undone),
            [
                "aws_network_interface_sg_attachment.more.security_group_id undoes aws_network_interface.it.security_groups",
                "aws_network_interface.it.security_groups",
            ]
        );
        let mut left = listed();
        left.lifecycle.insert("ignore_changes".into(), draft.texts(&["tags", "security_groups"]));
        let left = network(&draft, vec![addition(&draft), left]);
        assert!(left.assignments.iter().all(|it| it.rival.is_none()));
        let bare =
            network(&draft, vec![addition(&draft), draft.resource("aws_network_interface.it", vec![])]);
        assert!(bare.assignments.iter().all(|it| it.rival.is_none()));
    }

    #[test]
    fn a_list_that_is_not_known_may_be_empty() {
        let draft = Draft::terraform();
        let network = network(
            &draft,
            vec![draft.resource(
                "aws_instance.it",
                vec![("vpc_security_group_ids", draft.input("var.ids")), ("security_groups", ids(&draft))],
            )],
        );
        assert_eq!(assignments(&network), ["aws_instance.it.security_groups"]);
    }
}
