//! The binary as its users meet it: arguments, output, exit status.

mod catalogue;
mod check;
mod judge;
mod run;
mod usage;
mod verdicts;
