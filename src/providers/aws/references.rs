//! What a value that should name a group, a prefix list or a VPC really names.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fields::{flatten, reason};
use super::named::{ByName, Namespace};
use super::tables::{Item, tables, without_indices};
use crate::network::model::{Group, GroupId, GroupTarget, PrefixListId, PrefixListTarget, Stray};
use crate::resource::{
    Cause, Configuration, Language, Mode, Reference, Resource, SENSITIVE_TEXT, StepKind, Unknown, Value,
    ValueKind,
};

/// Everything of a configuration that can be named, by what names it.
pub(super) struct Names<'a> {
    /// The resources.
    pub(super) configuration: &'a Configuration,
    /// By address; by declared address too, for references to an instance that is judged by a stand-in.
    resources: FxHashMap<&'a str, usize>,
    /// Groups by the address of the resource that declares, adopts or looks them up.
    groups: FxHashMap<Arc<str>, GroupId>,
    /// Default groups by the address of their VPC.
    default_groups: FxHashMap<Arc<str>, GroupId>,
    /// Groups by fixed name, the first of its name.
    by_name: FxHashMap<String, GroupId>,
    /// Groups that exist elsewhere, by their id.
    by_id: FxHashMap<String, GroupId>,
    /// Groups that are known to lie in a VPC other than the default one, where names do not work (CF-06).
    named_by_id_only: FxHashSet<GroupId>,
    /// The accounts of groups that belong to another one and are not shared with this one: rules name them with it
    /// (TF-13, CF-07).
    named_with_account: FxHashMap<GroupId, String>,
    prefix_lists: FxHashMap<Arc<str>, PrefixListId>,
    /// What others name by a fixed name.
    called: ByName<'a>,
}

/// A group that a value names.
pub(super) struct Named {
    /// The member or part that names it.
    pub(super) value: Value,
    /// The group.
    pub(super) target: GroupTarget,
}

impl<'a> Names<'a> {
    /// The resources of a configuration. Groups and prefix lists are added as they are read.
    pub(super) fn new(configuration: &'a Configuration) -> Self {
        let mut resources = FxHashMap::default();
        for (index, resource) in configuration.resources.iter().enumerate() {
            resources.entry(&*resource.declared).or_insert(index);
        }
        for (index, resource) in configuration.resources.iter().enumerate() {
            resources.insert(&*resource.address, index);
        }
        Self {
            configuration,
            resources,
            groups: FxHashMap::default(),
            default_groups: FxHashMap::default(),
            by_name: FxHashMap::default(),
            by_id: FxHashMap::default(),
            named_by_id_only: FxHashSet::default(),
            named_with_account: FxHashMap::default(),
            prefix_lists: FxHashMap::default(),
            called: ByName::of(configuration),
        }
    }

    /// Registers a group under the address of the resource that stands for it.
    pub(super) fn add_group(&mut self, address: &Arc<str>, id: GroupId, group: &Group) {
        self.groups.insert(Arc::clone(address), id);
        if let Some(name) = group.name.as_ref().and_then(|name| name.known()?.known().ok()) {
            self.by_name.entry(name.to_owned()).or_insert(id);
        }
        if group.in_default_vpc == Some(false) {
            self.named_by_id_only.insert(id);
        }
    }

    /// A second resource that stands for a group.
    pub(super) fn add_alias(&mut self, address: &Arc<str>, id: GroupId) {
        self.groups.insert(Arc::clone(address), id);
    }

    /// Whether a group is known to lie in a VPC where groups are named by their ids only.
    pub(super) fn takes_ids_only(&self, id: GroupId) -> bool {
        self.named_by_id_only.contains(&id)
    }

    /// Registers the default group of a VPC.
    pub(super) fn add_default_group(&mut self, vpc: Arc<str>, id: GroupId) {
        self.default_groups.entry(vpc).or_insert(id);
    }

    /// Registers the id of a group that exists elsewhere.
    pub(super) fn add_group_id(&mut self, group_id: String, id: GroupId) {
        self.by_id.entry(group_id).or_insert(id);
    }

    /// Registers the account that has to be named with a group.
    pub(super) fn add_account(&mut self, id: GroupId, account: String) {
        self.named_with_account.insert(id, account);
    }

    /// The account that a rule has to name with a group.
    pub(super) fn account_to_name(&self, id: GroupId) -> Option<&str> {
        self.named_with_account.get(&id).map(String::as_str)
    }

    /// Registers a prefix list.
    pub(super) fn add_prefix_list(&mut self, address: &Arc<str>, id: PrefixListId) {
        self.prefix_lists.insert(Arc::clone(address), id);
    }

    /// The group that a resource declares, adopts or looks up.
    pub(super) fn group_of(&self, resource: &Resource) -> Option<GroupId> {
        self.groups.get(&resource.address).copied()
    }

    /// The group with an id that is known.
    pub(super) fn group_by_id(&self, id: &str) -> Option<GroupId> {
        self.by_id.get(id).copied()
    }

    /// The default group of a VPC.
    pub(super) fn default_group_of(&self, vpc: &str) -> Option<GroupId> {
        self.default_groups.get(vpc).copied()
    }

    /// A resource by its address. An instance that is not there is judged by another one of its declaration.
    pub(super) fn resource(&self, address: &str) -> Option<&'a Resource> {
        let stand_in = || address.contains('[').then(|| self.resources.get(&*without_indices(address)))?;
        let index = self.resources.get(address).or_else(stand_in)?;
        self.configuration.resources.get(*index)
    }

    /// The resource that a value in another one refers to, or whose name it is.
    pub(super) fn referred_or_called(
        &self,
        caller: &Resource,
        value: &Value,
        namespace: Option<Namespace>,
    ) -> Option<&'a Resource> {
        match value.as_reference() {
            Some(reference) => self.resource(&reference.address),
            None => self.called.get(caller, namespace?, value.as_str()?),
        }
    }

    /// Every group that a value names: a list names one for each member, a comma-separated text one for each
    /// part. Null and empty text name none.
    pub(super) fn named(&self, value: &Value, item: Item) -> Vec<Named> {
        let mut named = Vec::new();
        for member in flatten(value) {
            match &member.kind {
                ValueKind::String(text) if item != Item::Name && text.contains(',') => {
                    for part in text.split(',') {
                        let value = Value { kind: ValueKind::String(part.trim().into()), ..member.clone() };
                        named.extend(self.name_one(value, item));
                    }
                }
                ValueKind::Template(_) => self.name_parts(member, item, &mut named),
                _ => named.extend(self.name_one(member, item)),
            }
        }
        named
    }

    /// The group whose identity a reference is, whatever the place it stands in needs.
    pub(super) fn mentioned(&self, reference: &Reference) -> Option<GroupId> {
        if let Some(vpc) = self.default_group_owner(reference) {
            return self.default_group_of(&vpc.address);
        }
        let resource = self.resource(&reference.address)?;
        let attribute = &*reference.attribute;
        let is_identity =
            is_id_of_group(resource, attribute) || matches!(attribute, "" | "arn" | "name" | "Ref");
        self.group_of(resource).filter(|_| is_identity)
    }

    /// The VPC whose default group a reference names, whether or not that group is known yet.
    pub(super) fn default_group_owner(&self, reference: &Reference) -> Option<&'a Resource> {
        match &*reference.attribute {
            "default_security_group_id" | "DefaultSecurityGroup" => self.resource(&reference.address),
            _ => None,
        }
        .filter(|vpc| is_vpc(vpc))
    }

    /// The prefix list that a value names.
    pub(super) fn prefix_list(&self, value: &Value) -> PrefixListTarget {
        match &value.kind {
            ValueKind::Reference(reference) => {
                let resource = self.resource(&reference.address);
                match resource.and_then(|resource| self.prefix_lists.get(&resource.address)) {
                    Some(&id) => PrefixListTarget::Declared(id),
                    None => match resource.and_then(service_list) {
                        Some(name) => PrefixListTarget::Service(name),
                        None => PrefixListTarget::External(reference.to_string()),
                    },
                }
            }
            ValueKind::String(_) if value.is_sensitive() => {
                let cause = Cause::LookedUp(format!("the prefix list that {SENSITIVE_TEXT} names"));
                PrefixListTarget::Unknown(Arc::new(Unknown::new(cause, value.origin.written)))
            }
            ValueKind::String(text) => PrefixListTarget::External(text.to_string()),
            _ => PrefixListTarget::Unknown(reason(value, "a prefix list id", value.origin.written)),
        }
    }

    /// The prefix lists that a value names; of a text that joins several, each.
    pub(super) fn prefix_lists(&self, value: &Value) -> Vec<(Value, PrefixListTarget)> {
        let mut named: Vec<Value> = Vec::new();
        for member in flatten(value) {
            let joined = match &member.kind {
                ValueKind::Template(parts) => parts.iter().all(|part| {
                    part.as_reference().is_some() || part.as_str().is_some_and(|text| text.trim() == ",")
                }),
                _ => false,
            };
            if joined { named.extend(member.references()) } else { named.push(member) }
        }
        named.into_iter().map(|value| (value.clone(), self.prefix_list(&value))).collect()
    }

    /// Groups in a text with unknown parts: an ARN, `ACCOUNT/sg-…`, a comma-separated list. Such a text is
    /// never judged to lead nowhere.
    fn name_parts(&self, template: Value, item: Item, named: &mut Vec<Named>) {
        let before = named.len();
        for value in template.references() {
            if let Some(id) = value.as_reference().and_then(|reference| self.mentioned(reference)) {
                named.push(Named { value, target: GroupTarget::Group(id) });
            }
        }
        if named.len() == before && (item != Item::Arn || may_be_group_arn(&template)) {
            let unknown = reason(&template, "a security group", template.origin.written);
            named.push(Named { value: template, target: GroupTarget::Unknown(unknown) });
        }
    }

    fn name_one(&self, value: Value, item: Item) -> Option<Named> {
        let target = match &value.kind {
            ValueKind::Null | ValueKind::Map(_) => return None,
            ValueKind::Unknown(unknown) => match &unknown.cause {
                Cause::Undeclared(what) => GroupTarget::Dangling(Stray::new(what, "is not declared")),
                Cause::Absent { name, condition } => GroupTarget::Dangling(Stray::new(
                    name,
                    format!("is not created: its condition {condition} is false"),
                )),
                _ => GroupTarget::Unknown(Arc::clone(unknown)),
            },
            ValueKind::Reference(reference) => self.by_reference(reference, item, &value),
            _ => {
                let text = value.to_text()?;
                if text.is_empty() {
                    return None;
                }
                self.by_text(&text, item, &value)
            }
        };
        Some(Named { value, target })
    }

    fn by_reference(&self, reference: &Reference, item: Item, value: &Value) -> GroupTarget {
        let computed = || {
            let cause = Cause::of_reference(reference);
            GroupTarget::Unknown(Arc::new(Unknown::new(cause, value.origin.written)))
        };
        if let Some(vpc) = self.default_group_owner(reference) {
            return self.default_group_of(&vpc.address).map_or_else(computed, GroupTarget::Group);
        }
        let Some(resource) = self.resource(&reference.address) else { return computed() };
        if let Some(id) = self.group_of(resource) {
            return self.by_attribute_of_group(id, resource, reference, item);
        }
        let attribute = without_indices(&reference.attribute);
        let listed = match resource.mode {
            Mode::Managed => tables().yields_group(&resource.kind, &attribute),
            Mode::Data => tables().yields_group(&format!("data.{}", resource.kind), &attribute),
        };
        if listed || speaks_of_groups(&attribute) {
            return GroupTarget::External(reference.to_string());
        }
        if is_identity(resource, &attribute) {
            return GroupTarget::Dangling(Stray::new(reference, "is not a security group"));
        }
        computed()
    }

    fn by_attribute_of_group(
        &self,
        id: GroupId,
        resource: &Resource,
        reference: &Reference,
        item: Item,
    ) -> GroupTarget {
        let name_works = match item {
            Item::Name => true,
            Item::Either => !self.named_by_id_only.contains(&id),
            Item::Id | Item::Arn => false,
        };
        match (&*reference.attribute, item) {
            // The resource as a whole is an error that Terraform names itself.
            ("" | "Ref", _) | (_, Item::Name) | ("arn", Item::Arn) => GroupTarget::Group(id),
            (attribute, Item::Id | Item::Either) if is_id_of_group(resource, attribute) => {
                GroupTarget::Group(id)
            }
            ("name", Item::Either) if name_works => GroupTarget::Group(id),
            (_, Item::Arn) => GroupTarget::Misnamed(Stray::new(reference, "is not the ARN of the group")),
            _ => GroupTarget::Misnamed(Stray::new(reference, "is not the id of the group")),
        }
    }

    fn by_text(&self, text: &str, item: Item, value: &Value) -> GroupTarget {
        // An id that is known may have its account before it (TF-13), or stand at the end of an ARN (RA-16).
        if let Some(id) = text.rsplit('/').next().and_then(|id| self.group_by_id(id)) {
            return GroupTarget::Group(id);
        }
        if value.is_sensitive() {
            // It would be told with whatever is said of the group.
            let cause = Cause::LookedUp(format!("the group that {SENSITIVE_TEXT} names"));
            return GroupTarget::Unknown(Arc::new(Unknown::new(cause, value.origin.written)));
        }
        if text.starts_with("{{resolve:") {
            let cause = Cause::LookedUp(text.to_owned());
            return GroupTarget::Unknown(Arc::new(Unknown::new(cause, value.origin.written)));
        }
        if text.starts_with("arn:") && item != Item::Arn && !is_input(value) {
            return GroupTarget::Misnamed(Stray::new(text, "is an ARN where a group id belongs"));
        }
        // `ACCOUNT/sg-…` (TF-13), `amazon-elb/sg-…` and ARNs say themselves that the group is elsewhere; a
        // value that the deployer sets is not the configuration's own.
        if text.contains(['/', ':']) || is_input(value) {
            return GroupTarget::External(text.to_owned());
        }
        let by_name = || match self.by_name.get(text) {
            Some(&id) => GroupTarget::Group(id),
            None => GroupTarget::External(text.to_owned()),
        };
        match item {
            _ if is_group_id(text) => GroupTarget::Dangling(Stray::new(
                text,
                "is neither declared nor looked up by the configuration",
            )),
            _ if text.starts_with("sg-") => GroupTarget::Misnamed(Stray::new(
                text,
                "is not a group id: sg- and 8 or 17 hexadecimal digits",
            )),
            Item::Name | Item::Either => by_name(),
            Item::Id => GroupTarget::Misnamed(Stray::new(text, "is not a group id")),
            Item::Arn => GroupTarget::Misnamed(Stray::new(text, "is not an ARN")),
        }
    }
}

/// Whether an attribute of the resource that stands for a group is the group's id.
fn is_id_of_group(resource: &Resource, attribute: &str) -> bool {
    match &*resource.kind {
        "awscc_ec2_security_group" => matches!(attribute, "id" | "group_id" | "security_group_id"),
        _ => matches!(attribute, "id" | "GroupId" | "Id"),
    }
}

/// What the names of the prefix lists that AWS keeps start with. Nobody else's may.
/// Source: `PrefixListName` of `CreateManagedPrefixList`.
const SERVICE_LISTS: &str = "com.amazonaws.";

/// The name of the AWS-managed prefix list that a data source looks up; a part that is not known, such as the region,
/// is a star.
fn service_list(source: &Resource) -> Option<String> {
    let by_filter = || {
        let filters = source.values_at("filter");
        let mut filters = filters.iter().flat_map(Value::members);
        let filter = filters.find(|filter| {
            filter.get("name").is_some_and(|name| name.as_str() == Some("prefix-list-name"))
        })?;
        filter.get("values")?.members().into_iter().next()
    };
    let is_lookup = source.mode == Mode::Data
        && matches!(&*source.kind, "aws_prefix_list" | "aws_ec2_managed_prefix_list");
    let name = source.attribute("name").map(|name| name.value.clone()).filter(|_| is_lookup);
    let name = match name {
        Some(name) => name,
        None if is_lookup => by_filter()?,
        None => return None,
    };
    let text = match &name.kind {
        ValueKind::Template(parts) => {
            parts.iter().map(|part| part.to_text().unwrap_or_else(|| Arc::from("*")).to_string()).collect()
        }
        _ => name.as_str()?.to_owned(),
    };
    text.starts_with(SERVICE_LISTS).then_some(text)
}

/// Whether a resource is a VPC.
pub(super) fn is_vpc(resource: &Resource) -> bool {
    resource.mode == Mode::Managed
        && matches!(&*resource.kind, "aws_vpc" | "aws_default_vpc" | "AWS::EC2::VPC")
}

/// A group id's form (CF-09).
fn is_group_id(text: &str) -> bool {
    text.strip_prefix("sg-").is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Whether the deployer may set another value: it is the default or setting of an input.
pub(super) fn is_input(value: &Value) -> bool {
    value.origin.steps().iter().any(|step| {
        matches!(
            step.kind,
            StepKind::VariableDefault
                | StepKind::VariableFile
                | StepKind::Environment
                | StepKind::ParameterDefault
                | StepKind::ParametersFile
                | StepKind::ParameterArgument
                | StepKind::MappingCell
        )
    })
}

/// Whether an attribute that is in no table hands out groups by its name.
fn speaks_of_groups(attribute: &str) -> bool {
    let plain: String = attribute.chars().filter(|character| *character != '_').collect();
    plain.to_ascii_lowercase().contains("securitygroup")
}

/// Whether an attribute is the identity of an AWS resource: that of something other than a group can never
/// be a group's. Anything else that a resource computes might be.
fn is_identity(resource: &Resource, attribute: &str) -> bool {
    match resource.language {
        Language::Terraform => {
            resource.kind.starts_with("aws_") && matches!(attribute, "id" | "arn" | "name")
        }
        Language::CloudFormation => {
            resource.kind.starts_with("AWS::")
                && !resource.kind.starts_with("AWS::CloudFormation::")
                && matches!(attribute, "Ref" | "Arn")
        }
    }
}

/// Whether a text with unknown parts may be the ARN of a group: no known part says otherwise (RA-16).
fn may_be_group_arn(template: &Value) -> bool {
    let ValueKind::Template(parts) = &template.kind else { return true };
    parts.iter().filter_map(Value::as_str).any(|text| text.contains("security-group/"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, target};
    use super::*;
    use crate::network::model::Network;

    /// What `vpc_security_group_ids` of an instance names, given some other resources.
    fn attached(draft: &Draft, others: Vec<Resource>, ids: Value) -> Vec<String> {
        named_in(draft, "aws_instance.web", "vpc_security_group_ids", others, ids)
    }

    fn named_in(
        draft: &Draft,
        address: &str,
        argument: &str,
        mut resources: Vec<Resource>,
        value: Value,
    ) -> Vec<String> {
        resources.push(draft.resource(address, vec![(argument, value)]));
        let network: Network = draft.network(resources);
        network.attachments.iter().map(|it| target(&network, it.group.known().unwrap())).collect()
    }

    #[test]
    fn identities_of_other_things_lead_nowhere() {
        let draft = Draft::terraform();
        let others = vec![
            draft.resource("aws_subnet.a", vec![]),
            draft.resource("aws_security_group.web", vec![]),
            draft.resource(
                "aws_security_group_rule.a",
                vec![("type", draft.text("ingress")), ("protocol", draft.text("-1"))],
            ),
        ];
        let ids = draft.list(vec![
            draft.refer("aws_subnet.a", "id"),
            draft.refer("aws_security_group_rule.a", "id"),
            draft.refer("aws_security_group.web", "name"),
            draft.refer("aws_security_group.web", "arn"),
            draft.unknown(Cause::Undeclared("aws_security_group.db".into())),
        ]);
        assert_eq!(
            attached(&draft, others, ids),
            [
                "dangling: aws_subnet.a.id is not a security group",
                "dangling: aws_security_group_rule.a.id is not a security group",
                "misnamed: aws_security_group.web.name is not the id of the group",
                "misnamed: aws_security_group.web.arn is not the id of the group",
                "dangling: aws_security_group.db is not declared",
            ]
        );
    }

    #[test]
    fn what_other_resources_compute_may_be_a_group() {
        let draft = Draft::terraform();
        let others = vec![
            draft.resource("aws_eks_cluster.it", vec![]),
            draft.resource("data.aws_security_groups.all", vec![]),
            draft.resource("aws_ssm_parameter.sg", vec![]),
            draft.resource("aws_new_service.it", vec![]),
            draft.resource("awscc_ec2_vpc.it", vec![]),
        ];
        let ids = draft.list(vec![
            draft.refer("aws_eks_cluster.it", "vpc_config[0].cluster_security_group_id"),
            draft.refer("data.aws_security_groups.all", "ids[0]"),
            draft.refer("aws_ssm_parameter.sg", "value"),
            draft.refer("aws_new_service.it", "managed_security_group_id"),
            draft.refer("awscc_ec2_vpc.it", "default_network_acl"),
            draft.input("var.sg"),
        ]);
        assert_eq!(
            attached(&draft, others, ids),
            [
                "external aws_eks_cluster.it.vpc_config[0].cluster_security_group_id",
                "external data.aws_security_groups.all.ids[0]",
                "unknown: aws_ssm_parameter.sg.value is computed when deployed",
                "external aws_new_service.it.managed_security_group_id",
                "unknown: awscc_ec2_vpc.it.default_network_acl is computed when deployed",
                "unknown: var.sg has no value",
            ]
        );
    }

    #[test]
    fn a_literal_id_must_be_looked_up_or_be_set_by_the_deployer() {
        let draft = Draft::terraform();
        let looked_up = vec![("id", draft.text("sg-0123456789abcdef0"))];
        let others = vec![draft.resource("data.aws_security_group.it", looked_up)];
        let ids = draft.list(vec![
            draft.text("sg-0123456789abcdef0"),
            draft.text("sg-11111111"),
            draft.text("sg-12"),
            draft.text("123456789012/sg-11111111"),
            draft.default("sg-11111111"),
            draft.text(""),
            draft.null(),
            draft.text("{{resolve:ssm:/sg}}"),
        ]);
        assert_eq!(
            attached(&draft, others, ids),
            [
                "data.aws_security_group.it",
                "dangling: sg-11111111 is neither declared nor looked up by the configuration",
                "misnamed: sg-12 is not a group id: sg- and 8 or 17 hexadecimal digits",
                "external 123456789012/sg-11111111",
                "external sg-11111111",
                "unknown: {{resolve:ssm:/sg}} is looked up when deployed",
            ]
        );
    }

    #[test]
    fn names_work_where_the_default_vpc_is_meant() {
        let draft = Draft::terraform();
        let others = || {
            vec![
                draft.resource("aws_vpc.main", vec![]),
                draft.resource("aws_security_group.web", vec![("name", draft.text("web"))]),
                draft.resource(
                    "aws_security_group.inner",
                    vec![("vpc_id", draft.refer("aws_vpc.main", "id")), ("name", draft.text("inner"))],
                ),
            ]
        };
        let groups = draft.list(vec![
            draft.text("web"),
            draft.text("default"),
            draft.refer("aws_security_group.web", "name"),
            draft.refer("aws_security_group.inner", "name"),
            draft.refer("aws_security_group.inner", "id"),
        ]);
        assert_eq!(
            named_in(&draft, "aws_instance.web", "security_groups", others(), groups),
            [
                "aws_security_group.web",
                "external default",
                "aws_security_group.web",
                "misnamed: aws_security_group.inner.name is not the id of the group",
                "aws_security_group.inner",
            ]
        );
        let by_name = attached(&draft, others(), draft.list(vec![draft.text("web")]));
        assert_eq!(by_name, ["misnamed: web is not a group id"]);
    }

    #[test]
    fn texts_with_groups_inside_name_them() {
        let draft = Draft::terraform();
        let others = vec![
            draft.resource("aws_security_group.a", vec![]),
            draft.resource("aws_security_group.b", vec![]),
        ];
        let both = draft.template(vec![
            draft.refer("aws_security_group.a", "id"),
            draft.text(","),
            draft.refer("aws_security_group.b", "id"),
        ]);
        assert_eq!(attached(&draft, others.clone(), both), ["aws_security_group.a", "aws_security_group.b"]);
        let opaque = draft.template(vec![draft.text("sg-"), draft.input("var.suffix")]);
        assert_eq!(attached(&draft, others, opaque), ["unknown: var.suffix has no value"]);
    }

    #[test]
    fn an_instance_that_is_not_there_is_judged_by_its_stand_in() {
        let draft = Draft::terraform();
        let others = vec![draft.resource("aws_security_group.web", vec![])];
        let ids = draft.list(vec![draft.refer(r#"aws_security_group.web["a.b"]"#, "id")]);
        assert_eq!(attached(&draft, others, ids), ["aws_security_group.web"]);
    }
}
