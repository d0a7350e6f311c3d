//! The name that somebody meant.

/// Letters that a shortened name must share with the candidate's beginning.
const BEGINNING: usize = 6;

/// The candidate closest to a misspelt word, or else one that begins like it; none if nothing is near. Of equally near
/// ones the first in the alphabet, however they come.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    let shared = |candidate: &str| word.chars().zip(candidate.chars()).take_while(|(a, b)| a == b).count();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            // At least as many letters are missing or too many as one is longer than the other.
            let may_be_near = candidate.chars().count().abs_diff(length) <= limit;
            let distance =
                if may_be_near { strsim::damerau_levenshtein(word, candidate) } else { usize::MAX };
            let begins = shared(candidate);
            if distance <= limit && distance < length {
                Some((0, distance, candidate))
            } else if begins >= BEGINNING && begins + limit >= length {
                Some((1, usize::MAX - begins, candidate))
            } else {
                None
            }
        })
        .min()
        .map(|(_, _, candidate)| candidate)
}

/// `did you mean x?` if something is near, otherwise the whole choice.
pub fn suggestion(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(name) => format!("did you mean {name}?"),
        None => format!("one of {}", candidates.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_but_no_stranger() {
        let names = ["ingress", "egress"];
        assert_eq!(nearest("ingres", names), Some("ingress"));
        assert_eq!(nearest("ingerss", names), Some("ingress"));
        assert_eq!(nearest("outbound", names), None);
        let rules = ["admin-port-open-to-world", "all-traffic-open-to-world"];
        assert_eq!(nearest("admin-port-opn", rules), Some("admin-port-open-to-world"));
        assert_eq!(nearest("a", ["b"]), None, "nothing of it is left");
        assert_eq!(suggestion("outbound", &names), "one of ingress, egress");
    }
}
