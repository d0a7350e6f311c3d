//! Which YAML and JSON files are CloudFormation templates. Content decides, names do not: templates are called
//! anything, and most YAML of a repository is something else that is none of our business.

use super::{sam, serverless};
use crate::problem::{Problem, ProblemSeverity};
use crate::source::SourceFile;
use crate::syntax::yaml::{self, Node, NodeKind, Parsed};

/// The most documents of one file that are judged as templates. Real files hold one.
const MAX_TEMPLATES: usize = 100;

/// What a YAML or JSON file is.
#[derive(Clone, Debug)]
pub enum Recognised {
    /// A template, or several as documents of one file: the documents that are templates, and the problems met
    /// in reading them. Without documents it is a file that is meant as a template but cannot be read.
    Template(Parsed),
    /// Something else. Whether it is well-formed does not matter.
    NotTemplate,
}

/// Reads a file and says whether it is a template. What cannot be a template is not even parsed.
pub fn recognise(file: &SourceFile) -> Recognised {
    let is_service = serverless::is_named_so(file.path());
    if !is_service && !might_be_template(file.text()) {
        return Recognised::NotTemplate;
    }
    let Parsed { mut documents, mut problems } = yaml::parse(file);
    documents.retain(|document| {
        is_template(document) || (is_service && serverless::is_service(file.path(), document))
    });
    if let Some(next) = documents.get(MAX_TEMPLATES) {
        problems.push(
            Problem::error(
                "too-many-templates",
                format!("the file holds more than {MAX_TEMPLATES} templates"),
            )
            .at(next.span.head())
            .help("split the file; the templates from here on are not judged"),
        );
        documents.truncate(MAX_TEMPLATES);
    }
    let is_broken = problems.iter().any(|problem| problem.severity == ProblemSeverity::Error);
    let is_meant = || is_meant_as_template(file.text()) || (is_service && file.text().contains("provider:"));
    if documents.is_empty() && !(is_broken && is_meant()) {
        return Recognised::NotTemplate;
    }
    // A repeated key in another document of the file is none of our business.
    problems.retain(|problem| {
        problem.severity == ProblemSeverity::Error
            || problem.span.is_none_or(|span| documents.iter().any(|document| document.span.contains(span)))
    });
    Recognised::Template(Parsed { documents, problems })
}

/// Whether a text can be a template at all: a cheap test on the raw bytes that never says no to a template.
pub fn might_be_template(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion")
        || (text.contains("::") && (text.contains("Resources") || text.contains("Transform")))
}

/// Whether a document is a template: it says so in `AWSTemplateFormatVersion`, it asks for the SAM transform, or
/// it declares a resource of a CloudFormation type.
pub fn is_template(root: &Node) -> bool {
    // Heat and ROS took over the format, with resource types of their own.
    let has = |key: &str| root.entry(key).is_some();
    if has("ROSTemplateFormatVersion") || has("HeatTemplateFormatVersion") {
        return false;
    }
    root.entry("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").is_some_and(|transform| sam::asks(transform))
        || root.get("Resources").is_some_and(|resources| declares_resources(resources))
}

/// Whether one entry under `Resources` is a resource, on its own or as the template of an `Fn::ForEach` loop
/// (`[identifier, collection, {name: resource}]`, loops may nest).
fn declares_resources(resources: &Node) -> bool {
    resources.entries().iter().any(|entry| match &entry.value.kind {
        NodeKind::Mapping(_) => {
            entry.value.get("Type").and_then(|kind| kind.as_str()).is_some_and(is_resource_type)
        }
        NodeKind::Sequence(items) => {
            entry.key.as_str().is_some_and(|key| key.starts_with("Fn::ForEach::"))
                && items.get(2).is_some_and(|output| declares_resources(output))
        }
        NodeKind::Scalar { .. } => false,
    })
}

/// AWS's own types, custom resources, and modules, which may hold any of these. Types that others registered are
/// not enough: their names look like those of Heat and ROS.
fn is_resource_type(name: &str) -> bool {
    ["AWS::", "Custom::", "Alexa::"].iter().any(|prefix| name.starts_with(prefix))
        || name.ends_with("::MODULE")
}

/// Whether a text that cannot be parsed was clearly meant as a template, so that somebody wants to hear of it.
///
/// It has the marks of a template at its top level, and it is not the input of Helm or Jinja: these are YAML only
/// after another tool has run.
fn is_meant_as_template(text: &str) -> bool {
    if is_templated(text) {
        return false;
    }
    if text.trim_start().starts_with('{') {
        return text.contains("\"AWSTemplateFormatVersion\"")
            || (text.contains("\"Resources\"") && text.contains("\"AWS::"));
    }
    let key = |line: &str, key: &str| {
        let rest = line.trim_start_matches(['"', '\'']).strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    text.lines().any(|line| key(line, "AWSTemplateFormatVersion"))
        || (text.lines().any(|line| key(line, "Resources"))
            && text.lines().any(|line| key(line.trim_start(), "Type") && line.contains("AWS::")))
}

/// Whether a text holds statements of a template language (`{% if … %}`, `{{ value }}`) where YAML has its
/// values. Braces inside a script do not count, nor does `{{resolve:…}}`, which CloudFormation itself resolves.
fn is_templated(text: &str) -> bool {
    text.lines().any(|line| {
        line.match_indices('{').any(|(at, _)| {
            let rest = &line[at + 1..];
            let before = line[..at].trim_end();
            let is_value = before.is_empty() || before.ends_with([':', '-']);
            (is_value && rest.starts_with('{') && !rest.starts_with("{resolve:"))
                || rest.starts_with("% ")
                || rest.starts_with("%- ")
                || rest.starts_with("{ .Values")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn recognised(text: &str) -> Option<Parsed> {
        match recognise(&SourceMap::new("/").add("file.yaml", text)) {
            Recognised::Template(parsed) => Some(parsed),
            Recognised::NotTemplate => None,
        }
    }

    fn is_recognised(text: &str) -> bool {
        recognised(text).is_some()
    }

    #[test]
    fn templates_are_recognised_by_version_transform_or_resource_types() {
        assert!(is_recognised("AWSTemplateFormatVersion: 2010-09-09\n"));
        assert!(is_recognised("Transform: AWS::Serverless-2016-10-31\n"));
        assert!(is_recognised("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n"));
        for kind in
            ["AWS::EC2::SecurityGroup", "Custom::Thing", "Alexa::ASK::Skill", "My::Web::Group::MODULE"]
        {
            assert!(is_recognised(&format!("Resources:\n  Web:\n    Type: {kind}\n")), "{kind}");
        }
        assert!(is_recognised(r#"{"Resources": {"Web": {"Type": "AWS::EC2::SecurityGroup"}}}"#));
    }

    #[test]
    fn resources_made_by_loops_count() {
        let inner = "{'Group${Name}': {Type: AWS::EC2::SecurityGroup}}";
        assert!(is_recognised(&format!("Resources: {{'Fn::ForEach::Groups': [Name, [a, b], {inner}]}}")));
        let nested = format!("{{'Fn::ForEach::Inner': [Other, [c], {inner}]}}");
        assert!(is_recognised(&format!("Resources: {{'Fn::ForEach::Groups': [Name, [a, b], {nested}]}}")));
    }

    #[test]
    fn other_yaml_and_json_is_left_alone() {
        for (what, text) in [
            ("Kubernetes", "apiVersion: v1\nkind: List\nResources: AWS::EC2::SecurityGroup\n"),
            ("a manifest that holds a template", "kind: X\ndata:\n  t: |\n    AWSTemplateFormatVersion: x\n"),
            ("Compose", "services:\n  web:\n    image: nginx::latest\n"),
            ("OpenAPI", "openapi: 3.0.0\ncomponents:\n  schemas:\n    Resources: {type: 'a::b'}\n"),
            (
                "ROS",
                "ROSTemplateFormatVersion: '2015-09-01'\nResources: {G: {Type: ALIYUN::ECS::SecurityGroup}}",
            ),
            ("ROS without version", "Resources: {G: {Type: 'ALIYUN::ECS::SecurityGroup'}}"),
            ("Heat", "HeatTemplateFormatVersion: '2012-12-12'\nResources: {G: {Type: AWS::EC2::Instance}}"),
            (
                "serverless",
                "service: x\nresources:\n  Resources:\n    G:\n      Type: AWS::EC2::SecurityGroup\n",
            ),
            (
                "state",
                r#"{"version": 4, "resources": [{"type": "aws_cloudformation_stack", "Resources": "AWS::X"}]}"#,
            ),
            ("a policy", r#"{"Statement": [{"Action": "*", "Resources": "arn:aws:s3:::x"}]}"#),
            ("a list", "- AWSTemplateFormatVersion\n- Resources: {A: {Type: AWS::X::Y}}\n"),
            ("a text", "AWSTemplateFormatVersion"),
            ("nothing", ""),
        ] {
            assert!(!is_recognised(text), "{what}");
        }
    }

    #[test]
    fn broken_files_are_reported_only_if_meant_as_templates() {
        for meant in [
            "AWSTemplateFormatVersion: 2010-09-09\nResources: [\n",
            "Resources:\n  A:\n    Type: AWS::EC2::VPC\n   Properties: x\n",
            "{\"Resources\": {\"A\": {\"Type\": \"AWS::EC2::VPC\"}},}}",
            "\"AWSTemplateFormatVersion\" : 2010-09-09\nA: {{resolve:ssm:x}}\nB: [\nC: |\n  docker --format '{{.Names}}'\n",
        ] {
            let parsed = recognised(meant).unwrap_or_else(|| panic!("{meant}"));
            assert!(parsed.documents.is_empty());
            assert_eq!(parsed.problems.len(), 1, "{meant}");
        }
        for foreign in [
            "kind: Deployment\nResources:\n  {{- toYaml .Values.resources | nindent 2 }}\nx: AWS::a\n",
            "AWSTemplateFormatVersion: 2010-09-09\n{% if open %}\nResources:\n",
            "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: {{ kind }}-x\n",
            "data:\n  t: |\n    AWSTemplateFormatVersion: 2010-09-09\n x: [\n",
        ] {
            assert!(!is_recognised(foreign), "{foreign}");
        }
    }

    #[test]
    fn only_the_templates_of_a_file_are_kept() {
        let text = "a: 1\na: 2\n---\nAWSTemplateFormatVersion: 2010-09-09\nB: 1\nB: 2\n";
        let parsed = recognised(text).expect("the second document is a template");
        assert_eq!(parsed.documents.len(), 1);
        assert_eq!(parsed.problems.len(), 1);
    }
}
