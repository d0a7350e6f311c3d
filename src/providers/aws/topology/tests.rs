use crate::network::model::Network;
use crate::network::topology::{Links, Obstacle, Provenance, Routing, TargetKind, Way};
use crate::providers::aws::testing::Draft;
use crate::resource::{Cause, Presence, Resource, Value};
use crate::source::Span;

/// A Terraform VPC with two subnets `a` and `b`, and other resources.
fn with(draft: &Draft, others: Vec<Resource>) -> Network {
    let subnet = |name: &str, range: &str| {
        let vpc = draft.refer("aws_vpc.main", "id");
        draft.resource(name, vec![("cidr_block", draft.text(range)), ("vpc_id", vpc)])
    };
    let mut resources = vec![
        draft.resource("aws_vpc.main", vec![("cidr_block", draft.text("10.0.0.0/16"))]),
        subnet("aws_subnet.a", "10.0.1.0/24"),
        subnet("aws_subnet.b", "10.0.2.0/24"),
        draft.resource("aws_internet_gateway.main", vec![("vpc_id", draft.refer("aws_vpc.main", "id"))]),
    ];
    resources.extend(others);
    draft.network(resources)
}

fn route(draft: &Draft, name: &str, to: &str, target: (&'static str, Value)) -> Resource {
    let table = draft.refer("aws_route_table.a", "id");
    let destination = ("destination_cidr_block", draft.text(to));
    draft.resource(name, vec![("route_table_id", table), destination, target])
}

/// The route table of subnet `a`, with some blocks.
fn table(draft: &Draft, blocks: Vec<Value>) -> Vec<Resource> {
    let vpc = draft.refer("aws_vpc.main", "id");
    let arguments = vec![("vpc_id", vpc), ("route", draft.list(blocks))];
    let subnet = ("subnet_id", draft.refer("aws_subnet.a", "id"));
    let used = vec![subnet, ("route_table_id", draft.refer("aws_route_table.a", "id"))];
    vec![
        draft.resource("aws_route_table.a", arguments),
        draft.resource("aws_route_table_association.a", used),
    ]
}

fn somewhere(network: &Network) -> Span {
    network.topology.vpcs[0].declaration.head
}

/// `yes`, `no`, or why that is not known.
fn internet(network: &Network, subnet: &str) -> String {
    match Routing::of(&network.topology).has_internet_route(subnet, somewhere(network)) {
        Ok(true) => "yes".to_owned(),
        Ok(false) => "no".to_owned(),
        Err(why) => why.cause.to_string(),
    }
}

/// What gets the traffic from subnet `a` to `b`: `nobody`, the target, or why that is not known.
fn between(network: &Network) -> String {
    let routing = Routing::of(&network.topology);
    match routing.appliance_between("aws_subnet.a.id", "aws_subnet.b.id", somewhere(network)) {
        Ok(Some(route)) => route.target.named.known().cloned().unwrap_or_else(|| "something".to_owned()),
        Ok(None) => "nobody".to_owned(),
        Err(why) => why.cause.to_string(),
    }
}

#[test]
fn a_route_to_an_internet_gateway_makes_a_subnet_public() {
    let draft = Draft::terraform();
    let gateway = || ("gateway_id", draft.refer("aws_internet_gateway.main", "id"));
    let mut resources = table(&draft, vec![]);
    resources.push(route(&draft, "aws_route.out", "0.0.0.0/0", gateway()));
    let network = with(&draft, resources);
    assert_eq!(internet(&network, "aws_subnet.a.id"), "yes");
    assert_eq!(internet(&network, "aws_subnet.b.id"), "no", "the main table has no routes");
    assert_eq!(internet(&network, "subnet-1"), "the routes of subnet-1 is looked up when deployed");
    let private = vec![draft.map(vec![
        ("cidr_block", draft.text("0.0.0.0/0")),
        ("gateway_id", draft.text("")),
        ("nat_gateway_id", draft.refer("aws_nat_gateway.main", "id")),
    ])];
    assert_eq!(internet(&with(&draft, table(&draft, private)), "aws_subnet.a.id"), "no");
    let narrow = vec![draft.map(vec![("cidr_block", draft.text("10.9.0.0/16")), gateway()])];
    assert_eq!(internet(&with(&draft, table(&draft, narrow)), "aws_subnet.a.id"), "no");
}

#[test]
fn the_main_table_counts_for_every_subnet_without_another() {
    let draft = Draft::terraform();
    let block = draft.map(vec![
        ("cidr_block", draft.text("0.0.0.0/0")),
        ("gateway_id", draft.refer("aws_internet_gateway.main", "id")),
    ]);
    let main = vec![
        ("default_route_table_id", draft.refer("aws_vpc.main", "default_route_table_id")),
        ("route", draft.list(vec![block.clone()])),
    ];
    let network = with(&draft, vec![draft.resource("aws_default_route_table.main", main)]);
    assert_eq!(internet(&network, "aws_subnet.a.id"), "yes");
    let mut resources = table(&draft, vec![block]);
    let main = vec![
        ("vpc_id", draft.refer("aws_vpc.main", "id")),
        ("route_table_id", draft.refer("aws_route_table.a", "id")),
    ];
    resources.push(draft.resource("aws_main_route_table_association.main", main));
    assert_eq!(internet(&with(&draft, resources), "aws_subnet.b.id"), "yes");
}

#[test]
fn what_is_not_shown_about_routes_is_not_known() {
    let draft = Draft::terraform();
    let unknown_blocks = vec![draft.input("var.routes")];
    let network = with(&draft, table(&draft, unknown_blocks));
    assert_eq!(internet(&network, "aws_subnet.a.id"), "var.routes has no value");
    assert_eq!(between(&network), "var.routes has no value");
    let gateway = vec![
        draft.map(vec![("cidr_block", draft.text("0.0.0.0/0")), ("gateway_id", draft.input("var.gateway"))]),
    ];
    assert_eq!(
        internet(&with(&draft, table(&draft, gateway)), "aws_subnet.a.id"),
        "var.gateway has no value"
    );
    let mut resources = table(&draft, vec![]);
    let handed = draft.list(vec![draft.refer("aws_route_table.a", "id")]);
    let mut call = draft.resource("module.routes", vec![("tables", handed)]);
    call.kind = "module".into();
    resources.push(call);
    assert_eq!(internet(&with(&draft, resources), "aws_subnet.a.id"), "module module.routes is not there");
    let mut stand_in = table(&draft, vec![]).remove(1);
    stand_in.attributes.remove("subnet_id");
    let why = draft.input("var.subnets");
    let unknown = std::sync::Arc::clone(why.unknown_cause().unwrap());
    let unclear = draft.resource("aws_route_table_association.x", vec![("subnet_id", why)]);
    let unclear = Resource { presence: Presence::Unknown(unknown), ..unclear };
    assert_eq!(internet(&with(&draft, vec![unclear]), "aws_subnet.a.id"), "var.subnets has no value");
}

#[test]
fn the_longest_prefix_decides_who_gets_the_traffic_between_subnets() {
    let draft = Draft::terraform();
    let to = |range: &str, target: &'static str, value: Value| {
        let gateway = (target, value);
        draft.map(vec![("cidr_block", draft.text(range)), gateway])
    };
    let firewall = |range: &str| to(range, "vpc_endpoint_id", draft.text("vpce-1"));
    let traffic = |blocks| between(&with(&draft, table(&draft, blocks)));
    assert_eq!(traffic(vec![]), "nobody");
    assert_eq!(traffic(vec![firewall("0.0.0.0/0")]), "nobody", "the local route is longer");
    assert_eq!(traffic(vec![firewall("10.0.2.0/24")]), "vpce-1");
    assert_eq!(traffic(vec![firewall("10.0.0.0/16")]), "vpce-1", "it replaces the local route");
    assert_eq!(traffic(vec![firewall("10.0.3.0/24")]), "nobody", "another subnet");
    assert_eq!(traffic(vec![firewall("10.0.2.128/25")]), "vpce-1", "half of the subnet");
    let halves = || ["10.0.2.0/25", "10.0.2.128/25"].map(|half| to(half, "gateway_id", draft.text("local")));
    let shadowed = halves().into_iter().chain([firewall("10.0.2.0/24")]).collect();
    assert_eq!(traffic(shadowed), "nobody", "longer routes take all of it");
    let machine = to("10.0.2.0/24", "network_interface_id", draft.refer("aws_instance.fw", "eni"));
    assert_eq!(traffic(vec![machine]), "aws_instance.fw.eni");
    let elsewhere = draft
        .map(vec![("cidr_block", draft.input("var.inspected")), ("vpc_endpoint_id", draft.text("vpce-1"))]);
    assert_eq!(traffic(vec![elsewhere]), "var.inspected has no value");
}

#[test]
fn cloudformation_says_the_same_in_its_words() {
    let draft = Draft::cloudformation();
    let subnet = |id: &str, range: &str| {
        let vpc = draft.refer("Vpc", "VpcId");
        draft.logical(id, "AWS::EC2::Subnet", vec![("CidrBlock", draft.text(range)), ("VpcId", vpc)])
    };
    let route = |to: &str, target, value| {
        let table = draft.refer("Table", "Ref");
        let arguments =
            vec![("RouteTableId", table), ("DestinationCidrBlock", draft.text(to)), (target, value)];
        draft.logical("Route", "AWS::EC2::Route", arguments)
    };
    let resources = |route: Resource| {
        let used = vec![("SubnetId", draft.refer("A", "Ref")), ("RouteTableId", draft.refer("Table", "Ref"))];
        vec![
            draft.logical("Vpc", "AWS::EC2::VPC", vec![("CidrBlock", draft.text("10.0.0.0/16"))]),
            subnet("A", "10.0.1.0/24"),
            subnet("B", "10.0.2.0/24"),
            draft.logical("Gateway", "AWS::EC2::InternetGateway", vec![]),
            draft.logical("Table", "AWS::EC2::RouteTable", vec![("VpcId", draft.refer("Vpc", "Ref"))]),
            draft.logical("Used", "AWS::EC2::SubnetRouteTableAssociation", used),
            route,
        ]
    };
    let public = draft.network(resources(route("0.0.0.0/0", "GatewayId", draft.refer("Gateway", "Ref"))));
    let routing = Routing::of(&public.topology);
    let at = somewhere(&public);
    assert_eq!(routing.vpc_of("B", at).unwrap(), "Vpc");
    assert!(routing.has_internet_route("A", at).unwrap());
    assert!(!routing.has_internet_route("B", at).unwrap());
    let inspected =
        draft.network(resources(route("10.0.2.0/24", "VpcEndpointId", draft.refer("Endpoint", "Ref"))));
    let routing = Routing::of(&inspected.topology);
    let found = routing.appliance_between("A", "B", at).unwrap().unwrap();
    assert_eq!(found.target.kind, TargetKind::Endpoint);
    assert!(routing.appliance_between("B", "A", at).unwrap().is_none());
}

/// Two VPCs, and other resources.
fn two_vpcs(draft: &Draft, others: Vec<Resource>) -> Network {
    let mut resources = vec![draft.resource("aws_vpc.a", vec![]), draft.resource("aws_vpc.b", vec![])];
    resources.extend(others);
    draft.network(resources)
}

fn ways(network: &Network) -> String {
    match Links::of(&network.topology).between("aws_vpc.a.id", "aws_vpc.b.id") {
        Err(why) => why.cause.to_string(),
        Ok(ways) => {
            let words = ways.iter().map(|way| match way {
                Way::Peering(peering) => match &peering.accepted {
                    Ok(accepted) => format!("peering, accepted {accepted}"),
                    Err(why) => format!("peering, {}", why.cause),
                },
                Way::TransitGateway(transit) => match transit.obstacle() {
                    Ok(None) => "gateway".to_owned(),
                    Ok(Some(Obstacle::Gateway(gateway))) => format!("off on {}", gateway.id),
                    Ok(Some(Obstacle::Attachment(attachment))) => {
                        format!("off on {}", attachment.declaration.address)
                    }
                    Err(why) => why.cause.to_string(),
                },
            });
            words.collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn what_is_handed_a_connection_may_accept_it() {
    let draft = Draft::terraform();
    let connection = || draft.refer("aws_vpc_peering_connection.it", "id");
    let handed_to = |address: &str| {
        let peering =
            vec![("vpc_id", draft.refer("aws_vpc.a", "id")), ("peer_vpc_id", draft.refer("aws_vpc.b", "id"))];
        let mut resources = vec![
            draft.resource("aws_vpc_peering_connection.it", peering),
            draft.resource(address, vec![("vpc_peering_connection_id", connection())]),
        ];
        if address.starts_with("module.") {
            resources[1].kind = "module".into();
        }
        ways(&two_vpcs(&draft, resources))
    };
    assert_eq!(handed_to("aws_route.it"), "peering, accepted false");
    for address in ["module.it", "terraform_data.it"] {
        let words = format!("what {address} does with aws_vpc_peering_connection.it.id");
        assert!(handed_to(address).contains(&words), "{}", handed_to(address));
    }
}

#[test]
fn the_account_of_the_stack_is_no_other_one() {
    let draft = Draft::cloudformation();
    let requested_of = |owner: Value| {
        let peering = vec![
            ("VpcId", draft.refer("A", "Ref")),
            ("PeerVpcId", draft.refer("B", "Ref")),
            ("PeerOwnerId", owner),
        ];
        let network = draft.network(vec![draft.logical("It", "AWS::EC2::VPCPeeringConnection", peering)]);
        let peering = &network.topology.peerings[0];
        (peering.peer_owner.is_some(), peering.accepted.clone().ok())
    };
    let own = || draft.unknown(Cause::LookedUp("AWS::AccountId".to_owned()));
    assert_eq!(requested_of(own()), (false, Some(true)));
    assert_eq!(requested_of(draft.text("111122223333")), (true, Some(false)));
    assert_eq!(requested_of(draft.input("Owner")), (true, Some(false)));
}

#[test]
fn peering_links_both_ways_and_an_unknown_end_may_be_anyone() {
    let draft = Draft::terraform();
    assert_eq!(ways(&two_vpcs(&draft, vec![])), "");
    let a = || ("peer_vpc_id", draft.refer("aws_vpc.a", "id"));
    let peering = vec![("vpc_id", draft.refer("aws_vpc.b", "id")), a()];
    let accepted_by = |connection: Value, accept: Value| {
        let accepter = vec![("vpc_peering_connection_id", connection), ("auto_accept", accept)];
        let resources = vec![
            draft.resource("aws_vpc_peering_connection.it", peering.clone()),
            draft.resource("aws_vpc_peering_connection_accepter.it", accepter),
        ];
        ways(&two_vpcs(&draft, resources))
    };
    let accepted = |accept| accepted_by(draft.refer("aws_vpc_peering_connection.it", "id"), accept);
    assert_eq!(accepted(draft.truth(true)), "peering, accepted true");
    assert_eq!(accepted(draft.null()), "peering, accepted false");
    assert_eq!(accepted(draft.input("var.it")), "peering, var.it has no value");
    let looked_up = || draft.refer("data.aws_vpc_peering_connection.it", "id");
    assert_eq!(
        accepted_by(looked_up(), draft.truth(true)),
        "peering, the connection that aws_vpc_peering_connection_accepter.it accepts is looked up when deployed"
    );
    assert_eq!(accepted_by(looked_up(), draft.null()), "peering, accepted false");
    let alone = |more: Vec<(&str, Value)>| {
        let mut arguments = vec![("vpc_id", draft.refer("aws_vpc.b", "id")), a()];
        arguments.extend(more);
        ways(&two_vpcs(&draft, vec![draft.resource("aws_vpc_peering_connection.it", arguments)]))
    };
    assert_eq!(alone(vec![]), "peering, accepted false");
    assert_eq!(alone(vec![("auto_accept", draft.truth(true))]), "peering, accepted true");
    assert_eq!(alone(vec![("auto_accept", draft.input("var.it"))]), "peering, var.it has no value");
    let open = vec![("vpc_id", draft.input("var.vpc")), a()];
    let open = draft.resource("aws_vpc_peering_connection.it", open);
    assert_eq!(ways(&two_vpcs(&draft, vec![open])), "var.vpc has no value");
}

#[test]
fn a_transit_gateway_refuses_groups_unless_it_is_told_otherwise() {
    let draft = Draft::terraform();
    let attachment = |vpc: &str, switch: Option<&str>| {
        let mut arguments = vec![
            ("vpc_id", draft.refer(&format!("aws_vpc.{vpc}"), "id")),
            ("transit_gateway_id", draft.refer("aws_ec2_transit_gateway.it", "id")),
        ];
        arguments.extend(switch.map(|switch| ("security_group_referencing_support", draft.text(switch))));
        draft.resource(&format!("aws_ec2_transit_gateway_vpc_attachment.{vpc}"), arguments)
    };
    let gateway = |switch: Option<&str>| {
        let switch = switch.map(|switch| ("security_group_referencing_support", draft.text(switch)));
        draft.resource("aws_ec2_transit_gateway.it", switch.into_iter().collect())
    };
    let with = |gateway, one, other| {
        ways(&two_vpcs(&draft, vec![gateway, attachment("a", one), attachment("b", other)]))
    };
    assert_eq!(with(gateway(None), None, None), "off on aws_ec2_transit_gateway.it.id");
    assert_eq!(with(gateway(Some("enable")), None, None), "gateway");
    assert_eq!(
        with(gateway(Some("enable")), None, Some("disable")),
        "off on aws_ec2_transit_gateway_vpc_attachment.b"
    );
    let looked_up = draft.resource("data.aws_ec2_transit_gateway.it", vec![]);
    assert_eq!(
        with(looked_up, None, None),
        "the options of aws_ec2_transit_gateway.it.id is looked up when deployed"
    );
}

#[test]
fn a_core_network_is_told_by_its_policy() {
    let draft = Draft::terraform();
    let network = || draft.refer("aws_networkmanager_core_network.it", "id");
    let attachment = |vpc: &str, options: Vec<(&str, Value)>| {
        let arguments = vec![
            ("vpc_arn", draft.refer(&format!("aws_vpc.{vpc}"), "arn")),
            ("core_network_id", network()),
            ("options", draft.list(vec![draft.map(options)])),
        ];
        draft.resource(&format!("aws_networkmanager_vpc_attachment.{vpc}"), arguments)
    };
    let with = |policy: Option<Value>, options: Vec<(&str, Value)>| {
        let policy = policy.map(|policy| {
            let arguments = vec![("core_network_id", network()), ("policy_document", policy)];
            draft.resource("aws_networkmanager_core_network_policy_attachment.it", arguments)
        });
        let on = draft.map(vec![("security_group_referencing_support", draft.truth(true))]);
        let mut resources = vec![
            draft.resource("aws_networkmanager_core_network.it", vec![]),
            draft.resource(
                "data.aws_networkmanager_core_network_policy_document.on",
                vec![("core_network_configuration", draft.list(vec![on]))],
            ),
            draft.resource(
                "data.aws_networkmanager_core_network_policy_document.plain",
                vec![("core_network_configuration", draft.list(vec![draft.map(vec![])]))],
            ),
            attachment("a", options),
            attachment("b", vec![]),
        ];
        resources.extend(policy);
        ways(&two_vpcs(&draft, resources))
    };
    let document =
        |name| draft.refer(&format!("data.aws_networkmanager_core_network_policy_document.{name}"), "json");
    let elsewhere = "the options of aws_networkmanager_core_network.it.id is looked up when deployed";
    assert_eq!(with(None, vec![]), elsewhere);
    assert_eq!(with(Some(document("plain")), vec![]), "off on aws_networkmanager_core_network.it.id");
    assert_eq!(with(Some(document("on")), vec![]), "gateway");
    let written = |switch| {
        let policy = format!(r#"{{"core-network-configuration": {{{switch}}}}}"#);
        with(Some(draft.text(&policy)), vec![])
    };
    assert_eq!(written(""), "off on aws_networkmanager_core_network.it.id");
    assert_eq!(written(r#""security-group-referencing-support": true"#), "gateway");
    let off = vec![("security_group_referencing_support", draft.truth(false))];
    assert_eq!(with(Some(document("on")), off), "off on aws_networkmanager_vpc_attachment.a");
}

#[test]
fn a_template_holds_the_policy_of_a_core_network() {
    let draft = Draft::cloudformation();
    let attachment = |name: &str, vpc: Value| {
        let arguments = vec![("VpcArn", vpc), ("CoreNetworkId", draft.refer("Core", "CoreNetworkId"))];
        draft.logical(name, "AWS::NetworkManager::VpcAttachment", arguments)
    };
    let switch = draft.map(vec![("security-group-referencing-support", draft.truth(true))]);
    let policy = draft.map(vec![("core-network-configuration", switch)]);
    let arn =
        draft.template(vec![draft.text("arn:aws:ec2:eu-west-1:123456789012:vpc/"), draft.refer("A", "Ref")]);
    let network = draft.network(vec![
        draft.logical("A", "AWS::EC2::VPC", vec![]),
        draft.logical("Core", "AWS::NetworkManager::CoreNetwork", vec![("PolicyDocument", policy)]),
        attachment("ForA", arn),
        attachment("ForB", draft.text("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-01234567")),
    ]);
    let ways = Links::of(&network.topology).between("A", "vpc-01234567").unwrap();
    let [Way::TransitGateway(transit)] = &ways[..] else { panic!("{ways:?}") };
    assert!(transit.obstacle().unwrap().is_none());
}

#[test]
fn ranges_and_owners_are_read_with_what_other_resources_add() {
    let draft = Draft::terraform();
    let more = vec![("vpc_id", draft.refer("aws_vpc.main", "id")), ("cidr_block", draft.text("10.1.0.0/16"))];
    let filter =
        draft.map(vec![("name", draft.text("owner-id")), ("values", draft.texts(&["123456789012"]))]);
    let network = with(
        &draft,
        vec![
            draft.resource("aws_vpc_ipv4_cidr_block_association.more", more),
            draft.resource("data.aws_vpc.other", vec![("filter", draft.list(vec![filter]))]),
            draft.resource("aws_default_vpc.it", vec![]),
        ],
    );
    let [main, other, default] = &network.topology.vpcs[..] else { panic!("three VPCs") };
    assert_eq!(main.ranges.complete().unwrap().to_string(), "10.0.0.0/15");
    assert!(other.ranges.complete().is_err());
    assert_eq!(other.owner.as_ref().unwrap().known().unwrap(), "123456789012");
    assert_eq!(default.provenance, Provenance::Default);
    assert_eq!(default.ranges.addresses().to_string(), "172.31.0.0/16");
}

#[test]
fn associations_of_groups_and_acls_are_read() {
    let draft = Draft::terraform();
    let subnets = draft.list(vec![draft.refer("aws_subnet.a", "id"), draft.refer("aws_subnet.b", "id")]);
    let association = vec![
        ("security_group_id", draft.refer("aws_security_group.web", "id")),
        ("vpc_id", draft.refer("aws_vpc.main", "id")),
    ];
    let network = with(
        &draft,
        vec![
            draft.resource("aws_security_group.web", vec![]),
            draft.resource("aws_vpc_security_group_vpc_association.web", association),
            draft.resource("aws_network_acl.own", vec![("subnet_ids", subnets)]),
        ],
    );
    let [association] = &network.topology.vpc_associations[..] else { panic!("one association") };
    assert_eq!(association.vpc.known().unwrap(), "aws_vpc.main.id");
    let acls = network.topology.acl_associations.iter();
    let subnets: Vec<_> = acls.map(|acl| acl.subnet.known().unwrap().as_str()).collect();
    assert_eq!(subnets, ["aws_subnet.a.id", "aws_subnet.b.id"]);
}
