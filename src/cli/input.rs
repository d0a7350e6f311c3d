//! What a run reads, told by the arguments that several verbs share.

use std::collections::BTreeMap;
use std::env;

use super::args::InputArguments;
use crate::config::ConfigChoice;
use crate::engine::Options;

/// Options that read what the arguments say, and judge it as usual.
pub(super) fn options(arguments: &InputArguments) -> Options {
    Options {
        paths: arguments.paths.clone(),
        config: match &arguments.config {
            Some(file) => ConfigChoice::File(file.clone()),
            None if arguments.no_config => ConfigChoice::None,
            None => ConfigChoice::Nearest,
        },
        variables: arguments.variables.in_order.clone(),
        parameters: arguments.parameters.clone(),
        plan_source: arguments.source.clone(),
        environment: terraform_variables(),
        ..Options::default()
    }
}

/// What Terraform takes from the environment, by full name.
fn terraform_variables() -> BTreeMap<String, String> {
    let text = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    text.filter(|(name, _)| name.starts_with("TF_VAR_") || name == "TF_WORKSPACE").collect()
}
