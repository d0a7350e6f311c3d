//! `serverless.yml`: the template below `resources`, and the functions that the Serverless Framework adds to it.
//!
//! Variables are resolved as far as the file itself says what they are: `self:`, the default of an option or
//! environment variable, `file(…)` in the tree. Any other stays unknown, never text. Source: "Variables" and "VPC
//! Configuration" in the guide of the Serverless Framework.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::include::add_section;
use super::intrinsic::{is_null, whole};
use super::sam::{text_node, with};
use super::scalar::is_of_old_yaml;
use super::surroundings::{Files, Refused, local_path};
use super::text::VARIABLE;
use crate::problem::Problem;
use crate::source::{FileId, SourceFile};
use crate::syntax::yaml::{Entry, Node, NodeKind, ScalarStyle};

/// How deep variables may lead to each other.
const MOST_DEPTH: usize = 16;

/// The most nodes that resolving the variables of one service may make.
const MOST_NODES: usize = 300_000;

/// The longest text that variables may make, in bytes.
const MOST_TEXT: usize = 64 * 1024;

/// The sections of `resources` that are those of a template.
const SECTIONS: [&str; 6] = ["Parameters", "Mappings", "Conditions", "Transform", "Resources", "Outputs"];

/// How the logical ids of functions end.
const FUNCTION: &str = "LambdaFunction";

/// Whether a file is named as the framework wants it.
pub(super) fn is_named_so(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let extension = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    extension && name.strip_prefix("serverless").is_some_and(|rest| rest.starts_with(['.', '-', '_']))
}

/// Whether a document describes a service that declares resources or puts functions into a network.
pub(super) fn is_service(path: &Path, root: &Node) -> bool {
    let has = |key: &str| root.get(key).is_some();
    is_named_so(path)
        && has("provider")
        && (has("service") || has("functions"))
        && (has("resources") || vpcs(root).next().is_some())
}

/// The settings of networks: the provider's, and those of functions.
fn vpcs(root: &Node) -> impl Iterator<Item = &Arc<Node>> {
    let of_functions = groups(root.get("functions")).flat_map(|functions| functions.entries());
    let of_functions = of_functions.filter_map(|function| function.value.get("vpc"));
    root.get("provider").and_then(|provider| provider.get("vpc")).into_iter().chain(of_functions)
}

/// A mapping, or each mapping of a list of them.
fn groups(node: Option<&Arc<Node>>) -> impl Iterator<Item = &Arc<Node>> {
    let items = node.map_or(&[][..], |node| node.items());
    node.into_iter().filter(|node| node.items().is_empty()).chain(items)
}

/// The files that a service names as parts of itself.
pub(super) fn called_files(root: &Node, from: &Path, found: &mut Vec<PathBuf>) {
    let text = root.as_str().unwrap_or_default();
    for (at, _) in text.match_indices("${file(") {
        let location = text[at + "${file(".len()..].split_once(')').map(|(location, _)| location.trim());
        found.extend(location.and_then(|location| local_path(from, location)));
    }
    root.items().iter().for_each(|item| called_files(item, from, found));
    root.entries().iter().for_each(|entry| called_files(&entry.value, from, found));
}

/// The template that a service makes; the document itself if it describes none.
pub(super) fn expand(
    file: &SourceFile,
    root: &Arc<Node>,
    files: Option<&Files<'_>>,
    read: &mut Vec<FileId>,
    problems: &mut Vec<Problem>,
) -> Arc<Node> {
    if !is_service(file.path(), root) {
        return Arc::clone(root);
    }
    let mut resolver = Resolver { root, from: file.path(), files, read, problems, left: MOST_NODES };
    let (mut sections, mut extensions) = (Vec::new(), Vec::new());
    if let Some(resources) = root.get("resources") {
        let resources = resolver.node(resources, 0);
        for part in groups(Some(&resources)) {
            let known = part
                .entries()
                .iter()
                .filter(|entry| entry.key.as_str().is_some_and(|name| SECTIONS.contains(&name)));
            known.for_each(|section| add_section(&mut sections, section));
            extensions.extend(
                part.get("extensions").map_or(&[][..], |extensions| extensions.entries()).iter().cloned(),
            );
        }
    }
    let functions = functions(&mut resolver);
    if resolver.left == 0 {
        let message = format!("the variables of the service make more than {MOST_NODES} values");
        resolver.problems.push(
            Problem::error("evaluation-limit", message)
                .at(root.span.head())
                .help("split the service; what the variables would still make is not judged"),
        );
    }
    let resources =
        Node { kind: NodeKind::Mapping(functions), span: root.span, tag: None, tag_span: None, alias: None };
    add_section(
        &mut sections,
        &Entry { key: text_node("Resources", root.span.head()), value: Arc::new(resources) },
    );
    if let Some(resources) = sections.iter_mut().find(|section| section.key.as_str() == Some("Resources")) {
        let mut declared = resources.value.entries().to_vec();
        for extension in &extensions {
            extend(&mut declared, extension);
        }
        let value = Node { kind: NodeKind::Mapping(declared), ..(*resources.value).clone() };
        resources.value = Arc::new(value);
    }
    if !sections.iter().any(|section| section.key.as_str() == Some("Transform")) {
        // The framework declares more than is written: roles, log groups, APIs.
        let at = root.span.head();
        sections.push(Entry { key: text_node("Transform", at), value: text_node("serverless", at) });
    }
    Arc::new(Node { kind: NodeKind::Mapping(sections), ..(**root).clone() })
}

/// The functions that lie in a network. What a function says of it replaces what the provider says.
fn functions(resolver: &mut Resolver<'_>) -> Vec<Entry> {
    let root = resolver.root;
    let provider = root.get("provider").and_then(|provider| provider.get("vpc"));
    let provider = provider.map(|vpc| resolver.node(vpc, 0));
    let mut made = Vec::new();
    let Some(functions) = root.get("functions") else { return made };
    let functions = resolver.node(functions, 0);
    for function in groups(Some(&functions)).flat_map(|functions| functions.entries()) {
        let Some(name) = function.key.as_str() else { continue };
        let own = function.value.get("vpc");
        // So a function stays out of the provider's network.
        if own.is_some_and(|own| is_null(own)) {
            continue;
        }
        let setting = |key: &str| own.and_then(|vpc| vpc.get(key)).or_else(|| provider.as_ref()?.get(key));
        let property = |name: &str, key: &str| {
            let value = setting(key)?;
            Some(Entry { key: text_node(name, value.span), value: Arc::clone(value) })
        };
        let Some(groups) = property("SecurityGroupIds", "securityGroupIds") else { continue };
        let at = whole(&groups.value);
        let mapping = |entries| {
            Arc::new(Node {
                kind: NodeKind::Mapping(entries),
                span: at,
                tag: None,
                tag_span: None,
                alias: None,
            })
        };
        let network = mapping([groups].into_iter().chain(property("SubnetIds", "subnetIds")).collect());
        let properties = mapping(vec![Entry { key: text_node("VpcConfig", at), value: network }]);
        let body = NodeKind::Mapping(vec![
            Entry {
                key: text_node("Type", function.key.span),
                value: text_node("AWS::Lambda::Function", function.key.span),
            },
            Entry { key: text_node("Properties", at), value: properties },
        ]);
        let body = Node { kind: body, span: function.value.span, tag: None, tag_span: None, alias: None };
        let id = format!("{}{FUNCTION}", normalised_name(name));
        made.push(Entry { key: text_node(&id, function.key.span), value: Arc::new(body) });
    }
    made
}

/// Extends a resource: a property that the extension gives replaces the resource's own. Other resources than those that
/// are known here are the framework's, of which only functions may be in a network.
///
/// Source: "Override AWS CloudFormation Resource" in the guide of the Serverless Framework.
fn extend(resources: &mut Vec<Entry>, extension: &Entry) {
    let Some(given) = extension.value.get("Properties") else { return };
    let name = extension.key.as_str();
    match resources.iter_mut().find(|resource| resource.key.as_str() == name) {
        Some(resource) => {
            let own = resource.value.get("Properties").map_or(&[][..], |own| own.entries());
            let is_kept =
                |entry: &&Entry| entry.key.as_str().is_none_or(|property| given.get(property).is_none());
            let entries = own.iter().filter(is_kept).chain(given.entries()).cloned().collect();
            let properties = Node { kind: NodeKind::Mapping(entries), ..(**given).clone() };
            resource.value = with(&resource.value, "Properties", Arc::new(properties));
        }
        None if name.is_some_and(|name| name.ends_with(FUNCTION)) => {
            let at = extension.key.span;
            let kind = text_node("AWS::Lambda::Function", at);
            resources
                .push(Entry { key: Arc::clone(&extension.key), value: with(&extension.value, "Type", kind) });
        }
        None => {}
    }
}

/// A function's name as the framework writes it in logical ids.
fn normalised_name(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let name: String = first.into_iter().chain(characters).collect();
    name.replace('-', "Dash").replace('_', "Underscore")
}

/// Replaces variables.
struct Resolver<'r> {
    root: &'r Arc<Node>,
    from: &'r Path,
    files: Option<&'r Files<'r>>,
    read: &'r mut Vec<FileId>,
    problems: &'r mut Vec<Problem>,
    left: usize,
}

impl Resolver<'_> {
    fn node(&mut self, node: &Arc<Node>, depth: usize) -> Arc<Node> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Arc::clone(node);
        }
        let kind = match &node.kind {
            NodeKind::Scalar { text, style } => {
                let Some(first) = variable(text) else {
                    // The framework reads YAML 1.2, and deploys JSON.
                    return if is_of_old_yaml(node) { quoted_scalar(node) } else { Arc::clone(node) };
                };
                if first.start == 0 && first.end == text.len() {
                    let resolved = self.resolve(&text[2..text.len() - 1], node, depth);
                    return resolved
                        .map_or_else(|| scalar(node, unknown(text)), |found| used_at(found, node));
                }
                let made = self.text(text, node, depth);
                NodeKind::Scalar { text: made.into(), style: *style }
            }
            NodeKind::Sequence(items) => {
                NodeKind::Sequence(items.iter().map(|item| self.node(item, depth)).collect())
            }
            NodeKind::Mapping(entries) => {
                let entry = |entry: &Entry| Entry {
                    key: Arc::clone(&entry.key),
                    value: self.node(&entry.value, depth),
                };
                NodeKind::Mapping(entries.iter().map(entry).collect())
            }
        };
        Arc::new(Node {
            kind,
            span: node.span,
            tag: node.tag.clone(),
            tag_span: node.tag_span,
            alias: node.alias,
        })
    }

    /// A text with each variable replaced by its own text, or by a mark that it is not known.
    fn text(&mut self, text: &str, node: &Arc<Node>, depth: usize) -> String {
        let mut made = String::new();
        let mut rest = text;
        while let Some(found) = variable(rest).filter(|_| made.len() < MOST_TEXT) {
            made.push_str(&rest[..found.start]);
            let resolved = self.resolve(&rest[found.start + 2..found.end - 1], node, depth);
            match resolved.as_deref().and_then(Node::as_str) {
                Some(text) => made.push_str(text),
                None => made.push_str(&unknown(&rest[found.clone()])),
            }
            rest = &rest[found.end..];
        }
        made.push_str(rest);
        made
    }

    /// What a variable stands for: the first of its sources that says so.
    fn resolve(&mut self, expression: &str, node: &Arc<Node>, depth: usize) -> Option<Arc<Node>> {
        if depth == MOST_DEPTH || self.left == 0 {
            return None;
        }
        let expression = if variable(expression).is_some() {
            self.text(expression, node, depth + 1)
        } else {
            expression.to_owned()
        };
        if expression.contains(VARIABLE) {
            return None;
        }
        for source in sources(&expression) {
            let source = source.trim();
            if let Some(path) = source.strip_prefix("self:") {
                let root = Arc::clone(self.root);
                if let Some(found) = self.walk(&root, path, depth) {
                    return Some(found);
                }
            } else if let Some(rest) = source.strip_prefix("file(") {
                let (location, address) = rest.split_once(')')?;
                let document = self.file(location.trim(), node)?;
                return match address.strip_prefix(':') {
                    Some(address) => self.walk(&document, address, depth),
                    None => Some(self.node(&document, depth + 1)),
                };
            } else if let Some(literal) = quoted(source) {
                return Some(scalar(node, literal.to_owned()));
            } else if source == "sls:stage" {
                let root = Arc::clone(self.root);
                return self.walk(&root, "provider.stage", depth);
            } else if source.contains(':') {
                // Without a value of its own, an option or environment variable gives way to what follows.
                let gives_way = ["opt:", "env:", "param:"].iter().any(|kind| source.starts_with(kind));
                if !gives_way {
                    return None;
                }
            } else if source.contains('(') {
                // A function of the framework, such as `strToBool(true)`.
                return None;
            } else {
                return Some(scalar(node, source.to_owned()));
            }
        }
        None
    }

    fn walk(&mut self, from: &Arc<Node>, path: &str, depth: usize) -> Option<Arc<Node>> {
        let mut node = Arc::clone(from);
        for step in path.split('.') {
            if variable(node.as_str().unwrap_or_default()).is_some() {
                node = self.node(&node, depth + 1);
            }
            let next = match &node.kind {
                NodeKind::Mapping(_) => node.get(step),
                NodeKind::Sequence(items) => items.get(step.parse::<usize>().ok()?),
                NodeKind::Scalar { .. } => None,
            };
            node = Arc::clone(next?);
        }
        Some(self.node(&node, depth + 1))
    }

    fn file(&mut self, location: &str, node: &Node) -> Option<Arc<Node>> {
        let is_data = [".yml", ".yaml", ".json"].iter().any(|ending| location.ends_with(ending));
        match self.files.filter(|_| is_data)?.read(self.from, location) {
            Ok(loaded) => {
                if !self.read.contains(&loaded.file.id()) {
                    self.read.push(loaded.file.id());
                    self.problems.extend(loaded.problems.iter().cloned());
                }
                loaded.documents.first().cloned()
            }
            Err(Refused::Elsewhere) => None,
            Err(refused) => {
                self.problems.extend(refused.problem("a part of the service", location, whole(node)));
                None
            }
        }
    }
}

/// The first variable of a text, with its braces. `${Name}` and `${AWS::Region}` are CloudFormation's.
fn variable(text: &str) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("${")?;
        let inner = &text[start + 2..];
        let head = inner.find(|next: char| !(next.is_ascii_alphanumeric() || "_-. ".contains(next)));
        let is_variable = head.is_some_and(|head| match inner.as_bytes()[head] {
            b':' => !inner[head..].starts_with("::"),
            next => next == b'(',
        });
        if is_variable {
            return closing(inner).map(|end| start..start + 2 + end + 1);
        }
        from = start + 2;
    }
}

/// The brace that closes what was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The sources of a variable, separated by commas outside of quotes and brackets.
fn sources(expression: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut found = Vec::new();
    for (at, character) in expression.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(&expression[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&expression[start..]);
    found
}

fn quoted(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// What stands for a variable that is not known.
fn unknown(variable: &str) -> String {
    let name: String = variable.chars().filter(|character| !"${}".contains(*character)).collect();
    format!("{VARIABLE}{name}}}}}")
}

/// What a variable stands for, where it stands for it.
fn used_at(found: Arc<Node>, variable: &Node) -> Arc<Node> {
    if found.span == variable.span {
        return found;
    }
    Arc::new(Node { alias: Some(whole(variable)), ..(*found).clone() })
}

/// A scalar that is no number or truth value, whatever it looks like.
fn quoted_scalar(node: &Node) -> Arc<Node> {
    let text = node.as_str().unwrap_or_default().into();
    Arc::new(Node { kind: NodeKind::Scalar { text, style: ScalarStyle::Quoted }, ..node.clone() })
}

fn scalar(node: &Node, text: String) -> Arc<Node> {
    let kind = NodeKind::Scalar { text: text.into(), style: ScalarStyle::Plain };
    Arc::new(Node { kind, ..node.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::syntax::yaml;

    #[test]
    fn only_the_frameworks_variables_are_found() {
        let found = |text: &'static str| variable(text).map(|range| &text[range]);
        assert_eq!(found("a-${self:custom.x}-b"), Some("${self:custom.x}"));
        assert_eq!(found("${self:custom.${opt:stage}.x}"), Some("${self:custom.${opt:stage}.x}"));
        assert_eq!(found("${AWS::Region}-${opt:stage, 'dev'}"), Some("${opt:stage, 'dev'}"));
        assert_eq!(found("${file(a.yml):b}"), Some("${file(a.yml):b}"));
        assert_eq!(found("${cf(eu-west-1):stack.out}"), Some("${cf(eu-west-1):stack.out}"));
        for foreign in
            ["${Name}", "${AWS::Region}", "${!Literal}", "${Vpc.CidrBlock}", "${self:open", "plain"]
        {
            assert_eq!(found(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn sources_are_separated_outside_of_quotes_and_brackets() {
        assert_eq!(sources("opt:x, 'a,b', file(c, d):e"), ["opt:x", " 'a,b'", " file(c, d):e"]);
    }

    fn resolved(custom: &str, expression: &str) -> String {
        let text = format!("custom:\n  stage: dev\n{custom}\nx: \"{expression}\"\n");
        let file = SourceMap::new("/").add("serverless.yml", text);
        let parsed = yaml::parse(&file);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let (mut read, mut problems) = (Vec::new(), Vec::new());
        let mut resolver = Resolver {
            root: &parsed.documents[0],
            from: file.path(),
            files: None,
            read: &mut read,
            problems: &mut problems,
            left: MOST_NODES,
        };
        let node = parsed.documents[0].get("x").expect("x");
        resolver.node(node, 0).as_str().unwrap_or("a collection").to_owned()
    }

    #[test]
    fn variables_are_resolved_from_the_file_or_stay_unknown() {
        assert_eq!(resolved("", "${self:custom.stage}-x"), "dev-x");
        assert_eq!(
            resolved("  cidr: {dev: 10.0.0.0/8}", "${self:custom.cidr.${self:custom.stage}}"),
            "10.0.0.0/8"
        );
        assert_eq!(resolved("  list: [a, b]", "${self:custom.list.1}"), "b");
        assert_eq!(resolved("", "${opt:stage, 'prod'}"), "prod");
        assert_eq!(resolved("", "${opt:stage, self:custom.stage}"), "dev");
        assert_eq!(resolved("", "${self:custom.absent, 'x'}"), "x");
        assert_eq!(resolved("", "${ssm:/a, 'x'}"), "{{resolve:serverless:ssm:/a, 'x'}}");
        assert_eq!(resolved("", "a-${env:A}"), "a-{{resolve:serverless:env:A}}");
        assert_eq!(
            resolved("  a: ${self:custom.a}", "${self:custom.a}"),
            "{{resolve:serverless:self:custom.a}}"
        );
        assert_eq!(resolved("", "${strToBool(true)}"), "{{resolve:serverless:strToBool(true)}}");
        assert_eq!(resolved("", "${file(./x.js):y}"), "{{resolve:serverless:file(./x.js):y}}");
    }

    #[test]
    fn functions_have_the_logical_ids_of_the_framework() {
        assert_eq!(normalised_name("say-hello_now"), "SayDashhelloUnderscorenow");
    }
}
