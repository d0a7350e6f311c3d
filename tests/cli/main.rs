//! The binary as its users meet it: arguments, output, exit status.

mod catalogue;
mod check;
mod run;
mod usage;
mod verdicts;
