//! `aws_vpc_security_group_rules_exclusive`: every rule that a group may have (TF-04).

use std::sync::Arc;

use super::Builder;
use super::fields::{Argument, flatten, reason};
use super::rules;
use super::tables::Item;
use crate::network::model::{ExclusiveRules, GroupTarget, UseRole};
use crate::resource::Resource;

/// Reads the list. Returns the group.
pub(super) fn exclusive_rules(builder: &mut Builder<'_>, resource: &Resource) -> GroupTarget {
    let owner = rules::owner(builder, resource, &[("security_group_id", Item::Id)]);
    let Some(group) = builder.network.uses.last().filter(|own| own.role == UseRole::RuleOwner) else {
        return owner;
    };
    let mut list = ExclusiveRules { group: group.group.clone(), rules: Vec::new(), unknown_rules: None };
    for name in ["ingress_rule_ids", "egress_rule_ids"] {
        let Some(Argument { place, value }) = Argument::of(resource, name) else { continue };
        for member in flatten(&value) {
            match member.as_reference() {
                Some(rule) => list.rules.push(Arc::clone(&rule.address)),
                // An id as text is that of a rule which exists already.
                None if member.as_str().is_some() => {}
                None => list.unknown_rules = Some(reason(&member, "the id of a rule", place)),
            }
        }
    }
    builder.network.exclusive_rules.push(list);
    owner
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, uses};

    #[test]
    fn the_list_names_rules_and_uses_no_group() {
        let draft = Draft::terraform();
        let rule = draft.refer("aws_vpc_security_group_ingress_rule.a", "security_group_rule_id");
        let network = draft.network(vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource(
                "aws_vpc_security_group_rules_exclusive.it",
                vec![
                    ("security_group_id", draft.refer("aws_security_group.web", "id")),
                    ("ingress_rule_ids", draft.list(vec![rule, draft.text("sgr-1")])),
                    ("egress_rule_ids", draft.list(vec![draft.input("var.rules")])),
                ],
            ),
        ]);
        let list = &network.exclusive_rules[0];
        assert_eq!(
            list.rules.iter().map(|rule| &**rule).collect::<Vec<_>>(),
            ["aws_vpc_security_group_ingress_rule.a"]
        );
        assert!(list.unknown_rules.is_some());
        assert_eq!(
            uses(&network),
            [
                "rule-owner aws_vpc_security_group_rules_exclusive.it security_group_id: aws_security_group.web"
            ]
        );
    }
}
