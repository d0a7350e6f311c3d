//! Values with origins.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Marks, Number, Origin, StepKind};
use crate::source::Span;

/// What messages say instead of a sensitive value.
pub const SENSITIVE_TEXT: &str = "a sensitive value";

/// A value and where it came from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Where it was written and the way it came.
    pub origin: Origin,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// Null: not set.
    Null,
    /// Truth value.
    Bool(bool),
    /// Number.
    Number(Number),
    /// Text.
    String(Arc<str>),
    /// Text with parts that are references or unknown: each part is a string, a reference or unknown.
    Template(Arc<[Value]>),
    /// Ordered elements (Terraform list or tuple, YAML sequence).
    List(Arc<Vec<Value>>),
    /// A Terraform set: no duplicates, in Terraform's order.
    Set(Arc<Vec<Value>>),
    /// Map or object, ordered by key.
    Map(Arc<BTreeMap<Arc<str>, Value>>),
    /// An identity that exists only after deployment, but known to be that resource's.
    Reference(Arc<Reference>),
    /// Not known, and why. Never false, never empty.
    Unknown(Arc<Unknown>),
}

/// An attribute of a resource whose value exists only after deployment: `aws_security_group.web.id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Address of the resource instance, as in [`Resource::address`](super::Resource::address).
    pub address: Arc<str>,
    /// The attribute, dotted, with indices (`vpc_config[0].cluster_security_group_id`); `Ref` for a
    /// CloudFormation `Ref`; empty for the resource itself.
    pub attribute: Arc<str>,
}

impl Reference {
    /// Whether it is an attribute of a Terraform data source: `data.aws_vpc.main`, `module.net.data.aws_vpc.main`.
    pub fn is_lookup(&self) -> bool {
        self.resource_part().starts_with("data.")
    }

    /// The type of the Terraform resource or data source: `aws_vpc`. A logical id tells none.
    pub fn terraform_type(&self) -> Option<&str> {
        let part = self.resource_part();
        Some(part.strip_prefix("data.").unwrap_or(part).split_once('.')?.0)
    }

    fn resource_part(&self) -> &str {
        split_module_path(&self.address).1
    }
}

/// An address without instance keys: `module.net["a"].aws_instance.web[0]` is `module.net.aws_instance.web`.
pub fn without_keys(address: &str) -> String {
    let (mut text, mut depth, mut quoted, mut escaped) =
        (String::with_capacity(address.len()), 0u32, false, false);
    for character in address.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted && depth > 0 => depth -= 1,
            _ if depth == 0 => text.push(character),
            _ => {}
        }
    }
    text
}

/// The module calls at the start of an address, with the last dot, and what stands in the module:
/// `module.net["a"].` and `aws_vpc.main`; of a resource of nested stacks, `Network/` and `Vpc`.
pub fn split_module_path(address: &str) -> (&str, &str) {
    let mut rest = address;
    while let Some(call) = rest.strip_prefix("module.") {
        let (mut quoted, mut escaped) = (false, false);
        let end = call.find(|character| {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ => return character == '.' && !quoted,
            }
            false
        });
        let Some(end) = end else { break };
        rest = &call[end + 1..];
    }
    // Logical ids have letters and digits only, so that nothing else looks like the way through nested stacks.
    let is_way = |way: &str| way.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    if let Some((way, _)) = address.rsplit_once('/').filter(|(way, _)| is_way(way)) {
        return address.split_at(way.len() + 1);
    }
    address.split_at(address.len() - rest.len())
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.attribute, self.address.contains("::")) {
            ("" | "Ref", _) => formatter.write_str(&self.address),
            (attribute, _) => write!(formatter, "{}.{attribute}", self.address),
        }
    }
}

/// Why a value is not known, and where that starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The reason.
    pub cause: Cause,
    /// The place that would have to change for it to be known.
    pub at: Span,
    /// As an element of a list: stands for any number of elements, none included.
    pub several: bool,
}

impl Unknown {
    /// One value that is not known.
    pub fn new(cause: Cause, at: Span) -> Self {
        Self { cause, at, several: false }
    }
}

/// The reasons for not knowing a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A variable or parameter without default that nothing sets.
    InputWithoutValue(String),
    /// Stands for any value of an input that is set and not empty, and none of those that it is compared with:
    /// what is judged as possible without being written. The input's name.
    Chosen(String),
    /// Part of such a value, or made from it: it may be anything, and there may be nothing. The input's name.
    OfChosen(String),
    /// A module whose source is not there.
    ModuleNotFound(String),
    /// An output of a module whose code is not there, and of which only other things are known.
    NotInStub(String),
    /// Looked up when deployed: a data source, an SSM parameter, a dynamic reference.
    LookedUp(String),
    /// Computed by the provider after creation.
    Computed(String),
    /// A function sglint does not evaluate.
    UnsupportedFunction(String),
    /// An import from another stack or state.
    External(String),
    /// Names something that the configuration does not declare.
    Undeclared(String),
    /// Names something that is declared, and not there: its condition is false.
    Absent {
        /// What it names.
        name: String,
        /// The condition's name.
        condition: String,
    },
    /// The expression is wrong: the message.
    Invalid(String),
    /// A bound on size, depth or work was reached: which.
    Limit(String),
}

impl Cause {
    /// Whether the language refuses the expression: nobody could deploy it.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::Undeclared(_) | Self::Absent { .. })
    }

    /// Whether a value that is unknown for this reason may name something that the configuration declares: only if
    /// the expression could be handed it. Inputs, lookups and imports come from outside, where what is yet to be
    /// created is not known.
    pub fn may_be_declared(&self) -> bool {
        match self {
            Self::UnsupportedFunction(_)
            | Self::ModuleNotFound(_)
            | Self::NotInStub(_)
            | Self::Invalid(_)
            | Self::Limit(_) => true,
            Self::InputWithoutValue(_)
            | Self::Chosen(_)
            | Self::OfChosen(_)
            | Self::LookedUp(_)
            | Self::Computed(_)
            | Self::External(_)
            | Self::Undeclared(_)
            | Self::Absent { .. } => false,
        }
    }

    /// Whether it stands for any value of an input: see [`Cause::Chosen`].
    pub fn is_chosen(&self) -> bool {
        matches!(self, Self::Chosen(_))
    }

    /// Why an attribute that exists only after deployment is not known: a data source is looked up, a resource
    /// computes it.
    pub fn of_reference(reference: &Reference) -> Self {
        if reference.is_lookup() {
            Self::LookedUp(reference.to_string())
        } else {
            Self::Computed(reference.to_string())
        }
    }

    /// A short name of the class, to group by.
    pub fn class(&self) -> &'static str {
        match self {
            Self::InputWithoutValue(_) => "input without a value",
            Self::Chosen(_) | Self::OfChosen(_) => "input of any value",
            Self::ModuleNotFound(_) | Self::NotInStub(_) => "module not there",
            Self::LookedUp(_) => "looked up when deployed",
            Self::Computed(_) => "computed when deployed",
            Self::UnsupportedFunction(_) => "unsupported function",
            Self::External(_) => "import from elsewhere",
            Self::Undeclared(_) => "not declared",
            Self::Absent { .. } => "not created",
            Self::Invalid(_) => "invalid expression",
            Self::Limit(_) => "limit reached",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InputWithoutValue(name) => write!(formatter, "{name} has no value"),
            Self::Chosen(name) | Self::OfChosen(name) => write!(formatter, "{name} may have any value"),
            Self::ModuleNotFound(source) => write!(formatter, "module {source} is not there"),
            Self::NotInStub(what) => write!(formatter, "{what} is known only with the module's code"),
            Self::LookedUp(what) => write!(formatter, "{what} is looked up when deployed"),
            Self::Computed(what) => write!(formatter, "{what} is computed when deployed"),
            Self::UnsupportedFunction(name) => write!(formatter, "function {name} is not evaluated"),
            Self::External(what) => write!(formatter, "{what} comes from elsewhere"),
            Self::Undeclared(what) => write!(formatter, "{what} is not declared"),
            Self::Absent { name, condition } => {
                write!(formatter, "{name} is not created: its condition {condition} is false")
            }
            Self::Invalid(message) | Self::Limit(message) => formatter.write_str(message),
        }
    }
}

impl Value {
    /// A value written at a place.
    pub fn new(kind: ValueKind, written: Span) -> Self {
        Self { kind, origin: Origin::at(written) }
    }

    /// Null.
    pub fn null(written: Span) -> Self {
        Self::new(ValueKind::Null, written)
    }

    /// Text.
    pub fn string(text: impl Into<Arc<str>>, written: Span) -> Self {
        Self::new(ValueKind::String(text.into()), written)
    }

    /// An unknown value; `at` is also where it counts as written.
    pub fn unknown(cause: Cause, at: Span) -> Self {
        Self::new(ValueKind::Unknown(Arc::new(Unknown::new(cause, at))), at)
    }

    /// The same value after one more place.
    #[must_use]
    pub fn through(&self, kind: StepKind, span: Span) -> Self {
        Self { kind: self.kind.clone(), origin: self.origin.through(kind, span) }
    }

    /// A value taken out of this container: its way continues with the container's.
    #[must_use]
    pub fn taken(&self, inner: &Value) -> Value {
        Value { kind: inner.kind.clone(), origin: inner.origin.within(&self.origin) }
    }

    /// The same value with more marks: `value.marked(Marks::SENSITIVE)`.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.origin = self.origin.marked(marks);
        self
    }

    /// Whether its text must not be printed. An element of a list may be sensitive while the list is not:
    /// [`marks_within`](Self::marks_within) looks into it.
    pub fn is_sensitive(&self) -> bool {
        self.origin.is_sensitive()
    }

    /// The marks of the value and of everything in it.
    pub fn marks_within(&self) -> Marks {
        let all = |values: &mut dyn Iterator<Item = &Value>| {
            values.fold(self.origin.marks, |marks, value| marks.and(value.marks_within()))
        };
        match &self.kind {
            ValueKind::List(items) | ValueKind::Set(items) => all(&mut items.iter()),
            ValueKind::Template(parts) => all(&mut parts.iter()),
            ValueKind::Map(entries) => all(&mut entries.values()),
            _ => self.origin.marks,
        }
    }

    /// The value without any marks, itself and everything in it.
    #[must_use]
    pub fn unmarked_within(mut self) -> Self {
        self.origin.marks = Marks::NONE;
        let bare = |value: &Value| value.clone().unmarked_within();
        self.kind = match self.kind {
            ValueKind::List(items) => ValueKind::List(Arc::new(items.iter().map(bare).collect())),
            ValueKind::Set(items) => ValueKind::Set(Arc::new(items.iter().map(bare).collect())),
            ValueKind::Template(parts) => ValueKind::Template(parts.iter().map(bare).collect()),
            ValueKind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (Arc::clone(key), bare(value)));
                ValueKind::Map(Arc::new(entries.collect()))
            }
            kind => kind,
        };
        self
    }

    /// The value without those marks; what is in it keeps its own.
    #[must_use]
    pub fn without_marks(mut self, marks: Marks) -> Self {
        self.origin.marks = self.origin.marks.without(marks);
        self
    }

    /// The elements of a list or set, each with its whole way; a value that is neither is its own only
    /// member. Null has none.
    pub fn members(&self) -> Vec<Value> {
        match &self.kind {
            ValueKind::Null => Vec::new(),
            ValueKind::List(items) | ValueKind::Set(items) => {
                items.iter().map(|item| self.taken(item)).collect()
            }
            _ => vec![self.clone()],
        }
    }

    /// An entry of a map, with its whole way. Unknown stays unknown; other kinds have none.
    pub fn get(&self, key: &str) -> Option<Value> {
        match &self.kind {
            ValueKind::Map(entries) => entries.get(key).map(|value| self.taken(value)),
            ValueKind::Unknown(_) => Some(self.clone()),
            _ => None,
        }
    }

    /// An unknown value as the element of a list that stands for any number of elements, none included. Known values
    /// stay as they are.
    #[must_use]
    pub fn several(mut self) -> Self {
        if let ValueKind::Unknown(unknown) = &mut self.kind {
            Arc::make_mut(unknown).several = true;
        }
        self
    }

    /// Whether it stands for any number of elements.
    pub fn is_several(&self) -> bool {
        matches!(&self.kind, ValueKind::Unknown(unknown) if unknown.several)
    }

    /// Text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value, also as Terraform and CloudFormation convert text: `"true"`, `"false"`, in Terraform `"1"`, `"0"`.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            ValueKind::Bool(value) => Some(*value),
            ValueKind::String(text) => match &**text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number, also as Terraform and CloudFormation convert text: `"22"`.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.kind {
            ValueKind::Number(number) => number.as_i64(),
            ValueKind::String(text) => Number::parse(text.trim()).and_then(|number| number.as_i64()),
            _ => None,
        }
    }

    /// What a message says of a scalar: its text, or that it is a sensitive one. `None` like [`to_text`](Self::to_text).
    pub fn shown(&self) -> Option<Arc<str>> {
        if self.is_sensitive() { Some(SENSITIVE_TEXT.into()) } else { self.to_text() }
    }

    /// Text of a string, number or truth value, as both languages convert scalars.
    pub fn to_text(&self) -> Option<Arc<str>> {
        match &self.kind {
            ValueKind::String(text) => Some(Arc::clone(text)),
            ValueKind::Number(number) => Some(number.to_string().into()),
            ValueKind::Bool(value) => Some(value.to_string().into()),
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, ValueKind::Null)
    }

    /// Why it is not known, if it is not; for a text with unknown parts, the first of them.
    pub fn unknown_cause(&self) -> Option<&Arc<Unknown>> {
        match &self.kind {
            ValueKind::Unknown(unknown) => Some(unknown),
            ValueKind::Template(parts) => parts.iter().find_map(Value::unknown_cause),
            _ => None,
        }
    }

    /// The identity it stands for, if it is one.
    pub fn as_reference(&self) -> Option<&Arc<Reference>> {
        match &self.kind {
            ValueKind::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Every reference in it, however deep, with its way.
    pub fn references(&self) -> Vec<Value> {
        let mut found = Vec::new();
        self.collect_references(&mut found);
        found
    }

    fn collect_references(&self, found: &mut Vec<Value>) {
        match &self.kind {
            ValueKind::Reference(_) => found.push(self.clone()),
            ValueKind::Template(parts) => {
                parts.iter().for_each(|part| self.taken(part).collect_references(found));
            }
            ValueKind::List(items) | ValueKind::Set(items) => {
                items.iter().for_each(|item| self.taken(item).collect_references(found));
            }
            ValueKind::Map(entries) => {
                entries.values().for_each(|value| self.taken(value).collect_references(found));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_left_out_of_declared_addresses() {
        for (address, declared) in [
            ("aws_vpc.main", "aws_vpc.main"),
            ("aws_vpc.main[0]", "aws_vpc.main"),
            (r#"module.net["a]\"b"].aws_security_group.web[0]"#, "module.net.aws_security_group.web"),
            (r#"module.a["x.y"].aws_vpc.main["[\"]"]"#, "module.a.aws_vpc.main"),
        ] {
            assert_eq!(without_keys(address), declared);
        }
    }

    #[test]
    fn the_way_to_a_resource_is_split_off() {
        for (address, way, own) in [
            ("module.net[\"a.b\"].aws_vpc.main", "module.net[\"a.b\"].", "aws_vpc.main"),
            ("aws_vpc.main[\"a/b\"]", "", "aws_vpc.main[\"a/b\"]"),
            ("Network/Subnets/Vpc", "Network/Subnets/", "Vpc"),
            ("Web@infra/network.yaml", "", "Web@infra/network.yaml"),
            ("Vpc", "", "Vpc"),
        ] {
            assert_eq!(split_module_path(address), (way, own));
        }
    }

    #[test]
    fn data_sources_are_looked_up_and_resources_compute() {
        let cause = |address: &str| {
            let reference = Reference { address: address.into(), attribute: "cidr_block".into() };
            Cause::of_reference(&reference).to_string()
        };
        for address in
            ["data.aws_vpc.main", "module.net.data.aws_vpc.main", r#"module.net["a.b"].data.aws_vpc.main"#]
        {
            assert_eq!(cause(address), format!("{address}.cidr_block is looked up when deployed"));
        }
        for address in ["aws_vpc.data", "module.data.aws_vpc.main", "Vpc"] {
            assert!(cause(address).ends_with("is computed when deployed"), "{address}");
        }
    }
}
