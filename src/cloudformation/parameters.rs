//! The inputs of a template: its parameters and the pseudo parameters.

use std::sync::Arc;

use super::inputs::Inputs;
use super::intrinsic::{is_null, whole};
use super::scalar;
use crate::resource::{Cause, Number, StepKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::yaml::{Entry, Node};

/// The pseudo parameters. `AWS::NoValue` is none of them: it removes what it is given to.
const PSEUDO: [&str; 7] = [
    "AWS::Region",
    "AWS::AccountId",
    "AWS::Partition",
    "AWS::StackName",
    "AWS::StackId",
    "AWS::URLSuffix",
    "AWS::NotificationARNs",
];

/// What a parameter's type means for its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Text; also the types that are identities of existing resources (`AWS::EC2::VPC::Id`).
    Text,
    /// `Number`.
    Number,
    /// `CommaDelimitedList` and `List<…>`: the default is one text with commas.
    List,
    /// `AWS::SSM::Parameter::Value<…>`: the default names what is looked up.
    Ssm,
    /// A pseudo parameter.
    Pseudo,
}

/// A parameter or pseudo parameter.
#[derive(Clone, Debug)]
pub(super) struct Parameter<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its default, or what the deployer set it to.
    pub default: Option<&'t Node>,
    /// Whether the deployer set it, so that it is no choice.
    pub fixed: bool,
    /// Its `AllowedValues`.
    pub allowed: &'t [Arc<Node>],
    /// Whether its value must never be printed.
    pub no_echo: bool,
    /// Its type as declared; a pseudo parameter has none.
    pub type_name: Option<&'t str>,
    kind: Kind,
    /// Where it is declared; a pseudo parameter is nowhere.
    declared: Option<Span>,
}

/// What a parameter is set to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Setting<'t> {
    /// Its default, if it has one.
    Default,
    /// A value that is written somewhere in the template.
    Literal(&'t Node),
    /// A value that is none of those written in the template.
    Another,
}

/// What a parameter's value is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To decide conditions: a value that is not written anywhere still differs from every value that is.
    Compare,
    /// To make resources.
    Use,
}

impl<'t> Parameter<'t> {
    /// From an entry of `Parameters`.
    pub(super) fn declared(entry: &'t Entry, inputs: &'t Inputs) -> Option<Self> {
        let name = entry.key.as_str()?;
        let given = inputs.get(name);
        let type_name = entry.value.get("Type").and_then(|node| node.as_str()).unwrap_or("String").trim();
        let kind = match type_name {
            "CommaDelimitedList" => Kind::List,
            "Number" => Kind::Number,
            kind if kind.starts_with("List<") => Kind::List,
            kind if kind.starts_with("AWS::SSM::Parameter::Value<") => Kind::Ssm,
            _ => Kind::Text,
        };
        let no_echo = entry.value.get("NoEcho").and_then(|node| node.as_str());
        Some(Self {
            name,
            default: given.or_else(|| entry.value.get("Default").map(|node| &**node)),
            fixed: given.is_some(),
            allowed: entry.value.get("AllowedValues").map_or(&[], |node| node.items()),
            no_echo: no_echo.is_some_and(|text| text.eq_ignore_ascii_case("true")),
            type_name: Some(type_name),
            kind,
            declared: Some(entry.key.span),
        })
    }

    /// The pseudo parameters.
    pub(super) fn pseudo() -> impl Iterator<Item = Self> {
        PSEUDO.into_iter().map(|name| Self {
            name,
            default: None,
            fixed: false,
            allowed: &[],
            no_echo: false,
            type_name: None,
            kind: Kind::Pseudo,
            declared: None,
        })
    }

    /// Whether CloudFormation sets it, not the deployer.
    pub(super) fn is_pseudo(&self) -> bool {
        self.kind == Kind::Pseudo
    }

    /// Its value under a setting, as far as it does not depend on where it is used.
    pub(super) fn value(&self, setting: Setting<'t>, purpose: Purpose) -> Option<Value> {
        let declared = self.declared?;
        let unknown = |cause| Some(Value::unknown(cause, declared));
        if self.no_echo && purpose == Purpose::Use {
            return unknown(Cause::LookedUp(format!("parameter {} (NoEcho)", self.name)));
        }
        let (node, step) = match setting {
            Setting::Default => match self.default {
                Some(given) if self.fixed => (given, Some(StepKind::VariableFile)),
                Some(default) => (default, Some(StepKind::ParameterDefault)),
                None => return unknown(self.without_value()),
            },
            Setting::Literal(node) => (node, None),
            Setting::Another if purpose == Purpose::Compare => return Some(self.another(declared)),
            Setting::Another => return unknown(self.without_value()),
        };
        // Any other setting is the value that was found, not the name that it was found under.
        if self.kind == Kind::Ssm && matches!(setting, Setting::Default) {
            let key = node.as_str().unwrap_or_default();
            return unknown(Cause::LookedUp(format!("SSM parameter {key} (parameter {})", self.name)));
        }
        let value = self.read(node);
        Some(match step {
            Some(step) => value.through(step, whole(node)),
            None => value,
        })
    }

    /// The value of a pseudo parameter at the place that uses it.
    pub(super) fn pseudo_value(&self, setting: Setting<'t>, purpose: Purpose, used: Span) -> Value {
        match setting {
            Setting::Literal(node) => self.read(node),
            Setting::Another if purpose == Purpose::Compare => self.another(used),
            Setting::Default | Setting::Another => {
                Value::unknown(Cause::LookedUp(self.name.to_owned()), used)
            }
        }
    }

    /// A text as a value of this parameter's type.
    fn read(&self, node: &Node) -> Value {
        let span = whole(node);
        let Some(text) = node.as_str().map(|text| scalar::text(node).unwrap_or_else(|| text.into())) else {
            let items = node.items().iter().map(|item| self.read_text(item)).collect();
            return Value::new(ValueKind::List(Arc::new(items)), span);
        };
        match self.kind {
            Kind::List => {
                let items = text.split(',').map(str::trim);
                let items: Vec<_> = match text.trim() {
                    "" => Vec::new(),
                    _ => items.map(|item| Value::string(item, span)).collect(),
                };
                Value::new(ValueKind::List(Arc::new(items)), span)
            }
            Kind::Number => match Number::parse(text.trim()).filter(|number| number.to_string() == *text) {
                Some(number) => Value::new(ValueKind::Number(number), span),
                None => Value::string(text, span),
            },
            Kind::Text | Kind::Ssm | Kind::Pseudo => Value::string(text, span),
        }
    }

    fn read_text(&self, node: &Node) -> Value {
        match scalar::text(node) {
            Some(text) => Value::string(text, whole(node)),
            None if is_null(node) => Value::string("", whole(node)),
            None => Value::unknown(
                Cause::Invalid(format!("the default of parameter {} is not a text", self.name)),
                whole(node),
            ),
        }
    }

    /// A value unlike every text that can be written in a template.
    fn another(&self, at: Span) -> Value {
        let text: Arc<str> = format!("\u{0}another value of {}", self.name).into();
        match self.kind {
            Kind::List => Value::new(ValueKind::List(Arc::new(vec![Value::string(text, at)])), at),
            _ => Value::string(text, at),
        }
    }

    fn without_value(&self) -> Cause {
        Cause::InputWithoutValue(format!("parameter {}", self.name))
    }
}
