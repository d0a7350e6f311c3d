//! The inputs of a template: its parameters and the pseudo parameters.

use std::sync::Arc;

use super::constraints;
use super::inputs::{Given, Inputs};
use super::intrinsic::{is_null, whole};
use super::{scalar, text};
use crate::problem::Problem;
use crate::resource::{Cause, Marks, Number, SENSITIVE_TEXT, StepKind, Value, ValueKind};
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

/// Whether a name is one of a pseudo parameter.
pub(super) fn is_pseudo(name: &str) -> bool {
    PSEUDO.contains(&name)
}

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
    /// Whether its value must never be printed. It is judged all the same: an address range is no secret to AWS.
    pub no_echo: bool,
    /// Its type as declared; a pseudo parameter has none.
    pub type_name: Option<&'t str>,
    /// What it is declared as; nothing of a pseudo parameter.
    pub declaration: Option<&'t Node>,
    /// What the deployer set it to.
    given: Option<&'t Given>,
    /// Why CloudFormation would refuse what the deployer set it to.
    refused: Option<String>,
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
        let value = given.and_then(|given| given.value.as_deref());
        Some(Self {
            name,
            default: value.or_else(|| entry.value.get("Default").map(|node| &**node)),
            fixed: given.is_some(),
            given,
            refused: value.and_then(|value| constraints::refusal(&entry.value, value)),
            allowed: entry.value.get("AllowedValues").map_or(&[], |node| node.items()),
            no_echo: constraints::is_no_echo(&entry.value),
            type_name: Some(type_name),
            declaration: Some(&entry.value),
            kind,
            declared: Some(entry.key.span),
        })
    }

    /// The pseudo parameters.
    pub(super) fn pseudo(inputs: &'t Inputs) -> impl Iterator<Item = Self> {
        PSEUDO.into_iter().map(|name| Self {
            name,
            default: inputs.get(name).and_then(|given| given.value.as_deref()),
            fixed: inputs.get(name).is_some(),
            given: inputs.get(name),
            refused: None,
            allowed: &[],
            no_echo: false,
            type_name: None,
            declaration: None,
            kind: Kind::Pseudo,
            declared: None,
        })
    }

    /// Whether CloudFormation sets it, not the deployer.
    pub(super) fn is_pseudo(&self) -> bool {
        self.kind == Kind::Pseudo
    }

    /// What is wrong with the value that the deployer set.
    pub(super) fn refusal(&self) -> Option<Problem> {
        let (given, demand) = (self.given?, self.refused.as_ref()?);
        let problem =
            Problem::warning("parameter-refused", format!("the value of parameter {} {demand}", self.name))
                .help("set a value that CloudFormation accepts; what depends on the parameter is not judged");
        // The line that holds the value would be shown with it.
        let place = if self.no_echo { self.declared } else { self.default.map(whole) };
        Some(problem.at(place.unwrap_or(given.name)))
    }

    /// Its value under a setting, as far as it does not depend on where it is used.
    pub(super) fn value(&self, setting: Setting<'t>, purpose: Purpose) -> Option<Value> {
        self.made(setting, purpose).map(|value| self.marked(value))
    }

    fn made(&self, setting: Setting<'t>, purpose: Purpose) -> Option<Value> {
        let declared = self.declared.or_else(|| Some(self.given?.name))?;
        let unknown = |cause| Some(Value::unknown(cause, declared));
        if let Some(given) = self.given {
            let at = |cause| Some(Value::unknown(cause, given.name));
            if given.value.is_none() {
                return at(Cause::LookedUp(format!(
                    "the value that {} has in the deployed stack",
                    self.name
                )));
            }
            if let Some(demand) = &self.refused {
                return at(Cause::Invalid(format!("the value of parameter {} {demand}", self.name)));
            }
        }
        let (node, step) = match setting {
            Setting::Default => match self.default {
                Some(node) => (node, Some(self.given.map_or(StepKind::ParameterDefault, |given| given.by))),
                None => return unknown(self.without_value()),
            },
            Setting::Literal(node) => (node, None),
            Setting::Another if purpose == Purpose::Compare => return Some(self.another(declared)),
            Setting::Another => return unknown(self.without_value()),
        };
        // Any other setting is the value that was found, not the name that it was found under.
        if self.kind == Kind::Ssm && matches!(setting, Setting::Default) {
            return unknown(self.looked_up(node.as_str().unwrap_or_default()));
        }
        let value = match self.read(node) {
            // It is looked up where the parameter is used in a resource; conditions compare the text.
            value if purpose == Purpose::Use && self.kind == Kind::Text => self.looked_up_in(value),
            value => value,
        };
        Some(match step {
            Some(step) => value.through(step, whole(node)),
            None => value,
        })
    }

    /// What a caller passes to it, as a value of its type.
    pub(super) fn received(&self, value: &Value) -> Value {
        self.marked(self.converted(value))
    }

    fn converted(&self, value: &Value) -> Value {
        match (self.kind, &value.kind) {
            (Kind::Ssm, _) => Value {
                kind: Value::unknown(
                    self.looked_up(&value.shown().unwrap_or_default()),
                    value.origin.written,
                )
                .kind,
                origin: value.origin.clone(),
            },
            (Kind::List, ValueKind::String(_) | ValueKind::Template(_) | ValueKind::Number(_)) => {
                let items = text::split_list(value);
                Value { kind: ValueKind::List(Arc::new(items)), origin: value.origin.clone() }
            }
            (Kind::List, ValueKind::Reference(_)) => {
                Value { kind: ValueKind::List(Arc::new(vec![value.clone()])), origin: value.origin.clone() }
            }
            (Kind::Number, ValueKind::String(text)) => {
                match Number::parse(text.trim()).filter(|number| number.to_string() == **text) {
                    Some(number) => Value { kind: ValueKind::Number(number), origin: value.origin.clone() },
                    None => value.clone(),
                }
            }
            (Kind::Text, ValueKind::Bool(_) | ValueKind::Number(_)) => {
                let text = value.to_text().unwrap_or_default();
                Value { kind: ValueKind::String(text), origin: value.origin.clone() }
            }
            _ => value.clone(),
        }
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
        if let kind @ ValueKind::Unknown(_) = scalar::kind(node) {
            return Value::new(kind, span);
        }
        let Some(text) = node.as_str().map(|text| scalar::text(node).unwrap_or_else(|| text.into())) else {
            let items = node.items().iter().map(|item| self.read_text(item)).collect();
            return Value::new(ValueKind::List(Arc::new(items)), span);
        };
        match self.kind {
            Kind::List => Value::new(ValueKind::List(Arc::new(text::elements(&text, node.span))), span),
            Kind::Number => match Number::parse(text.trim()).filter(|number| number.to_string() == *text) {
                Some(number) => Value::new(ValueKind::Number(number), span),
                None => Value::string(text, span),
            },
            Kind::Text | Kind::Ssm | Kind::Pseudo => Value::string(text, span),
        }
    }

    fn read_text(&self, node: &Node) -> Value {
        match scalar::text(node) {
            Some(_) if matches!(scalar::kind(node), ValueKind::Unknown(_)) => {
                Value::new(scalar::kind(node), whole(node))
            }
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

    fn marked(&self, value: Value) -> Value {
        if self.no_echo { value.marked(Marks::SENSITIVE) } else { value }
    }

    /// Of a type that is looked up: under which key.
    fn looked_up(&self, key: &str) -> Cause {
        let key = if self.no_echo { SENSITIVE_TEXT } else { key };
        Cause::LookedUp(format!("SSM parameter {key} (parameter {})", self.name))
    }

    /// A text whose dynamic references are not known.
    fn looked_up_in(&self, value: Value) -> Value {
        match &value.kind {
            ValueKind::String(text) if text.contains(text::DYNAMIC) && self.no_echo => {
                let cause = Cause::LookedUp(format!("parameter {}", self.name));
                Value::unknown(cause, value.origin.written)
            }
            ValueKind::String(text) if text.contains(text::DYNAMIC) => {
                text::dynamic(text, value.origin.written)
            }
            _ => value,
        }
    }

    fn without_value(&self) -> Cause {
        Cause::InputWithoutValue(format!("parameter {}", self.name))
    }
}
