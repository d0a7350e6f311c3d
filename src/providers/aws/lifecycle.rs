//! What happens to groups when they are replaced or deleted.

use rustc_hash::{FxHashMap, FxHashSet};

use super::fields::{implied, read};
use crate::network::lifecycle::{DeletionPolicy, Lifecycle};
use crate::network::model::Field;
use crate::resource::{Configuration, Resource, Value};

/// The resources whose successors are created first: those that say so, and by Terraform's rule what they depend on.
pub(super) struct CreatedFirst<'a>(FxHashSet<&'a str>);

impl<'a> CreatedFirst<'a> {
    pub(super) fn of(configuration: &'a Configuration) -> Self {
        let says_so = |resource: &&Resource| {
            resource.lifecycle.get(CREATED_FIRST).and_then(Value::as_bool).unwrap_or_default()
        };
        let mut open: Vec<&Resource> = configuration.resources.iter().filter(says_so).collect();
        let mut found: FxHashSet<&str> = open.iter().map(|resource| &*resource.address).collect();
        if open.is_empty() {
            return Self(found);
        }
        let resources = configuration.resources.iter().map(|resource| (&*resource.address, resource));
        let resources: FxHashMap<_, _> = resources.collect();
        while let Some(resource) = open.pop() {
            let values = resource.attributes.values().map(|attribute| &attribute.value);
            for reference in values.flat_map(Value::references) {
                let named = reference.as_reference().and_then(|named| resources.get(&*named.address));
                if let Some(&needed) = named
                    && found.insert(&needed.address)
                {
                    open.push(needed);
                }
            }
        }
        Self(found)
    }
}

const CREATED_FIRST: &str = "create_before_destroy";

/// What is said of a resource.
pub(super) fn lifecycle(resource: &Resource, created_first: &CreatedFirst<'_>) -> Lifecycle {
    let said = |name: &str| resource.lifecycle.get(name);
    let truth = |name| said(name).map(|value| read(resource.span, value, "true or false", Value::as_bool));
    let policy = |name| said(name).map(|value| read(resource.span, value, "a deletion policy", policy));
    let own: Option<Field<bool>> = truth(CREATED_FIRST);
    let is_first = created_first.0.contains(&*resource.address);
    let create_before_destroy = match own {
        Some(Field { value: Ok(true), .. }) => own,
        _ if is_first => Some(implied(resource.head, true)),
        own => own,
    };
    Lifecycle {
        create_before_destroy,
        prevent_destroy: truth("prevent_destroy"),
        deletion_policy: policy("DeletionPolicy"),
        update_replace_policy: policy("UpdateReplacePolicy"),
    }
}

fn policy(value: &Value) -> Option<DeletionPolicy> {
    match value.as_str()? {
        "Delete" => Some(DeletionPolicy::Delete),
        "Retain" => Some(DeletionPolicy::Retain),
        "RetainExceptOnCreate" => Some(DeletionPolicy::RetainExceptOnCreate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;
    use crate::network::model::Network;

    fn first(network: &Network) -> Vec<bool> {
        let said = network.groups.iter().map(|group| group.lifecycle.create_before_destroy.as_ref());
        said.map(|said| said.and_then(Field::known).copied().unwrap_or_default()).collect()
    }

    #[test]
    fn what_a_resource_that_is_created_first_needs_is_created_first() {
        let draft = Draft::terraform();
        let mut template = draft.resource(
            "aws_launch_template.web",
            vec![("vpc_security_group_ids", draft.list(vec![draft.refer("aws_security_group.web", "id")]))],
        );
        template.lifecycle.insert(CREATED_FIRST.into(), draft.truth(true));
        let peers = |peer: &str| {
            let peers = draft.list(vec![draft.refer(peer, "id")]);
            let rule = draft.map(vec![("protocol", draft.text("-1")), ("security_groups", peers)]);
            vec![("ingress", draft.list(vec![rule]))]
        };
        let network = draft.network(vec![
            template,
            draft.resource("aws_security_group.web", peers("aws_security_group.balancer")),
            draft.resource("aws_security_group.balancer", vec![]),
            draft.resource("aws_security_group.other", peers("aws_security_group.web")),
        ]);
        assert_eq!(first(&network), [true, true, false]);
    }

    #[test]
    fn the_policies_of_a_template_are_read() {
        let draft = Draft::cloudformation();
        let mut group = draft.logical("Web", "AWS::EC2::SecurityGroup", vec![]);
        group.lifecycle.insert("DeletionPolicy".into(), draft.text("Retain"));
        group.lifecycle.insert("UpdateReplacePolicy".into(), draft.input("Policy"));
        let network = draft.network(vec![group]);
        let lifecycle = &network.groups[0].lifecycle;
        assert_eq!(lifecycle.deletion_policy.as_ref().unwrap().known(), Some(&DeletionPolicy::Retain));
        assert!(lifecycle.update_replace_policy.as_ref().unwrap().value.is_err());
        assert!(lifecycle.create_before_destroy.is_none());
    }
}
