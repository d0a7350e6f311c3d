//! Paths that lead nowhere, files that are none, and texts that are no text.

use std::fs;

use super::{GOOD_TEMPLATE, GOOD_TERRAFORM, check, check_paths, folder, group, write_large};

#[test]
fn a_path_that_does_not_exist() {
    let outcome = check_paths(&folder(&[]), &[".", "nope"]);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.problems, ["error path-not-found nope: nope does not exist"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder(&[("bad/main.tf", "")]);
    let path = folder.path("bad/main.tf");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("it is ours");
    let outcome = if fs::read(&path).is_err() {
        check(&folder)
    } else if cfg!(target_os = "linux") {
        // An administrator can read every file but this one.
        check_paths(&folder, &[".", "/proc/self/mem"])
    } else {
        eprintln!("skipped: this user can read every file");
        return;
    };
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    assert!(outcome.problems[0].starts_with("error unreadable-file "), "{:?}", outcome.problems);
}

#[test]
fn folders_that_are_named_like_files() {
    let folder = folder(&[("bad/x.tf/notes", ""), ("bad/x.yaml/notes", "")]);
    for arguments in [&["."][..], &[".", "bad/x.tf", "bad/x.yaml"]] {
        let outcome = check_paths(&folder, arguments);
        assert_eq!((outcome.status, outcome.problems), (1, vec![]));
    }
}

#[test]
fn bytes_that_are_no_text() {
    let folder = folder(&[]);
    let binary: Vec<u8> = (0..10_000_u32).map(|number| (number * 167 % 251) as u8 ^ 0x80).collect();
    fs::create_dir(folder.path("bad")).expect("a folder");
    for name in ["main.tf", "t.yaml", "t.json", "terraform.tfvars"] {
        fs::write(folder.path("bad").join(name), &binary).expect("a file");
    }
    fs::write(folder.path("bad/ok.tf"), GOOD_TERRAFORM).expect("a file");
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.groups, 1, "the other file of the module is read");
    let names: Vec<_> =
        outcome.problems.iter().map(|problem| &problem[..problem.find(':').unwrap_or(0)]).collect();
    assert_eq!(
        names,
        [
            "error unreadable-file bad/main.tf",
            "error unreadable-file bad/t.json",
            "error unreadable-file bad/t.yaml",
            "error unreadable-file bad/terraform.tfvars",
        ]
    );
}

#[test]
fn one_byte_that_is_not_utf_8() {
    let folder = folder(&[]);
    fs::create_dir(folder.path("bad")).expect("a folder");
    fs::write(folder.path("bad/main.tf"), b"# caf\xe9\n").expect("a file");
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert_eq!(
        outcome.problems,
        ["error unreadable-file bad/main.tf: bad/main.tf is not UTF-8 text (first bad byte at offset 5)"]
    );
}

#[test]
fn files_of_nul_bytes() {
    let nul = "\0".repeat(10_000);
    let template = format!("AWSTemplateFormatVersion: x\n{nul}");
    let outcome = check(&folder(&[("bad/main.tf", &nul), ("bad/t.yaml", &template)]));
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.problems.len(), 2, "{:?}", outcome.problems);
    assert!(outcome.problems[0].starts_with("error hcl-syntax bad/main.tf:1:1: "), "{:?}", outcome.problems);
    assert!(outcome.problems[1].starts_with("error yaml-syntax bad/t.yaml:2:1: "), "{:?}", outcome.problems);
}

#[test]
fn empty_files() {
    let folder =
        folder(&[("bad/main.tf", ""), ("bad/t.yaml", ""), ("bad/t.json", ""), ("bad/x.auto.tfvars", "")]);
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.problems), (1, vec![]));
}

#[test]
fn fifty_megabytes_of_terraform() {
    for (unit, line) in
        [(group("22").as_str(), "blocks"), ("x = 1 ", "one line"), ("# comment\n", "comments")]
    {
        let folder = folder(&[("bad/ok.tf", &group("22"))]);
        write_large(&folder.path("bad/main.tf"), unit, 50);
        let outcome = check(&folder);
        assert_eq!(outcome.status, 2, "{line}");
        assert_eq!(outcome.groups, 1, "the other file of the module is read");
        assert_eq!(
            outcome.problems,
            ["error file-too-large bad/main.tf:1:1: bad/main.tf is larger than 2 MiB and was not read"]
        );
    }
}

#[test]
fn fifty_megabytes_of_data() {
    let folder = folder(&[]);
    write_large(&folder.path("bad/a.json"), "{\"a\": [1, 2, 3]},\n", 50);
    write_large(&folder.path("bad/b.json"), "{\"address\": \"fe80::1\", \"Resources\": [1]},\n", 50);
    write_large(&folder.path("bad/c.yaml"), "a: &a [::, Resources]\n", 50);
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.problems), (1, vec![]), "data is nobody's business");
}

#[test]
fn fifty_megabytes_of_template() {
    let folder = folder(&[]);
    write_large(&folder.path("bad/t.yaml"), GOOD_TEMPLATE, 50);
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert_eq!(
        outcome.problems,
        ["error file-too-large bad/t.yaml:1:1: bad/t.yaml is larger than 2 MiB and was not read"]
    );
}

#[test]
fn a_file_too_large_to_be_loaded() {
    let folder = folder(&[]);
    write_large(&folder.path("bad/main.tf"), "# comment\n", 70);
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.problems, ["error unreadable-file bad/main.tf: bad/main.tf is larger than 64 MiB"]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("bad/ok.tf", &group("22"))]);
    symlink("b.tf", folder.path("bad/a.tf")).expect("a link");
    symlink("a.tf", folder.path("bad/b.tf")).expect("a link");
    symlink("self.yaml", folder.path("bad/self.yaml")).expect("a link");
    symlink("..", folder.path("bad/up")).expect("a link");
    symlink(".", folder.path("bad/here.tf")).expect("a link");
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    let codes: Vec<_> =
        outcome.problems.iter().map(|problem| problem.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(
        codes,
        ["warning broken-link bad/a.tf", "warning broken-link bad/b.tf", "warning broken-link bad/self.yaml"]
    );
    let outcome = check_paths(&folder, &[".", "bad/a.tf"]);
    assert_eq!(outcome.status, 2, "{:?}", outcome.problems);
}

#[cfg(unix)]
#[test]
fn pipes_and_devices() {
    let folder = folder(&[("bad/ok.tf", &group("22"))]);
    for name in ["pipe", "pipe.tf", "pipe.yaml", "pipe.auto.tfvars"] {
        let made = std::process::Command::new("mkfifo").arg(folder.path("bad").join(name)).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo is a standard command");
    }
    let found = check(&folder);
    assert_eq!((found.status, found.groups, found.problems.len()), (1, 1, 3), "{:?}", found.problems);
    assert!(found.problems.iter().all(|problem| problem.starts_with("warning not-a-file bad/pipe.")));

    let given = check_paths(&folder, &["good", "bad/pipe", "bad/pipe.tf", "/dev/zero", "/dev/null"]);
    assert_eq!((given.status, given.problems.len()), (2, 4), "{:?}", given.problems);
    assert!(given.problems.iter().all(|problem| problem.starts_with("error not-a-file ")));

    for path in ["bad/pipe", "/dev/zero", "nope.tfvars"] {
        let outcome = check_paths(&folder, &["good", "--var-file", path]);
        assert_eq!((outcome.status, outcome.problems.len()), (2, 1), "{:?}", outcome.problems);
        assert!(outcome.problems[0].starts_with("error unreadable-file "), "{:?}", outcome.problems);
    }
}

#[cfg(unix)]
#[test]
fn links_to_devices() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("bad/ok.tf", &group("22")), ("worse/main.tf", &group("22"))]);
    for name in ["bad/zero.tf", "bad/zero.yaml", "worse/.gitignore"] {
        symlink("/dev/zero", folder.path(name)).expect("a link");
    }
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(
        outcome.problems,
        [
            "warning not-a-file bad/zero.tf: bad/zero.tf is neither a regular file nor a folder",
            "warning not-a-file bad/zero.yaml: bad/zero.yaml is neither a regular file nor a folder",
            "error ignore-file worse/.gitignore: worse/.gitignore is not a regular file of reasonable size: \
             the folder was not looked at",
        ]
    );
    symlink("/dev/zero", folder.path(".gitignore")).expect("a link");
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (2, 1), "{:?}", outcome.problems);
}
