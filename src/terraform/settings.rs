//! What the inputs of a root module may be set to: each has its default, and other values worth a try.
//!
//! A truth value has two. What is empty by default may not be; what is not may be. Beyond that, an input is worth
//! setting to what it is compared with. Of an object, one attribute at a time is another: switches, and what is empty.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::inputs::Inputs;
use super::module::{Module, Variable};
use super::order;
use crate::resource::{Cause, Marks, Number, Origin, StepKind, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};

/// The most settings of one input.
const MOST_SETTINGS: usize = 64;

/// The most attributes of one input that are set to something else.
const MOST_ATTRIBUTES: usize = 16;

/// The inputs of a root that have a default and are fixed by nothing, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) inputs: Vec<Input>,
    numbers: FxHashMap<Arc<str>, usize>,
}

/// An input and what it may be set to.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: Arc<str>,
    /// The head of its declaration.
    pub(super) head: Span,
    /// Whether its value must not be shown.
    sensitive: bool,
    shape: Shape,
    /// The first is the default. They grow as more is seen that the input is compared with.
    settings: RefCell<Vec<Setting>>,
    beyond: Cell<bool>,
}

/// A value that an input may have.
#[derive(Clone, Debug)]
enum Setting {
    Default(Value),
    Is(ValueKind),
    /// Any value that is not empty and that it is not compared with.
    Another,
    /// A list or set of this one element.
    Holds(ValueKind),
    /// The default but for one attribute.
    But(Arc<str>, Box<Setting>),
}

/// The kinds of values, as far as they have different alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Bool,
    Number,
    Text,
    /// A list or a set.
    Sequence,
    Map,
    /// An object, or anything.
    Other,
}

impl Settings {
    /// The inputs of a root module.
    pub(super) fn of(root: &Module, inputs: &Inputs) -> Self {
        let free = root
            .variables
            .iter()
            .filter(|(name, variable)| variable.default.is_some() && !inputs.fixes(name));
        let inputs: Vec<Input> = free
            .map(|(name, variable)| Input {
                name: Arc::clone(name),
                head: variable.head,
                sensitive: variable.marks.has(Marks::SENSITIVE),
                shape: Shape::of(variable),
                settings: RefCell::default(),
                beyond: Cell::default(),
            })
            .collect();
        let numbers = inputs.iter().enumerate().map(|(number, input)| (Arc::clone(&input.name), number));
        Self { numbers: numbers.collect(), inputs }
    }

    /// The number of an input; `None` if it is not to be chosen.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }
}

impl Shape {
    /// By the type; where that says nothing, by the default.
    fn of(variable: &Variable) -> Self {
        match (variable.ty.as_ref().map_or(Self::Other, Self::of_type), &variable.default) {
            (Self::Other, Some(default)) => Self::of_default(default),
            (shape, _) => shape,
        }
    }

    fn of_type(ty: &Expr) -> Self {
        match &ty.kind {
            ExprKind::Variable(name) | ExprKind::String(name) | ExprKind::Call { name, .. } => {
                match &**name {
                    "bool" => Self::Bool,
                    "number" => Self::Number,
                    "string" => Self::Text,
                    "list" | "set" | "tuple" => Self::Sequence,
                    "map" => Self::Map,
                    _ => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }

    fn of_default(default: &Expr) -> Self {
        match &default.kind {
            ExprKind::Bool(_) => Self::Bool,
            ExprKind::Number(_) => Self::Number,
            ExprKind::String(_) | ExprKind::Template(_) => Self::Text,
            ExprKind::List(_) => Self::Sequence,
            ExprKind::Object(items) if items.is_empty() => Self::Map,
            _ => Self::Other,
        }
    }
}

impl Input {
    /// Whether its settings have been thought of.
    pub(super) fn is_opened(&self) -> bool {
        !self.settings.borrow().is_empty()
    }

    /// Takes its default, and returns the values worth a try whatever the input is compared with.
    pub(super) fn open(&self, default: Value) -> Vec<Candidate> {
        let is_vacant = is_vacant(&default.kind);
        let is = |kind| Candidate(Setting::Is(kind));
        let candidates = match (self.shape, &default.kind) {
            (Shape::Bool, _) => vec![is(ValueKind::Bool(true)), is(ValueKind::Bool(false))],
            (Shape::Number, ValueKind::Number(number)) if number.as_f64() == 0.0 => {
                vec![is(ValueKind::Number(Number::from(1)))]
            }
            (Shape::Text, _) => vec![Candidate(Setting::Another)],
            (_, _) if is_vacant => vec![Candidate(Setting::Another)],
            (Shape::Sequence, _) => vec![is(ValueKind::List(Arc::default()))],
            (Shape::Map, _) => vec![is(ValueKind::Map(Arc::default()))],
            (Shape::Number | Shape::Other, _) => Vec::new(),
        };
        let attributes = match (self.shape, &default.kind) {
            (Shape::Other, ValueKind::Map(entries)) => entries.iter().filter_map(attribute_setting).collect(),
            _ => Vec::new(),
        };
        self.beyond.set(attributes.len() > MOST_ATTRIBUTES);
        self.settings.borrow_mut().push(Setting::Default(default));
        candidates.into_iter().chain(attributes.into_iter().take(MOST_ATTRIBUTES)).collect()
    }

    /// The values worth a try because it is compared with this one.
    pub(super) fn compared(&self, with: &Value, ordered: bool) -> Vec<Candidate> {
        let fits = match (self.shape, &with.kind) {
            (_, ValueKind::Null)
            | (Shape::Other, ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_)) => true,
            (Shape::Text, kind) => matches!(kind, ValueKind::String(_)),
            (Shape::Number, kind) => matches!(kind, ValueKind::Number(_)),
            (Shape::Bool | Shape::Sequence | Shape::Map | Shape::Other, _) => false,
        };
        if !fits || with.is_sensitive() {
            return Vec::new();
        }
        let neighbours = match &with.kind {
            ValueKind::Number(number) if ordered => number.as_i64().map_or_else(Vec::new, |number| {
                [number.checked_sub(1), number.checked_add(1)]
                    .into_iter()
                    .flatten()
                    .map(|number| Candidate(Setting::Is(ValueKind::Number(Number::from(number)))))
                    .collect()
            }),
            _ => Vec::new(),
        };
        std::iter::once(Candidate(Setting::Is(with.kind.clone()))).chain(neighbours).collect()
    }

    /// The list or set of one element that is worth a try because the element is looked for in it.
    pub(super) fn holding(&self, element: &Value) -> Option<Candidate> {
        let is_scalar =
            matches!(element.kind, ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Bool(_));
        let fits = self.shape == Shape::Sequence && is_scalar && !element.is_sensitive();
        fits.then(|| Candidate(Setting::Holds(element.kind.clone())))
    }

    /// Whether it is worth thinking about a candidate: it is new, and there is room.
    pub(super) fn wants(&self, candidate: &Candidate) -> bool {
        let settings = self.settings.borrow();
        if settings.iter().any(|known| known.is_same(&candidate.0)) {
            return false;
        }
        let has_room = settings.len() < MOST_SETTINGS;
        self.beyond.set(self.beyond.get() || !has_room);
        has_room
    }

    /// Whether there were more values worth a try than it has settings.
    pub(super) fn is_beyond(&self) -> bool {
        self.beyond.get()
    }

    /// Adds a value that the input may have.
    pub(super) fn add(&self, candidate: Candidate) {
        self.settings.borrow_mut().push(candidate.0);
    }

    /// How many settings it has; the default is 0.
    pub(super) fn count(&self) -> usize {
        self.settings.borrow().len()
    }

    /// The value of a setting; `None` for the default.
    pub(super) fn value(&self, setting: usize) -> Option<Value> {
        Candidate(self.settings.borrow().get(setting)?.clone()).value(self)
    }

    /// What a setting is in words: `enable_ssh is true`.
    pub(super) fn words(&self, setting: usize) -> String {
        let settings = self.settings.borrow();
        let default = match settings.first() {
            Some(Setting::Default(value)) => Some(&value.kind),
            _ => None,
        };
        let Some(setting) = settings.get(setting) else { return format!("{} has another value", self.name) };
        if let (Setting::But(attribute, setting), Some(ValueKind::Map(entries))) = (setting, default) {
            let default = entries.get(attribute).map(|value| &value.kind);
            return format!("{}.{attribute} {}", self.name, self.words_of(setting, default));
        }
        format!("{} {}", self.name, self.words_of(setting, default))
    }

    /// What a setting is beside the name of what is set, by the default of that.
    fn words_of(&self, setting: &Setting, default: Option<&ValueKind>) -> String {
        match setting {
            Setting::Is(ValueKind::Null) => "is null".to_owned(),
            Setting::Is(ValueKind::String(text)) if text.is_empty() => "is empty".to_owned(),
            Setting::Is(ValueKind::List(_) | ValueKind::Map(_)) => "is empty".to_owned(),
            Setting::Is(ValueKind::Bool(value)) if !self.sensitive => format!("is {value}"),
            Setting::Is(ValueKind::Number(number)) if !self.sensitive => format!("is {number}"),
            Setting::Is(ValueKind::String(text)) if !self.sensitive => format!("is {text:?}"),
            Setting::Holds(ValueKind::Bool(value)) if !self.sensitive => format!("holds {value}"),
            Setting::Holds(ValueKind::Number(number)) if !self.sensitive => format!("holds {number}"),
            Setting::Holds(ValueKind::String(text)) if !self.sensitive => format!("holds {text:?}"),
            Setting::Another => match (self.shape, default) {
                (Shape::Sequence | Shape::Map, _)
                | (_, Some(ValueKind::List(_) | ValueKind::Set(_) | ValueKind::Map(_))) => {
                    "is not empty".to_owned()
                }
                (_, Some(ValueKind::String(text))) if text.is_empty() => "is not empty".to_owned(),
                (_, Some(ValueKind::Null)) => "is set".to_owned(),
                _ => "has another value".to_owned(),
            },
            _ => "has another value".to_owned(),
        }
    }
}

fn is_vacant(kind: &ValueKind) -> bool {
    match kind {
        ValueKind::Null => true,
        ValueKind::String(text) => text.is_empty(),
        ValueKind::List(items) | ValueKind::Set(items) => items.is_empty(),
        ValueKind::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// What is worth a try for an attribute of an object, by its default.
fn attribute_setting((name, default): (&Arc<str>, &Value)) -> Option<Candidate> {
    let setting = match &default.kind {
        ValueKind::Bool(value) => Setting::Is(ValueKind::Bool(!value)),
        kind if is_vacant(kind) => Setting::Another,
        _ => return None,
    };
    Some(Candidate(Setting::But(Arc::clone(name), Box::new(setting))))
}

/// A value that an input might be set to.
#[derive(Clone, Debug)]
pub(super) struct Candidate(Setting);

impl Candidate {
    /// It as a value of the input, before its conversion to the input's type; `None` for the default.
    pub(super) fn value(&self, input: &Input) -> Option<Value> {
        let another = || Value::unknown(Cause::Chosen(format!("variable {}", input.name)), input.head);
        let kind = match (&self.0, input.shape) {
            (Setting::Default(_), _) => return None,
            (Setting::Is(kind), _) => kind.clone(),
            (Setting::But(attribute, setting), _) => {
                let settings = input.settings.borrow();
                let Some(Setting::Default(default)) = settings.first() else { return None };
                let ValueKind::Map(entries) = &default.kind else { return None };
                let was = entries.get(attribute)?;
                let kind = match (&**setting, &was.kind) {
                    (Setting::Is(kind), _) => kind.clone(),
                    (_, ValueKind::List(_) | ValueKind::Set(_)) => ValueKind::List(Arc::new(vec![another()])),
                    _ => another().kind,
                };
                let origin = Origin::at(input.head).through(StepKind::Chosen, input.head);
                let mut entries = BTreeMap::clone(entries);
                entries.insert(Arc::clone(attribute), Value { kind, origin });
                return Some(Value {
                    kind: ValueKind::Map(Arc::new(entries)),
                    origin: default.origin.clone(),
                });
            }
            (Setting::Holds(kind), _) => {
                let origin = Origin::at(input.head).through(StepKind::Chosen, input.head);
                ValueKind::List(Arc::new(vec![Value { kind: kind.clone(), origin }]))
            }
            (Setting::Another, Shape::Sequence) => ValueKind::List(Arc::new(vec![another()])),
            (Setting::Another, _) => another().kind,
        };
        let origin = Origin::at(input.head).through(StepKind::Chosen, input.head);
        Some(Value { kind, origin })
    }
}

impl Setting {
    fn is_same(&self, other: &Self) -> bool {
        let value =
            |kind: &ValueKind, value: &Value| Value { kind: kind.clone(), origin: value.origin.clone() };
        match (self, other) {
            (Self::Default(default), Self::Is(kind)) => {
                order::equal(default, &value(kind, default)) == Some(true)
            }
            (Self::Is(one), Self::Is(kind)) | (Self::Holds(one), Self::Holds(kind)) => match (one, kind) {
                (ValueKind::String(one), ValueKind::String(other)) => one == other,
                (ValueKind::Number(one), ValueKind::Number(other)) => one == other,
                (ValueKind::Bool(one), ValueKind::Bool(other)) => one == other,
                (ValueKind::Null, ValueKind::Null)
                | (ValueKind::List(_), ValueKind::List(_))
                | (ValueKind::Map(_), ValueKind::Map(_)) => true,
                _ => false,
            },
            (Self::Default(default), Self::Holds(kind)) => match default.members().as_slice() {
                [only] => order::equal(only, &value(kind, default)) == Some(true),
                _ => false,
            },
            (Self::Another, Self::Another) => true,
            (Self::But(one, setting), Self::But(other, to)) => one == other && setting.is_same(to),
            _ => false,
        }
    }
}
