//! Places that say which groups an interface carries, and which of them contend.

use super::draft::Draft;
use super::reading::Context;
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::model::Assignment;

/// One fact for each such place.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.assignments.iter().map(|assignment| fact(context, assignment)).collect()
}

fn fact(context: &Context<'_>, assignment: &Assignment) -> Fact {
    let Assignment { resource, declared, argument, rival, head, .. } = assignment;
    let name = rival.as_ref().map_or("", |rival| &rival.name);
    let mut place = Place::at(assignment.place);
    if let Some(rival) = rival {
        place.also.push(Label { span: rival.place, message: "and here".to_owned() });
    }
    Draft::new(Kind::Assignment, resource, declared, context.language, *head)
        .key(format!("{argument} {name}"))
        .set("argument", *argument)
        .set("contested", rival.is_some())
        .set("rival", name)
        .set("refused", rival.as_ref().is_some_and(|rival| rival.is_refused))
        .set(
            "consequence",
            match rival {
                None => "",
                Some(rival) if rival.is_refused => "which is refused beside it",
                Some(_) => "and each undoes the other",
            },
        )
        .place("groups", place)
        .anchor(assignment.span)
        .calls(&assignment.calls)
        .presence(&assignment.presence)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, text_of};
    use super::*;
    use crate::network::model::Rival;
    use crate::resource::Presence;

    fn assigned(rival: Option<(&str, bool)>) -> Fact {
        let mut builder = Builder::terraform();
        let (place, other) = (builder.span(), builder.span());
        builder.network.assignments.push(Assignment {
            resource: "aws_instance.web".into(),
            declared: "aws_instance.web".into(),
            argument: "security_groups",
            place,
            rival: rival.map(|(name, is_refused)| Rival { name: name.to_owned(), place: other, is_refused }),
            head: place,
            span: place,
            calls: Vec::new(),
            presence: Presence::Certain,
        });
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn what_contends_is_named_with_what_comes_of_it() {
        let fact = assigned(None);
        assert!(!bool_of(&fact, "contested"));
        assert_eq!((text_of(&fact, "rival"), text_of(&fact, "consequence")), ("", ""));
        let fact = assigned(Some(("aws_instance.web.network_interface", true)));
        assert_eq!(text_of(&fact, "consequence"), "which is refused beside it");
        assert_eq!(fact.places["groups"].also.len(), 1);
        let fact = assigned(Some(("aws_instance.web.vpc_security_group_ids", false)));
        assert_eq!(text_of(&fact, "consequence"), "and each undoes the other");
    }
}
