//! Stubs against the real modules, where the corpus holds them: the same input makes the same permissions.
//!
//! Reads the corpus at `SGLINT_CORPUS`; without one there is nothing to compare with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sglint::facts::{self, FieldValue, Kind};
use sglint::providers::aws;
use sglint::resource::Unknown;

use crate::case::{Case, Evaluated};

/// What the caller declares besides the module, so that references have something to lead to.
const AROUND: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "other" { vpc_id = aws_vpc.main.id }
resource "aws_ec2_managed_prefix_list" "list" {
  name           = "office"
  address_family = "IPv4"
  max_entries    = 1
  entry { cidr = "192.0.2.0/24" }
}
variable "unset" {}
"#;

/// The folder of a real module in the corpus.
fn real(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SGLINT_CORPUS").map(PathBuf::from);
    let corpus = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    let folder = corpus.join("real").join(format!("terraform-aws-modules+terraform-aws-{module}"));
    if !folder.is_dir() {
        println!("skipped: there is no {module} in a corpus; SGLINT_CORPUS names its folder");
    }
    folder.is_dir().then_some(folder)
}

/// A call of a module, with the real code beside it if there is a folder of it.
fn called(module: &str, inside: &str, arguments: &str, code: Option<&Path>) -> Evaluated {
    let source = format!("terraform-aws-modules/{module}/aws{inside}");
    let mut case = Case::new(&format!(
        "{AROUND}\nmodule \"it\" {{\n  source = \"{source}\"\n  vpc_id = aws_vpc.main.id\n{arguments}\n}}\n"
    ));
    if let Some(code) = code {
        let directory = format!(
            ".terraform/modules/it{}",
            inside.trim_start_matches('/').replace("modules/", "/modules/")
        );
        case = case.file(
            ".terraform/modules/modules.json",
            &format!(r#"{{"Modules":[{{"Key":"it","Source":"{source}","Dir":"{directory}"}}]}}"#),
        );
        for folder in ["", inside.trim_start_matches('/')] {
            let mut entries: Vec<_> =
                fs::read_dir(code.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
            entries.retain(|path| path.extension().is_some_and(|extension| extension == "tf"));
            for path in entries {
                let name = Path::new(folder).join(path.file_name().unwrap());
                let text = fs::read_to_string(&path).unwrap();
                case = case.file(&format!(".terraform/modules/it/{}", name.to_str().unwrap()), &text);
            }
            if inside.is_empty() {
                break;
            }
        }
    }
    case.evaluate()
}

/// What the network is: the permissions by address, the groups, and who carries which.
fn network(it: &Evaluated) -> Vec<String> {
    let (network, _) = aws::network(&it.configuration);
    let known = |fact: &facts::Fact| {
        let fields: BTreeMap<_, _> = fact.fields.iter().map(|(name, value)| (*name, shown(value))).collect();
        let unknown: BTreeMap<_, _> =
            fact.unknown.iter().map(|(name, why)| (*name, why.cause.to_string())).collect();
        format!("{} {} {fields:?} ?{unknown:?}", fact.kind, fact.subject)
    };
    let mut lines: Vec<String> = facts::analyse(&network)
        .iter()
        .filter(|fact| {
            matches!(fact.kind, Kind::Permission | Kind::Group | Kind::Exposure | Kind::Attachment)
        })
        .map(known)
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// A field without places: those are the real module's own.
fn shown(value: &FieldValue) -> String {
    let cause = |more: &Option<Arc<Unknown>>| more.as_ref().map(|why| why.cause.to_string());
    match value {
        FieldValue::Ports { set, more } => format!("{set:?} {:?}", cause(more)),
        FieldValue::Addresses { set, more } => format!("{set:?} {:?}", cause(more)),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn same(module: &str, inside: &str, arguments: &str, code: &Path) -> usize {
    let stub = network(&called(module, inside, arguments, None));
    let real = network(&called(module, inside, arguments, Some(code)));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>().join("\n  ")
    };
    assert!(
        stub == real,
        "{module}{inside} with {arguments}\nonly the stub:\n  {}\nonly the real module:\n  {}",
        only(&stub, &real),
        only(&real, &stub)
    );
    real.len()
}

/// Every family of inputs of the security-group module.
const GROUP_INPUTS: &[&str] = &[
    "",
    "create = false\nname = \"web\"\ningress_rules = [\"ssh-tcp\"]",
    "name = \"web\"\nuse_name_prefix = false",
    "name = \"web\"\ndescription = \"Web servers\"",
    "name = \"web\"\ncreate_sg = false\nsecurity_group_id = aws_security_group.other.id\ningress_rules = [\"ssh-tcp\"]\ningress_cidr_blocks = [\"10.0.0.0/8\"]",
    "name = \"web\"\ningress_rules = [\"ssh-tcp\", \"https-443-tcp\", \"all-icmp\", \"all-all\"]\ningress_cidr_blocks = [\"10.0.0.0/8\", \"0.0.0.0/0\"]",
    "name = \"web\"\ningress_rules = [\"ssh-tcp\"]\ningress_ipv6_cidr_blocks = [\"::/0\"]",
    "name = \"web\"\ningress_rules = [\"ssh-tcp\"]\ningress_prefix_list_ids = [aws_ec2_managed_prefix_list.list.id]",
    "name = \"web\"\ningress_rules = [\"all-ipv6-icmp\", \"solr-tcp\"]\ningress_cidr_blocks = [aws_vpc.main.cidr_block]",
    "name = \"web\"\negress_rules = [\"all-all\"]",
    "name = \"web\"\negress_rules = [\"https-443-tcp\"]\negress_cidr_blocks = [\"10.0.0.0/8\"]\negress_ipv6_cidr_blocks = []",
    "name = \"web\"\negress_rules = [\"https-443-tcp\"]\negress_prefix_list_ids = [\"pl-12345678\"]",
    "name = \"web\"\ningress_with_cidr_blocks = [{ rule = \"postgresql-tcp\", cidr_blocks = \"10.0.0.0/8,0.0.0.0/0\" }, { from_port = 8080, to_port = 8090, protocol = \"tcp\", description = \"Service\", cidr_blocks = \"10.1.0.0/16\" }]",
    "name = \"web\"\ningress_cidr_blocks = [\"10.9.0.0/16\"]\ningress_with_cidr_blocks = [{ rule = \"ssh-tcp\" }, { from_port = 10, to_port = 20, protocol = 6 }]",
    "name = \"web\"\ningress_ipv6_cidr_blocks = [\"2001:db8::/32\"]\ningress_with_ipv6_cidr_blocks = [{ rule = \"ssh-tcp\" }, { from_port = 1, to_port = 2, protocol = \"udp\", ipv6_cidr_blocks = \"::/0\" }]",
    "name = \"web\"\ningress_with_source_security_group_id = [{ rule = \"mysql-tcp\", source_security_group_id = aws_security_group.other.id }, { from_port = 10, to_port = 10, protocol = 6, description = \"Ten\", source_security_group_id = \"sg-12345678\" }]",
    "name = \"web\"\ningress_with_self = [{ rule = \"all-all\" }, { from_port = 1, to_port = 2, protocol = \"tcp\", self = false }]",
    "name = \"web\"\ningress_prefix_list_ids = [\"pl-12345678\"]\ningress_with_prefix_list_ids = [{ rule = \"ssh-tcp\" }, { from_port = 5, to_port = 6, protocol = \"tcp\", prefix_list_ids = \"pl-1,pl-2\" }]",
    "name = \"web\"\negress_with_cidr_blocks = [{ rule = \"https-443-tcp\", cidr_blocks = \"10.0.0.0/8\" }, { rule = \"dns-udp\" }]",
    "name = \"web\"\negress_with_ipv6_cidr_blocks = [{ rule = \"https-443-tcp\" }]\negress_with_self = [{ rule = \"all-tcp\" }]",
    "name = \"web\"\negress_with_source_security_group_id = [{ rule = \"https-443-tcp\", source_security_group_id = aws_security_group.other.id }]",
    "name = \"web\"\negress_with_prefix_list_ids = [{ rule = \"https-443-tcp\", prefix_list_ids = \"pl-1\" }]",
    "name = \"web\"\nnumber_of_computed_ingress_rules = 1\ncomputed_ingress_rules = [\"ssh-tcp\"]\ningress_cidr_blocks = [\"0.0.0.0/0\"]",
    "name = \"web\"\nnumber_of_computed_ingress_with_cidr_blocks = 1\ncomputed_ingress_with_cidr_blocks = [{ rule = \"ssh-tcp\", cidr_blocks = aws_vpc.main.cidr_block }]",
    "name = \"web\"\nnumber_of_computed_ingress_with_ipv6_cidr_blocks = 1\ncomputed_ingress_with_ipv6_cidr_blocks = [{ rule = \"ssh-tcp\", ipv6_cidr_blocks = aws_vpc.main.ipv6_cidr_block }]",
    "name = \"web\"\nnumber_of_computed_ingress_with_source_security_group_id = 1\ncomputed_ingress_with_source_security_group_id = [{ rule = \"mysql-tcp\", source_security_group_id = aws_security_group.other.id }]",
    "name = \"web\"\nnumber_of_computed_ingress_with_self = 1\ncomputed_ingress_with_self = [{ rule = \"all-tcp\" }]\nnumber_of_computed_ingress_with_prefix_list_ids = 1\ningress_with_prefix_list_ids = [{ rule = \"ssh-tcp\", prefix_list_ids = \"pl-1\" }]",
    "name = \"web\"\nnumber_of_computed_egress_rules = 1\ncomputed_egress_rules = [\"all-all\"]\nnumber_of_computed_egress_with_cidr_blocks = 1\ncomputed_egress_with_cidr_blocks = [{ rule = \"ssh-tcp\", cidr_blocks = \"10.0.0.0/8\" }]",
    "name = \"web\"\nnumber_of_computed_egress_with_ipv6_cidr_blocks = 1\ncomputed_egress_with_ipv6_cidr_blocks = [{ rule = \"ssh-tcp\" }]\nnumber_of_computed_egress_with_self = 1\ncomputed_egress_with_self = [{ rule = \"ssh-tcp\" }]",
    "name = \"web\"\nnumber_of_computed_egress_with_source_security_group_id = 1\ncomputed_egress_with_source_security_group_id = [{ rule = \"mysql-tcp\", source_security_group_id = aws_security_group.other.id }]",
    "name = \"web\"\ningress_rules = [\"ssh-tcp\"]\ningress_cidr_blocks = [var.unset]",
    "name = \"web\"\ningress_rules = [\"own\"]\ningress_cidr_blocks = [\"10.0.0.0/8\"]\nrules = { own = [7, 8, \"udp\", \"Mine\"] }",
];

#[test]
fn every_input_of_the_security_group_module_makes_the_same_permissions() {
    let Some(code) = real("security-group") else { return };
    for arguments in GROUP_INPUTS {
        same("security-group", "", arguments, &code);
    }
}

#[test]
fn every_preset_makes_the_same_permissions() {
    let Some(code) = real("security-group") else { return };
    let mut presets = 0;
    for folder in fs::read_dir(code.join("modules")).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap();
        if !folder.join("auto_values.tf").exists() || name.starts_with('_') {
            continue;
        }
        let inside = format!("//modules/{name}");
        let arguments =
            "name = \"web\"\ningress_cidr_blocks = [\"0.0.0.0/0\"]\ningress_rules = [\"ssh-tcp\"]";
        assert!(same("security-group", &inside, arguments, &code) > 3, "{name}");
        presets += 1;
    }
    assert!(presets > 50, "{presets}");
    let inside = "//modules/web";
    for arguments in [
        "name = \"web\"\negress_rules = [\"ssh-tcp\"]\ncreate = false",
        "name = \"web\"\nauto_ingress_with_self = []\nauto_egress_rules = []\nauto_ingress_rules = [\"http-80-tcp\"]\ningress_cidr_blocks = [\"10.0.0.0/8\"]",
        "name = \"web\"\nuse_name_prefix = false\ningress_with_self = [{ rule = \"ssh-tcp\" }]\ningress_with_source_security_group_id = [{ rule = \"ssh-tcp\", source_security_group_id = aws_security_group.other.id }]",
        "name = \"web\"\nnumber_of_computed_ingress_with_source_security_group_id = 1\ncomputed_ingress_with_source_security_group_id = [{ rule = \"ssh-tcp\", source_security_group_id = aws_security_group.other.id }]",
    ] {
        same("security-group", inside, arguments, &code);
    }
}

#[test]
fn the_table_of_named_rules_is_that_of_the_module() {
    let Some(code) = real("security-group") else { return };
    let table = fs::read_to_string(code.join("rules.tf")).unwrap();
    let names: Vec<String> = table
        .lines()
        .filter_map(|line| {
            line.split_once(" = [").filter(|(_, rest)| rest.contains("\"]") || rest.contains("\", \""))
        })
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !matches!(name.as_str(), "_" | "ingress_rules" | "egress_rules" | "ingress_with_self"))
        .collect();
    assert!(names.len() > 150, "{}", names.len());
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let arguments = format!(
        "name = \"all\"\ningress_cidr_blocks = [\"10.0.0.0/8\"]\ningress_rules = [{}]",
        quoted.join(", ")
    );
    assert!(same("security-group", "", &arguments, &code) > 150);
}

#[test]
fn the_default_group_of_the_vpc_module_is_the_same() {
    let Some(code) = real("vpc") else { return };
    for arguments in [
        "name = \"net\"\ncidr = \"10.0.0.0/16\"",
        "name = \"net\"\ncidr = \"10.0.0.0/16\"\nmanage_default_security_group = false",
        "name = \"net\"\ncreate_vpc = false",
        "name = \"net\"\ncidr = \"10.0.0.0/16\"\ndefault_security_group_ingress = [{ self = true }, { from_port = 22, to_port = 22, protocol = \"tcp\", cidr_blocks = \"0.0.0.0/0\", description = \"SSH\" }]",
        "name = \"net\"\ncidr = \"10.0.0.0/16\"\ndefault_security_group_egress = [{ cidr_blocks = \"0.0.0.0/0,10.0.0.0/8\", ipv6_cidr_blocks = \"::/0\" }]",
        "name = \"net\"\ncidr = \"10.0.0.0/16\"\ndefault_security_group_ingress = [{ security_groups = aws_security_group.other.id }]\ndefault_security_group_name = \"mine\"",
    ] {
        let arguments = arguments.to_owned();
        same("vpc", "", &arguments, &code);
    }
}

#[test]
fn the_groups_of_the_alb_module_are_the_same() {
    let Some(code) = real("alb") else { return };
    for arguments in [
        "name = \"web\"",
        "name = \"web\"\ncreate = false",
        "name = \"web\"\ncreate_security_group = false\nsecurity_groups = [aws_security_group.other.id]",
        "name = \"web\"\nsecurity_groups = [aws_security_group.other.id]\nsecurity_group_name = \"alb\"\nsecurity_group_use_name_prefix = false",
        "name = \"web\"\nsecurity_group_ingress_rules = { http = { from_port = 80, to_port = 82, ip_protocol = \"tcp\", description = \"HTTP\", cidr_ipv4 = \"0.0.0.0/0\" }, https = { from_port = 443, cidr_ipv6 = \"::/0\" } }",
        "name = \"web\"\nsecurity_group_egress_rules = { all = { ip_protocol = \"-1\", cidr_ipv4 = \"10.0.0.0/16\" }, one = { to_port = 5432, referenced_security_group_id = aws_security_group.other.id }, list = { from_port = 1, to_port = 2, ip_protocol = \"udp\", prefix_list_id = \"pl-1\" } }",
    ] {
        same("alb", "", arguments, &code);
    }
}

#[test]
fn structured_rules_of_version_six_are_read() {
    let it = called(
        "security-group",
        "",
        "name = \"web\"\ningress_rules = { ssh = { from_port = 22, cidr_ipv4 = \"0.0.0.0/0\" }, own = { ip_protocol = \"-1\", referenced_security_group_id = \"self\" } }",
        None,
    )
    .without_problems();
    let rule = |key: &str, name: &str| {
        it.shown(&format!("module.it.aws_vpc_security_group_ingress_rule.this[\"{key}\"].{name}"))
    };
    assert_eq!(rule("ssh", "to_port").trim_matches('"'), "22");
    assert_eq!(rule("ssh", "ip_protocol"), "\"tcp\"");
    assert_eq!(rule("ssh", "cidr_ipv4"), "\"0.0.0.0/0\"");
    assert_eq!(
        rule("own", "referenced_security_group_id"),
        "<module.it.aws_security_group.this_name_prefix[0].id>"
    );
    let preset = called(
        "security-group",
        "//modules/postgresql",
        "name = \"db\"\ningress_cidr_ipv4 = { vpc = \"10.0.0.0/16\" }",
        None,
    )
    .without_problems();
    let rules: Vec<_> = preset.addresses().into_iter().filter(|address| address.contains("_rule.")).collect();
    assert_eq!(
        rules,
        ["module.it.module.security_group.aws_vpc_security_group_ingress_rule.this[\"postgresql/vpc\"]"]
    );
}
