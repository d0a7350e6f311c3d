//! What a project sets about rules: off, more or less severe, other parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expression::Params;
use super::param;
use super::rule::Rule;
use crate::config::{AddressGroups, Param, Profile};
use crate::diagnostic::Severity;
use crate::problem::Problem;

/// The settings for one run, by rule id. Rules that are not named keep what their files say.
#[derive(Clone, Debug, Default)]
pub struct PolicySettings {
    /// By rule id.
    pub rules: BTreeMap<Arc<str>, RuleSetting>,
}

/// What is set about one rule; what is not set stays as the rule says.
#[derive(Clone, Debug, Default)]
pub struct RuleSetting {
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// How much it matters.
    pub severity: Option<Severity>,
    /// Its parameters, read by [`set_param`](Self::set_param).
    pub params: Params,
}

impl RuleSetting {
    /// Sets a parameter to what a config gives it. The problem (`rule-parameter`) says that the rule has no such
    /// parameter, or which part of the value does not fit.
    pub fn set_param(
        &mut self,
        rule: &Rule,
        name: &str,
        given: &Param,
        groups: &AddressGroups,
    ) -> Result<(), Problem> {
        self.params.insert(name.to_owned(), param::read(&rule.id, &rule.params, name, given, groups)?);
        Ok(())
    }
}

impl PolicySettings {
    /// Whether a rule runs.
    pub fn enabled(&self, rule: &Rule) -> bool {
        self.rules
            .get(&rule.id)
            .and_then(|setting| setting.enabled)
            .unwrap_or_else(|| rule.is_in(Profile::Default))
    }

    /// How much a rule matters.
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.rules.get(&rule.id).and_then(|setting| setting.severity).unwrap_or(rule.severity)
    }

    /// A rule's parameters: what is set, and the defaults of the others.
    pub fn params(&self, rule: &Rule) -> Params {
        let mut params = rule.defaults();
        let set = self.rules.get(&rule.id).into_iter().flat_map(|setting| &setting.params);
        params.extend(set.map(|(name, value)| (name.clone(), value.clone())));
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FieldValue;
    use crate::policy::read::{Author, read_rule};
    use crate::policy::sample::RULE;
    use crate::source::SourceMap;
    use crate::syntax::yaml::{self, Node};

    #[test]
    fn parameters_from_config_are_read_by_the_rule() {
        let sources = SourceMap::new("/");
        let rule = read_rule(&sources.add("wide.yaml", RULE), Author::User).unwrap();
        let config = sources.add("sglint.yaml", "limit: 5\nlimits: 6\nbad: { limit: few }\n");
        let parsed = yaml::parse(&config);
        let root = &parsed.documents[0];
        let mut setting = RuleSetting::default();
        let set = |setting: &mut RuleSetting, root: &Node, name: &str| {
            let entry = root.entry(name).unwrap();
            let given = Param { span: entry.key.span, value: Arc::clone(&entry.value) };
            setting.set_param(&rule, name, &given, &AddressGroups::default())
        };
        set(&mut setting, root, "limit").unwrap();
        let unknown = set(&mut setting, root, "limits").unwrap_err();
        assert_eq!(unknown.help.as_deref(), Some("did you mean limit?"));
        let misfit = set(&mut setting, root.get("bad").unwrap(), "limit").unwrap_err();
        assert_eq!(config.slice(misfit.span.unwrap()), "few");

        let mut settings = PolicySettings::default();
        assert!(matches!(settings.params(&rule)["limit"], FieldValue::Int(100)));
        settings.rules.insert(Arc::clone(&rule.id), setting);
        assert!(matches!(settings.params(&rule)["limit"], FieldValue::Int(5)));
        assert!(settings.enabled(&rule));
        assert_eq!(settings.severity(&rule), Severity::Medium);
    }
}
