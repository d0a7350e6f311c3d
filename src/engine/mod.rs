//! The whole chain, from paths to a report. The only module that knows all of it.
//!
//! `units` finds what is judged together: Terraform root modules with everything they call, and templates.
//! `judge` takes one unit through the chain. Units are independent of each other and run in parallel; their
//! results are put together, suppressed and sorted here.

mod judge;
mod merge;
mod premises;
mod prove;
mod rules;
mod units;
mod unjudged;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

pub use self::prove::{TestOptions, test};
pub use self::rules::Rules;
pub use crate::report::{FactList, ListedFact, Report, Summary, TestReport};
pub use crate::terraform::Assignment;

use self::judge::{Judged, Purpose, Run, Unit};
use self::merge::Weighed;
use self::premises::Met;
use self::rules::RuleStore;
use crate::cloudformation::Inputs;
use crate::config::{Config, ConfigChoice, ConfigStore, Profile, RuleNames};
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::discover::{Discovered, Reported, discover};
use crate::facts::Fact;
use crate::network::premises::Premises;
use crate::problem::{Problem, ProblemSeverity};
use crate::source::{FileId, SourceMap, Span, normalised};
use crate::suppress::{self, Finding};

/// What a run is asked to do.
#[derive(Debug)]
pub struct Options {
    /// What is reported on.
    pub paths: Vec<PathBuf>,
    /// Which config counts.
    pub config: ConfigChoice,
    /// What Terraform variables are given, in order; later ones win.
    pub variables: Vec<Assignment>,
    /// CloudFormation parameters: files of values and `NAME=VALUE`, in order; later ones win.
    pub parameters: Vec<String>,
    /// The folder of the configuration that plan files were made from; the folder of each plan if not given.
    pub plan_source: Option<PathBuf>,
    /// Which rules are on, instead of what the config says.
    pub profile: Option<Profile>,
    /// Names of the rules that run, and no others; those that are on if empty.
    pub select: Vec<String>,
    /// Names of the rules that do not run.
    pub ignore: Vec<String>,
    /// Diagnostics below it are dropped.
    pub min_severity: Option<Severity>,
    /// The severity from which on a diagnostic fails the run; the config's, or medium, if not given.
    pub fail_on: Option<Severity>,
    /// Whether `possible` diagnostics count.
    pub possible: bool,
    /// Whether suppressions count.
    pub suppressions: bool,
    /// The day on which it is decided whether a suppression has expired.
    pub today: jiff::civil::Date,
    /// `TF_VAR_…` and `TF_WORKSPACE`, by full name.
    pub environment: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            paths: vec![PathBuf::from(".")],
            config: ConfigChoice::Nearest,
            variables: Vec::new(),
            parameters: Vec::new(),
            plan_source: None,
            profile: None,
            select: Vec::new(),
            ignore: Vec::new(),
            min_severity: None,
            fail_on: None,
            possible: false,
            suppressions: true,
            today: jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
            environment: BTreeMap::new(),
        }
    }
}

/// The rules that count in the working directory.
#[derive(Debug)]
pub struct Catalogue {
    /// The rules, and how the config sets them.
    pub rules: Arc<Rules>,
    /// Folders with rules of the project's own.
    pub policies: Vec<PathBuf>,
    /// What is wrong with the config or with rule files.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Arc<SourceMap>,
}

/// Reads the rules that count in the working directory.
pub fn catalogue(options: &Options) -> Result<Catalogue, Problem> {
    let (sources, configs) = texts(&options.config)?;
    let store = RuleStore::new(Arc::clone(&sources), options)?;
    let config = configs.for_directory(sources.working_directory());
    let rules = store.under(&config);
    let problems = configs.problems().into_iter().chain(store.problems()).collect();
    Ok(Catalogue { rules, policies: config.policies.clone(), problems, sources })
}

fn texts(config: &ConfigChoice) -> Result<(Arc<SourceMap>, Arc<ConfigStore>), Problem> {
    let directory = std::env::current_dir().map_err(|error| {
        Problem::error("unreadable", format!("cannot find the working directory: {error}"))
            .help("change to a folder that exists")
    })?;
    let sources = Arc::new(SourceMap::new(directory));
    let configs = Arc::new(ConfigStore::new(config, Arc::clone(&sources)));
    Ok((sources, configs))
}

/// Stack of each thread that judges, in bytes. The deepest evaluation that is allowed takes 1 MiB of it, and 4 MiB in
/// an unoptimised build.
const STACK: usize = 16 * 1024 * 1024;

/// Judges what the paths hold. An error says that a run with these options makes no sense.
pub fn check(options: &Options) -> Result<Report, Problem> {
    on_threads(|| check_here(options))
}

/// The facts about what the paths hold. An error says that a run with these options makes no sense.
pub fn facts(options: &Options) -> Result<FactList, Problem> {
    on_threads(|| facts_here(options))
}

fn on_threads<T: Send>(work: impl FnOnce() -> Result<T, Problem> + Send) -> Result<T, Problem> {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK).build().map_err(|error| {
        Problem::error("threads", format!("cannot start threads: {error}"))
            .help("raise the limits on threads and memory")
    })?;
    threads.install(work)
}

/// Every unit that the paths hold, taken through the chain.
fn units_of(run: &Run<'_>, discovered: &Discovered) -> Vec<Judged> {
    let modules = units::Modules::read(&discovered.terraform, run.sources);
    let roots = modules.roots();
    let mut judged: Vec<Judged> = roots.par_iter().map(|root| run.terraform(root, &modules)).collect();
    let mut templates = units::Templates::read(&discovered.templates, run.sources);
    templates.collect_exports(run.parameters);
    judged.par_extend(
        templates.roots().par_iter().map(|candidate| run.template(candidate, &modules, &templates)),
    );
    let mut problems = templates.problems;
    problems.extend(units::undeclared(&run.options.variables, &roots));
    judged.push(Judged { problems, ..Judged::default() });
    judged
}

fn facts_here(options: &Options) -> Result<FactList, Problem> {
    let (sources, configs) = texts(&options.config)?;
    let rules = RuleStore::new(Arc::clone(&sources), options)?;
    let discovered = discover(&options.paths, &configs, &sources);
    let parameters = Inputs::read(&sources, &options.parameters);
    let run = Run {
        options,
        sources: &sources,
        configs: &configs,
        rules: &rules,
        parameters: &parameters,
        purpose: Purpose::Facts,
    };
    let mut facts = Vec::new();
    let mut problems = Vec::new();
    let mut declared = BTreeSet::new();
    for unit in units_of(&run, &discovered) {
        facts.extend(unit.facts);
        declared.extend(unit.parameters);
        problems.extend(unit.problems);
    }
    problems.extend(discovered.problems);
    problems.retain(|problem| problem.span.is_none_or(|span| covers(&discovered.reported, &sources, span)));
    problems.extend(parameters.undeclared(&declared));
    problems.extend(parameters.problems.iter().cloned());
    problems.extend(configs.problems());
    facts.retain(|listed| covers(&discovered.reported, &sources, listed.fact.head));
    facts.sort_by_cached_key(|ListedFact { unit, fact }| {
        (sources.sort_key(fact.head), fact.kind, Arc::clone(&fact.subject), Arc::clone(unit))
    });
    Ok(FactList { facts, problems: sorted(problems, &sources), sources })
}

/// Problems, each once, by place.
fn sorted(problems: Vec<Problem>, sources: &SourceMap) -> Vec<Problem> {
    let mut problems = merge::distinct(problems);
    problems.sort_by_cached_key(|problem| {
        let place = problem.span.map(|span| sources.sort_key(span));
        let path = place.as_ref().map(|place| place.0.clone()).or_else(|| problem.path.clone());
        (path, place, problem.code, problem.message.clone())
    });
    problems
}

fn check_here(options: &Options) -> Result<Report, Problem> {
    let (sources, configs) = texts(&options.config)?;
    let rules = RuleStore::new(Arc::clone(&sources), options)?;
    let mut discovered = discover(&options.paths, &configs, &sources);
    let parameters = Inputs::read(&sources, &options.parameters);
    let run = Run {
        options,
        sources: &sources,
        configs: &configs,
        rules: &rules,
        parameters: &parameters,
        purpose: Purpose::Verdicts,
    };
    let judged = units_of(&run, &discovered);

    let mut summary = Summary::default();
    let mut files = BTreeSet::new();
    let mut sound = BTreeSet::new();
    let mut findings = Vec::new();
    let mut problems = discovered.problems;
    let mut declared = BTreeSet::new();
    let mut units: Vec<Whole> = Vec::new();
    // Whether everything that was found was judged.
    let mut whole = true;
    let mut met: BTreeMap<PathBuf, Met> = BTreeMap::new();
    for judged in judged {
        summary.groups += judged.groups;
        summary.permissions += judged.permissions;
        if judged.problems.iter().all(|problem| problem.severity < ProblemSeverity::Error) {
            sound.extend(judged.files.iter().copied());
        } else {
            whole = false;
        }
        for &file in &judged.reported {
            discovered.reported.add(sources.get(file).path());
        }
        files.extend(judged.files.iter().copied());
        declared.extend(judged.parameters);
        problems.extend(judged.problems);
        if let Some(unit) = judged.unit {
            met.entry(unit.config.folder.clone()).or_default().merge(judged.met);
            let finding = |diagnostic| Finding {
                diagnostic,
                config: Arc::clone(&unit.config),
                root: Arc::clone(&unit.root),
            };
            findings.extend(judged.diagnostics.into_iter().map(finding));
            units.push(Whole { unit, files: judged.files, open_rules: judged.open_rules });
        }
    }
    summary.units = units.len();
    if whole {
        for config in configs.loaded().iter().filter(|config| judges_all(&run, &config.folder)) {
            problems.extend(met.get(&config.folder).map(|met| met.missing(config)).unwrap_or_default());
        }
    }
    if options.suppressions {
        let sound = Sound { files: sound, whole };
        problems.extend(suppressed(&run, &mut findings, &units, &sound));
    }
    // Only now: what a comment or config says of one caller of a module says nothing of the others.
    let weighed = findings.into_iter().map(|Finding { diagnostic, config, .. }| Weighed {
        fails: fails(&diagnostic, &config, options),
        diagnostic,
    });
    let mut weighed = merge::merge(weighed.collect());
    weighed.retain(|Weighed { diagnostic, .. }| {
        options.min_severity.is_none_or(|least| diagnostic.severity >= least)
            && is_reported(diagnostic, &discovered.reported, &sources)
    });
    let failures = weighed.iter().filter(|one| one.fails).count();
    let mut diagnostics: Vec<_> = weighed.into_iter().map(|one| one.diagnostic).collect();
    // What keeps something from being judged may start in a file that nobody named.
    problems.retain(|problem| {
        problem.code == unjudged::CODE
            || problem.span.is_none_or(|span| {
                parameters.files.contains(&span.file) || covers(&discovered.reported, &sources, span)
            })
    });
    problems.extend(parameters.undeclared(&declared));
    problems.extend(parameters.problems.iter().cloned());
    problems.extend(configs.problems());
    problems.extend(rules.problems());

    diagnostics.sort_by_cached_key(|diagnostic| {
        (sources.sort_key(diagnostic.primary.span), Arc::clone(&diagnostic.rule), diagnostic.message.clone())
    });
    let problems = sorted(problems, &sources);
    summary.files = files.len();
    summary.count(&diagnostics, &problems);
    Ok(Report { diagnostics, problems, summary, failures, sources })
}

/// The facts of one text: a Terraform root module of one file, or a template, by the name's ending. For the
/// examples of rules.
pub fn facts_of_text(
    sources: &SourceMap,
    name: &str,
    text: &str,
    premises: &Premises,
) -> (Vec<Fact>, Vec<Problem>) {
    judge::facts_of_text(sources, name, text, premises)
}

/// A unit that was judged.
struct Whole {
    unit: Arc<Unit>,
    files: Vec<FileId>,
    open_rules: BTreeSet<Arc<str>>,
}

/// What was judged without errors.
struct Sound {
    files: BTreeSet<FileId>,
    /// Whether that is all that was found.
    whole: bool,
}

/// Suppresses what comments and metadata in the judged files and the configs of units accept; says which of them are
/// void.
///
/// Only in `sound` files, judged as a whole, does it show that nothing needs a suppression.
fn suppressed(run: &Run<'_>, findings: &mut [Finding], units: &[Whole], sound: &Sound) -> Vec<Problem> {
    let mut by_file: BTreeMap<FileId, Vec<&Whole>> = BTreeMap::new();
    for unit in units {
        for &file in &unit.files {
            by_file.entry(file).or_default().push(unit);
        }
    }
    let found: Vec<_> = by_file
        .par_iter()
        .map(|(&file, units)| {
            let foreign = units.iter().any(|one| one.unit.config.foreign_suppressions);
            suppress::find(&run.sources.get(file), foreign)
        })
        .collect();
    let mut problems = Vec::new();
    let mut directives = Vec::new();
    for one in found {
        problems.extend(one.problems);
        directives.extend(one.directives);
    }
    let known = run.rules.known();
    let firm = run.rules.firm();
    let ran = |rule: &str, file: FileId| {
        let source = run.sources.get(file);
        // What a rule left open in a unit may be what needs the suppression.
        let all_settled = |units: &Vec<&Whole>| {
            units.iter().any(|one| one.unit.runs(rule, Some(source.path())))
                && units.iter().all(|one| !one.open_rules.contains(rule))
        };
        by_file.get(&file).is_some_and(all_settled)
    };
    let scope = suppress::Scope {
        names: RuleNames {
            known: &known.iter().map(AsRef::as_ref).collect(),
            called: &|name| run.rules.called(name),
        },
        ran: &ran,
        firm: &firm.iter().map(AsRef::as_ref).collect(),
        judged: &|file| sound.files.contains(&file),
        today: run.options.today,
    };
    problems.extend(suppress::apply(findings, &directives, &scope));
    for config in run.configs.loaded().iter().filter(|config| !config.waivers.is_empty()) {
        let own = units.iter().filter(|one| Arc::ptr_eq(&one.unit.config, config));
        let reach = suppress::Reach {
            whole: sound.whole && judges_all(run, &config.folder),
            decides: own.clone().next().is_some(),
            ran: &|rule| {
                own.clone().any(|one| one.unit.runs(rule, None))
                    && own.clone().all(|one| !one.open_rules.contains(rule))
            },
            today: run.options.today,
        };
        problems.extend(suppress::waive(findings, config, &reach, run.sources));
    }
    problems
}

/// Whether the run was asked for all of a folder.
fn judges_all(run: &Run<'_>, folder: &Path) -> bool {
    let asked = run.options.paths.iter().map(|path| normalised(&run.sources.working_directory().join(path)));
    asked.into_iter().any(|path| folder.starts_with(path))
}

fn covers(reported: &Reported, sources: &SourceMap, span: Span) -> bool {
    let file = sources.get(span.file);
    let path = file.path();
    // What is not a file of the tree (an environment variable, a rule file) is always reported.
    reported.covers(path) || !path.is_absolute() || !path.starts_with(sources.working_directory())
}

/// A diagnostic is reported if one of the files that it points to is: a change in a caller may open a module.
fn is_reported(diagnostic: &Diagnostic, reported: &Reported, sources: &SourceMap) -> bool {
    std::iter::once(&diagnostic.primary)
        .chain(&diagnostic.related)
        .map(|label| label.span)
        .chain(diagnostic.anchors.iter().copied())
        .any(|span| covers(reported, sources, span))
}

/// Whether a diagnostic in a unit under a config fails the run.
fn fails(diagnostic: &Diagnostic, config: &Config, options: &Options) -> bool {
    let threshold = options.fail_on.or(config.fail_on).unwrap_or(Severity::Medium);
    diagnostic.suppressed.is_none()
        && (options.possible || diagnostic.confidence == Confidence::Certain)
        && diagnostic.severity >= threshold
}
