//! Statements of IAM policies that allow changing security groups.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::{Context, enumerate};
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::statement::{Phrase, Statement, Terms};
use crate::resource::Origin;

/// The actions that open, close, make or remove.
const WRITES: [&str; 7] = [
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateSecurityGroup",
    "ec2:DeleteSecurityGroup",
    "ec2:ModifySecurityGroupRules",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
];

/// The action that makes a group: it needs a VPC, too.
const CREATE: &str = "ec2:CreateSecurityGroup";

/// The ARN of a group that nobody has: a pattern that matches it matches every group.
const ANY_GROUP: &str = "arn:aws:ec2:xx-nowhere-1:000000000000:security-group/sg-00000000000000000";

/// The ARN of a VPC that nobody has.
const ANY_VPC: &str = "arn:aws:ec2:xx-nowhere-1:000000000000:vpc/vpc-00000000000000000";

/// One fact for each statement that allows some of the actions.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.statements.iter().filter_map(|statement| fact(context, statement)).collect()
}

fn fact(context: &Context<'_>, statement: &Statement) -> Option<Fact> {
    let Statement { resource, declared, holder, terms, head, .. } = statement;
    let writes = writes(statement);
    if writes.as_ref().is_ok_and(Vec::is_empty) {
        return None;
    }
    let reach = writes.clone().and_then(|writes| reach(terms, &writes));
    let texts = |phrases: &[Phrase]| phrases.iter().map(|phrase| phrase.text.clone()).collect::<Vec<_>>();
    let actions = terms.actions.as_deref().map(texts).map_err(Arc::clone);
    let draft = Draft::new(Kind::Statement, resource, declared, context.language, *head)
        .key(format!("statement {}", actions.as_ref().map_or_else(|_| String::new(), |all| all.join(" "))))
        .set("holder", holder.as_str())
        .known("actions", actions)
        .known("every_action", every_action(terms))
        .known("conditioned", writes.clone().and_then(|writes| is_conditioned(statement, &writes)))
        .known("writes", writes.map(|writes| writes.into_iter().map(str::to_owned).collect::<Vec<_>>()))
        .known("any_group", reach.clone().map(|reach| reach != Reach::Some))
        .known("reach", reach.clone().map(|reach| words(terms, &reach)))
        .known("deeds", reach.clone().map(|reach| deeds(&reach)))
        .anchor(statement.span)
        .calls(&statement.calls)
        .presence(&statement.presence);
    let place = reach.ok().and_then(|reach| place(statement, &reach));
    let is_elsewhere = place.is_none() && !statement.span.contains(statement.written);
    let label = is_elsewhere.then(|| Label { span: statement.written, message: "the statement".to_owned() });
    Some(label.into_iter().fold(draft.place("action", place), Draft::related).finish())
}

/// The actions on groups that a statement allows and no other one of its policy denies.
fn writes(statement: &Statement) -> Known<Vec<&'static str>> {
    let mut writes = Vec::new();
    for action in WRITES {
        if covers(&statement.terms, action)? && !is_denied(statement, action, false)? {
            writes.push(action);
        }
    }
    Ok(writes)
}

/// Whether the terms of a statement cover an action.
fn covers(terms: &Terms, action: &str) -> Known<bool> {
    let actions = terms.actions.as_ref().map_err(Arc::clone)?;
    let but = terms.all_actions_but.as_ref().map_err(Arc::clone)?;
    let any = |phrases: &[Phrase]| phrases.iter().any(|phrase| matches(&phrase.text, action));
    Ok(but.as_deref().map_or_else(|| any(actions), |but| !any(but)))
}

/// Whether another statement of the policy denies an action on every group, in every case or, if `conditioned`, in some.
fn is_denied(statement: &Statement, action: &str, conditioned: bool) -> Known<bool> {
    for denied in statement.denied.iter().filter(|denied| denied.is_conditioned == conditioned) {
        if covers(denied, action)? && reaches(denied, action)? != Reach::Some {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what is left to a statement is so in some cases only: it has a condition, or everything that it allows is
/// denied in other cases.
fn is_conditioned(statement: &Statement, writes: &[&str]) -> Known<bool> {
    let mut all = !writes.is_empty();
    for action in writes {
        all = all && is_denied(statement, action, true)?;
    }
    Ok(statement.terms.is_conditioned || all)
}

/// Whether it is an administrator's statement: every action of every service.
fn every_action(terms: &Terms) -> Known<bool> {
    let actions = terms.actions.as_ref().map_err(Arc::clone)?;
    Ok(actions.iter().any(|action| matches!(action.text.as_str(), "*" | "*:*")))
}

/// The groups that a statement is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// Some that it names.
    Some,
    /// All of a Region, by these actions.
    Region(Vec<&'static str>),
    /// All there are, by these actions.
    All(Vec<&'static str>),
}

impl Reach {
    fn actions(&self) -> &[&'static str] {
        match self {
            Self::Some => &[],
            Self::Region(actions) | Self::All(actions) => actions,
        }
    }
}

/// The groups that a statement is for, in words.
fn words(terms: &Terms, reach: &Reach) -> &'static str {
    match reach {
        Reach::Some => "some security groups",
        _ if terms.all_resources_but => "any security group but those it names",
        Reach::Region(_) => "any security group of a Region",
        Reach::All(_) => "any security group",
    }
}

/// The widest reach of some actions.
fn reach(terms: &Terms, writes: &[&'static str]) -> Known<Reach> {
    let (mut regional, mut all) = (Vec::new(), Vec::new());
    for &action in writes {
        match reaches(terms, action)? {
            Reach::Some => {}
            Reach::Region(_) => regional.push(action),
            Reach::All(_) => all.push(action),
        }
    }
    Ok(match (all.is_empty(), regional.is_empty()) {
        (false, _) => Reach::All(all),
        (true, false) => Reach::Region(regional),
        (true, true) => Reach::Some,
    })
}

/// The reach of one action, by the resources that it needs.
fn reaches(terms: &Terms, action: &str) -> Known<Reach> {
    if terms.all_resources_but {
        return Ok(Reach::All(Vec::new()));
    }
    let resources = terms.resources.as_ref().map_err(Arc::clone)?;
    let needed: &[&str] = if action == CREATE { &[ANY_GROUP, ANY_VPC] } else { &[ANY_GROUP] };
    let all = |matches: &dyn Fn(&str, &str) -> bool| {
        needed.iter().all(|arn| resources.iter().any(|pattern| matches(&pattern.text, arn)))
    };
    Ok(if all(&matches) {
        Reach::All(Vec::new())
    } else if all(&|pattern, arn| matches(pattern, arn) || matches_anywhere(pattern, arn)) {
        Reach::Region(Vec::new())
    } else {
        Reach::Some
    })
}

/// Whether a pattern matches an ARN but for the Region and the account.
fn matches_anywhere(pattern: &str, arn: &str) -> bool {
    let parts = |text: &'_ str| -> Option<(String, String)> {
        let mut parts = text.splitn(6, ':').skip(2);
        let service = parts.next()?.to_owned();
        Some((service, parts.nth(2)?.to_owned()))
    };
    let (Some(pattern), Some(arn)) = (parts(pattern), parts(arn)) else { return false };
    matches(&pattern.0, &arn.0) && matches(&pattern.1, &arn.1)
}

/// What one may do to groups, in words.
fn deeds(reach: &Reach) -> String {
    let deed = |action: &&str| match *action {
        CREATE => "create",
        "ec2:DeleteSecurityGroup" => "delete",
        _ => "change",
    };
    let mut deeds: Vec<String> = reach.actions().iter().map(|action| deed(action).to_owned()).collect();
    deeds.sort_unstable();
    deeds.dedup();
    enumerate(&deeds)
}

/// The action that allows it, and the resource that makes it any group.
fn place(statement: &Statement, reach: &Reach) -> Option<Place> {
    let terms = &statement.terms;
    let allows = |action: &&Phrase| reach.actions().iter().any(|write| matches(&action.text, write));
    let action = terms.actions.as_ref().ok()?.iter().find(allows)?;
    let resource = terms
        .resources
        .iter()
        .flatten()
        .find(|pattern| matches(&pattern.text, ANY_GROUP) || matches_anywhere(&pattern.text, ANY_GROUP));
    let narrowest = |origin: &Origin| match origin.narrowest_in(statement.span) {
        span if span == statement.span => statement.head,
        span => span,
    };
    Some(Place {
        span: narrowest(&action.origin),
        label: String::new(),
        origin: Some(action.origin.clone()),
        also: resource
            .map(|resource| Label { span: resource.origin.written, message: "on any group".to_owned() })
            .into_iter()
            .collect(),
    })
}

/// Whether a pattern with `*` and `?` matches a text, whatever the case, as IAM compares actions.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut on) = (0, 0);
    let mut star = None;
    while on < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, on));
                at += 1;
            }
            Some(&own) if own == b'?' || own.eq_ignore_ascii_case(&text[on]) => {
                at += 1;
                on += 1;
            }
            _ => match star {
                Some((wild, matched)) => {
                    star = Some((wild, matched + 1));
                    at = wild + 1;
                    on = matched + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, list_of, text_of};
    use super::*;
    use crate::resource::Presence;

    fn phrases(texts: &[&str]) -> Vec<Phrase> {
        let origin = Origin::at(Builder::terraform().span());
        let phrase = |text: &&str| Phrase { text: (*text).to_owned(), origin: origin.clone(), quote: None };
        texts.iter().map(phrase).collect()
    }

    fn terms(actions: &[&str], resources: &[&str]) -> Terms {
        Terms {
            actions: Ok(phrases(actions)),
            all_actions_but: Ok(None),
            resources: Ok(phrases(resources)),
            all_resources_but: false,
            is_conditioned: false,
        }
    }

    fn facts_of(terms: Terms) -> Vec<Fact> {
        facts_beside(terms, vec![])
    }

    fn facts_beside(terms: Terms, denied: Vec<Terms>) -> Vec<Fact> {
        let mut builder = Builder::terraform();
        let span = builder.span();
        builder.network.statements.push(Statement {
            resource: "aws_iam_policy.a".into(),
            declared: "aws_iam_policy.a".into(),
            holder: "a".to_owned(),
            terms,
            denied: denied.into(),
            head: span,
            written: span,
            span,
            calls: Vec::new(),
            presence: Presence::Certain,
        });
        facts(&Context::new(&builder.network))
    }

    #[test]
    fn patterns_match_whatever_the_case() {
        for (pattern, holds) in [
            ("ec2:*", true),
            ("*", true),
            ("EC2:authorizesecuritygroup*", true),
            ("ec2:?uthorizeSecurityGroupIngress", true),
            ("ec2:*Ingress*", true),
            ("ec2:Describe*", false),
            ("ec2:AuthorizeSecurityGroup", false),
            ("s3:*", false),
            ("", false),
        ] {
            assert_eq!(matches(pattern, "ec2:AuthorizeSecurityGroupIngress"), holds, "{pattern}");
        }
    }

    #[test]
    fn only_statements_about_groups_are_facts() {
        assert!(facts_of(terms(&["s3:*", "ec2:Describe*"], &["*"])).is_empty());
        let fact = facts_of(terms(&["ec2:Revoke*"], &["*"])).remove(0);
        assert_eq!(
            list_of(&fact, "writes"),
            ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
        );
        assert!(bool_of(&fact, "any_group") && !bool_of(&fact, "every_action"));
        assert!(bool_of(&facts_of(terms(&["*"], &["*"]))[0], "every_action"));
        let but = Terms { all_actions_but: Ok(Some(phrases(&["iam:*"]))), ..terms(&[], &["*"]) };
        assert!(!bool_of(&facts_of(but)[0], "every_action"));
        let but = Terms { all_actions_but: Ok(Some(phrases(&["ec2:*"]))), ..terms(&[], &["*"]) };
        assert!(facts_of(but).is_empty());
    }

    #[test]
    fn one_group_is_not_any_group() {
        let reach = |action: &str, resources: &[&str]| {
            text_of(&facts_of(terms(&[action], resources))[0], "reach").to_owned()
        };
        let all = "any security group";
        assert_eq!(reach("ec2:*", &["*"]), all);
        assert_eq!(reach("ec2:Revoke*", &["arn:aws:ec2:*:*:security-group/*"]), all);
        for regional in
            ["arn:aws:ec2:eu-west-1:123456789012:security-group/*", "arn:…:ec2:…:…:security-group/*"]
        {
            assert_eq!(reach("ec2:Revoke*", &[regional]), "any security group of a Region");
        }
        let some = "some security groups";
        assert_eq!(reach("ec2:*", &["arn:aws:ec2:*:*:security-group/sg-0123456789abcdef0"]), some);
        assert_eq!(reach("ec2:*", &["arn:aws:ec2:*:*:security-group/…"]), some);
        assert_eq!(reach("ec2:*", &["arn:aws:ec2:*:*:instance/*"]), some);
        assert_eq!(reach(CREATE, &["arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:vpc/vpc-1"]), some);
        assert_eq!(reach(CREATE, &["arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:vpc/*"]), all);
    }

    #[test]
    fn what_the_policy_denies_is_not_allowed() {
        let all = terms(&["ec2:*"], &["*"]);
        let denied = |actions: &[&str], resources: &[&str], is_conditioned| {
            let denied = Terms { is_conditioned, ..terms(actions, resources) };
            facts_beside(all.clone(), vec![denied])
        };
        assert!(denied(&["ec2:*SecurityGroup*"], &["*"], false).is_empty());
        let left = denied(&["ec2:Authorize*", "ec2:Modify*", "ec2:Revoke*"], &["*"], false);
        assert_eq!(text_of(&left[0], "deeds"), "create and delete");
        let one = denied(&["ec2:*"], &["arn:aws:ec2:*:*:security-group/sg-0123456789abcdef0"], false);
        assert_eq!(text_of(&one[0], "deeds"), "change, create and delete");
        assert!(bool_of(&denied(&["ec2:*"], &["*"], true)[0], "conditioned"));
        assert!(!bool_of(&denied(&["ec2:Delete*"], &["*"], true)[0], "conditioned"));
    }
}
