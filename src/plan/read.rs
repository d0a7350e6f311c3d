//! The JSON of a plan to its parts, each still as text: a plan holds far more than what matters here.
//!
//! The format is `terraform show -json`, versions 1.x, which only ever adds keys.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::problem::Problem;
use crate::resource::{Mode, Value};
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{self, Node};

use super::values;

/// A plan, read as far as its parts.
#[derive(Debug, Deserialize)]
pub struct Plan<'t> {
    #[serde(borrow)]
    format_version: Cow<'t, str>,
    #[serde(default)]
    errored: bool,
    #[serde(default = "yes")]
    complete: bool,
    #[serde(borrow, default)]
    variables: BTreeMap<Cow<'t, str>, Variable<'t>>,
    #[serde(borrow, default)]
    planned_values: Values<'t>,
    #[serde(borrow, default, rename = "resource_changes")]
    changes: Vec<Change<'t>>,
    #[serde(borrow, default)]
    prior_state: PriorState<'t>,
    #[serde(borrow, default)]
    pub(super) configuration: Configuration<'t>,
    /// The whole text, in which the parts lie.
    #[serde(skip)]
    at: Option<Place>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug)]
struct Place {
    file: crate::source::FileId,
    /// Where the text starts in memory: parts are slices of it.
    start: usize,
}

#[derive(Debug, Deserialize)]
struct Variable<'t> {
    #[serde(borrow)]
    value: Option<&'t RawValue>,
}

#[derive(Debug, Default, Deserialize)]
struct PriorState<'t> {
    #[serde(borrow, default)]
    values: Values<'t>,
}

#[derive(Debug, Default, Deserialize)]
struct Values<'t> {
    #[serde(borrow, default)]
    root_module: Module<'t>,
}

#[derive(Debug, Default, Deserialize)]
struct Module<'t> {
    #[serde(borrow, default)]
    resources: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    child_modules: Vec<Module<'t>>,
}

#[derive(Deserialize)]
struct RawResource<'t> {
    #[serde(borrow)]
    address: &'t RawValue,
    #[serde(borrow)]
    mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'t, str>,
    /// Left out where nothing is known before deployment.
    #[serde(borrow, default)]
    values: Option<&'t RawValue>,
}

/// One planned resource instance.
pub(super) struct Planned<'t> {
    pub(super) address: Cow<'t, str>,
    pub(super) mode: Mode,
    pub(super) kind: Cow<'t, str>,
    /// What is known of it, if anything is.
    pub(super) values: Option<&'t RawValue>,
    /// Where the address stands.
    pub(super) head: Span,
    /// The whole resource.
    pub(super) span: Span,
}

/// What would happen to one resource instance.
#[derive(Debug, Deserialize)]
pub(super) struct Change<'t> {
    #[serde(borrow)]
    pub(super) address: Cow<'t, str>,
    #[serde(borrow, default)]
    mode: Cow<'t, str>,
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'t, str>,
    #[serde(borrow, rename = "change")]
    pub(super) marks: Marks<'t>,
    /// Of an object that a failed replacement left behind: what happens to that one, not to the resource.
    #[serde(borrow, default)]
    deposed: Option<Cow<'t, str>>,
}

/// What is done, with the values before; which values after it are not known before deployment, and which are
/// sensitive: `true`, or the same for each part.
#[derive(Debug, Deserialize)]
pub(super) struct Marks<'t> {
    #[serde(borrow, default)]
    actions: Vec<Cow<'t, str>>,
    #[serde(borrow, default)]
    before: Option<&'t RawValue>,
    #[serde(borrow, default)]
    pub(super) after_unknown: Option<&'t RawValue>,
    #[serde(borrow, default)]
    pub(super) after_sensitive: Option<&'t RawValue>,
}

impl Change<'_> {
    /// Whether the resource is made anew: nothing of it was read back from what exists.
    pub(super) fn creates(&self) -> bool {
        self.marks.actions.iter().any(|action| action == "create")
    }
}

/// The configuration that the plan was made from.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Configuration<'t> {
    #[serde(borrow, default)]
    pub(super) root_module: Option<ConfiguredModule<'t>>,
}

/// One module of it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfiguredModule<'t> {
    #[serde(borrow, default)]
    pub(super) resources: Vec<ConfiguredResource<'t>>,
    #[serde(borrow, default)]
    pub(super) module_calls: BTreeMap<Cow<'t, str>, ModuleCall<'t>>,
}

/// One resource declaration of it.
#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredResource<'t> {
    #[serde(borrow)]
    pub(super) address: Cow<'t, str>,
    #[serde(borrow, default)]
    pub(super) expressions: Option<&'t RawValue>,
}

/// One module call of it.
#[derive(Debug, Deserialize)]
pub(super) struct ModuleCall<'t> {
    #[serde(borrow, default)]
    pub(super) module: ConfiguredModule<'t>,
}

impl<'t> Plan<'t> {
    /// Reads the parts of a plan.
    ///
    /// # Errors
    /// The text is not JSON, is cut off, or has not the shape of a plan.
    pub fn read(file: &'t SourceFile) -> Result<Self, Problem> {
        let mut plan: Self = serde_json::from_str(file.text()).map_err(|error| broken(file, &error))?;
        if plan.format_version.split('.').next() != Some("1") {
            let message = format!("{} has the plan format {}", file.name(), plan.format_version);
            return Err(Problem::error("plan-format", message)
                .at(head(file))
                .help("sglint reads the formats 1.x; make the plan with a Terraform that writes one"));
        }
        plan.at = Some(Place { file: file.id(), start: file.text().as_ptr().addr() });
        Ok(plan)
    }

    /// The values of the root module's variables that the plan was made with.
    pub fn variables(&self, file: &SourceFile) -> BTreeMap<Arc<str>, Value> {
        let known = self.variables.iter().filter_map(|(name, variable)| {
            let node = node(file, variable.value?).ok()?;
            Some((Arc::from(&**name), values::value(&node, None, None)))
        });
        known.collect()
    }

    /// What would happen to each resource instance, by address.
    pub(super) fn changes(&self) -> BTreeMap<&str, &Change<'t>> {
        let changes = self.changes.iter().filter(|change| change.deposed.is_none());
        changes.map(|change| (&*change.address, change)).collect()
    }

    /// Its resource instances, in the order of the plan; then the data sources that were read before it. What cannot
    /// be read as a resource is told by [`problems`](Self::problems).
    pub(super) fn planned(&self) -> impl Iterator<Item = Planned<'t>> {
        let read_before = self.all(&self.prior_state.values.root_module).flatten();
        let read_before = read_before.filter(|planned| planned.mode == Mode::Data);
        self.all(&self.planned_values.root_module).flatten().chain(read_before)
    }

    /// The managed instances that it destroys and does not create again, with their values before. They stand where
    /// those do: that is the narrowest place that is theirs.
    pub(super) fn destroyed(&self) -> impl Iterator<Item = Planned<'t>> {
        self.changes.iter().filter_map(|change| {
            let Marks { actions, before, .. } = &change.marks;
            let is_destroyed = change.deposed.is_none()
                && change.mode == "managed"
                && matches!(&actions[..], [only] if only == "delete");
            let values = before.filter(|_| is_destroyed)?;
            let span = self.span(values);
            let (address, kind) = (change.address.clone(), change.kind.clone());
            let values = Some(values);
            Some(Planned { address, mode: Mode::Managed, kind, values, head: span.head(), span })
        })
    }

    /// The resource instances of a module and those in it; of one that is none, its place.
    fn all<'p>(
        &'p self,
        module: &'p Module<'t>,
    ) -> impl Iterator<Item = Result<Planned<'t>, Span>> + use<'p, 't> {
        let mut modules = vec![module];
        let mut resources = Vec::new();
        while let Some(module) = modules.pop() {
            resources.extend(module.resources.iter().copied());
            modules.extend(module.child_modules.iter().rev());
        }
        resources.into_iter().map(|raw| {
            let span = self.span(raw);
            let read = || {
                let RawResource { address, mode, kind, values } = serde_json::from_str(raw.get()).ok()?;
                let mode = if mode == "data" { Mode::Data } else { Mode::Managed };
                Some(Planned { address: text(address)?, mode, kind, values, head: self.span(address), span })
            };
            read().ok_or(span)
        })
    }

    fn span(&self, raw: &RawValue) -> Span {
        let place = self.at.expect("set when the plan was read");
        let range = range(place.start, raw);
        Span::new(place.file, range.start, range.end)
    }

    /// What Terraform says of the plan as a whole, and what of it cannot be read.
    pub(super) fn problems(&self, file: &SourceFile) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.errored || !self.complete {
            let message = format!("{} is the plan of a run that failed or put something off", file.name());
            problems.push(
                Problem::warning("plan-incomplete", message)
                    .at(head(file))
                    .help("what it does not hold is not judged; make a plan that succeeds"),
            );
        }
        let unreadable: Vec<_> = self.all(&self.planned_values.root_module).filter_map(Result::err).collect();
        if let [first, ..] = &*unreadable {
            let message = format!("{} of the planned resources cannot be read", unreadable.len());
            problems.push(Problem::error("plan-resource", message).at(first.head()).help(
                "each needs a text as address, type and mode; write the plan again with terraform show -json",
            ));
        }
        problems
    }
}

fn text<'t>(raw: &'t RawValue) -> Option<Cow<'t, str>> {
    #[derive(Deserialize)]
    struct Text<'t>(#[serde(borrow)] Cow<'t, str>);
    serde_json::from_str::<Text<'t>>(raw.get()).ok().map(|text| text.0)
}

/// The first line of the plan.
pub(super) fn head(file: &SourceFile) -> Span {
    file.whole().head()
}

fn range(start: usize, raw: &RawValue) -> Range<usize> {
    let at = raw.get().as_ptr().addr() - start;
    at..at + raw.get().len()
}

/// A part of a plan as a tree in which everything knows its place.
pub(super) fn node(file: &SourceFile, raw: &RawValue) -> Result<Arc<Node>, Problem> {
    yaml::parse_json_part(file, range(file.text().as_ptr().addr(), raw))
}

fn broken(file: &SourceFile, error: &serde_json::Error) -> Problem {
    let start = file.lines().line_start(error.line()).map_or(0, |start| start as usize);
    let at =
        file.text().floor_char_boundary((start + error.column().saturating_sub(1)).min(file.text().len()));
    let problem = if error.is_eof() {
        Problem::error("plan-syntax", format!("{} is cut off: the plan ends in the middle", file.name()))
    } else {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        Problem::error("plan-syntax", format!("{} cannot be read as a plan: {message}", file.name()))
    };
    problem
        .at(Span::new(file.id(), at, at))
        .help("write it again: terraform plan -out=tfplan && terraform show -json tfplan > plan.json")
}
