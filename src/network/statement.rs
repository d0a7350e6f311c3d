//! Statements of IAM policies.

use std::sync::Arc;

use crate::resource::{Origin, Presence, Unknown};
use crate::source::Span;

/// A statement of an IAM policy that allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Address of the resource that holds the policy.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// Who gets the permissions: a name, or the address of what has one.
    pub holder: String,
    /// What it allows.
    pub terms: Terms,
    /// What the other statements of the policy deny.
    pub denied: Arc<[Terms]>,
    /// The narrowest place in the resource that holds the statement.
    pub head: Span,
    /// Where the statement is written.
    pub written: Span,
    /// The resource.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// What a statement of an IAM policy is about, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// `Action`.
    pub actions: Phrases,
    /// `NotAction`, if it is given: every action but these.
    pub all_actions_but: Result<Option<Vec<Phrase>>, Arc<Unknown>>,
    /// `Resource`.
    pub resources: Phrases,
    /// `NotResource`, if it is given: every resource but these.
    pub all_resources_but: Result<Option<Vec<Phrase>>, Arc<Unknown>>,
    /// `Condition`.
    pub condition: Condition,
}

/// What the condition of a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is none.
    None,
    /// Which groups or VPCs: `aws:ResourceTag/Owner`, `ec2:Vpc`; or what is not known.
    Groups,
    /// Something else: who asks, from where, when.
    Else,
}

/// A list of texts in a statement.
pub type Phrases = Result<Vec<Phrase>, Arc<Unknown>>;

/// A text in a statement, and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The text.
    pub text: String,
    /// Where it was written; of a policy that is a text, where that was.
    pub origin: Origin,
    /// Which part of that text it is, if it can be found there.
    pub quote: Option<Quote>,
}

/// One of several equal texts in a policy that is a text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// How many of them stand before it.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

impl Statement {
    /// Narrows the places of texts that stand in other texts down to where they stand there. `text_of` is the source text
    /// at a place.
    pub fn locate(&mut self, text_of: &dyn Fn(Span) -> String) {
        let mut latest: Option<(Span, String)> = None;
        let Terms { actions, resources, .. } = &mut self.terms;
        for phrase in actions.iter_mut().chain(resources).flatten() {
            let Some(quote) = phrase.quote.take() else { continue };
            let written = phrase.origin.written;
            if latest.as_ref().is_none_or(|(span, _)| *span != written) {
                latest = Some((written, text_of(written)));
            }
            let text = latest.as_ref().map_or("", |(_, text)| text);
            let quoted = format!("\"{}\"", phrase.text);
            let found: Vec<usize> = text.match_indices(&quoted).map(|(start, _)| start).collect();
            if found.len() == quote.count
                && let Some(start) = found.get(quote.index)
            {
                let start = written.start as usize + start;
                phrase.origin.written = Span::new(written.file, start, start + quoted.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn a_text_in_a_text_is_found_if_each_one_of_its_kind_is() {
        let sources = SourceMap::new("/");
        let file = sources.add("a", r#"x = {"Action": ["ec2:*", "s3:*"]}, {"Action": "ec2:*"}"#);
        let written = Span::new(file.id(), 4, file.text().len());
        let located = |text: &str, index, count| {
            let phrase = Phrase {
                text: text.to_owned(),
                origin: Origin::at(written),
                quote: Some(Quote { index, count }),
            };
            let mut statement = Statement {
                resource: "a".into(),
                declared: "a".into(),
                holder: String::new(),
                terms: Terms {
                    actions: Ok(vec![phrase]),
                    all_actions_but: Ok(None),
                    resources: Ok(Vec::new()),
                    all_resources_but: Ok(None),
                    condition: Condition::None,
                },
                denied: Arc::from([]),
                head: written,
                written,
                span: written,
                calls: Vec::new(),
                presence: Presence::Certain,
            };
            statement.locate(&|span| sources.text(span));
            let found = statement.terms.actions.expect("it is known")[0].origin.written;
            (found.start, sources.text(found))
        };
        assert_eq!(located("s3:*", 0, 1), (25, r#""s3:*""#.to_owned()));
        assert_eq!(located("ec2:*", 1, 2), (46, r#""ec2:*""#.to_owned()));
        // A third one is made by an expression: which of the two it is cannot be told.
        assert_eq!(located("ec2:*", 1, 3), (4, sources.text(written)));
    }
}
