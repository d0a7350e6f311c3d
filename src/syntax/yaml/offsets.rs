//! Character counts to byte offsets.

/// How many characters lie between two remembered offsets.
const STRIDE: usize = 32;

/// Turns saphyr's positions, which count characters, into byte offsets.
pub(super) struct Offsets<'text> {
    text: &'text str,
    /// The byte offset of every [`STRIDE`]th character; none for ASCII text, where the two counts agree.
    checkpoints: Option<Vec<usize>>,
}

impl<'text> Offsets<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        let checkpoints = (!text.is_ascii())
            .then(|| text.char_indices().step_by(STRIDE).map(|(offset, _)| offset).collect());
        Self { text, checkpoints }
    }

    /// The byte offset of the `index`th character; the end of the text when it has fewer.
    pub(super) fn byte(&self, index: usize) -> usize {
        let Some(checkpoints) = &self.checkpoints else {
            return index.min(self.text.len());
        };
        let Some(&near) = checkpoints.get(index / STRIDE) else {
            return self.text.len();
        };
        self.text[near..]
            .char_indices()
            .nth(index % STRIDE)
            .map_or(self.text.len(), |(offset, _)| near + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_characters() {
        let text = "aé漢😀\r\n".repeat(40);
        let offsets = Offsets::new(&text);
        for (index, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.byte(index), offset);
        }
        assert_eq!(offsets.byte(text.chars().count()), text.len());
        assert_eq!(offsets.byte(usize::MAX), text.len());
    }
}
