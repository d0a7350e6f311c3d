//! A template, evaluated, and what tests ask about it.

use std::sync::Arc;

use sglint::cloudformation::evaluate;
use sglint::resource::{
    Configuration, Interest, Mode, Presence, Provider, Resource, StepKind, Value, ValueKind,
};
use sglint::source::{SourceFile, SourceMap};
use sglint::syntax::yaml;

/// Wants everything, and knows what two attributes give back.
struct Networks;

impl Provider for Networks {
    fn interest(&self, _kind: &str, _mode: Mode) -> Interest {
        Interest::Whole
    }

    fn gives_back(&self, kind: &str, attribute: &str) -> Option<&'static str> {
        let has_range = matches!(kind, "AWS::EC2::VPC" | "AWS::EC2::Subnet");
        (has_range && attribute == "CidrBlock").then_some("CidrBlock")
    }
}

/// A template, evaluated.
pub(crate) struct Evaluated {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) configurations: Vec<Configuration>,
}

impl Evaluated {
    pub(crate) fn of(text: &str) -> Self {
        Self::named("template.yaml", text)
    }

    pub(crate) fn named(name: &str, text: &str) -> Self {
        let file = SourceMap::new("/").add(name, text);
        let parsed = yaml::parse(&file);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let configurations = evaluate(&file, &parsed.documents[0], &Networks);
        Self { file, configurations }
    }

    pub(crate) fn default(&self) -> &Configuration {
        &self.configurations[0]
    }

    pub(crate) fn scenario(&self, name: &str) -> &Configuration {
        let named = |configuration: &&Configuration| configuration.scenario.as_deref() == Some(name);
        self.configurations.iter().find(named).unwrap_or_else(|| panic!("{name}: {:?}", self.scenarios()))
    }

    pub(crate) fn scenarios(&self) -> Vec<&str> {
        self.configurations.iter().filter_map(|configuration| configuration.scenario.as_deref()).collect()
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.configurations.iter().flat_map(|configuration| &configuration.problems);
        problems
            .map(|problem| {
                let place = problem.span.map_or("", |span| self.file.slice(span));
                let help = problem.help.as_deref().unwrap_or_default();
                format!("{} at {place:?}: {}; {help}", problem.code, problem.message)
            })
            .collect()
    }

    /// The value of `X: …` in the properties of the only resource.
    pub(crate) fn value(&self) -> &Value {
        &resource(self.default(), "R").attributes["X"].value
    }

    pub(crate) fn written(&self, value: &Value) -> &str {
        self.file.slice(value.origin.written)
    }

    /// The way of a value: each step and its text.
    pub(crate) fn way(&self, value: &Value) -> Vec<(StepKind, &str)> {
        value.origin.steps().into_iter().map(|step| (step.kind, self.file.slice(step.span))).collect()
    }
}

/// A template with one property, after `head` (parameters, mappings, conditions).
pub(crate) fn property(head: &str, expression: &str) -> Evaluated {
    Evaluated::of(&format!(
        "{head}\nResources:\n  R:\n    Type: T::T::T\n    Properties:\n      X: {expression}\n  \
         Other:\n    Type: T::T::T\n"
    ))
}

pub(crate) fn resource<'c>(configuration: &'c Configuration, address: &str) -> &'c Resource {
    let found = configuration.resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| panic!("no resource {address}"))
}

pub(crate) fn web() -> Evaluated {
    Evaluated::named("web.yaml", include_str!("../../testdata/cloudformation/web.yaml"))
}

/// A value in one line; unknown values by their reason.
pub(crate) fn shown(value: &Value) -> String {
    match &value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(truth) => truth.to_string(),
        ValueKind::Number(number) => number.to_string(),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Template(parts) => {
            format!("text({})", parts.iter().map(shown).collect::<Vec<_>>().join(" + "))
        }
        ValueKind::List(items) | ValueKind::Set(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        ValueKind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::Reference(reference) => format!("<{} {}>", reference.address, reference.attribute),
        ValueKind::Unknown(unknown) => format!("?({})", unknown.cause),
    }
}

/// Resources and outputs of a configuration in lines.
pub(crate) fn lines(configuration: &Configuration) -> String {
    let mut lines = Vec::new();
    for resource in &configuration.resources {
        let presence = if matches!(resource.presence, Presence::Certain) { "" } else { " perhaps" };
        lines.push(format!("{} {}{presence}", resource.address, resource.kind));
        for (name, attribute) in &resource.attributes {
            lines.push(format!("  {name} = {}", shown(&attribute.value)));
        }
    }
    for output in &configuration.outputs {
        lines.push(format!("output {} = {}", output.name, shown(&output.value)));
    }
    lines.join("\n")
}
