//! Which files of the development corpus are recognised as templates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sglint::cloudformation::recognise::{Recognised, is_template, might_be_template, recognise};
use sglint::source::SourceMap;
use sglint::syntax::yaml;

/// Per repository: YAML and JSON files, and those among them that are templates. The templates are those that a
/// text search for the version line or for resource types finds, and two that hold nothing but modules.
const EXPECTED: &[(&str, usize, usize)] = &[
    ("alibabacloud-automation+terraform-alicloud-security-group", 4, 0),
    ("alibabacloud-howto+devops", 24, 0),
    ("alphagov+govuk-aws", 6, 0),
    ("aws-cloudformation+cfn-lint", 246, 233),
    ("aws-quickstart+quickstart-linux-bastion", 6, 2),
    ("aws-samples+aws-refarch-wordpress", 19, 16),
    ("aws-samples+ecs-refarch-cloudformation", 9, 8),
    ("bridgecrewio+terragoat", 9, 0),
    ("brikis98+terraform-up-and-running-code", 7, 0),
    ("cloud-gov+cg-provision", 48, 0),
    ("cloudtools+troposphere", 95, 86),
    ("communitiesuk+delta-common-infrastructure", 19, 2),
    ("hashicorp+terraform-aws-vault", 3, 0),
    ("poseidon+typhoon", 63, 0),
    ("terraform-aws-modules+terraform-aws-alb", 7, 0),
    ("terraform-aws-modules+terraform-aws-security-group", 7, 0),
    ("terraform-aws-modules+terraform-aws-vpc", 7, 0),
    ("widdix+aws-cf-templates", 73, 65),
];

#[test]
fn templates_are_told_from_everything_else() {
    let corpus = std::env::var_os("SGLINT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut counts = BTreeMap::<String, (usize, usize)>::new();
    for entry in walkdir::WalkDir::new(corpus.join("real")).into_iter().filter_map(Result::ok) {
        let extension = entry.path().extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("yaml" | "yml" | "json" | "template" | "txt")) {
            continue;
        }
        let map = SourceMap::new(corpus.join("real"));
        let file = map.load(entry.path()).expect("corpus files are text");
        let documents = yaml::parse(&file).documents;
        if documents.iter().any(|document| is_template(document)) {
            assert!(might_be_template(file.text()), "{}: the cheap test refuses a template", file.name());
        }
        let repository = file.name().split('/').next().unwrap_or_default().to_owned();
        let count = counts.entry(repository).or_default();
        count.0 += 1;
        count.1 += usize::from(matches!(recognise(&file), Recognised::Template(_)));
    }
    if counts.is_empty() {
        return; // The corpus is not there.
    }
    let counts: Vec<_> =
        counts.iter().map(|(name, &(files, templates))| (name.as_str(), files, templates)).collect();
    assert_eq!(counts, EXPECTED);
}
