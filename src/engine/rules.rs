//! Which rules run where, and how they are set.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::Options;
use crate::config::Config;
use crate::network::premises::Premises;
use crate::policy::judge::Judge;
use crate::policy::load::{check_supersedes, combine, load_builtin, load_folder};
use crate::policy::rule::RuleSet;
use crate::policy::settings::PolicySettings;
use crate::problem::Problem;
use crate::source::SourceMap;

/// The rules that one config asks for, with its settings.
#[derive(Debug)]
pub struct Rules {
    /// Built-in rules and the config's own.
    pub set: RuleSet,
    /// Which of them run, how severe, with which parameters.
    pub settings: PolicySettings,
    /// What the config says of the world around the code.
    pub premises: Premises,
    /// What judges facts by them.
    pub(super) judge: Judge,
}

/// The rules of a run, by config.
pub(super) struct RuleStore {
    sources: Arc<SourceMap>,
    select: GlobSet,
    ignore: GlobSet,
    selects: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_config: Vec<(Arc<Config>, Arc<Rules>)>,
    problems: Vec<Problem>,
}

impl RuleStore {
    /// An error if a pattern of `--select` or `--ignore` is none, or names no built-in rule.
    pub(super) fn new(sources: Arc<SourceMap>, options: &Options) -> Result<Self, Problem> {
        Ok(Self {
            sources,
            select: patterns(&options.select, "--select")?,
            ignore: patterns(&options.ignore, "--ignore")?,
            selects: !options.select.is_empty(),
            state: Mutex::default(),
        })
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
        problems.extend(config.unknown_rules(&combined.rules.iter().map(|rule| &*rule.id).collect()));
        let settings = self.settings(config, &combined.rules, &mut problems);
        let premises = config.premises.clone();
        let judge = Judge::new(&combined.rules, &settings);
        let rules = Arc::new(Rules { set: combined.rules, settings, premises, judge });
        state.problems.extend(problems);
        state.by_config.push((Arc::clone(config), Arc::clone(&rules)));
        rules
    }

    fn settings(&self, config: &Config, rules: &RuleSet, problems: &mut Vec<Problem>) -> PolicySettings {
        let mut settings = PolicySettings::default();
        for rule in rules.iter() {
            let setting = settings.rules.entry(Arc::clone(&rule.id)).or_default();
            if let Some(configured) = config.rules.get(&rule.id) {
                setting.enabled = configured.enabled;
                setting.severity = configured.severity;
                for (name, param) in &configured.params {
                    problems.extend(setting.set_param(rule, name, param.span, &param.value).err());
                }
            }
            if self.selects {
                setting.enabled = Some(self.select.is_match(&*rule.id));
            }
            if self.ignore.is_match(&*rule.id) {
                setting.enabled = Some(false);
            }
        }
        settings
    }

    /// What is wrong with rules and their settings.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).problems.clone()
    }

    /// Ids of all rules under any config.
    pub(super) fn known(&self) -> BTreeSet<Arc<str>> {
        self.ids(|_, _| true)
    }

    /// Ids of the rules that ran under some config.
    pub(super) fn ran(&self) -> BTreeSet<Arc<str>> {
        self.ids(|rules, rule| rules.settings.enabled(rule))
    }

    /// Ids of the rules that comments must not suppress.
    pub(super) fn firm(&self) -> BTreeSet<Arc<str>> {
        self.ids(|_, rule| !rule.ignorable)
    }

    fn ids(&self, wanted: impl Fn(&Rules, &crate::policy::rule::Rule) -> bool) -> BTreeSet<Arc<str>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let all =
            state.by_config.iter().flat_map(|(_, rules)| rules.set.iter().map(move |rule| (rules, rule)));
        all.filter(|(rules, rule)| wanted(rules, rule)).map(|(_, rule)| Arc::clone(&rule.id)).collect()
    }
}

/// Patterns of rule ids. A plain name that no built-in rule has, and that is not a user's (`acme/x`), is an
/// error: a typo would silently judge nothing.
fn patterns(texts: &[String], flag: &str) -> Result<GlobSet, Problem> {
    let mut set = GlobSetBuilder::new();
    let ids: Vec<&str> = load_builtin().rules.iter().map(|rule| &*rule.id).collect();
    for text in texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty()) {
        let glob = Glob::new(text).map_err(|error| {
            Problem::error("usage", format!("{flag} {text}: {}", error.kind()))
                .help("give rule ids or patterns such as '*-open-to-world'")
        })?;
        if !text.contains('/') && !ids.iter().any(|id| glob.compile_matcher().is_match(id)) {
            let help = crate::nearest::suggestion(text, &ids);
            return Err(Problem::error("usage", format!("{flag} {text}: there is no such rule")).help(help));
        }
        set.add(glob);
    }
    set.build()
        .map_err(|error| Problem::error("usage", format!("{flag}: {error}")).help("use fewer patterns"))
}
