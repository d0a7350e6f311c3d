//! What a parameter's declaration demands of a value that the deployer sets: its type, `AllowedValues`,
//! `AllowedPattern`, and the bounds of length and size.
//!
//! Source: "Parameters" and "Supplied parameter types" in the CloudFormation user guide.

use regex::RegexBuilder;

use super::scalar;
use crate::resource::Number;
use crate::syntax::yaml::Node;

/// The most memory that a pattern may compile to, in bytes. Templates come from strangers.
const MOST_PATTERN: usize = 1 << 20;

/// How the ids of existing resources start, by the type that asks for one.
const IDS: [(&str, &str); 6] = [
    ("AWS::EC2::Image::Id", "ami-"),
    ("AWS::EC2::Instance::Id", "i-"),
    ("AWS::EC2::SecurityGroup::Id", "sg-"),
    ("AWS::EC2::Subnet::Id", "subnet-"),
    ("AWS::EC2::VPC::Id", "vpc-"),
    ("AWS::EC2::Volume::Id", "vol-"),
];

/// Why CloudFormation would refuse a value for a parameter: what is demanded, to follow the value's name.
/// `None` if it would not. A pattern that only Java's regular expressions understand is not tested.
pub(super) fn refusal(declaration: &Node, value: &Node) -> Option<String> {
    let kind = declaration.get("Type").and_then(|node| node.as_str()).unwrap_or("String").trim();
    let element = kind.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
    let is_list = element.is_some() || kind == "CommaDelimitedList";
    let texts = texts(value, is_list)?;
    let element = element.unwrap_or(if is_list { "String" } else { kind });
    texts.iter().find_map(|text| of_type(element, text).or_else(|| of_bounds(declaration, element, text)))
}

/// The texts that each have to fit. `None` if the value is no text, which is reported elsewhere.
fn texts(value: &Node, is_list: bool) -> Option<Vec<String>> {
    let items = match value.as_str() {
        Some(text) => {
            let text = scalar::text(value).unwrap_or_else(|| text.into());
            if !is_list {
                return Some(vec![text.to_string()]);
            }
            return Some(match text.trim() {
                "" => Vec::new(),
                text => text.split(',').map(|item| item.trim().to_owned()).collect(),
            });
        }
        None => value.items(),
    };
    items.iter().map(|item| Some(scalar::text(item)?.to_string())).collect()
}

/// Whether the values of a parameter must never be printed.
pub(super) fn is_no_echo(declaration: &Node) -> bool {
    let no_echo = declaration.get("NoEcho").and_then(|node| node.as_str());
    no_echo.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn of_type(kind: &str, text: &str) -> Option<String> {
    if kind == "Number" {
        return Number::parse(text.trim()).is_none().then(|| "must be a number".to_owned());
    }
    let (_, prefix) = IDS.iter().find(|(id, _)| *id == kind)?;
    (!text.starts_with(prefix)).then(|| format!("must be an id that starts with {prefix} ({kind})"))
}

fn of_bounds(declaration: &Node, kind: &str, text: &str) -> Option<String> {
    // For a parameter that is looked up, these are about the value that is found.
    if kind.starts_with("AWS::SSM::Parameter::") {
        return None;
    }
    let allowed = declaration.get("AllowedValues").map_or(&[][..], |node| node.items());
    if !allowed.is_empty() && !allowed.iter().any(|one| scalar::text(one).as_deref() == Some(text)) {
        if is_no_echo(declaration) {
            return Some("must be one of its AllowedValues".to_owned());
        }
        let few: Vec<_> = allowed.iter().filter_map(|one| scalar::text(one)).take(6).collect();
        let more = if allowed.len() > few.len() { ", …" } else { "" };
        return Some(format!("must be one of its AllowedValues: {}{more}", few.join(", ")));
    }
    if let Some(pattern) = declaration.get("AllowedPattern").and_then(|node| node.as_str())
        && let Ok(expression) =
            RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(MOST_PATTERN).build()
        && !expression.is_match(text)
    {
        return Some(format!("must match its AllowedPattern {pattern}"));
    }
    let bound = |name: &str| Number::parse(declaration.get(name)?.as_str()?);
    let size = match kind {
        "Number" => Number::parse(text.trim()).map(|number| (number, "MinValue", "MaxValue")),
        _ => i64::try_from(text.chars().count()).ok().map(|n| (n.into(), "MinLength", "MaxLength")),
    };
    let (size, least, most) = size?;
    if let Some(bound) = bound(least).filter(|bound| size.as_f64() < bound.as_f64()) {
        return Some(format!("must be at least its {least} {bound}"));
    }
    bound(most)
        .filter(|bound| size.as_f64() > bound.as_f64())
        .map(|bound| format!("must be at most its {most} {bound}"))
}
