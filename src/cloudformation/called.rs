//! The conditions of nested stacks as formulas about the inputs of the template that is deployed.
//!
//! What its deployer sets flows into the parameters of the stacks that it nests, and may decide a condition that only
//! the nested template has. The search needs to know which values that takes; what a choice really makes is found by
//! evaluating everything, nested stacks included.

use std::collections::VecDeque;
use std::sync::Arc;

use super::conditions::{Graph, Mentions};
use super::domain::Domain;
use super::evaluator::Evaluator;
use super::inputs::Inputs;
use super::intrinsic::Call;
use super::nested::{is_stack, template_url};
use super::parameters::{Parameter, Setting};
use super::scalar;
use super::surroundings::Surroundings;
use super::symbolic::{Doubts, Maker};
use super::template::{Declaration, Template};
use super::transform::{self, Setter};
use crate::choice::{Formula, Formulas};
use crate::resource::{Interest, Mode, Provider};
use crate::source::{FileId, SourceFile};
use crate::syntax::yaml::{Node, NodeKind};

/// The most nested stacks whose conditions are looked at.
const MOST: usize = 64;

/// A template that a stack is made of, as far as the text of its caller says which.
pub(super) struct Called {
    /// The template that calls it, by its place among the called; `None` is the one that is deployed.
    caller: Option<usize>,
    /// The logical id of its stack there.
    stack: String,
    /// The logical ids of the stacks that lead to it.
    way: String,
    file: Arc<SourceFile>,
    root: Arc<Node>,
}

/// The templates of nested stacks, each after its caller. Which they are is not chosen by an input, they lie in the tree,
/// and they do not call themselves.
pub(super) fn find(file: &SourceFile, root: &Arc<Node>, surroundings: &Surroundings<'_>) -> Vec<Called> {
    let mut found: Vec<Called> = Vec::new();
    let Some(files) = surroundings.files else { return found };
    let mut open = VecDeque::from([None]);
    while let Some(caller) = open.pop_front() {
        let of_caller = caller.map(|index: usize| &found[index]);
        let path = of_caller.map_or(file.path(), |called| called.file.path()).to_path_buf();
        let root = Arc::clone(of_caller.map_or(root, |called| &called.root));
        let way = of_caller.map(|called| format!("{}/", called.way)).unwrap_or_default();
        for entry in root.get("Resources").map_or(&[][..], |resources| resources.entries()) {
            let is_nested = entry.value.get("Type").and_then(|kind| kind.as_str()).is_some_and(is_stack);
            let location = template_url(&entry.value).and_then(|location| location.as_str());
            let (Some(stack), Some(location), true) = (entry.key.as_str(), location, is_nested) else {
                continue;
            };
            let Ok(loaded) = files.read(&path, location) else { continue };
            let template = loaded.documents.first();
            let Some(template) = template.filter(|root| matches!(root.kind, NodeKind::Mapping(_))) else {
                continue;
            };
            if loaded.file.id() == file.id() || is_above(&found, caller, loaded.file.id()) {
                continue;
            }
            if found.len() == MOST {
                return found;
            }
            let setter = Setter::Deployer(Inputs::none());
            let read = transform::read(&loaded.file, template, setter, Some(surroundings), &mut Vec::new());
            open.push_back(Some(found.len()));
            found.push(Called {
                caller,
                stack: stack.to_owned(),
                way: format!("{way}{stack}"),
                file: Arc::clone(&loaded.file),
                root: read.root,
            });
        }
    }
    found
}

fn is_above(found: &[Called], mut caller: Option<usize>, file: FileId) -> bool {
    while let Some(index) = caller {
        if found[index].file.id() == file {
            return true;
        }
        caller = found[index].caller;
    }
    false
}

impl Called {
    /// Its sections.
    pub(super) fn template(&self) -> Template<'_> {
        Template::read(&self.root, Inputs::none(), &mut Vec::new())
    }
}

/// Where a parameter of a nested stack has its value from.
enum Passed {
    /// Nobody passes it: it has its default.
    Default,
    /// A text in its caller.
    Text(Arc<str>),
    /// An input of its caller, by index.
    Input(usize),
    /// Something else.
    Other,
}

/// A called template for the search.
pub(super) struct Callee<'t> {
    called: &'t Called,
    template: &'t Template<'t>,
    /// Its stack in its caller.
    stack: Declaration<'t>,
    graph: Graph<'t>,
    evaluator: Evaluator<'t>,
    /// By index of the input.
    passed: Vec<Passed>,
    domains: Vec<Domain<'t>>,
}

/// A condition of a nested stack, and when it is true.
pub(super) struct Nested<'t> {
    pub(super) condition: Declaration<'t>,
    /// The stacks that lead to it.
    pub(super) way: &'t str,
    pub(super) is_true: Formula,
    /// Whether the stack is there.
    pub(super) is_there: Formula,
}

/// The called templates, each after its caller. `templates` are their sections.
pub(super) fn callees<'t>(
    deployed: &'t Template<'t>,
    called: &'t [Called],
    templates: &'t [Template<'t>],
) -> Vec<Callee<'t>> {
    let callee = |(called, template): (&'t Called, &'t Template<'t>)| {
        let caller = called.caller.map_or(deployed, |index| &templates[index]);
        let stack = caller.resources[caller.resource(&called.stack)?];
        let graph = Graph::of(template, &mut Vec::new());
        let evaluator = Evaluator::new(&called.file, template);
        let passed: Vec<_> = template
            .inputs
            .iter()
            .map(|input| Passed::of(input.name, input.is_pseudo(), caller, stack.body))
            .collect();
        let mut domains: Vec<_> = template
            .inputs
            .iter()
            .enumerate()
            .map(|(index, input)| Domain::of(input, evaluator.is_known_by_default(index)))
            .collect();
        for comparison in &graph.comparisons {
            for &input in &comparison.inputs {
                domains[input].compared(comparison);
            }
        }
        Some(Callee { called, template, stack, graph, evaluator, passed, domains })
    };
    // Every stack was found in its caller, so that the places of both lists are the same.
    called.iter().zip(templates).map_while(callee).collect()
}

impl Passed {
    fn of(name: &str, is_pseudo: bool, caller: &Template<'_>, stack: &Node) -> Self {
        if is_pseudo {
            // A stack has the region and account of what nests it, but a name and id of its own.
            let is_own = matches!(name, "AWS::StackName" | "AWS::StackId");
            return caller.input(name).filter(|_| !is_own).map_or(Self::Other, Self::Input);
        }
        let parameters = stack.get("Properties").and_then(|properties| properties.get("Parameters"));
        let Some(parameters) = parameters else { return Self::Default };
        if Call::of(parameters).is_some() || !parameters.items().is_empty() {
            return Self::Other;
        }
        let Some(value) = parameters.get(name) else { return Self::Default };
        match (caller.input_of(value), Call::of(value), scalar::text(value)) {
            (Some(input), _, _) => Self::Input(input),
            (None, None, Some(text)) => Self::Text(text),
            _ => Self::Other,
        }
    }
}

/// Lets the inputs of callers have the values that matter in what they call.
pub(super) fn hand_up<'t>(callees: &mut [Callee<'t>], deployed: &mut [Domain<'t>]) {
    for index in (0..callees.len()).rev() {
        let (above, from) = callees.split_at_mut(index);
        let Some(callee) = from.first() else { continue };
        let domains = match callee.called.caller {
            Some(caller) => &mut above[caller].domains[..],
            None => &mut *deployed,
        };
        for (domain, passed) in callee.domains.iter().zip(&callee.passed) {
            if let Passed::Input(input) = passed {
                domains[*input].extend(domain);
            }
        }
    }
}

/// The conditions of nested stacks that decide what matters. `deployed` makes formulas of the template that is deployed.
pub(super) fn conditions<'t>(
    callees: &mut [Callee<'t>],
    deployed: &mut Maker<'_, 't>,
    provider: &dyn Provider,
) -> Vec<Nested<'t>> {
    let mut found = Vec::new();
    let mut read: Vec<Read> = Vec::new();
    for index in 0..callees.len() {
        let (above, from) = callees.split_at_mut(index);
        let Some(callee) = from.first_mut() else { continue };
        let guard = callee.stack.body.get("Condition");
        let (atoms, is_there) = match callee.called.caller {
            None => {
                let guard = guard.map(|guard| deployed.formula(guard));
                let is = |formulas: &mut Formulas, input: usize, value: usize| formulas.is(input, value);
                (callee.atoms(deployed.domains, deployed.formulas, is), guard)
            }
            Some(caller) => {
                let (above, read) = (&mut above[caller], &mut read[caller]);
                let guard = guard.map(|guard| above.formula(guard, read, deployed));
                let guard = deployed.formulas.every(guard.into_iter().chain([read.is_there]));
                let is = |_: &mut Formulas, input: usize, value: usize| read.atoms[input][value];
                (callee.atoms(&above.domains, deployed.formulas, is), Some(guard))
            }
        };
        let is_there = is_there.unwrap_or_else(|| deployed.formulas.known(true));
        let mut own = Read { atoms, conditions: Vec::new(), doubts: Doubts::default(), is_there };
        for condition in callee.deciding(provider) {
            let condition = callee.template.conditions[condition];
            let is_true = callee.formula(condition.body, &mut own, deployed);
            found.push(Nested { condition, way: &callee.called.way, is_true, is_there });
        }
        read.push(own);
    }
    found
}

/// What is known of a called template.
struct Read {
    /// When each of its inputs has each of its values.
    atoms: Vec<Vec<Formula>>,
    /// Its conditions, by index, as far as they were wanted.
    conditions: Vec<Option<Formula>>,
    doubts: Doubts,
    /// Whether its stack is there.
    is_there: Formula,
}

impl<'t> Callee<'t> {
    /// The formula of a condition expression, within the work that the template which is deployed may take.
    fn formula(&mut self, node: &'t Node, read: &mut Read, deployed: &mut Maker<'_, 't>) -> Formula {
        deployed.evaluator.lend(&mut self.evaluator);
        let mut maker = Maker {
            formulas: deployed.formulas,
            conditions: &mut read.conditions,
            doubts: &mut read.doubts,
            evaluator: &mut self.evaluator,
            graph: &self.graph,
            domains: &self.domains,
            atoms: Some(&read.atoms),
        };
        let formula = maker.formula(node);
        deployed.evaluator.settle(&self.evaluator);
        formula
    }

    /// When each input has each of its values, given when those of its caller have.
    fn atoms(
        &self,
        caller: &[Domain<'t>],
        formulas: &mut Formulas,
        is: impl Fn(&mut Formulas, usize, usize) -> Formula,
    ) -> Vec<Vec<Formula>> {
        let inputs = self.template.inputs.iter().zip(&self.domains).zip(&self.passed);
        let of_input = |((input, domain), passed): ((&Parameter<'t>, &Domain<'t>), &Passed)| {
            let text = |setting: &Setting<'t>| match setting {
                Setting::Default => input.default.and_then(scalar::text),
                Setting::Literal(node) => scalar::text(node),
                Setting::Another => None,
            };
            let has_value = match passed {
                Passed::Default => domain.default().is_some(),
                Passed::Text(_) | Passed::Input(_) => true,
                Passed::Other => false,
            };
            if !has_value {
                return vec![formulas.opaque(); domain.settings().len()];
            }
            let has = |formulas: &mut Formulas, index: usize, text: &str| match passed {
                Passed::Text(passed) => formulas.known(**passed == *text),
                Passed::Input(from) => match caller[*from].number(text) {
                    Some(number) => is(formulas, *from, number),
                    None => formulas.known(false),
                },
                Passed::Default | Passed::Other => formulas.known(index == 0),
            };
            let settings = domain.settings().iter().enumerate();
            let atoms: Vec<Option<Formula>> = settings
                .map(|(index, setting)| text(setting).map(|text| has(formulas, index, &text)))
                .collect();
            // Any other value is none of those that are written.
            let written = formulas.any(atoms.iter().flatten().copied().collect::<Vec<_>>());
            let another = formulas.not(written);
            atoms.into_iter().map(|atom| atom.unwrap_or(another)).collect()
        };
        inputs.map(of_input).collect()
    }

    /// The conditions that decide about resources which matter, and about outputs.
    fn deciding(&self, provider: &dyn Provider) -> Vec<usize> {
        let matters = |resource: &&Declaration<'t>| {
            let kind = resource.body.get("Type").and_then(|kind| kind.as_str()).unwrap_or_default();
            provider.interest(kind, Mode::Managed) != Interest::UsesOnly
        };
        let resources = self.template.resources.iter().filter(matters);
        let mut conditions: Vec<usize> = resources
            .chain(&self.template.outputs)
            .flat_map(|declaration| {
                let guard = declaration.body.get("Condition").and_then(|condition| condition.as_str());
                let guard = guard.and_then(|name| self.template.condition(name));
                let mut inside = Mentions::of(self.template, declaration.body).all_conditions();
                inside.extend(guard);
                inside
            })
            .collect();
        conditions.sort_unstable();
        conditions.dedup();
        conditions
    }
}
