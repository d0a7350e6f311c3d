//! Network interfaces: where groups meet.
//!
//! Groups attach to interfaces, not to instances (EV-03), and what an interface admits is the union of what its groups
//! admit (EV-02). One [`Interface`] stands for all those that a resource has by the same settings: the tasks of a
//! service, the nodes of a load balancer.

use std::sync::Arc;

use super::model::Field;
use crate::resource::{Presence, Unknown};
use crate::source::Span;

/// Index of an interface in [`Network::interfaces`](super::model::Network::interfaces).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceId(pub usize);

/// An interface that carries groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Address of the resource that it belongs to.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// The type of the resource.
    pub kind: Arc<str>,
    /// The service, as in `attachments.csv`.
    pub service: &'static str,
    /// Which of the resource's interfaces it is: the block that describes it (`network_interfaces[1]`) or its part in
    /// the service (`master`); empty if it is described by the resource itself.
    pub name: String,
    /// What the resource does.
    pub role: Role,
    /// Which side starts its connections.
    pub traffic: Initiative,
    /// The groups that it is known to carry: indices in [`Network::attachments`](super::model::Network::attachments).
    pub attachments: Vec<usize>,
    /// Why it may carry more groups.
    pub more_groups: Option<Arc<Unknown>>,
    /// The subnets it lies in, as text: every reference to one subnet reads the same (`aws_subnet.a.id`). None if its
    /// own arguments, its subnet group and what places it say none.
    pub subnets: Vec<Field<String>>,
    /// The Region that it is in, as far as the configuration says it.
    pub region: Option<Field<String>>,
    /// Whether it has an address that the internet reaches, as far as its own arguments and what is attached to it say.
    pub public_address: Field<bool>,
    /// Its machines run a script when they start that loads something from elsewhere.
    pub script_loads: Result<bool, Arc<Unknown>>,
    /// The tier that the project gives it, if any; the error says why its tags do not tell.
    pub tier: Result<Option<String>, Arc<Unknown>>,
    /// The resource's head.
    pub head: Span,
    /// The resource.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

impl Interface {
    /// Its tier: the one that the project gives it, else the one that its role belongs to.
    pub fn tier(&self) -> Result<&str, Arc<Unknown>> {
        Ok(self.given_tier()?.unwrap_or_else(|| self.role.tier()))
    }

    /// Its tier if that is one of an application: what serves every tier, such as an endpoint, has none unless the
    /// project gives it one.
    pub fn tier_of_application(&self) -> Result<Option<&str>, Arc<Unknown>> {
        let tier = Some(self.role.tier()).filter(|tier| matches!(*tier, "edge" | "app" | "data"));
        Ok(self.given_tier()?.or(tier))
    }

    fn given_tier(&self) -> Result<Option<&str>, Arc<Unknown>> {
        self.tier.as_ref().map(Option::as_deref).map_err(Arc::clone)
    }
}

/// Which side starts the connections of an interface, answers aside (EV-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Initiative {
    /// Its clients: it answers only.
    Answers,
    /// Itself: nobody connects to it.
    Calls,
    /// Both.
    Both,
}

impl Initiative {
    /// Whether clients connect to it.
    pub fn answers(self) -> bool {
        self != Self::Calls
    }

    /// Whether it connects to others.
    pub fn calls_out(self) -> bool {
        self != Self::Answers
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident $name:literal $tier:literal,)*) => {
        /// What a resource with interfaces does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $variant,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The names of all roles, in the same order.
            pub const NAMES: &[&'static str] = &[$($name,)*];

            /// Name for policies.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The tier of an application that such resources make up: `edge`, `app`, `data`; of what serves every tier,
            /// the role itself.
            pub fn tier(self) -> &'static str {
                match self {
                    $(Self::$variant => $tier,)*
                }
            }
        }
    };
}

roles! {
    /// Hands requests on to targets.
    LoadBalancer "load-balancer" "edge",
    /// Virtual machines.
    Compute "compute" "app",
    /// Tasks of a container service.
    Container "container" "app",
    /// Control plane or nodes of a cluster.
    Cluster "cluster" "app",
    /// Functions.
    Function "function" "app",
    /// Databases.
    Database "database" "data",
    /// Caches and in-memory databases.
    Cache "cache" "data",
    /// File systems.
    FileSystem "file-system" "data",
    /// Message brokers.
    Queue "queue" "data",
    /// Search engines.
    Search "search" "data",
    /// Data warehouses and data processing.
    Analytics "analytics" "data",
    /// Training, inference and notebooks.
    MachineLearning "machine-learning" "app",
    /// A way to a service from inside the network.
    Endpoint "endpoint" "endpoint",
    /// A way of a service into the network.
    Connector "connector" "connector",
    /// Builds and tests.
    Build "build" "build",
    /// Desktops and applications streamed to people.
    Desktop "desktop" "desktop",
    /// Streams of video and signals.
    Media "media" "app",
    /// Copies of data from one place to another.
    Migration "migration" "migration",
    /// File transfer from and to partners.
    Transfer "transfer" "edge",
    /// Name resolution.
    Resolver "resolver" "resolver",
    /// Access of people to the network.
    Vpn "vpn" "vpn",
}

impl Role {
    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// Whether it keeps data: no client outside the application has business with it.
    pub fn keeps_data(self) -> bool {
        self.tier() == "data"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_back_by_their_names() {
        for (role, name) in Role::ALL.iter().zip(Role::NAMES) {
            assert_eq!(Role::parse(name), Some(*role));
        }
        assert_eq!(Role::parse("nothing"), None);
    }

    #[test]
    fn who_starts_a_connection_follows_from_the_initiative() {
        assert!(Initiative::Both.answers() && Initiative::Both.calls_out());
        assert!(Initiative::Answers.answers() && !Initiative::Answers.calls_out());
        assert!(!Initiative::Calls.answers() && Initiative::Calls.calls_out());
    }
}
