//! Rebuilds when a rule file is added, changed or removed: the rules are part of the program.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
