//! Which diagnostics do not count, and why. Applied once, after judging.
