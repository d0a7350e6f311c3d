//! What a run reads, told by the arguments that several verbs share.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;

use super::args::InputArguments;
use crate::config::ConfigChoice;
use crate::engine::Options;

/// Options that read what the arguments say, and judge it as usual.
pub(super) fn options(arguments: &InputArguments) -> Options {
    Options {
        paths: arguments.paths.clone(),
        config: config(arguments.config.as_deref(), arguments.no_config),
        variables: arguments.variables.in_order.clone(),
        parameters: arguments.parameters.clone(),
        plan_source: arguments.source.clone(),
        environment: terraform_variables(),
        ..Options::default()
    }
}

/// Which config counts.
pub(super) fn config(file: Option<&Path>, none: bool) -> ConfigChoice {
    match file {
        Some(file) => ConfigChoice::File(file.to_owned()),
        None if none => ConfigChoice::None,
        None => ConfigChoice::Nearest,
    }
}

/// What Terraform takes from the environment, by full name.
fn terraform_variables() -> BTreeMap<String, String> {
    let text = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    text.filter(|(name, _)| name.starts_with("TF_VAR_") || name == "TF_WORKSPACE").collect()
}
