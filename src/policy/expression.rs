//! CEL behind three functions: [`compile`], [`references`], [`evaluate`].
//!
//! The crate `cel` parses and computes; everything it offers beyond the subset in
//! [`syntax`](super::syntax) is refused here, so that it can be replaced without changing a rule.
//! A field that is not known is an error to CEL, and CEL's `&&` and `||` absorb errors as Kleene's logic
//! does: what is left of an error is the verdict *unknown*.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{Expr, LiteralValue, operators};
use cel::{Context, ExecutionError, IdedExpr, Program};

use super::binding::{ENVIRONMENT, PARTLY_KNOWN, Scope};
use super::parse_error;
use super::syntax::{Call, Comparison, Field, Logic, Node, NodeKind, Quantifier};
use super::types::is_method;
use crate::facts::{Fact, FieldValue};
use crate::resource::Unknown;

/// The longest condition, in bytes.
const MAX_LENGTH: usize = 4096;

/// How deep quantifiers may nest: cost grows with a list's length to this power.
const MAX_QUANTIFIERS: usize = 2;

/// The parameters of a rule, after config.
pub type Params = BTreeMap<String, FieldValue>;

/// A compiled condition.
#[derive(Debug)]
pub struct Expression {
    program: Program,
    tree: Node,
    guards: Vec<Guard>,
}

/// What a condition says about a fact.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It holds: the rule is violated.
    Violates,
    /// It does not hold.
    Complies,
    /// It depends on fields that are not known: these, with their reasons.
    Unknown(Vec<(String, Option<Arc<Unknown>>)>),
    /// It could not be computed. A checked condition does not come here.
    Error(String),
}

/// What is wrong with a condition: not CEL, not in the subset, or (from the checker) not meaningful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// What is wrong.
    pub message: String,
    /// Bytes of the source it is about.
    pub range: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

impl ConditionError {
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self { message: message.into(), range, help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Expression {
    /// The parts that `&&` joins at the top, in a form that can be joined by `&&` again, and where they stand.
    pub fn conjuncts(&self) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        self.tree.conjuncts(&mut found);
        let alone = found.len() == 1;
        let text = |node: &Node| if alone { node.to_string() } else { node.operand() };
        found.into_iter().map(|node| (text(node), node.range.clone())).collect()
    }

    /// The condition's tree, for the checker.
    pub fn tree(&self) -> &Node {
        &self.tree
    }
}

/// Parses a condition.
pub fn compile(source: &str) -> Result<Expression, ConditionError> {
    if source.len() > MAX_LENGTH {
        let message = format!("the condition is longer than {MAX_LENGTH} bytes");
        return Err(ConditionError::new(message, 0..source.len()).help("move the reasoning into a fact"));
    }
    let program = ENVIRONMENT.compile(source).map_err(|errors| {
        let (line, column) = errors.errors.first().map_or((1, 1), |error| error.pos);
        parse_error::explain(source, line.max(1).cast_unsigned(), column.max(1).cast_unsigned())
    })?;
    let tree = Reader { source, program: &program }.read(program.expression(), 0)?;
    let mut conjuncts = Vec::new();
    tree.conjuncts(&mut conjuncts);
    let guards = conjuncts.into_iter().filter_map(Guard::of).collect();
    Ok(Expression { program, tree, guards })
}

/// The fields and parameters a condition reads, in source order, repeated ones once.
pub fn references(expression: &Expression) -> Vec<&Field> {
    let mut found: Vec<&Field> = Vec::new();
    expression.tree.walk(&mut |node| {
        if let NodeKind::Field(field) = &node.kind
            && !found.iter().any(|seen| seen.owner == field.owner && seen.name == field.name)
        {
            found.push(field);
        }
    });
    found
}

/// Whether a text is a regular expression; the error says why not.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    let program = ENVIRONMENT.compile("''.matches(pattern)").map_err(|error| error.to_string())?;
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.add_variable_from_value("pattern", pattern);
    program.execute(&context).map(drop).map_err(|error| match error {
        ExecutionError::FunctionError { message, .. } => message,
        other => other.to_string(),
    })
}

/// Judges one fact.
pub fn evaluate(expression: &Expression, fact: &Fact, params: &Params) -> Verdict {
    if expression.guards.iter().any(|guard| guard.excludes(fact)) {
        return Verdict::Complies;
    }
    let scope = Scope::new(fact, params);
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.set_variable_resolver(&scope);
    match expression.program.execute(&context) {
        Ok(cel::Value::Bool(true)) => Verdict::Violates,
        Ok(cel::Value::Bool(false)) => Verdict::Complies,
        Ok(other) => Verdict::Error(format!("the condition yields {other:?}, not true or false")),
        Err(error) if is_unknown(&error) => Verdict::Unknown(unknown_fields(expression, fact)),
        Err(error) => Verdict::Error(error.to_string()),
    }
}

fn is_unknown(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::NoSuchKey(_) => true,
        ExecutionError::FunctionError { message, .. } => message == PARTLY_KNOWN,
        _ => false,
    }
}

/// The fields the condition reads that are not, or only in part, known.
fn unknown_fields(expression: &Expression, fact: &Fact) -> Vec<(String, Option<Arc<Unknown>>)> {
    let fields = references(expression).into_iter().filter(|field| field.owner == fact.kind.name());
    fields
        .filter_map(|field| match fact.fields.get(field.name.as_str()) {
            Some(value) => value.more().map(|why| (field.name.clone(), Some(Arc::clone(why)))),
            None => Some((field.name.clone(), fact.unknown.get(field.name.as_str()).cloned())),
        })
        .collect()
}

/// A top-level conjunct that is cheap to refute: `a.flag`, `!a.flag`, `a.word == 'x'`, `a.word != 'x'`.
/// One that is false makes the condition false whatever the rest says, known or not.
#[derive(Debug)]
struct Guard {
    field: String,
    expected: Literal,
    negated: bool,
}

#[derive(Debug)]
enum Literal {
    Bool(bool),
    Text(String),
}

impl Guard {
    fn of(node: &Node) -> Option<Self> {
        let flag = |field: &Field, expected| Self {
            field: field.name.clone(),
            expected: Literal::Bool(expected),
            negated: false,
        };
        match &node.kind {
            NodeKind::Field(field) if field.owner != "params" => Some(flag(field, true)),
            NodeKind::Not(inner) => match &inner.kind {
                NodeKind::Field(field) if field.owner != "params" => Some(flag(field, false)),
                _ => None,
            },
            NodeKind::Compare(comparison, sides) if !comparison.is_order() => {
                let [NodeKind::Field(field), literal] = [&sides[0].kind, &sides[1].kind] else { return None };
                let expected = match literal {
                    NodeKind::Text(text) => Literal::Text(text.clone()),
                    NodeKind::Bool(value) => Literal::Bool(*value),
                    _ => return None,
                };
                let negated = *comparison == Comparison::NotEqual;
                (field.owner != "params").then(|| Self { field: field.name.clone(), expected, negated })
            }
            _ => None,
        }
    }

    /// Whether it is certainly false. A field of another type than expected is left to CEL.
    fn excludes(&self, fact: &Fact) -> bool {
        let equal = match (fact.fields.get(self.field.as_str()), &self.expected) {
            (Some(FieldValue::Bool(value)), Literal::Bool(expected)) => value == expected,
            (Some(FieldValue::Text(value)), Literal::Text(expected)) => value == expected,
            _ => return false,
        };
        equal == self.negated
    }
}

/// Reads the crate's syntax tree into ours, and refuses what is not in the subset.
struct Reader<'a> {
    source: &'a str,
    program: &'a Program,
}

impl Reader<'_> {
    fn read(&self, expression: &IdedExpr, quantifiers: usize) -> Result<Node, ConditionError> {
        let at = self.token(expression);
        let node = |kind| Ok(Node { range: at.clone(), kind });
        match &expression.expr {
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(value) => node(NodeKind::Bool(*value.inner())),
                LiteralValue::Int(value) => node(NodeKind::Int(*value.inner())),
                LiteralValue::String(value) => node(NodeKind::Text(value.inner().to_owned())),
                LiteralValue::UInt(_) | LiteralValue::Double(_) => {
                    Err(refused(at, "this kind of number").help("write a whole number without suffix"))
                }
                LiteralValue::Bytes(_) | LiteralValue::Null => Err(refused(at, "this literal").help(
                    "a field that is not known is absent; compare with a text, a number or a truth value",
                )),
            },
            Expr::Ident(name) => node(NodeKind::Name(name.clone())),
            Expr::List(list) if list.optional_indices.is_empty() => {
                let items = self.read_all(&list.elements, quantifiers)?;
                let last = items.last().map_or(at.end, |item| item.range.end);
                let end = self.after(last, "]");
                Ok(Node { range: at.start..end, kind: NodeKind::List(items) })
            }
            Expr::Select(select) if !select.test => {
                let Expr::Ident(owner) = &select.operand.expr else {
                    let name = &select.field;
                    return Err(refused(at, "a field of a field").help(if is_method(name) {
                        format!("call it: .{name}(…)")
                    } else {
                        format!("ask for a tag: .value('{name}')")
                    }));
                };
                let owner_range = self.token(&select.operand);
                let name_range = self.word_from(at.end, &select.field);
                let range = owner_range.start..name_range.end;
                let field =
                    Field { owner: owner.clone(), owner_range, name: select.field.clone(), name_range };
                Ok(Node { range, kind: NodeKind::Field(field) })
            }
            Expr::Select(_) => Err(refused(at, "has()")
                .help("every fact has all fields of its kind: a text that is not given is ''")),
            Expr::Call(call) => {
                self.read_call(&call.func_name, call.target.as_deref(), &call.args, at, quantifiers)
            }
            Expr::Comprehension(comprehension) => self.read_quantifier(comprehension, at, quantifiers + 1),
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(refused(at, "this construct"))
            }
        }
    }

    fn read_all(&self, expressions: &[IdedExpr], quantifiers: usize) -> Result<Vec<Node>, ConditionError> {
        expressions.iter().map(|expression| self.read(expression, quantifiers)).collect()
    }

    fn read_call(
        &self,
        function: &str,
        target: Option<&IdedExpr>,
        arguments: &[IdedExpr],
        at: Range<usize>,
        quantifiers: usize,
    ) -> Result<Node, ConditionError> {
        let mut nodes = self.read_all(arguments, quantifiers)?;
        let spanned = |nodes: &[Node], start: usize| {
            let end = nodes.last().map_or(at.end, |node| node.range.end);
            nodes.first().map_or(start, |node| node.range.start.min(start))..end
        };
        if target.is_none() {
            let range = spanned(&nodes, at.start);
            let binary = |nodes: Vec<Node>| <[Node; 2]>::try_from(nodes).map(Box::new).ok();
            let kind = match function {
                _ if let Some(comparison) = Comparison::of(function) => {
                    binary(nodes).map(|parts| NodeKind::Compare(comparison, parts))
                }
                operators::LOGICAL_NOT => nodes.pop().map(|inner| NodeKind::Not(Box::new(inner))),
                operators::LOGICAL_AND => binary(nodes).map(|parts| NodeKind::Logic(Logic::And, parts)),
                operators::LOGICAL_OR => binary(nodes).map(|parts| NodeKind::Logic(Logic::Or, parts)),
                operators::IN => binary(nodes).map(NodeKind::In),
                operators::ADD => binary(nodes).map(NodeKind::Join),
                operators::INDEX => {
                    let help = match nodes.get(1).map(|key| &key.kind) {
                        Some(NodeKind::Text(key)) => format!("ask for a tag: .value('{key}')"),
                        _ => "ask with in, exists or all".to_owned(),
                    };
                    return Err(refused(at, "an index").help(help));
                }
                operators::CONDITIONAL => {
                    <[Node; 3]>::try_from(nodes).map(|parts| NodeKind::Choice(Box::new(parts))).ok()
                }
                "size" if nodes.len() == 1 => {
                    let name_range = self.word_before(at.start, function);
                    let target = nodes.pop().map(Box::new);
                    let range = name_range.start..self.after(range.end, ")");
                    return Ok(Node {
                        range,
                        kind: NodeKind::Call(Call {
                            target: target.ok_or_else(|| refused(at, "size()"))?,
                            name: function.to_owned(),
                            name_range,
                            arguments: Vec::new(),
                        }),
                    });
                }
                _ => None,
            };
            return match kind {
                Some(kind) => Ok(Node { range, kind }),
                None => Err(self.refuse_call(function, at)),
            };
        }
        let Some(target) = target else { return Err(self.refuse_call(function, at)) };
        let target = Box::new(self.read(target, quantifiers)?);
        let name_range = self.word_before(at.start, function);
        let end = self.after(nodes.last().map_or(at.end, |node| node.range.end), ")");
        let range = target.range.start..end;
        let call = Call { target, name: function.to_owned(), name_range, arguments: nodes };
        Ok(Node { range, kind: NodeKind::Call(call) })
    }

    /// `exists` and `all` fold a list with `||` and `&&`; the other macros build lists or count.
    fn read_quantifier(
        &self,
        comprehension: &cel::common::ast::ComprehensionExpr,
        at: Range<usize>,
        quantifiers: usize,
    ) -> Result<Node, ConditionError> {
        let step = match &comprehension.loop_step.expr {
            Expr::Call(step) => match step.func_name.as_str() {
                operators::LOGICAL_AND => step.args.get(1).map(|body| (true, body)),
                operators::LOGICAL_OR => step.args.get(1).map(|body| (false, body)),
                _ => None,
            },
            _ => None,
        };
        let name = self.word_ending(at.start);
        let Some((all, body)) = step else {
            return Err(refused(name, "this macro").help("only exists and all may look into a list"));
        };
        if quantifiers > MAX_QUANTIFIERS {
            let message = format!("exists and all nest deeper than {MAX_QUANTIFIERS}");
            return Err(ConditionError::new(message, name).help("move the reasoning into a fact"));
        }
        let list = self.read(&comprehension.iter_range, quantifiers)?;
        let body = self.read(body, quantifiers)?;
        let range = list.range.start..self.after(body.range.end, ")");
        let quantifier = Quantifier { all, list, variable: comprehension.iter_var.clone(), body };
        Ok(Node { range, kind: NodeKind::Quantifier(Box::new(quantifier)) })
    }

    fn refuse_call(&self, function: &str, at: Range<usize>) -> ConditionError {
        match function {
            operators::OPT_INDEX => refused(at, "an index").help("ask with in, exists or all"),
            operators::OPT_SELECT => refused(at, "optional selection").help("write kind.field"),
            _ if function.starts_with(|first: char| first.is_alphabetic()) => {
                let range = self.word_before(at.start, function);
                ConditionError::new(format!("unknown function {function}"), range)
                    .help("methods are called on a value: permission.ports.overlaps(params.ports)")
            }
            _ => refused(at, "arithmetic").help("compare fields as they are; sums belong in a fact"),
        }
    }

    /// The token that the crate gives as the place of a node: an operator, a dot, a parenthesis, a literal.
    fn token(&self, expression: &IdedExpr) -> Range<usize> {
        let (start, last) = self.program.source_info().offset_for(expression.id).unwrap_or_default();
        let start = self.source.floor_char_boundary((start as usize).min(self.source.len()));
        let end = self.source.ceil_char_boundary((last as usize + 1).clamp(start, self.source.len()));
        start..end
    }

    fn word_from(&self, from: usize, word: &str) -> Range<usize> {
        let start = self.source[from..].find(word).map_or(from, |found| from + found);
        start..(start + word.len()).min(self.source.len())
    }

    fn word_before(&self, until: usize, word: &str) -> Range<usize> {
        let start = self.source[..until].rfind(word).unwrap_or(until);
        start..(start + word.len()).min(self.source.len())
    }

    /// The identifier that ends before a parenthesis.
    fn word_ending(&self, parenthesis: usize) -> Range<usize> {
        let text = self.source[..parenthesis].trim_end();
        let start = text.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |found| found + 1);
        start..text.len()
    }

    /// The end of the next `mark` if only space stands before it.
    fn after(&self, from: usize, mark: &str) -> usize {
        let rest = &self.source[from..];
        let space = rest.len() - rest.trim_start().len();
        if rest[space..].starts_with(mark) { from + space + mark.len() } else { from }
    }
}

fn refused(range: Range<usize>, what: &str) -> ConditionError {
    ConditionError::new(format!("{what} is not part of the rule language"), range)
}

impl Comparison {
    /// The comparison that the crate's operator stands for.
    fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            operators::EQUALS => Self::Equal,
            operators::NOT_EQUALS => Self::NotEqual,
            operators::LESS => Self::Less,
            operators::LESS_EQUALS => Self::LessEqual,
            operators::GREATER => Self::Greater,
            operators::GREATER_EQUALS => Self::GreaterEqual,
            _ => return None,
        })
    }
}
