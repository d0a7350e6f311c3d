//! Where the code of a called module is: beside the caller, where `terraform init` has put it, or in a stub of ours.

use std::path::PathBuf;

use super::evaluate::Evaluator;
use super::installed::is_downloaded;
use super::module::{ModuleCall, Source};
use super::scope::Instance;
use super::{stubs, version};
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::hcl::ExprKind;

/// Registries that hold the same public modules. A source without a host means the first.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Why the code of a module cannot be found, and where that is written.
pub(super) struct Absent {
    /// The source as written.
    pub(super) source: String,
    pub(super) help: &'static str,
    pub(super) span: Span,
}

impl Evaluator<'_> {
    /// The directory that a call's code lies in.
    pub(super) fn directory_of(&self, instance: &Instance, call: &ModuleCall) -> Result<PathBuf, Absent> {
        let (source, span) = match &call.source {
            Source::Local(directory) => return Ok(directory.clone()),
            Source::Remote(source, span) => (source, *span),
            Source::Missing => {
                return Err(Absent {
                    source: "no literal source".to_owned(),
                    help: "give the module a literal source",
                    span: call.head,
                });
            }
        };
        let installed = self.installed();
        if let Some(module) = installed.get(&call_path(instance, call)) {
            if let Some(version) = &module.version {
                self.check_version(call, version);
            }
            return Ok(module.directory.clone());
        }
        registry_name(source).and_then(|module| stubs::directory(&module)).ok_or_else(|| Absent {
            source: source.clone(),
            help: "run `terraform init` or `terraform get` first: sglint judges the code that they put into \
                   .terraform/modules",
            span,
        })
    }

    /// Tells of a call that wants another version than the one that is there.
    fn check_version(&self, call: &ModuleCall, installed: &str) {
        let Some(argument) = call.body.attribute("version") else { return };
        let ExprKind::String(constraint) = &argument.value.kind else { return };
        if version::meets(installed, constraint) == Some(false) {
            self.report(
                Problem::warning(
                    "module-version",
                    format!(
                        "module {} is judged as version {installed}, which is not {constraint}",
                        call.name
                    ),
                )
                .at(argument.value.span)
                .help("run `terraform init -upgrade`, so that the version that is wanted is there"),
            );
        }
    }
}

/// Whether code in a directory is somebody else's: the user cannot change it.
pub(super) fn is_foreign(directory: &std::path::Path) -> bool {
    stubs::is_stub(directory) || is_downloaded(directory)
}

/// The names of the calls that lead to a module, with dots, without instance keys: `net.sg`.
fn call_path(instance: &Instance, call: &ModuleCall) -> String {
    // `module.net.module.sg.`: every other part is a name.
    let mut path: Vec<&str> =
        instance.declared_prefix.split('.').skip(1).step_by(2).filter(|name| !name.is_empty()).collect();
    path.push(&call.name);
    path.join(".")
}

/// The module that a source means, as `namespace/name/provider[/modules/x]`: by its name in a public registry, or by
/// the repository that the registry takes it from (`terraform-PROVIDER-NAME` of the namespace on GitHub).
fn registry_name(source: &str) -> Option<String> {
    let source = source.split_once('?').map_or(source, |(source, _)| source);
    let source = source.strip_prefix("git::").unwrap_or(source);
    let source = ["https://", "ssh://", "git://"]
        .iter()
        .find_map(|scheme| source.strip_prefix(scheme))
        .unwrap_or(source);
    let source = source.strip_prefix("git@").unwrap_or(source);
    let (package, inside) = source.split_once("//").unwrap_or((source, ""));
    let repository = ["github.com/", "github.com:"].iter().find_map(|host| package.strip_prefix(host));
    let module = if let Some(repository) = repository {
        let (namespace, name) = repository.split_once('/')?;
        let name = name.strip_suffix(".git").unwrap_or(name).strip_prefix("terraform-")?;
        let (provider, name) = name.split_once('-')?;
        format!("{namespace}/{name}/{provider}")
    } else {
        let parts: Vec<&str> = package.split('/').collect();
        match parts.as_slice() {
            // A first part with a dot is a host.
            [namespace, name, provider] if !namespace.contains('.') => {
                format!("{namespace}/{name}/{provider}")
            }
            [host, namespace, name, provider] if REGISTRIES.contains(host) => {
                format!("{namespace}/{name}/{provider}")
            }
            _ => return None,
        }
    };
    let inside = inside.trim_matches('/');
    Some(if inside.is_empty() { module } else { format!("{module}/{inside}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_known_by_its_name_and_by_its_repository() {
        let group = "terraform-aws-modules/security-group/aws";
        for source in [
            "terraform-aws-modules/security-group/aws",
            "registry.terraform.io/terraform-aws-modules/security-group/aws",
            "registry.opentofu.org/terraform-aws-modules/security-group/aws",
            "github.com/terraform-aws-modules/terraform-aws-security-group",
            "github.com/terraform-aws-modules/terraform-aws-security-group?ref=v5.1.0",
            "git::https://github.com/terraform-aws-modules/terraform-aws-security-group.git?ref=v5.1.0",
            "git::ssh://git@github.com/terraform-aws-modules/terraform-aws-security-group.git",
            "git@github.com:terraform-aws-modules/terraform-aws-security-group.git",
        ] {
            assert_eq!(registry_name(source).as_deref(), Some(group), "{source}");
        }
        for source in [
            "terraform-aws-modules/security-group/aws//modules/ssh",
            "git::https://github.com/terraform-aws-modules/terraform-aws-security-group.git//modules/ssh?ref=v5",
        ] {
            let wanted = format!("{group}/modules/ssh");
            assert_eq!(registry_name(source).as_deref(), Some(wanted.as_str()), "{source}");
        }
        for source in [
            "app.terraform.io/terraform-aws-modules/security-group/aws",
            "git::https://example.com/terraform-aws-modules/terraform-aws-security-group.git",
            "s3::https://s3.amazonaws.com/bucket/module.zip",
            "security-group",
            "",
        ] {
            assert_eq!(registry_name(source), None, "{source}");
        }
    }
}
