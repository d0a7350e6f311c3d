//! Plan files: what Terraform itself says that it would create.
//!
//! ```text
//! plan.json (`terraform show -json`)
//!   │ read            addresses, values and changes, each still as text
//!   │ values          the text of one resource → values; what is not known yet stays unknown
//!   │ identity        an id that the plan knows is the resource that has it
//!   │ configured      what the configuration inside the plan says: which attributes are written at all, and
//!   │                 what an unknown one refers to
//!   │ overlay         planned values in the places where the code beside the plan writes them
//!   ▼
//! resource::Configuration
//! ```
//!
//! The planned values are the truth; the evaluated configuration beside the plan, if there is one, only gives
//! places and the identities that exist after deployment. What the plan deletes is not among its values.

mod configured;
mod identity;
mod overlay;
mod read;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use configured::Configured;
use identity::Identities;
pub use read::Plan;
use read::{Change, Planned};

use crate::problem::Problem;
use crate::resource::{
    Attribute, Cause, Configuration, Interest, Language, Mode, Presence, Provider, Resource, Value,
    split_module_path, without_keys,
};
use crate::source::{SourceFile, Span};

/// The most text of planned values that is read, in bytes: a tree takes up to a hundred times the memory of its
/// text. Only resources that matter count.
const MAX_VALUES: usize = 16 * 1024 * 1024;

/// Whether a text is a plan in JSON. Content decides, as for templates; a plan that is cut off counts too.
pub fn is_plan(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && text.contains("\"format_version\"")
        && (["\"planned_values\"", "\"resource_changes\""].iter().any(|key| text.contains(key))
            || is_cut_off(text))
}

/// Whether a text begins as `terraform show -json` does, but ends before it tells a plan from a state.
fn is_cut_off(text: &str) -> bool {
    let begins = text.trim_start().trim_start_matches('{').trim_start().starts_with("\"format_version\"");
    begins && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
}

/// What the plan creates or keeps.
///
/// `code` is the configuration that the plan was made from, evaluated with the plan's variables, if it is there.
/// Attributes that nobody wrote are left out: they are what a provider computed, such as the rules that other
/// resources put into a group.
pub fn evaluate(
    file: &SourceFile,
    plan: &Plan<'_>,
    code: Option<Configuration>,
    provider: &dyn Provider,
) -> Configuration {
    let mut problems = plan.problems(file);
    let (written, outputs, mut files) = match code {
        None => (BTreeMap::new(), Vec::new(), Vec::new()),
        Some(code) => {
            let about_modules = |problem: &Problem| problem.code == "module-not-found";
            problems.extend(code.problems.into_iter().filter(|problem| !about_modules(problem)));
            let resources =
                code.resources.into_iter().map(|resource| (Arc::clone(&resource.address), resource));
            (resources.collect(), code.outputs, code.files)
        }
    };
    let mut reader = Reader {
        file,
        identities: Identities::of(plan),
        configured: Configured::new(plan),
        changes: plan.changes.iter().map(|change| (&*change.address, change)).collect(),
        written,
        provider,
        left: MAX_VALUES,
        problems,
    };
    let mut resources: Vec<Resource> =
        plan.planned().filter_map(|planned| reader.resource(&planned)).collect();
    reader.say_what_is_not_declared(&resources);
    let planned: BTreeSet<_> = resources.iter().map(|resource| Arc::clone(&resource.address)).collect();
    let lookups = reader.written.into_values().filter(|resource| resource.mode == Mode::Data);
    resources.extend(lookups.filter(|resource| !planned.contains(&resource.address)));
    files.insert(0, file.id());
    Configuration {
        name: file.name().to_owned(),
        language: Language::Terraform,
        resources,
        outputs,
        files,
        problems: reader.problems,
        scenario: None,
    }
}

struct Reader<'a> {
    file: &'a SourceFile,
    identities: Identities,
    configured: Configured<'a>,
    changes: BTreeMap<&'a str, &'a Change<'a>>,
    /// The resources of the code, by address.
    written: BTreeMap<Arc<str>, Resource>,
    provider: &'a dyn Provider,
    /// How much more text of values may be read.
    left: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn resource(&mut self, planned: &Planned<'_>) -> Option<Resource> {
        let Planned { mode, head, span, .. } = *planned;
        let interest = self.provider.interest(&planned.kind, mode);
        let written = self.written.get(&*planned.address);
        if written.is_none() && interest == Interest::UsesOnly && !self.configured.refers(&planned.address) {
            return None;
        }
        let values = planned.values;
        let Some(left) = self.left.checked_sub(values.get().len()) else {
            self.report_limit(head);
            return None;
        };
        self.left = left;
        let change = self.changes.get(&*planned.address).copied();
        let node = match read::node(self.file, values) {
            Ok(node) => node,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let mut attributes = values::attributes(&node, change, head);
        for value in attributes.values_mut() {
            self.identities.resolve(&mut value.value);
        }
        if let Some(written) = written {
            return Some(overlay::onto(attributes, written));
        }
        self.configured.restrict(&planned.address, &mut attributes, interest);
        let (calls, _) = split_module_path(&planned.address);
        Some(Resource {
            address: planned.address.as_ref().into(),
            declared: without_keys(&planned.address).into(),
            kind: planned.kind.as_ref().into(),
            mode,
            language: Language::Terraform,
            attributes,
            head,
            span,
            calls: if calls.is_empty() { Vec::new() } else { vec![head] },
            presence: Presence::Certain,
            lifecycle: unwritten_lifecycle(head),
            provider: None,
        })
    }

    fn report_limit(&mut self, place: Span) {
        if self.problems.iter().all(|problem| problem.code != "plan-limit") {
            let message = format!("the plan holds more than {} MiB of values that matter", MAX_VALUES >> 20);
            self.problems.push(
                Problem::error("plan-limit", message)
                    .at(place)
                    .help("what is planned from here on is not judged; split the configuration"),
            );
        }
    }

    /// Says so when the code beside the plan is not what the plan was made from.
    fn say_what_is_not_declared(&mut self, resources: &[Resource]) {
        if self.written.is_empty() {
            return;
        }
        let missing: Vec<_> = resources
            .iter()
            .filter(|resource| {
                resource.mode == Mode::Managed && !self.written.contains_key(&resource.address)
            })
            .collect();
        let Some(first) = missing.first() else { return };
        let others = match missing.len() {
            1 => String::new(),
            more => format!(" and {} more", more - 1),
        };
        let message = format!("the code beside the plan does not declare {}{others}", first.address);
        let problem = Problem::info("plan-differs", message).at(read::head(self.file)).help(
            "make a new plan, or give the folder it was made in with --source; these are shown in the plan file",
        );
        self.problems.push(problem);
    }
}

/// A plan does not hold `lifecycle` blocks.
fn unwritten_lifecycle(head: Span) -> BTreeMap<Arc<str>, Value> {
    let unknown = || Value::unknown(Cause::External("the lifecycle block".to_owned()), head);
    ["create_before_destroy", "prevent_destroy"].map(|name| (Arc::from(name), unknown())).into()
}

/// A value of the plan as an attribute; key and value lie at one place.
fn attribute(value: Value) -> Attribute {
    let span = value.origin.written;
    Attribute { key: span, span, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_known_by_their_content() {
        assert!(is_plan(r#"{"format_version":"1.2","planned_values":{"root_module":{}}}"#));
        assert!(is_plan("{\n \"format_version\": \"1.2\",\n \"resource_changes\": [\n"), "cut off");
        assert!(is_plan(r#"{"format_version":"1.2","terraf"#), "cut off early");
        assert!(!is_plan(r#"{"format_version":"1.0","values":{}}"#), "a state");
        assert!(!is_plan(r#"{"Resources":{}}"#));
        assert!(!is_plan(r#"["format_version","planned_values"]"#));
    }
}
