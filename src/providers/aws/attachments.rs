//! Resources that name groups in one of the arguments of `attachments.csv`: mostly to carry them.

use std::sync::Arc;

use super::Builder;
use super::fields::at;
use super::tables::GroupPath;
use crate::network::model::{Attachment, UseRole};
use crate::resource::{Resource, Value, ValueKind};

/// Reads the arguments of a resource that name groups.
pub(super) fn attachments(builder: &mut Builder<'_>, resource: &Resource, paths: &'static [GroupPath]) {
    for row in paths {
        let first = row.path.split(['.', '[']).next().unwrap_or(row.path);
        let Some(place) = resource.attribute(first).map(|attribute| attribute.span) else { continue };
        for value in values(resource, row.path) {
            for named in builder.names.named(&value, row.item) {
                let group = at(place, &named.value, named.target);
                builder.record_use(resource, row.role, row.path, group.clone());
                if row.role != UseRole::Attach {
                    continue;
                }
                builder.network.attachments.push(Attachment {
                    resource: Arc::clone(&resource.address),
                    declared: Arc::clone(&resource.declared),
                    kind: Arc::clone(&resource.kind),
                    service: row.service,
                    path: row.path,
                    group,
                    shareable: row.shareable,
                    head: resource.head,
                    span: resource.span,
                    calls: resource.calls.clone(),
                    presence: resource.presence.clone(),
                });
            }
        }
    }
}

/// A list of settings of which only some hold groups.
struct Settings {
    /// The resource type.
    kind: &'static str,
    /// Names of the argument that holds the value, and of those that say what it is.
    value: &'static str,
    selectors: &'static [&'static str],
    /// What the selectors must say, one combination a row.
    selected: &'static [&'static [&'static str]],
}

const BEANSTALK: &[&[&str]] = &[
    &["aws:autoscaling:launchconfiguration", "SecurityGroups"],
    &["aws:elb:loadbalancer", "ManagedSecurityGroup"],
    &["aws:elb:loadbalancer", "SecurityGroups"],
    &["aws:elbv2:loadbalancer", "ManagedSecurityGroup"],
    &["aws:elbv2:loadbalancer", "SecurityGroups"],
];

/// The notes of `attachments.csv` on these types, as data.
const SETTINGS: &[Settings] = &[
    Settings {
        kind: "AWS::ElasticBeanstalk::",
        value: "Value",
        selectors: &["Namespace", "OptionName"],
        selected: BEANSTALK,
    },
    Settings {
        kind: "aws_elastic_beanstalk_",
        value: "value",
        selectors: &["namespace", "name"],
        selected: BEANSTALK,
    },
    Settings {
        kind: "AWS::Lambda::EventSourceMapping",
        value: "URI",
        selectors: &["Type"],
        selected: &[&["VPC_SECURITY_GROUP"]],
    },
    Settings {
        kind: "aws_lambda_event_source_mapping",
        value: "uri",
        selectors: &["type"],
        selected: &[&["VPC_SECURITY_GROUP"]],
    },
];

/// The values at a path that name groups.
fn values(resource: &Resource, path: &str) -> Vec<Value> {
    let Some(settings) = SETTINGS.iter().find(|settings| resource.kind.starts_with(settings.kind)) else {
        return resource.values_at(path);
    };
    let entries = path.strip_suffix(settings.value).unwrap_or(path).trim_end_matches('.');
    let entries = resource.values_at(entries);
    let selected = entries.iter().flat_map(Value::members).filter(|entry| settings.select(entry));
    selected.filter_map(|entry| entry.get(settings.value)).map(without_scheme).collect()
}

impl Settings {
    /// Whether an entry holds groups. One that is not known does not count: it may be any setting.
    fn select(&self, entry: &Value) -> bool {
        let said: Option<Vec<_>> =
            self.selectors.iter().map(|selector| entry.get(selector)?.to_text()).collect();
        said.is_some_and(|said| {
            self.selected.iter().any(|row| row.iter().copied().eq(said.iter().map(|text| &**text)))
        })
    }
}

/// `security_group:sg-…` of event source mappings; the scheme is optional.
fn without_scheme(value: Value) -> Value {
    match value.as_str().and_then(|text| text.strip_prefix("security_group:")) {
        Some(id) => Value { kind: ValueKind::String(id.into()), origin: value.origin },
        None => value,
    }
}
