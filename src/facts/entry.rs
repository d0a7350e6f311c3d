//! The entries of managed prefix lists, one by one.

use super::draft::Draft;
use super::reading::Context;
use super::{Fact, Kind, Place, spelling};
use crate::network::address::Cidr;
use crate::network::model::{CidrText, Field, PrefixList};
use crate::resource::SENSITIVE_TEXT;

/// One fact for each entry that is known to be there.
pub(super) fn facts(context: &Context<'_>) -> Vec<Fact> {
    let lists = context.network.prefix_lists.iter();
    lists.flat_map(|list| list.entries.iter().map(|entry| fact(context, list, entry))).collect()
}

fn fact(context: &Context<'_>, list: &PrefixList, entry: &Field<CidrText>) -> Fact {
    let draft = Draft::new(Kind::Entry, &list.address, &list.declared, context.language, entry.span)
        .place("cidr", Place::of(entry))
        .anchor(list.span)
        .calls(&list.calls)
        .presence(&list.presence);
    match &entry.value {
        Ok(text) => {
            let is_sensitive = entry.origin.is_sensitive();
            let shown = if is_sensitive { SENSITIVE_TEXT } else { &text.text };
            let draft = draft.key(format!("entry {shown}")).set("cidr", shown);
            // The list may be for egress.
            let for_multicast = text.cidr.as_ref().is_ok_and(Cidr::is_multicast);
            spelling::of_cidr(draft, text, is_sensitive, for_multicast).finish()
        }
        Err(why) => spelling::unknown(draft.unknown(&["cidr"], why), why).finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, bool_of, text_of};
    use super::*;

    #[test]
    fn each_entry_is_looked_at() {
        let mut builder = Builder::terraform();
        builder.prefix_list(&["10.0.0.0/8", "10.1.2.3/16", "0.0.0.0/32", "10.0.0.0/33", "239.1.1.1/32"]);
        let facts = facts(&Context::new(&builder.network));
        let told: Vec<_> = facts
            .iter()
            .map(|fact| {
                (text_of(fact, "cidr"), text_of(fact, "cidr_problem"), bool_of(fact, "cidr_canonical"))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("10.0.0.0/8", "none", true),
                ("10.1.2.3/16", "none", false),
                ("0.0.0.0/32", "dead", true),
                ("10.0.0.0/33", "malformed", true),
                ("239.1.1.1/32", "none", true),
            ]
        );
    }
}
