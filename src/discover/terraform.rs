//! What the names of files say to Terraform and OpenTofu.
//!
//! Terraform loads `.tf` and `.tf.json` files, OpenTofu also `.tofu` and `.tofu.json`, which hide the file of the same
//! name that Terraform reads: `main.tofu` hides `main.tf`, `main.tofu.json` hides `main.tf.json`. Hidden files and
//! backups of editors are left alone. Tests (`.tftest.hcl`, `.tftest.json`, `.tofutest.hcl`) are no part of a
//! module.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a file is to Terraform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerraformFile {
    /// Configuration: `main.tf`.
    Configuration,
    /// Configuration that changes what the other files say: `override.tf`, `main_override.tf`.
    Override,
    /// Values that a root module loads by itself: `terraform.tfvars`, `*.auto.tfvars`.
    OwnVariables,
    /// Values that are loaded when they are named: `prod.tfvars`.
    Variables,
}

/// Endings of configuration files; each at `i` hides the one at `i + 2`.
const CONFIGURATION: [&str; 4] = [".tofu", ".tofu.json", ".tf", ".tf.json"];
const VARIABLES: [&str; 2] = [".tfvars", ".tfvars.json"];

/// What a file is to Terraform, by its name; `None` if Terraform has nothing to do with it.
pub fn terraform_file(name: &str) -> Option<TerraformFile> {
    if name.starts_with('.') {
        return None;
    }
    if let Some(stem) = stem(name, &VARIABLES) {
        // Terraform tells upper case from lower case on every system.
        let own = stem == "terraform" || stem.strip_suffix(".auto").is_some();
        return Some(if own { TerraformFile::OwnVariables } else { TerraformFile::Variables });
    }
    let stem = stem(name, &CONFIGURATION)?;
    let changes = stem == "override" || stem.ends_with("_override");
    Some(if changes { TerraformFile::Override } else { TerraformFile::Configuration })
}

/// Whether a file is in the JSON form of configuration or variables.
pub fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// Of the files of one directory those that make its module, in name order.
pub fn configuration_files(listed: &[PathBuf]) -> Vec<PathBuf> {
    let names: BTreeSet<&str> = listed.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    let is_loaded = |path: &&PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            matches!(terraform_file(name), Some(TerraformFile::Configuration | TerraformFile::Override))
                && !hiding(name).is_some_and(|tofu| names.contains(&*tofu))
        })
    };
    let mut files: Vec<PathBuf> = listed.iter().filter(is_loaded).cloned().collect();
    files.sort();
    files
}

/// Of the files of one directory those from which a root module takes values by itself, in Terraform's order: later
/// ones win.
pub fn variable_files(listed: &[PathBuf]) -> Vec<PathBuf> {
    let name =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let mut files: Vec<PathBuf> = listed
        .iter()
        .filter(|path| terraform_file(&name(path)) == Some(TerraformFile::OwnVariables))
        .cloned()
        .collect();
    files.sort_by_cached_key(|path| {
        let name = name(path);
        (name.contains(".auto."), name)
    });
    files
}

/// The name of the OpenTofu file that hides a file of Terraform's.
fn hiding(name: &str) -> Option<String> {
    let (tofu, terraform) = CONFIGURATION.split_at(2);
    terraform
        .iter()
        .zip(tofu)
        .find_map(|(ending, other)| Some(format!("{}{other}", name.strip_suffix(ending)?)))
}

fn stem<'name>(name: &'name str, endings: &[&str]) -> Option<&'name str> {
    endings.iter().find_map(|ending| name.strip_suffix(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_is() {
        for (name, expected) in [
            ("main.tf", Some(TerraformFile::Configuration)),
            ("main.tofu.json", Some(TerraformFile::Configuration)),
            ("override.tf.json", Some(TerraformFile::Override)),
            ("dev_override.tofu", Some(TerraformFile::Override)),
            ("overrides.tf", Some(TerraformFile::Configuration)),
            ("terraform.tfvars", Some(TerraformFile::OwnVariables)),
            ("terraform.tfvars.json", Some(TerraformFile::OwnVariables)),
            ("a.auto.tfvars.json", Some(TerraformFile::OwnVariables)),
            ("prod.tfvars", Some(TerraformFile::Variables)),
            ("auto.tfvars", Some(TerraformFile::Variables)),
            (".main.tf", None),
            (".hidden.auto.tfvars", None),
            ("main.tf~", None),
            ("#main.tf#", None),
            ("unit.tftest.hcl", None),
            ("unit.tftest.json", None),
            ("unit.tofutest.hcl", None),
            ("package.json", None),
        ] {
            assert_eq!(terraform_file(name), expected, "{name}");
        }
    }

    #[test]
    fn files_of_opentofu_hide_those_of_the_same_name() {
        let listed = ["b.tf", "a.tofu", "a.tf", "a.tf.json", "c.tofu.json", "c.tf.json", "c.tf"];
        let listed = listed.map(|name| PathBuf::from("m").join(name));
        let loaded: Vec<_> = configuration_files(&listed);
        assert_eq!(
            loaded,
            ["a.tf.json", "a.tofu", "b.tf", "c.tf", "c.tofu.json"].map(|name| Path::new("m").join(name))
        );
    }
}
