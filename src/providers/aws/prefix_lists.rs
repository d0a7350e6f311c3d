//! Managed prefix lists and their entries.

use std::sync::Arc;

use super::fields::{Argument, cidr, flatten, read, reason};
use super::references::Names;
use crate::network::address::Family;
use crate::network::model::{CidrText, Field, PrefixList, PrefixListId, PrefixListTarget};
use crate::resource::{Cause, Configuration, Mode, Resource, Unknown, Value, ValueKind};

/// Reads every prefix list that the configuration creates, with the entries that other resources add.
pub(super) fn prefix_lists(configuration: &Configuration, names: &mut Names<'_>) -> Vec<PrefixList> {
    let mut lists = Vec::new();
    let managed = || configuration.resources.iter().filter(|resource| resource.mode == Mode::Managed);
    for resource in managed() {
        let list = match &*resource.kind {
            "aws_ec2_managed_prefix_list" => {
                describe(resource, ["entry", "cidr", "address_family", "max_entries"])
            }
            "AWS::EC2::PrefixList" => describe(resource, ["Entries", "Cidr", "AddressFamily", "MaxEntries"]),
            _ => continue,
        };
        names.add_prefix_list(&resource.address, PrefixListId(lists.len()));
        lists.push(list);
    }
    for resource in managed().filter(|resource| &*resource.kind == "aws_ec2_managed_prefix_list_entry") {
        add_entry(resource, names, &mut lists);
    }
    lists
}

/// A list, given what its language calls its entries, their address, the address family and the size.
fn describe(resource: &Resource, [entries, address, family, size]: [&str; 4]) -> PrefixList {
    let family = family_of(resource, family);
    let is_ipv6 = matches!(family, Ok(Family::Ipv6));
    let mut list = PrefixList {
        address: Arc::clone(&resource.address),
        declared: Arc::clone(&resource.declared),
        family,
        entries: Vec::new(),
        unknown_entries: None,
        max_entries: Argument::of(resource, size).map(|size| size.number()),
        head: resource.head,
        span: resource.span,
        calls: resource.calls.clone(),
        presence: resource.presence.clone(),
    };
    if let Some(Argument { place, value }) = Argument::of(resource, entries) {
        for entry in flatten(&value) {
            let address = match entry.kind {
                ValueKind::Map(_) => entry.get(address).filter(|address| !address.is_null()),
                _ => None,
            };
            let outcome = match address {
                Some(address) => known_entry(cidr(place, &address, is_ipv6)),
                None => Err(reason(&entry, "an entry with an address", entry.origin.narrowest_in(place))),
            };
            list.add(outcome);
        }
    }
    list
}

fn family_of(resource: &Resource, argument: &str) -> Result<Family, Arc<Unknown>> {
    let missing = || Arc::new(Unknown::new(Cause::Invalid(format!("{argument} is missing")), resource.head));
    let family = Argument::of(resource, argument).ok_or_else(missing)?;
    read(family.place, &family.value, "IPv4 or IPv6", |family| match family.as_str()? {
        "IPv4" => Some(Family::Ipv4),
        "IPv6" => Some(Family::Ipv6),
        _ => None,
    })
    .value
}

/// An entry resource adds to the list that it names; one that names a list elsewhere adds nothing here.
fn add_entry(resource: &Resource, names: &Names<'_>, lists: &mut [PrefixList]) {
    let Some(Argument { place, value }) = Argument::of(resource, "cidr") else { return };
    let Some(list) = Argument::of(resource, "prefix_list_id") else { return };
    let PrefixListTarget::Declared(id) = names.prefix_list(&list.value) else { return };
    lists[id.0].add(known_entry(cidr(place, &value, is_ipv6(&value))));
}

/// The list says which family it holds; an entry resource does not, so its own text must.
fn is_ipv6(address: &Value) -> bool {
    address.as_str().is_some_and(|text| text.contains(':'))
}

fn known_entry(field: Field<CidrText>) -> Result<Field<CidrText>, Arc<Unknown>> {
    match &field.value {
        Ok(_) => Ok(field),
        Err(unknown) => Err(Arc::clone(unknown)),
    }
}

impl PrefixList {
    fn add(&mut self, entry: Result<Field<CidrText>, Arc<Unknown>>) {
        match entry {
            Ok(entry) => self.entries.push(entry),
            Err(unknown) => self.unknown_entries = self.unknown_entries.take().or(Some(unknown)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, permissions};
    use super::*;

    fn entries(list: &PrefixList) -> Vec<&str> {
        list.entries.iter().map(|entry| &*entry.known().unwrap().text).collect()
    }

    #[test]
    fn entries_are_inline_or_resources() {
        let draft = Draft::terraform();
        let inline = draft.list(vec![
            draft.map(vec![("cidr", draft.text("10.0.0.0/8"))]),
            draft.map(vec![("cidr", draft.input("var.office"))]),
        ]);
        let added = vec![
            ("cidr", draft.text("192.168.0.0/16")),
            ("prefix_list_id", draft.refer("aws_ec2_managed_prefix_list.it", "id")),
        ];
        let ingress = draft.map(vec![
            ("protocol", draft.text("-1")),
            (
                "prefix_list_ids",
                draft.list(vec![
                    draft.refer("aws_ec2_managed_prefix_list.it", "id"),
                    draft.refer("data.aws_prefix_list.s3", "id"),
                ]),
            ),
        ]);
        let network = draft.network(vec![
            draft.resource(
                "aws_ec2_managed_prefix_list.it",
                vec![("entry", inline), ("max_entries", draft.number(5))],
            ),
            draft.resource("aws_ec2_managed_prefix_list_entry.added", added),
            draft.resource("data.aws_prefix_list.s3", vec![]),
            draft.resource("aws_security_group.web", vec![("ingress", draft.list(vec![ingress]))]),
        ]);
        let list = &network.prefix_lists[0];
        assert_eq!(entries(list), ["10.0.0.0/8", "192.168.0.0/16"]);
        assert_eq!(list.unknown_entries.as_ref().unwrap().cause.to_string(), "var.office has no value");
        assert_eq!(list.max_entries.as_ref().and_then(Field::known), Some(&5));
        assert_eq!(
            permissions(&network),
            [
                "aws_security_group.web ingress all --- Declared(PrefixListId(0))",
                r#"aws_security_group.web ingress all --- External("data.aws_prefix_list.s3.id")"#,
            ]
        );
    }

    #[test]
    fn the_lists_that_aws_keeps_are_known_by_name() {
        let draft = Draft::terraform();
        let region = || draft.refer("data.aws_region.current", "name");
        let named = draft.template(vec![draft.text("com.amazonaws."), region(), draft.text(".s3")]);
        let filter = draft.map(vec![
            ("name", draft.text("prefix-list-name")),
            ("values", draft.texts(&["com.amazonaws.global.cloudfront.origin-facing"])),
        ]);
        let both = draft.template(vec![
            draft.refer("data.aws_prefix_list.s3", "id"),
            draft.text(","),
            draft.refer("data.aws_ec2_managed_prefix_list.cdn", "id"),
        ]);
        let lists = draft.list(vec![both, draft.refer("data.aws_ec2_managed_prefix_list.own", "id")]);
        let ingress = draft.map(vec![("protocol", draft.text("-1")), ("prefix_list_ids", lists)]);
        let network = draft.network(vec![
            draft.resource("data.aws_prefix_list.s3", vec![("name", named)]),
            draft
                .resource("data.aws_ec2_managed_prefix_list.cdn", vec![("filter", draft.list(vec![filter]))]),
            draft.resource("data.aws_ec2_managed_prefix_list.own", vec![("name", draft.text("offices"))]),
            draft.resource("aws_security_group.web", vec![("ingress", draft.list(vec![ingress]))]),
        ]);
        assert_eq!(
            permissions(&network),
            [
                r#"aws_security_group.web ingress all --- Service("com.amazonaws.*.s3")"#,
                r#"aws_security_group.web ingress all --- Service("com.amazonaws.global.cloudfront.origin-facing")"#,
                r#"aws_security_group.web ingress all --- External("data.aws_ec2_managed_prefix_list.own.id")"#,
            ]
        );
    }

    #[test]
    fn the_family_of_a_list_is_that_of_its_entries() {
        let draft = Draft::cloudformation();
        let entry = draft.map(vec![("Cidr", draft.text("2001:db8::/32"))]);
        let network = draft.network(vec![draft.logical(
            "List",
            "AWS::EC2::PrefixList",
            vec![("AddressFamily", draft.text("IPv6")), ("Entries", draft.list(vec![entry]))],
        )]);
        let entry = network.prefix_lists[0].entries[0].known().unwrap();
        assert!(entry.in_ipv6_attribute && entry.cidr.is_ok());
    }
}
