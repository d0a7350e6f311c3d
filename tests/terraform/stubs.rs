//! Stubs against the real modules, where the corpus holds them: the same input makes the same permissions.
//!
//! Reads the corpus at `SGLINT_CORPUS`; without one there is nothing to compare with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sglint::facts::{self, FieldValue, Kind};
use sglint::network::premises::Premises;
use sglint::network::topology::Routing;
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
#[expect(clippy::print_stdout, reason = "says that nothing was compared")]
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

/// What no stub says.
const LEFT_OUT: [&str; 3] = ["create_before_destroy", "prevent_destroy", "replacement_problem"];

/// What only a stub of a module says that has tagged its groups alike in every version.
const OF_TAGS: [&str; 5] = ["tags", "tag_keys", "repeated_tag_key", "peer_tags", "group_tags"];

/// What the network is: the permissions by address, the groups, and who carries which.
fn network(it: &Evaluated, has_tags: bool) -> Vec<String> {
    let (network, _) = aws::network(&it.configuration, &Premises::default());
    let known = |fact: &facts::Fact| {
        let told = |name: &&str| !LEFT_OUT.contains(name) && (has_tags || !OF_TAGS.contains(name));
        let fields = fact.fields.iter().filter(|(name, _)| told(name));
        let fields: BTreeMap<_, _> = fields.map(|(name, value)| (*name, shown(value))).collect();
        let unknown = fact.unknown.iter().filter(|(name, _)| told(name));
        let unknown: BTreeMap<_, _> = unknown.map(|(name, why)| (*name, why.cause.to_string())).collect();
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
        FieldValue::Addresses { set, more, breadth } => format!("{set:?} {:?} {breadth:?}", cause(more)),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn same(module: &str, inside: &str, arguments: &str, code: &Path) -> usize {
    let has_tags = module == "security-group";
    let stub = network(&called(module, inside, arguments, None), has_tags);
    let real = network(&called(module, inside, arguments, Some(code)), has_tags);
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
    "name = \"web\"\ntags = { Name = \"front\", Owner = \"web\" }",
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
        "name = \"web\"\ntags = { Owner = \"web\" }",
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

/// Which subnets reach the internet, by the stub and by the real module, where it is at hand.
#[test]
fn the_subnets_of_the_vpc_module_are_public_as_it_makes_them() {
    let arguments = r#"
      name             = "it"
      azs              = ["eu-west-1a"]
      public_subnets   = ["10.0.1.0/24"]
      private_subnets  = ["10.0.2.0/24"]
      database_subnets = ["10.0.3.0/24"]
      redshift_subnets = ["10.0.4.0/24"]
    "#;
    let open = r"
      enable_public_redshift                 = true
      create_database_subnet_route_table     = true
      create_database_internet_gateway_route = true
    ";
    let public = |arguments: &str, code: Option<&Path>| {
        let it = called("vpc", "", arguments, code);
        let (network, _) = aws::network(&it.configuration, &Premises::default());
        let routing = Routing::of(&network.topology);
        let at = network.topology.vpcs[0].declaration.head;
        let is_public = |name: &str| {
            let subnet = format!("module.it.aws_subnet.{name}[0].id");
            routing.has_internet_route(&subnet, at).unwrap_or_else(|why| panic!("{name}: {}", why.cause))
        };
        ["public", "private", "database", "redshift"].map(is_public)
    };
    let real = real("vpc");
    for code in [None, real.as_deref()].into_iter().take(1 + usize::from(real.is_some())) {
        assert_eq!(public(arguments, code), [true, false, false, false]);
        assert_eq!(public(&format!("{arguments}{open}"), code), [true, false, true, true]);
        assert_eq!(public(&format!("{arguments}create_igw = false"), code), [false; 4]);
    }
}

/// Every stub, and a call of it.
const STUBS: &[(&str, &str)] = &[
    ("terraform-aws-modules/security-group/aws", "name = \"it\""),
    ("terraform-aws-modules/security-group/aws//modules/ssh", "name = \"it\""),
    (
        "terraform-aws-modules/security-group/aws//modules/jmx",
        "name = \"it\"\ningress_cidr_ipv4 = { a = \"10.0.0.0/8\" }",
    ),
    ("terraform-aws-modules/vpc/aws", "name = \"it\"\nprivate_subnets = [\"10.0.1.0/24\"]"),
    ("terraform-aws-modules/alb/aws", "name = \"it\""),
    ("terraform-aws-modules/eks/aws", "name = \"it\""),
    ("terraform-aws-modules/rds/aws", "identifier = \"it\""),
    ("terraform-aws-modules/ec2-instance/aws", "name = \"it\""),
    ("cloudposse/security-group/aws", "name = \"it\""),
    ("github.com/cloudposse/terraform-aws-security-group?ref=2.2.0", "name = \"it\""),
];

fn stub(source: &str, arguments: &str) -> Evaluated {
    Case::new(&format!(
        "{AROUND}\nmodule \"it\" {{\n  source = \"{source}\"\n{arguments}\n}}\noutput \"all\" {{\n  value = module.it\n}}\n"
    ))
    .evaluate()
}

#[test]
fn every_stub_evaluates_with_all_its_outputs() {
    for (source, arguments) in STUBS {
        let it = stub(source, arguments).without_problems();
        assert!(it.addresses().iter().any(|address| address.starts_with("module.it.")), "{source}");
        assert!(
            !it.addresses().iter().any(|address| address.ends_with('?')),
            "{source}: {:?}",
            it.addresses()
        );
        assert!(it.output("all").get("nothing").is_none());
    }
}

/// The permissions of what a call makes: `ingress tcp 22 0.0.0.0/0 on ADDRESS`.
#[test]
fn what_a_stub_leaves_out_is_not_known() {
    let it = stub("terraform-aws-modules/alb/aws", "name = \"web\"\ntags = { Owner = \"web\" }");
    let (network, _) = aws::network(&it.configuration, &Premises::default());
    let facts = facts::analyse(&network);
    let group =
        facts.iter().find(|fact| fact.kind == Kind::Group && fact.subject.starts_with("module.")).unwrap();
    assert!(group.unknown.contains_key("tag_keys") && group.unknown.contains_key("create_before_destroy"));
    assert_eq!(
        group.unknown["tag_keys"].cause.to_string(),
        "the tags of module.it.aws_security_group.this[0] is known only with the module's code"
    );
}

fn permissions(it: &Evaluated) -> Vec<String> {
    let (network, _) = aws::network(&it.configuration, &Premises::default());
    let of_module =
        |fact: &&facts::Fact| fact.kind == Kind::Permission && fact.subject.starts_with("module.it.");
    let facts = facts::analyse(&network);
    facts
        .iter()
        .filter(of_module)
        .map(|fact| format!("{} on {}", fact.key, &fact.subject["module.it.".len()..]))
        .collect()
}

#[test]
fn the_three_ways_to_give_rules_to_cloudposse_are_read() {
    let arguments = r#"
      name             = "it"
      allow_all_egress = false
      rules = [{ type = "ingress", from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["10.0.0.0/8"], key = "ssh" }]
      rules_map = {
        own = [{ type = "ingress", from_port = 0, to_port = 65535, protocol = "udp", self = true }]
      }
      rule_matrix = [{
        cidr_blocks               = ["192.0.2.0/24"]
        source_security_group_ids = [aws_security_group.other.id]
        self                      = true
        rules                     = [{ type = "ingress", from_port = 443, to_port = 443, protocol = "tcp" }]
      }]
    "#;
    let it = stub("cloudposse/security-group/aws", arguments).without_problems();
    assert_eq!(
        permissions(&it),
        [
            "ingress tcp 443 192.0.2.0/24 on aws_security_group_rule.keyed[\"_m[0]#[0]#cidr\"]",
            "ingress tcp 443 self on aws_security_group_rule.keyed[\"_m[0]#[0]#self\"]",
            "ingress tcp 443 aws_security_group.other on aws_security_group_rule.keyed[\"_m[0]#[0]#sg#0\"]",
            "ingress udp all self on aws_security_group_rule.keyed[\"own[0]\"]",
            "ingress tcp 22 10.0.0.0/8 on aws_security_group_rule.keyed[\"ssh\"]",
        ]
    );
    let inline = stub(
        "cloudposse/security-group/aws",
        &format!("{arguments}\ninline_rules_enabled = true\ncreate_before_destroy = false"),
    )
    .without_problems();
    assert_eq!(
        inline.addresses().last().map(String::as_str),
        Some("module.it.aws_security_group.default[0]")
    );
    assert_eq!(permissions(&inline).len(), 5, "{:?}", permissions(&inline));
    for (version, all) in [("~> 2.0", true), ("1.0.1", false)] {
        let it = stub("cloudposse/security-group/aws", &format!("version = \"{version}\"\nname = \"it\""));
        let has_egress = permissions(&it).iter().any(|one| one.contains("_allow_all_egress_"));
        assert_eq!(has_egress, all, "{version}");
    }
    let target = stub(
        "cloudposse/security-group/aws",
        "target_security_group_id = [aws_security_group.other.id]\nrules = [{ type = \"ingress\", from_port = 1, to_port = 2, protocol = \"tcp\", cidr_blocks = [\"0.0.0.0/0\"] }]",
    );
    assert_eq!(
        target.shown("module.it.aws_security_group_rule.keyed[\"_list_[0]\"].security_group_id"),
        "<aws_security_group.other.id>"
    );
    assert!(stub("cloudposse/security-group/aws", "context = { enabled = false }").addresses().len() == 3);
}

#[test]
fn the_groups_of_a_cluster_have_the_documented_rules() {
    let it = stub(
        "terraform-aws-modules/eks/aws",
        r#"
        name = "it"
        node_security_group_additional_rules = {
          ssh = { type = "ingress", from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"] }
        }
        cluster_security_group_additional_rules = {
          back = { from_port = 1025, to_port = 65535, protocol = "tcp", source_node_security_group = true }
        }
        "#,
    )
    .without_problems();
    let permissions = permissions(&it);
    for wanted in [
        "ingress tcp 443 module.it.aws_security_group.node[0] on aws_security_group_rule.cluster[\"ingress_nodes_443\"]",
        "ingress tcp 1025-65535 module.it.aws_security_group.node[0] on aws_security_group_rule.cluster[\"back\"]",
        "ingress tcp 10250 module.it.aws_security_group.cluster[0] on aws_security_group_rule.node[\"ingress_cluster_kubelet\"]",
        "ingress tcp 1025-65535 self on aws_security_group_rule.node[\"ingress_nodes_ephemeral\"]",
        "ingress tcp 22 0.0.0.0/0 on aws_security_group_rule.node[\"ssh\"]",
        "egress all all 0.0.0.0/0 on aws_security_group_rule.node[\"egress_all\"]",
    ] {
        assert!(permissions.iter().any(|one| one == wanted), "{wanted} is not in {permissions:#?}");
    }
    let bare = stub(
        "terraform-aws-modules/eks/aws",
        "name = \"it\"\nnode_security_group_enable_recommended_rules = false\ncreate_cluster_security_group = false\ncluster_security_group_id = aws_security_group.other.id",
    )
    .without_problems();
    assert_eq!(
        bare.shown(
            "module.it.aws_security_group_rule.node[\"ingress_cluster_443\"].source_security_group_id"
        ),
        "<aws_security_group.other.id>"
    );
    assert!(!bare.addresses().iter().any(|address| address.contains("egress_all")));
}

#[test]
fn an_instance_makes_a_group_of_its_own_from_version_six_on() {
    let groups = |arguments: &str| {
        let it = stub("terraform-aws-modules/ec2-instance/aws", arguments).without_problems();
        it.addresses().iter().filter(|address| address.starts_with("module.it.aws_security_group.")).count()
    };
    assert_eq!(groups("name = \"it\"\nversion = \"~> 6.0\""), 1);
    assert_eq!(groups("name = \"it\"\nversion = \"~> 5.7\""), 0);
    assert_eq!(groups("name = \"it\"\ncreate_security_group = false"), 0);
    let it = stub(
        "terraform-aws-modules/ec2-instance/aws",
        "name = \"it\"\nvpc_security_group_ids = [aws_security_group.other.id]\nsecurity_group_ingress_rules = { ssh = { from_port = 22, cidr_ipv4 = \"0.0.0.0/0\" } }",
    )
    .without_problems();
    assert_eq!(
        it.shown("module.it.aws_instance.this[0].vpc_security_group_ids"),
        "[<aws_security_group.other.id>, <module.it.aws_security_group.this[0].id>]"
    );
    assert!(permissions(&it).iter().any(|one| one.starts_with("ingress tcp 22 0.0.0.0/0")));
}

#[test]
fn no_place_of_a_fact_is_in_a_stub() {
    let arguments = "name = \"web\"\ningress_cidr_blocks = [\"0.0.0.0/0\"]\ningress_rules = [\"ssh-tcp\", \"all-all\", \"ssh-tcp\"]\ningress_with_self = [{ rule = \"all-all\" }]\negress_rules = [\"all-all\"]";
    let preset = "terraform-aws-modules/security-group/aws//modules/consul";
    let group = "terraform-aws-modules/security-group/aws";
    for (source, arguments) in STUBS.iter().copied().chain([(preset, arguments), (group, arguments)]) {
        let it = stub(source, arguments);
        let (network, _) = aws::network(&it.configuration, &Premises::default());
        let mut spans = Vec::new();
        for fact in facts::analyse(&network) {
            spans.push(fact.head);
            spans.extend(fact.anchors.iter().chain(&fact.calls));
            spans.extend(fact.related.iter().map(|label| label.span));
            spans.extend(fact.unknown.values().map(|why| why.at));
            for place in fact.places.values() {
                spans.push(place.span);
                spans.extend(place.also.iter().map(|label| label.span));
                if let Some(origin) = &place.origin {
                    spans.push(origin.written);
                    spans.extend(origin.steps().iter().map(|step| step.span));
                }
            }
        }
        assert!(!spans.is_empty(), "{source}");
        for span in spans {
            assert_eq!(it.sources.get(span.file).name(), "main.tf", "{source}");
        }
    }
}
