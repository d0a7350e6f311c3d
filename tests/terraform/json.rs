//! Terraform's JSON form, and the files of OpenTofu.

use crate::case::{Case, show};

/// A root module of one JSON file.
fn json(text: &str) -> Case {
    Case::default().file("main.tf.json", text)
}

#[test]
fn values_point_into_the_texts_that_hold_them() {
    let it = json(
        r#"{
          "variable": {"cidr": {"type": "string", "default": "0.0.0.0/0"}},
          "locals": {"all": ["${var.cidr}", "10.0.0.0/8"]},
          "resource": {"aws_x": {"y": {"first": "${local.all[0]}", "quoted": "a-${upper(\"b\")}", "all": "${local.all}"}}}
        }"#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.addresses(), ["aws_x.y"]);
    assert_eq!(
        it.way(&it.value("aws_x.y.first")),
        [
            r#"written "0.0.0.0/0""#,
            r#"default of the variable: "0.0.0.0/0""#,
            "used here: var.cidr",
            r#"local value: ["${var.cidr}", "10.0.0.0/8"]"#,
            "used here: local.all[0]",
        ]
    );
    assert_eq!(it.shown("aws_x.y.quoted"), r#""a-B""#);
    assert_eq!(it.way(&it.value("aws_x.y.all").members()[1])[0], r#"written "10.0.0.0/8""#);
    let resource = &it.configuration.resources[0];
    assert_eq!(it.sources.text(resource.head), r#""y""#);
    assert!(it.sources.text(resource.span).starts_with(r#""y": {"first""#));
}

#[test]
fn blocks_and_dynamic_blocks_are_what_they_are_in_hcl() {
    let it = json(
        r#"{
          "locals": {"ports": [22, 80]},
          "resource": {"aws_x": {"y": [{
            "//": "a comment",
            "rule": [{"port": 1, "cidrs": ["a"]}],
            "dynamic": {"ingress": [{
              "for_each": "${local.ports}",
              "iterator": "it",
              "content": {"from": "${it.value}", "//": "no attribute"}
            }]},
            "config": {"on": true, "dynamic": {"inner": {"for_each": ["p"], "content": {"v": "${inner.value}"}}}},
            "tags": {"//": "kept", "a": "${local.ports[0]}"},
            "lifecycle": {"ignore_changes": ["rule"]},
            "depends_on": ["aws_x.z"]
          }], "z": {}}}
        }"#,
    )
    .evaluate()
    .without_problems();
    assert_eq!(it.shown("aws_x.y.rule"), r#"[{cidrs = ["a"], port = 1}]"#);
    assert_eq!(it.shown("aws_x.y.ingress"), "[{from = 22}, {from = 80}]");
    assert_eq!(it.shown("aws_x.y.config"), r#"[{inner = [{v = "p"}], on = true}]"#);
    assert_eq!(it.shown("aws_x.y.tags"), r#"{// = "kept", a = 22}"#);
    let resource = it.configuration.resources.iter().find(|it| &*it.address == "aws_x.y").unwrap();
    assert!(!resource.attributes.contains_key("lifecycle") && !resource.attributes.contains_key("//"));
}

#[test]
fn what_is_broken_costs_its_block_and_is_told_where_it_is() {
    for (text, place, code) in [
        (
            r#"{"output": {"o": {"value": 1}}, "resource": {"aws_x": {"y": {"a": "b ${1 +* 2}"}}}}"#,
            "*",
            "hcl-syntax",
        ),
        (
            r#"{"output": {"o": {"value": 1}}, "resource": {"aws_x": {"y": "text"}}}"#,
            r#""text""#,
            "invalid-block",
        ),
        (r#"{"output": {"o": {"value": 1}}, "outputs": {}}"#, r#""outputs""#, "unknown-block"),
        (r#"{"output": {"o": {"value": 0, "value": 1}}}"#, r#""value""#, "json-syntax"),
        (r#"{"output": {"o": {"value": 1}}, "variable": {"v": {"type": "list("}}}"#, "(", "hcl-syntax"),
    ] {
        let it = json(text).evaluate();
        let told: Vec<_> = it
            .configuration
            .problems
            .iter()
            .map(|problem| (problem.code, it.sources.text(problem.span.unwrap()), problem.help.is_some()))
            .collect();
        assert_eq!(told, [(code, place.to_owned(), true)], "{text}");
        assert_eq!(show(&it.output("o")), "1", "{text}");
        assert_eq!(it.addresses(), [""; 0], "{text}");
    }
    let broken = json(r#"{"output": {"o": {"value": 1}}"#).evaluate();
    assert_eq!(broken.configuration.problems[0].code, "json-syntax");
}

#[test]
fn a_file_of_opentofu_hides_that_of_terraform() {
    let it = Case::new("output \"o\" { value = \"terraform\" }")
        .file("main.tofu", "output \"o\" { value = \"opentofu\" }")
        .file("x.tf.json", r#"{"output": {"p": {"value": "terraform"}}}"#)
        .file("x.tofu.json", r#"{"output": {"p": {"value": "opentofu"}}}"#)
        .file("main_override.tofu", "output \"p\" { value = \"overridden\" }")
        .file("m/a.tf", "output \"o\" { value = \"terraform\" }")
        .file("m/a.tofu", "output \"o\" { value = \"opentofu\" }")
        .file("more.tf", "module \"m\" { source = \"./m\" }\noutput \"m\" { value = module.m.o }")
        .evaluate()
        .without_problems();
    let shown: Vec<_> = ["o", "p", "m"].iter().map(|name| show(&it.output(name))).collect();
    assert_eq!(shown, [r#""opentofu""#, r#""overridden""#, r#""opentofu""#]);
}

#[test]
fn hostile_json_ends_in_a_problem() {
    let deep = format!("{{\"locals\": {{\"a\": {}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{{\"locals\": {{\"a\": \"{}1{}\"}}}}", "${".repeat(50_000), "}".repeat(50_000));
    for text in [deep, nested] {
        let it = json(&text).evaluate();
        assert_eq!(it.configuration.problems.len(), 1, "{:?}", it.configuration.problems.len());
    }
}
