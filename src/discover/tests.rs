use tempfile::TempDir;

use super::*;
use crate::config::ConfigChoice;

struct Tree(TempDir);

impl Tree {
    /// A repository with these files; a name that ends in `/` is a folder.
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            let path = tree.path(name);
            if name.ends_with('/') {
                fs::create_dir_all(path).expect("a folder");
            } else {
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, text).expect("a file");
            }
        }
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn discover(&self, paths: &[&str]) -> Discovered {
        let sources = Arc::new(SourceMap::new(self.0.path()));
        let configs = Arc::new(ConfigStore::new(&ConfigChoice::Nearest, Arc::clone(&sources)));
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        discover(&paths, &configs, &sources)
    }

    /// What was found, each with its files, by relative path.
    fn found(&self, paths: &[&str]) -> Vec<String> {
        let discovered = self.discover(paths);
        let codes: Vec<_> = discovered.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [""; 0]);
        self.listed(&discovered)
    }

    fn listed(&self, discovered: &Discovered) -> Vec<String> {
        let relative = |path: &Path| path.strip_prefix(self.0.path()).expect("inside").display().to_string();
        let modules = discovered.terraform.iter().map(|directory| {
            let files = directory.files.iter().chain(&directory.variable_files);
            let names: Vec<_> =
                files.map(|file| file.file_name().expect("a name").to_string_lossy().into_owned()).collect();
            format!("{}: {}", relative(&directory.path), names.join(" "))
        });
        let templates = discovered.templates.iter().map(|candidate| relative(&candidate.path));
        modules.chain(templates).collect()
    }
}

fn codes(discovered: &Discovered) -> Vec<&'static str> {
    discovered.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn lists_modules_and_candidates_in_order() {
    let tree = Tree::new(&[
        ("b/main.tf", ""),
        ("b/z.auto.tfvars", ""),
        ("b/a.auto.tfvars", ""),
        ("b/terraform.tfvars", ""),
        ("b/prod.tfvars", ""),
        ("a/x.tf", ""),
        ("a/.hidden.tf", ""),
        ("a/unit.tftest.hcl", ""),
        ("stack.yml", ""),
        ("stack.template", ""),
        ("package-lock.json", ""),
        ("notes.txt", ""),
        (".terraform/modules/m/main.tf", ""),
    ]);
    let expected =
        ["a: x.tf", "b: main.tf terraform.tfvars a.auto.tfvars z.auto.tfvars", "stack.template", "stack.yml"];
    assert_eq!(tree.found(&["."]), expected);
    assert_eq!(tree.found(&["b", ".", "./a/../a"]), expected, "nothing twice");
}

#[test]
fn a_file_is_reported_on_but_its_whole_module_is_read() {
    let tree = Tree::new(&[("m/main.tf", ""), ("m/variables.tf", ""), ("other/main.tf", "")]);
    let discovered = tree.discover(&["m/main.tf"]);
    assert_eq!(tree.listed(&discovered), ["m: main.tf variables.tf"]);
    assert!(discovered.reported.covers(&tree.path("m/main.tf")));
    assert!(!discovered.reported.covers(&tree.path("m/variables.tf")));
}

#[test]
fn ignored_files_are_not_looked_for_but_taken_when_given() {
    let tree = Tree::new(&[
        (".git/", ""),
        (".git/info/exclude", "/mine\n"),
        (".gitignore", "out/\n*_override.tf\n*.gen.json\n"),
        ("out/template.json", ""),
        ("mine/main.tf", ""),
        ("m/main.tf", ""),
        ("m/dev_override.tf", ""),
        ("deep/.gitignore", "*.yaml"),
        ("deep/a.yaml", ""),
        ("deep/b.gen.json", ""),
    ]);
    let discovered = tree.discover(&["."]);
    assert_eq!(tree.listed(&discovered), ["m: dev_override.tf main.tf", "mine: main.tf"]);
    assert!(!discovered.reported.covers(&tree.path("m/dev_override.tf")), "read, because Terraform reads it");
    assert_eq!(tree.found(&["out", "deep/a.yaml"]), ["deep/a.yaml", "out/template.json"]);
    assert_eq!(tree.found(&["deep"]), [""; 0], "the ignore rules of parents count too");
}

#[test]
fn excluded_paths_are_left_out_unless_given() {
    let tree = Tree::new(&[
        ("sglint.yaml", "exclude: [examples/, '*.gen.yaml']\n"),
        ("examples/main.tf", ""),
        ("a.gen.yaml", ""),
        ("main.tf", ""),
        ("sub/.sglint.yaml", "include: [keep/]\n"),
        ("sub/keep/main.tf", ""),
        ("sub/drop/main.tf", ""),
    ]);
    assert_eq!(tree.found(&["."]), [": main.tf", "sub/keep: main.tf"]);
    assert_eq!(tree.found(&["examples/main.tf"]), ["examples: main.tf"]);
}

#[test]
fn a_missing_path_does_not_stop_the_rest() {
    let tree = Tree::new(&[("main.tf", "")]);
    let discovered = tree.discover(&["nope", "main.tf"]);
    assert_eq!(codes(&discovered), ["path-not-found"]);
    assert_eq!(discovered.terraform.len(), 1);
}

#[test]
fn a_folder_named_like_a_file_is_a_folder() {
    let tree = Tree::new(&[("m/x.tf/main.tf", ""), ("m/main.tf", ""), ("m/y.yaml/", "")]);
    assert_eq!(tree.found(&["."]), ["m: main.tf", "m/x.tf: main.tf"]);
}

#[test]
fn every_form_of_terraform_is_found() {
    let tree = Tree::new(&[
        ("json/main.tf.json", "{}"),
        ("json/terraform.tfvars.json", "{}"),
        ("json/b.auto.tfvars.json", "{}"),
        ("json/a.auto.tfvars", ""),
        ("json/prod.tfvars.json", "{}"),
        ("json/unit.tftest.json", "{}"),
        ("tofu/main.tf", ""),
        ("tofu/main.tofu", ""),
        ("tofu/more.tf.json", "{}"),
        ("tofu/more.tofu.json", "{}"),
        ("tofu/unit.tofutest.hcl", ""),
        ("values/prod.tfvars.json", "{}"),
    ]);
    assert_eq!(
        tree.found(&["."]),
        [
            "json: main.tf.json terraform.tfvars.json a.auto.tfvars b.auto.tfvars.json",
            "tofu: main.tofu more.tofu.json",
        ]
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_to_files_are_followed_inside_the_repository_only() {
        let outside = Tree::new(&[("secret.tf", "")]);
        let tree = Tree::new(&[(".git/", ""), ("common/shared.tf", ""), ("env/main.tf", "")]);
        symlink("../common/shared.tf", tree.path("env/shared.tf")).expect("a link");
        symlink(outside.path("secret.tf"), tree.path("env/secret.tf")).expect("a link");
        symlink("nowhere.tf", tree.path("env/broken.tf")).expect("a link");
        symlink("loop.yaml", tree.path("env/loop.yaml")).expect("a link");
        symlink("..", tree.path("env/up")).expect("a link");
        let discovered = tree.discover(&["env"]);
        assert_eq!(tree.listed(&discovered), ["env: main.tf shared.tf"]);
        let mut codes = codes(&discovered);
        codes.sort_unstable();
        assert_eq!(codes, ["broken-link", "broken-link", "link-leaves-tree"]);
    }

    #[test]
    fn a_pipe_is_not_opened() {
        let tree = Tree::new(&[("main.tf", "")]);
        for name in ["pipe.tf", "pipe.yaml"] {
            let made = Command::new("mkfifo").arg(tree.path(name)).status();
            if !made.is_ok_and(|status| status.success()) {
                return;
            }
        }
        let discovered = tree.discover(&[".", "pipe.tf"]);
        assert_eq!(codes(&discovered), ["not-a-file"; 3]);
        assert_eq!(tree.listed(&discovered), [": main.tf"]);
    }
}
