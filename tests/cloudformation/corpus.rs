//! Real templates: each one evaluates, within bounds, and what stays unknown has a reason.
//!
//! Reads the corpus at `SGLINT_CORPUS`; without one there is nothing to test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sglint::cloudformation::evaluate;
use sglint::resource::{Interest, Resource, Uniform, Value, ValueKind};
use sglint::source::SourceMap;
use sglint::syntax::yaml::{self, Node};

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("SGLINT_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus").into());
    folder.is_dir().then_some(folder)
}

fn templates(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_template = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["yaml", "yml", "json", "template"].contains(&extension)
    };
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(move |path| is_template(path))
}

fn is_template(root: &Node) -> bool {
    let resources = root.get("Resources").map_or(&[][..], |resources| resources.entries());
    resources.iter().any(|entry| {
        entry.value.get("Type").and_then(|kind| kind.as_str()).is_some_and(|kind| kind.contains("::"))
    })
}

/// Counts the scalars of a value, and the reasons of those that are not known.
fn count(value: &Value, known: &mut usize, unknown: &mut BTreeMap<String, usize>) {
    match &value.kind {
        ValueKind::List(items) | ValueKind::Set(items) => {
            items.iter().for_each(|item| count(item, known, unknown));
        }
        ValueKind::Map(entries) => entries.values().for_each(|item| count(item, known, unknown)),
        ValueKind::Null => {}
        _ => match value.unknown_cause() {
            Some(reason) => *unknown.entry(reason.cause.class().to_owned()).or_default() += 1,
            None => *known += 1,
        },
    }
}

fn is_group(resource: &Resource) -> bool {
    resource.kind.starts_with("AWS::EC2::SecurityGroup")
}

#[test]
fn every_real_template_evaluates() {
    let Some(corpus) = corpus() else { return };
    let map = SourceMap::new(&corpus);
    let (mut evaluated, mut scenarios, mut problems) = (0, 0, BTreeMap::<_, usize>::new());
    let (mut known, mut unknown) = (0, BTreeMap::new());
    for path in templates(&corpus.join("real")) {
        let Ok(file) = map.load(&path) else { continue };
        for root in yaml::parse(&file).documents.iter().filter(|root| is_template(root)) {
            let configurations = evaluate(&file, root, &Uniform(Interest::Whole));
            evaluated += 1;
            scenarios += configurations.len() - 1;
            for problem in configurations.iter().flat_map(|configuration| &configuration.problems) {
                let place = problem.span.map_or(0, |span| file.position(span.start).line);
                println!("{}:{place}: {}: {}", file.name(), problem.code, problem.message);
                *problems.entry(problem.code).or_default() += 1;
            }
            for resource in configurations[0].resources.iter().filter(|resource| is_group(resource)) {
                for attribute in resource.attributes.values() {
                    assert!(resource.span.contains(attribute.span), "{}", file.name());
                    count(&attribute.value, &mut known, &mut unknown);
                }
            }
        }
    }
    let not_known: usize = unknown.values().sum();
    println!("{evaluated} templates, {scenarios} scenarios, {problems:?}");
    println!("security groups: {known} scalars known, {not_known} not: {unknown:?}");
    assert!(evaluated > 300, "only {evaluated} templates were recognised");
    assert!(not_known * 5 < known, "{not_known} of {} values are not known", known + not_known);
}
