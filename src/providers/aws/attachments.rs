//! Resources that name groups in one of the arguments of `attachments.csv`: mostly to carry them.

use std::sync::Arc;

use super::Builder;
use super::fields::at;
use super::interfaces::{self, Found};
use super::tables::GroupPath;
use crate::network::interface::InterfaceId;
use crate::network::model::{Attachment, Field, GroupTarget, UseRole};
use crate::resource::{Resource, Value, ValueKind};

/// Reads the arguments of a resource that name groups.
pub(super) fn attachments(builder: &mut Builder<'_>, resource: &Resource, paths: &'static [GroupPath]) {
    for row in paths {
        let first = row.path.split(['.', '[']).next().unwrap_or(row.path);
        let Some(place) = resource.attribute(first).map(|attribute| attribute.span) else { continue };
        for found in found(resource, row.path) {
            for named in builder.names.named(&found.value, row.item) {
                let group = at(place, &named.value, named.target);
                builder.record_use(resource, row.role, row.path, group.clone());
                if row.role != UseRole::Attach {
                    continue;
                }
                let Some(interface) = interfaces::carrying(builder, resource, row, &found) else { continue };
                interfaces::count(builder, interface, row, &found.value, &named.value);
                interfaces::attach(builder, attachment(resource, row, interface, group));
            }
        }
    }
}

/// A group that a resource carries by an argument.
pub(super) fn attachment(
    resource: &Resource,
    row: &GroupPath,
    interface: InterfaceId,
    group: Field<GroupTarget>,
) -> Attachment {
    Attachment {
        resource: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        kind: Arc::clone(&resource.kind),
        service: row.service,
        path: row.path,
        interface,
        group,
        is_implicit: false,
        shareable: row.shareable,
        is_associable: row.is_associable,
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    }
}

/// A list of settings of which only some hold groups.
struct Settings {
    /// The resource type.
    kind: &'static str,
    /// Names of the argument that holds the value, and of those that say what it is.
    value: &'static str,
    selectors: &'static [&'static str],
    /// What the selectors must say, one combination a row.
    selected: &'static [&'static [&'static str]],
}

const BEANSTALK: &[&[&str]] = &[
    &["aws:autoscaling:launchconfiguration", "SecurityGroups"],
    &["aws:elb:loadbalancer", "ManagedSecurityGroup"],
    &["aws:elb:loadbalancer", "SecurityGroups"],
    &["aws:elbv2:loadbalancer", "ManagedSecurityGroup"],
    &["aws:elbv2:loadbalancer", "SecurityGroups"],
];

/// The notes of `attachments.csv` on these types, as data.
const SETTINGS: &[Settings] = &[
    Settings {
        kind: "AWS::ElasticBeanstalk::",
        value: "Value",
        selectors: &["Namespace", "OptionName"],
        selected: BEANSTALK,
    },
    Settings {
        kind: "aws_elastic_beanstalk_",
        value: "value",
        selectors: &["namespace", "name"],
        selected: BEANSTALK,
    },
    Settings {
        kind: "AWS::Lambda::EventSourceMapping",
        value: "URI",
        selectors: &["Type"],
        selected: &[&["VPC_SECURITY_GROUP"]],
    },
    Settings {
        kind: "aws_lambda_event_source_mapping",
        value: "uri",
        selectors: &["type"],
        selected: &[&["VPC_SECURITY_GROUP"]],
    },
];

/// The values at a path that name groups, with the blocks around them.
fn found(resource: &Resource, path: &str) -> Vec<Found> {
    match SETTINGS.iter().find(|settings| resource.kind.starts_with(settings.kind)) {
        Some(settings) => settings.found(resource, path),
        None => Found::at(resource, path),
    }
}

impl Settings {
    fn found(&self, resource: &Resource, path: &str) -> Vec<Found> {
        let entries = path.strip_suffix(self.value).unwrap_or(path).trim_end_matches('.');
        let entries = resource.values_at(entries);
        let found = entries.iter().flat_map(Value::members).filter_map(|entry| {
            let namespace = self.select(&entry)?;
            let value = without_scheme(entry.get(self.value)?);
            Some(Found::setting(value, namespace))
        });
        found.collect()
    }

    /// The first selector of an entry that holds groups. One that is not known does not count: it may be any setting.
    fn select(&self, entry: &Value) -> Option<&'static str> {
        let said = self.selectors.iter().map(|selector| entry.get(selector)?.to_text());
        let said: Vec<_> = said.collect::<Option<_>>()?;
        let holds = |row: &&&[&'static str]| row.iter().copied().eq(said.iter().map(|text| &**text));
        self.selected.iter().find(holds)?.first().copied()
    }
}

/// `security_group:sg-…` of event source mappings; the scheme is optional.
fn without_scheme(value: Value) -> Value {
    match value.as_str().and_then(|text| text.strip_prefix("security_group:")) {
        Some(id) => Value { kind: ValueKind::String(id.into()), origin: value.origin },
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, target, uses};
    use crate::network::model::{Network, Shareable};

    fn attachments(network: &Network) -> Vec<String> {
        let words = |it: &crate::network::model::Attachment| {
            let group = target(network, it.group.known().unwrap());
            format!("{} {} {} {}: {group}", it.resource, it.service, it.path, it.shareable.name())
        };
        network.attachments.iter().map(words).collect()
    }

    #[test]
    fn groups_in_nested_blocks_are_attached() {
        let draft = Draft::terraform();
        let config = draft
            .map(vec![("security_group_ids", draft.list(vec![draft.refer("aws_security_group.fn", "id")]))]);
        let network = draft.network(vec![
            draft.resource("aws_security_group.fn", vec![]),
            draft.resource("aws_lambda_function.fn", vec![("vpc_config", draft.list(vec![config]))]),
        ]);
        assert_eq!(
            attachments(&network),
            ["aws_lambda_function.fn Lambda vpc_config.security_group_ids not-listed: aws_security_group.fn"]
        );
        assert_eq!(
            uses(&network),
            ["attach aws_lambda_function.fn vpc_config.security_group_ids: aws_security_group.fn"]
        );
    }

    #[test]
    fn an_attachment_stands_where_its_group_is_named() {
        let draft = Draft::cloudformation();
        let group = draft.refer("Db", "GroupId");
        let written = group.origin.written;
        let network = draft.network(vec![
            draft.logical("Db", "AWS::EC2::SecurityGroup", vec![]),
            draft.logical(
                "Instance",
                "AWS::RDS::DBInstance",
                vec![("VPCSecurityGroups", draft.list(vec![group]))],
            ),
        ]);
        assert_eq!(network.attachments[0].group.span, written);
        assert_eq!(network.attachments[0].shareable, Shareable::No);
    }

    #[test]
    fn a_list_that_is_not_known_is_an_attachment_of_an_unknown_group() {
        let draft = Draft::terraform();
        let resource =
            draft.resource("aws_instance.web", vec![("vpc_security_group_ids", draft.input("var.groups"))]);
        assert_eq!(
            attachments(&draft.network(vec![resource])),
            ["aws_instance.web Amazon EC2 vpc_security_group_ids yes: unknown: var.groups has no value"]
        );
    }

    #[test]
    fn settings_count_only_when_they_hold_groups() {
        let draft = Draft::cloudformation();
        let setting = |namespace, name, value| {
            draft.map(vec![
                ("Namespace", draft.text(namespace)),
                ("OptionName", draft.text(name)),
                ("Value", draft.text(value)),
            ])
        };
        let settings = draft.list(vec![
            setting("aws:autoscaling:launchconfiguration", "SecurityGroups", "web, sg-11111111"),
            setting("aws:autoscaling:launchconfiguration", "InstanceType", "t3.micro"),
            setting("aws:elasticbeanstalk:environment", "SecurityGroups", "none"),
        ]);
        let source = draft.list(vec![
            draft.map(vec![
                ("Type", draft.text("VPC_SECURITY_GROUP")),
                ("URI", draft.text("security_group:sg-22222222")),
            ]),
            draft.map(vec![("Type", draft.text("VPC_SUBNET")), ("URI", draft.text("subnet:subnet-1"))]),
        ]);
        let network = draft.network(vec![
            draft.logical("Env", "AWS::ElasticBeanstalk::Environment", vec![("OptionSettings", settings)]),
            draft.logical(
                "Map",
                "AWS::Lambda::EventSourceMapping",
                vec![("SourceAccessConfigurations", source)],
            ),
        ]);
        let groups: Vec<_> =
            network.attachments.iter().map(|it| target(&network, it.group.known().unwrap())).collect();
        assert_eq!(
            groups,
            [
                "external web",
                "dangling: sg-11111111 is neither declared nor looked up by the configuration",
                "dangling: sg-22222222 is neither declared nor looked up by the configuration",
            ]
        );
    }

    #[test]
    fn places_that_name_groups_without_carrying_them_are_uses_only() {
        let draft = Draft::terraform();
        let group = || draft.refer("aws_security_group.a", "id");
        let access = draft.map(vec![("source_security_group_ids", draft.list(vec![group()]))]);
        let network = draft.network(vec![
            draft.resource("aws_security_group.a", vec![]),
            draft.resource("aws_eks_node_group.it", vec![("remote_access", draft.list(vec![access]))]),
            draft.resource("aws_vpc_security_group_vpc_association.it", vec![("security_group_id", group())]),
        ]);
        assert_eq!(attachments(&network), [""; 0]);
        assert_eq!(
            uses(&network),
            [
                "peer aws_eks_node_group.it remote_access.source_security_group_ids: aws_security_group.a",
                "vpc-association aws_vpc_security_group_vpc_association.it security_group_id: aws_security_group.a",
            ]
        );
    }
}
