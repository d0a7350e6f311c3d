//! Every place of a configuration that refers to something, and which of them use a group.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Builder;
use super::fields::at;
use crate::network::model::{GroupId, GroupTarget, GroupUse, UseRole};
use crate::resource::{Configuration, Reference, Resource, Value};
use crate::source::Span;

/// The references of a configuration, found in one walk over it.
pub(super) struct Mentions {
    of_resources: Vec<Vec<Mention>>,
    of_outputs: Vec<Vec<Value>>,
}

/// A reference in an attribute.
struct Mention {
    attribute: Arc<str>,
    place: Span,
    value: Value,
}

impl Mentions {
    /// Walks every attribute and output.
    pub(super) fn of(configuration: &Configuration) -> Self {
        let of_resource = |resource: &Resource| {
            let attributes = resource.attributes.iter();
            let mentions = attributes.flat_map(|(name, attribute)| {
                attribute.value.references().into_iter().map(|value| Mention {
                    attribute: Arc::clone(name),
                    place: attribute.span,
                    value,
                })
            });
            mentions.collect()
        };
        Self {
            of_resources: configuration.resources.iter().map(of_resource).collect(),
            of_outputs: configuration.outputs.iter().map(|output| output.value.references()).collect(),
        }
    }

    /// Every reference, resources first, in source order.
    pub(super) fn references(&self) -> impl Iterator<Item = &Reference> {
        let of_resources = self.of_resources.iter().flatten().map(|mention| &mention.value);
        let values = of_resources.chain(self.of_outputs.iter().flatten());
        values.filter_map(|value| value.as_reference().map(AsRef::as_ref))
    }

    /// The references of a resource, by its index in the configuration.
    pub(super) fn references_of(&self, index: usize) -> impl Iterator<Item = &Reference> {
        let mentions = self.of_resources.get(index).into_iter().flatten();
        mentions.filter_map(|mention| mention.value.as_reference().map(AsRef::as_ref))
    }

    /// Counts the attributes of a resource that refer to a group as uses of it, but for those that were
    /// understood (they stand in the network's uses from `understood` on) and those of its `own` group.
    pub(super) fn record_others(
        &self,
        builder: &mut Builder<'_>,
        index: usize,
        resource: &Resource,
        understood: usize,
        own: Option<GroupId>,
    ) {
        let Some(mentions) = self.of_resources.get(index).filter(|mentions| !mentions.is_empty()) else {
            return;
        };
        let known: FxHashSet<(String, GroupId)> = builder.network.uses[understood..]
            .iter()
            .filter_map(|used| {
                let group = used.group.known()?.declared()?;
                Some((used.attribute.split(['.', '[']).next()?.to_owned(), group))
            })
            .collect();
        for Mention { attribute, place, value } in mentions {
            let Some(id) = value.as_reference().and_then(|reference| builder.names.mentioned(reference))
            else {
                continue;
            };
            if Some(id) == own || known.contains(&(attribute.to_string(), id)) {
                continue;
            }
            builder.network.uses.push(GroupUse {
                role: UseRole::Other,
                resource: Arc::clone(&resource.address),
                attribute: Arc::clone(attribute),
                group: at(*place, value, GroupTarget::Group(id)),
                resource_span: resource.span,
                calls: resource.calls.clone(),
            });
        }
    }

    /// Counts the outputs that hand out a group.
    pub(super) fn record_outputs(&self, builder: &mut Builder<'_>) {
        for (output, values) in builder.names.configuration.outputs.iter().zip(&self.of_outputs) {
            for value in values {
                let Some(id) = value.as_reference().and_then(|reference| builder.names.mentioned(reference))
                else {
                    continue;
                };
                builder.network.uses.push(GroupUse {
                    role: UseRole::Output,
                    resource: Arc::clone(&output.name),
                    attribute: Arc::clone(&output.name),
                    group: at(output.span, value, GroupTarget::Group(id)),
                    resource_span: output.span,
                    calls: Vec::new(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::network;
    use super::super::testing::{Draft, uses};
    use crate::network::premises::Premises;

    #[test]
    fn any_attribute_and_output_that_names_a_group_uses_it() {
        let draft = Draft::terraform();
        let group = |attribute| draft.refer("aws_security_group.web", attribute);
        let resources = vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_ssm_parameter.sg", vec![("value", group("id")), ("name", group("vpc_id"))]),
            draft.resource(
                "null_resource.wait",
                vec![(
                    "triggers",
                    draft.map(vec![("sg", draft.template(vec![draft.text("a"), group("arn")]))]),
                )],
            ),
        ];
        let outputs = vec![Draft::output("sg", group("")), Draft::output("vpc", group("vpc_id"))];
        let (network, _) = network(&draft.configuration(resources, outputs), &Premises::default());
        assert_eq!(
            uses(&network),
            [
                "other aws_ssm_parameter.sg value: aws_security_group.web",
                "other null_resource.wait triggers: aws_security_group.web",
                "output sg sg: aws_security_group.web",
            ]
        );
    }

    #[test]
    fn what_is_understood_is_not_counted_again() {
        let draft = Draft::cloudformation();
        let interface = draft.map(vec![("GroupSet", draft.list(vec![draft.refer("Web", "Ref")]))]);
        let network = draft.network(vec![
            draft.logical("Web", "AWS::EC2::SecurityGroup", vec![]),
            draft.logical(
                "Instance",
                "AWS::EC2::Instance",
                vec![
                    ("NetworkInterfaces", draft.list(vec![interface])),
                    ("UserData", draft.refer("Web", "Ref")),
                ],
            ),
        ]);
        assert_eq!(
            uses(&network),
            ["attach Instance NetworkInterfaces[].GroupSet: Web", "other Instance UserData: Web"]
        );
    }

    #[test]
    fn a_group_that_is_named_by_the_wrong_attribute_is_still_used() {
        let draft = Draft::terraform();
        let ids = draft.list(vec![draft.refer("aws_security_group.web", "arn")]);
        let network = draft.network(vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_instance.web", vec![("vpc_security_group_ids", ids)]),
        ]);
        assert_eq!(
            uses(&network),
            [
                "attach aws_instance.web vpc_security_group_ids: misnamed: aws_security_group.web.arn is not the id of the group",
                "other aws_instance.web vpc_security_group_ids: aws_security_group.web",
            ]
        );
    }
}
