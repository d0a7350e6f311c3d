//! Templates that call, include and import each other in ways that cannot be deployed.

use super::{Outcome, check, folder, repeat};

fn judged(files: &[(&str, &str)]) -> Outcome {
    check(&folder(files))
}

/// Codes and places of the problems.
fn causes(outcome: &Outcome) -> Vec<&str> {
    let places = outcome.problems.iter().map(|problem| problem.split(": ").next().unwrap_or_default());
    places.filter(|place| !place.contains(" not-judged ")).collect()
}

fn stack(name: &str, url: &str) -> String {
    format!("  {name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: '{url}'}}}}\n")
}

const GROUP: &str = "  Bad: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: bad}}\n";

#[test]
fn a_stack_that_nests_itself() {
    let own = format!("Resources:\n{GROUP}{}", stack("Own", "own.yaml"));
    let outcome = judged(&[("bad/own.yaml", &own)]);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(causes(&outcome), ["error stack-cycle bad/own.yaml:3:3"]);
}

#[test]
fn stacks_that_nest_each_other() {
    let one = format!("Resources:\n{GROUP}{}", stack("Other", "other.yaml"));
    let other = format!("Resources:\n{GROUP}{}", stack("One", "./one.yaml"));
    let outcome = judged(&[("bad/one.yaml", &one), ("bad/other.yaml", &other)]);
    assert_eq!((outcome.status, outcome.groups), (2, 2));
    assert_eq!(causes(&outcome), ["error stack-cycle bad/other.yaml:3:3"]);
}

#[test]
fn stacks_that_need_each_other() {
    let parent = "Resources:
  A:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {In: !GetAtt B.Outputs.Out}}
  B:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {In: !GetAtt A.Outputs.Out}}
";
    let child = format!(
        "Parameters:\n  In: {{Type: String}}\nResources:\n{GROUP}Outputs:\n  Out: {{Value: !Ref In}}\n"
    );
    let outcome = judged(&[("bad/parent.yaml", parent), ("bad/child.yaml", &child)]);
    assert_eq!((outcome.status, outcome.groups), (1, 2));
    assert_eq!(causes(&outcome), ["warning invalid-intrinsic bad/parent.yaml:4:68"]);
}

#[test]
fn a_thousand_nested_stacks() {
    let stacks = repeat(1000, |number| stack(&format!("S{number}"), "child.yaml"));
    let parent = format!("Resources:\n{stacks}");
    let child = format!("Resources:\n{GROUP}");
    let outcome = judged(&[("bad/parent.yaml", &parent), ("bad/child.yaml", &child)]);
    assert_eq!((outcome.status, outcome.groups), (1, 1000), "{:?}", outcome.problems);
}

#[test]
fn stacks_that_multiply() {
    let level = |number: usize| {
        let stacks = repeat(40, |index| stack(&format!("S{index}"), &format!("{}.yaml", number + 1)));
        format!("Resources:\n{GROUP}{stacks}")
    };
    let files: Vec<(String, String)> =
        (0..20).map(|number| (format!("bad/{number}.yaml"), level(number))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let outcome = judged(&files);
    assert_eq!(outcome.status, 2);
    assert!(
        causes(&outcome).iter().any(|cause| cause.starts_with("error evaluation-limit bad/")),
        "{:?}",
        causes(&outcome)
    );
}

#[test]
fn a_chain_of_stacks_that_wait_for_the_next() {
    let stacks = repeat(1000, |number| {
        let next = 999 - number;
        format!(
            "  S{next}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: child.yaml, Parameters: {{In: !GetAtt S{}.Outputs.Out}}}}\n",
            next + 1
        )
    });
    let parent = format!(
        "Resources:\n{stacks}  S1000:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: child.yaml, Parameters: {{In: a}}}}\n"
    );
    let parent: String = {
        let mut entries: Vec<&str> = parent.split("\n  S").skip(1).collect();
        entries.reverse();
        format!(
            "Resources:\n{}",
            repeat(entries.len(), |index| format!("  S{}\n", entries[index].trim_end()))
        )
    };
    let child = format!(
        "Parameters:\n  In: {{Type: String}}\nResources:\n{GROUP}Outputs:\n  Out: {{Value: !Ref In}}\n"
    );
    let outcome = judged(&[("bad/parent.yaml", &parent), ("bad/child.yaml", &child)]);
    assert_eq!(outcome.status, 2, "{:?}", outcome.problems);
    assert!(outcome.groups > 0);
}

#[test]
fn files_outside_of_the_tree() {
    let outside = "Resources:
  Up: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../../../../../etc/passwd}}
  Root: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: /etc/passwd}}
  Bad:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: bad
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: linked.yaml}}
";
    let folder = folder(&[("bad/t.yaml", outside)]);
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("secret.yaml"), "GroupName: secret\n").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.path().join("secret.yaml"), folder.path("bad/linked.yaml"))
        .expect("a link");
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    let refused: Vec<_> =
        causes(&outcome).into_iter().filter(|cause| cause.starts_with("warning file-not-read")).collect();
    assert_eq!(
        refused,
        [
            "warning file-not-read bad/t.yaml:2:68",
            "warning file-not-read bad/t.yaml:3:70",
            "warning file-not-read bad/t.yaml:8:66",
        ],
        "{:?}",
        outcome.problems
    );
}

#[test]
fn bodies_and_parts_that_cannot_be_read() {
    let set = "Resources:
  Bad: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: bad}}
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: x
      TemplateBody: |
        Resources:
          A: [
        B: }
";
    let parent = format!("Resources:\n{}", stack("Part", "part.yaml"));
    let outcome = judged(&[
        ("bad/set.yaml", set),
        ("bad/parent.yaml", &parent),
        ("bad/part.yaml", "Resources:\n  A: [\n"),
        ("bad/serverless.yml", "service: x\nprovider: {name: aws}\nresources: [\n"),
    ]);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    let causes = causes(&outcome);
    for wanted in [
        "error yaml-syntax bad/part.yaml:",
        "error yaml-syntax bad/serverless.yml:",
        "error yaml-syntax bad/set.yaml:",
    ] {
        assert!(causes.iter().any(|cause| cause.starts_with(wanted)), "{wanted}: {causes:?}");
    }
}

#[test]
fn a_manifest_cut_in_half() {
    let manifest =
        r#"{"version": "36.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack", "prop"#;
    let shop = format!("Resources:\n{GROUP}");
    let outcome = judged(&[("bad/manifest.json", manifest), ("bad/Shop.template.yaml", &shop)]);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(causes(&outcome).len(), 1, "{:?}", outcome.problems);
    assert!(
        causes(&outcome)[0].starts_with("error json-syntax bad/manifest.json:1:"),
        "{:?}",
        outcome.problems
    );
}

#[test]
fn exports_in_a_circle_and_twice() {
    let template = |group: &str, imported: &str, exported: &str| {
        format!(
            "Resources:\n  {group}:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {{GroupDescription: bad, VpcId: !ImportValue {imported}}}\n\
             Outputs:\n  O: {{Value: !ImportValue {imported}, Export: {{Name: {exported}}}}}\n"
        )
    };
    let outcome = judged(&[
        ("bad/a.yaml", &template("A", "b", "a")),
        ("bad/b.yaml", &template("B", "a", "b")),
        ("bad/c.yaml", &template("C", "c", "c")),
        ("bad/d.yaml", &template("D", "x", "d")),
        ("bad/e.yaml", &template("E", "d", "d")),
    ]);
    assert_eq!((outcome.status, outcome.groups), (1, 5), "{:?}", outcome.problems);
    assert_eq!(
        causes(&outcome),
        ["warning invalid-intrinsic bad/c.yaml:4:48", "warning invalid-intrinsic bad/c.yaml:6:14"],
        "{:?}",
        outcome.problems
    );
}

#[test]
fn variables_that_lead_to_each_other() {
    let pairs = repeat(30, |number| {
        format!("  v{number}: '${{self:custom.v{0}}}${{self:custom.v{0}}}'\n", number + 1)
    });
    let service = format!(
        "service: x\nprovider: {{name: aws}}\ncustom:\n  a: ${{self:custom.b}}\n  b: ${{self:custom.a}}\n{pairs}  v30: {}\n\
         resources:\n  Resources:\n    Bad:\n      Type: AWS::EC2::SecurityGroup\n      Properties: {{GroupDescription: '${{self:custom.a}}${{self:custom.v0}}'}}\n",
        "x".repeat(100)
    );
    let outcome = judged(&[("bad/serverless.yml", &service)]);
    assert_eq!((outcome.status, outcome.groups), (1, 1), "{:?}", outcome.problems);
}
