//! The binary as its users meet it: arguments, output, exit status.

mod bad_input;
mod catalogue;
mod check;
mod config;
mod exposure;
mod facts;
mod judge;
mod lookups;
mod modules;
mod parameters;
mod plan;
mod reachability;
mod rule_errors;
mod rule_tests;
mod run;
mod sensitive;
mod sharing;
mod stacks;
mod usage;
mod variables;
mod verdicts;
