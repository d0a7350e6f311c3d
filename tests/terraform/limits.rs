//! Size and depth: large configurations stay quick, hostile ones end in a problem.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::case::{Case, show};

#[test]
fn a_thousand_instances_that_refer_to_each_other_take_no_quadratic_time() {
    let case = |instances: usize| {
        Case::new(&format!(
            r#"
            locals {{ rules = {{ for i in range({instances}) : "rule-${{i}}" => {{ port = i, cidr = "10.0.0.0/8" }} }} }}
            resource "aws_a" "x" {{
              for_each = local.rules
              port     = each.value.port
              cidr     = each.value.cidr
            }}
            resource "aws_b" "x" {{
              for_each = local.rules
              id       = aws_a.x[each.key].id
              port     = aws_a.x[each.key].port
              cidr     = aws_a.x[each.key].cidr
            }}
            resource "aws_c" "x" {{
              count = {instances}
              port  = aws_c.x[(count.index + 1) % {instances}].name
              name  = values(local.rules)[count.index].cidr
            }}
            module "m" {{
              source   = "./m"
              for_each = local.rules
              port     = aws_b.x[each.key].port
            }}
            resource "aws_d" "x" {{
              for_each = local.rules
              port     = module.m[each.key].port
            }}
            "#
        ))
        .file("m/main.tf", "variable \"port\" {}\noutput \"port\" { value = var.port }\noutput \"other\" { value = 1 }")
    };
    let time = |instances: usize| {
        let case = case(instances);
        let start = Instant::now();
        let it = case.evaluate().without_problems();
        assert_eq!(it.addresses().len(), 4 * instances);
        assert_eq!(it.shown(r#"aws_d.x["rule-99"].port"#), "99");
        start.elapsed()
    };
    let hundred = time(100);
    let thousand = time(1000);
    assert!(thousand < Duration::from_secs(20), "{thousand:?}, a tenth of it {hundred:?}");
}

#[test]
fn a_long_chain_ends_in_a_limit_and_not_in_a_full_stack() {
    let mut text = String::from("output \"it\" { value = local.l0 }\nlocals {\n  l5000 = 1\n");
    for index in 0..5000 {
        writeln!(text, "  l{index} = [local.l{}][0]", index + 1).unwrap();
    }
    text.push('}');
    // As large as the stacks of the threads that judge: those of tests are too small for an unoptimised build.
    let judging = std::thread::Builder::new().stack_size(16 * 1024 * 1024).spawn(move || {
        let it = Case::new(&text).evaluate();
        assert_eq!(show(&it.output("it")), "?expressions lead to each other too deeply");
        assert!(it.problems()[0].starts_with("evaluation-limit"), "{:?}", it.problems());
    });
    judging.unwrap().join().unwrap();
}

#[test]
fn a_chain_of_modules_resources_and_templates_does_not_fill_the_stack() {
    let mut text = String::new();
    for index in 0..600 {
        writeln!(
            text,
            "resource \"aws_x\" \"r{index}\" {{\n  for_each = toset([\"a\"])\n  v = upper(true ? \"${{[for k in [1] : {{ x = aws_x.r{}[\"a\"].v }}][0].x}}-\" : \"\")\n}}",
            index + 1
        )
        .unwrap();
    }
    text.push_str("resource \"aws_x\" \"r600\" {\n  for_each = toset([\"a\"])\n  v = 1\n}\n");
    // As large as the stacks of the threads that judge: those of tests are too small for an unoptimised build.
    let judging = std::thread::Builder::new().stack_size(16 * 1024 * 1024).spawn(move || {
        let it = Case::new(&text).evaluate();
        assert!(it.problems()[0].starts_with("evaluation-limit"), "{:?}", it.problems());
    });
    judging.unwrap().join().unwrap();
}

#[test]
fn text_that_doubles_at_each_step_ends_in_a_limit() {
    let mut text = String::from("output \"it\" { value = local.l60 }\nlocals {\n  l0 = \"0123456789\"\n");
    for index in 0..60 {
        writeln!(text, "  l{} = \"${{local.l{index}}}${{local.l{index}}}\"", index + 1).unwrap();
    }
    text.push('}');
    let it = Case::new(&text).evaluate();
    assert_eq!(show(&it.output("it")), "?the text grows too long");
    assert_eq!(it.problems().len(), 1, "{:?}", it.problems());
}

#[test]
fn lists_that_double_at_each_step_end_in_a_limit() {
    let mut text = String::from(
        "output \"it\" { value = [local.l15, local.l60 == local.l59] }\nlocals {\n  l0 = [1, 2]\n",
    );
    for index in 0..60 {
        writeln!(text, "  l{} = try([local.l{index}, local.l{index}], [])", index + 1).unwrap();
    }
    text.push('}');
    let start = Instant::now();
    let it = Case::new(&text).evaluate();
    assert!(
        show(&it.output("it")).starts_with("[?the value grows too large, ?"),
        "{}",
        show(&it.output("it"))
    );
    assert!(it.problems()[0].starts_with("evaluation-limit"), "{:?}", it.problems());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn nested_loops_end_in_a_limit() {
    let it = Case::new(
        r#"
        locals { n = range(1000) }
        output "it" { value = length([for a in local.n : [for b in local.n : [for c in local.n : "${a}${b}${c}"]]]) }
        "#,
    );
    let start = Instant::now();
    let it = it.evaluate();
    assert!(it.problems()[0].starts_with("evaluation-limit"), "{:?}", it.problems());
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}
