//! The static checker: a condition that passes cannot fail for its spelling.
//!
//! Every field and parameter exists, enum literals exist, operand types fit, only known methods are called,
//! the whole is true or false and looks at the fact. Types come from [`schema`](crate::facts::schema).

use std::collections::BTreeMap;
use std::ops::Range;

use super::expression::{self, ConditionError, Expression};
use super::rule::ParamType;
use super::syntax::{Call, Comparison, Field, Node, NodeKind, Quantifier};
use crate::facts::{FieldType, Kind};
use crate::nearest::suggestion;

/// The name under which a rule's parameters stand.
const PARAMS: &str = "params";

/// The type of a part of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    Text,
    /// Text out of a closed set.
    Word(&'static [&'static str]),
    Texts,
    Ints,
    Ports,
    Addresses,
    Tags,
}

impl Type {
    /// What it is, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Text | Self::Word(_) => "a text",
            Self::Texts => "a list of texts",
            Self::Ints => "a list of numbers",
            Self::Ports => "a set of ports",
            Self::Addresses => "a set of addresses",
            Self::Tags => "tags",
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Word(_))
    }

    /// Name, argument type and result type of each method.
    pub(super) fn methods(self) -> &'static [(&'static str, Option<Type>, Type)] {
        match self {
            Self::Text | Self::Word(_) => &[
                ("startsWith", Some(Self::Text), Self::Bool),
                ("endsWith", Some(Self::Text), Self::Bool),
                ("contains", Some(Self::Text), Self::Bool),
                ("matches", Some(Self::Text), Self::Bool),
                ("size", None, Self::Int),
            ],
            Self::Texts => &[("size", None, Self::Int)],
            Self::Ports => &[
                ("overlaps", Some(Self::Ports), Self::Bool),
                ("within", Some(Self::Ports), Self::Bool),
                ("contains", Some(Self::Int), Self::Bool),
                ("count", None, Self::Int),
                ("empty", None, Self::Bool),
            ],
            Self::Addresses => &[
                ("overlaps", Some(Self::Addresses), Self::Bool),
                ("within", Some(Self::Addresses), Self::Bool),
                ("empty", None, Self::Bool),
                ("ipv4", None, Self::Addresses),
                ("ipv6", None, Self::Addresses),
                ("public", None, Self::Addresses),
                ("private", None, Self::Addresses),
                ("wider_than", Some(Self::Int), Self::Bool),
                ("more_than_percent", Some(Self::Int), Self::Bool),
            ],
            Self::Tags => {
                &[("contains", Some(Self::Text), Self::Bool), ("value", Some(Self::Text), Self::Text)]
            }
            Self::Bool | Self::Int | Self::Ints => &[],
        }
    }
}

impl From<FieldType> for Type {
    fn from(field: FieldType) -> Self {
        match field {
            FieldType::Bool => Self::Bool,
            FieldType::Int => Self::Int,
            FieldType::Text => Self::Text,
            FieldType::Enum(words) => Self::Word(words),
            FieldType::TextList => Self::Texts,
            FieldType::Tags => Self::Tags,
            FieldType::Ports => Self::Ports,
            FieldType::Addresses => Self::Addresses,
        }
    }
}

impl From<ParamType> for Type {
    fn from(param: ParamType) -> Self {
        match param {
            ParamType::Bool => Self::Bool,
            ParamType::Int => Self::Int,
            ParamType::Text => Self::Text,
            ParamType::TextList => Self::Texts,
            ParamType::Ports => Self::Ports,
            ParamType::Addresses => Self::Addresses,
        }
    }
}

/// Everything that is wrong with a condition on facts of a kind; nothing if it may be evaluated.
pub fn check(
    expression: &Expression,
    kind: Kind,
    params: &BTreeMap<String, ParamType>,
) -> Vec<ConditionError> {
    let mut checker = Checker { kind, params, variables: Vec::new(), errors: Vec::new() };
    let tree = expression.tree();
    checker.expect(tree, Type::Bool);
    if checker.errors.is_empty()
        && !expression::references(expression).iter().any(|field| field.owner != PARAMS)
    {
        checker.complain(
            "the condition does not look at the fact",
            &tree.range,
            format!("read a field of {kind}"),
        );
    }
    checker.errors
}

struct Checker<'a> {
    kind: Kind,
    params: &'a BTreeMap<String, ParamType>,
    /// Variables of the quantifiers around the place; all of them stand for texts.
    variables: Vec<&'a str>,
    errors: Vec<ConditionError>,
}

impl<'a> Checker<'a> {
    fn complain(&mut self, message: impl Into<String>, range: &Range<usize>, help: impl Into<String>) {
        self.errors.push(ConditionError::new(message, range.clone()).help(help));
    }

    /// Complains if a part is of another type. A part without a type was complained about already.
    fn expect(&mut self, node: &'a Node, wanted: Type) {
        let Some(found) = self.type_of(node) else { return };
        let fits = found == wanted || (found.is_text() && wanted.is_text());
        if !fits {
            let message = format!("this is {}, but {} is needed here", found.name(), wanted.name());
            self.complain(message, &node.range, hint(found, wanted));
        }
    }

    fn type_of(&mut self, node: &'a Node) -> Option<Type> {
        match &node.kind {
            NodeKind::Bool(_) => Some(Type::Bool),
            NodeKind::Int(_) => Some(Type::Int),
            NodeKind::Text(_) => Some(Type::Text),
            NodeKind::List(items) => self.list(node, items),
            NodeKind::Name(name) => self.name(node, name),
            NodeKind::Field(field) => self.field(field),
            NodeKind::Not(inner) => {
                self.expect(inner, Type::Bool);
                Some(Type::Bool)
            }
            NodeKind::Logic(_, parts) => {
                for part in &**parts {
                    self.expect(part, Type::Bool);
                }
                Some(Type::Bool)
            }
            NodeKind::Compare(comparison, sides) => {
                self.compare(node, *comparison, sides);
                Some(Type::Bool)
            }
            NodeKind::In(sides) => {
                self.membership(sides);
                Some(Type::Bool)
            }
            NodeKind::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.expect(condition, Type::Bool);
                let wanted = self.type_of(then)?;
                self.expect(otherwise, wanted);
                Some(wanted)
            }
            NodeKind::Call(call) => self.call(call),
            NodeKind::Quantifier(quantifier) => {
                self.quantifier(quantifier);
                Some(Type::Bool)
            }
        }
    }

    fn list(&mut self, node: &Node, items: &'a [Node]) -> Option<Type> {
        let Some((first, rest)) = items.split_first() else {
            self.complain("an empty list", &node.range, "nothing is in it: name its elements");
            return None;
        };
        let wanted = self.type_of(first)?;
        for item in rest {
            self.expect(item, wanted);
        }
        match wanted {
            Type::Int => Some(Type::Ints),
            _ if wanted.is_text() => Some(Type::Texts),
            _ => {
                self.complain(
                    "a list of neither texts nor numbers",
                    &node.range,
                    "write ['a', 'b'] or [1, 2]",
                );
                None
            }
        }
    }

    fn name(&mut self, node: &Node, name: &str) -> Option<Type> {
        if self.variables.contains(&name) {
            return Some(Type::Text);
        }
        if name == self.kind.name() || name == PARAMS {
            let help = format!("name one of its fields: {name}.…");
            self.complain(format!("{name} is a table, not a value"), &node.range, help);
        } else {
            self.unknown_name(name, &node.range);
        }
        None
    }

    fn unknown_name(&mut self, name: &str, range: &Range<usize>) {
        let kind = self.kind;
        if name.parse::<Kind>().is_ok() {
            let help = format!("write {kind}, or judge {name} facts with on: {name}");
            self.complain(format!("the rule judges {kind} facts, not {name} facts"), range, help);
            return;
        }
        let mut names = vec![kind.name(), PARAMS];
        names.extend(&self.variables);
        self.complain(format!("unknown name {name}"), range, suggestion(name, &names));
    }

    fn field(&mut self, field: &Field) -> Option<Type> {
        if field.owner == PARAMS {
            let known = self.params.get(&field.name).copied();
            if known.is_none() {
                let names: Vec<_> = self.params.keys().map(String::as_str).collect();
                let help = match names.as_slice() {
                    [] => "declare it under params:".to_owned(),
                    names => suggestion(&field.name, names),
                };
                self.complain(format!("unknown parameter {}", field.name), &field.name_range, help);
            }
            return known.map(Type::from);
        }
        if field.owner != self.kind.name() {
            self.unknown_name(&field.owner, &field.owner_range);
            return None;
        }
        let known = self.kind.field(&field.name);
        if known.is_none() {
            let names: Vec<_> = self.kind.fields().map(|field| field.name).collect();
            let message = format!("{} facts have no field {}", self.kind, field.name);
            self.complain(message, &field.name_range, suggestion(&field.name, &names));
        }
        known.map(|schema| Type::from(schema.ty))
    }

    fn compare(&mut self, node: &Node, comparison: Comparison, sides: &'a [Node; 2]) {
        let [Some(left), Some(right)] = [self.type_of(&sides[0]), self.type_of(&sides[1])] else { return };
        if comparison.is_order() {
            for (side, found) in sides.iter().zip([left, right]) {
                if found != Type::Int {
                    let message = format!("this is {}, but only whole numbers have an order", found.name());
                    self.complain(message, &side.range, hint(found, Type::Int));
                }
            }
            return;
        }
        match (left, right) {
            (Type::Bool, Type::Bool) | (Type::Int, Type::Int) | (Type::Text, Type::Text) => {}
            (Type::Word(words), _) if right.is_text() => self.word(words, right, &sides[1]),
            (_, Type::Word(words)) if left.is_text() => self.word(words, left, &sides[0]),
            _ if left == right => {
                let message = format!("{} cannot be compared with ==", left.name());
                self.complain(message, &node.range, hint(left, Type::Bool));
            }
            _ => {
                let message = format!("{} never equals {}", left.name(), right.name());
                self.complain(message, &node.range, "compare values of one type");
            }
        }
    }

    /// The other side of a comparison with an enum: a literal must be one of its words.
    fn word(&mut self, words: &'static [&'static str], other: Type, side: &Node) {
        match (&side.kind, other) {
            (NodeKind::Text(text), _) if !words.contains(&text.as_str()) => {
                self.complain(format!("no such value '{text}'"), &side.range, suggestion(text, words));
            }
            (_, Type::Word(others)) if !words.iter().any(|word| others.contains(word)) => {
                self.complain(
                    "these two are never equal",
                    &side.range,
                    format!("one of {}", words.join(", ")),
                );
            }
            _ => {}
        }
    }

    fn membership(&mut self, sides: &'a [Node; 2]) {
        let [Some(item), Some(list)] = [self.type_of(&sides[0]), self.type_of(&sides[1])] else { return };
        match (item, list) {
            (Type::Word(words), Type::Texts) => {
                if let NodeKind::List(items) = &sides[1].kind {
                    for item in items {
                        self.word(words, Type::Text, item);
                    }
                }
            }
            (Type::Text, Type::Texts) | (Type::Int, Type::Ints) => {}
            (_, Type::Texts | Type::Ints) => {
                let message = format!("{} is never in {}", item.name(), list.name());
                self.complain(message, &sides[0].range, "compare values of one type");
            }
            _ => {
                let message = format!("this is {}, but in needs a list", list.name());
                self.complain(message, &sides[1].range, hint(list, Type::Texts));
            }
        }
    }

    fn call(&mut self, call: &'a Call) -> Option<Type> {
        let target = self.type_of(&call.target)?;
        let methods = target.methods();
        let Some(&(_, wanted, result)) = methods.iter().find(|(name, ..)| *name == call.name) else {
            let names: Vec<_> = methods.iter().map(|(name, ..)| *name).collect();
            let help = match names.as_slice() {
                [] => "it has no methods: compare it".to_owned(),
                names => suggestion(&call.name, names),
            };
            self.complain(format!("{} has no method {}", target.name(), call.name), &call.name_range, help);
            return None;
        };
        match (wanted, call.arguments.as_slice()) {
            (None, []) => {}
            (Some(wanted), [argument]) => {
                self.expect(argument, wanted);
                if call.name == "matches" {
                    self.pattern(argument);
                }
            }
            (_, arguments) => {
                let takes = if wanted.is_some() { "one argument" } else { "no argument" };
                let message = format!("{} takes {takes}, not {}", call.name, arguments.len());
                self.complain(message, &call.name_range, format!("it is called on {}", target.name()));
            }
        }
        Some(result)
    }

    fn pattern(&mut self, argument: &Node) {
        let NodeKind::Text(pattern) = &argument.kind else {
            self.complain("a pattern must be a literal", &argument.range, "write .matches('…')");
            return;
        };
        if let Err(error) = expression::check_pattern(pattern) {
            let reason = error.lines().last().unwrap_or_default().trim().to_owned();
            self.complain("not a regular expression", &argument.range, reason);
        }
    }

    fn quantifier(&mut self, quantifier: &'a Quantifier) {
        if let Some(found) = self.type_of(&quantifier.list)
            && found != Type::Texts
        {
            let message = format!("this is {}, but exists and all need a list of texts", found.name());
            self.complain(message, &quantifier.list.range, hint(found, Type::Texts));
        }
        self.variables.push(&quantifier.variable);
        self.expect(&quantifier.body, Type::Bool);
        self.variables.pop();
    }
}

/// What somebody who wrote the one type for the other should write.
fn hint(found: Type, wanted: Type) -> &'static str {
    match (found, wanted) {
        (Type::Ports, Type::Int) => "count the ports: .count()",
        (Type::Texts | Type::Text | Type::Word(_), Type::Int) => "take its length: .size()",
        (Type::Ports | Type::Addresses, _) => "ask a set: .overlaps(…), .within(…), .empty()",
        (Type::Tags, _) => "ask tags: .contains('key'), .value('key')",
        (Type::Texts | Type::Ints, _) => "ask a list: 'x' in list, list.exists(x, …)",
        (_, Type::Bool) => "compare it: == …, != …",
        (_, Type::Ports) => "declare a parameter of type ports and name it: params.ports",
        (_, Type::Addresses) => "declare a parameter of type addresses and name it: params.addresses",
        (_, Type::Texts) => "write a list: ['a', 'b']",
        _ => "compare values of one type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> BTreeMap<String, ParamType> {
        BTreeMap::from([
            ("ports".to_owned(), ParamType::Ports),
            ("limit".to_owned(), ParamType::Int),
            ("names".to_owned(), ParamType::TextList),
            ("office".to_owned(), ParamType::Addresses),
        ])
    }

    /// `word: message (help)` of each error.
    fn errors(kind: Kind, source: &str) -> Vec<String> {
        let expression = expression::compile(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        let errors = check(&expression, kind, &params());
        let told = |error: ConditionError| {
            format!("{}: {} ({})", &source[error.range], error.message, error.help.unwrap_or_default())
        };
        errors.into_iter().map(told).collect()
    }

    #[test]
    fn sound_conditions_pass() {
        for (kind, source) in [
            (Kind::Exposure, "exposure.world && exposure.tcp_ports.overlaps(params.ports)"),
            (Kind::Exposure, "exposure.direction == 'ingress' && !exposure.tcp_ports.within(params.ports)"),
            (Kind::Exposure, "exposure.protocols.exists(p, p in params.names && p.startsWith('t'))"),
            (Kind::Exposure, "exposure.addresses.within(params.office) || exposure.addresses.empty()"),
            (
                Kind::Permission,
                "permission.port_count > params.limit && permission.peer_kind in ['cidr', 'self']",
            ),
            (Kind::Permission, "'egress' != permission.direction && permission.ports.contains(22)"),
            (Kind::Permission, "permission.ports.count() >= 5 ? permission.all_ports : false"),
            (Kind::Group, "group.has_name && !group.name.matches('^[a-z-]+$') && size(group.name) > 3"),
            (Kind::Group, "group.language == 'terraform' && group.subject.contains('web')"),
        ] {
            assert_eq!(errors(kind, source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn errors_name_the_word_and_the_remedy() {
        for (source, expected) in [
            ("permission.direction == 'ingres'", "'ingres': no such value 'ingres' (did you mean ingress?)"),
            (
                "'outbound' == permission.direction",
                "'outbound': no such value 'outbound' (one of ingress, egress)",
            ),
            (
                "permission.direction in ['ingress', 'egres']",
                "'egres': no such value 'egres' (did you mean egress?)",
            ),
            (
                "permission.direktion == 'ingress'",
                "direktion: permission facts have no field direktion (did you mean direction?)",
            ),
            (
                "permision.direction == 'ingress'",
                "permision: unknown name permision (did you mean permission?)",
            ),
            (
                "group.name == 'a'",
                "group: the rule judges permission facts, not group facts (write permission, or judge group facts with on: group)",
            ),
            ("permission.ports.overlaps(params.port)", "port: unknown parameter port (did you mean ports?)"),
            (
                "permission.ports.overlap(params.ports)",
                "overlap: a set of ports has no method overlap (did you mean overlaps?)",
            ),
            (
                "permission.ports.overlaps(22)",
                "22: this is a whole number, but a set of ports is needed here (declare a parameter of type ports and name it: params.ports)",
            ),
            (
                "permission.ports.overlaps()",
                "overlaps: overlaps takes one argument, not 0 (it is called on a set of ports)",
            ),
            (
                "permission.ports == params.ports",
                "permission.ports == params.ports: a set of ports cannot be compared with == (ask a set: .overlaps(…), .within(…), .empty())",
            ),
            (
                "permission.port_count == '22'",
                "permission.port_count == '22': a whole number never equals a text (compare values of one type)",
            ),
            (
                "permission.ports > 5",
                "permission.ports: this is a set of ports, but only whole numbers have an order (count the ports: .count())",
            ),
            (
                "permission.protocol",
                "permission.protocol: this is a text, but true or false is needed here (compare it: == …, != …)",
            ),
            (
                "permission.all_ports && permission.port_count",
                "permission.port_count: this is a whole number, but true or false is needed here (compare it: == …, != …)",
            ),
            (
                "permission",
                "permission: permission is a table, not a value (name one of its fields: permission.…)",
            ),
            (
                "permission.port_count in ['a']",
                "permission.port_count: a whole number is never in a list of texts (compare values of one type)",
            ),
            (
                "permission.protocol in 'tcp'",
                "'tcp': this is a text, but in needs a list (write a list: ['a', 'b'])",
            ),
            ("permission.protocol in []", "[]: an empty list (nothing is in it: name its elements)"),
            (
                "permission.protocol in ['a', 1]",
                "1: this is a whole number, but a text is needed here (compare values of one type)",
            ),
            (
                "permission.protocol.exists(p, p == 'a')",
                "permission.protocol: this is a text, but exists and all need a list of texts (write a list: ['a', 'b'])",
            ),
            ("params.names.exists(p, q == 'a')", "q: unknown name q (one of permission, params, p)"),
            ("permission.protocol.matches('(')", "'(': not a regular expression (error: unclosed group)"),
            (
                "permission.protocol.matches(permission.peer)",
                "permission.peer: a pattern must be a literal (write .matches('…'))",
            ),
            (
                "permission.all_ports.size() > 1",
                "size: true or false has no method size (it has no methods: compare it)",
            ),
            (
                "permission.range_problem == permission.direction",
                "permission.direction: these two are never equal (one of none, reversed, out-of-range, minus-one, missing, port-zero)",
            ),
            (
                "params.limit > 3",
                "params.limit > 3: the condition does not look at the fact (read a field of permission)",
            ),
            ("true", "true: the condition does not look at the fact (read a field of permission)"),
        ] {
            assert_eq!(errors(Kind::Permission, source), [expected], "{source}");
        }
    }

    #[test]
    fn every_error_of_a_condition_is_told() {
        let source = "permission.direktion == 'x' || permission.all_portz";
        assert_eq!(errors(Kind::Permission, source).len(), 2);
    }
}
