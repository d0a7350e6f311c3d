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
