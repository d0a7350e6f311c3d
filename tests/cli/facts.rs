//! `sglint facts`.

use serde_json::Value;

use crate::run::Folder;

const GROUP: &str = r#"variable "vpc_id" {}
variable "office" {}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Admits the office"
  vpc_id      = var.vpc_id

  ingress {
    description = "shell"
    protocol    = "tcp"
    from_port   = 8000
    to_port     = 8100
    cidr_blocks = ["10.0.0.0/8", var.office]
  }
}
"#;

fn facts(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let ran = folder.run(&[&["facts", "--format", "json"], arguments].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(document["schema_version"], "1.0");
    document["facts"].as_array().expect("a list").clone()
}

#[test]
fn a_fact_has_what_is_known_and_says_why_the_rest_is_not() {
    let folder = Folder::new(&[("main.tf", GROUP)]);
    let group = &facts(&folder, &["--kind", "group"])[0];
    insta::assert_snapshot!(serde_json::to_string_pretty(group).unwrap(), @r#"
    {
      "causes": {
        "vpc": {
          "class": "input without a value",
          "message": "variable vpc_id has no value",
          "span": {
            "end": {
              "byte": 17,
              "column": 18,
              "line": 1
            },
            "path": "main.tf",
            "start": {
              "byte": 0,
              "column": 1,
              "line": 1
            }
          }
        }
      },
      "fields": {
        "admits_others": true,
        "associated": false,
        "attached": false,
        "create_before_destroy": false,
        "default_egress": false,
        "deletion_policy": "delete",
        "description": "Admits the office",
        "egress_rules": 0,
        "exported": false,
        "has_inline_rules": true,
        "has_name": true,
        "has_rule_resources": false,
        "has_rules": true,
        "has_standalone_rules": false,
        "has_vpc_rule_resources": false,
        "ingress_rules": 2,
        "language": "terraform",
        "name": "web",
        "name_bad_characters": "",
        "name_length": 3,
        "name_problem": "",
        "name_reserved": false,
        "name_taken_by": "",
        "name_trailing_space": false,
        "peer": false,
        "prevent_destroy": false,
        "redundancy": "none",
        "redundant_with": "",
        "repeated_tag_key": "",
        "replacement_problem": "",
        "role": "declared",
        "rule_conflict": "none",
        "rule_conflict_text": "",
        "rules": 2,
        "shared": false,
        "subject": "aws_security_group.web",
        "tag_keys": [],
        "tags": {},
        "tiers": [],
        "update_replace_policy": "delete",
        "used": false
      },
      "kind": "group",
      "places": {
        "description": {
          "end": {
            "byte": 138,
            "column": 36,
            "line": 6
          },
          "path": "main.tf",
          "start": {
            "byte": 119,
            "column": 17,
            "line": 6
          }
        },
        "name": {
          "end": {
            "byte": 102,
            "column": 22,
            "line": 5
          },
          "path": "main.tf",
          "start": {
            "byte": 97,
            "column": 17,
            "line": 5
          }
        },
        "rules": {
          "end": {
            "byte": 323,
            "column": 4,
            "line": 15
          },
          "path": "main.tf",
          "start": {
            "byte": 169,
            "column": 3,
            "line": 9
          }
        }
      },
      "span": {
        "end": {
          "byte": 78,
          "column": 36,
          "line": 4
        },
        "path": "main.tf",
        "start": {
          "byte": 43,
          "column": 1,
          "line": 4
        }
      },
      "subject": "aws_security_group.web",
      "uncertain": null,
      "unit": ".",
      "unknown": {
        "vpc": "variable vpc_id has no value (main.tf:1:1)"
      }
    }
    "#);
}

#[test]
fn a_set_of_which_a_part_is_known_is_both() {
    let folder = Folder::new(&[("main.tf", GROUP)]);
    let facts = facts(&folder, &["--kind", "exposure"]);
    let [exposure] =
        facts.iter().filter(|fact| fact["fields"]["direction"] == "ingress").collect::<Vec<_>>()[..]
    else {
        panic!("one exposure: {facts:#?}")
    };
    assert_eq!(exposure["fields"]["tcp_ports"], serde_json::json!(["8000-8100"]));
    assert_eq!(exposure["fields"]["addresses"], serde_json::json!(["10.0.0.0/8"]));
    assert_eq!(exposure["unknown"]["addresses"], "variable office has no value (main.tf:2:1)");
    assert_eq!(exposure["causes"]["addresses"]["class"], "input without a value");
}

#[test]
fn the_human_form_has_a_block_for_each() {
    let folder = Folder::new(&[("main.tf", GROUP)]);
    insta::assert_snapshot!(folder.run(&["facts", "--kind", "permission,exposure"]).all(), @r#"
    status: 0
    --- stdout
    permission aws_security_group.web  (main.tf:9:3)
      language               "terraform"
      direction              "ingress"
      group                  "aws_security_group.web"
      group_role             "declared"
      group_name             "web"
      group_tags             []
      group_tiers            []
      carrier_roles          []
      description            "shell"
      form                   "inline"
      protocol               "tcp"
      protocol_valid         true
      protocol_problem       "none"
      protocol_problem_text  ""
      for_answers            false
      ports                  8000-8100
      port_count             101
      all_ports              false
      port_range             "8000-8100"
      ports_ignored          false
      ports_refused          false
      range_problem          "none"
      traffic                "TCP 8000-8100 (HTTP)"
      range_problem_text     ""
      peer_kind              "cidr"
      peer                   "10.0.0.0/8"
      rule_peers             "10.0.0.0/8 and peers that are not known"
      peer_words             "10.0.0.0/8"
      substitute             ""
      peer_trusted           false
      peer_addresses         10.0.0.0/8
      peer_family            "ipv4"
      peer_prefix            8
      peer_name              ""
      peer_tags              []
      cidr_problem           "none"
      cidr_problem_text      ""
      cidr_canonical         true
      cidr_canonical_text    "10.0.0.0/8"
      taggable               false
      tags                   []
      tag_keys               []
      repeated_tag_key       ""
      no_egress_idiom        false

    permission aws_security_group.web  (main.tf:9:3)
      language               "terraform"
      direction              "ingress"
      group                  "aws_security_group.web"
      group_role             "declared"
      group_name             "web"
      group_tags             []
      group_tiers            []
      carrier_roles          []
      description            "shell"
      form                   "inline"
      protocol               "tcp"
      protocol_valid         true
      protocol_problem       "none"
      protocol_problem_text  ""
      for_answers            false
      ports                  8000-8100
      port_count             101
      all_ports              false
      port_range             "8000-8100"
      ports_ignored          false
      ports_refused          false
      range_problem          "none"
      traffic                "TCP 8000-8100 (HTTP)"
      range_problem_text     ""
      peer_kind              unknown: variable office has no value (main.tf:2:1)
      peer                   unknown: variable office has no value (main.tf:2:1)
      rule_peers             "10.0.0.0/8 and peers that are not known"
      peer_words             unknown: variable office has no value (main.tf:2:1)
      substitute             ""
      peer_trusted           false
      peer_addresses         unknown: variable office has no value (main.tf:2:1)
      peer_family            unknown: variable office has no value (main.tf:2:1)
      peer_prefix            unknown: variable office has no value (main.tf:2:1)
      peer_name              unknown: variable office has no value (main.tf:2:1)
      peer_tags              unknown: variable office has no value (main.tf:2:1)
      cidr_problem           unknown: variable office has no value (main.tf:2:1)
      cidr_problem_text      unknown: variable office has no value (main.tf:2:1)
      cidr_canonical         unknown: variable office has no value (main.tf:2:1)
      cidr_canonical_text    unknown: variable office has no value (main.tf:2:1)
      taggable               false
      tags                   []
      tag_keys               []
      repeated_tag_key       ""
      no_egress_idiom        false

    exposure aws_security_group.web  (main.tf:9:3)
      language            "terraform"
      direction           "ingress"
      group               "aws_security_group.web"
      group_role          "declared"
      group_name          "web"
      group_tags          []
      world               unknown: variable office has no value (main.tf:2:1)
      ipv4_world          unknown: variable office has no value (main.tf:2:1)
      ipv6_world          unknown: variable office has no value (main.tf:2:1)
      families            unknown: variable office has no value (main.tf:2:1)
      trusted             false
      addresses           at least 10.0.0.0/8; more is unknown: variable office has no value (main.tf:2:1)
      address_text        unknown: variable office has no value (main.tf:2:1)
      audience            unknown: variable office has no value (main.tf:2:1)
      all_protocols       false
      protocols           [tcp]
      tcp_ports           8000-8100
      udp_ports           none
      unlisted_tcp_ports  8000-8100
      unlisted_udp_ports  none
      only_listed         false
      all_ports           false
      services            "TCP 8000-8100 (HTTP)"
      asymmetric          false
      restricted_family   ""
      restricted_to       ""
      carrier_roles       []
      on_private          false
      private_carriers    ""

    3 facts
    --- stderr
    "#);
}

#[test]
fn the_same_inputs_as_for_check_count() {
    let folder = Folder::new(&[("main.tf", GROUP), ("prod.tfvars", "vpc_id = \"vpc-12345678\"\n")]);
    let group = &facts(&folder, &["main.tf", "--var-file", "prod.tfvars", "--kind", "group"])[0];
    assert_eq!(group["fields"]["vpc"], "vpc-12345678");
}

#[test]
fn problems_are_told_aside_and_unreadable_files_fail() {
    let folder = Folder::new(&[("main.tf", GROUP), ("broken.tf", "resource {")]);
    let ran = folder.run(&["facts", "--kind", "share"]);
    insta::assert_snapshot!(ran.all(), @r"
    status: 2
    --- stdout
    0 facts
    --- stderr
      error[hcl-syntax] this `{` is not closed
       ╭─[broken.tf:1:10]
     1 │ resource {
       ·          ─
       ╰────
      help: write the missing `}`; what stands in between was not judged
    ");
    let ran = folder.run(&["facts", "--kind", "nothing"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("permission"), "{}", ran.stderr);
}

#[test]
fn facts_of_a_template_are_those_of_its_default_parameters() {
    let template = r#"{"Parameters": {"Open": {"Type": "String", "Default": "no", "AllowedValues": ["no", "yes"]}},
      "Conditions": {"IsOpen": {"Fn::Equals": [{"Ref": "Open"}, "yes"]}},
      "Resources": {"Web": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "web",
        "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
          "CidrIp": {"Fn::If": ["IsOpen", "0.0.0.0/0", "10.0.0.0/8"]}}]}}}}"#;
    let folder = Folder::new(&[("stack.json", template)]);
    let permissions = facts(&folder, &["--kind", "permission"]);
    let peers: Vec<_> = permissions.iter().map(|fact| fact["fields"]["peer"].as_str().unwrap()).collect();
    assert_eq!(peers, ["0.0.0.0/0", "10.0.0.0/8"], "the egress that nobody wrote, and the ingress rule");
}
