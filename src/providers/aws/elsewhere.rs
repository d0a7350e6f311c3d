//! Groups that exist elsewhere: what the project's premises and lookups say of them.
//!
//! Their rules are not known, but their name, their owner, their VPC and whether RAM shares them with this account are
//! (RA-02), so that a participant's use of a shared group is judged as well as its owner's.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::fields::{implied, read};
use super::references::{Names, is_input};
use crate::network::lifecycle::Lifecycle;
use crate::network::model::{Field, Group, GroupId, GroupRole};
use crate::network::premises::{ForeignGroup, Premises};
use crate::network::tags::Tags;
use crate::network::text::Text;
use crate::resource::{Cause, Configuration, Presence, Resource, Unknown, Value, ValueKind};
use crate::source::Span;

/// Adds what the premises say to the groups that are looked up, and a group for each other one of them that the
/// configuration names by its id.
pub(super) fn describe(
    configuration: &Configuration,
    premises: &Premises,
    groups: &mut Vec<Group>,
    names: &mut Names<'_>,
) {
    if premises.groups.is_empty() {
        return;
    }
    let mentions = Mentions::of(configuration);
    for foreign in &premises.groups {
        let looked_up = names.group_by_id(&foreign.id).or_else(|| by_name(groups, foreign));
        let id = match (looked_up, mentions.0.get(&foreign.id)) {
            (Some(id), _) => id,
            (None, Some(mention)) => {
                groups.push(mention.group(&foreign.id));
                let id = GroupId(groups.len() - 1);
                // What a lookup finds, this account sees.
                if let Some(account) = foreign.account.clone().filter(|_| !foreign.shared) {
                    names.add_account(id, account);
                }
                id
            }
            (None, None) => continue,
        };
        let group = &mut groups[id.0];
        let head = group.head;
        let said = |text: &Option<String>| text.clone().map(|text| implied(head, text));
        group.name =
            group.name.take().or_else(|| said(&foreign.name).map(|name| name.map(|name| Text::from(&*name))));
        group.vpc = group.vpc.take().or_else(|| said(&foreign.vpc));
        group.region = group.region.take().or_else(|| said(&foreign.region));
        group.foreign_owner = group.foreign_owner.take().or_else(|| said(&foreign.account));
        group.is_shared_here = foreign.shared;
        names.add_group_id(foreign.id.clone(), id);
    }
}

/// A group that is looked up by the name that the premises give, in their VPC as far as both are told.
fn by_name(groups: &[Group], foreign: &ForeignGroup) -> Option<GroupId> {
    let wanted = foreign.name.as_deref()?;
    let is_it = |group: &Group| {
        let name = group.name.as_ref().and_then(|name| name.known()?.known().ok());
        let vpc = group.vpc.as_ref().and_then(Field::known).zip(foreign.vpc.as_ref());
        group.role == GroupRole::External
            && name == Some(wanted)
            && vpc.is_none_or(|(vpc, foreign)| vpc == foreign)
    };
    let mut found = groups.iter().enumerate().filter(|(_, group)| is_it(group));
    // Of two that fit, either may be it.
    found.next().filter(|_| found.next().is_none()).map(|(index, _)| GroupId(index))
}

/// The account whose group a data source asks for: a number that is written there. Nobody has to ask for their own.
pub(super) fn asked_owner(resource: &Resource) -> Option<Field<String>> {
    let place = resource.attribute("filter")?.span;
    let filters = resource.values_at("filter");
    let mut filters = filters.iter().flat_map(Value::members);
    let filter =
        filters.find(|filter| filter.get("name").is_some_and(|name| name.as_str() == Some("owner-id")))?;
    let values = filter.get("values")?.members();
    let [owner] = &values[..] else { return None };
    let is_account =
        |text: &&str| text.len() == 12 && text.bytes().all(|character| character.is_ascii_digit());
    owner.as_str().filter(is_account).filter(|_| !is_input(owner))?;
    Some(read(place, owner, "an account id", |owner| owner.as_str().map(str::to_owned)))
}

/// The first place that has a group's id in it, by id.
struct Mentions<'a>(FxHashMap<String, Mention<'a>>);

struct Mention<'a> {
    place: Span,
    resource: &'a Resource,
}

impl<'a> Mentions<'a> {
    fn of(configuration: &'a Configuration) -> Self {
        let mut mentions = Self(FxHashMap::default());
        for resource in &configuration.resources {
            for attribute in resource.attributes.values() {
                mentions.look_through(&attribute.value, attribute.span, resource);
            }
        }
        mentions
    }

    fn look_through(&mut self, value: &Value, within: Span, resource: &'a Resource) {
        match &value.kind {
            ValueKind::String(text) => {
                for id in group_ids(text) {
                    let place = value.origin.narrowest_in(within);
                    self.0.entry(id.to_owned()).or_insert(Mention { place, resource });
                }
            }
            ValueKind::List(items) | ValueKind::Set(items) => {
                items.iter().for_each(|item| self.look_through(&value.taken(item), within, resource));
            }
            ValueKind::Template(parts) => {
                parts.iter().for_each(|part| self.look_through(&value.taken(part), within, resource));
            }
            ValueKind::Map(entries) => {
                entries.values().for_each(|entry| self.look_through(&value.taken(entry), within, resource));
            }
            _ => {}
        }
    }
}

/// The ids of groups in a text: alone, in an ARN, after an account, in a list.
fn group_ids(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("sg-").map(|(start, _)| start);
    starts.map(|start| {
        let digits = text[start + 3..].bytes().take_while(u8::is_ascii_hexdigit).count();
        &text[start..start + 3 + digits]
    })
}

impl Mention<'_> {
    /// The group that is named there.
    fn group(&self, id: &str) -> Group {
        let address: Arc<str> = id.into();
        let cause = Cause::LookedUp(format!("the tags of {id}"));
        let unknown = Arc::new(Unknown::new(cause, self.place));
        Group {
            declared: Arc::clone(&address),
            address,
            role: GroupRole::External,
            language: self.resource.language,
            name: None,
            name_prefix: None,
            description: None,
            region: None,
            vpc: None,
            in_default_vpc: None,
            foreign_owner: None,
            is_shared_here: false,
            is_adopted: false,
            head: self.place,
            span: self.place,
            calls: self.resource.calls.clone(),
            presence: Presence::Certain,
            tags: Tags::unknown(&unknown),
            lifecycle: Lifecycle::default(),
            unknown_rules: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::network;
    use super::super::testing::{Draft, target, uses};
    use super::*;
    use crate::network::model::Network;

    const ID: &str = "sg-0123456789abcdef0";

    fn foreign() -> ForeignGroup {
        ForeignGroup {
            id: ID.to_owned(),
            name: Some("shared-web".to_owned()),
            account: Some("111122223333".to_owned()),
            vpc: Some("vpc-01234567".to_owned()),
            region: Some("eu-west-1".to_owned()),
            shared: true,
        }
    }

    fn under(draft: &Draft, resources: Vec<Resource>, foreign: ForeignGroup) -> Network {
        let premises = Premises { groups: vec![foreign], ..Premises::default() };
        network(&draft.configuration(resources, Vec::new()), &premises).0
    }

    fn described(group: &Group) -> [Option<&str>; 4] {
        [
            group.name.as_ref().and_then(|name| name.known()?.known().ok()),
            group.foreign_owner.as_ref().and_then(Field::known).map(String::as_str),
            group.vpc.as_ref().and_then(Field::known).map(String::as_str),
            group.region.as_ref().and_then(Field::known).map(String::as_str),
        ]
    }

    const DESCRIBED: [Option<&str>; 4] =
        [Some("shared-web"), Some("111122223333"), Some("vpc-01234567"), Some("eu-west-1")];

    #[test]
    fn every_way_to_name_a_group_of_the_premises_leads_to_it() {
        let draft = Draft::terraform();
        let ids = [
            ID.to_owned(),
            format!("111122223333/{ID}"),
            format!("arn:aws:ec2:eu-west-1:111122223333:security-group/{ID}"),
        ];
        let ids = draft.list(ids.iter().map(|id| draft.text(id)).chain([draft.default(ID)]).collect());
        let instance = draft.resource("aws_instance.web", vec![("vpc_security_group_ids", ids)]);
        let network = under(&draft, vec![instance], foreign());
        assert_eq!(network.groups.len(), 1);
        assert_eq!(described(&network.groups[0]), DESCRIBED);
        assert!(network.groups[0].is_shared_here);
        let use_of = format!("attach aws_instance.web vpc_security_group_ids: {ID}");
        assert_eq!(uses(&network), [&*use_of; 4]);
    }

    #[test]
    fn a_group_that_nothing_names_is_left_out() {
        let draft = Draft::terraform();
        let other = draft.texts(&["sg-0123456789abcdef01", "sg-11111111"]);
        let instance = draft.resource("aws_instance.web", vec![("vpc_security_group_ids", other)]);
        assert_eq!(under(&draft, vec![instance], foreign()).groups.len(), 0);
    }

    #[test]
    fn lookups_by_id_and_by_name_find_the_group_of_the_premises() {
        let draft = Draft::terraform();
        for attributes in [
            vec![("id", draft.text(ID))],
            vec![("name", draft.text("shared-web"))],
            vec![("name", draft.text("shared-web")), ("vpc_id", draft.text("vpc-01234567"))],
        ] {
            let lookup = draft.resource("data.aws_security_group.it", attributes);
            let network = under(&draft, vec![lookup], foreign());
            assert_eq!(network.groups.len(), 1);
            assert_eq!(&*network.groups[0].address, "data.aws_security_group.it");
            assert_eq!(described(&network.groups[0]), DESCRIBED);
        }
        let attributes = vec![("name", draft.text("shared-web")), ("vpc_id", draft.text("vpc-9"))];
        let lookup = draft.resource("data.aws_security_group.it", attributes);
        let network = under(&draft, vec![lookup], foreign());
        assert!(network.groups[0].foreign_owner.is_none(), "another VPC has a group of that name");
    }

    #[test]
    fn a_peer_with_an_owner_of_its_own_argument_is_that_group() {
        let draft = Draft::cloudformation();
        let ingress = vec![
            ("GroupId", draft.refer("Web", "GroupId")),
            ("IpProtocol", draft.text("tcp")),
            ("SourceSecurityGroupId", draft.text(ID)),
            ("SourceSecurityGroupOwnerId", draft.text("111122223333")),
        ];
        let network = under(
            &draft,
            vec![
                draft.logical("Web", "AWS::EC2::SecurityGroup", vec![]),
                draft.logical("FromPeer", "AWS::EC2::SecurityGroupIngress", ingress),
            ],
            foreign(),
        );
        let peer = network.uses.iter().find(|used| &*used.attribute == "SourceSecurityGroupId").unwrap();
        assert_eq!(target(&network, peer.group.known().unwrap()), ID);
    }

    /// What `source_security_group_id` names: the text, given whether the group is shared and whether it is looked up.
    fn peer(text: &str, shared: bool, looked_up: bool) -> String {
        let draft = Draft::terraform();
        let mut resources = vec![draft.resource(
            "aws_security_group_rule.it",
            vec![
                ("type", draft.text("ingress")),
                ("protocol", draft.text("-1")),
                ("source_security_group_id", draft.text(text)),
            ],
        )];
        if looked_up {
            resources.push(draft.resource("data.aws_security_group.it", vec![("id", draft.text(ID))]));
        }
        let network = under(&draft, resources, ForeignGroup { shared, ..foreign() });
        target(&network, network.uses[0].group.known().unwrap())
    }

    #[test]
    fn a_rule_names_the_account_of_a_group_that_this_one_does_not_see() {
        let write = format!("misnamed: {ID} is a group of the account 111122223333; write 111122223333/{ID}");
        assert_eq!(peer(ID, false, false), write);
        assert_eq!(peer(&format!("444455556666/{ID}"), false, false), write);
        assert_eq!(peer(&format!("111122223333/{ID}"), false, false), ID);
        assert_eq!(peer(ID, true, false), ID);
        assert_eq!(peer(ID, false, true), "data.aws_security_group.it");
    }

    #[test]
    fn only_ingress_of_cloudformation_has_an_argument_for_the_account() {
        let draft = Draft::cloudformation();
        let named = |kind: &str, peer: &str, owner: Option<Value>| {
            let mut attributes = vec![("IpProtocol", draft.text("-1")), (peer, draft.text(ID))];
            attributes.extend(owner.map(|owner| ("SourceSecurityGroupOwnerId", owner)));
            let rule = draft.logical("It", kind, attributes);
            let network = under(&draft, vec![rule], ForeignGroup { shared: false, ..foreign() });
            target(&network, network.uses[0].group.known().unwrap())
        };
        let ingress = "AWS::EC2::SecurityGroupIngress";
        assert_eq!(
            named(ingress, "SourceSecurityGroupId", None),
            format!(
                "misnamed: {ID} is a group of the account 111122223333; SourceSecurityGroupOwnerId has to say so"
            )
        );
        let owner = draft.text("111122223333");
        assert_eq!(named(ingress, "SourceSecurityGroupId", Some(owner)), ID);
        assert_eq!(named(ingress, "SourceSecurityGroupId", Some(draft.input("Owner"))), ID);
        assert_eq!(named("AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId", None), ID);
    }

    #[test]
    fn a_lookup_may_ask_for_the_groups_of_another_account() {
        let draft = Draft::terraform();
        let owner = |value: Value| {
            let values = draft.list(vec![value]);
            let filter = draft.map(vec![("name", draft.text("owner-id")), ("values", values)]);
            let attributes = vec![("filter", draft.list(vec![filter]))];
            let network = draft.network(vec![draft.resource("data.aws_security_group.it", attributes)]);
            network.groups[0].foreign_owner.as_ref().and_then(Field::known).cloned()
        };
        assert_eq!(owner(draft.text("111122223333")).as_deref(), Some("111122223333"));
        assert_eq!(owner(draft.refer("data.aws_caller_identity.me", "account_id")), None);
        assert_eq!(owner(draft.default("111122223333")), None, "an input may be the own account");
        assert_eq!(owner(draft.text("self")), None);
    }
}
