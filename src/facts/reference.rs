//! Places that name a group, and where they lead.

use std::sync::Arc;

use super::draft::Draft;
use super::reading::Context;
use super::{Fact, Kind, Place};
use crate::network::model::{GroupTarget, GroupUse};
use crate::resource::{Cause, without_keys};

/// One fact for each place that names a group.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    context.network.uses.iter().map(|group_use| fact(context, group_use)).collect()
}

fn fact(context: &Context<'_>, group_use: &GroupUse) -> Fact {
    let GroupUse { role, resource, attribute, group, .. } = group_use;
    let draft = Draft::new(
        Kind::Reference,
        resource,
        &Arc::from(without_keys(resource)),
        context.language,
        group.span,
    )
    .set("role", role.name())
    .set("attribute", &**attribute)
    .place("text", Place::of(group))
    .anchor(group_use.resource_span)
    .calls(&group_use.calls);
    let target = match &group.value {
        Ok(GroupTarget::Unknown(why)) | Err(why) => {
            let draft = draft.key(format!("{} {attribute} ?", role.name())).unknown(&["text"], why);
            let draft = if comes_from_outside(&why.cause) {
                draft
                    .set("target", "external")
                    .set("group_role", "external")
                    .set("group_foreign", false)
                    .set("why_dangling", "")
                    .set("why_misnamed", "")
            } else {
                draft.unknown(&["target", "group_role", "group_foreign", "why_dangling", "why_misnamed"], why)
            };
            return draft.finish();
        }
        Ok(target) => target,
    };
    let (kind, why_dangling, why_misnamed) = match target {
        GroupTarget::Dangling(stray) => ("dangling", stray.to_string(), String::new()),
        GroupTarget::Misnamed(stray) => ("misnamed", String::new(), stray.to_string()),
        GroupTarget::External(_) => ("external", String::new(), String::new()),
        GroupTarget::Group(_) | GroupTarget::Unknown(_) => ("group", String::new(), String::new()),
    };
    let text = context.target_text(target);
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    draft
        .key(format!("{} {attribute} {key}", role.name()))
        .set("target", kind)
        .known("group_role", context.target_role(target))
        .known("group_foreign", context.is_foreign(target))
        .known("text", text.map_err(|why| Arc::clone(&why)))
        .set("why_dangling", why_dangling)
        .set("why_misnamed", why_misnamed)
        .finish()
}

/// Whether a group that is not known for this reason is one that the deployer, another stack or AWS names. It is not
/// of this configuration then, but not lost either.
fn comes_from_outside(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::InputWithoutValue(_) | Cause::LookedUp(_) | Cause::Computed(_) | Cause::External(_)
    )
}

#[cfg(test)]
mod tests {
    use super::super::reading::not_known;
    use super::super::testing::{Builder, text_of};
    use super::*;
    use crate::network::model::{Stray, UseRole};

    fn of(target: impl FnOnce(&mut Builder) -> GroupTarget) -> Fact {
        let mut builder = Builder::terraform();
        let target = target(&mut builder);
        let field = builder.field(target);
        builder.use_group(UseRole::Attach, r#"aws_instance.a["x"]"#, field);
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn only_a_default_group_has_the_name_default() {
        for (name, role) in [("default", "default"), ("sg-0a1b2c3d", "external")] {
            let fact = of(|_| GroupTarget::External(name.to_owned()));
            assert_eq!(text_of(&fact, "group_role"), role);
        }
        let fact = of(|builder| GroupTarget::Unknown(builder.unknown()));
        assert_eq!(text_of(&fact, "group_role"), "external", "the deployer names one of elsewhere");
    }

    #[test]
    fn a_group_of_the_configuration_is_named_by_its_address() {
        let fact = of(|builder| GroupTarget::Group(builder.group("web")));
        assert_eq!(text_of(&fact, "target"), "group");
        assert_eq!(text_of(&fact, "text"), "aws_security_group.web");
        assert_eq!(text_of(&fact, "group_role"), "declared");
        assert_eq!(&*fact.declared, "aws_instance.a");
    }

    #[test]
    fn a_dangling_name_says_why() {
        let fact = of(|_| GroupTarget::Dangling(Stray::new("sg-0a1b2c3d", "is not declared")));
        assert_eq!(text_of(&fact, "target"), "dangling");
        assert_eq!(text_of(&fact, "text"), "sg-0a1b2c3d");
        assert_eq!(text_of(&fact, "why_dangling"), "sg-0a1b2c3d is not declared");
    }

    #[test]
    fn a_group_that_the_deployer_names_is_external() {
        let fact = of(|builder| GroupTarget::Unknown(builder.unknown()));
        assert_eq!(text_of(&fact, "target"), "external");
        assert!(fact.unknown.contains_key("text"));
    }

    #[test]
    fn an_unknown_name_leads_nowhere_known() {
        let fact = of(|builder| {
            let cause = Cause::UnsupportedFunction("f".to_owned());
            GroupTarget::Unknown(not_known(cause, builder.span()))
        });
        assert!(fact.unknown.contains_key("target") && fact.unknown.contains_key("why_dangling"));
        assert_eq!(text_of(&fact, "role"), "attach");
    }

    #[test]
    fn a_group_elsewhere_is_external() {
        let fact = of(|_| GroupTarget::External("123456789012/sg-0a1b2c3d".to_owned()));
        assert_eq!(text_of(&fact, "target"), "external");
    }
}
