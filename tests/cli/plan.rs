//! Plan files, with and without the code that they were made from.

use std::fs;

use crate::run::Folder;

const PLAN: &str = include_str!("../../testdata/plan/plan.json");
const MAIN: &str = include_str!("../../testdata/plan/main.tf");
const NET: &str = include_str!("../../testdata/plan/net/main.tf");

#[test]
fn planned_values_are_shown_where_the_code_writes_them() {
    let folder = Folder::new(&[("plan.json", PLAN), ("main.tf", MAIN), ("net/main.tf", NET)]);
    insta::assert_snapshot!(folder.run(&["check", "plan.json"]).all());
}

#[test]
fn the_code_may_lie_elsewhere() {
    let folder = Folder::new(&[("out/plan.json", PLAN), ("live/main.tf", MAIN), ("live/net/main.tf", NET)]);
    let ran = folder.run(&["check", "out/plan.json", "--source", "live", "--format", "concise"]);
    insta::assert_snapshot!(ran.all());
    let ran = folder.run(&["check", "out/plan.json", "--source", "nowhere", "--format", "concise"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("nowhere holds no Terraform configuration"), "{}", ran.stderr);
}

#[test]
fn without_code_the_plan_itself_is_shown() {
    let folder = Folder::new(&[("plan.json", PLAN)]);
    insta::assert_snapshot!(folder.run(&["check", "plan.json"]).all());
}

#[test]
fn what_is_deleted_is_gone() {
    let folder = Folder::new(&[("plan.json", PLAN)]);
    let ran = folder.run(&["check", "plan.json"]);
    assert!(ran.stdout.contains("5432"), "the rest is judged: {}", ran.stdout);
    assert!(!ran.stdout.contains("3389"), "the old console's rule is planned to go: {}", ran.stdout);
}

#[test]
fn code_that_is_not_the_plans_is_noticed() {
    let renamed = MAIN.replace("\"aws_security_group\" \"app\"", "\"aws_security_group\" \"service\"");
    let folder = Folder::new(&[("plan.json", PLAN), ("main.tf", &renamed), ("net/main.tf", NET)]);
    let ran = folder.run(&["check", "plan.json", "-v"]);
    assert!(
        ran.stdout.contains("the code beside the plan does not declare aws_security_group.app"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_plan_that_is_cut_off_is_said_and_the_rest_judged() {
    let half = &PLAN[..PLAN.len() / 2];
    let folder = Folder::new(&[("plan.json", half), ("live/main.tf", MAIN), ("live/net/main.tf", NET)]);
    let ran = folder.run(&["check", ".", "--format", "concise"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("plan.json is cut off: the plan ends in the middle"), "{}", ran.stderr);
    assert!(ran.stdout.contains("live/main.tf"), "{}", ran.stdout);
}

#[test]
fn other_formats_are_refused() {
    let folder = Folder::new(&[("plan.json", &PLAN.replace("\"1.2\"", "\"2.0\""))]);
    let ran = folder.run(&["check", "plan.json", "--format", "concise"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("plan.json has the plan format 2.0"), "{}", ran.stderr);
}

#[test]
fn a_plan_of_a_failed_run_is_judged_with_a_warning() {
    let folder = Folder::new(&[("plan.json", &PLAN.replace("\"errored\": false", "\"errored\": true"))]);
    let ran = folder.run(&["check", "plan.json", "-v"]);
    assert!(ran.stdout.contains("is the plan of a run that failed"), "{}", ran.stdout);
    assert_eq!(ran.status, Some(1));
}

#[test]
fn what_cannot_be_read_as_a_resource_is_told() {
    let broken = PLAN.replacen("\"mode\": \"managed\"", "\"mode\": 7", 1);
    let folder = Folder::new(&[("plan.json", &broken)]);
    let ran = folder.run(&["check", "plan.json", "--format", "concise"]);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.contains("error[plan-resource] 1 of the planned resources cannot be read"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("PostgreSQL"), "the others are judged: {}", ran.stdout);
}

#[test]
fn what_a_plan_leaves_out_is_what_the_code_says() {
    let bare = PLAN.replace("\"vpc_security_group_ids\": true", "\"public_ip\": true");
    assert_ne!(bare, PLAN);
    let folder = Folder::new(&[("plan.json", &bare), ("main.tf", MAIN), ("net/main.tf", NET)]);
    let ran = folder.run(&["check", "plan.json", "--format", "concise"]);
    assert!(!ran.stdout.contains("unused-security-group"), "the instance carries the group: {}", ran.stdout);
}

#[test]
fn sensitive_values_are_judged_but_not_printed() {
    let marked = PLAN.replace("\"after_sensitive\": {}", "\"after_sensitive\": {\"cidr_ipv4\": true}");
    for files in
        [&[("plan.json", &*marked)][..], &[("plan.json", &*marked), ("main.tf", MAIN), ("net/main.tf", NET)]]
    {
        let ran = Folder::new(files).run(&["check", "plan.json", "--format", "concise"]);
        let shadowed = ran.stdout.lines().find(|line| line.contains("tcp 5432")).expect("it is judged");
        assert!(!shadowed.contains("10.20.0.0/16") && shadowed.contains("sensitive"), "{shadowed}");
    }
}

/// What is no plan at heart, however it is nested or filled, is told in time and loses nothing else.
#[test]
fn hostile_plans_end_in_a_problem() {
    let open = "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":";
    let deep = format!("{open}{}", "{\"child_modules\":[".repeat(100_000));
    let group = "{\"address\":\"aws_security_group.x\",\"mode\":\"managed\",\"type\":\"aws_security_group\",\"values\":{\"ingress\":[";
    let many = format!("{open}{{\"resources\":[{group}{}0]}}}}]}}}}}}", "0,".repeat(20 << 20 >> 1));
    let values =
        format!("{open}{{\"resources\":[{group}{}", "[".repeat(100_000) + &"]".repeat(100_000) + "]}}]}}}");
    let folder = Folder::new(&[
        ("deep.json", &deep),
        ("many.json", &many),
        ("values.json", &values),
        ("live/main.tf", MAIN),
        ("live/net/main.tf", NET),
    ]);
    let huge = fs::File::create(folder.path("huge.json")).expect("a file");
    huge.set_len(200 << 20).expect("200 MiB");
    let ran = folder.run(&["check", ".", "--format", "concise"]);
    assert_eq!(ran.status, Some(2));
    for told in [
        "deep.json cannot be read as a plan: recursion limit exceeded",
        "the plan holds more than 16 MiB of values that matter",
        "values.json:1:",
        "huge.json is larger than 64 MiB",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    assert!(ran.stdout.contains("live/main.tf"), "{}", ran.stdout);
}

/// A resource of a plan: its address, its address in the code, and in JSON values, change and expressions.
type Planned<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn plan_of(resources: &[Planned<'_>]) -> String {
    let kind = |address: &str| address.split('.').rev().nth(1).expect("TYPE.NAME").to_owned();
    let all = |one: &dyn Fn(&Planned<'_>) -> String| resources.iter().map(one).collect::<Vec<_>>().join(",");
    let planned = all(&|(address, _, values, ..)| {
        let values = if values.is_empty() { String::new() } else { format!(",\"values\":{values}") };
        format!("{{\"address\":\"{address}\",\"mode\":\"managed\",\"type\":\"{}\"{values}}}", kind(address))
    });
    let changes = all(&|(address, _, _, change, _)| format!("{{\"address\":\"{address}\",{change}}}"));
    let configured = all(&|(_, declared, _, _, expressions)| {
        format!("{{\"address\":\"{declared}\",\"expressions\":{expressions}}}")
    });
    format!(
        "{{\"format_version\":\"1.2\",\"planned_values\":{{\"root_module\":{{\"resources\":[{planned}]}}}},\
         \"resource_changes\":[{changes}],\"configuration\":{{\"root_module\":{{\"resources\":[{configured}]}}}}}}"
    )
}

const SSH_BLOCK: &str = r#"[{"from_port":22,"to_port":22,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"],"description":"x","self":false}]"#;

fn group(id: &str) -> String {
    format!(r#"{{"name":"web","description":"Web servers"{id},"ingress":{SSH_BLOCK},"egress":[]}}"#)
}

const GROUP_WITHOUT_BLOCKS: &str =
    r#"{"name":{"constant_value":"web"},"description":{"constant_value":"Web servers"}}"#;

fn concise(plan: &str) -> String {
    Folder::new(&[("plan.json", plan)]).run(&["check", "plan.json", "--format", "concise", "-v"]).all()
}

/// Terraform leaves dynamic blocks out of the configuration in a plan.
#[test]
fn dynamic_blocks_are_planned_though_no_expression_says_so() {
    let create = r#""change":{"actions":["create"],"after_unknown":{"id":true,"ingress":[{}]}}"#;
    let keep = r#""change":{"actions":["no-op"],"after_unknown":{}}"#;
    let existing = group(r#","id":"sg-0a1b2c3d4e5f67890""#);
    for (values, change) in [(&group(""), create), (&existing, keep)] {
        let address = "aws_security_group.web";
        let told = concise(&plan_of(&[(address, address, values, change, GROUP_WITHOUT_BLOCKS)]));
        assert!(told.contains("critical[admin-port-open-to-world]"), "{told}");
    }
    // What a rule of its own put into the group is read back, and is that rule's.
    let rule = r#"{"type":"ingress","from_port":22,"to_port":22,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"],"description":"x","security_group_id":"sg-0a1b2c3d4e5f67890"}"#;
    let written = r#"{"type":{"constant_value":"ingress"},"from_port":{"constant_value":22},"to_port":{"constant_value":22},"protocol":{"constant_value":"tcp"},"cidr_blocks":{"constant_value":["0.0.0.0/0"]},"description":{"constant_value":"x"},"security_group_id":{"references":["aws_security_group.web.id","aws_security_group.web"]}}"#;
    let told = concise(&plan_of(&[
        ("aws_security_group.web", "aws_security_group.web", &existing, keep, GROUP_WITHOUT_BLOCKS),
        ("aws_security_group_rule.ssh", "aws_security_group_rule.ssh", rule, keep, written),
    ]));
    assert_eq!(told.matches("critical[").count(), 1, "{told}");
    assert!(!told.contains("mixed-rule-management") && !told.contains("duplicate-rule"), "{told}");
}

#[test]
fn what_happens_to_a_deposed_object_is_not_the_resources() {
    let rule = r#"{"type":"ingress","from_port":22,"to_port":22,"protocol":"tcp","description":"secret words","security_group_id":"sg-0a1b2c3d4e5f67890"}"#;
    let change = r#""change":{"actions":["create"],"after_unknown":{"id":true,"cidr_blocks":true},"after_sensitive":{"description":true}}"#;
    let deposed = r#"{"address":"aws_security_group_rule.r","deposed":"0a1b2c3d","change":{"actions":["delete"],"after_unknown":{}}}"#;
    let written = r#"{"type":{"constant_value":"ingress"},"cidr_blocks":{"references":["var.x"]},"from_port":{"constant_value":22},"to_port":{"constant_value":22},"protocol":{"constant_value":"tcp"},"description":{"references":["var.d"]},"security_group_id":{"constant_value":"sg-0a1b2c3d4e5f67890"}}"#;
    let address = "aws_security_group_rule.r";
    let plan = plan_of(&[(address, address, rule, change, written)]);
    let plan = plan.replace("}],\"configuration\"", &format!("}},{deposed}],\"configuration\""));
    let folder = Folder::new(&[("plan.json", &plan)]);
    let told = folder.run(&["check", "plan.json", "--format", "concise", "-v"]).all();
    assert!(
        told.contains("aws_security_group_rule.r is not judged by") && told.contains("1 not judged"),
        "{told}"
    );
    let facts = folder.run(&["facts", "plan.json"]).all();
    assert!(!facts.contains("secret words"), "{facts}");
}

#[test]
fn of_a_resource_without_values_nothing_is_known() {
    let address = "aws_security_group_rule.r";
    let change = r#""change":{"actions":["create"],"after_unknown":{"id":true,"cidr_blocks":true,"from_port":true,"to_port":true,"protocol":true,"security_group_id":true,"type":true}}"#;
    let written = r#"{"type":{"references":["var.x"]},"cidr_blocks":{"references":["var.x"]},"from_port":{"references":["var.x"]},"to_port":{"references":["var.x"]},"protocol":{"references":["var.x"]},"security_group_id":{"references":["var.x"]}}"#;
    let told = concise(&plan_of(&[(address, address, "", change, written)]));
    assert!(!told.contains("plan-resource") && told.contains("not judged"), "{told}");
}

#[test]
fn a_module_call_may_have_any_name() {
    for name in ["net", "net_module"] {
        let plan = PLAN
            .replace("module.net", &format!("module.{name}"))
            .replace("\"net\": {", &format!("\"{name}\": {{"));
        let told = concise(&plan).replace(name, "net");
        assert_eq!(told, concise(PLAN), "{name}");
    }
}

#[test]
fn a_name_that_is_some_resources_id_stays_a_name() {
    let change = r#""change":{"actions":["create"],"after_unknown":{}}"#;
    let values = r#"{"name":"sg-webserver","description":"Web servers"}"#;
    let named =
        r#"{"name":{"constant_value":"sg-webserver"},"description":{"constant_value":"Web servers"}}"#;
    let role = r#"{"id":"sg-webserver","name":"sg-webserver"}"#;
    let told = concise(&plan_of(&[
        ("aws_security_group.web", "aws_security_group.web", values, change, named),
        (
            "aws_iam_role.web",
            "aws_iam_role.web",
            role,
            change,
            r#"{"name":{"constant_value":"sg-webserver"}}"#,
        ),
    ]));
    assert!(told.contains("high[invalid-group-name]"), "{told}");
}

/// The code cannot say how many there are; the plan can.
#[test]
fn planned_instances_are_shown_where_the_code_repeats_them() {
    let change = r#""change":{"actions":["create"],"after_unknown":{"id":true}}"#;
    let instances = [group(""), group("").replace("\"web\"", "\"app\"")];
    let plan = plan_of(&[
        ("aws_security_group.web[0]", "aws_security_group.web", &instances[0], change, "{}"),
        ("aws_security_group.web[1]", "aws_security_group.web", &instances[1], change, "{}"),
    ]);
    let code = "data \"external\" \"n\" {\n  program = [\"n\"]\n}\n\nresource \"aws_security_group\" \"web\" {\n  count       = data.external.n.result.n\n  name        = \"web-${count.index}\"\n  description = \"Web servers\"\n\n  ingress {\n    description = \"x\"\n    from_port   = 22\n    to_port     = 22\n    protocol    = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n\nresource \"aws_instance\" \"web\" {\n  vpc_security_group_ids = [aws_security_group.web[0].id]\n}\n";
    let told = Folder::new(&[("plan.json", &plan), ("main.tf", code)])
        .run(&["check", "plan.json", "--format", "concise", "-v"])
        .all();
    assert!(told.contains("main.tf:15:20: critical[admin-port-open-to-world]"), "{told}");
    assert!(!told.contains("plan-differs") && !told.contains("dangling"), "{told}");
}

#[test]
fn a_module_whose_code_is_not_there_is_shown_in_the_plan() {
    let change = r#""change":{"actions":["create"],"after_unknown":{"id":true}}"#;
    let plan =
        plan_of(&[("module.net.aws_security_group.web", "aws_security_group.web", &group(""), change, "{}")]);
    let code = "module \"net\" {\n  source = \"acme/net/aws\"\n}\n\nresource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let told = Folder::new(&[("plan.json", &plan), ("main.tf", code)])
        .run(&["check", "plan.json", "--format", "concise", "-v"])
        .all();
    let lacks =
        "the code beside the plan lacks the module of module.net.aws_security_group.web (run terraform init";
    assert!(told.contains(lacks) && told.contains("critical["), "{told}");
}

#[test]
fn what_the_plan_says_of_the_code_may_nest_too_deep() {
    let deep = format!("{{\"tags\":{{\"constant_value\":{}{}}}}}", "[".repeat(200), "]".repeat(200));
    let change = r#""change":{"actions":["create"],"after_unknown":{}}"#;
    let address = "aws_security_group.web";
    let told = concise(&plan_of(&[(address, address, &group(""), change, &deep)]));
    assert!(told.contains("critical[admin-port-open-to-world]") && told.contains("nests too deep"), "{told}");
}

/// A plan that destroys what shares a group, and replaces what shares another.
const LIFTED: &str = r#"{
  "format_version": "1.2",
  "planned_values": {"root_module": {"resources": [
    {"address": "aws_security_group.app", "mode": "managed", "type": "aws_security_group", "name": "app",
     "values": {"id": "sg-0a1b2c3d4e5f67890",
                "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f67890"}}
  ]}},
  "resource_changes": [
    {"address": "aws_ram_resource_association.app", "mode": "managed", "type": "aws_ram_resource_association",
     "change": {"actions": ["delete"], "after": null, "before": {
       "resource_arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f67890"}}},
    {"address": "aws_ram_resource_association.gone", "mode": "managed", "type": "aws_ram_resource_association",
     "change": {"actions": ["delete"], "after": null, "before": {
       "resource_arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0fedcba9876543210"}}},
    {"address": "aws_ram_resource_association.subnet", "mode": "managed", "type": "aws_ram_resource_association",
     "change": {"actions": ["delete"], "after": null, "before": {
       "resource_arn": "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d4e5f67890"}}},
    {"address": "aws_ram_resource_association.anew", "mode": "managed", "type": "aws_ram_resource_association",
     "change": {"actions": ["delete", "create"], "after": {}, "before": {
       "resource_arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f67890"}}}
  ]
}"#;

#[test]
fn a_group_that_is_taken_out_of_a_share_is_told() {
    let folder = Folder::new(&[("plan.json", LIFTED)]);
    let ran =
        folder.run(&["check", "plan.json", "--select", "shared-*,unshareable-group", "--format", "concise"]);
    insta::assert_snapshot!(ran.stdout);
}
