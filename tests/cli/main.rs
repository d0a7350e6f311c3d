//! The binary as its users meet it: arguments, output, exit status.

mod bad_input;
mod catalogue;
mod check;
mod facts;
mod judge;
mod lookups;
mod plan;
mod run;
mod usage;
mod verdicts;
