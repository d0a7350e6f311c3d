//! `sglint.yaml`: which rules, how severe, with which parameters, on which paths.
