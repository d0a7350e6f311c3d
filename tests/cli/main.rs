//! The binary as its users meet it: arguments, output, exit status.

mod bad_input;
mod catalogue;
mod check;
mod facts;
mod judge;
mod plan;
mod run;
mod stacks;
mod usage;
mod variables;
mod verdicts;
