//! Texts: templates with unknown parts, and files.

use crate::case::{Case, show, shown_beside};

const WORLD: &str = r#"
    variable "unset" {}
    resource "aws_vpc" "v" {}
"#;

#[test]
fn a_text_keeps_the_parts_that_are_known() {
    for (expression, expected) in [
        (r#""a-${aws_vpc.v.id}-b""#, r#"template("a-", <aws_vpc.v.id>, "-b")"#),
        (r#""${aws_vpc.v.id}""#, "<aws_vpc.v.id>"),
        (r#""${1}${aws_vpc.v.id}${2}${3}""#, r#"template("1", <aws_vpc.v.id>, "23")"#),
        (r#""x${"y${aws_vpc.v.id}"}""#, r#"template("xy", <aws_vpc.v.id>)"#),
        (r#""${var.unset}/32""#, r#"template(?variable unset has no value, "/32")"#),
        (r#""a%{ if var.unset }b%{ endif }c""#, r#"template("a", ?variable unset has no value, "c")"#),
        (r#""%{ for x in var.unset }${x}%{ endfor }.""#, r#"template(?variable unset has no value, ".")"#),
        (
            r#""%{ for x in ["a", aws_vpc.v.id] }<${x}>%{ endfor }""#,
            r#"template("<a><", <aws_vpc.v.id>, ">")"#,
        ),
        (r#""%{ if true }${aws_vpc.v.id}%{ endif }""#, "template(<aws_vpc.v.id>)"),
    ] {
        assert_eq!(shown_beside(WORLD, expression), expected, "{expression}");
    }
}

#[test]
fn files_inside_are_read_and_others_refused() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let secret = secret.to_str().unwrap();
    let absolute = format!("file {secret} outside the configuration comes from elsewhere");
    for (expression, expected) in [
        (r#"file("in.txt")"#.to_owned(), r#""inside""#.to_owned()),
        (r#"file("./in.txt")"#.to_owned(), r#""inside""#.to_owned()),
        (r#"file("${path.module}/in.txt")"#.to_owned(), r#""inside""#.to_owned()),
        (r#"file("m/../in.txt")"#.to_owned(), r#""inside""#.to_owned()),
        (r#"file("none.txt")"#.to_owned(), "?there is no file none.txt".to_owned()),
        (r#"file("m")"#.to_owned(), "?m is not a file".to_owned()),
        (r#"fileexists("none.txt")"#.to_owned(), "false".to_owned()),
        (r#"filemd5("in.txt")"#.to_owned(), r#""335cf4508dd597be4bfc9caa3e08b901""#.to_owned()),
        (r#"filebase64("in.txt")"#.to_owned(), r#""aW5zaWRl""#.to_owned()),
        (
            r#"file("../../x")"#.to_owned(),
            "?file ../../x outside the configuration comes from elsewhere".to_owned(),
        ),
        (format!("file({secret:?})"), format!("?{absolute}")),
        (format!("fileexists({secret:?})"), format!("?{absolute}")),
        (format!("templatefile({secret:?}, {{}})"), format!("?{absolute}")),
        ("file(null)".to_owned(), "?file needs a path".to_owned()),
    ] {
        let it = Case::new(&format!("output \"it\" {{ value = {expression} }}"))
            .file("in.txt", "inside")
            .file("m/main.tf", "")
            .evaluate()
            .without_problems();
        assert_eq!(show(&it.output("it")), expected, "{expression}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_outside() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let it = Case::new("output \"it\" { value = file(\"link\") }").link("link", &secret).evaluate();
    assert_eq!(show(&it.output("it")), "?file link outside the configuration comes from elsewhere");
}

#[test]
fn a_template_file_sees_its_variables_only() {
    let it = Case::new(
        r#"
        variable "port" { default = 22 }
        resource "aws_vpc" "v" {}
        output "it" { value = templatefile("t.tftpl", { vpc = aws_vpc.v.id, ports = [80, 443] }) }
        output "outer" { value = templatefile("outer.tftpl", {}) }
        output "json" { value = jsondecode(templatefile("j.tftpl", { cidr = "0.0.0.0/0" })).cidrs }
        "#,
    )
    .file("t.tftpl", "%{ for port in ports }${port},%{ endfor }${vpc}")
    .file("outer.tftpl", "${var.port}")
    .file("j.tftpl", r#"{"cidrs": ["${cidr}"]}"#)
    .evaluate();
    assert_eq!(show(&it.output("it")), r#"template("80,443,", <aws_vpc.v.id>)"#);
    assert_eq!(show(&it.output("outer")), "?var.port is not declared");
    assert_eq!(show(&it.output("json")), r#"["0.0.0.0/0"]"#);
}
