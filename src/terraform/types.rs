//! Type constraints of variables, and Terraform's conversion of a value to a type.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::order;
use crate::resource::{Marks, Number, Value, ValueKind};
use crate::source::Span;
use crate::syntax::hcl::{Expr, ExprKind};

/// A type constraint.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// `any`: whatever is given.
    Any,
    /// `string`.
    String,
    /// `number`.
    Number,
    /// `bool`.
    Bool,
    /// `list(T)`.
    List(Box<Type>),
    /// `set(T)`.
    Set(Box<Type>),
    /// `map(T)`.
    Map(Box<Type>),
    /// `tuple([T, …])`.
    Tuple(Vec<Type>),
    /// `object({name = T, …})`.
    Object(BTreeMap<Arc<str>, Attribute>),
}

/// An attribute of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// Its type.
    pub(crate) ty: Type,
    /// Whether it may be left out: `optional(T)`.
    pub(crate) optional: bool,
    /// What stands in for it then, already of its type: `optional(T, default)`.
    pub(crate) default: Option<Value>,
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("any"),
            Self::String => formatter.write_str("string"),
            Self::Number => formatter.write_str("number"),
            Self::Bool => formatter.write_str("bool"),
            Self::List(element) => write!(formatter, "list of {element}"),
            Self::Set(element) => write!(formatter, "set of {element}"),
            Self::Map(element) => write!(formatter, "map of {element}"),
            Self::Tuple(_) => formatter.write_str("tuple"),
            Self::Object(_) => formatter.write_str("object"),
        }
    }
}

/// The type that a type expression names; also the quoted `"string"`, `"list"`, `"map"` and the bare `list`
/// and `map` of older code. `default_value` evaluates the default of an optional attribute.
///
/// # Errors
/// The part of the expression that is no type, and why.
pub(crate) fn type_of(expr: &Expr, default_value: &dyn Fn(&Expr) -> Value) -> Result<Type, (Span, String)> {
    match &expr.kind {
        ExprKind::Variable(name) => keyword(name).ok_or_else(|| (expr.span, format!("{name} is not a type"))),
        ExprKind::String(name) => keyword(name)
            .filter(|_| matches!(&**name, "string" | "list" | "map"))
            .ok_or_else(|| (expr.span, "a type is written without quotes".to_owned())),
        ExprKind::Call { name, name_span, arguments, .. } => {
            let [argument] = &arguments[..] else {
                return Err((expr.span, format!("the type {name} takes one argument")));
            };
            let element = || type_of(argument, default_value).map(Box::new);
            match &**name {
                "list" => element().map(Type::List),
                "set" => element().map(Type::Set),
                "map" => element().map(Type::Map),
                "tuple" => tuple_type(argument, default_value),
                "object" => object_type(argument, default_value),
                "optional" => {
                    Err((expr.span, "optional is only valid on an attribute of an object type".to_owned()))
                }
                _ => Err((*name_span, format!("{name} is not a type"))),
            }
        }
        _ => Err((expr.span, "a type is a keyword or a call like list(string)".to_owned())),
    }
}

fn keyword(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Any,
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => return None,
    })
}

fn tuple_type(argument: &Expr, default_value: &dyn Fn(&Expr) -> Value) -> Result<Type, (Span, String)> {
    let ExprKind::List(elements) = &argument.kind else {
        return Err((argument.span, "a tuple type takes a list of types".to_owned()));
    };
    elements.iter().map(|element| type_of(element, default_value)).collect::<Result<_, _>>().map(Type::Tuple)
}

fn object_type(argument: &Expr, default_value: &dyn Fn(&Expr) -> Value) -> Result<Type, (Span, String)> {
    let ExprKind::Object(items) = &argument.kind else {
        return Err((argument.span, "an object type takes a map of attribute types".to_owned()));
    };
    let mut attributes = BTreeMap::new();
    for item in items {
        let ExprKind::String(name) = &item.key.kind else {
            return Err((item.key.span, "an attribute name is a plain word".to_owned()));
        };
        attributes.insert(Arc::clone(name), attribute_type(&item.value, default_value)?);
    }
    Ok(Type::Object(attributes))
}

fn attribute_type(expr: &Expr, default_value: &dyn Fn(&Expr) -> Value) -> Result<Attribute, (Span, String)> {
    let ExprKind::Call { name, arguments, .. } = &expr.kind else {
        return Ok(Attribute { ty: type_of(expr, default_value)?, optional: false, default: None });
    };
    if &**name != "optional" {
        return Ok(Attribute { ty: type_of(expr, default_value)?, optional: false, default: None });
    }
    let (ty, default) = match &arguments[..] {
        [ty] => (ty, None),
        [ty, default] => (ty, Some(default)),
        _ => return Err((expr.span, "optional takes a type and, if wanted, a default".to_owned())),
    };
    let ty = type_of(ty, default_value)?;
    let default = default
        .map(|default| {
            convert(&default_value(default), &ty).map_err(|message| {
                (default.span, format!("the default is not valid for the attribute's type: {message}"))
            })
        })
        .transpose()?;
    Ok(Attribute { ty, optional: true, default })
}

/// The value as Terraform converts it when it is assigned to the type. Each element keeps its origin.
/// Null stays null; what is unknown or a reference passes, because its type is not known.
///
/// # Errors
/// Why there is no such conversion, as Terraform says it.
pub(crate) fn convert(value: &Value, ty: &Type) -> Result<Value, String> {
    let kind = match (&value.kind, ty) {
        (ValueKind::Null | ValueKind::Unknown(_) | ValueKind::Reference(_), _)
        | (_, Type::Any)
        | (ValueKind::Template(_) | ValueKind::String(_), Type::String)
        | (ValueKind::Number(_), Type::Number)
        | (ValueKind::Bool(_), Type::Bool) => return Ok(value.clone()),
        (ValueKind::Template(_), Type::Number | Type::Bool) => {
            return Ok(order::unknown_content(value, value.origin.written).unwrap_or_else(|| value.clone()));
        }
        (_, Type::String) => ValueKind::String(value.to_text().ok_or_else(|| "string required".to_owned())?),
        (ValueKind::String(text), Type::Number) => {
            ValueKind::Number(Number::converted(text).ok_or_else(|| "a number is required".to_owned())?)
        }
        (_, Type::Number) => return Err("a number is required".to_owned()),
        (ValueKind::String(text), Type::Bool) => ValueKind::Bool(bool_of(text)?),
        (_, Type::Bool) => return Err("a bool is required".to_owned()),
        (ValueKind::List(items) | ValueKind::Set(items), Type::List(element)) => {
            ValueKind::List(Arc::new(elements(items, element)?))
        }
        (ValueKind::List(items) | ValueKind::Set(items), Type::Set(element)) => {
            ValueKind::Set(Arc::new(order::set_elements(elements(items, element)?)))
        }
        (ValueKind::Map(entries), Type::Map(element)) => {
            ValueKind::Map(Arc::new(map_entries(entries, element)?))
        }
        (ValueKind::List(items), Type::Tuple(types)) => {
            if items.len() != types.len() {
                return Err(format!("a tuple of {} elements is required", types.len()));
            }
            let converted = items
                .iter()
                .zip(types)
                .enumerate()
                .map(|(index, (item, ty))| convert(item, ty).map_err(|why| format!("element {index}: {why}")))
                .collect::<Result<_, _>>()?;
            ValueKind::List(Arc::new(converted))
        }
        (ValueKind::Map(entries), Type::Object(attributes)) => {
            ValueKind::Map(Arc::new(object_entries(value, entries, attributes)?))
        }
        _ => return Err(format!("{ty} required")),
    };
    let converted = Value { kind, origin: value.origin.clone() };
    // Nobody can say of an element of a set that it is a sensitive one without saying which.
    let marks = if matches!(ty, Type::Set(_)) { converted.marks_within() } else { Marks::NONE };
    Ok(converted.marked(marks))
}

/// A text as a truth value.
pub(super) fn bool_of(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("a bool is required".to_owned()),
    }
}

fn elements(items: &[Value], element: &Type) -> Result<Vec<Value>, String> {
    if let Type::Any = element {
        let mut items = items.to_vec();
        unify(items.iter_mut())?;
        return Ok(items);
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| convert(item, element).map_err(|why| format!("element {index}: {why}")))
        .collect()
}

fn map_entries(
    entries: &BTreeMap<Arc<str>, Value>,
    element: &Type,
) -> Result<BTreeMap<Arc<str>, Value>, String> {
    if let Type::Any = element {
        let mut entries = entries.clone();
        unify(entries.values_mut())?;
        return Ok(entries);
    }
    entries
        .iter()
        .map(|(key, value)| match convert(value, element) {
            Ok(value) => Ok((Arc::clone(key), value)),
            Err(why) => Err(format!("element {key:?}: {why}")),
        })
        .collect()
}

fn object_entries(
    object: &Value,
    entries: &BTreeMap<Arc<str>, Value>,
    attributes: &BTreeMap<Arc<str>, Attribute>,
) -> Result<BTreeMap<Arc<str>, Value>, String> {
    let mut converted = BTreeMap::new();
    for (name, attribute) in attributes {
        let value = match (entries.get(name).filter(|value| !value.is_null()), &attribute.default) {
            (Some(value), _) => {
                convert(value, &attribute.ty).map_err(|why| format!("attribute {name:?}: {why}"))?
            }
            (None, Some(default)) => default.clone(),
            (None, None) if attribute.optional || entries.contains_key(name) => {
                entries.get(name).cloned().unwrap_or_else(|| Value::null(object.origin.written))
            }
            (None, None) => return Err(format!("attribute {name:?} is required")),
        };
        converted.insert(Arc::clone(name), value);
    }
    Ok(converted)
}

/// Brings the elements of a collection to the one type that they share: scalars to text as soon as one is
/// text, and the same inside elements that are collections. Unknown elements and references stay.
///
/// # Errors
/// If there is no such type.
pub(crate) fn unify<'a>(items: impl Iterator<Item = &'a mut Value>) -> Result<(), String> {
    let mut items: Vec<&mut Value> = items.collect();
    let has = |wanted: fn(&ValueKind) -> bool| items.iter().any(|item| wanted(&item.kind));
    let numbers = has(|kind| matches!(kind, ValueKind::Number(_)));
    let bools = has(|kind| matches!(kind, ValueKind::Bool(_)));
    let texts = has(|kind| matches!(kind, ValueKind::String(_) | ValueKind::Template(_)));
    let lists = has(|kind| matches!(kind, ValueKind::List(_) | ValueKind::Set(_)));
    let maps = has(|kind| matches!(kind, ValueKind::Map(_)));
    // What is not known may turn out to be text, and then numbers and truth values become text, too.
    let open = has(|kind| matches!(kind, ValueKind::Unknown(_) | ValueKind::Reference(_)));
    let scalars = numbers || bools || texts;
    if (scalars && (lists || maps)) || (lists && maps) || (numbers && bools && !texts && !open) {
        return Err("all elements must have the same type".to_owned());
    }
    if texts && (numbers || bools) {
        for item in &mut items {
            if let (ValueKind::Number(_) | ValueKind::Bool(_), Some(text)) = (&item.kind, item.to_text()) {
                item.kind = ValueKind::String(text);
            }
        }
    }
    if lists {
        unify_lists(items)
    } else if maps {
        unify_maps(items)
    } else {
        Ok(())
    }
}

/// Tuples of one length share a type position by position; other lists share one element type.
fn unify_lists(items: Vec<&mut Value>) -> Result<(), String> {
    let mut lists: Vec<&mut Vec<Value>> = items
        .into_iter()
        .filter_map(|item| match &mut item.kind {
            ValueKind::List(items) | ValueKind::Set(items) => Some(Arc::make_mut(items)),
            _ => None,
        })
        .collect();
    let Some(length) = lists.first().map(|list| list.len()) else { return Ok(()) };
    if lists.iter().any(|list| list.len() != length) {
        return unify(lists.into_iter().flatten());
    }
    for position in 0..length {
        unify(lists.iter_mut().map(|list| &mut list[position]))?;
    }
    Ok(())
}

/// Objects with the same attributes share a type attribute by attribute; other maps share one element type.
fn unify_maps(items: Vec<&mut Value>) -> Result<(), String> {
    let mut maps: Vec<&mut BTreeMap<Arc<str>, Value>> = items
        .into_iter()
        .filter_map(|item| match &mut item.kind {
            ValueKind::Map(entries) => Some(Arc::make_mut(entries)),
            _ => None,
        })
        .collect();
    let Some(keys) = maps.first().map(|map| map.keys().cloned().collect::<Vec<_>>()) else { return Ok(()) };
    if maps.iter().any(|map| !map.keys().eq(&keys)) {
        return unify(maps.into_iter().flat_map(|map| map.values_mut()));
    }
    for key in &keys {
        unify(maps.iter_mut().filter_map(|map| map.get_mut(key)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::hcl::parse_expression;
    use crate::terraform::functions::testing::{evaluate, show};

    fn ty(text: &str) -> Result<Type, (String, String)> {
        let map = SourceMap::new("/");
        let parsed = parse_expression(&map.add("type", text)).unwrap();
        let default = |expr: &Expr| evaluate(expr).unwrap();
        type_of(&parsed, &default).map_err(|(span, message)| (map.text(span), message))
    }

    fn converted(value: &str, to: &str) -> String {
        let map = SourceMap::new("/");
        let parsed = parse_expression(&map.add("value", value)).unwrap();
        match convert(&evaluate(&parsed).unwrap(), &ty(to).unwrap()) {
            Ok(value) => show(&value),
            Err(message) => format!("error: {message}"),
        }
    }

    #[test]
    fn a_wrong_type_is_refused_where_it_stands() {
        for (text, place) in [
            ("lst(string)", "lst"),
            ("list(strng)", "strng"),
            ("object({a = text})", "text"),
            ("list(string, number)", "list(string, number)"),
            ("list(optional(string))", "optional(string)"),
            ("tuple(string)", "string"),
            ("object([string])", "[string]"),
            ("1", "1"),
            (r#"object({a = optional(number, "x")})"#, r#""x""#),
        ] {
            assert_eq!(ty(text).unwrap_err().0, place, "{text}");
        }
    }

    #[test]
    fn values_convert_as_on_assignment() {
        for (value, to, expected) in [
            ("22", "string", r#""22""#),
            (r#""22""#, "number", "22"),
            (r#""true""#, "bool", "true"),
            ("null", "string", "null"),
            ("[22, true]", "list(string)", r#"["22", "true"]"#),
            (r#"["b", "a", "b"]"#, "set(string)", r#"{"a", "b"}"#),
            (r#"["10", "9"]"#, "set(number)", "{9, 10}"),
            (r#"toset(["a"])"#, "list(string)", r#"["a"]"#),
            (r#"[1, "a"]"#, "list(any)", r#"["1", "a"]"#),
            (r#"[1, "a"]"#, "list", r#"["1", "a"]"#),
            ("{a = 1}", r#""map""#, "{a = 1}"),
            ("{a = 1}", "map(string)", r#"{a = "1"}"#),
            (r#"[1, "a"]"#, "tuple([string, string])", r#"["1", "a"]"#),
            ("[1]", "any", "[1]"),
            ("[1]", "string", "error: string required"),
            (r#""x""#, "list(string)", "error: list of string required"),
            (r#"["x"]"#, "list(number)", "error: element 0: a number is required"),
            (r#"{k = "x"}"#, "map(bool)", r#"error: element "k": a bool is required"#),
            ("[1]", "tuple([])", "error: a tuple of 0 elements is required"),
            ("{a = 1}", "list(string)", "error: list of string required"),
        ] {
            assert_eq!(converted(value, to), expected, "{value} to {to}");
        }
    }

    #[test]
    fn objects_take_their_attributes_and_fill_the_optional_ones() {
        let rule = r"object({cidr = string, port = optional(number, 443), tags = optional(map(string)),
            log = optional(object({on = optional(bool, true)}), {})})";
        for (value, expected) in [
            (r#"{cidr = "c"}"#, r#"{cidr = "c", log = {on = true}, port = 443, tags = null}"#),
            (
                r#"{cidr = "c", port = "22", other = 1, log = {on = "false"}, tags = {a = 1}}"#,
                r#"{cidr = "c", log = {on = false}, port = 22, tags = {a = "1"}}"#,
            ),
            ("{cidr = null, port = null}", "{cidr = null, log = {on = true}, port = 443, tags = null}"),
            ("{port = 1}", r#"error: attribute "cidr" is required"#),
            (
                r#"{cidr = "c", log = {on = 5}}"#,
                r#"error: attribute "log": attribute "on": a bool is required"#,
            ),
        ] {
            assert_eq!(converted(value, rule), expected, "{value}");
        }
    }

    #[test]
    fn unknown_and_references_pass_and_their_neighbours_convert() {
        assert_eq!(converted("unknown", "list(string)"), "?var.x has no value");
        assert_eq!(converted("net", "object({id = string})"), "<aws_vpc.net>");
        assert_eq!(
            converted("[unknown, web, 1]", "list(string)"),
            r#"[?var.x has no value, <aws_security_group.web.id>, "1"]"#
        );
        assert_eq!(converted(r#""a-${web}""#, "string"), r#"template("a-", <aws_security_group.web.id>)"#);
        assert_eq!(
            converted("{cidr = unknown}", "object({cidr = string, n = optional(number, 1)})"),
            "{cidr = ?var.x has no value, n = 1}"
        );
    }

    #[test]
    fn converted_elements_keep_where_they_were_written() {
        let map = SourceMap::new("/");
        let parsed = parse_expression(&map.add("value", "[1, 2]")).unwrap();
        let value = convert(&evaluate(&parsed).unwrap(), &ty("set(string)").unwrap()).unwrap();
        let written: Vec<_> = value.members().iter().map(|member| map.text(member.origin.written)).collect();
        assert_eq!(written, ["1", "2"]);
    }
}
