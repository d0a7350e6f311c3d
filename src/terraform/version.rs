//! Version constraints of module calls, as Terraform documents them: `~> 5.1`, `>= 4.0, < 6.0`.

use std::cmp::Ordering;

/// Whether a version meets every part of a constraint; `None` if either cannot be read.
pub(super) fn meets(version: &str, constraint: &str) -> Option<bool> {
    let version = Version::parse(version)?;
    let mut all = true;
    for part in constraint.split(',').map(str::trim) {
        let end = part.find(|character: char| character.is_ascii_digit() || character == 'v')?;
        let (operator, wanted) = part.split_at(end);
        let wanted = Version::parse(wanted)?;
        let order = version.order(&wanted);
        all &= match operator.trim() {
            "" | "=" => order == Ordering::Equal,
            "!=" => order != Ordering::Equal,
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            "~>" => order != Ordering::Less && version.shares_all_but_the_last(&wanted),
            _ => return None,
        };
    }
    Some(all)
}

/// `1.2.3`, `1.2`, `1.2.3-beta1`.
struct Version<'a> {
    /// As many as were written.
    numbers: Vec<u64>,
    prerelease: Option<&'a str>,
}

impl<'a> Version<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (numbers, prerelease) =
            text.split_once('-').map_or((text, None), |(numbers, prerelease)| (numbers, Some(prerelease)));
        let numbers: Option<Vec<u64>> = numbers.split('.').map(|number| number.parse().ok()).collect();
        Some(Self { numbers: numbers?, prerelease })
    }

    fn order(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let padded = |version: &Self| -> Vec<u64> {
            (0..length).map(|index| version.numbers.get(index).copied().unwrap_or(0)).collect()
        };
        padded(self).cmp(&padded(other)).then_with(|| match (self.prerelease, other.prerelease) {
            (None, None) => Ordering::Equal,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.cmp(right),
        })
    }

    /// What `~>` allows besides the order: only the rightmost number that was written may differ. It is the first one
    /// in `~> 5`, which 6.0 meets therefore.
    fn shares_all_but_the_last(&self, wanted: &Self) -> bool {
        let fixed = wanted.numbers.len() - 1;
        (0..fixed).all(|index| self.numbers.get(index).copied().unwrap_or(0) == wanted.numbers[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_met_as_documented() {
        for (version, constraint, met) in [
            ("5.1.2", "5.1.2", true),
            ("5.1.2", "= 5.1.2", true),
            ("5.1.2", "5.1", false),
            ("5.1.2", "~> 5.1", true),
            ("5.9.0", "~> 5.1", true),
            ("6.0.0", "~> 5.1", false),
            ("5.2.0", "~> 5.1.0", false),
            ("5.1.9", "~>5.1.0", true),
            ("5.0.0", "~> 5", true),
            ("6.0.0", "~> 5", true),
            ("4.9.0", ">= 4.0, < 6.0", true),
            ("6.0.0", ">= 4.0, < 6.0", false),
            ("4.0.0", "!= 4.0", false),
            ("4.0.0-beta1", "< 4.0", true),
            ("4.0.1", "> 4", true),
            ("v4.0.1", "<= v4.0.1", true),
        ] {
            assert_eq!(meets(version, constraint), Some(met), "{version} {constraint}");
        }
        for (version, constraint) in [("1.0", "latest"), ("main", "1.0"), ("1.0", ""), ("1.0", ">< 1.0")] {
            assert_eq!(meets(version, constraint), None, "{version} {constraint}");
        }
    }
}
