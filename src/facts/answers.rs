//! Rules that are there for answers, as if groups did not let those through by themselves (EV-04).
//!
//! Network ACLs need such rules, and they are carried over to groups from there.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::draft::Known;
use super::reading::{self, Context, Owner};
use crate::network::model::{Direction, Peer, Permission};
use crate::network::ports::PortSet;

/// First ports of the range that clients take their own end of a connection from: what ACLs are told to open, Linux,
/// and the range of IANA, which Windows takes.
const FIRST: [u16; 3] = [1024, 32768, 49152];
/// Last ports of it: of Linux, as written in two ways, and of all others.
const LAST: [u16; 3] = [60999, 61000, 65535];

/// Services that tell their clients another port to go on at: FTP, the port mappers of NFS and Windows.
const DYNAMIC_SERVICES: [u16; 3] = [21, 111, 135];

/// What the rules of each group admit from and let out to.
pub(super) struct Answers {
    /// Peers that ingress rules admit.
    admitted: FxHashSet<(Owner, String)>,
    /// Groups and directions with a service that takes ports as they come.
    dynamic: BTreeSet<(Owner, Direction)>,
}

impl Answers {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut answers = Self { admitted: FxHashSet::default(), dynamic: BTreeSet::new() };
        for permission in &context.network.permissions {
            let Ok(Some(traffic)) = reading::traffic(permission) else { continue };
            let ports = traffic.ports();
            let owner = Owner::of(permission);
            if ports.count() < u32::from(u16::MAX)
                && DYNAMIC_SERVICES.iter().any(|&port| ports.contains(port))
            {
                answers.dynamic.insert((owner.clone(), permission.direction));
            }
            if permission.direction == Direction::Ingress
                && !is_for_clients(&ports)
                && let Ok(peer) = context.peer_identity(permission)
            {
                answers.admitted.insert((owner, peer));
            }
        }
        answers
    }

    /// Whether a permission is there for answers.
    pub(super) fn opened_by(&self, context: &Context<'_>, permission: &Permission) -> Known<bool> {
        let Some(traffic) = reading::traffic(permission)? else { return Ok(false) };
        if !traffic.protocol.has_ports() || !is_for_clients(&traffic.ports()) {
            return Ok(false);
        }
        let owner = Owner::of(permission);
        if self.dynamic.contains(&(owner.clone(), permission.direction)) {
            return Ok(false);
        }
        match (permission.direction, &permission.peer) {
            // A load balancer reaches tasks on ports that they take as they come.
            (Direction::Ingress, Peer::Group(_) | Peer::SelfGroup(_) | Peer::Missing) => Ok(false),
            (Direction::Ingress, _) => Ok(true),
            (Direction::Egress, _) => {
                let peer = context.peer_identity(permission)?;
                Ok(self.admitted.contains(&(owner, peer)))
            }
        }
    }
}

/// Whether ports are a range that clients take.
fn is_for_clients(ports: &PortSet) -> bool {
    matches!(ports.intervals(), [(first, last)] if FIRST.contains(first) && LAST.contains(last))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Builder;
    use super::*;

    /// Whether the last of the rules (direction, first port, last port, peer) is there for answers.
    fn last(rules: &[(Direction, i64, i64, &str)]) -> bool {
        let mut builder = Builder::terraform();
        let group = builder.group("web");
        for (direction, from, to, peer) in rules {
            builder.rule(group, *direction, "tcp", *from, *to, &[peer]);
        }
        let context = Context::new(&builder.network);
        let last = builder.network.permissions.last().unwrap();
        Answers::of(&context).opened_by(&context, last).unwrap()
    }

    use Direction::{Egress, Ingress};

    #[test]
    fn ports_of_clients_from_addresses_are_for_answers() {
        for (from, to) in [(1024, 65535), (32768, 60999), (32768, 61000), (49152, 65535)] {
            assert!(last(&[(Ingress, from, to, "10.0.0.0/8")]), "{from}-{to}");
        }
        for (from, to) in [(1025, 65535), (30000, 32767), (0, 65535), (443, 443)] {
            assert!(!last(&[(Ingress, from, to, "10.0.0.0/8")]), "{from}-{to}");
        }
    }

    #[test]
    fn a_load_balancer_may_reach_ports_that_tasks_take() {
        assert!(!last(&[(Ingress, 32768, 65535, "sg-1")]));
        assert!(!last(&[(Ingress, 32768, 65535, "self")]));
    }

    #[test]
    fn services_that_take_ports_as_they_come_need_them() {
        assert!(!last(&[(Ingress, 135, 135, "10.0.0.0/8"), (Ingress, 49152, 65535, "10.0.0.0/8")]));
        assert!(last(&[(Ingress, 443, 443, "10.0.0.0/8"), (Ingress, 49152, 65535, "10.0.0.0/8")]));
    }

    #[test]
    fn egress_is_for_answers_where_ingress_comes_from() {
        assert!(last(&[(Ingress, 443, 443, "0.0.0.0/0"), (Egress, 1024, 65535, "0.0.0.0/0")]));
        assert!(!last(&[(Ingress, 443, 443, "0.0.0.0/0"), (Egress, 1024, 65535, "10.0.0.0/8")]));
        assert!(!last(&[(Ingress, 443, 443, "0.0.0.0/0"), (Egress, 32768, 65535, "sg-1")]));
    }
}
