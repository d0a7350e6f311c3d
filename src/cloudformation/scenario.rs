//! Scenarios: other choices of the inputs that make other resources.
//!
//! Inputs decide conditions, and choose rows of mappings. So the choices worth judging are those that make
//! some condition differ from the default, or choose another row for a resource that matters: one input set
//! to another value that the template itself names, everything else at its default.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::conditions::{Graph, Truth};
use super::evaluator::{Assignment, Evaluator, Use};
use super::intrinsic::{is_null, whole};
use super::parameters::{Parameter, Purpose, Setting};
use super::scalar;
use super::template::Template;
use crate::problem::Problem;
use crate::syntax::yaml::Node;

/// The most scenarios of one template.
pub(super) const MOST: usize = 32;

/// The most choices that are tried to find them.
const MOST_TRIES: usize = 512;

/// One further choice.
#[derive(Debug)]
pub(super) struct Scenario<'t> {
    /// The choice.
    pub assignment: Assignment<'t>,
    /// What the conditions are under it.
    pub truths: Vec<Option<Truth>>,
    /// What differs from the default: the input, and conditions that depend on it.
    pub changed: Vec<Use>,
    /// The choice in words: `Env is "prod"`.
    pub name: String,
}

/// Finds the scenarios. The evaluator holds the default truths, and holds them again afterwards. `chosen` are
/// the inputs that choose rows of mappings outside of conditions.
pub(super) fn scenarios<'t>(
    evaluator: &mut Evaluator<'t>,
    graph: &Graph<'t>,
    chosen: &[(usize, &'t Node)],
    problems: &mut Vec<Problem>,
) -> Vec<Scenario<'t>> {
    let template = evaluator.template;
    let default = evaluator.truths.clone();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut tries = 0;
    'search: for (input, settings) in candidates(template, graph, chosen).into_iter().enumerate() {
        if settings.is_empty() {
            continue;
        }
        let dependents = graph.dependents(input);
        for setting in settings {
            if found.len() == MOST || tries == MOST_TRIES {
                problems.push(too_many(template, input));
                break 'search;
            }
            tries += 1;
            let assignment = Assignment { input, setting };
            evaluator.assign(Some(assignment), Purpose::Compare);
            evaluator.decide(&dependents);
            let changes: Vec<_> = dependents
                .iter()
                .map(|&condition| (condition, known(evaluator.truths[condition].as_ref())))
                .filter(|&(condition, truth)| truth != known(default[condition].as_ref()))
                .collect();
            let conditions = changes.iter().map(|&(condition, _)| Use::Condition(condition));
            let changed: Vec<_> = conditions.chain([Use::Input(input)]).collect();
            let decides = !changes.is_empty() && seen.insert(changes);
            if decides || chooses(chosen, assignment) {
                let name = name(&template.inputs[input], setting);
                found.push(Scenario { assignment, truths: evaluator.truths.clone(), changed, name });
            }
            for &condition in &dependents {
                evaluator.truths[condition].clone_from(&default[condition]);
            }
        }
    }
    found
}

/// Whether a setting chooses a row of one of the mappings that the input chooses from.
fn chooses(chosen: &[(usize, &Node)], Assignment { input, setting }: Assignment<'_>) -> bool {
    let Setting::Literal(node) = setting else { return false };
    let key = scalar::text(node).unwrap_or_default();
    chosen.iter().any(|&(chooser, mapping)| chooser == input && mapping.get(&key).is_some())
}

fn known(truth: Option<&Truth>) -> Option<bool> {
    truth.and_then(Truth::known)
}

/// By input: the settings that may decide a condition otherwise than its default does.
fn candidates<'t>(
    template: &Template<'t>,
    graph: &Graph<'t>,
    chosen: &[(usize, &'t Node)],
) -> Vec<Vec<Setting<'t>>> {
    let mut literals = vec![Vec::new(); template.inputs.len()];
    let mut open = vec![false; template.inputs.len()];
    for comparison in &graph.comparisons {
        for &input in &comparison.inputs {
            // Every literal beyond the tries would be left out anyway.
            if literals[input].len() < MOST_TRIES {
                literals[input].extend(comparison.literals.iter().copied());
            }
            open[input] |= comparison.open;
        }
    }
    for &(input, mapping) in chosen {
        // Which region is deployed to says nothing that its rows do not say of each other.
        if literals[input].len() < MOST_TRIES && !template.inputs[input].is_pseudo() {
            literals[input].extend(mapping.entries().iter().map(|entry| &*entry.key));
        }
    }
    let inputs = template.inputs.iter().zip(literals).zip(open);
    inputs.map(|((input, literals), open)| settings(input, &literals, open)).collect()
}

/// The values that a parameter allows; where it allows any, those it is compared with and one unlike them.
fn settings<'t>(input: &Parameter<'t>, literals: &[&'t Node], open: bool) -> Vec<Setting<'t>> {
    let compared = !literals.is_empty() || open;
    if !compared {
        return Vec::new();
    }
    let mut seen: BTreeSet<Arc<str>> = input.default.and_then(scalar::text).into_iter().collect();
    let mut fresh = |node: &'t Node| {
        let text = scalar::text(node).or_else(|| is_null(node).then(|| "".into()));
        text.is_some_and(|text| seen.insert(text)).then_some(Setting::Literal(node))
    };
    if !input.allowed.is_empty() {
        return input.allowed.iter().filter_map(|node| fresh(node)).collect();
    }
    let mut settings: Vec<_> = literals.iter().filter_map(|node| fresh(node)).collect();
    if open {
        settings.push(Setting::Another);
    }
    settings
}

fn name(input: &Parameter<'_>, setting: Setting<'_>) -> String {
    match setting {
        Setting::Literal(node) if !input.no_echo => {
            format!("{} is {:?}", input.name, scalar::text(node).unwrap_or_default())
        }
        _ => format!("{} has another value", input.name),
    }
}

fn too_many(template: &Template<'_>, input: usize) -> Problem {
    let problem = Problem::warning(
        "scenario-limit",
        format!(
            "the template has more than {MOST} scenarios; choices from {} on are not judged",
            template.inputs[input].name
        ),
    );
    let place = template.inputs[input].default.map(whole).or_else(|| Some(template.conditions.first()?.key));
    let problem = problem.help("judge a choice of your own with a parameters file, or split the template");
    match place {
        Some(place) => problem.at(place),
        None => problem,
    }
}
