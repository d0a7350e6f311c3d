//! Things that others name by a fixed name: subnet groups, launch templates.
//!
//! `aws_db_subnet_group.main.name` of a group whose name is written there is that text and no reference to the group any
//! more, just as the text itself is that others write.

use rustc_hash::FxHashMap;

use super::regions::are_together;
use crate::resource::{Configuration, Mode, Resource};

/// Within which names are unique in an account and Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Namespace {
    /// Subnet groups of RDS, which Neptune and `DocumentDB` use too.
    Database,
    /// Subnet groups of `ElastiCache`.
    Cache,
    /// Subnet groups of `MemoryDB`.
    MemoryDb,
    /// Subnet groups of `DynamoDB` Accelerator.
    Accelerator,
    /// Subnet groups of Redshift.
    Warehouse,
    /// Subnet groups of the Database Migration Service.
    Migration,
    /// Launch templates.
    LaunchTemplate,
    /// Launch configurations.
    LaunchConfiguration,
}

impl Namespace {
    /// That of the subnet groups that resources of a type name.
    pub(super) fn of_subnet_groups_for(kind: &str) -> Option<Self> {
        let service = match kind.split_once("::") {
            Some((_, rest)) => rest.split("::").next(),
            None => kind.split('_').nth(1),
        };
        Some(match service? {
            "db" | "rds" | "docdb" | "neptune" | "RDS" | "DocDB" | "Neptune" => Self::Database,
            "elasticache" | "ElastiCache" => Self::Cache,
            "memorydb" | "MemoryDB" => Self::MemoryDb,
            "dax" | "DAX" => Self::Accelerator,
            "redshift" | "Redshift" => Self::Warehouse,
            "dms" | "DMS" => Self::Migration,
            _ => return None,
        })
    }
}

/// The argument that gives a resource its name, and where that is unique.
fn named(kind: &str) -> Option<(Namespace, &'static str)> {
    Some(match kind {
        "aws_launch_template" => (Namespace::LaunchTemplate, "name"),
        "AWS::EC2::LaunchTemplate" => (Namespace::LaunchTemplate, "LaunchTemplateName"),
        "aws_launch_configuration" => (Namespace::LaunchConfiguration, "name"),
        "AWS::AutoScaling::LaunchConfiguration" => {
            (Namespace::LaunchConfiguration, "LaunchConfigurationName")
        }
        _ => (Namespace::of_subnet_groups_for(kind)?, subnet_group(kind)?.first()?),
    })
}

/// The arguments of a subnet group: its name, its subnets, and its Region.
pub(super) fn subnet_group(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "aws_dax_subnet_group"
        | "aws_db_subnet_group"
        | "aws_docdb_subnet_group"
        | "aws_elasticache_subnet_group"
        | "aws_memorydb_subnet_group"
        | "aws_neptune_subnet_group"
        | "aws_redshift_subnet_group" => &["name", "subnet_ids", "region"],
        "aws_dms_replication_subnet_group" => &["replication_subnet_group_id", "subnet_ids", "region"],
        "AWS::DAX::SubnetGroup" | "AWS::MemoryDB::SubnetGroup" => &["SubnetGroupName", "SubnetIds"],
        "AWS::DMS::ReplicationSubnetGroup" => &["ReplicationSubnetGroupIdentifier", "SubnetIds"],
        "AWS::DocDB::DBSubnetGroup" | "AWS::Neptune::DBSubnetGroup" | "AWS::RDS::DBSubnetGroup" => {
            &["DBSubnetGroupName", "SubnetIds"]
        }
        "AWS::ElastiCache::SubnetGroup" => &["CacheSubnetGroupName", "SubnetIds"],
        // CloudFormation makes its name.
        "AWS::Redshift::ClusterSubnetGroup" => &["ClusterSubnetGroupName", "SubnetIds"],
        _ => return None,
    })
}

/// What is declared, by its name. Of several of one name (in several Regions) none is known to be meant.
pub(super) struct ByName<'a>(FxHashMap<(Namespace, String), Option<&'a Resource>>);

impl<'a> ByName<'a> {
    pub(super) fn of(configuration: &'a Configuration) -> Self {
        let mut all: FxHashMap<_, Option<&Resource>> = FxHashMap::default();
        for resource in configuration.resources.iter().filter(|resource| resource.mode == Mode::Managed) {
            let Some((namespace, argument)) = named(&resource.kind) else { continue };
            let name = resource.attribute(argument).and_then(|name| name.value.as_str());
            if let Some(name) = name {
                all.entry(key(namespace, name)).and_modify(|found| *found = None).or_insert(Some(resource));
            }
        }
        Self(all)
    }

    /// What a resource calls by a name: nothing in another Region, or of another provider, has it.
    pub(super) fn get(&self, caller: &Resource, namespace: Namespace, name: &str) -> Option<&'a Resource> {
        let found = self.0.get(&key(namespace, name)).copied().flatten();
        found.filter(|found| are_together(caller, found))
    }
}

/// The case of the names of subnet groups does not matter: most services keep them in lower case.
fn key(namespace: Namespace, name: &str) -> (Namespace, String) {
    let name = match namespace {
        Namespace::LaunchTemplate | Namespace::LaunchConfiguration => name.to_owned(),
        _ => name.to_ascii_lowercase(),
    };
    (namespace, name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::Draft;
    use super::*;
    use crate::resource::Value;

    #[test]
    fn every_subnet_group_has_a_namespace() {
        for (kind, namespace) in [
            ("aws_docdb_subnet_group", Namespace::Database),
            ("aws_dms_replication_subnet_group", Namespace::Migration),
            ("AWS::ElastiCache::SubnetGroup", Namespace::Cache),
        ] {
            assert_eq!(named(kind).map(|(namespace, _)| namespace), Some(namespace), "{kind}");
        }
        assert_eq!(Namespace::of_subnet_groups_for("aws_rds_cluster"), Some(Namespace::Database));
        assert_eq!(Namespace::of_subnet_groups_for("AWS::DAX::Cluster"), Some(Namespace::Accelerator));
        assert_eq!(Namespace::of_subnet_groups_for("aws_instance"), None);
    }

    #[test]
    fn a_name_that_two_have_is_nobodys() {
        let draft = Draft::terraform();
        let group = |address: &str, name: &str| draft.resource(address, vec![("name", draft.text(name))]);
        let resources = vec![
            group("aws_db_subnet_group.a", "Main"),
            group("aws_docdb_subnet_group.b", "twice"),
            group("aws_neptune_subnet_group.c", "twice"),
            group("aws_dax_subnet_group.d", "main"),
        ];
        let configuration = draft.configuration(resources, vec![]);
        let named = ByName::of(&configuration);
        let caller = draft.resource("aws_instance.it", vec![]);
        let found = |namespace, name| named.get(&caller, namespace, name).map(|found| &*found.address);
        assert_eq!(found(Namespace::Database, "main"), Some("aws_db_subnet_group.a"));
        assert_eq!(found(Namespace::Accelerator, "main"), Some("aws_dax_subnet_group.d"));
        assert_eq!(found(Namespace::Database, "twice"), None);
    }

    #[test]
    fn a_name_is_one_of_its_region_and_provider() {
        let draft = Draft::terraform();
        let provider = |region: &str| Some(Arc::new([("region".into(), draft.text(region))].into()));
        let (near, far, again) = (provider("eu-west-1"), provider("us-east-1"), provider("eu-west-1"));
        let group = draft.resource("aws_db_subnet_group.it", vec![("name", draft.text("orders"))]);
        let group = Resource { provider: near.clone(), ..group };
        let configuration = draft.configuration(vec![group], vec![]);
        let named = ByName::of(&configuration);
        let called = |provider, region: Value| {
            let caller = draft.resource("aws_db_instance.it", vec![("region", region)]);
            let caller = Resource { provider, ..caller };
            named.get(&caller, Namespace::Database, "orders").is_some()
        };
        assert!(called(near.clone(), draft.null()));
        assert!(called(near.clone(), draft.text("eu-west-1")));
        assert!(!called(near.clone(), draft.text("us-east-1")));
        assert!(!called(near, draft.input("var.region")));
        assert!(!called(far, draft.null()));
        assert!(!called(again, draft.null()), "it may be of another account");
        assert!(!called(None, draft.null()));
    }

    #[test]
    fn only_names_of_subnet_groups_have_no_case() {
        let draft = Draft::terraform();
        let template = draft.resource("aws_launch_template.it", vec![("name", draft.text("Web"))]);
        let configuration = draft.configuration(vec![template], vec![]);
        let (named, caller) = (ByName::of(&configuration), draft.resource("aws_instance.it", vec![]));
        assert!(named.get(&caller, Namespace::LaunchTemplate, "Web").is_some());
        assert!(named.get(&caller, Namespace::LaunchTemplate, "web").is_none());
    }
}
