//! What evaluation yields: resources of any language in one shape.
//!
//! Terraform, CloudFormation (and later plan files) produce a [`Configuration`]; providers read it. A
//! value keeps where it was written and the way it came, so that a diagnostic can say both.

mod marks;
mod origin;
mod provider;
mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use crate::number::{Number, NumberError};
pub use marks::Marks;
pub use origin::{Origin, Step, StepKind};
pub use provider::{Arguments, Lookup, Provider, Uniform};
pub use value::{
    Cause, Reference, SENSITIVE_TEXT, Unknown, Value, ValueKind, split_module_path, without_keys,
};

use crate::problem::Problem;
use crate::source::{FileId, Span};

/// The language a resource was declared in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Terraform (HCL).
    #[default]
    Terraform,
    /// CloudFormation (YAML or JSON).
    CloudFormation,
}

/// Whether a declaration creates something or looks something up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A resource that the configuration creates.
    Managed,
    /// A Terraform data source: exists already, contents known only after lookup.
    Data,
}

/// How much of a resource the providers want evaluated. Languages ask before they evaluate a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Every attribute.
    Whole,
    /// Only these attributes and blocks of the top level, and every other one that refers to something.
    Attributes(&'static [&'static str]),
    /// Like `Attributes`, of what the judged things stand in: no other choice of an input is looked for because of it.
    Backdrop(&'static [&'static str]),
    /// Only attributes whose expressions refer to something: they may name a group.
    UsesOnly,
}

impl Interest {
    /// Whether what it hangs on is worth judging other choices of the inputs, and telling what is not known.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Whole | Self::Attributes(_))
    }
}

/// Whether a resource would exist after deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It exists under the values that the code fixes and the defaults that it states.
    Certain,
    /// It depends on a count, `for_each` or condition that is not known: one stand-in instance is judged.
    Unknown(Arc<Unknown>),
}

/// One resource instance.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Full address: `module.net.aws_security_group.web["a"]`, `data.aws_vpc.main`, a logical id.
    pub address: Arc<str>,
    /// The address without instance keys: all instances of one declaration share it.
    pub declared: Arc<str>,
    /// Resource type: `aws_security_group`, `AWS::EC2::SecurityGroup`.
    pub kind: Arc<str>,
    /// Created or looked up.
    pub mode: Mode,
    /// Declared in which language.
    pub language: Language,
    /// Attributes and blocks by name. A block that may be repeated is a list of maps, also when written once.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// The declaration's head: `resource "aws_security_group" "web"`, the logical id.
    pub head: Span,
    /// The whole declaration.
    pub span: Span,
    /// The module calls that led here, outermost first: the span of each call's head.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
    /// What its language is told of how to replace and delete it: `create_before_destroy` and `prevent_destroy`, or
    /// `DeletionPolicy` and `UpdateReplacePolicy`.
    pub lifecycle: BTreeMap<Arc<str>, Value>,
    /// What the configuration of its provider says of what the provider wants to know, if there is one.
    pub provider: Option<Arc<ProviderSettings>>,
}

/// Arguments and blocks of the configuration of a provider, by name.
pub type ProviderSettings = BTreeMap<Arc<str>, Value>;

/// One attribute of a resource.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The key as written.
    pub key: Span,
    /// The value as written (the whole expression; the block for a block).
    pub span: Span,
    /// What it evaluates to.
    pub value: Value,
}

impl Resource {
    /// An attribute's value; absent and null are the same to every provider.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(name).filter(|attribute| !matches!(attribute.value.kind, ValueKind::Null))
    }

    /// A value by path: attribute names separated by dots; every step looks into lists, so the result is
    /// every value the path leads to (`vpc_config.security_group_ids`). A trailing `[]` on a step is ignored.
    pub fn values_at(&self, path: &str) -> Vec<Value> {
        let mut steps = path.split('.').map(|step| step.trim_end_matches("[]"));
        let Some(first) = steps.next().and_then(|name| self.attribute(name)) else { return Vec::new() };
        let mut found = vec![first.value.clone()];
        for step in steps {
            found =
                found.iter().flat_map(value::Value::members).filter_map(|value| value.get(step)).collect();
        }
        found.retain(|value| !matches!(value.kind, ValueKind::Null));
        found
    }
}

/// A value that a configuration hands to its user: a Terraform output of a root module, a CloudFormation
/// output (exported or not).
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Arc<str>,
    /// The declaration.
    pub span: Span,
    /// What it evaluates to.
    pub value: Value,
}

/// One evaluated configuration: a Terraform root module with everything it calls, or a template.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// What names it: the directory or the template, as printed.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Every resource instance, in source order.
    pub resources: Vec<Resource>,
    /// What a plan destroys and does not create again, of the types whose removal the provider judges, as it was.
    pub destroyed: Vec<Resource>,
    /// The outputs of the root.
    pub outputs: Vec<Output>,
    /// Every file that was read for it.
    pub files: Vec<FileId>,
    /// What could not be evaluated.
    pub problems: Vec<Problem>,
    /// The assignment of inputs it was evaluated under, if not the default one: `Env is "prod"`.
    pub scenario: Option<String>,
}
