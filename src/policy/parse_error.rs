//! What is wrong with a text that is no condition, in the words of the rule language.
//!
//! The crate's parser speaks of tokens and of what its grammar expects. What people bring from other languages is
//! looked for first: the place that the parser names is often behind it.

use std::ops::Range;

use super::expression::ConditionError;

/// What people write for something that a condition has.
const MEANT: &[(&str, &str)] = &[
    ("=", "=="),
    ("===", "=="),
    ("!==", "!="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("&", "&&"),
    ("|", "||"),
    ("and", "&&"),
    ("or", "||"),
    ("not", "!"),
];

/// Characters of operators.
const SIGNS: &str = "=<>!&|";

/// What is wrong with a source in which a parser stopped at a line and column, both counted from 1.
pub(super) fn explain(source: &str, line: usize, column: usize) -> ConditionError {
    let (words, open_quote) = words(source);
    if let Some(quote) = open_quote {
        return ConditionError::new("a quote that is not closed", quote..quote + 1)
            .help("texts stand in quotes: 'ingress'");
    }
    for word in &words {
        let text = &source[word.clone()];
        // What follows a dot is a name.
        let is_name = source[..word.start].ends_with('.');
        if let Some((_, right)) = MEANT.iter().find(|(wrong, _)| !is_name && text.eq_ignore_ascii_case(wrong))
        {
            return ConditionError::new(format!("conditions have no {text}"), word.clone())
                .help(format!("write {right}"));
        }
    }
    if let Some(bracket) = unpaired(source, &words) {
        return ConditionError::new("a bracket without its partner", bracket)
            .help("close it, or take it away");
    }
    let start = offset(source, line, column);
    let error = match words.iter().find(|word| word.end > start) {
        Some(word) => {
            ConditionError::new(format!("{} cannot stand here", &source[word.clone()]), word.clone())
        }
        None => ConditionError::new("the condition ends too early", source.len()..source.len()),
    };
    error.help("a condition is a comparison or a method of a field, or several joined by && and ||")
}

/// Where a line and a column are, both counted from 1.
fn offset(source: &str, line: usize, column: usize) -> usize {
    let before: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    source.floor_char_boundary((before + column - 1).min(source.len()))
}

/// The words, operators, texts and other characters of a source, and a quote that is not closed.
fn words(source: &str) -> (Vec<Range<usize>>, Option<usize>) {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = source[start..].chars().next() {
        let rest = &source[start..];
        let run = |belongs: &dyn Fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let length = match first {
            '\'' | '"' => match closing(rest, first) {
                Some(length) => length,
                None => return (words, Some(start)),
            },
            _ if first.is_alphanumeric() || first == '_' => run(&|c| c.is_alphanumeric() || c == '_'),
            _ if SIGNS.contains(first) => run(&|c| SIGNS.contains(c)),
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            words.push(start..start + length);
        }
        start += length;
    }
    (words, None)
}

/// How long a text is that starts with a quote, both quotes included; `None` if nothing closes it.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if character == quote && !escaped {
            return Some(at + 1);
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

/// The first bracket that closes nothing, or else the last one that nothing closes.
fn unpaired(source: &str, words: &[Range<usize>]) -> Option<Range<usize>> {
    let mut open: Vec<(&str, &Range<usize>)> = Vec::new();
    for word in words {
        let partner = match &source[word.clone()] {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            closing @ (")" | "]" | "}") => match open.pop() {
                Some((partner, _)) if partner == closing => continue,
                _ => return Some(word.clone()),
            },
            _ => continue,
        };
        open.push((partner, word));
    }
    open.pop().map(|(_, word)| word.clone())
}

#[cfg(test)]
mod tests {
    use crate::policy::expression::compile;

    #[test]
    fn what_other_languages_have_is_recognised() {
        for (source, expected) in [
            ("a.direction = 'ingress'", "=: conditions have no = (write ==)"),
            ("a.x === 'b'", "===: conditions have no === (write ==)"),
            ("a.x <> 'b'", "<>: conditions have no <> (write !=)"),
            ("a.x and a.y", "and: conditions have no and (write &&)"),
            ("a.x AND a.y", "AND: conditions have no AND (write &&)"),
            ("a.x or a.y", "or: conditions have no or (write ||)"),
            ("not a.x", "not: conditions have no not (write !)"),
            ("a.x & a.y", "&: conditions have no & (write &&)"),
            ("a.x | a.y", "|: conditions have no | (write ||)"),
            ("a.x == 'and' and a.y", "and: conditions have no and (write &&)"),
            ("a.x == 'b", "': a quote that is not closed (texts stand in quotes: 'ingress')"),
            ("(a.x && a.y", "(: a bracket without its partner (close it, or take it away)"),
            ("a.x && a.y)", "): a bracket without its partner (close it, or take it away)"),
            ("a.x in ['b'", "[: a bracket without its partner (close it, or take it away)"),
        ] {
            let error = compile(source).unwrap_err();
            let told = format!("{}: {} ({})", &source[error.range], error.message, error.help.unwrap());
            assert_eq!(told, expected, "{source}");
        }
    }

    #[test]
    fn what_the_language_does_not_have_names_what_it_has() {
        for (source, expected) in [
            ("a.ports.empty", "call it: .empty(…)"),
            ("a.tags.Owner == 'x'", "ask for a tag: .value('Owner')"),
            ("a.tags['Owner'] == 'x'", "ask for a tag: .value('Owner')"),
            ("a.names[0] == 'x'", "ask with in, exists or all"),
            ("has(a.name)", "every fact has all fields of its kind: a text that is not given is ''"),
        ] {
            assert_eq!(compile(source).unwrap_err().help.as_deref(), Some(expected), "{source}");
        }
    }

    #[test]
    fn anything_else_is_told_in_our_words_at_its_place() {
        for (source, word, message) in [
            ("a.x &&", "", "the condition ends too early"),
            ("", "", "the condition ends too early"),
            ("a.x a.y", "a", "a cannot stand here"),
            ("a.x && && a.y", "&&", "&& cannot stand here"),
            ("a.x ; a.y", ";", "; cannot stand here"),
            ("a.x == é", "é", "é cannot stand here"),
            ("a.x &&\n  == 'é'", "==", "== cannot stand here"),
        ] {
            let error = compile(source).unwrap_err();
            assert_eq!((&source[error.range], error.message.as_str()), (word, message), "{source}");
        }
    }
}
