//! Building a text that may have unknown parts.

use std::sync::Arc;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::arguments::Stopped;
use super::{Call, MAX_TEXT};
use crate::resource::{Value, ValueKind};

/// What a part that is not known counts, in bytes.
const OPEN_PART: usize = 256;

/// A text in the composed form of Unicode (NFC), which Terraform brings every text to.
pub(in crate::terraform) fn composed(text: Arc<str>) -> Arc<str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        text.nfc().collect::<String>().into()
    }
}

/// A text under construction: known text merges, references and unknown values stay parts.
pub(super) struct Text<'a> {
    call: &'a Call<'a>,
    parts: Vec<Value>,
    pending: String,
    additions: usize,
    bytes: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(call: &'a Call<'a>) -> Self {
        Self { call, parts: Vec::new(), pending: String::new(), additions: 0, bytes: 0 }
    }

    /// Adds known text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Stopped> {
        self.count(text.len())?;
        self.pending.push_str(text);
        Ok(())
    }

    /// Adds a value that is not known, or not before deployment, as it is.
    pub(super) fn push_open(&mut self, value: &Value) -> Result<(), Stopped> {
        if let ValueKind::Template(parts) = &value.kind {
            for part in parts.iter() {
                match &part.kind {
                    ValueKind::String(text) => self.push(text)?,
                    _ => self.push_open(&value.taken(part))?,
                }
            }
        } else {
            self.count(OPEN_PART)?;
            self.flush();
            self.parts.push(value.clone());
        }
        Ok(())
    }

    /// The bytes so far.
    pub(super) fn len(&self) -> usize {
        self.bytes
    }

    /// The text; a plain string if every part is known.
    pub(super) fn finish(mut self) -> Value {
        if self.parts.is_empty() {
            return self.call.string(self.pending);
        }
        self.flush();
        Value::new(ValueKind::Template(self.parts.into()), self.call.span)
    }

    /// Counts additions as well as bytes: a great many empty ones are work, too.
    fn count(&mut self, bytes: usize) -> Result<(), Stopped> {
        self.additions += 1;
        self.bytes += bytes;
        if self.bytes.max(self.additions) > MAX_TEXT { Err(self.call.too_large()) } else { Ok(()) }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.parts.push(self.call.string(text));
        }
    }
}
