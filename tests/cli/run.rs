//! Runs the binary in a folder of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A folder with the files that a test needs. It is a repository, so that no config above it counts.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(folder.path(".git")).expect("a folder");
        for (name, text) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `sglint` here, with an environment that is the same everywhere.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        self.run_in("", arguments, environment)
    }

    /// Runs `sglint` in a folder of this one.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_sglint"))
            .args(arguments)
            .current_dir(self.path(folder))
            .env_clear()
            .envs(environment.iter().copied())
            .output()
            .expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8 output");
        Ran { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// All of it, to compare with a snapshot.
    pub(crate) fn all(&self) -> String {
        let Self { status, stdout, stderr } = self;
        let status = status.map_or_else(|| "killed".to_owned(), |status| status.to_string());
        format!("status: {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}
