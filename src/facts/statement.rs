//! Statements of IAM policies that allow changing security groups.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::{Context, enumerate};
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::statement::{Condition, Phrase, Statement, Terms};
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

/// Whether other statements of the policy deny an action on every group that a statement is for: in every case or, if
/// `conditioned`, on those that are not of one kind. Who asks, from where and when says nothing about groups.
fn is_denied(statement: &Statement, action: &str, conditioned: bool) -> Known<bool> {
    let condition = if conditioned { Condition::Groups } else { Condition::None };
    for denied in statement.denied.iter().filter(|denied| denied.condition == condition) {
        if covers(denied, action)? && leaves_nothing(denied, &statement.terms, action)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what is denied, of the resources that an action needs, are all or all that the statement names.
fn leaves_nothing(denied: &Terms, terms: &Terms, action: &str) -> Known<bool> {
    for arn in needed(action) {
        if reaches(denied, &[arn])? == Width::All || covers_patterns(denied, terms, arn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether denied resources hold what each pattern of a statement that reaches a resource holds.
fn covers_patterns(denied: &Terms, terms: &Terms, arn: &str) -> Known<bool> {
    if denied.all_resources_but.as_ref().map_err(Arc::clone)?.is_some() {
        return Ok(false);
    }
    let denied = denied.resources.as_ref().map_err(Arc::clone)?;
    let resources = terms.resources.as_ref().map_err(Arc::clone)?;
    let mut reaching = resources.iter().filter(|own| matches_anywhere(&own.text, arn)).peekable();
    Ok(reaching.peek().is_some()
        && reaching.all(|own| denied.iter().any(|pattern| matches(&pattern.text, &own.text))))
}

/// Whether what is left to a statement is so in some cases only: it has a condition, or everything that it allows is
/// denied in other cases.
fn is_conditioned(statement: &Statement, writes: &[&str]) -> Known<bool> {
    let mut all = !writes.is_empty();
    for action in writes {
        all = all && is_denied(statement, action, true)?;
    }
    Ok(statement.terms.condition != Condition::None || all)
}

/// Whether it is a statement of an administrator, or of a power user: every action of every service, or every action but
/// some that are not about groups.
fn every_action(terms: &Terms) -> Known<bool> {
    let actions = terms.actions.as_ref().map_err(Arc::clone)?;
    let but = terms.all_actions_but.as_ref().map_err(Arc::clone)?;
    if but.is_none() {
        return Ok(actions.iter().any(|action| matches!(action.text.as_str(), "*" | "*:*")));
    }
    WRITES.iter().try_fold(true, |all, action| Ok(all && covers(terms, action)?))
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
        _ if matches!(terms.all_resources_but, Ok(Some(_))) => "any security group but those it names",
        Reach::Region(_) => "any security group of a Region",
        Reach::All(_) => "any security group",
    }
}

/// The widest reach of some actions.
fn reach(terms: &Terms, writes: &[&'static str]) -> Known<Reach> {
    let (mut regional, mut all) = (Vec::new(), Vec::new());
    for &action in writes {
        match reaches(terms, needed(action))? {
            Width::Some => {}
            Width::Region => regional.push(action),
            Width::All => all.push(action),
        }
    }
    Ok(match (all.is_empty(), regional.is_empty()) {
        (false, _) => Reach::All(all),
        (true, false) => Reach::Region(regional),
        (true, true) => Reach::Some,
    })
}

/// The resources that an action needs: it is allowed if all of them are, and denied if one of them is.
fn needed(action: &str) -> &'static [&'static str] {
    if action == CREATE { &[ANY_GROUP, ANY_VPC] } else { &[ANY_GROUP] }
}

/// How much of some resources, each of which stands for all of its kind, the terms of a statement hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Some,
    Region,
    All,
}

/// The width of the narrowest of some resources.
fn reaches(terms: &Terms, needed: &[&str]) -> Known<Width> {
    let all = |phrases: &[Phrase], matches: fn(&str, &str) -> bool| {
        needed.iter().all(|arn| phrases.iter().any(|pattern| matches(&pattern.text, arn)))
    };
    if let Some(but) = terms.all_resources_but.as_ref().map_err(Arc::clone)? {
        let is_left = |arn: &&str| !but.iter().any(|pattern| matches_everywhere(&pattern.text, arn));
        return Ok(if needed.iter().all(is_left) { Width::All } else { Width::Some });
    }
    let resources = terms.resources.as_ref().map_err(Arc::clone)?;
    Ok(if all(resources, matches_everywhere) {
        Width::All
    } else if all(resources, matches_anywhere) {
        Width::Region
    } else {
        Width::Some
    })
}

/// Whether a pattern matches an ARN but for the account: a policy is for groups of its own.
fn matches_everywhere(pattern: &str, arn: &str) -> bool {
    let region = pattern.split(':').nth(3);
    matches(pattern, arn) || region == Some("*") && matches_anywhere(pattern, arn)
}

/// Whether a pattern matches an ARN but for the partition, the Region and the account.
fn matches_anywhere(pattern: &str, arn: &str) -> bool {
    let parts = |text: &'_ str| -> Option<(String, String)> {
        let mut parts = text.splitn(6, ':').skip(2);
        let service = parts.next()?.to_owned();
        Some((service, parts.nth(2)?.to_owned()))
    };
    if matches(pattern, arn) {
        return true;
    }
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
    let resource =
        terms.resources.iter().flatten().find(|pattern| matches_anywhere(&pattern.text, ANY_GROUP));
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
            all_resources_but: Ok(None),
            condition: Condition::None,
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
        assert!(bool_of(&facts_of(but)[0], "every_action"));
        let but = Terms { all_actions_but: Ok(Some(phrases(&["ec2:Create*"]))), ..terms(&[], &["*"]) };
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
        for everywhere in [
            "arn:aws:ec2:*:*:security-group/*",
            "arn:aws:ec2:*:123456789012:security-group/*",
            "arn:…:ec2:*:*:security-group/*",
        ] {
            assert_eq!(reach("ec2:Revoke*", &[everywhere]), all, "{everywhere}");
        }
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
    fn groups_that_a_statement_is_not_for_are_not_any_group() {
        let but = |resources: &[&str]| {
            let but = Ok(Some(phrases(resources)));
            let fact = facts_of(Terms { all_resources_but: but, ..terms(&["ec2:*"], &[]) }).remove(0);
            (bool_of(&fact, "any_group"), text_of(&fact, "reach").to_owned())
        };
        let some = (false, "some security groups".to_owned());
        assert_eq!(but(&["arn:aws:ec2:*:*:security-group/*"]), some);
        assert_eq!(but(&["arn:aws:ec2:*:123456789012:security-group/*"]), some);
        let rest = (true, "any security group but those it names".to_owned());
        assert_eq!(but(&["arn:aws:ec2:us-east-1:*:security-group/*"]), rest);
        assert_eq!(but(&["arn:aws:s3:::logs"]), rest);
    }

    #[test]
    fn what_the_policy_denies_is_not_allowed() {
        let all = terms(&["ec2:*"], &["*"]);
        let denied = |actions: &[&str], resources: &[&str], condition| {
            let denied = Terms { condition, ..terms(actions, resources) };
            facts_beside(all.clone(), vec![denied])
        };
        let always = Condition::None;
        assert!(denied(&["ec2:*SecurityGroup*"], &["*"], always).is_empty());
        let left = denied(&["ec2:Authorize*", "ec2:Modify*", "ec2:Revoke*"], &["*"], always);
        assert_eq!(text_of(&left[0], "deeds"), "create and delete");
        for some in ["arn:aws:ec2:*:*:security-group/sg-0123456789abcdef0", "arn:aws:ec2:us-east-1:*:*"] {
            let left = denied(&["ec2:*"], &[some], always);
            assert_eq!(text_of(&left[0], "deeds"), "change, create and delete", "{some}");
        }
        let conditioned =
            |actions: &[&str], condition| bool_of(&denied(actions, &["*"], condition)[0], "conditioned");
        assert!(conditioned(&["ec2:*"], Condition::Groups));
        assert!(!conditioned(&["ec2:Delete*"], Condition::Groups));
        assert!(!conditioned(&["ec2:*"], Condition::Else));
    }

    #[test]
    fn one_resource_of_those_that_are_needed_is_enough_to_deny() {
        let groups = "arn:aws:ec2:*:*:security-group/*";
        let deny = vec![terms(&[CREATE], &[groups])];
        assert!(facts_beside(terms(&[CREATE], &["*"]), deny).is_empty());
        let but_groups = Terms { all_resources_but: Ok(Some(phrases(&[groups]))), ..terms(&["ec2:*"], &[]) };
        let left = facts_beside(terms(&["ec2:*"], &["*"]), vec![but_groups]);
        assert_eq!(text_of(&left[0], "deeds"), "change and delete");
    }

    #[test]
    fn a_region_is_denied_where_the_same_is_allowed() {
        let region = "arn:aws:ec2:eu-west-1:123456789012:security-group/*";
        let beside = |denied: &str| {
            facts_beside(terms(&["ec2:Revoke*"], &[region]), vec![terms(&["ec2:*"], &[denied])])
        };
        assert!(beside(region).is_empty());
        assert!(beside("arn:aws:ec2:eu-west-1:*:*").is_empty());
        assert_eq!(beside("arn:aws:ec2:us-east-1:*:*").len(), 1);
    }
}
