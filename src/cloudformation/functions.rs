//! The intrinsic functions, each as CloudFormation documents it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cidr;
use super::conditions::Truth;
use super::evaluator::{Evaluator, Use};
use super::include;
use super::intrinsic::{Call, Function, whole};
use super::scalar;
use super::text::{self, Text};
use crate::problem::Problem;
use crate::resource::{Cause, Origin, SENSITIVE_TEXT, StepKind, Value, ValueKind};
use crate::syntax::yaml::{Entry, Node, NodeKind, Written};

impl<'t> Evaluator<'t> {
    /// The value of a call; `None` is `AWS::NoValue`.
    pub(super) fn call(&mut self, call: &Call<'t>) -> Option<Value> {
        Some(match call.function {
            Function::Ref => return self.ref_(call),
            Function::If => return self.if_(call),
            Function::GetAtt => self.get_att(call),
            Function::Sub => self.sub(call),
            Function::Join => self.join(call),
            Function::Select => self.select(call),
            Function::Split => self.split(call),
            Function::FindInMap => return self.find_in_map(call),
            Function::Base64 => self.base64(call),
            Function::Cidr => self.cidr(call),
            Function::Length => self.length(call),
            Function::GetAzs => {
                Value::unknown(Cause::LookedUp("the list of availability zones".to_owned()), call.span)
            }
            Function::ImportValue => self.import(call),
            Function::GetStackOutput => {
                Value::unknown(Cause::External("an output of another stack".to_owned()), call.span)
            }
            Function::RefAll => self.ref_all(call),
            Function::ValueOf | Function::ValueOfAll => {
                Value::unknown(Cause::LookedUp("an attribute of a parameter's value".to_owned()), call.span)
            }
            Function::Equals
            | Function::And
            | Function::Or
            | Function::Not
            | Function::Condition
            | Function::Contains
            | Function::EachMemberEquals
            | Function::EachMemberIn => match self.truth_of(call) {
                Truth::Known(truth) => Value::new(ValueKind::Bool(truth), call.span),
                Truth::Unknown(unknown) => Self::because(&unknown, call.span),
            },
            Function::ToJsonString => self.json_string(call),
            Function::Transform => include::left_out(call),
            Function::Other => {
                self.report(
                    Problem::warning("unsupported-intrinsic", format!("{} is not evaluated", call.name))
                        .at(call.span)
                        .help("check its name; what depends on it is not judged"),
                );
                Value::unknown(Cause::UnsupportedFunction(call.name.to_owned()), call.span)
            }
        })
    }

    fn ref_(&mut self, call: &Call<'t>) -> Option<Value> {
        if let Some(name) = call.text() {
            self.trace_value(name, call.span);
            return self.reference(name, call.span, call.argument.span);
        }
        // With the language extensions a name may be made: `Ref: {Fn::Sub: …}`.
        let name = self.argument(call);
        match as_name(&name) {
            Some(name) => self.reference(&name, call.span, whole(call.argument)),
            None => Some(self.not_text(&name, call)),
        }
    }

    fn if_(&mut self, call: &Call<'t>) -> Option<Value> {
        let [condition, then, otherwise] = call.arguments() else {
            return Some(self.wrong(call, "takes a condition name and two values"));
        };
        match self.truth(condition) {
            Truth::Known(truth) => {
                let branch = if truth { then } else { otherwise };
                let outside = self.trace.enter(call.span, condition, truth);
                let value = self.evaluate(branch);
                self.trace.leave(outside);
                value.map(|value| value.through(StepKind::IfBranch, whole(branch)))
            }
            Truth::Unknown(unknown) => {
                self.trace.undecided(call.span, condition);
                Some(Self::because(&unknown, call.span))
            }
        }
    }

    fn get_att(&mut self, call: &Call<'t>) -> Value {
        let help = "takes a resource and an attribute: `Name.Attribute`";
        if let Some(text) = call.text() {
            return match text.split_once('.') {
                Some((name, attribute)) => {
                    self.resource_attribute(name, attribute, call.span, call.argument.span)
                }
                None => self.wrong(call, help),
            };
        }
        let [name, attribute] = call.arguments() else { return self.wrong(call, help) };
        let (resource, attribute) = (self.required(name), self.required(attribute));
        match (as_name(&resource), as_name(&attribute)) {
            (Some(resource), Some(attribute)) => {
                self.resource_attribute(&resource, &attribute, call.span, whole(name))
            }
            (Some(_), None) => self.not_text(&attribute, call),
            (None, _) => self.not_text(&resource, call),
        }
    }

    fn join(&mut self, call: &Call<'t>) -> Value {
        let help = "takes a delimiter and a list of values";
        let [delimiter, list] = call.arguments() else { return self.wrong(call, help) };
        let Some(delimiter) = fixed(delimiter) else { return self.wrong(call, help) };
        let listening = self.trace.enter_text();
        let list = self.required(list);
        self.trace.listen(listening);
        let items = match &list.kind {
            ValueKind::List(items) => Arc::clone(items),
            ValueKind::Unknown(_) | ValueKind::Reference(_) => Arc::new(vec![list.clone()]),
            _ => return self.wrong(call, help),
        };
        let mut text = Text::new(call.span);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.literal(delimiter, call.span);
            }
            text.value(&list.taken(item), call.span);
            if text.is_full() {
                break;
            }
        }
        self.made(text)
    }

    fn select(&mut self, call: &Call<'t>) -> Value {
        let [index, list] = call.arguments() else {
            return self.wrong(call, "takes an index and a list");
        };
        let index = self.required(index);
        let list = self.required(list);
        let ValueKind::List(items) = &list.kind else { return self.not_list(&list, call) };
        let Some(place) = index.as_i64() else { return self.not_text(&index, call) };
        let place_of = usize::try_from(place).ok();
        // What stands for any number of elements leaves open which one is at a place behind it.
        let known = items.iter().position(Value::is_several).unwrap_or(items.len());
        if let Some(open) = items.get(known).filter(|_| place_of.is_some_and(|place| place >= known)) {
            return self.not_list(&list.taken(open), call);
        }
        if let Some(item) = place_of.and_then(|place| items.get(place)) {
            return list.taken(item);
        }
        let place = if index.is_sensitive() { SENSITIVE_TEXT.to_owned() } else { place.to_string() };
        let message = format!("{} has no element {place}: the list has {}", call.name, items.len());
        self.misfit(call.span, message, "indices count from 0")
    }

    fn split(&mut self, call: &Call<'t>) -> Value {
        let help = "takes a delimiter and a text";
        let [delimiter, source] = call.arguments() else { return self.wrong(call, help) };
        let Some(delimiter) = fixed(delimiter).filter(|text| !text.is_empty()) else {
            return self.wrong(call, help);
        };
        let written = source;
        let source = self.required(source);
        let items = if matches!(source.kind, ValueKind::Template(_)) {
            let items = text::split(&source, delimiter);
            if items.iter().all(Value::is_several) {
                return self.not_text(&source, call);
            }
            items
        } else {
            let Some(text) = source.to_text() else { return self.not_text(&source, call) };
            let raw = self.text_at(written.span);
            let places = Written::of(&raw, written).filter(|_| fixed(written) == Some(&text));
            self.pieces(&text, delimiter, &source, places)
        };
        if !self.spend(items.len()) {
            return self.limit(call.span);
        }
        Value::new(ValueKind::List(Arc::new(items)), call.span)
    }

    /// The pieces of a text, each at its own place where the text stands as it was written.
    fn pieces(
        &self,
        text: &str,
        delimiter: &str,
        source: &Value,
        mut places: Option<Written<'_>>,
    ) -> Vec<Value> {
        let span = source.origin.written;
        let unquoted =
            |written: &str| written.len() == text.len() || written.get(1..=text.len()) == Some(text);
        let raw = self.text_at(span);
        // Of a text that the deployer gave only the length tells whether it stands there as it is.
        let is_written = raw.is_empty() || (unquoted(&raw) && raw.contains(text));
        let mut at = 0;
        let piece = |piece: &str| {
            let (start, end) = (at, at + piece.len());
            at = end + delimiter.len();
            let place = match &mut places {
                Some(places) => {
                    let place = places.advance(piece.len());
                    places.advance(delimiter.len());
                    Some(place)
                }
                None if is_written => text::within(span, text.len(), start, end),
                None => None,
            };
            let written = place.unwrap_or(span);
            Value {
                kind: ValueKind::String(piece.into()),
                origin: Origin { written, ..source.origin.clone() },
            }
        };
        text.split(delimiter).map(piece).collect()
    }

    fn find_in_map(&mut self, call: &Call<'t>) -> Option<Value> {
        let help = "takes a mapping, a top-level key and a second-level key";
        let (names, fallback) = match call.arguments() {
            [map, first, second] => ([map, first, second], None),
            [map, first, second, options] => ([map, first, second], options.get("DefaultValue")),
            _ => return Some(self.wrong(call, help)),
        };
        let [map, first, second] = names.map(|node| &**node);
        let name = self.required(map);
        let Some(name) = as_name(&name) else { return Some(self.not_text(&name, call)) };
        let Some(mapping) = self.template.mapping(&name) else {
            if let Some(fallback) = fallback {
                return self.evaluate(fallback);
            }
            let declared = self.template.mappings.iter().map(|mapping| mapping.name);
            let message = format!("the template declares no mapping {name}");
            self.report_undeclared(message, &name, declared, map.span);
            return Some(Value::unknown(Cause::Undeclared(format!("mapping {name}")), call.span));
        };
        let mut cell: &'t Node = mapping.body;
        let mut path = name.to_string();
        for key in [first, second] {
            let value = self.key(key, cell);
            let (Some(text), Some(told)) = (value.to_text(), value.shown()) else {
                return Some(self.not_text(&value, call));
            };
            if !self.spend_on_search(cell.entries().len()) {
                return Some(self.limit(call.span));
            }
            let Some(next) = entry_of(cell, &text) else {
                if let Some(fallback) = fallback {
                    return self.evaluate(fallback);
                }
                if self.is_default() {
                    let declared = cell.entries().iter().filter_map(|entry| entry.key.as_str());
                    let message = format!("mapping {path} has no key {told}");
                    self.report_undeclared(message, &told, declared, whole(key));
                }
                return Some(Value::unknown(Cause::Undeclared(format!("{path}.{told}")), call.span));
            };
            cell = next;
            path = format!("{path}.{told}");
        }
        let value = self.evaluate(cell)?;
        Some(value.through(StepKind::MappingCell, whole(cell)).through(StepKind::Reference, call.span))
    }

    /// The value of a mapping's key. Whatever input it is made of chooses the row.
    fn key(&mut self, key: &'t Node, mapping: &'t Node) -> Value {
        let first = self.uses.len();
        let listening = self.trace.ignore_values();
        let value = self.required(key);
        self.trace.listen(listening);
        let text = value.to_text();
        for input in inputs_of(&self.uses[first..]) {
            // The key of a row is a value of the input where it is the whole key.
            let is_whole = match &text {
                Some(text) => self.input(input, key.span).to_text().as_ref() == Some(text),
                None => self.template.input_of(key) == Some(input),
            };
            self.trace.row(whole(key), input, is_whole.then_some(mapping));
        }
        value
    }

    fn base64(&mut self, call: &Call<'t>) -> Value {
        let value = self.argument(call);
        match &value.kind {
            // What a text refers to matters more than its encoding, so it is kept as it is.
            ValueKind::Template(_) | ValueKind::Unknown(_) | ValueKind::Reference(_) => value,
            _ => match value.to_text() {
                Some(text) if self.spend(text.len() / 64) => {
                    Value::string(text::base64(text.as_bytes()), call.span).marked(value.origin.marks)
                }
                Some(_) => self.limit(call.span),
                None => self.wrong(call, "takes a text"),
            },
        }
    }

    fn cidr(&mut self, call: &Call<'t>) -> Value {
        let help = "takes an address block, a count of 1 to 256 and the number of host bits";
        let (block, count, bits) = match call.arguments() {
            [block, count] => (block, count, None),
            [block, count, bits] => (block, count, Some(bits)),
            _ => return self.wrong(call, help),
        };
        let block = self.required(block);
        let Some(text) = block.to_text() else { return self.not_text(&block, call) };
        let count = self.required(count);
        let Some(count) = count.as_i64() else { return self.not_text(&count, call) };
        let bits = match bits {
            Some(bits) => {
                let bits = self.required(bits);
                let Some(bits) = bits.as_i64() else { return self.not_text(&bits, call) };
                Some(bits)
            }
            None => None,
        };
        match cidr::subnets(&text, count, bits) {
            Ok(subnets) => {
                let items = subnets.into_iter().map(|subnet| Value::string(subnet, call.span)).collect();
                Value::new(ValueKind::List(Arc::new(items)), call.span).marked(block.origin.marks)
            }
            Err(_) if block.is_sensitive() => {
                self.misfit(call.span, format!("{} cannot divide {SENSITIVE_TEXT}", call.name), help)
            }
            Err(error) => self.misfit(call.span, format!("{}: {error}", call.name), help),
        }
    }

    fn length(&mut self, call: &Call<'t>) -> Value {
        let list = self.argument(call);
        match &list.kind {
            ValueKind::List(items) => {
                if let Some(open) = items.iter().find(|item| item.is_several()) {
                    return self.not_list(&list.taken(open), call);
                }
                let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
                Value::new(ValueKind::Number(length.into()), call.span)
            }
            _ => self.not_list(&list, call),
        }
    }

    /// An object or list as JSON, with the keys in the order in which they are written; a function's result has
    /// its keys in the order of their names.
    fn json_string(&mut self, call: &Call<'t>) -> Value {
        let mut text = Text::new(call.span);
        let inner = if call.tagged { Call::untagged(call.argument) } else { Call::of(call.argument) };
        let written = matches!(call.argument.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_));
        if inner.is_none() && written {
            self.json_of_collection(call.argument, call, &mut text);
        } else {
            let value = self.argument(call);
            if !matches!(value.kind, ValueKind::List(_) | ValueKind::Map(_)) {
                return self.not_of_kind(&value, call, "an object or a list");
            }
            json_of_value(&value, &mut text);
        }
        self.made(text)
    }

    fn json_of(&mut self, node: &'t Node, call: &Call<'t>, text: &mut Text) {
        if text.is_full() || !self.spend(1) {
            return;
        }
        match &node.kind {
            NodeKind::Mapping(_) | NodeKind::Sequence(_) if Call::of(node).is_none() => {
                self.json_of_collection(node, call, text);
            }
            _ => json_of_value(&self.required(node), text),
        }
    }

    fn json_of_collection(&mut self, node: &'t Node, call: &Call<'t>, text: &mut Text) {
        let is_gone = |node: &Node| {
            Call::of(node)
                .is_some_and(|call| call.function == Function::Ref && call.text() == Some("AWS::NoValue"))
        };
        let (open, close) = if node.items().is_empty() && !matches!(node.kind, NodeKind::Sequence(_)) {
            ("{", "}")
        } else {
            ("[", "]")
        };
        text.literal(open, call.span);
        let children = node.items().iter().map(|item| (None, item));
        let children = children.chain(node.entries().iter().map(|entry| (entry.key.as_str(), &entry.value)));
        for (index, (key, child)) in children.filter(|(_, child)| !is_gone(child)).enumerate() {
            if index > 0 {
                text.literal(",", call.span);
            }
            if let Some(key) = key {
                text.literal(&json_text(key), call.span);
                text.literal(":", call.span);
            }
            self.json_of(child, call, text);
        }
        text.literal(close, call.span);
    }

    /// A finished text, if the budget suffices for it.
    pub(super) fn made(&mut self, text: Text) -> Value {
        if !self.spend(text.len() / 64) {
            return self.limit(text.span());
        }
        if text.is_full() {
            self.report_limit(
                text.span(),
                text::too_long(),
                "the text counts as unknown; write a shorter one",
            );
        }
        text.finish()
    }

    /// What a call yields when a text or number that it needs is none, or not known.
    pub(super) fn not_text(&mut self, value: &Value, call: &Call<'t>) -> Value {
        self.not_of_kind(value, call, "a text")
    }

    fn not_list(&mut self, value: &Value, call: &Call<'t>) -> Value {
        self.not_of_kind(value, call, "a list")
    }

    fn not_of_kind(&mut self, value: &Value, call: &Call<'t>, wanted: &str) -> Value {
        if let Some(unknown) = value.unknown_cause() {
            return Value { kind: ValueKind::Unknown(Arc::clone(unknown)), origin: value.origin.clone() };
        }
        if value.is_sensitive() {
            return Value::unknown(Cause::LookedUp(format!("what {SENSITIVE_TEXT} names")), call.span);
        }
        if let Some(reference) = value.references().first().and_then(Value::as_reference) {
            return Value::unknown(Cause::of_reference(reference), call.span);
        }
        self.wrong(call, &format!("needs {wanted} here"))
    }

    /// What a call yields whose arguments have the wrong shape.
    pub(super) fn wrong(&mut self, call: &Call<'t>, takes: &str) -> Value {
        self.invalid(
            call.span,
            format!("{} {takes}", call.name),
            "see the intrinsic function reference of CloudFormation",
        )
    }
}

/// A text that names something. A sensitive one would be told with what it names.
fn as_name(value: &Value) -> Option<Arc<str>> {
    value.to_text().filter(|_| !value.is_sensitive())
}

/// The inputs among what was used, each once.
fn inputs_of(uses: &[Use]) -> BTreeSet<usize> {
    let input = |used: &Use| match used {
        Use::Input(input) => Some(*input),
        Use::Condition(_) => None,
    };
    uses.iter().filter_map(input).collect()
}

/// What a mapping has under a key, which is a scalar like any other: `yes` is `true`.
fn entry_of<'t>(mapping: &'t Node, key: &str) -> Option<&'t Arc<Node>> {
    mapping.get(key).or_else(|| {
        let is_key = |entry: &&Entry| {
            scalar::is_of_old_yaml(&entry.key) && scalar::text(&entry.key).as_deref() == Some(key)
        };
        mapping.entries().iter().find(is_key).map(|entry| &entry.value)
    })
}

/// The text of a node where only a fixed text may stand.
fn fixed(node: &Node) -> Option<&str> {
    node.as_str().filter(|_| Call::of(node).is_none())
}

/// A text as JSON writes it.
fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Appends a value as JSON writes it.
fn json_of_value(value: &Value, made: &mut Text) {
    let at = made.span();
    made.mark(value.origin.marks);
    match &value.kind {
        ValueKind::Null => made.literal("null", at),
        ValueKind::Bool(_) | ValueKind::Number(_) => made.value(value, at),
        ValueKind::List(items) | ValueKind::Set(items) => {
            made.literal("[", at);
            for (index, item) in items.iter().enumerate() {
                made.literal(if index > 0 { "," } else { "" }, at);
                json_of_value(&value.taken(item), made);
            }
            made.literal("]", at);
        }
        ValueKind::Map(entries) => {
            made.literal("{", at);
            for (index, (key, item)) in entries.iter().enumerate() {
                made.literal(if index > 0 { "," } else { "" }, at);
                made.literal(&format!("{}:", json_text(key)), at);
                json_of_value(&value.taken(item), made);
            }
            made.literal("}", at);
        }
        ValueKind::String(text) => {
            let text =
                Value { kind: ValueKind::String(json_text(text).into()), origin: value.origin.clone() };
            made.value(&text, at);
        }
        ValueKind::Template(parts) => {
            made.literal("\"", at);
            for part in parts.iter() {
                let part = value.taken(part);
                match part.as_str() {
                    Some(text) => {
                        let quoted = json_text(text);
                        made.literal(&quoted[1..quoted.len() - 1], at);
                    }
                    None => made.value(&part, at),
                }
            }
            made.literal("\"", at);
        }
        ValueKind::Reference(_) | ValueKind::Unknown(_) => {
            made.literal("\"", at);
            made.value(value, at);
            made.literal("\"", at);
        }
    }
}
