//! Configurations with sense in their grammar only.

use super::{Outcome, check, folder, group, repeat};

/// A folder of one bad file.
fn judged(text: &str) -> Outcome {
    check(&folder(&[("bad/main.tf", text)]))
}

/// Codes and places of the problems, without those that say what was not judged for want of a value.
fn causes(outcome: &Outcome) -> Vec<&str> {
    let places = outcome.problems.iter().map(|problem| problem.split(": ").next().unwrap_or_default());
    places.filter(|place| !place.contains(" not-judged ")).collect()
}

/// Judges a group whose port is the last of some locals; all that goes wrong must begin like one of these, and it
/// must be said that the group was not judged. That a bound was met is an error.
fn not_judged(locals: &str, port: &str, known: &[&str]) {
    let outcome = judged(&format!("locals {{\n{locals}}}\n{}", group(port)));
    let status = if known == [LIMIT] { 2 } else { 1 };
    assert_eq!((outcome.status, outcome.groups), (status, 1), "{:?}", outcome.problems);
    let is_known =
        |cause: &&str| known.iter().any(|known| cause.starts_with(&format!("{known} bad/main.tf:")));
    assert!(causes(&outcome).iter().all(is_known), "{:?}", outcome.problems);
    let says = |problem: &String| problem.contains(" not-judged bad/main.tf:");
    assert!(outcome.problems.iter().any(says), "{:?}", outcome.problems);
}

const LIMIT: &str = "error evaluation-limit";

fn call(name: &str, source: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"{source}\"\n}}\n")
}

#[test]
fn modules_that_call_each_other() {
    let folder = folder(&[
        ("bad/a/main.tf", &format!("{}{}", call("b", "../b"), group("22"))),
        ("bad/b/main.tf", &format!("{}{}", call("a", "../a"), group("23"))),
    ]);
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (2, 2));
    assert_eq!(
        outcome.problems,
        ["error module-cycle bad/b/main.tf:2:12: module a calls itself, directly or not"]
    );
}

#[test]
fn a_module_that_calls_itself_by_many_names() {
    let text =
        format!("{}{}{}{}", call("a", "./"), call("b", "."), call("c", "./../bad/../bad/."), group("22"));
    let outcome = judged(&text);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(
        causes(&outcome),
        [
            "error module-cycle bad/main.tf:2:12",
            "error module-cycle bad/main.tf:5:12",
            "error module-cycle bad/main.tf:8:12",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_module_that_calls_itself_through_a_link() {
    let text = format!("{}{}{}", call("a", "./here"), call("b", "./there"), group("22"));
    let folder = folder(&[("bad/main.tf", &text)]);
    std::os::unix::fs::symlink(".", folder.path("bad/here")).expect("a link");
    std::os::unix::fs::symlink("../bad", folder.path("bad/there")).expect("a link");
    let outcome = check(&folder);
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert_eq!(
        causes(&outcome),
        ["error module-cycle bad/main.tf:2:12", "error module-cycle bad/main.tf:5:12"]
    );
}

#[test]
fn modules_that_multiply() {
    let text = format!("{}{}{}", call("x", "./m"), call("y", "./m"), group("22"));
    let folder = folder(&[("bad/main.tf", &text)]);
    let mut path = "bad".to_owned();
    for _ in 0..20 {
        path.push_str("/m");
        std::fs::create_dir(folder.path(&path)).expect("a folder");
        std::fs::write(folder.path(&path).join("main.tf"), &text).expect("a file");
    }
    let outcome = check(&folder);
    assert_eq!(outcome.status, 2);
    assert!(
        causes(&outcome).iter().any(|cause| cause.starts_with("error module-limit ")),
        "{:?}",
        outcome.problems
    );
}

#[test]
fn a_thousand_million_instances() {
    for (argument, code) in [
        ("count = 1000000000", Some("expansion-limit")),
        ("count = 1e300", None),
        ("count = -1", None),
        ("for_each = toset([for number in range(2000) : tostring(number)])", None),
        ("for_each = range(0, 1000000000)", None),
    ] {
        let outcome = judged(&group("22").replacen("{\n", &format!("{{\n  {argument}\n"), 1));
        let status = if code.is_some() { 2 } else { 1 };
        assert_eq!((outcome.status, outcome.groups), (status, 1), "{argument}: one stands for all");
        let place = code.map(|code| format!("error {code} bad/main.tf:2:11"));
        assert_eq!(causes(&outcome), place.iter().collect::<Vec<_>>(), "{argument}");
    }
}

#[test]
fn more_resources_than_there_can_be() {
    let one = group("22").replacen("{\n", "{\n  count = 1000\n", 1);
    let text = repeat(20, |number| one.replace("\"bad\"", &format!("\"bad{number}\"")));
    let outcome = judged(&text);
    assert_eq!((outcome.status, outcome.groups), (2, 10_000));
    assert_eq!(causes(&outcome), ["error resource-limit bad/main.tf:91:1"]);
}

#[test]
fn products_of_lists() {
    let ten = ["local.a"; 10].join(", ");
    not_judged(&format!("  a = range(0, 1000)\n  b = setproduct({ten})\n"), "local.b[7][0]", &[LIMIT]);
    not_judged(
        "  a = range(0, 1000)\n  b = [for x in local.a : [for y in local.a : [for z in local.a : x + y + z]]]\n",
        "local.b[1][1][1]",
        &[LIMIT],
    );
}

#[test]
fn instances_of_a_product_that_is_too_large() {
    let ten = ["local.a"; 10].join(", ");
    let locals = format!("locals {{\n  a = range(0, 1000)\n  b = setproduct({ten})\n}}\n");
    for argument in
        ["for_each = { for pair in local.b : join(\"-\", pair) => pair }", "count = length(local.b)"]
    {
        let group = group("22").replacen("{\n", &format!("{{\n  {argument}\n"), 1);
        let outcome = judged(&format!("{locals}{group}"));
        assert_eq!((outcome.status, outcome.groups), (2, 1), "{argument}: one stands for all");
        assert_eq!(causes(&outcome), [format!("{LIMIT} bad/main.tf:3:7")], "{argument}");
    }
}

#[test]
fn expressions_of_a_hundred_thousand_characters() {
    let cidrs: Vec<_> =
        (0..6000).map(|number| format!("\"10.{}.{}.0/24\"", number / 250, number % 250)).collect();
    let outcome = judged(&group("22").replace("\"10.0.0.0/8\"", &cidrs.join(", ")));
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1, vec![]), "long, and judged");

    for port in
        [format!("1{}", " + 0".repeat(25_000)), format!("{}22{}", "(".repeat(50_000), ")".repeat(50_000))]
    {
        let outcome = judged(&group(&port));
        assert_eq!(outcome.status, 2);
        assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
        assert!(outcome.problems[0].starts_with("error hcl-syntax bad/main.tf:3:"), "{:?}", outcome.problems);
    }
}

/// Locals that double forty times.
fn doubling(first: &str, next: impl Fn(&str) -> String) -> String {
    let more = repeat(40, |number| format!("  a{} = {}\n", number + 1, next(&format!("local.a{number}"))));
    format!("  a0 = {first}\n{more}")
}

#[test]
fn texts_that_double_forty_times() {
    not_judged(&doubling("\"22\"", |a| format!("\"${{{a}}}${{{a}}}\"")), "local.a40", &[LIMIT]);
    not_judged(&doubling("\"22\"", |a| format!("join(\"\", [{a}, {a}])")), "local.a40", &[LIMIT]);
    not_judged(&doubling("\"22\"", |a| format!("replace({a}, \"2\", \"22\")")), "local.a40", &[LIMIT]);
    not_judged(&doubling("\"${timestamp()}x\"", |a| format!("\"${{{a}}}${{{a}}}\"")), "local.a40", &[LIMIT]);
}

#[test]
fn lists_that_double_forty_times() {
    let limit: &[&str] = &[LIMIT];
    not_judged(&doubling("[22]", |a| format!("concat({a}, {a})")), "local.a40[0]", limit);
    not_judged(&doubling("[22]", |a| format!("flatten([for x in {a} : [x, x]])")), "local.a40[0]", limit);
    not_judged(&doubling("{ a = 22 }", |a| format!("{{ a = {a}, b = {a} }}")), "local.a40", limit);

    let pairs = doubling("[22]", |a| format!("[{a}, {a}]"));
    for port in
        ["local.a40", "length(flatten(local.a40))", "try(local.a40, 22)", "length(jsonencode(local.a40))"]
    {
        not_judged(&pairs, port, limit);
    }
    let others = pairs.replace('a', "b").replace("locbl", "local");
    not_judged(&format!("{pairs}{others}"), "local.a40 == local.b40 ? 22 : 23", limit);
}

#[test]
fn values_that_nest_however_they_are_read() {
    let count = 20_000;
    let locals = repeat(count, |number| format!("  a{} = [local.a{number}]\n", number + 1));
    let inner_first: Vec<_> =
        (0..count).step_by(50).map(|number| format!("length(local.a{number})")).collect();
    let locals = format!("  a0 = []\n{locals}  all = [{}]\n", inner_first.join(", "));
    not_judged(&locals, "local.all[399]", &[LIMIT]);
}

#[test]
fn chains_of_ten_thousand_locals() {
    for link in
        ["local.next", "\"${local.next}\"", "[for x in [local.next] : x][0]", "try(max(local.next, 1), 2)"]
    {
        let chain = repeat(10_000, |number| {
            format!("  a{number} = {}\n", link.replace("next", &format!("a{}", number + 1)))
        });
        not_judged(&format!("{chain}  a10000 = null\n"), "local.a0", &[LIMIT]);
    }
}

#[test]
fn chains_of_resources_and_modules() {
    let groups = repeat(2000, |number| {
        format!(
            "resource \"aws_security_group\" \"g{number}\" {{\n  for_each = toset([aws_security_group.g{}[\"x\"].name])\n  \
             name = each.key\n}}\n",
            number + 1
        )
    });
    let last =
        "resource \"aws_security_group\" \"g2000\" {\n  for_each = toset([\"x\"])\n  name = \"x\"\n}\n";
    let outcome = judged(&format!("{groups}{last}"));
    assert_eq!((outcome.status, outcome.groups), (2, 2001));
    assert!(causes(&outcome).iter().all(|cause| cause.starts_with(LIMIT)));

    let calls = repeat(2000, |number| {
        format!("module \"m{number}\" {{\n  source = \"./m\"\n  x = module.m{}.y\n}}\n", number + 1)
    });
    let last = "module \"m2000\" {\n  source = \"./m\"\n  x = 22\n}\n";
    let main = format!("{calls}{last}{}", group("module.m0.y"));
    let module = "variable \"x\" {}\noutput \"y\" {\n  value = \"${var.x}\"\n}\n";
    let outcome = check(&folder(&[("bad/main.tf", &main), ("bad/m/main.tf", module)]));
    assert_eq!((outcome.status, outcome.groups), (2, 1));
    assert!(causes(&outcome).iter().all(|cause| cause.starts_with(LIMIT)));
}

#[test]
fn references_in_a_circle() {
    not_judged("  a = local.b\n  b = local.a\n", "local.a", &["warning reference-cycle"]);
}

#[test]
fn references_with_a_hundred_thousand_steps() {
    for step in ["[0]", ".x"] {
        not_judged(&format!("  a = [22]\n  b = local.a{}\n", step.repeat(100_000)), "local.b", &[]);
    }
    not_judged(&format!("  a = [22]\n  b = local.a{}\n", "[*]".repeat(10_000)), "local.b", &[LIMIT]);
}

#[test]
fn ten_thousand_names_that_nothing_declares() {
    let declared = repeat(10_000, |number| format!("  b{number} = 1\n"));
    let used: Vec<_> = (0..10_000).map(|number| format!("local.c{number}")).collect();
    let locals = format!("{declared}  all = [{}]\n", used.join(", "));
    not_judged(&locals, "local.all[0]", &["warning undeclared-reference"]);
}

#[test]
fn calls_that_read_large_values_many_times() {
    let calls = repeat(5000, |number| format!("  c{number} = length(jsonencode(local.a))\n"));
    let all: Vec<_> = (0..5000).map(|number| format!("local.c{number}")).collect();
    let locals = format!("  a = [for x in range(300) : range(300)]\n{calls}  all = [{}]\n", all.join(", "));
    not_judged(&locals, "local.all[4999]", &[LIMIT]);
}

#[test]
fn functions_with_huge_arguments() {
    for call in [
        "format(\"%1000000000s\", \"x\")",
        "format(\"%.1000000000f\", 1.5)",
        "regex(\"(((a{100}){100}){100}){100}\", \"a\")",
    ] {
        not_judged("", call, &[LIMIT]);
    }
    not_judged("", "pow(10, 1000000000)", &[]);
}

#[cfg(unix)]
#[test]
fn files_that_must_not_be_read() {
    use std::os::unix::fs::symlink;

    let calls = [
        "file(\"/dev/zero\")",
        "file(\"zero\")",
        "file(\"../../../../../../../../../../etc/passwd\")",
        "file(\"passwd\")",
        "templatefile(\"/etc/passwd\", {})",
        "filebase64(\"/etc/passwd\")",
        "file(\"nope\")",
        "file(\".\")",
        "file(\"binary\")",
        "templatefile(\"self.tftpl\", { x = 1 })",
    ];
    let too_much = ["file(\"large\")", "templatefile(\"loops.tftpl\", { x = range(1000) })"];
    let all = calls.iter().map(|call| (call, 1)).chain(too_much.iter().map(|call| (call, 2)));
    for (call, status) in all {
        let loops = "%{for a in x}%{for b in x}%{for c in x}%{endfor}%{endfor}%{endfor}";
        let folder = folder(&[
            ("bad/main.tf", &group(call)),
            (
                "bad/self.tftpl",
                "${templatefile(\"self.tftpl\", { x = x })}${templatefile(\"self.tftpl\", { x = x })}",
            ),
            ("bad/loops.tftpl", loops),
        ]);
        std::fs::write(folder.path("bad/binary"), b"\xff\x00\xfe").expect("a file");
        super::write_large(&folder.path("bad/large"), "2", 10);
        symlink("/dev/zero", folder.path("bad/zero")).expect("a link");
        symlink("/etc/passwd", folder.path("bad/passwd")).expect("a link");
        let outcome = check(&folder);
        assert_eq!((outcome.status, outcome.groups), (status, 1), "{call}: {:?}", outcome.problems);
        let says = outcome.problems.iter().any(|problem| problem.contains(" not-judged bad/"));
        assert!(says, "{call}: {:?}", outcome.problems);
        assert!(!outcome.problems.iter().any(|problem| problem.contains("root:")), "{:?}", outcome.problems);
    }
}

#[test]
fn a_variables_file_with_a_mistake() {
    let main = format!(
        "variable \"a\" {{}}\nvariable \"b\" {{}}\n{}{}",
        group("var.a"),
        group("var.b").replace("bad", "b")
    );
    let outcome = check(&folder(&[("bad/main.tf", &main), ("bad/terraform.tfvars", "a = 22\nb = = 1\n")]));
    assert_eq!((outcome.status, outcome.groups), (2, 2));
    let causes = causes(&outcome);
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert!(causes[0].starts_with("error hcl-syntax bad/terraform.tfvars:2:"), "{causes:?}");
}

#[test]
fn a_default_of_another_type() {
    let variables = "variable \"a\" {\n  type = number\n  default = \"many\"\n}\n";
    let outcome = judged(&format!("{variables}{}", group("var.a")));
    assert_eq!((outcome.status, outcome.groups), (1, 1));
    assert_eq!(causes(&outcome)[0], "warning invalid-value bad/main.tf:3:13", "{:?}", outcome.problems);
}

#[test]
fn a_thousand_instances_that_look_things_up_are_within_all_bounds() {
    let entries = repeat(1000, |number| format!("    k{number} = {{ port = {} }}\n", number + 1));
    let searches = "  from_port = lookup(local.all, each.key, {}).port\n    to_port = local.all[each.key].port + \
                    (contains(keys(local.all), each.key) ? 0 : 1)";
    let group = group("22").replacen("{\n", "{\n  for_each = local.all\n", 1);
    let group = group.replace("from_port = 22", searches).replace("    to_port = 22\n", "");
    let outcome = judged(&format!("locals {{\n  all = {{\n{entries}  }}\n}}\n{group}"));
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1000, vec![]));
}

#[test]
fn more_instances_than_any_group_has_rules() {
    let rule = "resource \"aws_vpc_security_group_ingress_rule\" \"many\" {\n  count = 3000\n  security_group_id = \
                aws_security_group.bad.id\n  ip_protocol = \"tcp\"\n  from_port = count.index\n  to_port = count.index\n  \
                cidr_ipv4 = \"10.0.0.0/8\"\n}\n";
    let outcome = judged(&format!("{}{rule}", group("22")));
    assert_eq!((outcome.status, outcome.groups, outcome.problems), (1, 1, vec![]), "large, and judged");
}
