//! Scenarios: other choices of the inputs that make other resources.
//!
//! Inputs decide conditions, and choose rows of mappings. So the choices worth judging are those under which
//! some condition that resources depend on differs from the default, or another row is chosen for a resource
//! that matters: one input set to another value that the template itself names, everything else at its
//! default.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::conditions::{Graph, Truth};
use super::evaluator::{Assignment, Evaluator, Use};
use super::intrinsic::{is_null, whole};
use super::parameters::{Parameter, Purpose, Setting};
use super::resources::Made;
use super::scalar;
use super::template::Template;
use crate::problem::Problem;
use crate::syntax::yaml::Node;

/// The most scenarios of one template.
pub(super) const MOST: usize = 32;

/// The most resources of all scenarios together. AWS accepts 500 in a template.
const MOST_RESOURCES: usize = 160_000;

/// The most choices that are tried to find scenarios.
const MOST_TRIES: usize = 512;

/// The work that finding them may take, in configurations.
const EFFORT: usize = 8;

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

/// Finds the scenarios. The evaluator holds the default truths, and holds them again afterwards. `made` is what
/// the resources are under the default choice, `chosen` the inputs that choose rows of mappings for them.
pub(super) fn scenarios<'t>(
    evaluator: &mut Evaluator<'t>,
    graph: &Graph<'t>,
    made: &[Made],
    chosen: &[(usize, &'t Node)],
    problems: &mut Vec<Problem>,
) -> Vec<Scenario<'t>> {
    let template = evaluator.template;
    let mut matters = vec![false; template.conditions.len()];
    for used in made.iter().flat_map(|made| &made.uses) {
        if let Use::Condition(condition) = *used {
            matters[condition] = true;
        }
    }
    let default = evaluator.truths.clone();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut tries = 0;
    let most = MOST.min(MOST_RESOURCES / made.len().max(1));
    evaluator.refill(EFFORT);
    let mut candidates: Vec<_> = candidates(template, graph, chosen).into_iter().enumerate().collect();
    // What decides conditions comes first: rows may be many, and fill the bound.
    candidates.sort_by_key(|&(input, _)| !graph.is_mentioned(input));
    'search: for (input, settings) in candidates {
        if settings.is_empty() {
            continue;
        }
        let dependents = graph.dependents(input);
        for setting in settings {
            if found.len() == most || tries == MOST_TRIES || evaluator.is_exhausted() {
                problems.push(too_many(template, input, found.len()));
                break 'search;
            }
            tries += 1;
            let assignment = Assignment { input, setting };
            evaluator.assign(Some(assignment), Purpose::Compare);
            evaluator.decide(&dependents);
            let changes: Vec<_> = dependents
                .iter()
                .filter(|&&condition| matters[condition])
                .map(|&condition| (condition, known(evaluator.truths[condition].as_ref())))
                .filter(|&(condition, truth)| truth != known(default[condition].as_ref()))
                .collect();
            let conditions = changes.iter().map(|&(condition, _)| Use::Condition(condition));
            let changed: Vec<_> = conditions.chain([Use::Input(input)]).collect();
            let decides = !changes.is_empty() && seen.insert(changes);
            if (decides || chooses(chosen, assignment)) && !evaluator.is_exhausted() {
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
            let room = MOST_TRIES.saturating_sub(literals[input].len());
            literals[input].extend(comparison.literals.iter().copied().take(room));
            open[input] |= comparison.open;
        }
    }
    for &(input, mapping) in chosen {
        // Which region is deployed to says nothing that its rows do not say of each other.
        if !template.inputs[input].is_pseudo() {
            let room = MOST_TRIES.saturating_sub(literals[input].len());
            literals[input].extend(mapping.entries().iter().map(|entry| &*entry.key).take(room));
        }
    }
    let inputs = template.inputs.iter().zip(literals).zip(open);
    inputs.map(|((input, literals), open)| settings(input, &literals, open)).collect()
}

/// The values that a parameter allows; where it allows any, those it is compared with and one unlike them.
fn settings<'t>(input: &Parameter<'t>, literals: &[&'t Node], open: bool) -> Vec<Setting<'t>> {
    let matters = !literals.is_empty() || open;
    if !matters || input.fixed {
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

/// What is reported when there are more scenarios than `found`.
pub(super) fn too_many(template: &Template<'_>, input: usize, found: usize) -> Problem {
    let name = template.inputs[input].name;
    let problem = Problem::warning(
        "scenario-limit",
        format!(
            "the template has more than the {found} scenarios that are judged; choices from {name} on are not"
        ),
    )
    .help("split the template, or judge it with fewer free parameters");
    let place = template.inputs[input].default.map(whole);
    match place.or_else(|| Some(template.conditions.first()?.key)) {
        Some(place) => problem.at(place),
        None => problem,
    }
}
