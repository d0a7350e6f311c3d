//! Things that others name by a fixed name: subnet groups, launch templates.
//!
//! `aws_db_subnet_group.main.name` of a group whose name is written there is that text and no reference to the group any
//! more, just as the text itself is that others write.

use rustc_hash::FxHashMap;

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
        _ => {
            let [name, _] = subnet_group(kind)?;
            (Namespace::of_subnet_groups_for(kind)?, name)
        }
    })
}

/// The arguments of a subnet group: its name, and its subnets.
pub(super) fn subnet_group(kind: &str) -> Option<&'static [&'static str; 2]> {
    Some(match kind {
        "aws_dax_subnet_group"
        | "aws_db_subnet_group"
        | "aws_docdb_subnet_group"
        | "aws_elasticache_subnet_group"
        | "aws_memorydb_subnet_group"
        | "aws_neptune_subnet_group"
        | "aws_redshift_subnet_group" => &["name", "subnet_ids"],
        "aws_dms_replication_subnet_group" => &["replication_subnet_group_id", "subnet_ids"],
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

    /// What has a name.
    pub(super) fn get(&self, namespace: Namespace, name: &str) -> Option<&'a Resource> {
        self.0.get(&key(namespace, name)).copied().flatten()
    }
}

/// The case of names does not matter: most services keep them in lower case.
fn key(namespace: Namespace, name: &str) -> (Namespace, String) {
    (namespace, name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;

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
        let found = |namespace, name| named.get(namespace, name).map(|found| &*found.address);
        assert_eq!(found(Namespace::Database, "main"), Some("aws_db_subnet_group.a"));
        assert_eq!(found(Namespace::Accelerator, "main"), Some("aws_dax_subnet_group.d"));
        assert_eq!(found(Namespace::Database, "twice"), None);
    }
}
