//! Plan files that are huge or broken.

use std::fs::{self, File};
use std::io::Write as _;

use super::{check, folder};

/// The plan of the test data.
fn plan() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/plan/plan.json");
    fs::read_to_string(path).expect("test data")
}

#[test]
fn two_hundred_megabytes_of_plan() {
    let folder = folder(&[("bad/empty.txt", "")]);
    let mut file = File::create(folder.path("bad/plan.json")).expect("a file");
    let head = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":["#;
    file.write_all(head.as_bytes()).expect("space");
    let resource =
        r#"{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","values":{"cidr_block":"10.0.0.0/8"}},"#;
    let block = resource.repeat(1024 * 1024 / resource.len());
    for _ in 0..200 {
        file.write_all(block.as_bytes()).expect("space");
    }
    write!(file, "{}]}}}}}}", resource.trim_end_matches(',')).expect("space");
    drop(file);
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert_eq!(
        outcome.problems,
        ["error unreadable-file bad/plan.json: bad/plan.json is larger than 64 MiB"]
    );
}

#[test]
fn a_plan_cut_anywhere() {
    let plan = plan();
    for eighths in 1..8 {
        let half = &plan[..plan.floor_char_boundary(plan.len() / 8 * eighths)];
        let outcome = check(&folder(&[("bad/plan.json", half)]));
        assert_eq!((outcome.status, outcome.problems.len()), (2, 1), "{:?}", outcome.problems);
        assert!(
            outcome.problems[0].starts_with("error plan-syntax bad/plan.json:")
                && outcome.problems[0].contains("cut off"),
            "{:?}",
            outcome.problems
        );
    }
}
