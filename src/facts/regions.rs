//! Which things are known to be in different Regions.

use std::sync::Arc;

use super::draft::Known;
use super::reading::told;
use crate::network::model::Field;

/// The Regions of two things, as they are told, if those differ. What nobody says, or only the deployer knows, may be the same.
pub(super) fn apart<'a>(
    one: Option<&'a Field<String>>,
    other: Option<&'a Field<String>>,
) -> Known<Option<[&'a str; 2]>> {
    let (Some(one), Some(other)) = (one, other) else { return Ok(None) };
    match (&one.value, &other.value) {
        (Ok(own), Ok(others)) if own == others => Ok(None),
        (Ok(_), Ok(_)) => Ok(Some([told(one)?, told(other)?])),
        // One expression has one value, whatever that is.
        (Err(why), Err(other)) if why == other => Ok(None),
        (Err(why), _) | (_, Err(why)) if why.cause.may_be_declared() => Err(Arc::clone(why)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::not_known;
    use super::super::testing::Builder;
    use super::*;
    use crate::resource::{Cause, Marks, SENSITIVE_TEXT};

    #[test]
    fn only_regions_that_are_known_differ() {
        let mut builder = Builder::terraform();
        let [here, again, there] =
            ["eu-west-1", "eu-west-1", "us-east-1"].map(|region| builder.field(region.to_owned()));
        let given = builder.unknown_field();
        assert_eq!(apart(Some(&here), Some(&there)).ok(), Some(Some(["eu-west-1", "us-east-1"])));
        assert_eq!(apart(Some(&here), Some(&again)).ok(), Some(None));
        assert_eq!(apart(Some(&here), None).ok(), Some(None));
        assert_eq!(apart(Some(&given), Some(&there)).ok(), Some(None));
    }

    #[test]
    fn a_sensitive_region_is_compared_and_not_told() {
        let mut builder = Builder::terraform();
        let [here, there] = ["eu-west-1", "us-east-1"].map(|region| builder.field(region.to_owned()));
        let hidden = |mut region: Field<String>| {
            region.origin.marks = Marks::SENSITIVE;
            region
        };
        let apart = |other: Field<String>| {
            apart(Some(&here), Some(&other)).ok().flatten().map(|regions| regions.map(str::to_owned))
        };
        assert_eq!(apart(hidden(there)), Some(["eu-west-1", SENSITIVE_TEXT].map(str::to_owned)));
        assert_eq!(apart(hidden(here.clone())), None);
    }

    #[test]
    fn a_region_that_the_code_computes_may_be_another() {
        let mut builder = Builder::terraform();
        let here = builder.field("eu-west-1".to_owned());
        let why = not_known(Cause::UnsupportedFunction("f".to_owned()), builder.span());
        let computed = Field { value: Err(why), ..builder.field(String::new()) };
        assert!(apart(Some(&computed), Some(&here)).is_err());
        assert_eq!(apart(Some(&computed), Some(&computed)).ok(), Some(None));
    }
}
