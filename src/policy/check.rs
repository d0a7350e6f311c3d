//! The static checker: a condition that passes cannot fail for its spelling.
//!
//! Every field and parameter exists, enum literals exist, operand types fit, only known methods are called,
//! the whole is true or false and looks at the fact. Types come from [`schema`](crate::facts::schema).

use std::collections::BTreeMap;
use std::ops::Range;

use super::expression::{self, ConditionError, Expression};
use super::rule::ParamType;

use super::syntax::{Call, Comparison, Field, Node, NodeKind, Quantifier};
use super::types::Type;
use crate::facts::Kind;
use crate::nearest::{nearest, suggestion};
use crate::network::protocol::Protocol;

/// The name under which a rule's parameters stand.
pub(super) const PARAMS: &str = "params";

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
    /// Variables of the quantifiers around the place, and the kind of text that each stands for.
    variables: Vec<(&'a str, Type)>,
    errors: Vec<ConditionError>,
}

impl<'a> Checker<'a> {
    fn complain(&mut self, message: impl Into<String>, range: &Range<usize>, help: impl Into<String>) {
        self.errors.push(ConditionError::new(message, range.clone()).help(help));
    }

    /// Complains if a part is of another type. A part without a type was complained about already.
    fn expect(&mut self, node: &'a Node, wanted: Type) {
        let Some(found) = self.type_of(node) else { return };
        if !found.fits(wanted) {
            let message = format!("this is {}, but {} is needed here", found.name(), wanted.name());
            let help = respelt(node, wanted).unwrap_or_else(|| hint(found, wanted).to_owned());
            self.complain(message, &node.range, help);
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
            NodeKind::Join(sides) => {
                for side in &**sides {
                    let found = self.type_of(side)?;
                    if !found.is_text() {
                        let message = format!("this is {}, but + joins texts", found.name());
                        self.complain(
                            message,
                            &side.range,
                            "compare fields as they are; sums belong in a fact",
                        );
                        return None;
                    }
                }
                Some(Type::Text)
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
        if let Some((_, ty)) = self.variables.iter().rev().find(|(variable, _)| *variable == name) {
            return Some(*ty);
        }
        if name == self.kind.name() || name == PARAMS {
            let help = format!("name one of its fields: {name}.…");
            self.complain(format!("{name} is a table, not a value"), &node.range, help);
        } else if self.variables.is_empty()
            && name.parse::<Kind>().is_err()
            && nearest(name, [self.kind.name(), PARAMS]).is_none()
        {
            self.complain(
                format!("unknown name {name}"),
                &node.range,
                format!("a text stands in quotes: '{name}'"),
            );
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
        names.extend(self.variables.iter().map(|(variable, _)| variable));
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
                    let help = respelt(side, Type::Int).unwrap_or_else(|| hint(found, Type::Int).to_owned());
                    self.complain(message, &side.range, help);
                }
            }
            return;
        }
        match (left, right) {
            (Type::Bool, Type::Bool) | (Type::Int, Type::Int) => {}
            (Type::Word(_) | Type::Protocol, _) if right.is_text() => self.word(left, right, &sides[1]),
            _ if left.is_text() && right.is_text() => self.word(right, left, &sides[0]),
            _ if left.fits(right) => {
                let message = format!("{} cannot be compared with ==", left.name());
                self.complain(message, &node.range, hint(left, Type::Bool));
            }
            _ => {
                let message = format!("{} never equals {}", left.name(), right.name());
                let of_sets = [left, right].into_iter().find(|ty| ty.is_set()).map(|ty| hint(ty, Type::Bool));
                let help = respelt(&sides[0], right)
                    .or_else(|| respelt(&sides[1], left))
                    .unwrap_or_else(|| of_sets.unwrap_or("compare values of one type").to_owned());
                self.complain(message, &node.range, help);
            }
        }
    }

    /// The other side of a comparison with a text out of a closed set: a literal must be in it.
    fn word(&mut self, ty: Type, other: Type, side: &Node) {
        match (ty, &side.kind, other) {
            (Type::Word(words), NodeKind::Text(text), _) if !words.contains(&text.as_str()) => {
                self.complain(format!("no such value '{text}'"), &side.range, suggestion(text, words));
            }
            (Type::Protocol, NodeKind::Text(text), _) => {
                if let Some(help) = no_protocol(text) {
                    self.complain(format!("no such value '{text}'"), &side.range, help);
                }
            }
            (Type::Word(words), _, Type::Word(others)) if !words.iter().any(|word| others.contains(word)) => {
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
            (_, Type::Protocols) if item.is_text() => self.word(Type::Protocol, item, &sides[0]),
            (_, Type::Texts) if item.is_text() => {
                if let NodeKind::List(items) = &sides[1].kind {
                    for literal in items {
                        self.word(item, Type::Text, literal);
                    }
                }
            }
            (Type::Int, Type::Ints) => {}
            (_, Type::Texts | Type::Protocols | Type::Ints) => {
                let message = format!("{} is never in {}", item.name(), list.name());
                let wanted = if list == Type::Ints { Type::Int } else { Type::Text };
                let help = respelt(&sides[0], wanted);
                let help = help.unwrap_or_else(|| "compare values of one type".to_owned());
                self.complain(message, &sides[0].range, help);
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
        let found = self.type_of(&quantifier.list);
        if let Some(found) = found.filter(|found| !found.is_texts()) {
            let message = format!("this is {}, but exists and all need a list of texts", found.name());
            self.complain(message, &quantifier.list.range, hint(found, Type::Texts));
        }
        let element = if found == Some(Type::Protocols) { Type::Protocol } else { Type::Text };
        self.variables.push((&quantifier.variable, element));
        self.expect(&quantifier.body, Type::Bool);
        self.variables.pop();
    }
}

/// What to write instead of a text that no protocol is called by; `None` if one is. A rule that gives no protocol has an
/// empty one.
fn no_protocol(text: &str) -> Option<String> {
    match Protocol::meant(text) {
        Some(protocol) if protocol.name() == text => None,
        Some(protocol) => Some(format!("write '{protocol}'")),
        None if text.is_empty() => None,
        None => Some(suggestion(text, &["tcp", "udp", "icmp", "icmpv6", "all", "a number from 0 to 255"])),
    }
}

/// A literal as the type that is needed, if it only stands in quotes or lacks them.
fn respelt(node: &Node, wanted: Type) -> Option<String> {
    match &node.kind {
        NodeKind::Text(text) if wanted == Type::Int && text.parse::<i64>().is_ok() => {
            Some(format!("write {text} without quotes"))
        }
        NodeKind::Text(text) if wanted == Type::Bool && matches!(text.as_str(), "true" | "false") => {
            Some(format!("write {text} without quotes"))
        }
        NodeKind::Int(number) if wanted.is_text() => Some(format!("write it in quotes: '{number}'")),
        _ => None,
    }
}

/// What somebody who wrote the one type for the other should write.
fn hint(found: Type, wanted: Type) -> &'static str {
    match (found, wanted) {
        (Type::Ports, Type::Int) => "count the ports: .count()",
        (_, Type::Int) if found.is_text() || found.is_texts() => "take its length: .size()",
        (Type::Ports, _) => {
            "ask ports: .contains(22), .within(params.ports), .overlaps(params.ports), .empty()"
        }
        (Type::Addresses, _) => "ask a set: .overlaps(…), .within(…), .empty()",
        (Type::Tags, _) => "ask tags: .contains('key'), .value('key')",
        (Type::Texts | Type::Protocols | Type::Ints, _) => "ask a list: 'x' in list, list.exists(x, …)",
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
            (
                Kind::Exposure,
                "exposure.protocols.all(p, p in ['tcp', '50']) || 'icmpv6' in exposure.protocols",
            ),
            (Kind::Permission, "permission.protocol != '' && permission.protocol in params.names"),
            (Kind::Group, "group.name.startsWith(group.tags.value('Team') + '-')"),
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
                "permission.ports == params.ports: a set of ports cannot be compared with == (ask ports: .contains(22), .within(params.ports), .overlaps(params.ports), .empty())",
            ),
            (
                "permission.port_count == '22'",
                "permission.port_count == '22': a whole number never equals a text (write 22 without quotes)",
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
                "permission.ports == [22]",
                "permission.ports == [22]: a set of ports never equals a list of numbers (ask ports: .contains(22), .within(params.ports), .overlaps(params.ports), .empty())",
            ),
            (
                "permission.ports.contains('22')",
                "'22': this is a text, but a whole number is needed here (write 22 without quotes)",
            ),
            (
                "permission.direction == ingress",
                "ingress: unknown name ingress (a text stands in quotes: 'ingress')",
            ),
            (
                "permission.all_ports == 'true'",
                "permission.all_ports == 'true': true or false never equals a text (write true without quotes)",
            ),
            ("permission.protocol == 'TCP'", "'TCP': no such value 'TCP' (write 'tcp')"),
            ("permission.protocol == '6'", "'6': no such value '6' (write 'tcp')"),
            ("permission.protocol == 'tpc'", "'tpc': no such value 'tpc' (did you mean tcp?)"),
            ("permission.protocol != '-1'", "'-1': no such value '-1' (write 'all')"),
            ("permission.protocol in ['tcp', 'gre']", "'gre': no such value 'gre' (write '47')"),
            (
                "permission.protocol in ['tcp', '256']",
                "'256': no such value '256' (one of tcp, udp, icmp, icmpv6, all, a number from 0 to 255)",
            ),
            (
                "permission.protocol == 6",
                "permission.protocol == 6: a text never equals a whole number (write it in quotes: '6')",
            ),
            (
                "permission.peer + permission.port_count == 'a'",
                "permission.port_count: this is a whole number, but + joins texts (compare fields as they are; sums belong in a fact)",
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
                "permission.protocol in ['tcp', 1]",
                "1: this is a whole number, but a text is needed here (write it in quotes: '1')",
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
    fn protocols_are_checked_also_as_elements() {
        let told = |source| errors(Kind::Exposure, source);
        assert_eq!(told("'TCP' in exposure.protocols"), ["'TCP': no such value 'TCP' (write 'tcp')"]);
        let element = "exposure.protocols.exists(p, p == 'esp')";
        assert_eq!(told(element), ["'esp': no such value 'esp' (write '50')"]);
    }

    #[test]
    fn every_error_of_a_condition_is_told() {
        let source = "permission.direktion == 'x' || permission.all_portz";
        assert_eq!(errors(Kind::Permission, source).len(), 2);
    }
}
