//! Groups: how they are named, how their rules are managed, and whether anything uses them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::count::{Count, number_of};
use super::description::{MOST_CHARACTERS, refusal};
use super::draft::{Draft, Known};
use super::mechanism::{Conflict, Mechanisms};
use super::naming::{Taken, taken_names};
use super::reading::{self, Context, told};
use super::redundancy::{Redundancy, redundancies};
use super::uses::Uses;
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::lifecycle::{DeletionPolicy, Lifecycle};
use crate::network::model::{Direction, Field, Form, Group, GroupId, GroupRole, Network, Peer, UseRole};
use crate::network::text::Text;
use crate::resource::{Cause, Language, Presence, SENSITIVE_TEXT, Unknown};
use crate::source::Span;

/// One fact for each group.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let network = context.network;
    let counts = RuleCounts::of_each(network);
    let uses = Uses::of_each(network);
    let others = Others {
        names: taken_names(network),
        mechanisms: Mechanisms::of(network),
        redundancies: redundancies(context),
    };
    let all = network.groups.iter().zip(&counts).enumerate();
    all.map(|(index, (group, counts))| {
        let id = GroupId(index);
        let draft = fact(context, id, group, counts, &uses);
        let replacement = replacement_problem(group, id, &uses);
        others.fields(context, id, draft.known("replacement_problem", replacement)).finish()
    })
    .collect()
}

/// What a group is beside others.
struct Others {
    names: Vec<Option<Taken>>,
    mechanisms: Mechanisms,
    redundancies: Vec<Option<Redundancy>>,
}

impl Others {
    fn fields(&self, context: &Context<'_>, id: GroupId, draft: Draft) -> Draft {
        let network = context.network;
        let address = |id: GroupId| network.group(id).address.to_string();
        let (redundancy, other) = match self.redundancies[id.0] {
            Some(Redundancy::SameRules(other)) => ("same-rules", Some(other)),
            Some(Redundancy::Within(other)) => ("within", Some(other)),
            None => ("none", None),
        };
        let conflict = self.mechanisms.conflict(id, network.group(id));
        let words = conflict.clone().map(|conflict| conflict.map_or("", Conflict::words));
        let taken = self.names[id.0].as_ref();
        draft
            .set("name_taken_by", taken.map_or("", |taken| taken.by.as_str()))
            .set("redundancy", redundancy)
            .set("redundant_with", other.map(address).unwrap_or_default())
            .known("rule_conflict", conflict.map(|conflict| conflict.map_or("none", Conflict::name)))
            .known("rule_conflict_text", words)
            .place("taken_name", taken.and_then(|taken| taken_name(network.group(id), taken)))
    }
}

/// The name of a group, and where it is given before.
fn taken_name(group: &Group, taken: &Taken) -> Option<Place> {
    let mut place = Place::of(group.name.as_ref()?);
    place.also.extend(taken.at.map(|span| Label { span, message: "the same name".to_owned() }));
    Some(place)
}

fn fact(context: &Context<'_>, id: GroupId, group: &Group, counts: &RuleCounts, uses: &Uses) -> Draft {
    let draft = Draft::new(Kind::Group, &group.address, &group.declared, context.language, group.head)
        .set("role", reading::role_name(group.role))
        .key("group")
        .place("name", group.name.as_ref().or(group.name_prefix.as_ref()).map(Place::of))
        .place("description", group.description.as_ref().map(Place::of))
        .place("rules", counts.place.clone())
        .anchor(group.span)
        .calls(&group.calls)
        .presence(&group.presence);
    let draft = draft
        .known("description", text_of(group.description.as_ref()).and_then(|text| shown(&text)))
        .known("vpc", group.vpc.as_ref().map_or(Ok(""), told));
    let draft = lifecycle_fields(name_fields(draft, group).tags(&group.tags), group);
    let draft = rule_fields(draft, group, counts);
    uses.fields(id, context.network.used_by_choice.contains(&group.address), draft)
}

/// A text that was not given is empty. A sensitive one is not told, and not judged by its characters either: saying
/// which are wrong tells it.
pub(super) fn text_of(field: Option<&Field<Text>>) -> Known<Text> {
    match field {
        None => Ok(Text::default()),
        Some(field) if field.origin.is_sensitive() && field.value.is_ok() => Ok(Text::from(SENSITIVE_TEXT)),
        Some(field) => field.value.clone(),
    }
}

fn shown(text: &Text) -> Known<String> {
    text.known().map(str::to_owned)
}

/// Characters that names and descriptions may have besides letters and digits (NM-01, NM-05).
const PUNCTUATION: &str = " ._-:/()#,@[]+=&;{}!$*";

/// The characters of a name or description that the API refuses, each once, in order (NM-01, NM-05, NM-06); if a part
/// of the text is not known, those of the known parts, if they hold any.
pub(super) fn refused_characters(text: &Text) -> Known<String> {
    let mut refused = String::new();
    for character in text.known_parts().flat_map(str::chars) {
        let allowed = character.is_ascii_alphanumeric() || PUNCTUATION.contains(character);
        if !allowed && !refused.contains(character) {
            refused.push(character);
        }
    }
    match text.strange() {
        Some(why) if refused.is_empty() => Err(why),
        _ => Ok(refused),
    }
}

fn name_fields(draft: Draft, group: &Group) -> Draft {
    let draft = draft.set("has_name", group.name.is_some());
    let name = text_of(group.name.as_ref());
    let written = match (&group.name, &group.name_prefix) {
        (None, Some(prefix)) => prefix.value.clone(),
        _ => name.clone(),
    };
    draft
        .known("name", name.clone().and_then(|name| shown(&name)))
        .known("name_length", name.clone().and_then(|name| Ok(name.known()?.chars().count())))
        .known("name_problem", name_problem(group, &name, &written))
        .known("name_trailing_space", name.and_then(|name| name.ends_in_space()))
        .known("name_bad_characters", written.clone().and_then(|written| refused_characters(&written)))
        .known("name_reserved", written.and_then(|written| written.starts_with("sg-")))
}

/// The most characters of a prefix: Terraform adds 26 (NM-04).
const MOST_OF_PREFIX: usize = MOST_CHARACTERS - 26;

/// Why the API refuses a name; `written` is the name, or the prefix of a generated one.
/// One problem that is certain is enough; that there is none can be said only when none is left open.
fn name_problem(group: &Group, name: &Known<Text>, written: &Known<Text>) -> Known<String> {
    let (name, written) = (name.clone()?, written.clone()?);
    let is_empty = match name.known() {
        _ if group.name.is_none() || name.least() > 0 => Ok(false),
        Ok(_) => Ok(true),
        Err(why) => Err(why),
    };
    let when = |holds: Known<bool>, problem: &str| holds.map(|holds| holds.then(|| problem.to_owned()));
    let problems = [
        when(is_empty, "it is empty"),
        when(written.starts_with("sg-"), "sg- at its start is for ids"),
        refusal(&written),
        Ok(prefix_refusal(group, &written)),
    ];
    if let Some(problem) = problems.iter().find_map(|problem| problem.as_ref().ok()?.clone()) {
        return Ok(problem);
    }
    problems.into_iter().collect::<Known<Vec<_>>>().map(|_| String::new())
}

/// Why Terraform refuses a prefix that the API would take as a name. Of one that is not known it is not asked: nobody
/// writes more.
fn prefix_refusal(group: &Group, prefix: &Text) -> Option<String> {
    let length = prefix.least();
    let is_too_long = group.name.is_none() && length > MOST_OF_PREFIX;
    is_too_long.then(|| {
        format!(
            "its prefix has {length} characters, {MOST_OF_PREFIX} are the most before what Terraform adds"
        )
    })
}

fn lifecycle_fields(draft: Draft, group: &Group) -> Draft {
    let Lifecycle { create_before_destroy, prevent_destroy, deletion_policy, update_replace_policy } =
        &group.lifecycle;
    // What exists elsewhere is handled elsewhere.
    let elsewhere = (group.role == GroupRole::External).then(|| {
        reading::not_known(Cause::LookedUp(format!("the lifecycle of {}", group.address)), group.head)
    });
    let truth = |field: &Option<Field<bool>>, unsaid: bool| match (&elsewhere, field) {
        (Some(why), _) => Err(Arc::clone(why)),
        (None, Some(field)) => field.value.clone(),
        (None, None) => Ok(unsaid),
    };
    let policy = |field: &Option<Field<DeletionPolicy>>| match (&elsewhere, field) {
        (Some(why), _) => Err(Arc::clone(why)),
        (None, Some(field)) => field.value.clone().map(DeletionPolicy::name),
        (None, None) => Ok(DeletionPolicy::Delete.name()),
    };
    draft
        .known(
            "create_before_destroy",
            truth(create_before_destroy, group.language == Language::CloudFormation),
        )
        .known("prevent_destroy", truth(prevent_destroy, false))
        .known("deletion_policy", policy(deletion_policy))
        .known("update_replace_policy", policy(update_replace_policy))
}

/// What goes wrong when the group has to be replaced, because its name, description or VPC changes (TF-10, CF-02).
fn replacement_problem(group: &Group, id: GroupId, uses: &Uses) -> Known<&'static str> {
    if group.role != GroupRole::Declared {
        return Ok("");
    }
    let is_first = match &group.lifecycle.create_before_destroy {
        Some(field) => field.value.clone()?,
        None => group.language == Language::CloudFormation,
    };
    if is_first {
        return Ok(match group.language {
            _ if group.name.is_none() => "",
            Language::Terraform => {
                "a change of its description creates a second group of its name first, which AWS refuses"
            }
            Language::CloudFormation => {
                "a change of its description or VPC is refused, since CloudFormation replaces nothing that keeps its name"
            }
        });
    }
    // Nothing keeps a group that nothing carries or names from being deleted first (EV-12).
    match (uses.in_role(id, UseRole::Attach), uses.in_role(id, UseRole::Peer)) {
        (Ok(true), _) | (_, Ok(true)) => Ok(
            "a change of its name, description or VPC deletes it first, which fails as long as anything uses it",
        ),
        (Err(why), _) | (_, Err(why)) => Err(why),
        (Ok(false), Ok(false)) => Ok(""),
    }
}

/// The permissions of a group, counted.
#[derive(Clone, Debug, Default)]
struct RuleCounts {
    ingress: Count,
    /// Those of the ingress rules that admit somebody besides those who carry the group.
    from_others: Count,
    egress: Count,
    /// There is a rule for certain, for whatever peers.
    has_one: bool,
    /// It lets everything out because nobody said otherwise (EG-04).
    default_egress: bool,
    /// The forms in which somebody wrote rules.
    forms: BTreeSet<Form>,
    /// The first written rule; the others besides, each once.
    place: Option<Place>,
}

impl RuleCounts {
    fn of_each(network: &Network) -> Vec<Self> {
        let mut all = vec![Self::default(); network.groups.len()];
        for (group, counts) in network.groups.iter().zip(&mut all) {
            for (direction, why) in unread_rules(group) {
                counts.add(direction, Err(why), true);
            }
        }
        for permission in &network.permissions {
            let Some(counts) = permission.group.declared().and_then(|id| all.get_mut(id.0)) else { continue };
            // What a group has from its creation on (DF-02, EG-04) is no rule of the configuration.
            if permission.form == Form::Implicit {
                counts.default_egress |= permission.direction == Direction::Egress;
                continue;
            }
            counts.forms.insert(permission.form);
            counts.add_place(permission.head);
            counts.has_one |= permission.presence == Presence::Certain;
            let is_open = !matches!(permission.peer, Peer::SelfGroup(_) | Peer::Missing);
            counts.add(permission.direction, number_of(permission), is_open);
        }
        all
    }

    fn add(&mut self, direction: Direction, number: Known<usize>, is_open: bool) {
        match direction {
            Direction::Ingress if is_open => {
                self.from_others.add(number.clone());
                self.ingress.add(number);
            }
            Direction::Ingress => self.ingress.add(number),
            Direction::Egress => self.egress.add(number),
        }
    }

    /// How many there are in both directions.
    fn total(&self) -> Known<usize> {
        Ok(self.ingress.total()? + self.egress.total()?)
    }

    fn add_place(&mut self, head: Span) {
        match &mut self.place {
            None => self.place = Some(Place::at(head)),
            // The peers of one rule follow each other and share its head.
            Some(place) if place.span == head || place.also.last().is_some_and(|last| last.span == head) => {}
            Some(place) => place.also.push(Label { span: head, message: "and this rule".to_owned() }),
        }
    }
}

/// Why rules of a direction are not known one by one.
fn unread_rules(group: &Group) -> Vec<(Direction, Arc<Unknown>)> {
    let mut unread = group.unknown_rules.clone();
    if group.role == GroupRole::External {
        // What exists elsewhere has rules that the configuration does not show.
        let why = reading::not_known(Cause::LookedUp(format!("the rules of {}", group.address)), group.head);
        unread.extend([(Direction::Ingress, Arc::clone(&why)), (Direction::Egress, why)]);
    }
    unread
}

fn rule_fields(draft: Draft, group: &Group, counts: &RuleCounts) -> Draft {
    let unread_inline = group.unknown_rules.first().map_or(Ok(false), |(_, why)| Err(Arc::clone(why)));
    let is_inline = counts.forms.iter().any(|form| form.is_inside());
    let unread = unread_rules(group);
    let unread_egress = unread.iter().find(|(direction, _)| *direction == Direction::Egress);
    let total = counts.total();
    draft
        .known("has_inline_rules", if is_inline { Ok(true) } else { unread_inline })
        .set("has_rule_resources", counts.forms.contains(&Form::RuleResource))
        .set("has_vpc_rule_resources", counts.forms.contains(&Form::VpcRuleResource))
        .set("has_standalone_rules", counts.forms.contains(&Form::Standalone))
        .known("ingress_rules", counts.ingress.total())
        .known("egress_rules", counts.egress.total())
        .known("admits_others", counts.from_others.any())
        .known("rules", total.clone())
        .known("default_egress", unread_egress.map_or(Ok(counts.default_egress), |(_, why)| Err(why.clone())))
        .known("has_rules", if counts.has_one { Ok(true) } else { total.map(|total| total > 0) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, int_of, text_of};
    use super::*;
    use crate::network::model::GroupTarget;
    use crate::network::text::Open;

    fn facts_of(builder: &Builder) -> Vec<Fact> {
        facts(&Context::new(&builder.network))
    }

    fn named(name: &str) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].name = Some(builder.field(name.into()));
        facts_of(&builder).remove(0)
    }

    #[test]
    fn names_are_measured_by_what_the_api_takes() {
        let fact = named("Web ._-:/()#,@[]+=&;{}!$*9");
        assert_eq!(text_of(&fact, "name_bad_characters"), "");
        let fact = named("ウェブ<ブ ");
        assert_eq!(text_of(&fact, "name_bad_characters"), "ウェブ<");
        assert_eq!(int_of(&fact, "name_length"), 6);
        assert!(bool_of(&fact, "name_trailing_space"));
        assert_eq!(
            text_of(&named(&"x".repeat(256)), "name_problem"),
            "it has 256 characters, 255 are the most"
        );
        assert_eq!(text_of(&named("sg-web"), "name_problem"), "sg- at its start is for ids");
        assert_eq!(text_of(&named("web "), "name_problem"), "");
        let mut builder = Builder::terraform();
        let id = builder.group("web");
        builder.network.groups[id.0].name = None;
        builder.network.groups[id.0].name_prefix = Some(builder.field(Text::from(&*"x".repeat(230))));
        assert_eq!(
            text_of(&facts_of(&builder)[0], "name_problem"),
            "its prefix has 230 characters, 229 are the most before what Terraform adds"
        );
        assert_eq!(text_of(&named(""), "name_problem"), "it is empty");
        assert_eq!(text_of(&named("web"), "name_problem"), "");
        assert!(bool_of(&named("sg-web"), "name_reserved"));
        assert!(!bool_of(&named("web-sg-1"), "name_reserved"));
    }

    #[test]
    fn a_group_without_name_has_an_empty_one_and_its_prefix_is_checked() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].name_prefix = Some(builder.field("sg-é".into()));
        let fact = facts_of(&builder).remove(0);
        assert!(!bool_of(&fact, "has_name"));
        assert_eq!(int_of(&fact, "name_length"), 0);
        assert!(bool_of(&fact, "name_reserved"));
        assert_eq!(text_of(&fact, "name_bad_characters"), "é");
    }

    #[test]
    fn what_is_known_of_a_name_decides_as_far_as_it_can() {
        let about = |start: &str, plain: bool, end: &str| {
            let mut builder = Builder::terraform();
            let group = builder.group("web");
            let mut name = Text::new();
            name.push_str(start);
            let open = Open::anything(builder.unknown());
            name.push_open(if plain { Open { plain, least: 1, most: Some(9), ..open } } else { open });
            name.push_str(end);
            builder.network.groups[group.0].name = Some(builder.field(name));
            facts_of(&builder).remove(0)
        };
        let problem = |fact: &Fact| text_of(fact, "name_problem").to_owned();
        assert_eq!(problem(&about("sg-", false, "x")), "sg- at its start is for ids");
        assert_eq!(problem(&about("web-", false, "é")), "it holds `é`");
        assert!(bool_of(&about("web-", false, " "), "name_trailing_space"));
        assert_eq!(problem(&about("web-", true, "x")), "");
        let fact = about("web-", false, "x");
        assert!(fact.unknown.contains_key("name_problem") && !bool_of(&fact, "name_reserved"));
        assert!(!bool_of(&fact, "name_trailing_space") && fact.unknown.contains_key("name_length"));
    }

    #[test]
    fn an_unknown_name_leaves_what_depends_on_it_unknown() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].name = Some(builder.unknown_field());
        let fact = facts_of(&builder).remove(0);
        assert!(bool_of(&fact, "has_name"));
        for field in [
            "name",
            "name_length",
            "name_bad_characters",
            "name_problem",
            "name_reserved",
            "name_trailing_space",
        ] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
    }

    #[test]
    fn rules_are_counted_by_direction_and_form() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8", "self"]);
        builder.rule(group, Direction::Egress, "-1", 0, 0, &["0.0.0.0/0"]);
        builder.standalone("rule", &GroupTarget::Group(group), "tcp", 80, 80, &["10.0.0.0/8"]);
        let fact = facts_of(&builder).remove(0);
        assert_eq!(int_of(&fact, "ingress_rules"), 3);
        assert_eq!(int_of(&fact, "egress_rules"), 1);
        assert_eq!(int_of(&fact, "rules"), 4);
        assert!(bool_of(&fact, "has_inline_rules") && bool_of(&fact, "has_vpc_rule_resources"));
        assert!(!bool_of(&fact, "has_rule_resources") && !bool_of(&fact, "has_standalone_rules"));
    }

    #[test]
    fn a_group_that_only_admits_itself_admits_no_others() {
        for (peers, others) in [(&["self"][..], false), (&["self", "10.0.0.0/8"], true), (&[], false)] {
            let mut builder = Builder::terraform();
            let group = builder.group("web");
            builder.ingress(group, "tcp", 80, 80, peers);
            assert_eq!(bool_of(&facts_of(&builder)[0], "admits_others"), others, "{peers:?}");
        }
    }

    #[test]
    fn rules_that_nobody_wrote_are_not_counted() {
        let mut builder = Builder::cloudformation();
        let group = builder.group("Web");
        builder.network.groups[group.0].role = GroupRole::Default;
        builder.rule(group, Direction::Ingress, "-1", 0, 0, &["self"]);
        builder.rule(group, Direction::Egress, "-1", 0, 0, &["0.0.0.0/0"]);
        for permission in &mut builder.network.permissions {
            permission.form = Form::Implicit;
        }
        let fact = facts_of(&builder).remove(0);
        assert_eq!(int_of(&fact, "ingress_rules") + int_of(&fact, "egress_rules"), 0);
        assert!(!bool_of(&fact, "has_rules") && !bool_of(&fact, "has_inline_rules"));
    }

    #[test]
    fn unread_rules_leave_counts_unknown_but_not_what_is_certain() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let unknown = builder.unknown();
        builder.network.groups[group.0].unknown_rules.push((Direction::Ingress, unknown));
        let fact = facts_of(&builder).remove(0);
        for field in ["ingress_rules", "rules", "has_rules", "has_inline_rules"] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
        assert_eq!(int_of(&fact, "egress_rules"), 0);
        builder.ingress(group, "tcp", 22, 22, &["self"]);
        let fact = facts_of(&builder).remove(0);
        assert!(bool_of(&fact, "has_rules") && bool_of(&fact, "has_inline_rules"));
        assert!(fact.unknown.contains_key("ingress_rules"));
    }

    #[test]
    fn a_rule_for_a_list_of_peers_that_is_not_known_may_be_many_or_admit_nobody() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["?"]);
        builder.network.permissions[0].several = Some(builder.unknown());
        builder.rule(group, Direction::Egress, "-1", 0, 0, &["10.0.0.0/8"]);
        let fact = facts_of(&builder).remove(0);
        for field in ["ingress_rules", "rules", "admits_others"] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
        assert!(bool_of(&fact, "has_rules") && int_of(&fact, "egress_rules") == 1);
        builder.ingress(group, "tcp", 443, 443, &["10.0.0.0/8"]);
        assert!(bool_of(&facts_of(&builder)[0], "admits_others"));
    }

    #[test]
    fn a_rule_that_may_not_exist_is_not_counted() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.ingress(group, "tcp", 22, 22, &["10.0.0.0/8"]);
        builder.network.permissions[0].presence = Presence::Unknown(builder.unknown());
        let fact = facts_of(&builder).remove(0);
        for field in ["ingress_rules", "rules", "has_rules", "admits_others"] {
            assert!(fact.unknown.contains_key(field), "{field}");
        }
    }

    #[test]
    fn rules_of_a_group_elsewhere_are_not_known() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        builder.network.groups[group.0].role = GroupRole::External;
        let fact = facts_of(&builder).remove(0);
        assert!(fact.unknown.contains_key("has_rules") && fact.unknown.contains_key("ingress_rules"));
    }
}
