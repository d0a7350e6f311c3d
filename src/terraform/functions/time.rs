//! Functions on timestamps.

use super::Call;
use super::arguments::Outcome;

pub(super) fn formatdate(call: &Call<'_>) -> Outcome {
    Err(call.unsupported())
}

pub(super) fn timeadd(call: &Call<'_>) -> Outcome {
    Err(call.unsupported())
}

pub(super) fn timecmp(call: &Call<'_>) -> Outcome {
    Err(call.unsupported())
}
