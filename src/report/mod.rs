//! Diagnostics and problems to text, one file a format.
