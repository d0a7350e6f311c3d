//! Descriptions of groups and of declared rules.

use std::sync::Arc;

use super::draft::{Draft, Known};
use super::group::{refused_characters, text_of};
use super::reading::{Context, enumerate};
use super::{Fact, Kind, Place};
use crate::network::model::{Field, Form, Group, GroupRole, Permission};
use crate::network::text::Text;
use crate::resource::StepKind;
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
fn is_callers(calls: &[Span], resource: Span, head: Span, description: Option<&Field<Text>>) -> bool {
    let Some(&call) = calls.last().filter(|&&call| resource.contains(call)) else { return true };
    let is_default =
        |field: &Field<Text>| field.origin.steps().iter().any(|step| step.kind == StepKind::VariableDefault);
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

fn text_fields(draft: Draft, description: Option<&Field<Text>>, group: Option<&Group>) -> Fact {
    let text = text_of(description);
    let about = |text: &Known<Text>| text.as_ref().map_err(Arc::clone).cloned();
    draft
        .known("given", about(&text).and_then(|text| is_given(&text)))
        .known("text", about(&text).and_then(|text| text.known().map(str::to_owned)))
        .known("length", about(&text).and_then(|text| Ok(text.known()?.chars().count())))
        .known("bad_characters", about(&text).and_then(|text| refused_characters(&text)))
        .known("problem", about(&text).and_then(|text| Ok(refusal(&text)?.unwrap_or_default())))
        .known("placeholder", text.and_then(|text| is_placeholder(&text, group)))
        .place("text", description.map(Place::of))
        .finish()
}

/// The most characters that a name or description has (NM-01, NM-05).
pub(super) const MOST_CHARACTERS: usize = 255;

fn is_given(text: &Text) -> Known<bool> {
    if text.least() > 0 { Ok(true) } else { text.known().map(|text| !text.is_empty()) }
}

/// Why the API refuses a name or description, in words. What is known of it may be enough to say so.
pub(super) fn refusal(text: &Text) -> Known<Option<String>> {
    let refused = refused_characters(text);
    let listed: Vec<String> = refused
        .iter()
        .flat_map(|refused| refused.chars())
        .map(|character| match character {
            '\n' => "a line break".to_owned(),
            '\t' => "a tab".to_owned(),
            _ if character.is_control() => format!("the control character {}", character.escape_unicode()),
            _ => format!("`{character}`"),
        })
        .collect();
    let length = text.least();
    let at_least = if text.known().is_ok() { "" } else { "at least " };
    match (listed.is_empty(), length > MOST_CHARACTERS) {
        (true, false) => {
            refused?;
            if text.most()? > MOST_CHARACTERS {
                // The parts that are not known may make it too long.
                return text.known().map(|_| None);
            }
            Ok(None)
        }
        (true, true) => {
            Ok(Some(format!("it has {at_least}{length} characters, {MOST_CHARACTERS} are the most")))
        }
        (false, false) => Ok(Some(format!("it holds {}", enumerate(&listed)))),
        (false, true) => {
            Ok(Some(format!("it has {at_least}{length} characters and holds {}", enumerate(&listed))))
        }
    }
}

/// Whether a description says nothing: Terraform's default (TF-11) or the group's own name. A name that is not known is
/// not compared: a description equal to it would come from the same expression and not be known either.
fn is_placeholder(text: &Text, group: Option<&Group>) -> Known<bool> {
    if text.known().is_ok_and(|text| text.trim().is_empty()) {
        return Ok(false);
    }
    let name = group.and_then(|group| group.name.as_ref()?.known()?.known().ok());
    let candidates = ["managed by terraform"].into_iter().chain(name);
    let mut open = None;
    for candidate in candidates.filter(|candidate| !candidate.trim().is_empty()) {
        match text.is_like(candidate) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(false), Err)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, text_of};
    use super::*;
    use crate::network::text::Open;

    fn described(text: Option<&str>) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let description = text.map(|text| builder.field(text.into()));
        builder.network.groups[group.0].name = Some(builder.field("web".into()));
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
    fn what_is_known_of_a_description_decides_as_far_as_it_can() {
        let about = |parts: &[&str]| {
            let mut builder = Builder::terraform();
            let group = builder.group("web");
            let mut text = Text::new();
            for part in parts {
                match *part {
                    "?" => text.push_open(Open::anything(builder.unknown())),
                    known => text.push_str(known),
                }
            }
            builder.network.groups[group.0].name = Some(builder.field("web".into()));
            builder.network.groups[group.0].description = Some(builder.field(text));
            facts(&Context::new(&builder.network)).remove(0)
        };
        let fact = about(&["Admits ", "?"]);
        assert!(bool_of(&fact, "given") && !bool_of(&fact, "placeholder"));
        for field in ["text", "length", "bad_characters", "problem"] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
        let fact = about(&["é ", "?"]);
        assert_eq!(text_of(&fact, "problem"), "it holds `é`");
        assert_eq!(text_of(&fact, "bad_characters"), "é");
        let fact = about(&[&"x".repeat(256), "?"]);
        assert_eq!(text_of(&fact, "problem"), "it has at least 256 characters, 255 are the most");
        let fact = about(&["Managed by ", "?"]);
        assert!(fact.unknown.contains_key("placeholder"));
        let fact = about(&["?"]);
        assert!(fact.unknown.contains_key("given"));
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
