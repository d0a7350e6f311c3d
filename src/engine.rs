//! The whole chain, from paths to a report. The only file that knows all of it.
