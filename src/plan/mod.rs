//! Plan files: what Terraform itself says that it would create.
//!
//! ```text
//! plan.json (`terraform show -json`)
//!   │ read            addresses, values and changes, each still as text
//!   │ values          the text of one resource → values; what is not known yet stays unknown
//!   │ identity        an id that the plan knows is the resource that has it
//!   │ configured      what the configuration inside the plan says: which attributes are written at all, and
//!   │                 what an unknown one refers to
//!   │ written         which resource of the code beside the plan a planned one is
//!   │ overlay         planned values in the places where that code writes them
//!   │ instances       references to what the code could not count, to the instances that the plan has
//!   ▼
//! resource::Configuration
//! ```
//!
//! The planned values are the truth; the evaluated configuration beside the plan, if there is one, only gives
//! places and the identities that exist after deployment. What the plan deletes is not among its values; of the few
//! types whose removal is judged, it is read apart.

mod configured;
mod identity;
mod instances;
mod overlay;
mod read;
mod values;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use configured::Configured;
use identity::Identities;
pub use read::Plan;
use read::{Change, Planned};
use written::Written;

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
            // The plan knows what a module makes whose code is not there.
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
        added_to: added_to(plan, provider),
        configured: Configured::new(plan),
        changes: plan.changes(),
        written: Written(written),
        provider,
        left: MAX_VALUES,
        problems,
    };
    let mut resources: Vec<Resource> =
        plan.planned().filter_map(|planned| reader.resource(&planned)).collect();
    reader.problems.extend(reader.written.differences(&resources, read::head(file)));
    let judged = plan.destroyed().filter(|planned| provider.judges_removal(&planned.kind));
    let destroyed: Vec<Resource> = judged.filter_map(|planned| reader.destroyed(&planned)).collect();
    let planned: BTreeSet<_> = resources.iter().map(|resource| Arc::clone(&resource.address)).collect();
    let lookups = reader.written.0.into_values().filter(|resource| resource.mode == Mode::Data);
    resources.extend(lookups.filter(|resource| !planned.contains(&resource.address)));
    instances::settle(&mut resources);
    files.insert(0, file.id());
    Configuration {
        name: file.name().to_owned(),
        language: Language::Terraform,
        resources,
        destroyed,
        outputs,
        files,
        problems: reader.problems,
        scenario: None,
    }
}

/// The ids of what other resources of the plan add blocks to.
fn added_to(plan: &Plan<'_>, provider: &dyn Provider) -> BTreeSet<String> {
    let target = |planned: Planned<'_>| {
        let attribute = provider.adds_to(&planned.kind)?;
        let values: BTreeMap<String, serde_json::Value> = serde_json::from_str(planned.values?.get()).ok()?;
        Some(values.get(attribute)?.as_str()?.to_owned())
    };
    plan.planned().filter_map(target).collect()
}

struct Reader<'a> {
    file: &'a SourceFile,
    identities: Identities,
    /// The ids of what other resources add blocks to.
    added_to: BTreeSet<String>,
    configured: Configured<'a>,
    changes: BTreeMap<&'a str, &'a Change<'a>>,
    written: Written,
    provider: &'a dyn Provider,
    /// How much more text of values may be read.
    left: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn resource(&mut self, planned: &Planned<'_>) -> Option<Resource> {
        let interest = self.provider.interest(&planned.kind, planned.mode);
        if self.written.of(&planned.address).is_none()
            && interest == Interest::UsesOnly
            && !self.configured.refers(&planned.address)
        {
            return None;
        }
        let change = self.changes.get(&*planned.address).copied();
        let mut attributes = self.attributes(planned, change)?;
        let expressions = self.configured.expressions(&planned.address).unwrap_or_else(|_| {
            self.report_expressions(planned);
            None
        });
        let may_be_dynamic = change.is_some_and(Change::creates) || {
            let id = attributes.get("id").and_then(|id| id.value.as_str());
            !id.is_some_and(|id| self.added_to.contains(id))
        };
        for (name, attribute) in &mut attributes {
            let refers = expressions.as_ref().is_some_and(|expressions| expressions.refers(name));
            self.identities.resolve(&mut attribute.value, refers);
        }
        if let Some(written) = self.written.of(&planned.address) {
            return Some(overlay::onto(attributes, written, &planned.address));
        }
        if let Some(expressions) = &expressions {
            let address = &planned.address;
            self.configured.restrict(address, expressions, &mut attributes, interest, may_be_dynamic);
        }
        Some(unwritten(planned, attributes))
    }

    /// A resource that the plan destroys, as it was.
    fn destroyed(&mut self, planned: &Planned<'_>) -> Option<Resource> {
        let mut attributes = self.attributes(planned, None)?;
        for attribute in attributes.values_mut() {
            self.identities.resolve(&mut attribute.value, false);
        }
        Some(unwritten(planned, attributes))
    }

    /// The attributes that the plan has of a resource, or `None` if they cannot be read.
    fn attributes(
        &mut self,
        planned: &Planned<'_>,
        change: Option<&Change<'_>>,
    ) -> Option<BTreeMap<Arc<str>, Attribute>> {
        let Some(values) = planned.values else {
            return Some(values::attributes(None, change, planned.head));
        };
        let Some(left) = self.left.checked_sub(values.get().len()) else {
            self.report_limit(planned.head);
            return None;
        };
        self.left = left;
        match read::node(self.file, values) {
            Ok(node) => Some(values::attributes(Some(&node), change, planned.head)),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// What a plan cannot say of a resource; its values are judged as they are, also those that nobody wrote.
    fn report_expressions(&mut self, planned: &Planned<'_>) {
        let message = format!("what the plan says of the code of {} nests too deep", planned.address);
        self.problems.push(
            Problem::warning("plan-resource", message)
                .at(planned.head)
                .help("give the folder that the plan was made in with --source"),
        );
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
}

/// A resource that stands in the plan only.
fn unwritten(planned: &Planned<'_>, attributes: BTreeMap<Arc<str>, Attribute>) -> Resource {
    let Planned { mode, head, span, .. } = *planned;
    let (calls, _) = split_module_path(&planned.address);
    Resource {
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
