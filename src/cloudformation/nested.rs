//! Stacks inside of a stack: a template that another one calls is evaluated with what its caller passes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::conditions::Graph;
use super::evaluator::{Evaluator, Use};
use super::exports::Exported;
use super::inline;
use super::inputs::Inputs;
use super::intrinsic::{Call, whole};
use super::parameters::Purpose;
use super::surroundings::{Refused, Surroundings};
use super::template::{Declaration, Template};
use super::transform;
use crate::problem::Problem;
use crate::resource::{
    Cause, Interest, Output, Presence, Provider, Resource, StepKind, Uniform, Unknown, Value, ValueKind,
};
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{Node, NodeKind};

/// How deep templates may call each other.
const MOST_DEPTH: usize = 16;

/// The most resources that the nested stacks of one template may make.
const MOST_RESOURCES: usize = 20_000;

/// Bytes of a nested template that count as one node of work: it is read anew for each stack that it makes.
const READ: usize = 64;

/// Where a template stands: what lies around it, and the stacks that led to it.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) surroundings: Option<&'t Surroundings<'t>>,
    pub(super) provider: &'t dyn Provider,
    /// What stands before the logical ids of its resources: `Network/Subnets/`.
    pub(super) prefix: &'t str,
    /// The heads of the stacks that led here, outermost first.
    pub(super) calls: &'t [Span],
    /// The files whose templates they stand in.
    callers: &'t [&'t SourceFile],
    /// Whether the stack that it makes exists.
    pub(super) presence: &'t Presence,
    /// Whether an input of a caller is not at its default.
    pub(super) in_scenario: bool,
}

impl<'t> Place<'t> {
    /// Of a template that nothing calls.
    pub(super) fn root_of(surroundings: &'t Surroundings<'t>, provider: &'t dyn Provider) -> Self {
        Self { surroundings: Some(surroundings), provider, ..Self::nowhere() }
    }

    /// Of a template that is read for its inputs alone.
    pub(super) fn nowhere() -> Self {
        Self {
            surroundings: None,
            provider: &Uniform(Interest::UsesOnly),
            prefix: "",
            calls: &[],
            callers: &[],
            presence: &Presence::Certain,
            in_scenario: false,
        }
    }

    /// The printed name of the template that is deployed for the one in `file`.
    pub(super) fn root<'f>(&self, file: &'f SourceFile) -> &'f str
    where
        't: 'f,
    {
        self.callers.first().map_or(file.name(), |root| root.name())
    }
}

/// What a nested stack makes.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) resources: Vec<Resource>,
    outputs: Vec<Output>,
    pub(super) exported: Vec<Exported>,
}

/// A nested stack and what the template's inputs have to do with it.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    state: State,
    /// Sorted.
    uses: Vec<Use>,
}

#[derive(Clone, Debug)]
enum State {
    /// Being evaluated.
    Open,
    /// Not a stack of a template that could be there.
    Elsewhere,
    /// Its template is named but not there.
    Refused(Arc<Unknown>),
    Made(Arc<Nested>),
}

/// The stacks of a template under one choice, by the index of the resource.
pub(super) type Stacks = BTreeMap<usize, Stack>;

/// Those that are the same under a choice that changes something.
pub(super) fn unchanged(stacks: &Stacks, changed: &[Use]) -> Stacks {
    let is_same = |stack: &Stack| !changed.iter().any(|change| stack.uses.binary_search(change).is_ok());
    stacks.iter().filter(|(_, stack)| is_same(stack)).map(|(index, stack)| (*index, stack.clone())).collect()
}

/// Whether a resource of a type makes resources of another template.
pub(super) fn is_stack(kind: &str) -> bool {
    matches!(kind, "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet")
}

/// What they export.
pub(super) fn exported(stacks: &Stacks) -> impl Iterator<Item = &Exported> {
    stacks.values().flat_map(|stack| match &stack.state {
        State::Made(nested) => nested.exported.as_slice(),
        _ => &[],
    })
}

/// A template that a stack is made of.
struct Called {
    file: Arc<SourceFile>,
    /// Whether it is written in the template that calls it.
    is_inline: bool,
    root: Arc<Node>,
}

/// What a caller passes for one parameter.
struct Passed {
    compared: Value,
    used: Value,
    at: Span,
}

impl<'t> Evaluator<'t> {
    /// What the nested stack that a resource is makes; `None` if it is none, or its template is not there.
    pub(super) fn nested(&mut self, index: usize) -> Option<Arc<Nested>> {
        match self.stack(index) {
            State::Made(nested) => Some(nested),
            _ => None,
        }
    }

    /// The value of `Outputs.NAME` of a resource; `None` if the resource is no nested stack that can be read.
    pub(super) fn stack_output(
        &mut self,
        index: usize,
        output: &str,
        used: Span,
        place: Span,
    ) -> Option<Value> {
        let name = self.template.resources[index].name;
        match self.stack(index) {
            State::Elsewhere => None,
            State::Refused(unknown) => Some(Self::because(&unknown, used)),
            State::Open => {
                let help = "break the circle: a stack cannot be made before what it needs";
                let message = format!("nested stack {name} depends on its own outputs");
                Some(self.invalid(place, message, help))
            }
            State::Made(nested) => {
                if let Some(found) = nested.outputs.iter().find(|found| &*found.name == output) {
                    return Some(found.value.through(StepKind::Reference, used));
                }
                let outputs = nested.outputs.iter().map(|output| &*output.name);
                self.report_undeclared(
                    format!("nested stack {name} has no output {output}"),
                    output,
                    outputs,
                    place,
                );
                Some(Value::unknown(Cause::Undeclared(format!("{name}.Outputs.{output}")), used))
            }
        }
    }

    fn stack(&mut self, index: usize) -> State {
        let body = self.template.resources[index].body;
        let kind = body.get("Type").and_then(|kind| kind.as_str()).unwrap_or_default();
        if !is_stack(kind) {
            return State::Elsewhere;
        }
        if let Some(stack) = self.stacks.get(&index) {
            self.uses.extend_from_slice(&stack.uses);
            return stack.state.clone();
        }
        self.stacks.insert(index, Stack { state: State::Open, uses: Vec::new() });
        let outside = std::mem::take(&mut self.uses);
        let state = self.make_stack(index);
        let mut uses = std::mem::replace(&mut self.uses, outside);
        uses.sort_unstable();
        uses.dedup();
        self.uses.extend_from_slice(&uses);
        self.stacks.insert(index, Stack { state: state.clone(), uses });
        state
    }

    fn make_stack(&mut self, index: usize) -> State {
        let declaration = self.template.resources[index];
        let Some(presence) = self.presence(&declaration) else { return State::Elsewhere };
        let called = match self.called(&declaration) {
            Ok(Some(called)) => called,
            Ok(None) => return State::Elsewhere,
            Err(unknown) => return State::Refused(unknown),
        };
        if let Err(unknown) = self.may_enter(&declaration, &called) {
            return State::Refused(unknown);
        }
        let passed = self.passed(&declaration);
        let outer_depth = self.enter();
        let made = self.evaluate_called(&declaration, &called, &passed, &presence);
        self.leave(outer_depth);
        self.nested_resources += made.resources.len();
        State::Made(Arc::new(made))
    }

    /// The template that a stack is made of; `None` if the code does not show it.
    fn called(&mut self, declaration: &Declaration<'t>) -> Result<Option<Called>, Arc<Unknown>> {
        let what = format!("nested stack {}", declaration.name);
        let properties = declaration.body.get("Properties");
        if let Some(body) = properties.and_then(|properties| properties.get("TemplateBody")) {
            return self.inline(body, &what);
        }
        let Some(node) = template_url(declaration.body) else { return Ok(None) };
        let Some(location) = self.required(node).to_text() else { return Ok(None) };
        let Some(files) = self.place.surroundings.and_then(|surroundings| surroundings.files) else {
            return Ok(None);
        };
        let loaded = match files.read(self.file.path(), &location) {
            Ok(loaded) => loaded,
            Err(Refused::Elsewhere) => return Ok(None),
            Err(refused) => {
                // A scenario may choose a path that nobody has.
                let problem = refused.problem(&what, &location, whole(node));
                if let Some(problem) = problem.filter(|_| self.is_default()) {
                    self.report(problem);
                }
                return Err(Arc::new(Unknown::new(refused.cause(&what), whole(node))));
            }
        };
        self.files.insert(loaded.file.id());
        for problem in &loaded.problems {
            self.report(problem.clone());
        }
        let root = loaded.documents.first().filter(|root| matches!(root.kind, NodeKind::Mapping(_)));
        let Some(root) = root else {
            let message = format!("{what} is not judged: {location} is not a CloudFormation template");
            self.report(Problem::warning("not-a-template", message).at(whole(node)).help("name a template"));
            return Err(Arc::new(Unknown::new(Cause::External(what), whole(node))));
        };
        Ok(Some(Called { file: Arc::clone(&loaded.file), is_inline: false, root: Arc::clone(root) }))
    }

    fn inline(&mut self, body: &'t Node, what: &str) -> Result<Option<Called>, Arc<Unknown>> {
        let value = self.required(body);
        let Some(text) = value.to_text() else { return Ok(None) };
        if !self.spend(text.len() / READ) {
            let message = format!("the body of {what} takes more work than is allowed");
            self.report_limit(whole(body), message.clone(), "split the template");
            return Err(Arc::new(Unknown::new(Cause::Limit(message), whole(body))));
        }
        let inline = inline::read(self.file, body, &text);
        for problem in inline.problems {
            self.report(problem);
        }
        match inline.root {
            Some(root) => Ok(Some(Called { file: Arc::new(inline.file), is_inline: true, root })),
            None => Err(Arc::new(Unknown::new(
                Cause::Invalid(format!("the body of {what} is no template")),
                whole(body),
            ))),
        }
    }

    fn may_enter(&mut self, declaration: &Declaration<'t>, called: &Called) -> Result<(), Arc<Unknown>> {
        let (name, file) = (declaration.name, &called.file);
        let mut above = self.place.callers.iter().copied().chain([self.file]);
        if !called.is_inline && above.any(|caller| caller.id() == file.id()) {
            let message = format!("nested stack {name} nests itself, directly or not");
            self.report(
                Problem::error("stack-cycle", message.clone()).at(declaration.key).help("break the circle"),
            );
            return Err(Arc::new(Unknown::new(Cause::Invalid(message), declaration.key)));
        }
        let refused = if self.place.callers.len() == MOST_DEPTH {
            format!("stacks nest deeper than {MOST_DEPTH}")
        } else if self.nested_resources > MOST_RESOURCES {
            format!("nested stacks make more than {MOST_RESOURCES} resources")
        } else if !self.spend(file.text().len() / READ) || self.is_deep() {
            "nested stacks take more work than is allowed".to_owned()
        } else {
            return Ok(());
        };
        let message = format!("{refused}: {name} and what is nested from here on is not judged");
        self.report_limit(declaration.key, message, "split the template");
        Err(Arc::new(Unknown::new(Cause::Limit(refused), declaration.key)))
    }

    /// What a stack passes, by parameter.
    fn passed(&mut self, declaration: &Declaration<'t>) -> Result<BTreeMap<Arc<str>, Passed>, Arc<Unknown>> {
        let parameters =
            declaration.body.get("Properties").and_then(|properties| properties.get("Parameters"));
        let Some(node) = parameters else { return Ok(BTreeMap::new()) };
        let (compared, used) = self.for_both(node);
        let (compared, used) = (by_parameter(&compared), by_parameter(&used));
        let (Some(compared), Some(used)) = (compared, used) else {
            return Err(Arc::new(Unknown::new(
                Cause::Invalid(format!("the parameters of {} are not known", declaration.name)),
                whole(node),
            )));
        };
        let places = places(node);
        let passed = used.into_iter().filter_map(|(name, used)| {
            let at = places.get(&*name).copied().unwrap_or_else(|| whole(node));
            let compared = compared.get(&name)?.through(StepKind::StackParameter, at);
            let used = used.through(StepKind::StackParameter, at);
            Some((name, Passed { compared, used, at }))
        });
        Ok(passed.collect())
    }

    /// The value of a node to decide conditions with, and to make resources with.
    fn for_both(&mut self, node: &'t Node) -> (Value, Value) {
        let used = self.required(node);
        let purpose = self.change_purpose(Purpose::Compare);
        let compared = self.required(node);
        self.change_purpose(purpose);
        (compared, used)
    }

    fn evaluate_called(
        &mut self,
        declaration: &Declaration<'t>,
        called: &Called,
        passed: &Result<BTreeMap<Arc<str>, Passed>, Arc<Unknown>>,
        presence: &Presence,
    ) -> Nested {
        let inputs = Inputs::default();
        let prefix = format!("{}{}/", self.place.prefix, declaration.name);
        let calls: Vec<Span> = self.place.calls.iter().copied().chain([declaration.key]).collect();
        let callers: Vec<&SourceFile> = self.place.callers.iter().copied().chain([self.file]).collect();
        let place = Place {
            prefix: &prefix,
            calls: &calls,
            callers: &callers,
            presence,
            in_scenario: !self.is_default(),
            ..self.place
        };
        let mut problems = Vec::new();
        let read = transform::read(&called.file, &called.root, &inputs, place.surroundings, &mut problems);
        let template = Template::read(&read.root, &inputs, &mut problems);
        let graph = Graph::of(&template, &mut problems);
        let mut child = Evaluator::new(&called.file, &template).at(place);
        self.pass(&mut child, declaration, passed);
        self.lend(&mut child);
        child.decide(&graph.order);
        child.assign(&[], Purpose::Use);
        let made = child.resources();
        let exported = child.exported();
        let exported: Vec<Exported> = made
            .iter()
            .filter_map(|made| made.nested.as_ref())
            .flat_map(|nested| nested.exported.iter().cloned())
            .chain(exported)
            .collect();
        let outputs = child.outputs();
        problems.append(&mut child.problems);
        self.take_back(child);
        self.files.extend(read.files);
        for problem in problems {
            self.report(problem);
        }
        let outputs = outputs.into_iter().map(|output| Output {
            value: output.value.through(StepKind::StackOutput, output.span),
            ..output
        });
        let resources = made.iter().flat_map(|made| made.resources().cloned()).collect();
        Nested { resources, outputs: outputs.collect(), exported }
    }

    /// Sets the parameters of a nested stack to what its caller passes.
    fn pass(
        &mut self,
        child: &mut Evaluator<'_>,
        declaration: &Declaration<'t>,
        passed: &Result<BTreeMap<Arc<str>, Passed>, Arc<Unknown>>,
    ) {
        let stack = declaration.name;
        for (index, input) in child.template.inputs.iter().enumerate() {
            if input.is_pseudo() {
                // A stack has the region and account of what nests it, but a name and id of its own.
                if !matches!(input.name, "AWS::StackName" | "AWS::StackId") {
                    child.set_pseudo(index, self.assigned_pseudo(input.name));
                }
                continue;
            }
            let passed = match passed {
                Ok(passed) => passed.get(input.name),
                Err(unknown) => {
                    let value = Self::because(unknown, declaration.key);
                    child.set(index, value.clone(), value);
                    continue;
                }
            };
            match passed {
                Some(Passed { compared, used, .. }) => child.set(
                    index,
                    input.received(compared, Purpose::Compare),
                    input.received(used, Purpose::Use),
                ),
                None if input.default.is_none() => {
                    let message = format!("nested stack {stack} gives parameter {} no value", input.name);
                    let help = format!("pass {} in its Parameters, or give it a default", input.name);
                    self.report(Problem::warning("stack-parameter", message).at(declaration.key).help(help));
                }
                None => {}
            }
        }
        let Ok(passed) = passed else { return };
        for (name, Passed { at, .. }) in passed {
            if child.template.input(name).is_none() {
                let declared = child.template.inputs.iter().filter(|input| !input.is_pseudo());
                let message = format!("the template of nested stack {stack} declares no parameter {name}");
                self.report_undeclared(message, name, declared.map(|input| input.name), *at);
            }
        }
    }
}

/// The local path or URL of a stack's template. A CDK app says which file it has made the URL for.
pub(super) fn template_url(body: &Node) -> Option<&Node> {
    let asset = body.get("Metadata").filter(|metadata| {
        metadata.get("aws:asset:property").and_then(|property| property.as_str()) == Some("TemplateURL")
    });
    let asset = asset.and_then(|metadata| metadata.get("aws:asset:path"));
    asset.or_else(|| body.get("Properties")?.get("TemplateURL")).map(|node| &**node)
}

/// The values of `Parameters`: a mapping, or (of a stack set) a list of keys and values.
fn by_parameter(parameters: &Value) -> Option<BTreeMap<Arc<str>, Value>> {
    match &parameters.kind {
        ValueKind::Null => Some(BTreeMap::new()),
        ValueKind::Map(entries) => {
            Some(entries.iter().map(|(name, value)| (Arc::clone(name), parameters.taken(value))).collect())
        }
        ValueKind::List(_) => parameters
            .members()
            .iter()
            .map(|member| Some((member.get("ParameterKey")?.to_text()?, member.get("ParameterValue")?)))
            .collect(),
        _ => None,
    }
}

/// Where each of them is written.
fn places(parameters: &Node) -> BTreeMap<&str, Span> {
    if Call::of(parameters).is_some() {
        return BTreeMap::new();
    }
    let entries = parameters.entries().iter();
    // With its name: what the value refers to has a label of its own.
    let entries =
        entries.filter_map(|entry| Some((entry.key.as_str()?, entry.key.span.join(whole(&entry.value)))));
    let items = parameters
        .items()
        .iter()
        .filter_map(|item| Some((item.get("ParameterKey")?.as_str()?, whole(item.get("ParameterValue")?))));
    entries.chain(items).collect()
}

/// The files that a template calls as nested stacks, as far as that is written down.
pub(super) fn called_files(root: &Node, from: &Path, found: &mut Vec<std::path::PathBuf>) {
    let resources = root.get("Resources").map_or(&[][..], |resources| resources.entries());
    for entry in resources {
        let location = template_url(&entry.value).or_else(|| {
            let kind = entry.value.get("Type")?.as_str()?;
            let location = entry.value.get("Properties")?.get("Location")?;
            (kind == "AWS::Serverless::Application").then_some(&**location)
        });
        let path = location.and_then(|node| super::surroundings::local_path(from, node.as_str()?));
        found.extend(path);
    }
}
