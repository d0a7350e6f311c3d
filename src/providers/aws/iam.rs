//! IAM policies, as far as they are about changing security groups.
//!
//! A document is text (`jsonencode`, a heredoc), blocks of `aws_iam_policy_document`, or properties of a template. All
//! three become values, and are read alike under the names that each gives to the parts of a statement. Only statements
//! that allow something count.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::Builder;
use super::fields::{Argument, flatten, reason};
use crate::network::statement::{Access, Statement};
use crate::resource::{Cause, Mode, Resource, Unknown, Value, ValueKind};
use crate::source::Span;

/// Stands for the parts of a text that are not known. No policy holds it.
const OPEN: char = '\u{1}';

/// What the parts of a statement are called.
struct Words {
    effect: &'static str,
    actions: &'static str,
    not_actions: &'static str,
    resources: &'static str,
    not_resources: &'static str,
    condition: &'static str,
}

/// In documents.
const DOCUMENT: Words = Words {
    effect: "Effect",
    actions: "Action",
    not_actions: "NotAction",
    resources: "Resource",
    not_resources: "NotResource",
    condition: "Condition",
};

/// In `data.aws_iam_policy_document`.
const BLOCKS: Words = Words {
    effect: "effect",
    actions: "actions",
    not_actions: "not_actions",
    resources: "resources",
    not_resources: "not_resources",
    condition: "condition",
};

/// Where resources of a type hold documents, and what says who gets the permissions: the first that is given.
fn documents(kind: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        "aws_iam_policy" => ("policy", &["name", "name_prefix"]),
        "aws_iam_role_policy" => ("policy", &["role"]),
        "aws_iam_user_policy" => ("policy", &["user"]),
        "aws_iam_group_policy" => ("policy", &["group"]),
        "aws_iam_role" => ("inline_policy.policy", &["name", "name_prefix"]),
        "AWS::IAM::ManagedPolicy" => ("PolicyDocument", &["ManagedPolicyName"]),
        "AWS::IAM::Policy" => ("PolicyDocument", &["Roles", "Users", "Groups", "PolicyName"]),
        "AWS::IAM::RolePolicy" => ("PolicyDocument", &["RoleName"]),
        "AWS::IAM::UserPolicy" => ("PolicyDocument", &["UserName"]),
        "AWS::IAM::GroupPolicy" => ("PolicyDocument", &["GroupName"]),
        "AWS::IAM::Role" => ("Policies.PolicyDocument", &["RoleName"]),
        "AWS::IAM::User" => ("Policies.PolicyDocument", &["UserName"]),
        "AWS::IAM::Group" => ("Policies.PolicyDocument", &["GroupName"]),
        _ => return None,
    })
}

/// What is read of a type, if it is one of IAM.
pub(super) fn attributes(kind: &str, mode: Mode) -> Option<&'static [&'static str]> {
    Some(match (mode, kind) {
        (Mode::Data, "aws_iam_policy_document") => {
            &["override_policy_documents", "source_policy_documents", "statement"]
        }
        (Mode::Managed, "aws_iam_role") => &["inline_policy", "name", "name_prefix"],
        (Mode::Managed, _) if kind.starts_with("aws_iam_") && documents(kind).is_some() => {
            &["group", "name", "name_prefix", "policy", "role", "user"]
        }
        (Mode::Managed, _) if documents(kind).is_some() => &[
            "GroupName",
            "Groups",
            "ManagedPolicyName",
            "Policies",
            "PolicyDocument",
            "PolicyName",
            "RoleName",
            "Roles",
            "UserName",
            "Users",
        ],
        _ => return None,
    })
}

/// Reads the statements of a resource's documents.
pub(super) fn statements(builder: &mut Builder<'_>, resource: &Resource) {
    let Some((path, holders)) = documents(&resource.kind) else { return };
    let place = path.split('.').next().and_then(|name| Argument::of(resource, name));
    let Some(place) = place.map(|argument| argument.place) else { return };
    for document in resource.values_at(path) {
        for (words, statement) in of_document(builder, &document, MOST_SOURCES) {
            if let Some(access) = access(words, &statement, place) {
                let span = statement.origin.narrowest_in(resource.span);
                builder.network.statements.push(Statement {
                    resource: Arc::clone(&resource.address),
                    declared: Arc::clone(&resource.declared),
                    holder: holder(builder, resource, holders),
                    access,
                    head: if span == resource.span { place } else { span },
                    written: statement.origin.written,
                    span: resource.span,
                    calls: resource.calls.clone(),
                    presence: resource.presence.clone(),
                });
            }
        }
    }
}

/// How many documents may be made of one another.
const MOST_SOURCES: usize = 8;

/// The statements of a document, under the words it uses.
fn of_document(builder: &Builder<'_>, document: &Value, depth: usize) -> Vec<(&'static Words, Value)> {
    if let Some(reference) = document.as_reference() {
        let declared = builder.names.resource(&reference.address);
        let Some(declared) = declared.filter(|found| &*found.kind == "aws_iam_policy_document") else {
            return Vec::new();
        };
        let own = declared.values_at("statement").into_iter();
        let mut found: Vec<_> =
            own.flat_map(|blocks| flatten(&blocks)).map(|statement| (&BLOCKS, statement)).collect();
        if let Some(depth) = depth.checked_sub(1) {
            for name in ["source_policy_documents", "override_policy_documents"] {
                for source in declared.values_at(name).iter().flat_map(flatten) {
                    found.extend(of_document(builder, &source, depth));
                }
            }
        }
        return found;
    }
    let parsed;
    let document = match &document.kind {
        ValueKind::Map(_) => document,
        _ => match parse(document) {
            Some(value) => {
                parsed = value;
                &parsed
            }
            None => return Vec::new(),
        },
    };
    let statements = document.get("Statement").into_iter();
    statements.flat_map(|list| flatten(&list)).map(|statement| (&DOCUMENT, statement)).collect()
}

/// A document as text; what is not known of it stands as such in the value.
fn parse(document: &Value) -> Option<Value> {
    let text = match &document.kind {
        ValueKind::String(text) => text.to_string(),
        ValueKind::Template(parts) => {
            parts.iter().map(|part| part.as_str().map_or_else(|| OPEN.to_string(), str::to_owned)).collect()
        }
        _ => return None,
    };
    // A control character in JSON stands escaped.
    let text = text.replace(OPEN, "\\u0001");
    serde_json::from_str(&text).ok().map(|json| value_of(json, document))
}

/// JSON as a value that stands where its text stands.
fn value_of(json: Json, document: &Value) -> Value {
    let kind = match json {
        Json::Null => ValueKind::Null,
        Json::Bool(truth) => ValueKind::Bool(truth),
        Json::Number(number) => ValueKind::String(number.to_string().into()),
        Json::String(text) if text.contains(OPEN) => {
            let unknown = document.unknown_cause().cloned().unwrap_or_else(|| {
                let cause = Cause::Computed("a part of the policy".to_owned());
                Arc::new(Unknown::new(cause, document.origin.written))
            });
            let open = Value { kind: ValueKind::Unknown(unknown), origin: document.origin.clone() };
            if text.chars().all(|character| character == OPEN) {
                return open;
            }
            let known = text.replace(OPEN, "");
            let known = Value { kind: ValueKind::String(known.into()), origin: document.origin.clone() };
            ValueKind::Template([known, open].into())
        }
        Json::String(text) => ValueKind::String(text.into()),
        Json::Array(items) => {
            ValueKind::List(Arc::new(items.into_iter().map(|item| value_of(item, document)).collect()))
        }
        Json::Object(entries) => {
            let entries = entries.into_iter().map(|(key, item)| (Arc::from(key), value_of(item, document)));
            ValueKind::Map(Arc::new(entries.collect::<BTreeMap<_, _>>()))
        }
    };
    Value { kind, origin: document.origin.clone() }
}

/// What a statement allows; `None` if it denies, or cannot be read at all.
fn access(words: &Words, statement: &Value, place: Span) -> Option<Access> {
    if !matches!(statement.kind, ValueKind::Map(_)) {
        return None;
    }
    let given = |name: &str| statement.get(name).filter(|value| !value.is_null());
    if given(words.effect).is_some_and(|effect| effect.as_str() != Some("Allow")) {
        return None;
    }
    let texts = |name: &str| given(name).map(|list| texts(&list, place));
    Some(Access {
        actions: texts(words.actions).unwrap_or_else(|| Ok(Vec::new())),
        all_actions_but: texts(words.not_actions).transpose(),
        resources: texts(words.resources).unwrap_or_else(|| Ok(Vec::new())),
        all_resources_but: given(words.not_resources).is_some(),
        is_conditioned: given(words.condition).is_some_and(|condition| !flatten(&condition).is_empty()),
    })
}

/// The members of a list of texts. Of one that is known in part, the known parts: that is narrower than everything.
fn texts(list: &Value, place: Span) -> Result<Vec<String>, Arc<Unknown>> {
    let text = |member: Value| match &member.kind {
        ValueKind::Template(parts) => {
            Ok(parts.iter().map(|part| part.as_str().unwrap_or("…")).collect::<String>())
        }
        ValueKind::Reference(reference) => Ok(reference.to_string()),
        _ => member.as_str().map(str::to_owned).ok_or_else(|| reason(&member, "a text", place)),
    };
    flatten(list).into_iter().map(text).collect()
}

/// Who gets the permissions: a name, or the address of what has one.
fn holder(builder: &Builder<'_>, resource: &Resource, names: &[&str]) -> String {
    let given = names.iter().find_map(|name| Argument::of(resource, name));
    let named = given.and_then(|argument| {
        let first = flatten(&argument.value).into_iter().next()?;
        match first.as_reference() {
            Some(reference) => {
                let role = builder.names.resource(&reference.address);
                let name =
                    role.and_then(|role| ["name", "RoleName"].into_iter().find_map(|n| role.attribute(n)));
                let name = name.and_then(|name| name.value.as_str().map(str::to_owned));
                Some(name.unwrap_or_else(|| reference.address.to_string()))
            }
            None => first.as_str().map(str::to_owned),
        }
    });
    named.unwrap_or_else(|| resource.address.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;
    use crate::network::model::Network;

    fn told(network: &Network) -> Vec<String> {
        let told = network.statements.iter().map(|statement| {
            let Access { actions, resources, is_conditioned, .. } = &statement.access;
            let list = |texts: &Result<Vec<String>, Arc<Unknown>>| {
                texts.as_ref().map_or_else(|_| "?".to_owned(), |texts| texts.join(" "))
            };
            format!("{}: {} on {} {is_conditioned}", statement.holder, list(actions), list(resources))
        });
        told.collect()
    }

    #[test]
    fn a_document_as_text_is_read_as_far_as_it_is_known() {
        let draft = Draft::terraform();
        let start = r#"{"Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":""#;
        let end = r#""},{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
        let policy = draft.template(vec![draft.text(start), draft.input("var.arn"), draft.text(end)]);
        let network = draft.network(vec![
            draft.resource("aws_iam_role.ci", vec![("name", draft.text("ci"))]),
            draft.resource(
                "aws_iam_role_policy.it",
                vec![("policy", policy), ("role", draft.refer("aws_iam_role.ci", "id"))],
            ),
            draft.resource("aws_iam_policy.broken", vec![("policy", draft.text("{"))]),
        ]);
        assert_eq!(told(&network), ["ci: ec2:* on ? false"]);
    }

    #[test]
    fn documents_of_data_sources_are_read_where_they_are_used() {
        let draft = Draft::terraform();
        let statement = draft.map(vec![
            ("actions", draft.texts(&["ec2:CreateSecurityGroup"])),
            ("resources", draft.texts(&["*"])),
            ("condition", draft.list(vec![draft.map(vec![("test", draft.text("StringEquals"))])])),
        ]);
        let network = draft.network(vec![
            draft.resource(
                "data.aws_iam_policy_document.it",
                vec![("statement", draft.list(vec![statement]))],
            ),
            draft.resource(
                "aws_iam_policy.it",
                vec![("policy", draft.refer("data.aws_iam_policy_document.it", "json"))],
            ),
        ]);
        assert_eq!(told(&network), ["aws_iam_policy.it: ec2:CreateSecurityGroup on * true"]);
    }

    #[test]
    fn documents_of_templates_are_read() {
        let draft = Draft::cloudformation();
        let statement = draft.map(vec![
            ("Effect", draft.text("Allow")),
            ("Action", draft.texts(&["ec2:RevokeSecurityGroup*"])),
            ("Resource", draft.text("*")),
        ]);
        let document = draft.map(vec![("Statement", statement)]);
        let policies = draft.list(vec![draft.map(vec![("PolicyDocument", document)])]);
        let network =
            draft.network(vec![draft.logical("Ci", "AWS::IAM::Role", vec![("Policies", policies)])]);
        assert_eq!(told(&network), ["Ci: ec2:RevokeSecurityGroup* on * false"]);
    }
}
