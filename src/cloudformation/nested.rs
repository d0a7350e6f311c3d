//! Stacks inside of a stack: a template that another one calls is evaluated with what its caller passes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conditions::Graph;
use super::evaluator::{Evaluator, Use};
use super::exports::Exported;
use super::foreach;
use super::inline;
use super::inputs::Inputs;
use super::intrinsic::{Call, whole};
use super::parameters::Purpose;
use super::surroundings::{Refused, Surroundings};
use super::template::{Declaration, Template};
use super::transform::{self, Setter};
use crate::problem::Problem;
use crate::resource::{
    Cause, Interest, Output, Presence, Provider, Resource, SENSITIVE_TEXT, StepKind, Uniform, Unknown, Value,
    ValueKind,
};
use crate::source::{SourceFile, Span};
use crate::syntax::yaml::{Node, NodeKind};

/// How deep templates may call each other.
const MOST_DEPTH: usize = 16;

/// The most resources that the nested stacks of one template may make.
const MOST_RESOURCES: usize = 20_000;

/// The most sets of parameters that the stacks of one stack set may have.
const MOST_VARIANTS: usize = 8;

/// Bytes of a nested template that count as one node of work: it is read anew for each stack that it makes.
const READ: usize = 64;

/// Where a template stands: what lies around it, and the stacks that led to it.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) surroundings: Option<&'t Surroundings<'t>>,
    pub(super) provider: &'t dyn Provider,
    /// What stands before the logical ids of its resources: `Network/Subnets/`.
    pub(super) prefix: &'t str,
    /// The same without the numbers of instances.
    pub(super) declared_prefix: &'t str,
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
            declared_prefix: "",
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

/// What a caller hands to the template of a nested stack.
pub(super) struct Handed<'p> {
    passed: &'p Result<Parameters, Arc<Unknown>>,
    /// The pseudo parameters that it shares with it.
    pseudo: Vec<(&'p str, Option<Value>)>,
    /// The stack.
    at: Span,
}

/// What a caller passes, by parameter.
type Parameters = BTreeMap<Arc<str>, Passed>;

/// What tells parameters from others.
fn identity(parameters: &Parameters) -> Vec<(Arc<str>, String)> {
    let value = |(name, passed): (&Arc<str>, &Passed)| (Arc::clone(name), format!("{:?}", passed.used.kind));
    parameters.iter().map(value).collect()
}

/// What a caller passes for one parameter.
#[derive(Clone)]
pub(super) struct Passed {
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
        let variants = self.variants(&declaration);
        let outer_depth = self.enter();
        let mut made: Option<Nested> = None;
        for (number, passed) in variants.iter().enumerate() {
            let instance = if number == 0 { String::new() } else { format!("[{}]", number + 1) };
            let more = self.evaluate_called(&declaration, &called, passed, &presence, &instance);
            self.nested_resources += more.resources.len();
            match &mut made {
                Some(made) => {
                    made.resources.extend(more.resources);
                    made.exported.extend(more.exported);
                }
                None => made = Some(more),
            }
        }
        self.leave(outer_depth);
        made.map_or(State::Elsewhere, |made| State::Made(Arc::new(made)))
    }

    /// What the stacks of a declaration are passed: one, but those of a stack set may each override parameters. Those
    /// that are passed the same are the same.
    fn variants(&mut self, declaration: &Declaration<'t>) -> Vec<Result<Parameters, Arc<Unknown>>> {
        let properties = declaration.body.get("Properties");
        let parameters = properties.and_then(|properties| properties.get("Parameters"));
        let base = self.passed(declaration.name, parameters);
        let groups = properties.and_then(|properties| properties.get("StackInstancesGroup"));
        let Some(groups) = groups.filter(|groups| Call::of(groups).is_none() && !groups.items().is_empty())
        else {
            return vec![base];
        };
        let mut variants = Vec::new();
        let mut seen = BTreeSet::new();
        for group in groups.items() {
            let overrides = self.passed(declaration.name, group.get("ParameterOverrides"));
            let variant = match (&base, overrides) {
                (Ok(base), Ok(overrides)) => {
                    let mut all = base.clone();
                    all.extend(overrides);
                    Ok(all)
                }
                (Err(unknown), _) => Err(Arc::clone(unknown)),
                (_, Err(unknown)) => Err(unknown),
            };
            let is_new = seen.insert(variant.as_ref().ok().map(identity));
            if is_new && variants.len() < MOST_VARIANTS {
                variants.push(variant);
            } else if is_new {
                let message =
                    format!("{} has more than {MOST_VARIANTS} sets of parameters", declaration.name);
                self.report(
                    Problem::error("evaluation-limit", message)
                        .at(declaration.key)
                        .help("split the stack set; what other instances make is not judged"),
                );
                break;
            }
        }
        variants
    }

    /// The template that a stack is made of; `None` if the code does not show it.
    fn called(&mut self, declaration: &Declaration<'t>) -> Result<Option<Called>, Arc<Unknown>> {
        let what = format!("nested stack {}", declaration.name);
        let properties = declaration.body.get("Properties");
        if let Some(body) = properties.and_then(|properties| properties.get("TemplateBody")) {
            return self.inline(body, &what);
        }
        let Some(node) = template_url(declaration.body) else { return Ok(None) };
        let value = self.required(node);
        let Some(location) = value.to_text().filter(|_| !value.is_sensitive()) else {
            return self.without_location(&value, node, &what);
        };
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
        let text = match &value.kind {
            _ if value.is_sensitive() => None,
            // Parts that are not known may be values of the template; the rest of it is judged.
            ValueKind::Template(parts) => Some(inline::with_gaps(parts)),
            _ => value.to_text().map(|text| text.to_string()),
        };
        let Some(text) = text else {
            let unknown = self.not_judged(&value, body, what, "TemplateBody");
            return Err(unknown);
        };
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

    /// Of a location that is not known: a URL need not be, as nothing but a file of the tree is read.
    fn without_location(
        &mut self,
        value: &Value,
        node: &'t Node,
        what: &str,
    ) -> Result<Option<Called>, Arc<Unknown>> {
        let is_url = match &value.kind {
            ValueKind::Template(parts) => {
                parts.iter().filter_map(Value::as_str).any(|part| part.contains("://"))
            }
            _ => false,
        };
        if is_url {
            return Ok(None);
        }
        Err(self.not_judged(value, node, what, "TemplateURL"))
    }

    /// Tells why the template of a stack cannot be found.
    fn not_judged(&mut self, value: &Value, node: &'t Node, what: &str, property: &str) -> Arc<Unknown> {
        let unknown = value.unknown_cause().cloned().unwrap_or_else(|| {
            let cause = match value.references().first().and_then(Value::as_reference) {
                _ if value.is_sensitive() => Cause::LookedUp(format!("what {SENSITIVE_TEXT} names")),
                Some(reference) => Cause::of_reference(reference),
                None => Cause::Invalid(format!("{property} is not a text")),
            };
            Arc::new(Unknown::new(cause, whole(node)))
        });
        if self.is_default() {
            let message = format!("{what} is not judged: its {property}: {}", unknown.cause);
            let help = "give sglint the value with --parameters, or check the nested template on its own";
            self.report(Problem::warning("stack-not-judged", message).at(whole(node)).help(help));
        }
        unknown
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
    fn passed(&mut self, stack: &str, parameters: Option<&'t Arc<Node>>) -> Result<Parameters, Arc<Unknown>> {
        let Some(node) = parameters else { return Ok(BTreeMap::new()) };
        let (compared, used) = self.for_both(node);
        let (Some(compared), Some(used)) = (by_parameter(&compared), by_parameter(&used)) else {
            let unknown = used.unknown_cause().or_else(|| compared.unknown_cause()).cloned();
            return Err(unknown.unwrap_or_else(|| {
                let message = format!("the Parameters of {stack} are not a mapping");
                Arc::new(Unknown::new(Cause::Invalid(message), whole(node)))
            }));
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
        passed: &Result<Parameters, Arc<Unknown>>,
        presence: &Presence,
        instance: &str,
    ) -> Nested {
        let prefix = format!("{}{}{instance}/", self.place.prefix, declaration.name);
        let declared_prefix = format!("{}{}/", self.place.declared_prefix, declaration.name);
        let calls: Vec<Span> = self.place.calls.iter().copied().chain([declaration.key]).collect();
        let callers: Vec<&SourceFile> = self.place.callers.iter().copied().chain([self.file]).collect();
        let place = Place {
            prefix: &prefix,
            declared_prefix: &declared_prefix,
            calls: &calls,
            callers: &callers,
            presence,
            in_scenario: !self.is_default(),
            ..self.place
        };
        let mut problems = Vec::new();
        let handed = self.handed(declaration, passed);
        let setter = Setter::Caller(&handed);
        let read = transform::read(&called.file, &called.root, setter, place.surroundings, &mut problems);
        let template = Template::read(&read.root, setter.inputs(), &mut problems);
        let graph = Graph::of(&template, &mut problems);
        let mut child = Evaluator::new(&called.file, &template).at(place);
        handed.set(&mut child);
        self.tell_mismatch(&template, declaration, passed);
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

    /// What a stack hands to its template.
    fn handed<'p>(
        &self,
        declaration: &Declaration<'t>,
        passed: &'p Result<Parameters, Arc<Unknown>>,
    ) -> Handed<'p>
    where
        't: 'p,
    {
        let pseudo = self.template.inputs.iter().filter(|input| input.is_pseudo());
        // A stack has the region and account of what nests it, but a name and id of its own.
        let pseudo = pseudo.filter(|input| !matches!(input.name, "AWS::StackName" | "AWS::StackId"));
        let pseudo = pseudo.map(|input| (input.name, self.assigned_pseudo(input.name))).collect();
        Handed { passed, pseudo, at: declaration.key }
    }

    /// Reports parameters that are not passed, and those that are and do not exist.
    fn tell_mismatch(
        &mut self,
        template: &Template<'_>,
        declaration: &Declaration<'t>,
        passed: &Result<Parameters, Arc<Unknown>>,
    ) {
        let Ok(passed) = passed else { return };
        let stack = declaration.name;
        let parameters = || template.inputs.iter().filter(|input| !input.is_pseudo());
        for input in parameters().filter(|input| input.default.is_none() && !passed.contains_key(input.name))
        {
            let message = format!("nested stack {stack} gives parameter {} no value", input.name);
            let help = format!("pass {} in its Parameters, or give it a default", input.name);
            self.report(Problem::warning("stack-parameter", message).at(declaration.key).help(help));
        }
        for (name, Passed { at, .. }) in passed {
            if template.input(name).is_none() {
                let message = format!("the template of nested stack {stack} declares no parameter {name}");
                self.report_undeclared(message, name, parameters().map(|input| input.name), *at);
            }
        }
    }
}

impl Handed<'_> {
    /// Sets the inputs of the template that it is handed to.
    pub(super) fn set(&self, child: &mut Evaluator<'_>) {
        for (index, input) in child.template.inputs.iter().enumerate() {
            if input.is_pseudo() {
                let own = self.pseudo.iter().find(|(name, _)| *name == input.name);
                if let Some((_, value)) = own {
                    child.set_pseudo(index, value.clone());
                }
                continue;
            }
            match self.passed.as_ref().map(|passed| passed.get(input.name)) {
                Ok(Some(Passed { compared, used, .. })) => {
                    child.set(index, input.received(compared), input.received(used));
                }
                Ok(None) => {}
                Err(unknown) => {
                    let value = Evaluator::because(unknown, self.at);
                    child.set(index, value.clone(), value);
                }
            }
        }
    }

    /// The value that is passed for a parameter; `None` if it keeps its default. `Err` if that is not known.
    pub(super) fn value(&self, name: &str) -> Option<Result<&Value, &Arc<Unknown>>> {
        match self.passed {
            Ok(passed) => passed.get(name).map(|passed| Ok(&passed.used)),
            Err(unknown) => Some(Err(unknown)),
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
pub(super) fn called_files(file: &SourceFile, root: &Arc<Node>, found: &mut Vec<std::path::PathBuf>) {
    let (root, from) =
        (foreach::expand(file, root, Setter::Deployer(Inputs::none()), &mut Vec::new()), file.path());
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
