//! Nodes to values, under one assignment of the inputs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::cdk::Deployment;
use super::conditions::Truth;
use super::foreach::LOOP;
use super::include;
use super::intrinsic::{Call, Function, whole};
use super::nested::{Place, Stacks};
use super::parameters::{Purpose, Setting};
use super::scalar;
use super::template::Template;
use super::text;
use super::trace::Trace;
use crate::nearest::nearest;
use crate::problem::Problem;
use crate::resource::{Cause, Reference, Resource, StepKind, Unknown, Value, ValueKind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::yaml::{Entry, Node, NodeKind};

/// How much one configuration may evaluate, in nodes; 64 bytes of made text count as one, and so do 8 names
/// that are searched. A template of the largest size that AWS accepts (1 MB) stays below it unless aliases
/// or functions multiply its text.
const BUDGET: usize = 600_000;

/// Wrong names for which a suggestion is looked up; each costs a comparison with every declared name.
const SUGGESTIONS: usize = 50;

/// How many attributes are followed into each other. A subnet's block is cut from its VPC's; more is a circle.
const MOST_FOLLOWED: u8 = 4;

/// How deep values may be evaluated in each other, through any number of nested stacks. One template nests at most
/// [`yaml::MAX_DEPTH`](crate::syntax::yaml::MAX_DEPTH) levels.
const MOST_DEPTH: usize = 600;

/// The levels that entering a nested stack counts for.
const STACK_DEPTH: usize = 30;

/// What a value depended on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// An input, by index.
    Input(usize),
    /// A condition, by index.
    Condition(usize),
}

/// Evaluates nodes of one template.
pub(super) struct Evaluator<'t> {
    pub(super) file: &'t SourceFile,
    pub(super) template: &'t Template<'t>,
    /// By index of the condition; `None` where it is not decided yet.
    pub(super) truths: Vec<Option<Truth>>,
    purpose: Purpose,
    /// The inputs that are not at their defaults.
    assigned: Vec<Assigned<'t>>,
    /// Default values, to compare and to use. Those of pseudo parameters depend on the place.
    compared: Vec<Option<Value>>,
    used: Vec<Option<Value>>,
    /// What the values made since this was last cleared depended on.
    pub(super) uses: Vec<Use>,
    /// What decided the resources that were made.
    pub(super) trace: Trace<'t>,
    budget: usize,
    pub(super) problems: Vec<Problem>,
    reported: FxHashSet<(&'static str, Span)>,
    suggestions: usize,
    following: u8,
    /// How deep the current value lies.
    depth: usize,
    /// Where the template stands among others.
    pub(super) place: Place<'t>,
    /// Its nested stacks under the current choice.
    pub(super) stacks: Stacks,
    /// The resources that all of them made.
    pub(super) nested_resources: usize,
    /// Resources of other templates that imported values refer to, by address.
    pub(super) imported: BTreeMap<Arc<str>, Arc<Resource>>,
    /// Whether anything was imported, known or not.
    pub(super) imports: bool,
    /// The paths of the constructs that made the resources, by address.
    pub(super) constructs: BTreeMap<Arc<str>, Arc<str>>,
    /// The files of nested stacks.
    pub(super) files: BTreeSet<FileId>,
    /// Whether problems are not reported.
    quiet: bool,
}

/// An input that is not at its default.
struct Assigned<'t> {
    /// Index in [`Template::inputs`].
    input: usize,
    setting: Setting<'t>,
    /// As far as it does not depend on the place.
    value: Option<Value>,
}

impl<'t> Evaluator<'t> {
    pub(super) fn new(file: &'t SourceFile, template: &'t Template<'t>) -> Self {
        let defaults =
            |purpose| template.inputs.iter().map(|input| input.value(Setting::Default, purpose)).collect();
        Self {
            file,
            template,
            truths: vec![None; template.conditions.len()],
            purpose: Purpose::Compare,
            assigned: Vec::new(),
            compared: defaults(Purpose::Compare),
            used: defaults(Purpose::Use),
            uses: Vec::new(),
            trace: Trace::default(),
            budget: BUDGET,
            problems: Vec::new(),
            reported: FxHashSet::default(),
            suggestions: SUGGESTIONS,
            following: 0,
            quiet: false,
            depth: 0,
            place: Place::nowhere(),
            stacks: Stacks::new(),
            nested_resources: 0,
            imported: BTreeMap::new(),
            imports: false,
            constructs: BTreeMap::new(),
            files: BTreeSet::new(),
        }
    }

    /// The same for a template that has a place among others.
    pub(super) fn at(mut self, place: Place<'t>) -> Self {
        self.place = place;
        self
    }

    /// Sets an input to what a caller passes: to decide conditions with, and to make resources with.
    pub(super) fn set(&mut self, input: usize, compared: Value, used: Value) {
        self.compared[input] = Some(compared);
        self.used[input] = Some(used);
    }

    /// Sets a pseudo parameter to what it is for a caller, where that is known.
    pub(super) fn set_pseudo(&mut self, input: usize, value: Option<Value>) {
        self.compared[input].clone_from(&value);
        self.used[input] = value;
    }

    /// Sets the pseudo parameters that a manifest fixes.
    pub(super) fn deploy(&mut self, deployment: Option<&Deployment>) {
        let Some(deployment) = deployment else { return };
        for (index, input) in self.template.inputs.iter().enumerate() {
            if let Some(value) = deployment.pseudo(input.name).filter(|_| input.is_pseudo()) {
                self.set_pseudo(index, Some(value.clone()));
            }
        }
    }

    /// A pseudo parameter, as it is assigned or by default.
    pub(super) fn assigned_pseudo(&self, name: &str) -> Option<Value> {
        let input = self.template.input(name)?;
        match self.assigned.iter().find(|assigned| assigned.input == input) {
            Some(assigned) => assigned.value.clone(),
            None => self.used[input].clone(),
        }
    }

    /// Changes what inputs are wanted for. Returns what they were wanted for before.
    pub(super) fn change_purpose(&mut self, purpose: Purpose) -> Purpose {
        std::mem::replace(&mut self.purpose, purpose)
    }

    /// Lets another evaluator work on what is left of the bounds.
    pub(super) fn lend(&mut self, child: &mut Evaluator<'_>) {
        child.budget = self.budget;
        child.depth = self.depth;
        child.suggestions = self.suggestions;
        child.nested_resources = self.nested_resources;
    }

    /// Takes back what another evaluator has left.
    pub(super) fn settle(&mut self, child: &Evaluator<'_>) {
        self.budget = child.budget;
        self.suggestions = child.suggestions;
    }

    /// Takes back what another evaluator has left, and what it found elsewhere.
    pub(super) fn take_back(&mut self, child: Evaluator<'_>) {
        self.settle(&child);
        self.imported.extend(child.imported);
        self.imports |= child.imports;
        self.constructs.extend(child.constructs);
        self.files.extend(child.files);
    }

    /// Whether another nested stack would lie too deep.
    pub(super) fn is_deep(&self) -> bool {
        self.depth + STACK_DEPTH >= MOST_DEPTH
    }

    /// Counts the levels of a nested stack. Returns the depth to [`leave`](Self::leave) to.
    pub(super) fn enter(&mut self) -> usize {
        let outside = self.depth;
        self.depth += STACK_DEPTH;
        outside
    }

    /// Back from a nested stack.
    pub(super) fn leave(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The text as written at a place, which may lie in a file that was brought in.
    pub(super) fn text_at(&self, span: Span) -> Cow<'t, str> {
        if span.file == self.file.id() {
            return Cow::Borrowed(self.file.slice(span));
        }
        let files = self.place.surroundings.and_then(|surroundings| surroundings.files);
        files.map_or(Cow::Borrowed(""), |files| Cow::Owned(files.source(span).slice(span).to_owned()))
    }

    /// Sets the inputs, and what for.
    pub(super) fn assign(&mut self, assignment: &[(usize, Setting<'t>)], purpose: Purpose) {
        self.purpose = purpose;
        self.assigned.clear();
        for &(input, setting) in assignment {
            if !matches!(setting, Setting::Default) {
                let value = self.template.inputs[input].value(setting, purpose);
                self.assigned.push(Assigned { input, setting, value });
            }
        }
    }

    /// Whether an input has a value that conditions can use when nothing is chosen.
    pub(super) fn is_known_by_default(&self, input: usize) -> bool {
        self.compared[input].as_ref().is_some_and(|value| value.unknown_cause().is_none())
    }

    /// Keeps problems from being reported. Returns whether they were kept before.
    pub(super) fn be_quiet(&mut self, quiet: bool) -> bool {
        std::mem::replace(&mut self.quiet, quiet)
    }

    /// Allows as much work as `configurations` may take; whatever was left is forfeit.
    pub(super) fn refill(&mut self, configurations: usize) {
        self.budget = BUDGET * configurations;
    }

    /// Whether the work that was allowed did not suffice.
    pub(super) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    /// Whether every input is at its default. A scenario changes as few as it can; that others would have
    /// to follow is not the template's fault.
    pub(super) fn is_default(&self) -> bool {
        self.assigned.is_empty() && !self.place.in_scenario
    }

    /// The value of a node; `None` is `AWS::NoValue`, which removes the property or element it is given to.
    pub(super) fn evaluate(&mut self, node: &'t Node) -> Option<Value> {
        if !self.spend(1) {
            return Some(self.limit(whole(node)));
        }
        if self.depth >= MOST_DEPTH {
            let message = format!("values of nested stacks lie more than {MOST_DEPTH} levels deep");
            let at = whole(node);
            self.report_limit(at, message.clone(), "nest the stacks less deep");
            return Some(Value::unknown(Cause::Limit(message), at));
        }
        self.depth += 1;
        let value = match Call::of(node) {
            Some(call) => self.call(&call),
            None => Some(self.literal(node)),
        };
        self.depth -= 1;
        match node.alias {
            Some(alias) => value.map(|value| value.through(StepKind::Reference, alias)),
            None => value,
        }
    }

    /// The argument of a call with one argument.
    pub(super) fn argument(&mut self, call: &Call<'t>) -> Value {
        let value = if !call.tagged {
            self.evaluate(call.argument)
        } else if let Some(inner) = Call::untagged(call.argument) {
            self.call(&inner)
        } else {
            Some(self.literal(call.argument))
        };
        value.unwrap_or_else(|| Value::null(call.span))
    }

    /// The value of a node where something must stand.
    pub(super) fn required(&mut self, node: &'t Node) -> Value {
        self.evaluate(node).unwrap_or_else(|| Value::null(whole(node)))
    }

    fn literal(&mut self, node: &'t Node) -> Value {
        let kind = match &node.kind {
            NodeKind::Scalar { text, .. } if text.contains(text::DYNAMIC) => {
                return text::dynamic(text, whole(node));
            }
            NodeKind::Scalar { .. } => scalar::kind(node),
            NodeKind::Sequence(items) => {
                ValueKind::List(Arc::new(items.iter().filter_map(|item| self.evaluate(item)).collect()))
            }
            NodeKind::Mapping(entries) => {
                if let Some(open) = open_entry(entries) {
                    return made_by(open);
                }
                let mut map = BTreeMap::new();
                for entry in entries {
                    let NodeKind::Scalar { text, .. } = &entry.key.kind else { continue };
                    if let Some(value) = self.property(text, &entry.value) {
                        map.insert(Arc::clone(text), value);
                    }
                }
                ValueKind::Map(Arc::new(map))
            }
        };
        Value::new(kind, whole(node))
    }

    /// The value of a property. What a resource is called, how it is described and which tags it carries opens nothing:
    /// a choice that changes no more than that is not worth a scenario.
    pub(super) fn property(&mut self, name: &str, node: &'t Node) -> Option<Value> {
        let listening = match name {
            "Tags" => self.trace.ignore_values(),
            "Description" | "GroupDescription" | "GroupName" | "Name" | "PrefixListName" => {
                self.trace.ignore_texts()
            }
            _ => return self.evaluate(node),
        };
        let value = self.evaluate(node);
        self.trace.listen(listening);
        value
    }

    /// What a `Ref` to a name yields.
    pub(super) fn reference(&mut self, name: &str, used: Span, place: Span) -> Option<Value> {
        if name == "AWS::NoValue" {
            return None;
        }
        if let Some(input) = self.template.input(name) {
            return Some(self.input(input, used));
        }
        Some(self.resource_attribute(name, "Ref", used, place))
    }

    /// The value of an input at the place that uses it.
    pub(super) fn input(&mut self, input: usize, used: Span) -> Value {
        self.uses.push(Use::Input(input));
        let (setting, value) = match self.assigned.iter().find(|assigned| assigned.input == input) {
            Some(assigned) => (assigned.setting, &assigned.value),
            None => match self.purpose {
                Purpose::Compare => (Setting::Default, &self.compared[input]),
                Purpose::Use => (Setting::Default, &self.used[input]),
            },
        };
        match value {
            Some(value) => value.through(StepKind::Reference, used),
            None => self.template.inputs[input].pseudo_value(setting, self.purpose, used),
        }
    }

    /// Takes note of a parameter that is used as it is.
    pub(super) fn trace_value(&mut self, name: &str, used: Span) {
        if let Some(input) = self.template.input(name) {
            self.trace.value(used, input, self.template.inputs[input].allowed.len());
        }
    }

    /// What `Ref` (attribute `Ref`) or `Fn::GetAtt` yield for a resource. `place` is where a wrong name is
    /// reported.
    pub(super) fn resource_attribute(
        &mut self,
        name: &str,
        attribute: &str,
        used: Span,
        place: Span,
    ) -> Value {
        let Some(index) = self.template.resource(name) else {
            return self.undeclared(name, attribute, used, place);
        };
        if let Some(condition) = self.absent(index) {
            if self.is_default() {
                self.report(
                    Problem::warning(
                        "reference-to-absent-resource",
                        format!("{name} is not created: its condition {condition} is false"),
                    )
                    .at(place)
                    .help(format!("refer to {name} only where {condition} holds, with Fn::If")),
                );
            }
            let cause = Cause::Absent { name: name.to_owned(), condition: condition.to_owned() };
            return Value::unknown(cause, used);
        }
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(value) = self.stack_output(index, output, used, place)
        {
            return value;
        }
        if let Some(value) = self.returned(index, attribute) {
            return value.through(StepKind::Reference, used);
        }
        let address = format!("{}{name}", self.place.prefix).into();
        let reference = Reference { address, attribute: attribute.into() };
        Value::new(ValueKind::Reference(Arc::new(reference)), used)
    }

    /// The property that an attribute gives back.
    fn returned(&mut self, resource: usize, attribute: &str) -> Option<Value> {
        let body = self.template.resources[resource].body;
        let kind = body.get("Type")?.as_str()?;
        let property = self.place.provider.gives_back(kind, attribute)?;
        if self.following == MOST_FOLLOWED {
            return None;
        }
        self.following += 1;
        let value = self.evaluate(body.get("Properties")?.get(property)?);
        self.following -= 1;
        value
    }

    fn undeclared(&mut self, name: &str, attribute: &str, used: Span, place: Span) -> Value {
        if self.template.has_macro {
            return Value::unknown(Cause::External(format!("{name} (made by the template's macro)")), used);
        }
        if !self.spend_on_search(self.template.resources.len()) {
            return self.limit(used);
        }
        if let Some(module) = self.template.module_of(name) {
            return Value::unknown(Cause::External(format!("{name} (made by module {module})")), used);
        }
        let template = self.template;
        let resources = template.resources.iter().map(|resource| resource.name);
        if attribute == "Ref" {
            let declared = resources.chain(template.inputs.iter().map(|input| input.name));
            let message = format!("the template declares no resource or parameter {name}");
            self.report_undeclared(message, name, declared, place);
        } else {
            let message = format!("the template declares no resource {name}");
            self.report_undeclared(message, name, resources, place);
        }
        Value::unknown(Cause::Undeclared(name.to_owned()), used)
    }

    /// The condition that keeps a resource from existing, if one does.
    fn absent(&mut self, resource: usize) -> Option<&'t str> {
        let name = self.template.resources[resource].body.get("Condition")?.as_str()?;
        let condition = self.template.condition(name)?;
        self.uses.push(Use::Condition(condition));
        matches!(self.truths[condition], Some(Truth::Known(false))).then_some(name)
    }

    /// The truth of a condition by name.
    pub(super) fn condition(&mut self, name: &str, place: Span) -> Truth {
        let Some(index) = self.template.condition(name) else {
            let declared = self.template.conditions.iter().map(|condition| condition.name);
            self.report_undeclared(
                format!("the template declares no condition {name}"),
                name,
                declared,
                place,
            );
            return Truth::unknown(Cause::Undeclared(format!("condition {name}")), place);
        };
        self.uses.push(Use::Condition(index));
        match &self.truths[index] {
            Some(truth) => truth.clone(),
            None => Truth::unknown(Cause::Invalid(format!("condition {name} depends on itself")), place),
        }
    }

    /// Takes from the budget; `false` when it is used up.
    pub(super) fn spend(&mut self, amount: usize) -> bool {
        let enough = self.budget > amount;
        self.budget = self.budget.saturating_sub(amount);
        enough
    }

    /// Takes what it costs to look for a name in a list.
    pub(super) fn spend_on_search(&mut self, among: usize) -> bool {
        self.spend(among / 8)
    }

    /// What stands for a value that the budget did not suffice for.
    pub(super) fn limit(&mut self, at: Span) -> Value {
        let message = format!("the template makes more than {BUDGET} values");
        let help = "split the template, or use fewer aliases of large blocks";
        self.report_limit(self.file.whole().head(), message.clone(), help);
        Value::unknown(Cause::Limit(message), at)
    }

    /// Reports a bound that was met. What the defaults say must be judged; a further choice need not be.
    pub(super) fn report_limit(&mut self, at: Span, message: impl Into<String>, help: &str) {
        let problem = if self.is_default() {
            Problem::error("evaluation-limit", message)
        } else {
            Problem::warning("scenario-limit", message)
        };
        self.report(problem.at(at).help(help));
    }

    /// What stands for an expression that CloudFormation would refuse.
    pub(super) fn invalid(&mut self, at: Span, message: impl Into<String>, help: &str) -> Value {
        let message = message.into();
        self.report(Problem::warning("invalid-intrinsic", message.clone()).at(at).help(help));
        Value::unknown(Cause::Invalid(message), at)
    }

    /// What stands for an expression that its values do not fit. A scenario changes as few inputs as it can; that others
    /// would have to follow is not the template's fault.
    pub(super) fn misfit(&mut self, at: Span, message: String, help: &str) -> Value {
        if self.is_default() {
            return self.invalid(at, message, help);
        }
        Value::unknown(Cause::Invalid(message), at)
    }

    /// Reports a problem, once for its place.
    pub(super) fn report(&mut self, problem: Problem) {
        if self.quiet {
            return;
        }
        if problem.span.is_none_or(|span| self.reported.insert((problem.code, span))) {
            self.problems.push(problem);
        }
    }

    /// Reports a name that is not declared, with the nearest one that is.
    pub(super) fn report_undeclared<'n>(
        &mut self,
        message: String,
        name: &str,
        declared: impl Iterator<Item = &'n str>,
        place: Span,
    ) {
        const LISTED: usize = 6;
        let few = self.suggestions > 0;
        self.suggestions = self.suggestions.saturating_sub(1);
        let declared: Vec<_> = declared.take(if few { usize::MAX } else { 0 }).collect();
        let help = match nearest(name, declared.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if (1..=LISTED).contains(&declared.len()) => format!("there is {}", declared.join(", ")),
            None => "declare it, or correct the name".to_owned(),
        };
        self.report(Problem::warning("undeclared-name", message).at(place).help(help));
    }

    /// An unknown value with a reason that was found earlier.
    pub(super) fn because(unknown: &Arc<Unknown>, at: Span) -> Value {
        Value::new(ValueKind::Unknown(Arc::clone(unknown)), at)
    }
}

/// The entry of a mapping that makes others beside itself: a transform that is not applied, or a loop that is not
/// written out.
pub(super) fn open_entry(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().find(|entry| {
        entry.key.as_str().is_some_and(|name| name == "Fn::Transform" || name.starts_with(LOOP))
    })
}

/// What stands for the entries that a transform or a loop makes beside those that are written.
pub(super) fn made_by(entry: &Entry) -> Value {
    let name = entry.key.as_str().unwrap_or_default();
    if name != "Fn::Transform" {
        return Value::unknown(Cause::UnsupportedFunction(name.to_owned()), entry.key.span);
    }
    let span = entry.key.span.join(whole(&entry.value));
    let call = Call { function: Function::Transform, name, argument: &entry.value, tagged: false, span };
    include::left_out(&call)
}
