//! moto's groups, recorded in `tests/oracle/moto.json`, against the network that is made of the same templates.
//!
//! `tests/oracle/record_moto.py` says what moto does by itself and what it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;
use sglint::cloudformation::{Inputs, evaluate_with};
use sglint::network::address::Cidr;
use sglint::network::model::{GroupRole, GroupTarget, Network, Peer, Permission, PrefixListTarget};
use sglint::network::premises::Premises;
use sglint::network::protocol::Protocol;
use sglint::providers::aws;
use sglint::source::SourceMap;
use sglint::syntax::yaml;

/// Lines that only one side has, and what AWS documents: template, side, line, reason. Statements such as DF-02 are
/// those that the doc comments of the provider cite.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    (
        "default_group.yaml",
        "ours",
        "Vpc (default group) ingress all Vpc (default group)",
        "moto leaves out that members of a default group admit each other. DF-02, \"Default security groups for \
         your VPCs\" in the Amazon VPC user guide",
    ),
    ("extensions.yaml", "ours", "App ingress tcp 443..443 10.99.0.0/16", DEFAULT_VALUE),
    ("extensions.yaml", "theirs", "App ingress tcp 443..443 10.10.0.0/16", DEFAULT_VALUE),
];

const DEFAULT_VALUE: &str = "cfn-lint takes another row of the mapping for a key that it has not. \"Fn::FindInMap \
    enhancements\" in the CloudFormation template reference: then it is the DefaultValue";

/// One rule in words. Ports only where they matter (RF-04), and ranges as the API stores them (RF-16).
fn line(
    group: &str,
    direction: &str,
    protocol: &str,
    ports: (Option<i64>, Option<i64>),
    peer: &str,
    description: Option<&str>,
) -> String {
    let protocol = Protocol::parse(protocol).expect("a protocol");
    let ports = match ports {
        _ if protocol.ignores_ports() => String::new(),
        (from, to) => {
            let word = |port: Option<i64>| port.map_or_else(|| "-1".to_owned(), |port| port.to_string());
            format!(" {}..{}", word(from), word(to))
        }
    };
    let peer = match Cidr::parse(peer) {
        Ok(cidr) => cidr.addresses().to_string(),
        Err(_) => peer.to_owned(),
    };
    let description = description.map(|text| format!(" # {text}")).unwrap_or_default();
    format!("{group} {direction} {protocol}{ports} {peer}{description}")
}

/// The groups of the default choice, and a line for each of their rules.
fn ours(folder: &Path, template: &str) -> (BTreeMap<String, Option<String>>, Vec<String>) {
    let sources = SourceMap::new(folder);
    let path = folder.join(template);
    let file = sources.load(&path).expect("the template");
    let given = path.with_extension("parameters.json");
    let words = if given.exists() { vec![given.display().to_string()] } else { Vec::new() };
    let inputs = Inputs::read(&sources, &words);
    assert_eq!(inputs.problems, [], "{template}");
    let parsed = yaml::parse(&file);
    assert_eq!(parsed.problems, [], "{template}");
    let configurations = evaluate_with(&file, &parsed.documents[0], &inputs, &aws::Aws);
    assert_eq!(configurations[0].problems, [], "{template}");
    let (network, problems) = aws::network(&configurations[0], &Premises::default());
    assert_eq!(problems, [], "{template}");
    let declared = network.groups.iter().filter(|group| group.role != GroupRole::External);
    let groups = declared.map(|group| {
        let description =
            group.description.as_ref().and_then(|field| field.known()?.known().ok().map(str::to_owned));
        (group.address.to_string(), description)
    });
    let lines = network.permissions.iter().map(|permission| of_permission(&network, permission)).collect();
    (groups.collect(), lines)
}

fn of_permission(network: &Network, permission: &Permission) -> String {
    let group = permission.group.declared().map(|id| network.group(id).address.to_string());
    let group = group.expect("a group of the template");
    let protocol = permission.protocol.as_ref().and_then(|field| field.known()?.as_ref().ok());
    let protocol = protocol.unwrap_or_else(|| not_known(permission, "the protocol"));
    let port = |field: &Option<sglint::network::model::Field<i64>>| {
        field.as_ref().map(|field| *field.known().unwrap_or_else(|| not_known(permission, "a port")))
    };
    let peer = match &permission.peer {
        Peer::Cidr(field) => field.known().unwrap_or_else(|| not_known(permission, "the range")).text.clone(),
        Peer::SelfGroup(_) => group.clone(),
        Peer::Group(field) => match field.known().and_then(GroupTarget::declared) {
            Some(id) => network.group(id).address.to_string(),
            None => not_known(permission, "the peer group"),
        },
        Peer::PrefixList(field) => match field.known() {
            Some(PrefixListTarget::Declared(id)) => network.prefix_lists[id.0].address.to_string(),
            Some(PrefixListTarget::External(text)) => text.clone(),
            _ => not_known(permission, "the prefix list"),
        },
        Peer::Unknown(_) | Peer::Narrow { .. } | Peer::Missing => not_known(permission, "the peer"),
    };
    // moto keeps no description beside a prefix list; EC2 does (`PrefixListId` in the EC2 API reference).
    let is_list = matches!(permission.peer, Peer::PrefixList(_));
    let description =
        permission.description.as_ref().filter(|_| !is_list).and_then(|field| field.known()?.known().ok());
    let ports = (port(&permission.from_port), port(&permission.to_port));
    let direction = permission.direction.name();
    line(&group, direction, &protocol.name(), ports, &peer, description)
}

fn not_known(permission: &Permission, what: &str) -> ! {
    panic!("{}: {what} is not known", permission.resource)
}

/// The same of a record. A VPC's default group counts where the template says something about it.
fn theirs(
    record: &Json,
    named: &BTreeMap<String, Option<String>>,
) -> (BTreeMap<String, Option<String>>, Vec<String>) {
    let (mut groups, mut lines) = (BTreeMap::new(), Vec::new());
    for (group, described) in record["groups"].as_object().expect("groups") {
        let brought = group.ends_with(" (default group)");
        if brought && !named.contains_key(group) {
            continue;
        }
        let description = described["description"].as_str().map(ToOwned::to_owned);
        groups.insert(group.clone(), description.filter(|_| !brought));
        for rule in described["rules"].as_array().expect("rules") {
            let text = |index: usize| rule[index].as_str();
            let required = |index| text(index).expect("a text");
            let ports = (rule[2].as_i64(), rule[3].as_i64());
            let (direction, protocol, peer) = (required(0), required(1), required(4));
            lines.push(line(group, direction, protocol, ports, peer, text(5)));
        }
    }
    (groups, lines)
}

#[test]
fn groups_are_those_that_moto_deploys() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/templates");
    let records: Vec<Json> = serde_json::from_str(include_str!("../oracle/moto.json")).unwrap();
    let (mut groups, mut rules) = (0, 0);
    let mut differing = Vec::new();
    for record in &records {
        let template = record["template"].as_str().unwrap();
        let (our_groups, mut our_lines) = ours(&folder, template);
        let (their_groups, mut their_lines) = theirs(record, &our_groups);
        assert_eq!(our_groups, their_groups, "{template}");
        groups += our_groups.len();
        rules += their_lines.len();
        our_lines.sort();
        their_lines.sort();
        let our_set: BTreeSet<_> = our_lines.iter().collect();
        let their_set: BTreeSet<_> = their_lines.iter().collect();
        differing.extend(our_set.difference(&their_set).map(|line| format!("{template}: ours: {line}")));
        differing.extend(their_set.difference(&our_set).map(|line| format!("{template}: theirs: {line}")));
        assert_eq!(our_lines.len(), our_set.len(), "{template}: a rule twice");
    }
    println!("{} templates, {groups} groups, {rules} rules, {} differences", records.len(), differing.len());
    let expected: Vec<_> =
        DIFFERENCES.iter().map(|(template, side, line, _)| format!("{template}: {side}: {line}")).collect();
    assert_eq!(differing, expected);
    assert!(records.len() >= 40 && groups >= 50 && rules >= 140, "{groups} groups, {rules} rules");
}

#[test]
fn every_template_has_a_record() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/templates");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names: BTreeSet<String> = names.map(|name| name.into_string().unwrap()).collect();
    let templates = names.iter().filter(|name| !name.ends_with(".parameters.json"));
    let records: Vec<Json> = serde_json::from_str(include_str!("../oracle/moto.json")).unwrap();
    let recorded: BTreeSet<&str> =
        records.iter().map(|record| record["template"].as_str().unwrap()).collect();
    assert_eq!(templates.map(String::as_str).collect::<BTreeSet<_>>(), recorded);
}
