//! Groups whose own rules name other groups, which must exist first. Groups that wait for each other that way cannot be
//! created at all (TF-14, CF-05).

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::reading::{Context, enumerate};
use super::{Fact, Kind, Place};
use crate::diagnostic::Label;
use crate::network::model::{Field, Group, Peer, Permission};
use crate::source::Span;

/// Labels of further rules that are shown.
const SHOWN: usize = 8;

/// One fact for each group with such rules, or for all those together that wait for each other.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let edges = Edges::of(context);
    let sets = edges.components();
    let mut facts: Vec<(usize, Fact)> = sets.iter().map(|set| edges.fact(context, set)).collect();
    facts.sort_by_key(|(first, _)| *first);
    facts.into_iter().map(|(_, fact)| fact).collect()
}

/// A rule inside one group that names another: the permission, and where it names the group.
struct Edge<'a> {
    to: usize,
    index: usize,
    permission: &'a Permission,
    at: Span,
}

/// Declarations of groups as nodes: all instances of one are created by the same declaration.
struct Edges<'a> {
    nodes: Vec<&'a Group>,
    from: Vec<Vec<Edge<'a>>>,
}

impl<'a> Edges<'a> {
    fn of(context: &Context<'a>) -> Self {
        let network = context.network;
        let mut edges = Self { nodes: Vec::new(), from: Vec::new() };
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let groups = network.groups.iter().map(|group| {
            *numbers.entry(&group.declared).or_insert_with(|| {
                edges.nodes.push(group);
                edges.nodes.len() - 1
            })
        });
        let node_of: Vec<usize> = groups.collect();
        edges.from.resize_with(edges.nodes.len(), Vec::new);
        for (index, permission) in network.permissions.iter().enumerate() {
            let (true, Peer::Group(Field { value: Ok(target), span, .. })) =
                (permission.form.is_inside(), &permission.peer)
            else {
                continue;
            };
            let (Some(owner), Some(peer)) = (permission.group.declared(), target.declared()) else {
                continue;
            };
            let (from, to) = (node_of[owner.0], node_of[peer.0]);
            if from != to {
                edges.from[from].push(Edge { to, index, permission, at: *span });
            }
        }
        edges
    }

    /// The sets of nodes that all reach each other, if any of them has an edge (Tarjan's algorithm, without recursion: a
    /// chain of groups may be long).
    fn components(&self) -> Vec<BTreeSet<usize>> {
        const NEW: usize = usize::MAX;
        let count = self.nodes.len();
        let (mut order, mut low) = (vec![NEW; count], vec![0; count]);
        let (mut stack, mut on_stack) = (Vec::new(), vec![false; count]);
        let (mut next, mut found) = (0, Vec::new());
        for root in 0..count {
            let mut open = vec![(root, 0)];
            while let Some((node, edge)) = open.pop() {
                if edge == 0 {
                    if order[node] != NEW {
                        continue;
                    }
                    (order[node], low[node]) = (next, next);
                    next += 1;
                    stack.push(node);
                    on_stack[node] = true;
                } else {
                    let child = self.from[node][edge - 1].to;
                    if on_stack[child] {
                        low[node] = low[node].min(low[child]);
                    }
                }
                if let Some(Edge { to, .. }) = self.from[node].get(edge) {
                    open.push((node, edge + 1));
                    if order[*to] == NEW {
                        open.push((*to, 0));
                    }
                    continue;
                }
                if low[node] == order[node] {
                    let start = stack.iter().rposition(|&open| open == node).unwrap_or_default();
                    let set: BTreeSet<usize> = stack.drain(start..).collect();
                    for &node in &set {
                        on_stack[node] = false;
                    }
                    found.extend(Some(set).filter(|set| set.iter().any(|&node| !self.from[node].is_empty())));
                }
            }
        }
        found
    }

    fn fact(&self, context: &Context<'_>, set: &BTreeSet<usize>) -> (usize, Fact) {
        let is_mutual = set.len() > 1;
        let rules = set.iter().flat_map(|&node| &self.from[node]);
        let rules = rules.filter(|edge| !is_mutual || set.contains(&edge.to));
        let mut rules: Vec<&Edge<'_>> = rules.collect();
        rules.sort_by_key(|edge| edge.index);
        let names: Vec<String> = set.iter().map(|&node| self.nodes[node].declared.to_string()).collect();
        let first = rules[0];
        let mut place = Place::at(first.at);
        let mut seen = BTreeSet::from([first.at]);
        let others = rules.iter().filter(|edge| seen.insert(edge.at)).take(SHOWN);
        place.also.extend(others.map(|edge| Label { span: edge.at, message: "and this rule".to_owned() }));
        let Permission { resource, declared, head, .. } = first.permission;
        let draft = Draft::new(Kind::Dependency, resource, declared, context.language, *head)
            .key(names.join(" "))
            .set("mutual", is_mutual)
            .set("group_text", enumerate(&names))
            .set("groups", names)
            .place("peer", place);
        let draft = rules.iter().fold(draft, |draft, edge| {
            draft
                .anchor(edge.permission.span)
                .anchor(edge.permission.resource_span)
                .rule(&edge.permission.resource)
        });
        let draft = draft.calls(&first.permission.calls);
        (first.index, draft.presence(&first.permission.presence).finish())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{Builder, bool_of, list_of};
    use super::*;
    use crate::network::model::Form;
    use crate::network::model::{Direction, GroupId, GroupTarget};

    /// A rule inside a group that names another.
    fn names(builder: &mut Builder, group: GroupId, peer: GroupId) {
        builder.rule(group, Direction::Ingress, "tcp", 443, 443, &["sg-1"]);
        let field = builder.field(GroupTarget::Group(peer));
        builder.network.permissions.last_mut().unwrap().peer = Peer::Group(field);
    }

    fn cycles(builder: &Builder) -> Vec<Vec<String>> {
        let mut facts = facts(&Context::new(&builder.network));
        facts.retain(|fact| bool_of(fact, "mutual"));
        facts.iter().map(|fact| list_of(fact, "groups").to_vec()).collect()
    }

    fn three() -> (Builder, [GroupId; 3]) {
        let mut builder = Builder::cloudformation();
        let groups = ["A", "B", "C"].map(|name| builder.group(name));
        (builder, groups)
    }

    #[test]
    fn groups_that_name_each_other_are_one_cycle() {
        let (mut builder, [a, b, c]) = three();
        names(&mut builder, a, b);
        names(&mut builder, a, c);
        assert!(cycles(&builder).is_empty());
        names(&mut builder, b, a);
        assert_eq!(cycles(&builder), [["A", "B"]]);
        names(&mut builder, c, b);
        assert_eq!(cycles(&builder), [vec!["A", "B", "C"]]);
    }

    #[test]
    fn rules_outside_of_groups_make_no_cycle() {
        let (mut builder, [a, b, _]) = three();
        names(&mut builder, a, b);
        names(&mut builder, b, a);
        builder.network.permissions[1].form = Form::Standalone;
        assert!(cycles(&builder).is_empty());
    }

    #[test]
    fn instances_of_one_declaration_are_created_by_it() {
        let (mut builder, [a, b, c]) = three();
        builder.network.groups[c.0].declared = Arc::clone(&builder.network.groups[a.0].declared);
        names(&mut builder, a, b);
        names(&mut builder, b, c);
        assert_eq!(cycles(&builder), [["A", "B"]]);
    }

    #[test]
    fn a_chain_of_any_length_is_followed() {
        let mut builder = Builder::cloudformation();
        let groups: Vec<GroupId> = (0..5000).map(|number| builder.group(&format!("G{number}"))).collect();
        for pair in groups.windows(2) {
            names(&mut builder, pair[0], pair[1]);
        }
        assert!(cycles(&builder).is_empty());
        names(&mut builder, groups[4999], groups[0]);
        assert_eq!(cycles(&builder)[0].len(), 5000);
    }
}
