//! Functions on lists, and on collections in general.

use unicode_segmentation::UnicodeSegmentation as _;

use super::Call;
use super::arguments::{Outcome, Stopped};
use crate::resource::{Marks, Value, ValueKind};
use crate::terraform::order::{self, Seen};
use crate::terraform::types;

/// Elements of the first argument, brought to one type as a list's are.
fn unified(call: &Call<'_>, index: usize) -> Result<Vec<Value>, Stopped> {
    let mut elements = call.elements(index)?;
    types::unify(elements.iter_mut()).map_err(|why| call.refuse_argument(index, why))?;
    Ok(elements)
}

/// Elements of an argument that must be a list: a set has no positions.
fn ordered(call: &Call<'_>, index: usize) -> Result<Vec<Value>, Stopped> {
    match call.arguments[index].kind {
        ValueKind::Set(_) => Err(call.refuse_argument(index, "a list is required, not a set; use tolist")),
        _ => call.elements(index),
    }
}

/// The result if nothing in it is known: then its length is not known either.
fn only_unknown(elements: &[Value]) -> Option<Value> {
    let none_known = elements.iter().all(|element| matches!(element.kind, ValueKind::Unknown(_)));
    let first = elements.first().filter(|_| none_known)?;
    let unknown = first.unknown_cause()?;
    Some(Value::unknown(unknown.cause.clone(), unknown.at))
}

/// The elements of a list whose number and places are known; else why they are not.
fn placed(call: &Call<'_>, elements: Vec<Value>) -> Result<Vec<Value>, Stopped> {
    match elements.iter().find(|element| element.is_several()) {
        Some(several) => Err(call.first_unknown(several, call.place(0))),
        None => Ok(elements),
    }
}

/// A list that is not known stands as one unknown element for any number: the known ones still count.
pub(super) fn concat(call: &Call<'_>) -> Outcome {
    let mut all = Vec::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        match argument.kind {
            ValueKind::Unknown(_) | ValueKind::Reference(_) => {
                all.push(call.not_known(argument, call.place(index)).0.several());
            }
            _ => all.extend(ordered(call, index)?),
        }
    }
    Ok(only_unknown(&all).unwrap_or_else(|| call.list(all)))
}

/// Unknown elements stay beside known ones: they may be empty or not.
pub(super) fn compact(call: &Call<'_>) -> Outcome {
    let mut kept = Vec::new();
    for element in call.elements(0)? {
        match &element.kind {
            ValueKind::Null => {}
            ValueKind::String(text) if text.is_empty() => {}
            ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_) => {
                kept.push(element.several());
            }
            _ => {
                let text = call.text_of(&element, call.place(0))?;
                kept.push(Value { kind: ValueKind::String(text), origin: element.origin });
            }
        }
    }
    Ok(only_unknown(&kept).unwrap_or_else(|| call.list(kept)))
}

pub(super) fn distinct(call: &Call<'_>) -> Outcome {
    let mut seen = Seen::default();
    let mut elements = unified(call, 0)?;
    elements.retain(|element| seen.insert(element));
    // An unknown element may be equal to another.
    let alone = elements.len() == 1;
    Ok(call.list(elements.into_iter().map(|one| if alone { one } else { one.several() }).collect()))
}

/// Elements that are no known text follow the others.
pub(super) fn sort(call: &Call<'_>) -> Outcome {
    let mut elements = call.elements(0)?;
    for element in &mut elements {
        match &element.kind {
            ValueKind::Unknown(_) | ValueKind::Reference(_) | ValueKind::Template(_) => {}
            _ => element.kind = ValueKind::String(call.text_of(element, call.place(0))?),
        }
    }
    elements.sort_by(order::compare);
    Ok(call.list(elements))
}

pub(super) fn reverse(call: &Call<'_>) -> Outcome {
    let mut elements = call.elements(0)?;
    elements.reverse();
    Ok(call.list(elements))
}

/// Elements that are lists are replaced by their elements, at any depth. An unknown element stands for those it
/// may hold.
pub(super) fn flatten(call: &Call<'_>) -> Outcome {
    /// The marks of the lists are those of the result.
    fn add(list: &Value, flat: &mut Vec<Value>, marks: &mut Marks) {
        *marks = marks.and(list.origin.marks);
        for element in list.clone().without_marks(Marks::ALL).members() {
            match element.kind {
                ValueKind::List(_) | ValueKind::Set(_) => add(&element, flat, marks),
                _ => flat.push(element.several()),
            }
        }
    }
    call.elements(0)?;
    let mut flat = Vec::new();
    let mut marks = Marks::NONE;
    add(&call.arguments[0], &mut flat, &mut marks);
    Ok(only_unknown(&flat).unwrap_or_else(|| call.list(flat)).marked(marks))
}

/// A text's length counts characters as a reader sees them.
pub(super) fn length(call: &Call<'_>) -> Outcome {
    let argument = &call.arguments[0];
    let unknown = |items: &[Value]| items.iter().find(|item| !order::wholly_known(item)).cloned();
    match &argument.kind {
        ValueKind::List(items) => Ok(call.count(placed(call, items.to_vec())?.len())),
        // An unknown element of a set may be equal to another.
        ValueKind::Set(items) => match unknown(items).filter(|_| items.len() > 1) {
            Some(item) => Err(call.first_unknown(&item, call.place(0))),
            None => Ok(call.count(items.len())),
        },
        ValueKind::Map(entries) => Ok(call.count(entries.len())),
        ValueKind::String(text) => Ok(call.count(text.graphemes(true).count())),
        ValueKind::Bool(_) | ValueKind::Number(_) => {
            Err(call.refuse_argument(0, "a collection or text is required"))
        }
        // Some value that is not empty.
        ValueKind::Unknown(unknown) if unknown.cause.is_chosen() => Ok(call.count(1)),
        ValueKind::Null | ValueKind::Template(_) | ValueKind::Reference(_) | ValueKind::Unknown(_) => {
            call.reject_unusable(argument, call.place(0))?;
            Err(call.unsupported())
        }
    }
}

/// The index wraps around, in both directions.
pub(super) fn element(call: &Call<'_>) -> Outcome {
    let index = call.whole(1)?;
    let elements = ordered(call, 0)?;
    if let (0, Some(first)) = (index, elements.first().filter(|first| !first.is_several())) {
        return Ok(first.clone());
    }
    let elements = placed(call, elements)?;
    if elements.is_empty() {
        return Err(call.refuse_argument(0, "cannot take an element of an empty list"));
    }
    let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
    let index = usize::try_from(index.rem_euclid(length)).unwrap_or_default();
    Ok(elements[index].clone())
}

pub(super) fn slice(call: &Call<'_>) -> Outcome {
    let elements = placed(call, ordered(call, 0)?)?;
    let length = elements.len();
    let bound = |index: usize, what: &str| {
        usize::try_from(call.whole(index)?).ok().filter(|bound| *bound <= length).ok_or_else(|| {
            call.refuse_argument(index, format!("{what} index must be between 0 and {length}"))
        })
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if start > end {
        return Err(call.refuse("start index must not be greater than end index"));
    }
    Ok(call.list(elements[start..end].to_vec()))
}

pub(super) fn index(call: &Call<'_>) -> Outcome {
    let elements = placed(call, call.elements(0)?)?;
    for (position, element) in elements.iter().enumerate() {
        match order::equal(element, &call.arguments[1]) {
            Some(true) => return Ok(call.count(position)),
            Some(false) => {}
            None => return Err(undecided(call, element, 1)),
        }
    }
    Err(call.refuse("item not found"))
}

/// Neither equal nor different: because of the element, or else of the argument it is compared with.
fn undecided(call: &Call<'_>, element: &Value, argument: usize) -> Stopped {
    let is_open =
        |value: &Value| !matches!(value.kind, ValueKind::Reference(_)) && !order::wholly_known(value);
    let needle = &call.arguments[argument];
    let open = if is_open(element) || !is_open(needle) { element } else { needle };
    match &open.kind {
        ValueKind::Reference(_) | ValueKind::Template(_) | ValueKind::Unknown(_) => {
            call.not_known(open, call.place(argument))
        }
        _ if order::wholly_known(open) => call.first_unknown(needle, call.place(argument)),
        _ => call.first_unknown(open, call.place(argument)),
    }
}

pub(super) fn contains(call: &Call<'_>) -> Outcome {
    let elements = call.elements(0)?;
    if call.arguments[1].is_null() {
        return Err(call.refuse_argument(1, "an argument must not be null"));
    }
    let mut open = None;
    for element in &elements {
        match order::equal(element, &call.arguments[1]) {
            Some(true) => return Ok(call.truth(true)),
            Some(false) => {}
            None => open = open.or(Some(element)),
        }
    }
    match open {
        None => Ok(call.truth(false)),
        Some(element) => Err(undecided(call, element, 1)),
    }
}

/// The first argument that is neither null nor the empty text.
pub(super) fn coalesce(call: &Call<'_>) -> Outcome {
    let mut arguments = call.arguments.to_vec();
    types::unify(arguments.iter_mut()).map_err(|why| call.refuse(why))?;
    for argument in arguments {
        match &argument.kind {
            ValueKind::Null => {}
            ValueKind::String(text) if text.is_empty() => {}
            // A text of unknown parts only may be empty.
            ValueKind::Template(parts)
                if parts.iter().all(|part| matches!(part.kind, ValueKind::Unknown(_))) =>
            {
                return Err(call.not_known(&argument, call.span));
            }
            _ => return Ok(argument),
        }
    }
    Err(call.refuse("no argument is other than null or the empty text"))
}

/// The first list that is not empty.
pub(super) fn coalescelist(call: &Call<'_>) -> Outcome {
    let lists: Vec<_> = (0..call.arguments.len()).map(|index| ordered(call, index)).collect();
    let mut first = None;
    for (list, argument) in lists.into_iter().zip(call.arguments) {
        match list {
            Err(stopped) if stopped.is_error() || first.is_none() => return Err(stopped),
            Ok(list) if !list.is_empty() => first = first.or(Some(argument)),
            _ => {}
        }
    }
    first.cloned().ok_or_else(|| call.refuse("no argument is a list that is not empty"))
}

pub(super) fn chunklist(call: &Call<'_>) -> Outcome {
    let elements = placed(call, unified(call, 0)?)?;
    let size = usize::try_from(call.whole(1)?)
        .map_err(|_| call.refuse_argument(1, "the size must not be negative"))?;
    if elements.is_empty() {
        return Ok(call.list(Vec::new()));
    }
    let size = if size == 0 { elements.len() } else { size };
    Ok(call.list(elements.chunks(size).map(|chunk| call.list(chunk.to_vec())).collect()))
}

/// The only element, null if there is none.
pub(super) fn one(call: &Call<'_>) -> Outcome {
    // More than one would be refused: of a resource whose instances nobody counted, it is the one, or null.
    if let [only, others] = &call.elements(0)?[..]
        && matches!(only.kind, ValueKind::Reference(_))
        && others.is_several()
    {
        return Ok(only.clone());
    }
    match &placed(call, call.elements(0)?)?[..] {
        [] => Ok(Value::null(call.span)),
        [only] => Ok(only.clone()),
        _ => Err(call.refuse_argument(0, "must be a list of no or one element")),
    }
}

/// `matchkeys(values, keys, search)`: the values whose key is among those searched.
pub(super) fn matchkeys(call: &Call<'_>) -> Outcome {
    let (values, mut keys, mut wanted) = (call.elements(0)?, call.elements(1)?, call.elements(2)?);
    if values.len() != keys.len() {
        return Err(call.refuse("length of keys and values should be equal"));
    }
    types::unify(keys.iter_mut().chain(&mut wanted)).map_err(|why| call.refuse(why))?;
    let searched: Seen = wanted.iter().collect();
    let open = wanted.iter().find(|value| !order::wholly_known(value));
    let mut found = Vec::new();
    for (value, key) in values.into_iter().zip(&keys) {
        if searched.contains(key) {
            found.push(value);
        } else if let Some(open) = open.or((!order::wholly_known(key)).then_some(key)) {
            return Err(call.first_unknown(open, call.place(1)));
        }
    }
    Ok(call.list(found))
}

pub(super) fn alltrue(call: &Call<'_>) -> Outcome {
    decide(call, false)
}

pub(super) fn anytrue(call: &Call<'_>) -> Outcome {
    decide(call, true)
}

/// The deciding value if any element is it; null counts as false.
fn decide(call: &Call<'_>, deciding: bool) -> Outcome {
    let mut open = None;
    for element in call.elements(0)? {
        let flag = match element.kind {
            ValueKind::Null => Ok(false),
            _ => call.flag_of(&element, call.place(0)),
        };
        match flag {
            Ok(flag) if flag == deciding => return Ok(call.truth(deciding)),
            Ok(_) => {}
            Err(stopped) if stopped.is_error() => return Err(stopped),
            Err(stopped) => open = open.or(Some(stopped)),
        }
    }
    open.map_or_else(|| Ok(call.truth(!deciding)), Err)
}

#[cfg(test)]
mod tests {
    use crate::terraform::functions::testing::{shown, written, written_at};

    #[test]
    fn elements_keep_where_they_were_written() {
        for (expression, expected) in [
            (r#"concat(["a"], [1, "b"])"#, vec![r#""a""#, "1", r#""b""#]),
            (r#"distinct(["b", "a", "b"])"#, vec![r#""b""#, r#""a""#]),
            (r#"compact(["", "a", null, 22])"#, vec![r#""a""#, "22"]),
            (r#"flatten([["a"], [["b"]], 3])"#, vec![r#""a""#, r#""b""#, "3"]),
            (r#"sort(["b", "a"])"#, vec![r#""a""#, r#""b""#]),
            (r#"reverse(["b", "a"])"#, vec![r#""a""#, r#""b""#]),
            (r#"slice(["a", "b", "c"], 1, 3)"#, vec![r#""b""#, r#""c""#]),
            (r#"toset(["b", 1, "b"])"#, vec!["1", r#""b""#]),
            (r#"setunion(["b"], ["a"])"#, vec![r#""a""#, r#""b""#]),
            (r#"setsubtract(["a", "b"], ["a"])"#, vec![r#""b""#]),
            (r#"values({b = "x", a = "y"})"#, vec![r#""y""#, r#""x""#]),
            (r#"values(merge({a = "x"}, {a = "y"}))"#, vec![r#""y""#]),
            (r#"values(zipmap(["k"], ["x"]))"#, vec![r#""x""#]),
            (r#"matchkeys(["a", "b"], [1, 2], [2])"#, vec![r#""b""#]),
            (r#"split(",", "a,b")"#, vec![r#""a,b""#, r#""a,b""#]),
        ] {
            assert_eq!(written(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_chosen_argument_keeps_where_it_was_written() {
        for (expression, expected) in [
            (r#"coalesce(null, "", "c")"#, r#""c""#),
            (r#"coalesce(1, "a")"#, "1"),
            (r#"element(["a", "b"], 3)"#, r#""b""#),
            (r#"lookup({a = "x"}, "a", "y")"#, r#""x""#),
            (r#"lookup({a = "x"}, "b", "y")"#, r#""y""#),
            (r#"one(["a"])"#, r#""a""#),
            (r#"max(1, "22")"#, r#""22""#),
            (r"tostring(22)", "22"),
            (r#"coalescelist([], ["a"])"#, r#"["a"]"#),
            (r#"upper("a")"#, r#"upper("a")"#),
        ] {
            assert_eq!(written_at(expression), expected, "{expression}");
        }
    }

    #[test]
    fn one_unknown_element_leaves_the_others_known() {
        for (expression, expected) in [
            (r#"concat(["a"], [unknown])"#, r#"["a", ?var.x has no value]"#),
            (r#"concat(["a"], unknown)"#, r#"["a", ?var.x has no value]"#),
            (r#"distinct([unknown, "a", "a"])"#, r#"[?var.x has no value, "a"]"#),
            (r#"compact(["", unknown, "a"])"#, r#"[?var.x has no value, "a"]"#),
            (r#"flatten([["a"], unknown])"#, r#"["a", ?var.x has no value]"#),
            (r#"toset([unknown, "b", "a"])"#, r#"{"a", "b", ?var.x has no value}"#),
            (r#"sort([unknown, "b", "a"])"#, r#"["a", "b", ?var.x has no value]"#),
            (r#"element(["a", unknown], 0)"#, r#""a""#),
            (r#"lookup({a = "x", b = unknown}, "a", "y")"#, r#""x""#),
            (r"keys({a = unknown})", r#"["a"]"#),
            (r#"length([unknown, "a"])"#, "2"),
            (r"length({a = unknown})", "1"),
            (r#"contains([unknown, "a"], "a")"#, "true"),
            (r"anytrue([unknown, true])", "true"),
            (r"alltrue([unknown, false])", "false"),
        ] {
            assert_eq!(shown(expression), expected, "{expression}");
        }
    }

    #[test]
    fn what_depends_on_the_unknown_is_unknown_with_its_cause() {
        for expression in [
            "concat(unknown, [])",
            "compact([unknown, null])",
            "flatten([unknown, []])",
            "length(unknown)",
            "length(toset([unknown, 1]))",
            r#"contains([unknown, "a"], "b")"#,
            r#"contains(["a"], unknown)"#,
            r#"index([unknown, "a"], "a")"#,
            "element([1, 2], unknown)",
            "element(unknown, 0)",
            "lookup({a = 1}, unknown, 2)",
            "lookup(unknown, \"a\", 2)",
            "merge({a = 1}, unknown)",
            "zipmap([unknown], [1])",
            "coalesce(unknown, 1)",
            "coalesce(\"${unknown}\", 1)",
            "coalescelist(unknown, [1])",
            "anytrue([unknown, false])",
            "sum([1, unknown])",
            "max(1, unknown)",
            "setintersection([1], [unknown])",
            "matchkeys([1], [unknown], [2])",
            "range(unknown)",
            "upper(unknown)",
            "upper(\"a${unknown}\")",
            "cidrhost(unknown, 1)",
            "jsonencode(unknown)",
            "tonumber(unknown)",
        ] {
            assert_eq!(shown(expression), "?var.x has no value", "{expression}");
        }
    }

    #[test]
    fn references_are_identities() {
        for (expression, expected) in [
            ("distinct([web, web])", "[<aws_security_group.web.id>]"),
            ("toset([web, \"sg-1\", web])", "{\"sg-1\", <aws_security_group.web.id>}"),
            ("compact([web, \"\"])", "[<aws_security_group.web.id>]"),
            ("coalesce(web, \"x\")", "<aws_security_group.web.id>"),
            ("coalesce(null, net)", "<aws_vpc.net>"),
            ("contains([web], web)", "true"),
            ("contains([null], net)", "false"),
            ("contains([\"sg-1\"], web)", "?aws_security_group.web.id is computed when deployed"),
            ("length([web])", "1"),
            ("one([web])", "<aws_security_group.web.id>"),
            ("upper(web)", "?aws_security_group.web.id is computed when deployed"),
            ("upper(\"a-${web}\")", "?aws_security_group.web.id is computed when deployed"),
            ("lookup(net, \"tags\", null)", "?aws_vpc.net is computed when deployed"),
            ("sort([web, \"b\", \"a\"])", "[\"a\", \"b\", <aws_security_group.web.id>]"),
        ] {
            assert_eq!(shown(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_value_of_astronomical_size_ends_in_a_limit() {
        let mut nested = "[]".to_owned();
        for _ in 0..3 {
            nested = format!("[{}]", vec![&*nested; 60].join(","));
        }
        assert!(shown(&format!("length(flatten({nested}))")).starts_with("?flatten: results over"));
        assert!(shown(&format!("distinct({nested})")).starts_with("?distinct: results over"));
    }

    #[test]
    fn an_error_names_the_function() {
        assert_eq!(shown("element([], 0)"), "?element: cannot take an element of an empty list");
        assert_eq!(shown("abs()"), "?abs: not enough arguments: 0 given, 1 required");
        assert_eq!(shown("abs(1, 2)"), "?abs: too many arguments: 2 given, 1 allowed");
    }
}
