#!/usr/bin/env python3
"""Records the security groups that moto makes of the templates in tests/oracle/templates.

Usage: record_moto.py [--score] [FOLDER [RECORDS.json]]

moto (pip install 'moto[cloudformation,ec2,ssm]') deploys a template into its model of EC2; nothing leaves the
machine. Beside NAME.yaml may stand NAME.parameters.json in the form of the AWS CLI. For each template the record
holds the groups by logical id, each with its description and its rules as describe-security-groups gives them:
direction, protocol, first port, last port, peer, description. Groups and prefix lists are named by logical id,
"VPC (default group)" is what a VPC brings along.

What moto does here: parameters, conditions, mappings, functions, the order of resources, and EC2's own sets of
rules, in which equal ones are refused. What it does not do:

- It knows nothing of the language extensions, and its reader of YAML not of !Condition. cfn-lint, which comes
  with it, reads the templates and writes the extensions out first.
- Its way from properties to EC2 drops egress, IPv6, prefix lists and descriptions, and stops at rules without
  ports. The classes below hand the properties, as moto evaluated them, to the calls of EC2 that CloudFormation's
  reference documents; the statements in brackets are those that the tests cite.

With --score nothing is written: the script tells how many templates of FOLDER moto deploys.
"""

import json
import logging
import os
import pathlib
import sys

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
    os.environ[name] = "testing"

import boto3  # noqa: E402
import cfnlint.decode  # noqa: E402
from cfnlint.template import Template  # noqa: E402
from cfnlint.template.transforms._language_extensions import language_extension  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.core.common_models import CloudFormationModel  # noqa: E402
from moto.ec2.models import ec2_backends, security_groups  # noqa: E402

HERE = pathlib.Path(__file__).parent
REGION = "us-east-1"
PEERS = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
)


class Made:
    """A resource that a call of EC2 made: what Ref and GetAtt give."""

    # Where moto's registry looks for the name of the service.
    __module__ = "moto.ec2.oracle"

    def __init__(self, identity, attributes=()):
        self.identity = identity
        self.attributes = dict(attributes)

    @property
    def physical_resource_id(self):
        return self.identity

    def is_created(self):
        return True

    @classmethod
    def has_cfn_attr(cls, attribute):
        return True

    def get_cfn_attribute(self, attribute):
        return self.attributes[attribute]

    @staticmethod
    def cloudformation_name_type():
        return ""


def client():
    return boto3.client("ec2", REGION)


def text(value):
    """A scalar as CloudFormation turns it into text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def permission(rule):
    """One rule of a template as the API takes it."""
    made = {"IpProtocol": str(rule["IpProtocol"])}
    for port in ("FromPort", "ToPort"):
        if rule.get(port) is not None:
            made[port] = int(rule[port])
    said = {"Description": text(rule["Description"])} if rule.get("Description") else {}
    if rule.get("CidrIp"):
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **said}]
    if rule.get("CidrIpv6"):
        made["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **said}]
    for name in ("SourcePrefixListId", "DestinationPrefixListId"):
        if rule.get(name):
            made["PrefixListIds"] = [{"PrefixListId": rule[name], **said}]
    for name in ("SourceSecurityGroupId", "DestinationSecurityGroupId"):
        if rule.get(name):
            made["UserIdGroupPairs"] = [{"GroupId": rule[name], **said}]
    if rule.get("SourceSecurityGroupName"):
        made["UserIdGroupPairs"] = [{"GroupName": rule["SourceSecurityGroupName"], **said}]
    return made


def properties_of(resource):
    return resource.get("Properties") or {}


def entries(properties, name):
    """AWS::NoValue takes an entry away; moto leaves a hole."""
    return [entry for entry in properties.get(name) or [] if entry]


def make_group(cls, name, resource, account, region, **_):
    properties = properties_of(resource)
    made = dict(GroupName=properties.get("GroupName") or name, Description=text(properties["GroupDescription"]))
    if properties.get("VpcId"):
        made["VpcId"] = properties["VpcId"]
    group = client().create_security_group(**made)["GroupId"]
    for rule in entries(properties, "SecurityGroupIngress"):
        client().authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(rule)])
    egress = entries(properties, "SecurityGroupEgress")
    if egress:
        # The first entry takes the rule away that every group starts with [EG-04].
        standing = client().describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
        client().revoke_security_group_egress(GroupId=group, IpPermissions=standing)
    for rule in egress:
        client().authorize_security_group_egress(GroupId=group, IpPermissions=[permission(rule)])
    return ec2_backends[account][region].get_security_group_from_id(group)


def group_of(properties):
    if properties.get("GroupId"):
        return {"GroupId": properties["GroupId"]}
    return {"GroupName": properties["GroupName"]}


def make_ingress(cls, name, resource, account, region, **_):
    properties = properties_of(resource)
    client().authorize_security_group_ingress(**group_of(properties), IpPermissions=[permission(properties)])
    return Made(name)


class Egress(Made, CloudFormationModel):
    """Adds to what the group has; takes nothing away [EG-05]."""

    __module__ = Made.__module__

    @staticmethod
    def cloudformation_type():
        return "AWS::EC2::SecurityGroupEgress"

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account, region, **_):
        properties = properties_of(resource)
        client().authorize_security_group_egress(
            GroupId=properties["GroupId"], IpPermissions=[permission(properties)]
        )
        return Made(name)


class PrefixList(Made, CloudFormationModel):
    __module__ = Made.__module__

    @staticmethod
    def cloudformation_type():
        return "AWS::EC2::PrefixList"

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account, region, **_):
        properties = properties_of(resource)
        made = client().create_managed_prefix_list(
            PrefixListName=str(properties["PrefixListName"]),
            AddressFamily=properties["AddressFamily"],
            MaxEntries=int(properties.get("MaxEntries", 1)),
            Entries=[{"Cidr": entry["Cidr"]} for entry in entries(properties, "Entries")],
        )["PrefixList"]
        return Made(made["PrefixListId"], {"PrefixListId": made["PrefixListId"]})


security_groups.SecurityGroup.create_from_cloudformation_json = classmethod(make_group)
security_groups.SecurityGroupIngress.create_from_cloudformation_json = classmethod(make_ingress)


def plain(value):
    """A node of cfn-lint as plain data."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)


def body(path):
    """The template as text that moto understands."""
    decoded, errors = cfnlint.decode.decode(str(path))
    if errors:
        raise ValueError(f"{path.name}: {errors}")
    if "AWS::LanguageExtensions" in path.read_text():
        problems, decoded = language_extension(Template(str(path), decoded, [REGION]))
        if decoded is None:
            raise ValueError(f"{path.name}: {problems}")
    template = plain(decoded)
    template.pop("Transform", None)
    return json.dumps(template)


def parameters(path):
    given = path.with_suffix(".parameters.json")
    values = json.loads(given.read_text()) if given.exists() else []
    values = {value["ParameterKey"]: value["ParameterValue"] for value in values}
    # moto takes the default of a list for one text; what is given it splits.
    decoded, _ = cfnlint.decode.decode(str(path))
    for name, declared in (decoded.get("Parameters") or {}).items():
        if "Default" in declared and "List" in str(declared["Type"]):
            values.setdefault(str(name), str(declared["Default"]))
    # moto deploys to one region; sglint is told which by a parameter of that name.
    return [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in values.items()
        if not name.startswith("AWS::")
    ]


def deploy(path):
    """The groups that a template makes, by name."""
    with mock_aws():
        ec2 = boto3.client("ec2", REGION)
        cloudformation = boto3.client("cloudformation", REGION)
        before = {group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]}
        cloudformation.create_stack(
            StackName="oracle", TemplateBody=body(path), Parameters=parameters(path), Capabilities=["CAPABILITY_IAM"]
        )
        stack = cloudformation.describe_stacks(StackName="oracle")["Stacks"][0]
        if stack["StackStatus"] != "CREATE_COMPLETE":
            raise ValueError(f"{path.name}: {stack['StackStatus']}")
        resources = cloudformation.describe_stack_resources(StackName="oracle")["StackResources"]
        # What a condition keeps from being made is listed without a name.
        logical = {
            resource.get("PhysicalResourceId"): resource["LogicalResourceId"]
            for resource in resources
            if "LogicalResourceId" in resource
        }
        found = ec2.describe_security_groups()["SecurityGroups"]
        names = {}
        for group in found:
            if group["GroupId"] in logical:
                names[group["GroupId"]] = logical[group["GroupId"]]
            elif group["GroupName"] in logical:
                names[group["GroupId"]] = logical[group["GroupName"]]
            elif group["GroupName"] == "default" and group.get("VpcId") in logical:
                names[group["GroupId"]] = f"{logical[group['VpcId']]} (default group)"
        names.update({key: name for key, name in logical.items() if key and key.startswith("pl-")})
        return {
            names[group["GroupId"]]: {
                "description": group["Description"],
                "rules": sorted(rules(group, names), key=json.dumps),
            }
            for group in found
            if group["GroupId"] in names and group["GroupId"] not in before
        }


def rules(group, names):
    for direction, key in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        for permission in group[key]:
            for kind, field in PEERS:
                for peer in permission.get(kind, []):
                    who = peer.get(field) or peer.get("GroupName")
                    yield [
                        direction,
                        permission["IpProtocol"],
                        permission.get("FromPort"),
                        permission.get("ToPort"),
                        names.get(who, who),
                        peer.get("Description"),
                    ]


def templates(folder):
    endings = {".yaml", ".yml", ".json", ".template"}
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in endings and path.is_file())
    return [path for path in found if not path.name.endswith(".parameters.json")]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--score"]
    score = "--score" in sys.argv
    folder = pathlib.Path(arguments[0]) if arguments else HERE / "templates"
    target = pathlib.Path(arguments[1]) if len(arguments) > 1 else HERE / "moto.json"
    logging.disable(logging.CRITICAL)
    records, failed = [], 0
    for path in templates(folder):
        try:
            groups = deploy(path)
        except Exception as error:  # noqa: BLE001: whatever moto raises, the others count
            failed += 1
            print(f"{path.name}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            continue
        if groups or not score:
            records.append({"template": path.relative_to(folder).as_posix(), "groups": groups})
    count = sum(len(record["groups"]) for record in records)
    count_rules = sum(len(group["rules"]) for record in records for group in record["groups"].values())
    print(f"{len(records)} templates, {count} groups, {count_rules} rules; {failed} could not be deployed")
    if not score:
        target.write_text(json.dumps(records, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
