//! Rules as data: loading, static checking, judging facts, self-test.
