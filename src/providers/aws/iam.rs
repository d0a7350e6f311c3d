//! IAM policies, as far as they are about changing security groups.
//!
//! A document is text (`jsonencode`, a heredoc), blocks of `aws_iam_policy_document`, or properties of a template. All
//! three become values, and are read alike under the names that each gives to the parts of a statement. What a policy
//! denies belongs to each statement that allows something.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::Builder;
use super::fields::{Argument, flatten, reason};
use crate::network::statement::{Condition, Phrase, Phrases, Quote, Statement, Terms};
use crate::resource::{Cause, Mode, Origin, Resource, Unknown, Value, ValueKind};
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
        "aws_ssoadmin_permission_set_inline_policy" => ("inline_policy", &["permission_set_arn"]),
        "AWS::IAM::ManagedPolicy" => ("PolicyDocument", &["ManagedPolicyName"]),
        "AWS::IAM::Policy" => ("PolicyDocument", &["Roles", "Users", "Groups", "PolicyName"]),
        "AWS::IAM::RolePolicy" => ("PolicyDocument", &["RoleName"]),
        "AWS::IAM::UserPolicy" => ("PolicyDocument", &["UserName"]),
        "AWS::IAM::GroupPolicy" => ("PolicyDocument", &["GroupName"]),
        "AWS::IAM::Role" => ("Policies.PolicyDocument", &["RoleName"]),
        "AWS::IAM::User" => ("Policies.PolicyDocument", &["UserName"]),
        "AWS::IAM::Group" => ("Policies.PolicyDocument", &["GroupName"]),
        "AWS::SSO::PermissionSet" => ("InlinePolicy", &["Name"]),
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
        (Mode::Managed, "aws_ssoadmin_permission_set_inline_policy") => {
            &["inline_policy", "permission_set_arn"]
        }
        (Mode::Managed, "AWS::SSO::PermissionSet") => &["InlinePolicy", "Name"],
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

/// A statement that was read.
struct Read {
    allows: bool,
    terms: Terms,
    origin: Origin,
}

impl Read {
    /// Whatever a document that is not known allows.
    fn unknown(document: &Value, place: Span) -> Self {
        let why = reason(document, "a policy", place);
        let terms = Terms {
            actions: Err(Arc::clone(&why)),
            all_actions_but: Ok(None),
            resources: Err(why),
            all_resources_but: Ok(None),
            condition: Condition::None,
        };
        Self { allows: true, terms, origin: document.origin.clone() }
    }
}

/// Reads the statements of a resource's documents.
pub(super) fn statements(builder: &mut Builder<'_>, resource: &Resource) {
    let Some((path, holders)) = documents(&resource.kind) else { return };
    let place = path.split('.').next().and_then(|name| Argument::of(resource, name));
    let Some(place) = place.map(|argument| argument.place) else { return };
    for document in resource.values_at(path) {
        let (allowed, denied): (Vec<_>, Vec<_>) = of_document(builder, &document, place, MOST_SOURCES)
            .into_iter()
            .partition(|statement| statement.allows);
        let denied: Arc<[Terms]> = denied.into_iter().map(|statement| statement.terms).collect();
        for Read { terms, origin, .. } in allowed {
            let span = origin.narrowest_in(resource.span);
            builder.network.statements.push(Statement {
                resource: Arc::clone(&resource.address),
                declared: Arc::clone(&resource.declared),
                holder: holder(builder, resource, holders),
                terms,
                denied: Arc::clone(&denied),
                head: if span == resource.span { place } else { span },
                written: origin.written,
                span: resource.span,
                calls: resource.calls.clone(),
                presence: resource.presence.clone(),
            });
        }
    }
}

/// How many documents may be made of one another.
const MOST_SOURCES: usize = 8;

/// The statements of a document, which stands in `place`.
fn of_document(builder: &Builder<'_>, document: &Value, place: Span, depth: usize) -> Vec<Read> {
    let read = |words: &Words, statements: &Value| -> Vec<Read> {
        flatten(statements).iter().filter_map(|statement| statement_of(words, statement, place)).collect()
    };
    let declared = document.as_reference().and_then(|reference| builder.names.resource(&reference.address));
    if let Some(declared) = declared.filter(|found| &*found.kind == "aws_iam_policy_document") {
        let own = declared.values_at("statement").into_iter();
        let mut found: Vec<_> = own.flat_map(|blocks| read(&BLOCKS, &blocks)).collect();
        if let Some(depth) = depth.checked_sub(1) {
            for name in ["source_policy_documents", "override_policy_documents"] {
                for source in declared.values_at(name).iter().flat_map(flatten) {
                    found.extend(of_document(builder, &source, place, depth));
                }
            }
        }
        return found;
    }
    if let ValueKind::Map(_) = &document.kind {
        return document.get("Statement").map(|list| read(&DOCUMENT, &list)).unwrap_or_default();
    }
    let Some(json) = parse(document) else {
        return if document.as_str().is_some() { Vec::new() } else { vec![Read::unknown(document, place)] };
    };
    let mut texts = FxHashMap::default();
    count(&json, &mut texts);
    let list = value_of(json, document).get("Statement");
    let mut statements = list.map(|list| read(&DOCUMENT, &list)).unwrap_or_default();
    quote(&mut statements, &texts);
    statements
}

/// Counts the texts of a document.
fn count(json: &Json, texts: &mut FxHashMap<String, usize>) {
    match json {
        Json::String(text) => *texts.entry(text.clone()).or_default() += 1,
        Json::Array(items) => items.iter().for_each(|item| count(item, texts)),
        Json::Object(entries) => entries.values().for_each(|item| count(item, texts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Says of each action and resource of a document that is a text which of its equals it is: those that are all actions, or
/// all resources, stand in the text in the order of the statements.
fn quote(statements: &mut [Read], texts: &FxHashMap<String, usize>) {
    let lists: [fn(&mut Terms) -> &mut Phrases; 2] =
        [|terms| &mut terms.actions, |terms| &mut terms.resources];
    for list in lists {
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for phrase in statements.iter_mut().flat_map(|statement| list(&mut statement.terms)).flatten() {
            let index = seen.entry(phrase.text.clone()).or_default();
            phrase.quote = Some(Quote { index: *index, count: 0 });
            *index += 1;
        }
        for phrase in statements.iter_mut().flat_map(|statement| list(&mut statement.terms)).flatten() {
            let count = seen[&phrase.text];
            let is_all = texts.get(&phrase.text) == Some(&count);
            phrase.quote = phrase.quote.filter(|_| is_all).map(|quote| Quote { count, ..quote });
        }
    }
}

/// A document as text; what is not known of it stands as such in the value.
fn parse(document: &Value) -> Option<Json> {
    let parts = match &document.kind {
        ValueKind::String(text) => return serde_json::from_str(text).ok(),
        ValueKind::Template(parts) => parts,
        _ => return None,
    };
    // A control character in JSON stands escaped; a value that is not known at all has no quotes around it.
    let mut text = String::new();
    let mut is_quoted = false;
    for part in parts.iter() {
        let Some(known) = part.as_str() else {
            text.push_str(if is_quoted { "\\u0001" } else { "\"\\u0001\"" });
            continue;
        };
        let mut is_escaped = false;
        for character in known.chars() {
            is_quoted ^= character == '"' && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
        }
        text.push_str(known);
    }
    serde_json::from_str(&text).ok()
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
            let known =
                |part: &str| Value { kind: ValueKind::String(part.into()), origin: document.origin.clone() };
            let parts = text.split(OPEN).flat_map(|part| [known(part), open.clone()]);
            // One fewer of the open ones than of those between them.
            let count = 2 * text.split(OPEN).count() - 1;
            ValueKind::Template(parts.take(count).collect())
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

/// A statement; `None` if it cannot be read at all.
fn statement_of(words: &Words, statement: &Value, place: Span) -> Option<Read> {
    if !matches!(statement.kind, ValueKind::Map(_)) {
        return None;
    }
    let given = |name: &str| statement.get(name).filter(|value| !value.is_null());
    let phrases = |name: &str| given(name).map(|list| phrases(&list, place));
    let mut terms = Terms {
        actions: phrases(words.actions).unwrap_or_else(|| Ok(Vec::new())),
        all_actions_but: phrases(words.not_actions).transpose(),
        resources: phrases(words.resources).unwrap_or_else(|| Ok(Vec::new())),
        all_resources_but: phrases(words.not_resources).transpose(),
        condition: given(words.condition).map_or(Condition::None, |given| condition(&given)),
    };
    let allows = match given(words.effect) {
        None => true,
        Some(effect) => effect.as_str().map_or_else(
            || {
                terms.actions = Err(reason(&effect, "Allow or Deny", place));
                true
            },
            |effect| effect == "Allow",
        ),
    };
    Some(Read { allows, terms, origin: statement.origin.clone() })
}

/// What a `Condition` is about: the keys stand under the operators of a document, and in `variable` of blocks.
fn condition(given: &Value) -> Condition {
    let mut about = Condition::None;
    for part in flatten(given) {
        let keys: Vec<Option<String>> = match &part.kind {
            ValueKind::Map(entries) if entries.contains_key("variable") => {
                vec![entries["variable"].as_str().map(str::to_owned)]
            }
            ValueKind::Map(operators) => {
                let keys = |tests: &Value| match &tests.kind {
                    ValueKind::Map(tests) => tests.keys().map(|key| Some(key.to_string())).collect(),
                    _ => vec![None],
                };
                operators.values().flat_map(keys).collect()
            }
            _ => vec![None],
        };
        for key in keys {
            if key.is_none_or(|key| is_of_groups(&key)) {
                return Condition::Groups;
            }
            about = Condition::Else;
        }
    }
    about
}

/// Whether a condition key tells groups or VPCs apart. Keys know no case.
fn is_of_groups(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    matches!(&*key, "ec2:vpc" | "ec2:vpcid" | "ec2:securitygroupid")
        || ["aws:resourcetag/", "ec2:resourcetag/"].iter().any(|tag| key.starts_with(tag))
}

/// The members of a list of texts. Of one that is known in part, the known parts: that is narrower than everything.
fn phrases(list: &Value, place: Span) -> Phrases {
    let phrase = |member: Value| {
        let text = match &member.kind {
            ValueKind::Template(parts) => {
                parts.iter().map(|part| part.as_str().unwrap_or("…")).collect::<String>()
            }
            ValueKind::Reference(reference) => reference.to_string(),
            _ => member.as_str().ok_or_else(|| reason(&member, "a text", place))?.to_owned(),
        };
        Ok(Phrase { text, origin: member.origin, quote: None })
    };
    flatten(list).into_iter().map(phrase).collect()
}

/// Who gets the permissions: a name, or the address of what has one that is not known or sensitive.
fn holder(builder: &Builder<'_>, resource: &Resource, names: &[&str]) -> String {
    let told = |name: &Value| name.as_str().filter(|_| !name.is_sensitive()).map(str::to_owned);
    let given = names.iter().find_map(|name| Argument::of(resource, name));
    let named = given.and_then(|argument| {
        let first = flatten(&argument.value).into_iter().next()?;
        match first.as_reference() {
            Some(reference) => {
                let role = builder.names.resource(&reference.address);
                let name =
                    role.and_then(|role| ["name", "RoleName"].into_iter().find_map(|n| role.attribute(n)));
                let name = name.and_then(|name| told(&name.value));
                Some(name.unwrap_or_else(|| reference.address.to_string()))
            }
            None => told(&first),
        }
    });
    named.unwrap_or_else(|| resource.address.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;
    use crate::network::model::Network;
    use crate::resource::Marks;

    fn told(network: &Network) -> Vec<String> {
        let told = network.statements.iter().map(|statement| {
            let Terms { actions, resources, condition, .. } = &statement.terms;
            let list = |phrases: &Phrases| match phrases {
                Ok(phrases) => phrases.iter().map(|phrase| &*phrase.text).collect::<Vec<_>>().join(" "),
                Err(_) => "?".to_owned(),
            };
            format!("{}: {} on {} {condition:?}", statement.holder, list(actions), list(resources))
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
        assert_eq!(told(&network), ["ci: ec2:* on ? None"]);
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
        assert_eq!(told(&network), ["aws_iam_policy.it: ec2:CreateSecurityGroup on * Groups"]);
    }

    #[test]
    fn conditions_are_about_groups_or_something_else() {
        let draft = Draft::terraform();
        let about = |operator: &str, key: &str| {
            let tests = draft.map(vec![(key, draft.text("x"))]);
            condition(&draft.map(vec![(operator, tests)]))
        };
        assert_eq!(about("StringNotEquals", "aws:ResourceTag/Owner"), Condition::Groups);
        assert_eq!(about("ArnEquals", "EC2:vpc"), Condition::Groups);
        assert_eq!(about("Bool", "aws:SecureTransport"), Condition::Else);
        assert_eq!(condition(&draft.map(vec![])), Condition::None);
        assert_eq!(condition(&draft.input("var.condition")), Condition::Groups);
        let block = |key| draft.list(vec![draft.map(vec![("test", draft.text("Bool")), ("variable", key)])]);
        assert_eq!(condition(&block(draft.text("aws:SecureTransport"))), Condition::Else);
        assert_eq!(condition(&block(draft.text("ec2:ResourceTag/Owner"))), Condition::Groups);
        assert_eq!(condition(&block(draft.input("var.key"))), Condition::Groups);
    }

    #[test]
    fn a_sensitive_name_of_a_holder_is_not_told() {
        let draft = Draft::terraform();
        let secret = || draft.text("secret").marked(Marks::SENSITIVE);
        let policy = || draft.text(r#"{"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}"#);
        let network = draft.network(vec![
            draft.resource("aws_iam_role.ci", vec![("name", secret())]),
            draft.resource(
                "aws_iam_role_policy.a",
                vec![("policy", policy()), ("role", draft.refer("aws_iam_role.ci", "id"))],
            ),
            draft.resource("aws_iam_role_policy.b", vec![("policy", policy()), ("role", secret())]),
        ]);
        assert_eq!(
            told(&network),
            ["aws_iam_role.ci: ec2:* on * None", "aws_iam_role_policy.b: ec2:* on * None"]
        );
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
        assert_eq!(told(&network), ["Ci: ec2:RevokeSecurityGroup* on * None"]);
    }
}
