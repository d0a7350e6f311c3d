//! A bound on the time that one text can take.
//!
//! hcl-edit compares each key of an object with all keys before it, so that a generated object of 100,000
//! entries would take a minute. Everything else it does takes linear time.

use super::scan::{Scanner, TokenKind};

/// How many key comparisons one file may cost; about a second. One object of 14,000 entries, or a thousand
/// objects of 400.
pub(super) const COMPARISON_BUDGET: usize = 100_000_000;

/// A text up to this many bytes cannot hold enough entries to matter.
const SMALL: usize = 64 * 1024;

/// Takes what parsing a text costs from the budget; `false` if the budget does not suffice.
pub(super) fn afford(text: &str, budget: &mut usize) -> bool {
    afford_scanned(text, Scanner::new(text), budget)
}

/// The same for a text that is a template.
pub(super) fn afford_template(text: &str, budget: &mut usize) -> bool {
    afford_scanned(text, Scanner::new_template(text), budget)
}

fn afford_scanned(text: &str, scanner: Scanner<'_>, budget: &mut usize) -> bool {
    let cost = if text.len() <= SMALL { 0 } else { comparisons(text, scanner) };
    let affordable = cost <= *budget;
    *budget = budget.saturating_sub(if affordable { cost } else { 0 });
    affordable
}

/// About how many pairs of keys stand in one object, over all objects of a text.
fn comparisons(text: &str, mut scanner: Scanner<'_>) -> usize {
    let pairs = |entries: usize| entries.saturating_mul(entries) / 2;
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
            let head = before.ends_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '"'));
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
        assert_eq!(cost(&format!("a = {{\n{entries}}}\n")), 101 * 101 / 2);
        assert_eq!(cost(&format!("a = [for x in {{\n{entries}}} : x]\n")), 101 * 101 / 2);
        assert_eq!(cost(&format!("locals {{\n{entries}}}\nb \"c\" {{\n{entries}}}\n")), 0);
        assert_eq!(cost(&format!("a = [{}]\n", "1,".repeat(100))), 0);
    }

    #[test]
    fn what_is_not_afforded_is_not_charged() {
        let text = format!("a = {{\n{}}}\n", entries(20_000));
        let mut budget = COMPARISON_BUDGET;
        assert!(!afford(&text, &mut budget));
        assert_eq!(budget, COMPARISON_BUDGET);
        assert!(!afford_template(&format!("${{ {{\n{}}} }}", entries(20_000)), &mut budget));
        assert!(afford(&entries(20_000), &mut budget));
    }
}
