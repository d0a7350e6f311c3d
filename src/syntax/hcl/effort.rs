//! A bound on the time that one text can take.
//!
//! hcl-edit takes linear time, with two exceptions. It compares each key of an object with all keys before it,
//! so that a generated object of 100,000 entries would take a minute. And it stops at the first name that is
//! given twice, so that each costs another pass.

use super::scan::{Scanner, TokenKind};

/// A text up to this many bytes cannot hold enough entries to matter.
const SMALL: usize = 64 * 1024;

/// What may still be spent on one file beyond one pass over its text, in bytes that could be parsed instead.
pub(super) struct Effort {
    remaining: usize,
    small: bool,
}

impl Effort {
    /// Half a second, or an object of 11,000 entries.
    const PER_FILE: usize = 32 * 1024 * 1024;

    pub(super) fn for_file(text: &str) -> Self {
        Self { remaining: Self::PER_FILE, small: text.len() <= SMALL }
    }

    /// Whether a part of the file can be parsed.
    pub(super) fn suffices(&mut self, part: &str) -> bool {
        self.small || self.spend(comparisons(part, Scanner::new(part)))
    }

    /// Whether the file can be parsed as a template.
    pub(super) fn suffices_for_template(&mut self, text: &str) -> bool {
        self.small || self.spend(comparisons(text, Scanner::new_template(text)))
    }

    /// Whether a part can be parsed once more. The `pass` is what [`one_pass`] says of it.
    pub(super) fn suffices_again(&mut self, pass: usize) -> bool {
        self.spend(pass)
    }

    fn spend(&mut self, cost: usize) -> bool {
        let left = self.remaining.checked_sub(cost);
        self.remaining = left.unwrap_or(self.remaining);
        left.is_some()
    }
}

/// What one pass over a text costs.
pub(super) fn one_pass(text: &str) -> usize {
    text.len().saturating_add(comparisons(text, Scanner::new(text)))
}

/// What the comparisons of keys cost: half a byte for each pair of keys in one object.
fn comparisons(text: &str, mut scanner: Scanner<'_>) -> usize {
    let pairs = |entries: usize| entries.saturating_mul(entries) / 4;
    let mut total: usize = 0;
    // Entries so far of what is open; `None` for anything but an object.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut before = "";
    while let Some(token) = scanner.next() {
        let written = &text[token.range];
        for closed in open.drain(scanner.depth().min(open.len())..) {
            total = total.saturating_add(closed.map_or(0, pairs));
        }
        while open.len() < scanner.depth() {
            // The brace of a block follows its kind or a label.
            let head =
                before.ends_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '"'));
            let is_object = written == "{" && (!head || before == "in");
            open.push(is_object.then_some(0));
        }
        let separates = token.kind == TokenKind::Newline || written == ",";
        if separates && let Some(Some(entries)) = open.last_mut() {
            *entries += 1;
        }
        before = written;
    }
    open.into_iter().flatten().map(pairs).fold(total, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn entries(count: usize) -> String {
        let mut text = String::new();
        for number in 0..count {
            let _ = writeln!(text, "key_{number} = 1");
        }
        text
    }

    #[test]
    fn only_objects_count() {
        let cost = |text: &str| comparisons(text, Scanner::new(text));
        let entries = entries(100);
        assert_eq!(cost(&format!("a = {{\n{entries}}}\n")), 101 * 101 / 4);
        assert_eq!(cost(&format!("a = [for x in {{\n{entries}}} : x]\n")), 101 * 101 / 4);
        assert_eq!(cost(&format!("locals {{\n{entries}}}\nb \"c\" {{\n{entries}}}\n")), 0);
        assert_eq!(cost(&format!("a = [{}]\n", "1,".repeat(100))), 0);
    }

    #[test]
    fn what_is_refused_costs_nothing() {
        let text = format!("a = {{\n{}}}\n", entries(20_000));
        let mut effort = Effort::for_file(&text);
        assert!(!effort.suffices(&text));
        assert!(!effort.suffices_for_template(&format!("${{ {{\n{}}} }}", entries(20_000))));
        assert!(effort.suffices(&format!("a = {{\n{}}}\n", entries(10_000))));
        assert!(
            !effort.suffices(&format!("a = {{\n{}}}\n", entries(10_000))),
            "the file as a whole is bounded"
        );
    }
}
