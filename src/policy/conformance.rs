//! What conditions mean, as a table: a release of the crate that changes an answer fails here.

use proptest::strategy::Strategy as _;

use super::expression::{self, Params, Verdict};
use super::sample::{addresses, fact, ports, reason, some_ports, text};
use crate::facts::{Fact, FieldValue, Kind};
use crate::network::tags::Tags;

/// A permission in which `group` and `all_ports` are not known, and `ports` may hold more than 22 and
/// 8000-8999.
fn permission() -> Fact {
    let mut permission = fact(
        Kind::Permission,
        vec![
            ("direction", text("ingress")),
            ("protocol", text("tcp")),
            ("ports_ignored", FieldValue::Bool(false)),
            ("protocol_valid", FieldValue::Bool(true)),
            ("port_count", FieldValue::Int(1001)),
            ("port_range", text("22, 8000-8999")),
            ("tags", FieldValue::Tags(tags())),
            ("ports", some_ports(&[(22, 22), (8000, 8999)])),
        ],
    );
    for field in ["group", "all_ports"] {
        permission.unknown.insert(field, reason("var.group"));
    }
    permission
}

/// Owner, Name of an unknown value, and perhaps others.
fn tags() -> Tags {
    let mut tags = Tags::unknown(&reason("var.tags"));
    tags.add("Owner", Ok("web".to_owned()));
    tags.add("Name", Err(reason("var.name")));
    tags
}

fn params() -> Params {
    Params::from([
        ("admin".to_owned(), ports(&[(22, 22), (3389, 3389)])),
        ("web".to_owned(), ports(&[(80, 80), (443, 443)])),
        ("broad".to_owned(), ports(&[(0, 65535)])),
        ("limit".to_owned(), FieldValue::Int(100)),
        ("strict".to_owned(), FieldValue::Bool(true)),
        ("names".to_owned(), FieldValue::List(vec!["tcp".to_owned(), "udp".to_owned()])),
        ("none".to_owned(), FieldValue::List(Vec::new())),
        ("office".to_owned(), addresses("10.1.0.0/16")),
        ("private".to_owned(), addresses("10.0.0.0/8")),
        ("six".to_owned(), addresses("2001:db8::/32")),
        ("eighth".to_owned(), addresses("32.0.0.0/3")),
    ])
}

/// `true`, `false`, `unknown: fields`, `error`, `refused: word`.
fn answer(source: &str) -> String {
    let expression = match expression::compile(source) {
        Ok(expression) => expression,
        Err(error) => return format!("refused: {}", &source[error.range]),
    };
    match expression::evaluate(&expression, &permission(), &params()) {
        Verdict::Violates => "true".to_owned(),
        Verdict::Complies => "false".to_owned(),
        Verdict::Unknown(fields) => {
            let names: Vec<_> = fields.into_iter().map(|(name, _)| name).collect();
            format!("unknown: {}", names.join(" "))
        }
        Verdict::Error(_) => "error".to_owned(),
    }
}

const TABLE: &[(&str, &str)] = &[
    // Comparison.
    ("permission.direction == 'ingress'", "true"),
    ("permission.direction == \"egress\"", "false"),
    ("permission.direction != 'egress'", "true"),
    ("permission.direction == 'Ingress'", "false"),
    ("permission.port_count == 1001", "true"),
    ("permission.port_count > params.limit", "true"),
    ("permission.port_count <= 1001", "true"),
    ("permission.port_count < 1001", "false"),
    ("permission.port_count >= -1", "true"),
    ("params.strict == true", "true"),
    ("'a' < 'b'", "true"),
    // Integers are signed: a literal of another kind is refused before it can compare as unequal.
    ("permission.port_count == 1001u", "refused: 1001u"),
    ("permission.port_count == 1001.0", "refused: 1001.0"),
    ("permission.port_count == 9223372036854775808", "refused: 9223372036854775808"),
    // Types never mix silently.
    ("permission.port_count > '1'", "error"),
    ("permission.direction > 1", "error"),
    ("permission.direction.world", "refused: ."),
    ("!permission.direction", "error"),
    ("permission.direction && true", "error"),
    ("permission.direction ? true : false", "error"),
    ("permission.direction", "error"),
    ("permission.ports", "error"),
    ("permission.port_count.contains(1)", "error"),
    ("permission.ports.overlaps(permission.direction)", "error"),
    ("permission.ports.contains('22')", "error"),
    // Membership.
    ("permission.protocol in ['tcp', 'udp']", "true"),
    ("permission.protocol in params.names", "true"),
    ("permission.protocol in params.none", "false"),
    ("permission.protocol in []", "false"),
    ("permission.port_count in [1001, 22]", "true"),
    ("'tcp' in permission.protocol", "error"),
    // Logic on known values.
    ("true && true", "true"),
    ("true && false", "false"),
    ("false || true", "true"),
    ("!false", "true"),
    ("params.strict ? permission.port_count > 1 : false", "true"),
    // A field that is not known is absorbed on either side by what decides.
    ("permission.all_ports", "unknown: all_ports"),
    ("!permission.all_ports", "unknown: all_ports"),
    ("permission.all_ports || true", "true"),
    ("true || permission.all_ports", "true"),
    ("permission.all_ports && false", "false"),
    ("false && permission.all_ports", "false"),
    ("permission.all_ports && true", "unknown: all_ports"),
    ("true && permission.all_ports", "unknown: all_ports"),
    ("permission.all_ports || false", "unknown: all_ports"),
    ("false || permission.all_ports", "unknown: all_ports"),
    ("permission.all_ports && permission.group == 'a'", "unknown: all_ports group"),
    ("permission.all_ports || !permission.all_ports", "unknown: all_ports"),
    ("permission.group == 'a' || permission.port_count > 1", "true"),
    ("permission.group == permission.group", "unknown: group"),
    ("permission.group in ['a']", "unknown: group"),
    ("permission.all_ports ? true : true", "unknown: all_ports"),
    ("permission.direction == 'egress' && permission.all_ports", "false"),
    ("permission.ports_ignored && permission.all_ports", "false"),
    ("!permission.protocol_valid && permission.all_ports", "false"),
    ("permission.protocol != 'tcp' && permission.all_ports", "false"),
    // Lists.
    ("params.names.exists(n, n == permission.protocol)", "true"),
    ("params.names.all(n, n == permission.protocol)", "false"),
    ("params.none.all(n, n == 'x')", "true"),
    ("params.names.exists(n, n == 'tcp' || n == permission.group)", "true"),
    ("params.names.exists(n, n == permission.group || n == 'udp')", "true"),
    ("params.names.all(n, n == permission.group && n == 'udp')", "false"),
    ("params.names.exists(n, n == permission.group)", "unknown: group"),
    ("params.names.size() == 2", "true"),
    ("size(params.names) == 2", "true"),
    ("permission.protocol.size() == 3", "true"),
    // Texts.
    ("permission.port_range.contains('8000')", "true"),
    ("permission.protocol.startsWith('t')", "true"),
    ("permission.protocol.endsWith('t')", "false"),
    ("permission.protocol.matches('^[a-z]+$')", "true"),
    ("permission.protocol.matches('c')", "true"),
    ("permission.protocol.matches('(')", "error"),
    ("permission.protocol + '-' + permission.direction == 'tcp-ingress'", "true"),
    ("(permission.protocol + 'x').size() == 4", "true"),
    ("permission.port_range.startsWith(permission.group + 'x')", "unknown: group"),
    ("permission.protocol + 1 == 'tcp1'", "error"),
    // Ports of which only a part is known.
    ("permission.ports.overlaps(params.admin)", "true"),
    ("permission.ports.overlaps(params.web)", "unknown: ports"),
    ("!permission.ports.within(params.web)", "true"),
    ("permission.ports.within(params.broad)", "unknown: ports"),
    ("permission.ports.contains(8500)", "true"),
    ("permission.ports.contains(443)", "unknown: ports"),
    ("permission.ports.contains(70000)", "false"),
    ("permission.ports.empty()", "false"),
    ("permission.ports.count() > 1", "unknown: ports"),
    ("params.admin.overlaps(params.web)", "false"),
    ("params.admin.within(params.broad)", "true"),
    ("params.admin.count() == 2", "true"),
    ("params.web.overlaps(permission.ports)", "unknown: ports"),
    // Addresses.
    ("params.office.within(params.private)", "true"),
    ("params.private.within(params.office)", "false"),
    ("params.private.overlaps(params.office)", "true"),
    ("params.private.overlaps(params.six)", "false"),
    ("params.office.empty()", "false"),
    ("params.office.contains('10.0.0.1')", "error"),
    ("params.private.wider_than(16)", "true"),
    ("params.private.wider_than(8)", "false"),
    ("params.private.public().empty()", "true"),
    ("params.private.private().ipv4().wider_than(16)", "true"),
    ("params.private.ipv6().empty()", "true"),
    ("params.six.more_than_percent(0)", "false"),
    ("params.eighth.public().more_than_percent(10)", "true"),
    ("params.eighth.more_than_percent(25)", "false"),
    ("params.eighth.wider_than(-1)", "false"),
    ("params.eighth.wider_than('8')", "error"),
    ("params.office.within(params.admin)", "error"),
    // Tags of which only a part is known.
    ("permission.tags.contains('Owner')", "true"),
    ("permission.tags.value('Owner') == 'web'", "true"),
    ("permission.tags.contains('Name')", "true"),
    ("permission.tags.value('Name') == 'web'", "unknown: tags"),
    ("permission.tags.contains('Tier')", "unknown: tags"),
    ("permission.tags.value('Tier') == ''", "unknown: tags"),
    ("params.names.all(key, permission.tags.contains(key))", "unknown: tags"),
    ("permission.tags.value('Owner').startsWith('w')", "true"),
    ("permission.tags.contains(1)", "error"),
    // Outside the language.
    ("has(permission.group)", "refused: ("),
    ("permission['group'] == 'a'", "refused: ["),
    ("permission.?group == 'a'", "refused: ."),
    ("permission.port_count - 1 > 2", "refused: -"),
    ("permission.tags['Owner'] == 'web'", "refused: ["),
    ("permission.ports.empty", "refused: ."),
    ("permission.port_count == null", "refused: null"),
    ("params.names.map(n, n == 'a')", "refused: map"),
    ("params.names.filter(n, n == 'a')", "refused: filter"),
    ("params.names.exists_one(n, n == 'a')", "refused: exists_one"),
    ("type(permission.group) == string", "refused: type"),
    ("{'a': true}", "refused: {"),
    ("lowerAscii(permission.group) == 'a'", "refused: lowerAscii"),
    ("permission.direction === 'ingress'", "refused: ==="),
    ("permission.direction == 'ingress", "refused: '"),
    ("permission.direction = 'ingress'", "refused: ="),
    ("permission.direction ==", "refused: "),
    ("", "refused: "),
];

#[test]
fn every_expression_of_the_table_has_its_answer() {
    let wrong: Vec<_> = TABLE
        .iter()
        .map(|&(source, expected)| (source, expected, answer(source)))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn places_are_bytes_also_after_characters_of_several_bytes() {
    let source = "permission.group == 'é' && permission.dïrection";
    assert!(expression::compile(source).is_err());
    let source = "permission.group == 'é' && permission.direction == 'x'";
    let expression = expression::compile(source).unwrap();
    let words: Vec<_> = expression::references(&expression)
        .into_iter()
        .map(|field| &source[field.name_range.clone()])
        .collect();
    assert_eq!(words, ["group", "direction"]);
}

#[test]
fn deep_nesting_and_long_text_are_refused() {
    let deep = format!("{}true{}", "(".repeat(1500), ")".repeat(1500));
    assert!(expression::compile(&deep).is_err());
    let long = format!("'{}' == ''", "x".repeat(5000));
    assert!(expression::compile(&long).is_err());
    let nested = "params.names.exists(a, params.names.exists(b, params.names.exists(c, a == c)))";
    assert!(expression::compile(nested).is_err());
    assert_eq!(answer("params.names.exists(a, params.names.exists(b, a == b))"), "true");
}

#[test]
fn unknown_fields_come_with_their_reasons() {
    let expression = expression::compile("permission.all_ports && permission.ports.contains(443)").unwrap();
    let Verdict::Unknown(fields) = expression::evaluate(&expression, &permission(), &params()) else {
        panic!("must be unknown");
    };
    let told: Vec<_> = fields
        .iter()
        .map(|(name, why)| {
            format!("{name}: {}", why.as_ref().map_or(String::new(), |why| why.cause.to_string()))
        })
        .collect();
    assert_eq!(told, ["all_ports: var.group has no value", "ports: var.ports has no value"]);
}

#[test]
fn conjuncts_can_be_joined_again() {
    for (source, parts) in [
        (
            "permission.all_ports&&( params.strict||true )",
            vec!["permission.all_ports", "(params.strict || true)"],
        ),
        ("(!(params.strict && true) && true)", vec!["!(params.strict && true)", "true"]),
        ("!(permission.protocol in ['it\\'s', \"b\"])", vec!["!(permission.protocol in ['it\\'s', 'b'])"]),
        ("true && (false ? true : false)", vec!["true", "(false ? true : false)"]),
        ("size(permission.protocol) >= -1 && true", vec!["permission.protocol.size() >= -1", "true"]),
        ("params.names.all(n, n == 'a' && n != 'b')", vec!["params.names.all(n, n == 'a' && n != 'b')"]),
        ("true || false", vec!["true || false"]),
    ] {
        let parts_of = |source: &str| {
            let conjuncts = expression::compile(source).unwrap().conjuncts();
            conjuncts.into_iter().map(|(text, _)| text).collect::<Vec<_>>()
        };
        let found = parts_of(source);
        assert_eq!(found, parts, "{source}");
        assert_eq!(parts_of(&found.join(" && ")), parts, "{source}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(2000))]

    /// Words of the language in any order, and anything between them: refused or compiled, never a crash.
    #[test]
    fn any_text_is_refused_or_compiled(
        words in proptest::collection::vec(proptest::prop_oneof![
            proptest::sample::select(vec![
                "permission", ".", "ports", "params", "(", ")", "[", "]", "{", "}", "?", ":", ",", "&&", "||", "!",
                "==", "!=", "<", ">=", "in", "has", "exists", "all", "map", "overlaps", "size", "x", "'a'", "\"", "'",
                "1", "-", "1u", "1.5", "0x1F", "true", "null", "+", "%", "é", "\n", "//", "\\", "r'", "b'", "'''",
                "9223372036854775808", " ", "type", "dyn", "@", "#", ";",
            ]).prop_map(str::to_owned),
            "\\PC{0,3}",
        ], 0..14),
        spaced in proptest::bool::ANY,
    ) {
        let source = words.join(if spaced { " " } else { "" });
        match expression::compile(&source) {
            Err(error) => {
                proptest::prop_assert!(source.get(error.range.clone()).is_some(), "{:?} in {source:?}", error.range);
            }
            Ok(expression) => {
                let _ = expression::evaluate(&expression, &permission(), &params());
                let _ = super::check::check(&expression, Kind::Permission, &std::collections::BTreeMap::new());
                let again = expression::compile(&expression.tree().to_string());
                let again = again.map(|again| again.tree().to_string());
                proptest::prop_assert_eq!(again, Ok(expression.tree().to_string()), "{}", source);
            }
        }
    }
}
