//! Which interfaces the resources of a configuration have, and what they carry.

use super::super::network;
use super::super::testing::{Draft, target};
use super::*;
use crate::network::model::Network;
use globset::Glob;

/// Every interface in words: resource, name, role, groups, subnets, and what the internet reaches.
fn interfaces(network: &Network) -> Vec<String> {
    let words = |interface: &Interface| {
        let groups = interface
            .attachments
            .iter()
            .map(|&index| target(network, network.attachments[index].group.known().unwrap()));
        let groups: Vec<_> = groups.chain(interface.more_groups.iter().map(|_| "…".to_owned())).collect();
        let subnets = interface.subnets.iter().map(|subnet| match subnet.known() {
            Some(text) => text.clone(),
            None => "?".to_owned(),
        });
        let public = match interface.public_address.known() {
            Some(true) => "public",
            Some(false) => "private",
            None => "maybe",
        };
        format!(
            "{} {} {} [{}] [{}] {public}",
            interface.resource,
            interface.name,
            interface.role.name(),
            groups.join(", "),
            subnets.collect::<Vec<_>>().join(", ")
        )
    };
    network.interfaces.iter().map(words).collect()
}

fn group(draft: &Draft, name: &str) -> Resource {
    draft.resource(&format!("aws_security_group.{name}"), vec![])
}

fn ids(draft: &Draft, names: &[&str]) -> Value {
    let ids = names.iter().map(|name| draft.refer(&format!("aws_security_group.{name}"), "id"));
    draft.list(ids.collect())
}

#[test]
fn arguments_of_one_block_name_groups_of_one_interface() {
    let draft = Draft::terraform();
    let block = |name, public: Option<bool>| {
        let mut entries = vec![("security_groups", ids(&draft, &[name]))];
        entries.extend(public.map(|public| ("associate_public_ip_address", draft.truth(public))));
        draft.map(entries)
    };
    let blocks = draft.list(vec![block("a", Some(true)), block("b", None)]);
    let network = draft.network(vec![
        group(&draft, "a"),
        group(&draft, "b"),
        draft.resource("aws_launch_template.web", vec![("network_interfaces", blocks)]),
        draft.resource(
            "aws_instance.web",
            vec![
                ("vpc_security_group_ids", ids(&draft, &["a"])),
                ("security_groups", ids(&draft, &["b"])),
                ("subnet_id", draft.refer("aws_subnet.a", "id")),
                ("associate_public_ip_address", draft.text("false")),
            ],
        ),
    ]);
    assert_eq!(
        interfaces(&network),
        [
            "aws_launch_template.web network_interfaces[0] compute [aws_security_group.a] [] public",
            "aws_launch_template.web network_interfaces[1] compute [aws_security_group.b] [] maybe",
            "aws_instance.web  compute [aws_security_group.b, aws_security_group.a] [aws_subnet.a.id] private",
        ]
    );
    for attachment in &network.attachments {
        assert_eq!(network.interface(attachment.interface).resource, attachment.resource);
    }
}

#[test]
fn one_block_may_hold_the_groups_of_several_interfaces() {
    let draft = Draft::terraform();
    let attributes = draft.map(vec![
        ("emr_managed_master_security_group", draft.refer("aws_security_group.a", "id")),
        ("additional_master_security_groups", draft.refer("aws_security_group.b", "id")),
        ("emr_managed_slave_security_group", draft.refer("aws_security_group.b", "id")),
        ("subnet_id", draft.text("subnet-1")),
    ]);
    let network = draft.network(vec![
        group(&draft, "a"),
        group(&draft, "b"),
        draft.resource("aws_emr_cluster.it", vec![("ec2_attributes", draft.list(vec![attributes]))]),
    ]);
    assert_eq!(
        interfaces(&network),
        [
            "aws_emr_cluster.it master analytics [aws_security_group.b, aws_security_group.a] [subnet-1] maybe",
            "aws_emr_cluster.it core analytics [aws_security_group.b] [subnet-1] maybe",
        ]
    );
}

#[test]
fn settings_tell_instances_from_their_load_balancer() {
    let draft = Draft::cloudformation();
    let setting = |namespace, group| {
        draft.map(vec![
            ("Namespace", draft.text(namespace)),
            ("OptionName", draft.text("SecurityGroups")),
            ("Value", draft.refer(group, "GroupId")),
        ])
    };
    let settings = draft.list(vec![
        setting("aws:autoscaling:launchconfiguration", "A"),
        setting("aws:elbv2:loadbalancer", "B"),
    ]);
    let network = draft.network(vec![
        draft.logical("A", "AWS::EC2::SecurityGroup", vec![]),
        draft.logical("B", "AWS::EC2::SecurityGroup", vec![]),
        draft.logical("Env", "AWS::ElasticBeanstalk::Environment", vec![("OptionSettings", settings)]),
    ]);
    assert_eq!(
        interfaces(&network),
        ["Env instances compute [A] [] maybe", "Env load balancer load-balancer [B] [] maybe"]
    );
}

#[test]
fn an_attachment_adds_to_the_interface_of_another_resource() {
    let draft = Draft::terraform();
    let attach = |name: &str, to: &str| {
        draft.resource(
            &format!("aws_network_interface_sg_attachment.{name}"),
            vec![
                ("security_group_id", draft.refer("aws_security_group.b", "id")),
                ("network_interface_id", draft.refer(to, "primary_network_interface_id")),
            ],
        )
    };
    let network = draft.network(vec![
        group(&draft, "a"),
        group(&draft, "b"),
        attach("first", "aws_instance.web"),
        draft.resource("aws_instance.web", vec![("vpc_security_group_ids", ids(&draft, &["a"]))]),
        draft.resource("aws_instance.bare", vec![]),
        attach("bare", "aws_instance.bare"),
        attach("elsewhere", "data.aws_network_interface.it"),
    ]);
    assert_eq!(
        interfaces(&network),
        [
            "aws_instance.web  compute [aws_security_group.b, aws_security_group.a] [] maybe",
            "aws_instance.bare  compute [external default, aws_security_group.b] [] maybe",
            "aws_network_interface_sg_attachment.elsewhere  compute [aws_security_group.b, …] [] maybe",
        ]
    );
}

#[test]
fn a_list_that_is_not_known_may_hold_more_groups() {
    let draft = Draft::terraform();
    let with = |name: &str, value| {
        draft.resource(&format!("aws_instance.{name}"), vec![("vpc_security_group_ids", value)])
    };
    let unknown_rest = draft.input("var.more").several();
    let network = draft.network(vec![
        group(&draft, "a"),
        with("list", draft.input("var.groups")),
        with("member", draft.list(vec![draft.input("var.group")])),
        with("rest", draft.list(vec![draft.refer("aws_security_group.a", "id"), unknown_rest])),
    ]);
    let more: Vec<_> = network.interfaces.iter().map(|it| it.more_groups.is_some()).collect();
    assert_eq!(more, [true, false, true]);
}

#[test]
fn a_subnet_group_says_where_a_database_lies() {
    let draft = Draft::terraform();
    let database = |name: &str, subnet_group| {
        draft.resource(
            &format!("aws_db_instance.{name}"),
            vec![("vpc_security_group_ids", ids(&draft, &["a"])), ("db_subnet_group_name", subnet_group)],
        )
    };
    let subnets = draft.list(vec![draft.refer("aws_subnet.a", "id"), draft.input("var.subnet")]);
    let network = draft.network(vec![
        group(&draft, "a"),
        draft.resource("aws_subnet.a", vec![]),
        draft.resource("aws_db_subnet_group.main", vec![("subnet_ids", subnets.clone())]),
        draft.resource(
            "aws_db_subnet_group.called",
            vec![("name", draft.text("orders")), ("subnet_ids", subnets)],
        ),
        database("here", draft.refer("aws_db_subnet_group.main", "name")),
        database("by_name", draft.text("Orders")),
        database("elsewhere", draft.text("shared")),
    ]);
    assert_eq!(
        interfaces(&network),
        [
            "aws_db_instance.here  database [aws_security_group.a] [aws_subnet.a.id, ?] private",
            "aws_db_instance.by_name  database [aws_security_group.a] [aws_subnet.a.id, ?] private",
            "aws_db_instance.elsewhere  database [aws_security_group.a] [?] private",
        ]
    );
}

#[test]
fn a_scaling_group_places_what_its_template_describes_and_an_address_makes_it_public() {
    let draft = Draft::terraform();
    let template = draft.map(vec![("id", draft.refer("aws_launch_template.web", "id"))]);
    let network = draft.network(vec![
        group(&draft, "a"),
        draft.resource("aws_launch_template.web", vec![("vpc_security_group_ids", ids(&draft, &["a"]))]),
        draft.resource(
            "aws_autoscaling_group.web",
            vec![
                ("launch_template", draft.list(vec![template])),
                ("vpc_zone_identifier", draft.list(vec![draft.refer("aws_subnet.a", "id")])),
            ],
        ),
        draft.resource("aws_instance.bastion", vec![("vpc_security_group_ids", ids(&draft, &["a"]))]),
        draft.resource("aws_eip.bastion", vec![("instance", draft.refer("aws_instance.bastion", "id"))]),
    ]);
    assert_eq!(
        interfaces(&network),
        [
            "aws_launch_template.web  compute [aws_security_group.a] [aws_subnet.a.id] maybe",
            "aws_instance.bastion  compute [aws_security_group.a] [] public",
        ]
    );
}

#[test]
fn a_script_loads_what_it_names_a_tool_for() {
    let draft = Draft::terraform();
    let instance = |name: &str, script: Value| {
        let groups = ids(&draft, &["a"]);
        let attributes = vec![("vpc_security_group_ids", groups), ("user_data", script)];
        draft.resource(&format!("aws_instance.{name}"), attributes)
    };
    let network = draft.network(vec![
        group(&draft, "a"),
        instance("plain", draft.text("#!/bin/sh\nyum install -y nginx\n")),
        instance("encoded", draft.text("Y3VybCBodHRwczovL2V4YW1wbGUuY29tCg==")),
        instance("local", draft.text("#!/bin/sh\nnohup busybox httpd -f -p 8080 &\n")),
        instance("part", draft.template(vec![draft.text("curl "), draft.input("var.url")])),
        instance("unknown", draft.input("var.script")),
        instance("none", draft.null()),
    ]);
    let loads: Vec<_> = network.interfaces.iter().map(|it| it.script_loads.as_ref().ok()).collect();
    assert_eq!(loads, [Some(&true), Some(&true), Some(&false), Some(&true), None, Some(&false)]);
}

#[test]
fn load_balancers_are_public_unless_they_say_otherwise() {
    let draft = Draft::cloudformation();
    let balancer = |id: &str, scheme: Option<Value>| {
        let groups = draft.list(vec![draft.refer("A", "GroupId")]);
        let mut properties = vec![("SecurityGroups", groups)];
        properties.extend(scheme.map(|scheme| ("Scheme", scheme)));
        draft.logical(id, "AWS::ElasticLoadBalancingV2::LoadBalancer", properties)
    };
    let network = draft.network(vec![
        draft.logical("A", "AWS::EC2::SecurityGroup", vec![]),
        balancer("Default", None),
        balancer("Inside", Some(draft.text("internal"))),
        balancer("Either", Some(draft.input("Scheme"))),
    ]);
    let public: Vec<_> = network.interfaces.iter().map(|it| it.public_address.known().copied()).collect();
    assert_eq!(public, [Some(true), Some(false), None]);
}

#[test]
fn the_project_gives_tiers_by_address_or_tag() {
    let draft = Draft::terraform();
    let pattern = |text| Glob::new(text).unwrap().compile_matcher();
    let tiers = vec![
        Tier { name: "edge".into(), resources: vec![pattern("aws_instance.proxy*")], tags: vec![] },
        Tier { name: "orders".into(), resources: vec![], tags: vec![("App".into(), pattern("orders-*"))] },
    ];
    let instance = |address: &str, tags| {
        draft.resource(address, vec![("vpc_security_group_ids", ids(&draft, &["a"])), ("tags", tags)])
    };
    let configuration = draft.configuration(
        vec![
            group(&draft, "a"),
            instance("aws_instance.proxy[0]", draft.null()),
            instance("aws_instance.api", draft.map(vec![("App", draft.text("orders-api"))])),
            instance("aws_instance.other", draft.map(vec![("App", draft.text("billing"))])),
            instance("aws_instance.open", draft.map(vec![("App", draft.input("var.app"))])),
        ],
        vec![],
    );
    let (network, _) = network(&configuration, &Premises { tiers, ..Premises::default() });
    let tiers: Vec<_> = network.interfaces.iter().map(|one| one.tier().ok()).collect();
    assert_eq!(tiers, [Some("edge"), Some("orders"), Some("app"), None], "an unknown tag may be any tier's");
}
