//! Where a value was written and the way it came.

use std::sync::Arc;

use super::Marks;
use crate::source::Span;

/// Where a value was written, and each place it passed on its way to where it is used.
///
/// `cidr_blocks = var.admin` in a module whose caller passes `local.office`: written in the local; steps:
/// the local reference in the call's argument, the argument itself, `var.admin` in `cidr_blocks`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text that decided the value.
    pub written: Span,
    /// The latest step; earlier ones hang on it.
    pub latest: Option<Arc<Step>>,
    /// What it says about the value that is made here: whether its text may be printed.
    pub marks: Marks,
}

/// One place a value passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of place.
    pub kind: StepKind,
    /// The place.
    pub span: Span,
    /// The step before this one.
    pub earlier: Option<Arc<Step>>,
    /// How many steps are before this one.
    before: usize,
}

/// The most steps of one origin: nobody reads a longer way, and each element of a list has its own.
const MAX_STEPS: usize = 16;

/// How a value passes a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// An expression that refers to it: `var.admin`, `local.x`, `each.value`, `!Ref P`, `${P}` in a Sub.
    Reference,
    /// The default of a Terraform variable.
    VariableDefault,
    /// A line of a tfvars file.
    VariableFile,
    /// The choice of another value for a variable; the span is its declaration.
    Chosen,
    /// An environment variable `TF_VAR_…`; the span is the variable's declaration.
    Environment,
    /// A value given on the command line (`--var`).
    CommandLine,
    /// A variable's value in a plan file.
    PlanVariable,
    /// The argument of a module call.
    ModuleArgument,
    /// A local value.
    Local,
    /// An output of a module.
    ModuleOutput,
    /// The `for_each` of a resource, module or dynamic block.
    ForEach,
    /// The default of a CloudFormation parameter.
    ParameterDefault,
    /// An entry of a CloudFormation parameters file.
    ParametersFile,
    /// A `--parameters NAME=VALUE` of the command line.
    ParameterArgument,
    /// A cell of a CloudFormation mapping.
    MappingCell,
    /// The taken branch of a CloudFormation `Fn::If`.
    IfBranch,
    /// What a template passes to a parameter of a nested stack.
    StackParameter,
    /// An output of a nested stack.
    StackOutput,
    /// An output that another template exports.
    Export,
    /// Standing for a value that is not written: a pseudo parameter, a documented default.
    Implied,
}

impl StepKind {
    /// The label that a diagnostic puts on the place, two to four words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reference => "used here",
            Self::VariableDefault => "default of the variable",
            Self::VariableFile => "set in the variables file",
            Self::Chosen => "chosen otherwise",
            Self::Environment => "set by the environment",
            Self::CommandLine => "set on the command line",
            Self::PlanVariable => "value in the plan",
            Self::ModuleArgument => "passed to the module",
            Self::Local => "local value",
            Self::ModuleOutput => "output of the module",
            Self::ForEach => "iterated here",
            Self::ParameterDefault => "default of the parameter",
            Self::ParametersFile => "set in the parameters file",
            Self::ParameterArgument => "set by --parameters",
            Self::MappingCell => "mapping cell",
            Self::IfBranch => "branch taken",
            Self::StackParameter => "passed to the nested stack",
            Self::StackOutput => "output of the nested stack",
            Self::Export => "exported here",
            Self::Implied => "implied here",
        }
    }
}

impl Origin {
    /// Written here and used here.
    pub fn at(written: Span) -> Self {
        Self { written, latest: None, marks: Marks::NONE }
    }

    /// The same with more marks.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.marks = self.marks.and(marks);
        self
    }

    /// Whether the text of the value must not be printed, not even in part.
    pub fn is_sensitive(&self) -> bool {
        self.marks.has(Marks::SENSITIVE)
    }

    /// The same value after one more place. Of a very long way only the beginning is kept.
    #[must_use]
    pub fn through(&self, kind: StepKind, span: Span) -> Self {
        let before = self.length();
        if before == MAX_STEPS {
            return self.clone();
        }
        let earlier = self.latest.clone();
        let latest = Some(Arc::new(Step { kind, span, earlier, before }));
        Self { written: self.written, latest, marks: self.marks }
    }

    /// This value's way, continued by the way that the container it was taken from went. It has the marks of both.
    #[must_use]
    pub fn within(&self, container: &Origin) -> Self {
        let mut origin = self.clone().marked(container.marks);
        let Some(first) = &container.latest else { return origin };
        if self.latest.is_none() {
            origin.latest = Some(Arc::clone(first));
            return origin;
        }
        for step in container.steps() {
            origin = origin.through(step.kind, step.span);
        }
        origin
    }

    /// The number of its steps.
    pub fn length(&self) -> usize {
        self.latest.as_ref().map_or(0, |latest| latest.before + 1)
    }

    /// The steps in the order the value took them.
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps = Vec::new();
        let mut next = self.latest.as_deref();
        while let Some(step) = next {
            steps.push(step);
            next = step.earlier.as_deref();
        }
        steps.reverse();
        steps
    }

    /// The narrowest text inside `place` that yields the value: what was written there, or the last
    /// reference in it; `place` itself when the value does not pass through it.
    pub fn narrowest_in(&self, place: Span) -> Span {
        if place.contains(self.written) {
            return self.written;
        }
        let mut next = self.latest.as_deref();
        let mut found = None;
        while let Some(step) = next {
            if place.contains(step.span) && found.is_none_or(|found: Span| found.contains(step.span)) {
                found = Some(step.span);
            }
            next = step.earlier.as_deref();
        }
        found.unwrap_or(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn narrowest_prefers_the_written_text_then_the_reference() {
        let map = SourceMap::new("/");
        let here = map.add("a", "x").id();
        let there = map.add("b", "x").id();
        let place = Span::new(here, 10, 50);
        let literal = Origin::at(Span::new(here, 20, 25));
        assert_eq!(literal.narrowest_in(place), Span::new(here, 20, 25));
        let referred = Origin::at(Span::new(there, 0, 5))
            .through(StepKind::VariableDefault, Span::new(there, 0, 5))
            .through(StepKind::Reference, Span::new(here, 12, 20));
        assert_eq!(referred.narrowest_in(place), Span::new(here, 12, 20));
        let elsewhere = Origin::at(Span::new(there, 0, 5));
        assert_eq!(elsewhere.narrowest_in(place), place);
    }
}
