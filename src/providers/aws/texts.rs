//! Names and descriptions, of which a part may not be known.

use std::sync::Arc;

use super::fields::reason;
use crate::network::text::{Open, Text};
use crate::resource::{Cause, Value, ValueKind};

/// What AWS makes of letters, digits and hyphens, with the fewest and the most characters.
/// Sources: the CloudFormation user guide ("Pseudo parameters", `StackName` of CreateStack); region codes; the twelve
/// digits of account ids.
const PLAIN: [(&str, usize, usize); 3] =
    [("AWS::StackName", 1, 128), ("AWS::Region", 9, 32), ("AWS::AccountId", 12, 12)];

/// The same for attributes of Terraform's data sources: type, attributes, and which of the above they are.
const DATA: [(&str, &[&str], &str); 2] = [
    ("aws_region", &["id", "name", "region"], "AWS::Region"),
    ("aws_caller_identity", &["account_id", "id"], "AWS::AccountId"),
];

/// A scalar, or a text with parts that are references or unknown. `None` if nothing is known of it.
pub(super) fn in_parts(value: &Value) -> Option<Text> {
    let mut text = Text::new();
    match &value.kind {
        ValueKind::Template(parts) => {
            for part in parts.iter() {
                match part.to_text() {
                    Some(known) => text.push_str(&known),
                    None => text.push_open(open(part)),
                }
            }
        }
        ValueKind::Reference(_) | ValueKind::Unknown(_) => {
            let open = open(value);
            if !open.plain {
                return None;
            }
            text.push_open(open);
        }
        _ => text.push_str(&value.to_text()?),
    }
    Some(text)
}

/// A part that is not known, with what is known of it all the same.
fn open(part: &Value) -> Open {
    let nothing = Open::anything(reason(part, "text", part.origin.written));
    let name = match &part.kind {
        ValueKind::Unknown(unknown) => match &unknown.cause {
            Cause::LookedUp(name) => Some(&**name),
            _ => None,
        },
        ValueKind::Reference(reference) if reference.is_lookup() => DATA
            .iter()
            .find(|(kind, attributes, _)| {
                reference.terraform_type() == Some(*kind) && attributes.contains(&&*reference.attribute)
            })
            .map(|(_, _, name)| *name),
        _ => None,
    };
    match PLAIN.iter().find(|(plain, ..)| name == Some(*plain)) {
        Some(&(_, least, most)) => {
            Open { plain: true, least, most: Some(most), why: Arc::clone(&nothing.why) }
        }
        None => nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;

    #[test]
    fn what_aws_makes_of_plain_characters_is_plain() {
        let draft = Draft::terraform();
        let stack = draft.unknown(Cause::LookedUp("AWS::StackName".to_owned()));
        let region = draft.refer("data.aws_region.current", "name");
        let text = in_parts(&draft.template(vec![draft.text("web-"), stack.clone(), region])).unwrap();
        assert_eq!((text.least(), text.most().ok(), text.strange().is_none()), (14, Some(164), true));
        assert_eq!(in_parts(&stack).unwrap().least(), 1);
    }

    #[test]
    fn anything_else_may_be_anything() {
        let draft = Draft::terraform();
        let part = draft.refer("aws_vpc.main", "tags");
        let text = in_parts(&draft.template(vec![draft.text("web "), part.clone()])).unwrap();
        assert_eq!((text.least(), text.most().is_err(), text.strange().is_some()), (4, true, true));
        assert!(in_parts(&part).is_none() && in_parts(&draft.input("var.x")).is_none());
        assert_eq!(in_parts(&draft.number(5)).unwrap().known().ok(), Some("5"));
    }
}
