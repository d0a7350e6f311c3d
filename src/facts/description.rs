//! Descriptions of groups and of declared rules.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::group::refused_characters;
use super::reading::{Context, enumerate};
use super::{Fact, Kind, Place};
use crate::network::model::{Field, Form, Group, GroupRole, Permission};
use crate::resource::{SENSITIVE_TEXT, StepKind};
use crate::source::Span;

/// One fact for each declared group and each rule that somebody declared, however many peers it has.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let declared = network.groups.iter().filter(|group| group.role == GroupRole::Declared);
    let declared =
        declared.filter(|group| is_callers(&group.calls, group.span, group.head, group.description.as_ref()));
    let mut facts: Vec<Fact> = declared.map(|group| of_group(context, group)).collect();
    let mut previous = None;
    for permission in network.permissions.iter().filter(|permission| permission.form != Form::Implicit) {
        let rule = (&permission.resource, permission.rule, permission.direction);
        if previous.replace(rule) == Some(rule) {
            continue;
        }
        let Permission { calls, resource_span, head, description, .. } = permission;
        if !is_callers(calls, *resource_span, *head, description.as_ref()) {
            continue;
        }
        let group = context.group(&permission.group);
        let draft = Draft::new(
            Kind::Description,
            &permission.resource,
            &permission.declared,
            context.language,
            permission.head,
        )
        .set("of", "rule")
        .known("group", context.target_text(&permission.group))
        .key(format!("rule {}", context.key(permission)))
        .anchor(permission.span)
        .anchor(permission.resource_span)
        .rule(&permission.resource)
        .calls(&permission.calls)
        .presence(&permission.presence);
        facts.push(text_fields(draft, permission.description.as_ref(), group));
    }
    facts
}

/// Whether the user can change a description. What stands at a module call is declared in code that is not the user's:
/// there it is the caller's if the caller wrote it, wrote the rule that it describes, or left it to a default.
fn is_callers(calls: &[Span], resource: Span, head: Span, description: Option<&Field<String>>) -> bool {
    let Some(&call) = calls.last().filter(|&&call| resource.contains(call)) else { return true };
    let is_default = |field: &Field<String>| {
        field.origin.steps().iter().any(|step| step.kind == StepKind::VariableDefault)
    };
    !head.contains(call) || description.is_some_and(|field| field.span != call || is_default(field))
}

fn of_group(context: &Context<'_>, group: &Group) -> Fact {
    let draft = Draft::new(Kind::Description, &group.address, &group.declared, context.language, group.head)
        .set("of", "group")
        .set("group", &*group.address)
        .key("group")
        .anchor(group.span)
        .calls(&group.calls)
        .presence(&group.presence);
    text_fields(draft, group.description.as_ref(), Some(group))
}

fn text_fields(draft: Draft, description: Option<&Field<String>>, group: Option<&Group>) -> Fact {
    let text: Known<&str> = match description {
        None => Ok(""),
        // Not told, and not judged by its characters either: saying which are wrong tells it.
        Some(field) if field.origin.is_sensitive() && field.value.is_ok() => Ok(SENSITIVE_TEXT),
        Some(field) => field.value.as_ref().map(String::as_str).map_err(Arc::clone),
    };
    draft
        .known("given", text.clone().map(|text| !text.is_empty()))
        .known("text", text.clone())
        .known("length", text.clone().map(|text| text.chars().count()))
        .known("bad_characters", text.clone().map(refused_characters))
        .known("problem", text.clone().map(|text| refusal(text).unwrap_or_default()))
        .known("placeholder", text.map(|text| is_placeholder(text, group)))
        .place("text", description.map(Place::of))
        .finish()
}

/// The most characters that a name or description has (NM-01, NM-05).
const MOST_CHARACTERS: usize = 255;

/// Why the API refuses a name or description, in words.
pub(super) fn refusal(text: &str) -> Option<String> {
    let refused = refused_characters(text);
    let length = text.chars().count();
    let listed: Vec<String> = refused.chars().map(|character| format!("`{character}`")).collect();
    match (listed.is_empty(), length > MOST_CHARACTERS) {
        (true, false) => None,
        (true, true) => Some(format!("it has {length} characters, {MOST_CHARACTERS} are the most")),
        (false, false) => Some(format!("it holds {}", enumerate(&listed))),
        (false, true) => Some(format!("it has {length} characters and holds {}", enumerate(&listed))),
    }
}

/// Whether a description says nothing: Terraform's default (TF-11) or the group's own name. A name that is not known is
/// not compared: a description equal to it would come from the same expression and not be known either.
fn is_placeholder(text: &str, group: Option<&Group>) -> bool {
    let text = text.trim();
    let name = group.and_then(|group| group.name.as_ref()?.known());
    !text.is_empty()
        && (text.eq_ignore_ascii_case("managed by terraform")
            || name.is_some_and(|name| name.trim().eq_ignore_ascii_case(text)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, text_of};
    use super::*;

    fn described(text: Option<&str>) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let description = text.map(|text| builder.field(text.to_owned()));
        builder.network.groups[group.0].name = Some(builder.field("web".to_owned()));
        builder.network.groups[group.0].description = description;
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn a_description_is_given_when_it_has_text() {
        assert!(bool_of(&described(Some("Admits the office")), "given"));
        assert!(!bool_of(&described(Some("")), "given"));
        assert!(!bool_of(&described(None), "given"));
    }

    #[test]
    fn defaults_and_names_are_placeholders() {
        assert!(bool_of(&described(Some("Managed by Terraform")), "placeholder"));
        assert!(bool_of(&described(Some("Web")), "placeholder"));
        assert!(!bool_of(&described(Some("Web servers")), "placeholder"));
        assert!(!bool_of(&described(None), "placeholder"));
    }

    #[test]
    fn characters_that_the_api_refuses_are_listed() {
        let fact = described(Some("日本 & 日"));
        assert_eq!(text_of(&fact, "problem"), "it holds `日` and `本`");
        assert_eq!(text_of(&fact, "bad_characters"), "日本");
        assert_eq!(int_of(&fact, "length"), 6);
    }

    #[test]
    fn a_rule_is_described_once_however_many_peers_it_has() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "192.168.0.0/16"]);
        builder.ingress(group, "tcp", 80, 80, &["10.0.0.0/8"]);
        let facts = facts(&Context::new(&builder.network));
        let rules: Vec<_> = facts.iter().filter(|fact| text_of(fact, "of") == "rule").collect();
        assert_eq!(rules.len(), 2);
        assert_eq!(text_of(rules[0], "group"), "aws_security_group.web");
    }

    #[test]
    fn what_nobody_wrote_needs_no_description() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
        builder.network.permissions[0].form = Form::Implicit;
        builder.network.groups[group.0].role = GroupRole::External;
        assert!(facts(&Context::new(&builder.network)).is_empty());
    }

    #[test]
    fn an_unknown_description_is_unknown() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].description = Some(builder.unknown_field());
        let fact = facts(&Context::new(&builder.network)).remove(0);
        assert!(fact.unknown.contains_key("given") && fact.unknown.contains_key("placeholder"));
    }
}
