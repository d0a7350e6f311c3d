//! The name that somebody meant.

/// The candidate closest to a misspelt word; none if nothing is near. Of equally near ones the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
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
        assert_eq!(suggestion("outbound", &names), "one of ingress, egress");
    }
}
