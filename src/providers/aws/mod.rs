//! AWS: `aws_…` and `AWS::…` resources to groups, permissions, attachments and shares.
//!
//! ```text
//! resources ─┬─ mentions ───────► every reference, found once
//!            ├─ groups ─────────► groups, and what names them
//!            │  elsewhere         what the premises say of those that exist elsewhere
//!            ├─ prefix_lists ───► prefix lists
//!            ├─ topology ───────► VPCs, subnets, routes, links between VPCs
//!            ├─ rules ──────────► permissions, peers and owners they use
//!            │  cloudformation    the same in its words
//!            ├─ implied ────────► permissions that nobody writes
//!            ├─ attachments ────► who carries which group
//!            │  defaulted         who carries the default one because nobody names another
//!            │  interfaces        and on which interface
//!            │  assignments       by which arguments, and which of them contend
//!            ├─ sharing ────────► what is handed to other accounts
//!            ├─ tag_lookups ────► what is looked for by its tags
//!            └─ mentions ───────► any other use of a group
//! ```
//!
//! While a language evaluates, it asks [`Aws`] what is wanted and what data sources find (`lookups`).
//! `references` decides what a value names, `fields` how it becomes a field of the model; `tables`
//! holds what AWS has grown over the years. Nothing here knows how a language is written.

mod assignments;
mod attachments;
mod cloudformation;
mod defaulted;
mod elsewhere;
mod exclusive;
mod fields;
mod groups;
mod iam;
mod identities;
mod implied;
mod interfaces;
mod lifecycle;
mod lookups;
mod mentions;
mod named;
mod narrow;
mod prefix_lists;
mod references;
mod regions;
mod rules;
mod sharing;
mod tables;
mod tag_lookups;
mod tags;
#[cfg(test)]
mod testing;
mod texts;
mod topology;

use std::sync::Arc;

use self::defaulted::ReplacedDefaults;
use self::interfaces::Interfaces;
use self::mentions::Mentions;
use self::references::Names;
use self::sharing::Shares;
use self::tables::tables;
use crate::network::model::{Direction, Field, GroupId, GroupTarget, GroupUse, Network, UseRole};
use crate::network::premises::Premises;
use crate::problem::Problem;
use crate::resource::{Arguments, Configuration, Interest, Lookup, Mode, Provider, Resource};

/// What evaluation may ask.
#[derive(Clone, Copy, Debug)]
pub struct Aws;

impl Provider for Aws {
    fn interest(&self, kind: &str, mode: Mode) -> Interest {
        interest(kind, mode)
    }

    fn judges(&self, kind: &str) -> bool {
        matches!(
            kind,
            "aws_security_group"
                | "aws_default_security_group"
                | "awscc_ec2_security_group"
                | "AWS::EC2::SecurityGroup"
        ) || is_modelled(kind)
    }

    fn judges_removal(&self, kind: &str) -> bool {
        kind == "aws_ram_resource_association"
    }

    fn settings(&self) -> &'static [&'static str] {
        &["default_tags", "region"]
    }

    fn lookup(&self, kind: &str, arguments: &dyn Arguments) -> Option<Lookup> {
        lookups::lookup(kind, arguments)
    }

    fn implied(
        &self,
        kind: &str,
        mode: Mode,
        attribute: &str,
        arguments: &dyn Arguments,
    ) -> Option<&'static str> {
        lookups::implied(kind, mode, attribute, arguments)
    }

    fn adds_to(&self, kind: &str) -> Option<&'static str> {
        Some(match kind {
            "aws_security_group_rule"
            | "aws_vpc_security_group_egress_rule"
            | "aws_vpc_security_group_ingress_rule" => "security_group_id",
            "aws_ec2_managed_prefix_list_entry" => "prefix_list_id",
            "aws_network_acl_rule" => "network_acl_id",
            "aws_route" => "route_table_id",
            _ => return None,
        })
    }

    fn gives_back(&self, kind: &str, attribute: &str) -> Option<&'static str> {
        lookups::gives_back(kind, attribute)
    }
}

/// How much of a resource type's body the model needs.
pub fn interest(kind: &str, mode: Mode) -> Interest {
    if let Some(attributes) = iam::attributes(kind, mode) {
        return Interest::Attributes(attributes);
    }
    match (mode, kind) {
        (Mode::Data, "aws_security_group") => {
            Interest::Attributes(&["filter", "id", "name", "region", "tags", "vpc_id"])
        }
        (Mode::Data, "aws_security_groups") => Interest::Backdrop(&["filter", "tags"]),
        (Mode::Managed, "aws_ec2_tag") => Interest::Backdrop(&["key", "resource_id"]),
        (Mode::Data, "aws_ec2_managed_prefix_list" | "aws_prefix_list") => {
            Interest::Attributes(&["filter", "name"])
        }
        // That it is declared tells its groups from those of the default VPC (RA-03).
        (Mode::Managed, "aws_vpc") => Interest::Attributes(&["cidr_block", "ipv6_cidr_block", "region"]),
        (Mode::Managed, "aws_default_vpc") => Interest::Attributes(&["region"]),
        (Mode::Managed, "aws_security_group") => Interest::Attributes(&[
            "description",
            "egress",
            "ingress",
            "name",
            "name_prefix",
            "region",
            "tags",
            "vpc_id",
        ]),
        (Mode::Managed, "aws_default_security_group") => {
            Interest::Attributes(&["egress", "ingress", "region", "tags", "vpc_id"])
        }
        (Mode::Managed, "awscc_ec2_security_group") => Interest::Attributes(&[
            "group_description",
            "group_name",
            "security_group_egress",
            "security_group_ingress",
            "tags",
            "vpc_id",
        ]),
        (Mode::Managed, "AWS::EC2::SecurityGroup") => Interest::Attributes(&[
            "GroupDescription",
            "GroupName",
            "SecurityGroupEgress",
            "SecurityGroupIngress",
            "Tags",
            "VpcId",
        ]),
        // What is passed to a nested stack is read there.
        (Mode::Managed, "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet") => Interest::Whole,
        (Mode::Managed, _) if is_modelled(kind) || !tables().paths(kind).is_empty() => Interest::Whole,
        _ => topology::interest(mode, kind)
            .or_else(|| interfaces::interest(mode, kind))
            .unwrap_or(Interest::UsesOnly),
    }
}

/// The network model of a configuration under the premises of its project, and what could not be put into it.
pub fn network(configuration: &Configuration, premises: &Premises) -> (Network, Vec<Problem>) {
    let mentions = Mentions::of(configuration);
    let mut names = Names::new(configuration);
    let mut groups = groups::groups(configuration, &mentions, &mut names);
    elsewhere::describe(configuration, premises, &mut groups, &mut names);
    let prefix_lists = prefix_lists::prefix_lists(configuration, &mut names);
    let topology = topology::topology(&names);
    let lookups = tag_lookups::tag_lookups(&names);
    let premises = premises.clone();
    let language = configuration.language;
    let network =
        Network { language, groups, prefix_lists, lookups, topology, premises, ..Network::default() };
    let replaced_defaults = ReplacedDefaults::of(configuration);
    let (shares, interfaces, problems) = (Shares::default(), Interfaces::default(), Vec::new());
    let mut builder = Builder { names, shares, replaced_defaults, network, interfaces, problems };
    for (index, resource) in configuration.resources.iter().enumerate() {
        let understood = builder.network.uses.len();
        let own = if resource.mode == Mode::Managed { builder.read(resource) } else { None };
        mentions.record_others(&mut builder, index, resource, understood, own);
    }
    mentions.record_outputs(&mut builder);
    sharing::lifted(&mut builder);
    interfaces::complete(&mut builder, configuration);
    assignments::read(&mut builder);
    (builder.network, builder.problems)
}

/// Resource types that are read here rather than by a table.
fn is_modelled(kind: &str) -> bool {
    matches!(
        kind,
        "aws_ec2_managed_prefix_list"
            | "aws_ec2_managed_prefix_list_entry"
            | "aws_ram_principal_association"
            | "aws_ram_resource_association"
            | "aws_ram_resource_share"
            | "aws_security_group_rule"
            | "aws_vpc_security_group_egress_rule"
            | "aws_vpc_security_group_ingress_rule"
            | "aws_vpc_security_group_rules_exclusive"
            | "awscc_ec2_security_group_egress"
            | "awscc_ec2_security_group_ingress"
            | "AWS::EC2::PrefixList"
            | "AWS::EC2::SecurityGroupEgress"
            | "AWS::EC2::SecurityGroupIngress"
            | "AWS::RAM::ResourceShare"
    )
}

/// The network as it grows, and what names can be resolved against.
struct Builder<'a> {
    names: Names<'a>,
    shares: Shares,
    replaced_defaults: ReplacedDefaults,
    network: Network,
    interfaces: Interfaces,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    /// Reads what a managed resource says about groups. Returns the group whose rules it holds.
    fn read(&mut self, resource: &Resource) -> Option<GroupId> {
        let own = match &*resource.kind {
            "aws_security_group" | "aws_default_security_group" => {
                rules::inline(self, resource);
                self.names.group_of(resource).map(GroupTarget::Group)
            }
            "aws_security_group_rule" => Some(rules::rule_resource(self, resource)),
            "aws_vpc_security_group_ingress_rule" => {
                Some(rules::vpc_rule_resource(self, resource, Direction::Ingress))
            }
            "aws_vpc_security_group_egress_rule" => {
                Some(rules::vpc_rule_resource(self, resource, Direction::Egress))
            }
            "aws_vpc_security_group_rules_exclusive" => Some(exclusive::exclusive_rules(self, resource)),
            "AWS::EC2::SecurityGroup" | "awscc_ec2_security_group" => {
                cloudformation::group(self, resource);
                self.names.group_of(resource).map(GroupTarget::Group)
            }
            "AWS::EC2::SecurityGroupIngress" | "awscc_ec2_security_group_ingress" => {
                Some(cloudformation::rule(self, resource, Direction::Ingress))
            }
            "AWS::EC2::SecurityGroupEgress" | "awscc_ec2_security_group_egress" => {
                Some(cloudformation::rule(self, resource, Direction::Egress))
            }
            "aws_ram_resource_association" => {
                sharing::association(self, resource);
                None
            }
            "aws_ram_resource_share" => {
                sharing::share(self, resource);
                None
            }
            "aws_ram_principal_association" => {
                sharing::principal(self, resource);
                None
            }
            "AWS::RAM::ResourceShare" => {
                sharing::template(self, resource);
                None
            }
            "aws_vpc" | "AWS::EC2::VPC" => {
                implied::rules_of_default_group(self, resource);
                None
            }
            kind => {
                attachments::attachments(self, resource, tables().paths(kind));
                defaulted::attachments(self, resource, tables().defaulting(kind));
                iam::statements(self, resource);
                None
            }
        };
        own.and_then(|own| own.declared())
    }

    /// Adds a place of a resource that names a group.
    fn record_use(&mut self, resource: &Resource, role: UseRole, attribute: &str, group: Field<GroupTarget>) {
        self.network.uses.push(GroupUse {
            role,
            resource: Arc::clone(&resource.address),
            attribute: attribute.into(),
            group,
            resource_span: resource.span,
            calls: resource.calls.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::testing::{Draft, permissions, uses, values};
    use super::*;

    #[test]
    fn only_what_the_model_reads_is_asked_for() {
        let managed = |kind| interest(kind, Mode::Managed);
        assert!(
            matches!(managed("aws_security_group"), Interest::Attributes(names) if !names.contains(&"timeouts"))
        );
        assert_eq!(managed("aws_security_group_rule"), Interest::Whole);
        assert_eq!(managed("aws_lambda_function"), Interest::Whole);
        assert_eq!(managed("AWS::RDS::DBInstance"), Interest::Whole);
        assert_eq!(managed("aws_s3_bucket"), Interest::UsesOnly);
        assert_eq!(interest("aws_instance", Mode::Data), Interest::UsesOnly);
    }

    proptest! {
        /// Whatever stands in an argument, the network is built, refers only to groups that it has, and is
        /// the same again.
        #[test]
        fn no_value_is_too_strange(arguments in prop::collection::vec(values(), 12)) {
            let draft = Draft::terraform();
            let [ingress, egress, vpc, kind, owner, peer, cidrs, ids, entry, list, arn, output] =
                <[_; 12]>::try_from(arguments).unwrap();
            let resources = vec![
                draft.resource("aws_vpc.main", vec![]),
                draft.resource(
                    "aws_security_group.web",
                    vec![("ingress", ingress), ("egress", egress), ("vpc_id", vpc)],
                ),
                draft.resource(
                    "aws_security_group_rule.a",
                    vec![
                        ("type", kind),
                        ("security_group_id", owner),
                        ("source_security_group_id", peer),
                        ("cidr_blocks", cidrs.clone()),
                        ("prefix_list_ids", list),
                    ],
                ),
                draft.resource("aws_ec2_managed_prefix_list.it", vec![("entry", entry)]),
                draft.resource("aws_ram_resource_association.it", vec![("resource_arn", arn)]),
                draft.resource(
                    "aws_elastic_beanstalk_environment.it",
                    vec![("setting", cidrs), ("name", ids.clone())],
                ),
                draft.resource("aws_instance.web", vec![("vpc_security_group_ids", ids)]),
            ];
            let configuration = draft.configuration(resources, vec![Draft::output("it", output)]);
            let (first, _) = network(&configuration, &Premises::default());
            let (again, _) = network(&configuration, &Premises::default());
            prop_assert_eq!(permissions(&first), permissions(&again));
            prop_assert_eq!(uses(&first), uses(&again));
        }
    }
}
