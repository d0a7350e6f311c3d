//! `--parameters`: what is set, and what is said when it cannot be.

use crate::run::Folder;

const TEMPLATE: &str = r#"Parameters:
  Office: {Type: String, Default: 10.0.0.0/8}
  Port: {Type: Number, Default: 443, MinValue: 1, MaxValue: 65535}
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Vpc: {Type: AWS::EC2::VPC::Id, Default: vpc-1}
  Zones: {Type: CommaDelimitedList, Default: "a,b", AllowedPattern: "[a-z]"}
  Secret: {Type: String, NoEcho: true, MinLength: 8, Default: longer-than-that}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: !Ref Office, Description: it}
        - !If [IsProd, {IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0, Description: it}, !Ref AWS::NoValue]
      SecurityGroupEgress:
        - {IpProtocol: "-1", CidrIp: 127.0.0.1/32, Description: none}
"#;

fn check(parameters: &str, more: &[&str]) -> String {
    let folder = Folder::new(&[("web.yaml", TEMPLATE), ("parameters.json", parameters)]);
    let arguments =
        [&["check", "--select", "admin-port-open-to-world", "--format", "concise", "-v"], more].concat();
    folder.run(&arguments).all()
}

#[test]
fn every_form_of_a_parameters_file_says_the_same() {
    let forms = [
        r#"[{"ParameterKey": "Office", "ParameterValue": "0.0.0.0/0"}, {"ParameterKey": "Port", "ParameterValue": "22"}]"#,
        r#"["Office=0.0.0.0/0", "Port=22"]"#,
        r#"{"Parameters": {"Office": "0.0.0.0/0", "Port": 22}, "Tags": {"Team": "a"}}"#,
        r#"{"Office": "0.0.0.0/0", "Port": "22"}"#,
        "Office: 0.0.0.0/0\nPort: 22\n",
        "template-file-path: web.yaml\nparameters:\n  Office: 0.0.0.0/0\n  Port: '22'\n",
        "- ParameterKey: Office\n  ParameterValue: 0.0.0.0/0\n- ParameterKey: Port\n  ParameterValue: 22\n",
    ];
    for form in forms {
        let ran = check(form, &["--parameters", "parameters.json"]);
        assert!(
            ran.contains("web.yaml:17:77: critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on Web"),
            "{form}\n{ran}"
        );
        assert!(ran.starts_with("status: 1"), "{form}\n{ran}");
    }
}

#[test]
fn a_diagnostic_points_into_the_parameters_file() {
    let folder = Folder::new(&[
        ("web.yaml", TEMPLATE),
        ("live/office.yaml", "# who may come in\nOffice: &all 0.0.0.0/0\nPort: 22\n"),
    ]);
    let arguments = [
        "check",
        "--select",
        "admin-port-open-to-world",
        "--parameters",
        "live/office.yaml",
        "--parameters",
        "Port=3389",
    ];
    insta::assert_snapshot!(folder.run(&arguments).all(), @"
    status: 1
    --- stdout
      critical[admin-port-open-to-world] RDP (3389/tcp) open to the whole IPv4 internet on Web
        ╭─[web.yaml:17:77]
     16 │       SecurityGroupIngress:
     17 │         - {IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: !Ref Office, Description: it}
        ·                                       ────┬────                             ─────┬─────
        ·                                           │                                      ╰── every IPv4 address
        ·                                           ╰── ports
     18 │         - !If [IsProd, {IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0, Description: it}, !Ref AWS::NoValue]
        ╰────
       ╭─[live/office.yaml:2:14]
     1 │ # who may come in
     2 │ Office: &all 0.0.0.0/0
       ·              ────┬────
       ·                  ╰── set in the parameters file
     3 │ Port: 22
       ╰────
       ╭─[--parameters:1:6]
     1 │ Port=3389
       ·      ──┬─
       ·        ╰── set by --parameters
       ╰────
      help: Admit only the addresses that administrators come from. Or drop the rule and use Session
            Manager, which needs no open port, or an EC2 Instance Connect Endpoint, and open the port to
            its group only.
      more: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13

    1 diagnostic (1 critical) in 1 file; 1 possible (--possible shows them)
    --- stderr
    ");
}

#[test]
fn what_is_set_is_no_longer_a_choice_and_the_last_one_wins() {
    let possible = |more: &[&str]| {
        let folder = Folder::new(&[("web.yaml", TEMPLATE), ("a.json", r#"{"Env": "prod"}"#)]);
        let fixed = ["check", "--possible", "--select", "admin-port-open-to-world", "--format", "concise"];
        folder.run(&[&fixed, more].concat()).stdout
    };
    assert!(possible(&[]).contains(r#"on Web when Env is "prod""#));
    assert_eq!(possible(&["--parameters", "Env=dev"]), "");
    assert!(possible(&["--parameters", "a.json"]).ends_with("on Web\n"));
    assert_eq!(possible(&["--parameters", "a.json", "--parameters", "Env=dev"]), "");
    assert!(possible(&["--parameters", "Env=dev", "--parameters", "a.json"]).ends_with("on Web\n"));
}

#[test]
fn what_the_template_would_refuse_is_said_where_it_is_set() {
    let file = r#"[
  {"ParameterKey": "Port", "ParameterValue": "70000"},
  {"ParameterKey": "Env", "ParameterValue": "test"},
  {"ParameterKey": "Vpc", "ParameterValue": "subnet-1"},
  {"ParameterKey": "Zones", "ParameterValue": "a, B"},
  {"ParameterKey": "Secret", "ParameterValue": "hunter2"},
  {"ParameterKey": "Ofice", "ParameterValue": "10.0.0.0/8"},
  {"ParameterKey": "Office", "UsePreviousValue": true},
  {"ParameterKey": "Office2"},
  {"ParameterKey": "Port", "ParameterValue": {"a": 1}},
  7
]"#;
    let ran = check(file, &["--parameters", "parameters.json", "--parameters", "Vpcs=vpc-1"]);
    assert!(!ran.contains("hunter2"), "{ran}");
    insta::assert_snapshot!(ran, @"
    status: 0
    --- stdout
    --- stderr
    --parameters:1:1: warning[undeclared-parameter] no template that is judged declares a parameter Vpcs (did you mean `Vpc`?)
    parameters.json:2:46: warning[parameter-refused] the value of parameter Port must be at most its MaxValue 65535 (set a value that CloudFormation accepts; what depends on the parameter is not judged)
    parameters.json:3:20: warning[not-judged] Web is not judged by admin-port-open-to-world: the value of parameter Env must be one of its AllowedValues: dev, prod (correct the expression)
    parameters.json:3:45: warning[parameter-refused] the value of parameter Env must be one of its AllowedValues: dev, prod (set a value that CloudFormation accepts; what depends on the parameter is not judged)
    parameters.json:4:45: warning[parameter-refused] the value of parameter Vpc must be an id that starts with vpc- (AWS::EC2::VPC::Id) (set a value that CloudFormation accepts; what depends on the parameter is not judged)
    parameters.json:5:47: warning[parameter-refused] the value of parameter Zones must match its AllowedPattern [a-z] (set a value that CloudFormation accepts; what depends on the parameter is not judged)
    parameters.json:7:20: warning[undeclared-parameter] no template that is judged declares a parameter Ofice (did you mean `Office`?)
    parameters.json:8:20: warning[not-judged] Web is not judged by admin-port-open-to-world: the value that Office has in the deployed stack is looked up when deployed (known only when deployed: review it there)
    parameters.json:9:3: warning[parameters-file] this sets no parameter (write `ParameterKey` and `ParameterValue`, `Key=Value`, or a mapping of names to values)
    parameters.json:10:46: warning[parameters-file] this sets no parameter (write `ParameterKey` and `ParameterValue`, `Key=Value`, or a mapping of names to values)
    parameters.json:11:3: warning[parameters-file] this sets no parameter (write `ParameterKey` and `ParameterValue`, `Key=Value`, or a mapping of names to values)
    web.yaml:7:3: warning[parameter-refused] the value of parameter Secret must be at least its MinLength 8 (set a value that CloudFormation accepts; what depends on the parameter is not judged)
    no diagnostics in 1 file; 12 not judged
    ");
}

#[test]
fn a_file_that_cannot_be_read_does_not_lose_the_rest() {
    let whole = r#"[{"ParameterKey": "Port", "ParameterValue": "22"}, {"ParameterKey": "Office", "ParameterValue": "0.0.0.0/0"}]"#;
    for length in (0..whole.len()).step_by(9) {
        let ran = check(&whole[..length], &["--parameters", "parameters.json"]);
        assert!(!ran.contains("internal-error"), "{ran}");
        assert!(ran.starts_with("status: 2"), "{length}: {ran}");
    }
    let words = ["parameters.json", "gone.json", ".", "Port=22"];
    let arguments: Vec<_> = words.iter().flat_map(|word| ["--parameters", word]).collect();
    insta::assert_snapshot!(check(&whole[..60], &arguments), @"
    status: 2
    --- stdout
    --- stderr
    .: error[unreadable-file] . is not a regular file (give --parameters a file of parameter values, or NAME=VALUE)
    gone.json: error[unreadable-file] cannot read gone.json: No such file or directory (os error 2) (give --parameters a file of parameter values, or NAME=VALUE)
    parameters.json:1:53: error[json-syntax] this quoted text never ends (add the closing quote)
    no diagnostics in 1 file; 1 possible (--possible shows them), 3 not judged
    ");
}
