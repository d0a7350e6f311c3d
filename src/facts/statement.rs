//! Statements of IAM policies that allow changing security groups.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::reading::Context;
use super::{Fact, Kind};
use crate::diagnostic::Label;
use crate::network::statement::{Access, Statement};

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

/// The ARN of a group that nobody has: a pattern that matches it matches every group.
const ANY_GROUP: &str = "arn:aws:ec2:xx-nowhere-1:000000000000:security-group/sg-00000000000000000";

/// One fact for each statement that allows some of the actions.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.statements.iter().filter_map(|statement| fact(context, statement)).collect()
}

fn fact(context: &Context<'_>, statement: &Statement) -> Option<Fact> {
    let Statement { resource, declared, holder, access, head, .. } = statement;
    let writes = writes(access);
    if writes.as_ref().is_ok_and(Vec::is_empty) {
        return None;
    }
    let draft = Draft::new(Kind::Statement, resource, declared, context.language, *head)
        .key(format!(
            "statement {}",
            access.actions.as_ref().map_or_else(|_| String::new(), |all| all.join(" "))
        ))
        .set("holder", holder.as_str())
        .known("actions", access.actions.clone())
        .known("every_action", every_action(access))
        .known("writes", writes)
        .known("any_group", any_group(access))
        .set("conditioned", access.is_conditioned)
        .anchor(statement.span)
        .calls(&statement.calls)
        .presence(&statement.presence);
    let is_elsewhere = !statement.span.contains(statement.written);
    let label = is_elsewhere.then(|| Label { span: statement.written, message: "the statement".to_owned() });
    Some(label.into_iter().fold(draft, Draft::related).finish())
}

/// The actions on groups that a statement allows.
fn writes(access: &Access) -> Known<Vec<String>> {
    let actions = access.actions.as_ref().map_err(Arc::clone)?;
    let but = access.all_actions_but.as_ref().map_err(Arc::clone)?;
    let allowed = |action: &str| match but {
        Some(but) => !but.iter().any(|pattern| matches(pattern, action)),
        None => actions.iter().any(|pattern| matches(pattern, action)),
    };
    Ok(WRITES.into_iter().filter(|action| allowed(action)).map(str::to_owned).collect())
}

/// Whether it is an administrator's statement: every action of every service, or every one but some.
fn every_action(access: &Access) -> Known<bool> {
    let actions = access.actions.as_ref().map_err(Arc::clone)?;
    let but = access.all_actions_but.as_ref().map_err(Arc::clone)?;
    Ok(but.is_some() || actions.iter().any(|action| matches!(action.as_str(), "*" | "*:*")))
}

fn any_group(access: &Access) -> Known<bool> {
    let resources = access.resources.as_ref().map_err(Arc::clone)?;
    Ok(access.all_resources_but || resources.iter().any(|pattern| matches(pattern, ANY_GROUP)))
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
    use super::super::testing::{Builder, bool_of, list_of};
    use super::*;
    use crate::resource::Presence;

    fn access(actions: &[&str], resources: &[&str]) -> Access {
        let texts = |texts: &[&str]| Ok(texts.iter().map(|text| (*text).to_owned()).collect());
        Access {
            actions: texts(actions),
            all_actions_but: Ok(None),
            resources: texts(resources),
            all_resources_but: false,
            is_conditioned: false,
        }
    }

    fn facts_of(access: Access) -> Vec<Fact> {
        let mut builder = Builder::terraform();
        let span = builder.span();
        builder.network.statements.push(Statement {
            resource: "aws_iam_policy.a".into(),
            declared: "aws_iam_policy.a".into(),
            holder: "a".to_owned(),
            access,
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
        assert!(facts_of(access(&["s3:*", "ec2:Describe*"], &["*"])).is_empty());
        let fact = facts_of(access(&["ec2:Revoke*"], &["*"])).remove(0);
        assert_eq!(
            list_of(&fact, "writes"),
            ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
        );
        assert!(bool_of(&fact, "any_group") && !bool_of(&fact, "every_action"));
        let but = Access { all_actions_but: Ok(Some(vec!["iam:*".to_owned()])), ..access(&[], &["*"]) };
        assert!(bool_of(&facts_of(but)[0], "every_action"));
    }

    #[test]
    fn one_group_is_not_any_group() {
        let any = |resource: &str| bool_of(&facts_of(access(&["ec2:*"], &[resource]))[0], "any_group");
        assert!(any("*") && any("arn:aws:ec2:*:*:security-group/*"));
        assert!(!any("arn:aws:ec2:*:*:security-group/sg-0123456789abcdef0"));
        assert!(!any("arn:aws:ec2:*:*:instance/*"));
    }
}
