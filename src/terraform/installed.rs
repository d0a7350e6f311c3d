//! `.terraform/modules/modules.json`: where `terraform init` has put the modules that a root module calls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::problem::Problem;
use crate::source::{SourceMap, normalised};

/// The folder, below the root module, that Terraform puts code of others into.
const DATA: &str = ".terraform";
/// The largest list that is read, in bytes. A module takes about 150.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The modules that are there, by call path: `net.sg` is what `module "sg"` in the module of `module "net"` calls.
#[derive(Debug, Default)]
pub(super) struct Installed {
    modules: BTreeMap<String, InstalledModule>,
    /// What is wrong with the list.
    pub(super) problems: Vec<Problem>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct InstalledModule {
    pub(super) directory: PathBuf,
    /// The version that was chosen, of a registry module.
    pub(super) version: Option<String>,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "Modules")]
    modules: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    key: String,
    dir: String,
    #[serde(default)]
    version: Option<String>,
}

/// Whether a directory holds code that Terraform has downloaded.
pub(super) fn is_downloaded(directory: &Path) -> bool {
    directory.components().any(|part| part.as_os_str() == DATA)
}

impl Installed {
    /// Reads the list of a root module; empty if there is none.
    pub(super) fn read(sources: &SourceMap, root: &Path) -> Self {
        let path = normalised(&root.join(DATA).join("modules/modules.json"));
        if !path.exists() {
            return Self::default();
        }
        let name = sources.display_name(&path);
        let unusable = |message: String| Self {
            problems: vec![
                Problem::warning("module-list", message)
                    .in_path(name.clone())
                    .help("run `terraform init` again; until then the modules that it lists are not judged"),
            ],
            ..Self::default()
        };
        let file = match sources.load(&path) {
            Ok(file) if file.text().len() <= MAX_BYTES => file,
            Ok(_) => return unusable(format!("{name} is larger than {} MiB", MAX_BYTES / 1024 / 1024)),
            Err(error) => return unusable(error.to_string()),
        };
        let list: List = match serde_json::from_str(file.text()) {
            Ok(list) => list,
            Err(error) => return unusable(format!("{name} is no list of modules: {error}")),
        };
        let mut installed = Self::default();
        for Record { key, dir, version } in list.modules {
            let directory = normalised(&root.join(&dir));
            if key.is_empty() {
                continue;
            }
            if leaves(root, &directory) {
                installed.problems.push(
                    Problem::warning(
                        "module-list",
                        format!("{name} puts the module {key} outside of the configuration: {dir}"),
                    )
                    .in_path(name.clone())
                    .help("it is not read; run `terraform init` again, or keep the module below the root"),
                );
                continue;
            }
            installed.modules.insert(key, InstalledModule { directory, version });
        }
        installed
    }

    /// The module that a call path leads to.
    pub(super) fn get(&self, call_path: &str) -> Option<&InstalledModule> {
        self.modules.get(call_path)
    }
}

/// Whether a directory lies outside of the repository around the root module, or outside of the root module if there
/// is none, by its text or through a symbolic link: a configuration under review must not make its linter read
/// something else.
fn leaves(root: &Path, directory: &Path) -> bool {
    let tree = root.ancestors().find(|above| above.join(".git").exists()).unwrap_or(root);
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    match (real(tree), real(directory)) {
        (Some(tree), Some(directory)) => !directory.starts_with(tree),
        // What is not there cannot be read, wherever it is.
        _ => !directory.starts_with(normalised(tree)),
    }
}
