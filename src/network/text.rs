//! Texts of which a part may not be known: `"web in ${var.region}"`.

use std::sync::Arc;

use crate::resource::Unknown;

/// A text, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Known(String),
    Open(Open),
}

/// A part that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Why.
    pub why: Arc<Unknown>,
    /// It is made of unaccented letters, digits and hyphens only.
    pub plain: bool,
    /// The fewest characters it has.
    pub least: usize,
    /// The most characters it has, if there is a limit.
    pub most: Option<usize>,
}

impl Open {
    /// A part of which nothing is known.
    pub fn anything(why: Arc<Unknown>) -> Self {
        Self { why, plain: false, least: 0, most: None }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { parts: vec![Part::Known(text.to_owned())] }
    }
}

impl Text {
    /// A text without parts: empty.
    pub fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// Adds a known part.
    pub fn push_str(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Known(known)) => known.push_str(text),
            _ => self.parts.push(Part::Known(text.to_owned())),
        }
    }

    /// Adds a part that is not known.
    pub fn push_open(&mut self, open: Open) {
        self.parts.push(Part::Open(open));
    }

    /// The whole text, or why a part of it is not known.
    pub fn known(&self) -> Result<&str, Arc<Unknown>> {
        match (&self.parts[..], self.open().next()) {
            (_, Some(open)) => Err(Arc::clone(&open.why)),
            ([Part::Known(text)], None) => Ok(text),
            // Known parts that follow each other are one.
            _ => Ok(""),
        }
    }

    /// The known parts, in order.
    pub fn known_parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Known(text) => Some(text.as_str()),
            Part::Open(_) => None,
        })
    }

    /// The parts that are not known, in order.
    pub fn open(&self) -> impl Iterator<Item = &Open> {
        self.parts.iter().filter_map(|part| match part {
            Part::Known(_) => None,
            Part::Open(open) => Some(open),
        })
    }

    /// Why some part may hold any character; `None` if all are known or plain.
    pub fn strange(&self) -> Option<Arc<Unknown>> {
        self.open().find(|open| !open.plain).map(|open| Arc::clone(&open.why))
    }

    /// The fewest characters that it has.
    pub fn least(&self) -> usize {
        let known: usize = self.known_parts().map(|text| text.chars().count()).sum();
        known + self.open().map(|open| open.least).sum::<usize>()
    }

    /// The most characters that it has; why that is not known if a part may have any number.
    pub fn most(&self) -> Result<usize, Arc<Unknown>> {
        let mut most: usize = self.known_parts().map(|text| text.chars().count()).sum();
        for open in self.open() {
            most = most.saturating_add(open.most.ok_or_else(|| Arc::clone(&open.why))?);
        }
        Ok(most)
    }

    /// Whether it starts with a text.
    pub fn starts_with(&self, start: &str) -> Result<bool, Arc<Unknown>> {
        match &self.parts[..] {
            [] => Ok(start.is_empty()),
            [Part::Open(open), ..] => Err(Arc::clone(&open.why)),
            [Part::Known(known), rest @ ..] => match rest.first() {
                Some(Part::Open(open)) if !known.starts_with(start) && start.starts_with(known.as_str()) => {
                    Err(Arc::clone(&open.why))
                }
                _ => Ok(known.starts_with(start)),
            },
        }
    }

    /// Whether it ends with a space.
    pub fn ends_in_space(&self) -> Result<bool, Arc<Unknown>> {
        match self.parts.last() {
            None => Ok(false),
            Some(Part::Known(text)) => Ok(text.ends_with(' ')),
            Some(Part::Open(open)) if open.plain && open.least > 0 => Ok(false),
            Some(Part::Open(open)) => Err(Arc::clone(&open.why)),
        }
    }

    /// Whether it is another text, regardless of the case of unaccented letters and of spaces around both.
    pub fn is_like(&self, other: &str) -> Result<bool, Arc<Unknown>> {
        let other = other.trim().to_ascii_lowercase();
        let Some(open) = self.open().next() else {
            return Ok(self.known()?.trim().eq_ignore_ascii_case(&other));
        };
        // Its known parts stand in it in their order, the first at the start and the last at the end.
        let mut rest = other.as_str();
        let last = self.parts.len() - 1;
        for (index, part) in self.parts.iter().enumerate() {
            let Part::Known(known) = part else { continue };
            let known = known.to_ascii_lowercase();
            let found = match index {
                0 => rest.strip_prefix(known.trim_start()),
                _ if index == last => rest.ends_with(known.trim_end()).then_some(""),
                _ => rest.find(&known).map(|at| &rest[at + known.len()..]),
            };
            match found {
                Some(after) => rest = after,
                None => return Ok(false),
            }
        }
        Err(Arc::clone(&open.why))
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Cause;
    use crate::source::{SourceMap, Span};

    /// `?` stands for a part of which nothing is known, `-` for a plain one of 1 to 128 characters.
    fn text(parts: &[&str]) -> Text {
        let file = SourceMap::new("/").add("a", "").id();
        let mut text = Text::new();
        for part in parts {
            let unknown = Unknown::new(Cause::InputWithoutValue("x".to_owned()), Span::new(file, 0, 0));
            let open = Open::anything(Arc::new(unknown));
            match *part {
                "?" => text.push_open(open),
                "-" => text.push_open(Open { plain: true, least: 1, most: Some(128), ..open }),
                known => text.push_str(known),
            }
        }
        text
    }

    fn answer(result: Result<bool, Arc<Unknown>>) -> Option<bool> {
        result.ok()
    }

    #[test]
    fn a_known_start_decides_and_a_short_one_does_not() {
        assert_eq!(answer(text(&["sg-", "?"]).starts_with("sg-")), Some(true));
        assert_eq!(answer(text(&["web", "?"]).starts_with("sg-")), Some(false));
        assert_eq!(answer(text(&["s", "?"]).starts_with("sg-")), None);
        assert_eq!(answer(text(&["s"]).starts_with("sg-")), Some(false));
        assert_eq!(answer(text(&["-", "x"]).starts_with("sg-")), None);
    }

    #[test]
    fn the_end_is_that_of_the_last_part() {
        assert_eq!(answer(text(&["?", " "]).ends_in_space()), Some(true));
        assert_eq!(answer(text(&["x ", "?"]).ends_in_space()), None);
        assert_eq!(answer(text(&["x ", "-"]).ends_in_space()), Some(false));
    }

    #[test]
    fn lengths_have_bounds() {
        let it = text(&["é", "-", "b"]);
        assert_eq!((it.least(), it.most().ok()), (3, Some(130)));
        assert!(text(&["a", "?"]).most().is_err());
        assert_eq!(text(&["a", "b"]).known().ok(), Some("ab"));
        assert_eq!(Text::new().known().ok(), Some(""));
    }

    #[test]
    fn a_text_may_be_another_if_its_known_parts_stand_in_it() {
        let placeholder = "Managed by Terraform";
        assert_eq!(answer(text(&["Managed by ", "?"]).is_like(placeholder)), None);
        assert_eq!(answer(text(&["?", " by ", "?"]).is_like(placeholder)), None);
        assert_eq!(answer(text(&["?", "TERRAFORM"]).is_like(placeholder)), None);
        assert_eq!(answer(text(&["web ", "?"]).is_like(placeholder)), Some(false));
        assert_eq!(answer(text(&["?", " for ", "?"]).is_like(placeholder)), Some(false));
        assert_eq!(answer(text(&["?", "!"]).is_like(placeholder)), Some(false));
        assert_eq!(answer(text(&[" managed by terraform "]).is_like(placeholder)), Some(true));
    }
}
