//! Rebuilds when a rule file or a stub of a module is added, changed or removed: they are part of the program.

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=stubs");
}
