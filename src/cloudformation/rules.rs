//! The `Rules` section: what the values of parameters must be for a stack to be made at all.
//!
//! Source: "Rules syntax" and "Rule-specific intrinsic functions" in the CloudFormation user guide.

use std::sync::Arc;

use super::conditions::{Comparison, Mentions, Truth, equal};
use super::evaluator::Evaluator;
use super::intrinsic::{Call, whole};
use super::symbolic::Maker;
use super::template::Template;
use crate::choice::Formula;
use crate::problem::Problem;
use crate::resource::{Cause, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::Node;

/// One rule.
#[derive(Clone, Debug)]
pub(super) struct Rule<'t> {
    name: &'t str,
    /// Without one it always counts.
    pub condition: Option<&'t Node>,
    /// What must be true then, with the description of it.
    pub assertions: Vec<(&'t Node, Option<&'t str>)>,
}

impl<'t> Rule<'t> {
    /// The rules of a template.
    pub(super) fn all(template: &Template<'t>) -> Vec<Self> {
        let assertion = |node: &'t Arc<Node>| {
            Some((&**node.get("Assert")?, node.get("AssertDescription").and_then(|text| text.as_str())))
        };
        let rules = template.rules.iter().map(|rule| Self {
            name: rule.name,
            condition: rule.body.get("RuleCondition").map(|node| &**node),
            assertions: rule
                .body
                .get("Assertions")
                .map_or(&[][..], |assertions| assertions.items())
                .iter()
                .filter_map(assertion)
                .collect(),
        });
        rules.collect()
    }

    /// The places where values of inputs matter to it.
    pub(super) fn comparisons(&self, template: &'t Template<'t>) -> Vec<Comparison<'t>> {
        let nodes = self.condition.into_iter().chain(self.assertions.iter().map(|&(node, _)| node));
        nodes.flat_map(|node| Mentions::of(template, node).comparisons).collect()
    }

    /// What it demands.
    pub(super) fn formula(&self, maker: &mut Maker<'_, 't>) -> Formula {
        let mut any = Vec::new();
        if let Some(condition) = self.condition {
            let counts = maker.formula(condition);
            any.push(maker.formulas.not(counts));
        }
        let every: Vec<_> = self.assertions.iter().map(|&(node, _)| maker.formula(node)).collect();
        any.push(maker.formulas.every(every));
        maker.formulas.any(any)
    }

    /// What the inputs violate as they are now. What is not known violates nothing.
    pub(super) fn violation(&self, evaluator: &mut Evaluator<'t>) -> Option<Problem> {
        let counts = self.condition.is_none_or(|node| evaluator.truth(node).known() == Some(true));
        let is_false = |(node, _): &&(&'t Node, _)| evaluator.truth(node).known() == Some(false);
        let (assertion, description) = *self.assertions.iter().filter(|_| counts).find(is_false)?;
        let because = description.map(|text| format!(": {text}")).unwrap_or_default();
        let message = format!("the values of the parameters violate rule {}{because}", self.name);
        let problem = Problem::warning("rule-violated", message).at(whole(assertion));
        Some(
            problem.help(
                "no stack can be made like this; set other defaults, or pass the parameters that apply",
            ),
        )
    }
}

impl<'t> Evaluator<'t> {
    /// `Fn::Contains`: whether a list has a value.
    pub(super) fn contains(&mut self, list: &'t Node, value: &'t Node, call: &Call<'t>) -> Truth {
        let (list, value) = (self.required(list), self.required(value));
        match self.members(&list, call) {
            Ok(members) => is_any(&members, &value, call.span),
            Err(unknown) => unknown,
        }
    }

    /// `Fn::EachMemberEquals`: whether every element of a list is a value.
    pub(super) fn each_member_equals(&mut self, list: &'t Node, value: &'t Node, call: &Call<'t>) -> Truth {
        let (list, value) = (self.required(list), self.required(value));
        match self.members(&list, call) {
            Ok(members) => Truth::all(members.iter().map(|member| is_equal(member, &value, call.span)), true),
            Err(unknown) => unknown,
        }
    }

    /// `Fn::EachMemberIn`: whether every element of a list is in another.
    pub(super) fn each_member_in(&mut self, list: &'t Node, among: &'t Node, call: &Call<'t>) -> Truth {
        let (list, among) = (self.required(list), self.required(among));
        match (self.members(&list, call), self.members(&among, call)) {
            (Ok(list), Ok(among)) if self.spend(list.len().saturating_mul(among.len())) => {
                Truth::all(list.iter().map(|member| is_any(&among, member, call.span)), true)
            }
            (Ok(_), Ok(_)) => self.over_limit(call.span),
            (Err(unknown), _) | (_, Err(unknown)) => unknown,
        }
    }

    /// `Fn::RefAll`: the values of all parameters of a type.
    pub(super) fn ref_all(&mut self, call: &Call<'t>) -> Value {
        let Some(wanted) = call.text() else { return self.wrong(call, "takes a parameter type") };
        let inputs = self.template.inputs_of_type(wanted);
        let values = inputs.into_iter().map(|input| self.input(input, call.span)).collect();
        Value::new(ValueKind::List(Arc::new(values)), call.span)
    }

    /// The elements of a list, those of the lists in it included: `Fn::RefAll` of a list type has lists.
    fn members(&mut self, list: &Value, call: &Call<'t>) -> Result<Vec<Value>, Truth> {
        if list.unknown_cause().is_some() {
            return Err(self.undecided(list));
        }
        let ValueKind::List(members) = &list.kind else {
            return Err(self.malformed(call, "takes a list"));
        };
        let flat = |member: &Value| match &member.kind {
            ValueKind::List(inner) => inner.to_vec(),
            _ => vec![member.clone()],
        };
        let members: Vec<_> = members.iter().flat_map(flat).collect();
        if self.spend(members.len()) { Ok(members) } else { Err(self.over_limit(call.span)) }
    }
}

fn is_any(members: &[Value], value: &Value, at: Span) -> Truth {
    Truth::all(members.iter().map(|member| is_equal(member, value, at)), false)
}

fn is_equal(one: &Value, other: &Value, at: Span) -> Truth {
    match equal(one, other) {
        Ok(truth) => Truth::Known(truth),
        Err(Some(unknown)) => Truth::Unknown(unknown),
        Err(None) => Truth::unknown(Cause::Computed("a value that conditions cannot use".to_owned()), at),
    }
}
