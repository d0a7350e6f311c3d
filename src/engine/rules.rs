//! Which rules run where, and how they are set.
//!
//! What the command line says counts before what the config says, and what is said of one rule before what is said of
//! many: a profile, or the selected rules instead; without those that are ignored; then the settings by rule id, and
//! those of the overrides that name the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Options;
use crate::config::{self, AddressGroups, Config, Override, PathPatterns, Profile, RuleNames, Written};
use crate::diagnostic::Severity;
use crate::facts::Fact;
use crate::network::premises::Premises;
use crate::policy::judge::Judge;
use crate::policy::load::{check_supersedes, combine, load_builtin, load_folder};
use crate::policy::rule::{Rule, RuleSet};
use crate::policy::select::Selector;
use crate::policy::settings::{PolicySettings, RuleSetting};
use crate::problem::Problem;
use crate::source::{FileId, SourceMap, Span};

/// The rules that one config asks for, with its settings.
#[derive(Debug)]
pub struct Rules {
    /// Built-in rules and the config's own.
    pub set: RuleSet,
    /// Which of them run, how severe, with which parameters, where no override says otherwise.
    pub settings: Arc<PolicySettings>,
    /// What the config says of the world.
    pub premises: Premises,
    config: Arc<Config>,
    wish: Wish,
    /// What judges where no override counts.
    judge: Arc<Judge>,
    /// The settings where some of the overrides count, and what judges units where several settings do.
    overridden: Mutex<BTreeMap<Counting, Arc<PolicySettings>>>,
    judges: Mutex<BTreeMap<BTreeSet<Counting>, Arc<Judge>>>,
}

/// What the command line, or a config, says about many rules at once.
#[derive(Clone, Debug, Default)]
struct Wish {
    profile: Option<Profile>,
    select: Vec<Selector>,
    ignore: Vec<Selector>,
}

impl Wish {
    fn ignores(&self, rule: &Rule, settings: &RuleSetting) -> bool {
        means(&self.ignore, rule, settings)
    }

    /// Whether it has a rule on or off, if it says so of any.
    fn chooses(&self, rule: &Rule, settings: &RuleSetting) -> Option<bool> {
        if self.select.is_empty() {
            self.profile.map(|profile| rule.is_in(profile))
        } else {
            Some(means(&self.select, rule, settings))
        }
    }
}

fn means(selectors: &[Selector], rule: &Rule, settings: &RuleSetting) -> bool {
    let severity = settings.severity.unwrap_or(rule.severity);
    selectors.iter().any(|selector| selector.means(rule, severity))
}

/// What judges the facts of a unit, in which overrides may count.
pub(super) struct Placed {
    pub(super) judge: Arc<Judge>,
    by_file: BTreeMap<FileId, Counting>,
    /// Of the judge's settings, which are those under some overrides.
    positions: BTreeMap<Counting, usize>,
}

impl Placed {
    /// Which of the judge's settings count for a fact, if a diagnostic about it points to `primary`.
    pub(super) fn settings_at(&self, fact: &Fact, primary: Span) -> usize {
        if self.positions.is_empty() {
            return 0;
        }
        self.positions.get(&self.counting(fact, primary.file)).copied().unwrap_or_default()
    }

    /// The overrides that name the file, or one in which the subject is declared or called.
    fn counting(&self, fact: &Fact, file: FileId) -> Counting {
        let declared = fact.anchors.iter().chain(&fact.calls).map(|span| span.file);
        let files = declared.chain([file]).filter_map(|file| self.by_file.get(&file));
        files.flatten().copied().collect()
    }
}

/// Where a diagnostic about a fact may point.
fn places(fact: &Fact) -> impl Iterator<Item = Span> {
    fact.places.values().map(|place| place.span).chain([fact.head])
}

/// The overrides that count somewhere, by their positions.
type Counting = BTreeSet<usize>;

impl Rules {
    /// What judges the facts of the unit at `root`.
    pub(super) fn placed(&self, facts: &[Fact], root: &Path, sources: &SourceMap) -> Placed {
        let mut placed =
            Placed { judge: Arc::clone(&self.judge), by_file: BTreeMap::new(), positions: BTreeMap::new() };
        if self.config.overrides.is_empty() {
            return placed;
        }
        for fact in facts {
            for span in places(fact).chain(fact.anchors.iter().chain(&fact.calls).copied()) {
                let counting = || self.counting(Some(sources.get(span.file).path()), root);
                placed.by_file.entry(span.file).or_insert_with(counting);
            }
        }
        if placed.by_file.values().all(BTreeSet::is_empty) {
            return placed;
        }
        let several: BTreeSet<Counting> =
            facts.iter().flat_map(|fact| places(fact).map(|span| placed.counting(fact, span.file))).collect();
        let mut judges = self.judges.lock().unwrap_or_else(PoisonError::into_inner);
        let judge = judges.entry(several.clone()).or_insert_with_key(|several| {
            let settings: Vec<_> = several.iter().map(|counting| self.settings_under(counting)).collect();
            let settings: Vec<_> = settings.iter().map(AsRef::as_ref).collect();
            Arc::new(Judge::under_several(&self.set, &settings))
        });
        placed.judge = Arc::clone(judge);
        placed.positions = several.into_iter().zip(0..).collect();
        placed
    }

    /// Whether a rule runs in a file of the unit at `root`, or in general there.
    pub(super) fn runs(&self, rule: &str, file: Option<&Path>, root: &Path) -> bool {
        let settings = self.settings_under(&self.counting(file, root));
        self.set.get(rule).is_some_and(|rule| settings.enabled(rule))
    }

    /// The overrides that name the root of a unit, or a file of it.
    fn counting(&self, file: Option<&Path>, root: &Path) -> Counting {
        let overrides = self.config.overrides.iter().enumerate();
        let counts = |paths: &PathPatterns| paths.cover_any(file, root);
        overrides.filter(|(_, one)| counts(&one.paths)).map(|(index, _)| index).collect()
    }

    fn settings_under(&self, counting: &Counting) -> Arc<PolicySettings> {
        if counting.is_empty() {
            return Arc::clone(&self.settings);
        }
        let mut known = self.overridden.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = known.entry(counting.clone()).or_insert_with_key(|counting| {
            let overrides: Vec<_> = counting.iter().map(|&index| &self.config.overrides[index]).collect();
            // What is wrong with them was told when the config was read.
            Arc::new(settings(&self.set, &self.config, &self.wish, &overrides, &mut Vec::new()))
        });
        Arc::clone(settings)
    }
}

/// The rules of a run, by config.
pub(super) struct RuleStore {
    sources: Arc<SourceMap>,
    wish: Wish,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_config: Vec<(Arc<Config>, Arc<Rules>)>,
    problems: Vec<Problem>,
}

impl RuleStore {
    /// An error if a pattern of `--select` or `--ignore` is none.
    pub(super) fn new(sources: Arc<SourceMap>, options: &Options) -> Result<Self, Problem> {
        let wish = Wish {
            profile: options.profile,
            select: selectors(&options.select, "--select")?,
            ignore: selectors(&options.ignore, "--ignore")?,
        };
        Ok(Self { sources, wish, state: Mutex::default() })
    }

    /// The rules under a config; loaded on first use.
    pub(super) fn under(&self, config: &Arc<Config>) -> Arc<Rules> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rules)) = state.by_config.iter().find(|(known, _)| Arc::ptr_eq(known, config)) {
            return Arc::clone(rules);
        }
        let builtin = load_builtin();
        let mut problems = builtin.problems.clone();
        let mut all: Vec<_> = builtin.rules.iter().map(Arc::clone).collect();
        for folder in &config.policies {
            let loaded = load_folder(&self.sources, folder);
            problems.extend(loaded.problems);
            all.extend(loaded.rules.iter().map(Arc::clone));
        }
        let combined = combine(all);
        problems.extend(combined.problems);
        problems.extend(check_supersedes(&combined.rules));
        let names = RuleNames {
            known: &combined.rules.iter().map(|rule| &*rule.id).collect(),
            called: &|name| combined.rules.by_alias(name).map(|rule| Arc::clone(&rule.id)).collect(),
        };
        problems.extend(config.unknown_rules(&names));
        problems.extend(void_selectors(config, &combined.rules));
        let every: Vec<_> = config.overrides.iter().collect();
        // With all overrides at once, to tell what is wrong in any of them.
        settings(&combined.rules, config, &self.wish, &every, &mut problems);
        let settings = Arc::new(settings(&combined.rules, config, &self.wish, &[], &mut Vec::new()));
        let rules = Arc::new(Rules {
            judge: Arc::new(Judge::new(&combined.rules, &settings)),
            settings,
            set: combined.rules,
            premises: config.premises.clone(),
            config: Arc::clone(config),
            wish: self.wish.clone(),
            overridden: Mutex::default(),
            judges: Mutex::default(),
        });
        state.problems.extend(problems);
        state.by_config.push((Arc::clone(config), Arc::clone(&rules)));
        rules
    }

    /// What is wrong with rules and their settings, and with what the command line says of them.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sets: Vec<_> = state.by_config.iter().map(|(_, rules)| &rules.set).collect();
        if sets.is_empty() {
            sets.push(&load_builtin().rules);
        }
        let given = self.wish.select.iter().map(|one| ("--select", one));
        let given = given.chain(self.wish.ignore.iter().map(|one| ("--ignore", one)));
        let void = given.filter(|(_, selector)| !sets.iter().any(|rules| meant(selector, rules)));
        let void = void.map(|(flag, selector)| {
            Problem::error("usage", format!("{flag} {}: there is no such rule", selector.text()))
                .help(selector.help(sets[0]))
        });
        state.problems.iter().cloned().chain(void).collect()
    }

    /// Ids of all rules under any config.
    pub(super) fn known(&self) -> BTreeSet<Arc<str>> {
        self.ids(|_| true)
    }

    /// Ids of the rules that comments must not suppress.
    pub(super) fn firm(&self) -> BTreeSet<Arc<str>> {
        self.ids(|rule| !rule.ignorable)
    }

    /// Ids of the rules that another linter calls by a name, which may be a pattern. Trivy takes its ids with and without
    /// the name of their catalogue.
    pub(super) fn called(&self, name: &str) -> BTreeSet<Arc<str>> {
        fn bare(name: &str) -> &str {
            name.strip_prefix("AVD-").unwrap_or(name)
        }
        let pattern = name.contains('*').then(|| Selector::parse(bare(name)).ok()).flatten();
        self.ids(|rule| {
            rule.aliases.iter().any(|alias| match &pattern {
                Some(pattern) => pattern.matches(bare(alias)),
                None => bare(alias).eq_ignore_ascii_case(bare(name)),
            })
        })
    }

    fn ids(&self, wanted: impl Fn(&Rule) -> bool) -> BTreeSet<Arc<str>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let all = state.by_config.iter().flat_map(|(_, rules)| rules.set.iter());
        all.filter(|rule| wanted(rule)).map(|rule| Arc::clone(&rule.id)).collect()
    }
}

/// The settings under a config and these of its overrides.
fn settings(
    rules: &RuleSet,
    config: &Config,
    wish: &Wish,
    overrides: &[&Override],
    problems: &mut Vec<Problem>,
) -> PolicySettings {
    // A pattern that is none was told.
    let read = |given: &[Written]| given.iter().filter_map(|one| Selector::parse(&one.text).ok()).collect();
    let general = Wish {
        profile: overrides.iter().rev().find_map(|one| one.profile).or(config.profile),
        // A profile for some paths stands for what is selected there.
        select: if overrides.iter().any(|one| one.profile.is_some()) {
            Vec::new()
        } else {
            read(&config.select)
        },
        ignore: read(&config.ignore),
    };
    let mut settings = PolicySettings::default();
    for rule in rules.iter() {
        let setting = settings.rules.entry(Arc::clone(&rule.id)).or_default();
        let layers = [&config.rules].into_iter().chain(overrides.iter().map(|one| &one.rules));
        for configured in layers.filter_map(|rules| rules.get(&rule.id)) {
            layer(setting, rule, configured, &config.addresses, problems);
        }
        let specific = setting.enabled;
        let chosen = wish.chooses(rule, setting).or_else(|| general.chooses(rule, setting));
        let enabled =
            chosen.unwrap_or_else(|| rule.is_in(Profile::Default)) && !general.ignores(rule, setting);
        let enabled = match wish.select.as_slice() {
            [] => specific.unwrap_or(enabled),
            // Who selects rules on the command line wants to see them, whatever the config says.
            _ => means(&wish.select, rule, setting),
        };
        setting.enabled = Some(enabled && !wish.ignores(rule, setting));
    }
    settings
}

/// Puts what is set about a rule over what was set before.
fn layer(
    setting: &mut RuleSetting,
    rule: &Rule,
    configured: &config::RuleSetting,
    addresses: &AddressGroups,
    problems: &mut Vec<Problem>,
) {
    setting.enabled = configured.enabled.or(setting.enabled);
    setting.severity = configured.severity.or(setting.severity);
    for (name, param) in &configured.params {
        problems.extend(setting.set_param(rule, name, param, addresses).err());
    }
}

fn meant(selector: &Selector, rules: &RuleSet) -> bool {
    rules.iter().any(|rule| selector.means(rule, rule.severity))
        // A severity that no rule has of itself can be one that the config gives.
        || Severity::ALL.iter().any(|severity| selector.text() == format!("severity:{severity}"))
}

/// Errors for what a config selects or ignores that means no rule.
fn void_selectors(config: &Config, rules: &RuleSet) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Written { text, span } in config.select.iter().chain(&config.ignore) {
        let problem = match Selector::parse(text) {
            Ok(selector) if meant(&selector, rules) => continue,
            Ok(selector) => Problem::error("config-unknown-rule", format!("there is no rule {text:?}"))
                .help(selector.help(rules)),
            Err(error) => Problem::error("config-invalid", format!("{text:?} is not a pattern: {error}"))
                .help("give rule ids or patterns such as '*-open-to-world'"),
        };
        problems.push(problem.at(*span));
    }
    problems
}

fn selectors(texts: &[String], flag: &str) -> Result<Vec<Selector>, Problem> {
    let texts = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
    let read = |text: &str| {
        Selector::parse(text).map_err(|error| {
            Problem::error("usage", format!("{flag} {text}: {error}"))
                .help("give rule ids or patterns such as '*-open-to-world'")
        })
    };
    texts.map(read).collect()
}
