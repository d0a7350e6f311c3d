//! Groups handed to other accounts: whether they may be, and what the others see of them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, Known};
use super::placement::{Placement, Site};
use super::reading::{Context, not_known, told};
use super::{Fact, Kind, Place};
use crate::network::lifecycle::DeletionPolicy;
use crate::network::model::{
    Group, GroupId, GroupRole, Network, Peer, PrefixListId, PrefixListTarget, Share, SharedGroup,
};
use crate::network::premises::Link;
use crate::resource::{Cause, Language, Unknown, without_keys};
use crate::source::Span;

/// One fact for each group of each share, and for each that the plan takes out of one.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let Network { shares, lifted, .. } = context.network;
    let lifted = lifted.iter().map(|group| lifted_fact(context, group));
    if shares.iter().all(|share| share.groups.is_empty()) {
        return lifted.collect();
    }
    let lists = PrefixLists::of(context.network);
    let subnets = SharedSubnets::of(context.network);
    let groups = shares.iter().flat_map(|share| share.groups.iter().map(move |group| (share, group)));
    groups.map(|(share, group)| fact(context, share, group, &lists, &subnets)).chain(lifted).collect()
}

/// What is shared can be: it is no default group, and of a VPC of the account's own (RA-02, RA-03). Whether anybody still
/// carries it the owner cannot see (RA-13).
fn lifted_fact(context: &Context<'_>, lifted: &SharedGroup) -> Fact {
    let target = lifted.group.value.as_ref().map_err(Arc::clone);
    let text = target.clone().and_then(|target| context.target_text(target));
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    let elsewhere = || not_known(Cause::LookedUp(format!("the settings of {key}")), lifted.group.span);
    let group = target.clone().and_then(|target| context.group(target).ok_or_else(elsewhere));
    let removal = text.clone().map(|group| {
        format!(
            "destroying {} takes {group} out of a share while other accounts may carry it",
            lifted.resource
        )
    });
    Draft::new(
        Kind::SharedGroup,
        &lifted.resource,
        &Arc::from(without_keys(&lifted.resource)),
        context.language,
        lifted.head,
    )
    .key(format!("lift {key}"))
    .known("group", text)
    .known("group_role", target.and_then(|target| context.target_role(target)))
    .set("group_foreign", false)
    .set("group_in_default_vpc", false)
    .set("vpc_looked_up", false)
    .set("vpc_foreign", false)
    .set("without_subnet", Vec::<String>::new())
    .known("protected", group.clone().and_then(is_protected))
    .known("removal", removal)
    .set("unseen", "")
    .known("tag_keys", group.and_then(|group| group.tags.keys()))
    .set("hidden_prefix_lists", Vec::<String>::new())
    .place("group", Place::of(&lifted.group))
    .anchor(lifted.span)
    .calls(&lifted.calls)
    .presence(&lifted.presence)
    .finish()
}

/// What may take the group away from those who use it, in words; empty if something keeps it.
fn removal(group: &str, role: &Known<&'static str>, protected: &Known<bool>) -> Known<String> {
    if *role.as_ref().map_err(Arc::clone)? != "declared" || *protected.as_ref().map_err(Arc::clone)? {
        return Ok(String::new());
    }
    Ok(format!("nothing keeps {group} from being removed while other accounts use it"))
}

fn fact(
    context: &Context<'_>,
    share: &Share,
    shared: &SharedGroup,
    lists: &PrefixLists,
    subnets: &SharedSubnets<'_>,
) -> Fact {
    let target = shared.group.value.as_ref().map_err(Arc::clone);
    let text = target.clone().and_then(|target| context.target_text(target));
    let key = text.as_ref().map_or_else(|_| "?".to_owned(), Clone::clone);
    let group = target.clone().and_then(|target| match context.group(target) {
        Some(group) => Ok(group),
        None => Err(vpc_unknown(&key, shared.group.span)),
    });
    let hidden = target.clone().and_then(|target| lists.hidden(context.network, target.declared()));
    let tags = group.clone().and_then(|group| group.tags.keys());
    let role = target.clone().and_then(|target| context.target_role(target));
    let protected = group.clone().and_then(is_protected);
    let removal = removal(&key, &role, &protected);
    Draft::new(Kind::SharedGroup, &share.resource, &share.declared, context.language, shared.head)
        .key(format!("share {key}"))
        .known("group", text)
        .known("group_role", role)
        .known("group_foreign", target.and_then(|target| context.is_foreign(target)))
        .known("group_in_default_vpc", group.clone().and_then(in_default_vpc))
        .known("vpc_looked_up", group.clone().and_then(vpc_looked_up))
        .known("vpc_foreign", group.clone().map(|group| subnets.is_of_foreign_vpc(group)))
        .known("without_subnet", group.and_then(|group| subnets.lacking(share, group)))
        .known("protected", protected)
        .known("removal", removal)
        .known("unseen", unseen(&tags, &hidden))
        .known("tag_keys", tags)
        .known("hidden_prefix_lists", hidden)
        .place("group", Place::of(&shared.group))
        .anchor(shared.span)
        .calls(&shared.calls)
        .presence(&shared.presence)
        .finish()
}

fn vpc_unknown(group: &str, at: Span) -> Arc<Unknown> {
    not_known(Cause::LookedUp(format!("the VPC of {group}")), at)
}

fn in_default_vpc(group: &Group) -> Known<bool> {
    group.in_default_vpc.ok_or_else(|| match group.vpc.as_ref().map(|vpc| &vpc.value) {
        Some(Err(why)) => Arc::clone(why),
        _ => vpc_unknown(&group.address, group.head),
    })
}

/// Whether the VPC comes from a lookup or a literal id, so that another account may own it (RA-02). Without a VPC a
/// declared group is in the account's own default one.
fn vpc_looked_up(group: &Group) -> Known<bool> {
    match group.vpc.as_ref().map(|vpc| &vpc.value) {
        Some(Ok(vpc)) => Ok(vpc.starts_with("vpc-") || vpc.starts_with("data.") || vpc.contains(".data.")),
        Some(Err(why)) => Err(Arc::clone(why)),
        None if group.role == GroupRole::External => Err(vpc_unknown(&group.address, group.head)),
        None => Ok(false),
    }
}

/// Whether the language keeps the group from being deleted while other accounts use it (RA-13).
fn is_protected(group: &Group) -> Known<bool> {
    let lifecycle = &group.lifecycle;
    match (group.role, group.language) {
        (GroupRole::External, _) => {
            let cause = Cause::LookedUp(format!("the lifecycle of {}", group.address));
            Err(not_known(cause, group.head))
        }
        (_, Language::Terraform) => {
            lifecycle.prevent_destroy.as_ref().map_or(Ok(false), |field| field.value.clone())
        }
        (_, Language::CloudFormation) => lifecycle
            .deletion_policy
            .as_ref()
            .map_or(Ok(false), |field| field.value.clone().map(|policy| policy != DeletionPolicy::Delete)),
    }
}

/// What the other accounts do not see, in words; enough that one thing is known.
fn unseen(tags: &Known<Vec<String>>, lists: &Known<Vec<String>>) -> Known<String> {
    let words = [
        tags.as_ref().map(|keys| if keys.is_empty() { String::new() } else { "its tags".to_owned() }),
        lists.as_ref().map(|lists| match &lists[..] {
            [] => String::new(),
            lists => format!("the entries of {}", lists.join(", ")),
        }),
    ];
    let known: Vec<_> =
        words.iter().filter_map(|words| words.as_deref().ok()).filter(|it| !it.is_empty()).collect();
    match words.iter().find_map(|words| words.as_ref().err()) {
        Some(why) if known.is_empty() => Err(Arc::clone(why)),
        _ => Ok(known.join(" and ")),
    }
}

/// The subnets that shares hold, by VPC, and whom they serve.
struct SharedSubnets<'a> {
    placement: Placement<'a>,
    links: &'a [Link],
    /// Who has a subnet of a VPC.
    served: FxHashMap<&'a str, Served<'a>>,
    /// Why anybody may have a subnet of any VPC.
    unclear: Option<Arc<Unknown>>,
}

impl<'a> SharedSubnets<'a> {
    fn of(network: &'a Network) -> Self {
        let mut subnets = Self {
            placement: Placement::of(network),
            links: &network.premises.links,
            served: FxHashMap::default(),
            unclear: None,
        };
        for share in &network.shares {
            if let Some(why) = &share.unknown_items {
                subnets.unclear.get_or_insert_with(|| Arc::clone(why));
            }
            for subnet in &share.subnets {
                let site = subnet.value.as_ref().map_err(Arc::clone);
                match site.and_then(|id| subnets.placement.of_subnet(id)) {
                    Ok(Some(Site::Vpc(vpc))) => {
                        let served = subnets.served.entry(vpc).or_default();
                        share.principals.iter().for_each(|principal| served.add(principal.known()));
                    }
                    Ok(Some(Site::Default)) => {}
                    Ok(None) => {
                        let cause = Cause::LookedUp("the VPC of a shared subnet".to_owned());
                        subnets.unclear.get_or_insert_with(|| not_known(cause, subnet.span));
                    }
                    Err(why) => {
                        subnets.unclear.get_or_insert(why);
                    }
                }
            }
        }
        subnets
    }

    /// The principals of a share that have no subnet of the VPC of its group, so that they cannot use the group
    /// (RA-07). Where the VPC is declared elsewhere, so are its shares.
    fn lacking(&self, share: &Share, group: &Group) -> Known<Vec<String>> {
        let Some(Site::Vpc(vpc)) = self.placement.of_group(group)? else { return Ok(Vec::new()) };
        if !self.placement.is_own(Site::Vpc(vpc)) || self.is_told(vpc) {
            return Ok(Vec::new());
        }
        let served = self.served.get(vpc);
        // A principal that is not known may be one of those that have a subnet.
        let lacks = |principal: &str| served.is_none_or(|served| !served.may_include(principal));
        let lacking =
            share.principals.iter().filter(|principal| principal.known().is_some_and(|it| lacks(it)));
        let lacking: Vec<_> = lacking.map(|it| told(it).map(str::to_owned)).collect::<Known<_>>()?;
        match &self.unclear {
            Some(why) if !lacking.is_empty() => Err(Arc::clone(why)),
            _ => Ok(lacking),
        }
    }

    /// Whether the project says that a VPC is shared by what is declared elsewhere.
    fn is_told(&self, vpc: &str) -> bool {
        let name = Site::Vpc(vpc).name();
        self.links.iter().flat_map(|link| &link.between).any(|end| *end == name || end == vpc)
    }

    /// Whether a lookup asks for the VPC of another account.
    fn is_of_foreign_vpc(&self, group: &Group) -> bool {
        let vpc = self.placement.of_group(group);
        matches!(vpc, Ok(Some(Site::Vpc(vpc))) if self.placement.has_foreign_owner(vpc))
    }
}

/// The principals of shares.
#[derive(Default)]
struct Served<'a> {
    accounts: FxHashSet<&'a str>,
    /// An organization, a unit of one, or a principal that is not known: any account may be in it.
    is_open: bool,
}

impl<'a> Served<'a> {
    fn add(&mut self, principal: Option<&'a String>) {
        match principal {
            Some(principal) if is_account(principal) => {
                self.accounts.insert(principal);
            }
            _ => self.is_open = true,
        }
    }

    /// Whether a principal may be among them: two accounts are two, but who is in an organization cannot be seen.
    fn may_include(&self, principal: &str) -> bool {
        self.is_open
            || !is_account(principal) && !self.accounts.is_empty()
            || self.accounts.contains(principal)
    }
}

fn is_account(principal: &str) -> bool {
    principal.len() == 12 && principal.bytes().all(|digit| digit.is_ascii_digit())
}

/// The prefix lists of the configuration that rules name, and those that shares hold.
struct PrefixLists {
    named: FxHashMap<GroupId, Vec<PrefixListId>>,
    shared: FxHashSet<PrefixListId>,
    /// Why more may be shared.
    unclear: Option<Arc<Unknown>>,
}

impl PrefixLists {
    fn of(network: &Network) -> Self {
        let mut named: FxHashMap<_, Vec<_>> = FxHashMap::default();
        let mut seen = FxHashSet::default();
        for permission in &network.permissions {
            let (Some(group), Peer::PrefixList(field)) = (permission.group.declared(), &permission.peer)
            else {
                continue;
            };
            let Some(PrefixListTarget::Declared(list)) = field.known() else { continue };
            if seen.insert((group, *list)) {
                named.entry(group).or_default().push(*list);
            }
        }
        Self {
            named,
            shared: network.shares.iter().flat_map(|share| share.prefix_lists.iter().copied()).collect(),
            unclear: network.shares.iter().find_map(|share| share.unknown_items.clone()),
        }
    }

    /// The lists that a group's rules name and no share holds.
    fn hidden(&self, network: &Network, group: Option<GroupId>) -> Known<Vec<String>> {
        let named = group.and_then(|group| self.named.get(&group)).map_or(&[][..], Vec::as_slice);
        let hidden = named.iter().filter(|list| !self.shared.contains(list));
        let hidden: Vec<_> = hidden.map(|list| network.prefix_lists[list.0].address.to_string()).collect();
        match &self.unclear {
            Some(why) if !hidden.is_empty() => Err(Arc::clone(why)),
            _ => Ok(hidden),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, list_of, text_of};
    use super::*;
    use crate::network::model::GroupTarget;
    use crate::network::topology::Provenance;

    fn shared(change: impl FnOnce(&mut Builder, usize)) -> Fact {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        builder.share(target);
        change(&mut builder, group.0);
        facts(&Context::new(&builder.network)).remove(0)
    }

    #[test]
    fn a_vpc_that_is_looked_up_may_belong_to_another_account() {
        for (vpc, looked_up) in [
            ("aws_vpc.main.id", false),
            ("module.net.aws_vpc.main.id", false),
            ("data.aws_vpc.main.id", true),
            ("module.net.data.aws_vpc.main.id", true),
            ("vpc-0a1b2c3d", true),
        ] {
            let fact = shared(|builder, group| {
                builder.network.groups[group].vpc = Some(builder.field(vpc.to_owned()));
            });
            assert_eq!(bool_of(&fact, "vpc_looked_up"), looked_up, "{vpc}");
        }
    }

    #[test]
    fn what_may_take_a_group_away_is_said_in_words() {
        let nothing_keeps =
            "nothing keeps aws_security_group.web from being removed while other accounts use it";
        assert_eq!(text_of(&shared(|_, _| ()), "removal"), nothing_keeps);
        let kept = shared(|builder, group| {
            builder.network.groups[group].lifecycle.prevent_destroy = Some(builder.field(true));
        });
        assert_eq!(text_of(&kept, "removal"), "");
        let default = shared(|builder, group| builder.network.groups[group].role = GroupRole::Default);
        assert_eq!(text_of(&default, "removal"), "", "it cannot be deleted");
    }

    #[test]
    fn a_group_that_is_lifted_out_of_a_share_was_shared_rightly() {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        let target = builder.field(GroupTarget::Group(group));
        builder.share(target);
        let share = builder.network.shares.remove(0);
        builder.network.lifted = share.groups;
        let fact = facts(&Context::new(&builder.network)).remove(0);
        assert_eq!(&*fact.subject, "aws_ram_resource_association.a");
        assert!(!bool_of(&fact, "group_in_default_vpc") && !bool_of(&fact, "vpc_foreign"));
        assert_eq!(
            text_of(&fact, "removal"),
            "destroying aws_ram_resource_association.a takes aws_security_group.web out of a share while other accounts may carry it"
        );
    }

    #[test]
    fn the_default_vpc_and_default_groups_are_told() {
        let fact = shared(|builder, group| {
            builder.network.groups[group].in_default_vpc = Some(true);
            builder.network.groups[group].role = GroupRole::Default;
        });
        assert!(bool_of(&fact, "group_in_default_vpc"));
        assert_eq!(text_of(&fact, "group_role"), "default");
        assert_eq!(fact.key, "share aws_security_group.web");
    }

    #[test]
    fn a_vpc_that_is_not_known_is_unknown() {
        let fact = shared(|builder, group| {
            builder.network.groups[group].vpc = Some(builder.unknown_field());
            builder.network.groups[group].in_default_vpc = None;
        });
        assert!(fact.unknown.contains_key("vpc_looked_up"));
        assert!(fact.unknown.contains_key("group_in_default_vpc"));
    }

    #[test]
    fn the_vpc_of_a_group_elsewhere_is_unknown() {
        let mut builder = Builder::terraform();
        let target = builder.field(GroupTarget::External("sg-0a1b2c3d".to_owned()));
        builder.share(target);
        let fact = facts(&Context::new(&builder.network)).remove(0);
        assert_eq!(text_of(&fact, "group"), "sg-0a1b2c3d");
        assert!(fact.unknown.contains_key("vpc_looked_up"));
        assert_eq!(list_of(&fact, "hidden_prefix_lists"), [""; 0]);
    }

    #[test]
    fn the_owner_of_a_group_may_be_another_account() {
        assert!(!bool_of(&shared(|_, _| ()), "group_foreign"));
        for (text, is_foreign) in [
            ("111122223333/sg-0a1b2c3d", true),
            ("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d", false),
        ] {
            let mut builder = Builder::terraform();
            let target = builder.field(GroupTarget::External(text.to_owned()));
            builder.share(target);
            let fact = facts(&Context::new(&builder.network)).remove(0);
            assert_eq!(bool_of(&fact, "group_foreign"), is_foreign, "{text}");
        }
        let fact = shared(|builder, group| {
            let owner = builder.field("111122223333".to_owned());
            builder.network.groups[group].foreign_owner = Some(owner);
        });
        assert!(bool_of(&fact, "group_foreign"));
    }

    /// The principals without a subnet, given the VPC of the one that is shared and with whom.
    fn lacking(group: &str, vpc: &str, with: &str, change: fn(&mut Builder)) -> Fact {
        shared(|builder, id| {
            builder.vpc("aws_vpc.a", Provenance::Declared);
            builder.vpc("aws_vpc.b", Provenance::Declared);
            builder.network.groups[id].vpc = Some(builder.field(group.to_owned()));
            builder.network.shares[0].principals = vec![builder.field("111122223333".to_owned())];
            let vpc = builder.field(vpc.to_owned());
            builder.subnet("aws_subnet.it", Some(vpc));
            let elsewhere = builder.field(GroupTarget::External("sg-1".to_owned()));
            builder.share(elsewhere);
            let (subnet, with) =
                (builder.field("aws_subnet.it.id".to_owned()), builder.field(with.to_owned()));
            let share = &mut builder.network.shares[1];
            (share.subnets, share.principals) = (vec![subnet], vec![with]);
            change(builder);
        })
    }

    #[test]
    fn a_group_is_of_no_use_without_a_subnet_of_its_vpc() {
        let unit = "arn:aws:organizations::444455556666:ou/o-1/ou-1";
        for (group, vpc, with, expected) in [
            ("aws_vpc.a.id", "aws_vpc.a.id", "111122223333", &[][..]),
            ("aws_vpc.a.id", "aws_vpc.a.id", unit, &[]),
            ("aws_vpc.a.id", "aws_vpc.a.id", "777788889999", &["111122223333"]),
            ("aws_vpc.a.id", "aws_vpc.b.id", "111122223333", &["111122223333"]),
            ("data.aws_vpc.it.id", "aws_vpc.b.id", "111122223333", &[]),
        ] {
            let fact = lacking(group, vpc, with, |_| ());
            assert_eq!(list_of(&fact, "without_subnet"), expected, "{group} {vpc} {with}");
        }
    }

    #[test]
    fn subnets_may_be_shared_by_what_is_not_seen() {
        let fact = lacking("aws_vpc.a.id", "aws_vpc.b.id", "111122223333", |builder| {
            builder.network.shares[1].unknown_items = Some(builder.unknown());
        });
        assert!(fact.unknown.contains_key("without_subnet"));
        let fact = lacking("aws_vpc.a.id", "aws_vpc.b.id", "111122223333", |builder| {
            let between = ["aws_vpc.a".to_owned(), "vpc-11111111".to_owned()];
            builder.network.premises.links.push(Link { between });
        });
        assert_eq!(list_of(&fact, "without_subnet"), [""; 0]);
    }

    #[test]
    fn a_vpc_that_is_asked_for_by_its_owner_is_the_owners() {
        let fact = shared(|builder, group| {
            builder.vpc("data.aws_vpc.it", Provenance::LookedUp);
            let owner = builder.field("111122223333".to_owned());
            builder.network.topology.vpcs[0].owner = Some(owner);
            builder.network.groups[group].vpc = Some(builder.field("data.aws_vpc.it.id".to_owned()));
        });
        assert!(bool_of(&fact, "vpc_foreign"));
    }

    #[test]
    fn the_other_accounts_see_no_tags() {
        assert_eq!(text_of(&shared(|_, _| ()), "unseen"), "");
        let fact = shared(|builder, group| {
            builder.network.groups[group].tags.add("owner", Ok("platform".to_owned()));
        });
        assert_eq!(list_of(&fact, "tag_keys"), ["owner"]);
        assert_eq!(text_of(&fact, "unseen"), "its tags");
        let fact = shared(|builder, group| {
            let why = builder.unknown();
            builder.network.groups[group].tags.add_unknown(&why);
            builder.prefix_list(&[]);
            builder.ingress(GroupId(group), "tcp", 443, 443, &["pl"]);
        });
        assert_eq!(text_of(&fact, "unseen"), "the entries of aws_ec2_managed_prefix_list.p");
    }

    #[test]
    fn each_language_has_its_own_way_to_keep_a_group() {
        assert!(!bool_of(&shared(|_, _| ()), "protected"));
        let fact = shared(|builder, group| {
            let kept = builder.field(true);
            builder.network.groups[group].lifecycle.prevent_destroy = Some(kept);
        });
        assert!(bool_of(&fact, "protected"));
        for (policy, protected) in [(DeletionPolicy::Delete, false), (DeletionPolicy::Retain, true)] {
            let fact = shared(|builder, group| {
                let policy = builder.field(policy);
                let group = &mut builder.network.groups[group];
                group.language = Language::CloudFormation;
                group.lifecycle.deletion_policy = Some(policy);
            });
            assert_eq!(bool_of(&fact, "protected"), protected);
        }
    }

    #[test]
    fn entries_of_a_prefix_list_are_seen_only_if_it_is_shared() {
        let with_list = |change: fn(&mut Builder)| {
            shared(|builder, group| {
                builder.prefix_list(&["192.0.2.0/24"]);
                builder.ingress(GroupId(group), "tcp", 443, 443, &["pl", "pl-1"]);
                change(builder);
            })
        };
        let fact = with_list(|_| ());
        assert_eq!(list_of(&fact, "hidden_prefix_lists"), ["aws_ec2_managed_prefix_list.p"]);
        let fact = with_list(|builder| builder.network.shares[0].prefix_lists.push(PrefixListId(0)));
        assert_eq!(list_of(&fact, "hidden_prefix_lists"), [""; 0]);
        let fact = with_list(|builder| builder.network.shares[0].unknown_items = Some(builder.unknown()));
        assert!(fact.unknown.contains_key("hidden_prefix_lists"));
    }
}
