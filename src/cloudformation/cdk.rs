//! Cloud assemblies: what the AWS CDK writes to `cdk.out`. The manifest says how each template is deployed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::intrinsic::whole;
use crate::problem::Problem;
use crate::resource::Value;
use crate::source::{SourceFile, Span, normalised};
use crate::syntax::yaml::{self, Node};

/// How a template is deployed, as far as that is written down.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Pseudo parameters and their values.
    pseudo: Vec<(&'static str, Value)>,
}

impl Deployment {
    /// The value of a pseudo parameter.
    pub(super) fn pseudo(&self, name: &str) -> Option<&Value> {
        self.pseudo.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Whether a file is the manifest of a cloud assembly.
pub fn is_manifest(file: &SourceFile) -> bool {
    let is_named_so = file.path().file_name().is_some_and(|name| name == "manifest.json");
    is_named_so
        && file.text().contains("\"artifacts\"")
        && ["aws:cloudformation:", "cdk:"].iter().any(|mark| file.text().contains(mark))
}

/// The deployments that a manifest describes, by the path of their template.
pub fn deployments(manifest: &SourceFile) -> (BTreeMap<PathBuf, Deployment>, Vec<Problem>) {
    let yaml::Parsed { documents, mut problems } = yaml::parse(manifest);
    let mut found = BTreeMap::new();
    let artifacts = documents.first().and_then(|root| root.get("artifacts"));
    for artifact in artifacts.map_or(&[][..], |artifacts| artifacts.entries()) {
        if artifact.value.get("type").and_then(|kind| kind.as_str()) != Some("aws:cloudformation:stack") {
            continue;
        }
        let properties = artifact.value.get("properties");
        let Some(file) = properties.and_then(|properties| properties.get("templateFile")) else { continue };
        let folder = manifest.path().parent().unwrap_or(manifest.path());
        let path = normalised(&folder.join(file.as_str().unwrap_or_default()));
        if !path.is_file() {
            let message =
                format!("the template of stack {} is not there", artifact.key.as_str().unwrap_or_default());
            problems.push(
                Problem::warning("file-not-read", message).at(whole(file)).help("run `cdk synth` again"),
            );
            continue;
        }
        let name = properties.and_then(|properties| properties.get("stackName")).unwrap_or(&artifact.key);
        found.insert(path, deployment(name, artifact.value.get("environment").map(|node| &**node)));
    }
    (found, problems)
}

fn deployment(name: &Node, environment: Option<&Node>) -> Deployment {
    let mut pseudo = Vec::new();
    let mut known = |parameter, text: &str, at: Span| {
        if !text.is_empty() && !text.starts_with("unknown-") {
            pseudo.push((parameter, Value::string(text, at)));
        }
    };
    known("AWS::StackName", name.as_str().unwrap_or_default(), whole(name));
    let place = environment.and_then(|node| Some((node.as_str()?.strip_prefix("aws://")?, whole(node))));
    if let Some(((account, region), at)) = place.and_then(|(text, at)| Some((text.split_once('/')?, at))) {
        known("AWS::AccountId", account, at);
        known("AWS::Region", region, at);
    }
    Deployment { pseudo }
}

/// The path of the construct that made a resource: `NetworkStack/Web`.
pub(super) fn construct(body: &Node) -> Option<&str> {
    let path = body.get("Metadata")?.get("aws:cdk:path")?.as_str()?;
    Some(path.strip_suffix("/Resource").unwrap_or(path))
}
