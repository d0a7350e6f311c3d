//! The form for people: what is wrong, the text that says so, what to do.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};

use super::concise::problem_place;
use super::snippet::{Snippets, Texts};
use super::text::{printable, wrap};
use super::trials::{Outcome, Trial};
use super::{Report, View, is_told};
use crate::diagnostic::{Confidence, Diagnostic, Label, Severity};
use crate::problem::{Problem, ProblemSeverity};
use crate::source::SourceMap;

/// How many instances are named.
const MOST_INSTANCES: usize = 5;

/// How it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With colours.
    pub colour: bool,
    /// With box-drawing characters rather than ASCII.
    pub unicode: bool,
    /// Columns at which text is wrapped. Source lines are not wrapped.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, unicode: true, width: 100 }
    }
}

/// Draws diagnostics and problems.
pub struct Human<'a> {
    sources: &'a SourceMap,
    texts: Texts<'a>,
    style: Style,
    view: View,
    handler: GraphicalReportHandler,
    theme: GraphicalTheme,
}

impl<'a> Human<'a> {
    /// A renderer for spans into `sources`.
    pub fn new(sources: &'a SourceMap, style: Style, view: View) -> Self {
        let theme = GraphicalTheme {
            characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let handler = GraphicalReportHandler::new()
            .with_width(style.width)
            .with_wrap_lines(true)
            .without_syntax_highlighting()
            .with_urls(false)
            .tab_width(2);
        Self { sources, texts: Texts::new(sources), style, view, handler, theme }
    }

    /// All that is listed: diagnostics, then problems. Diagnostics of severity info are counted unless verbose.
    pub fn report(&self, report: &Report) -> String {
        let mut text = String::new();
        let is_drawn = |diagnostic: &&Diagnostic| self.view.verbose || diagnostic.severity > Severity::Info;
        let (drawn, counted): (Vec<_>, Vec<_>) = self.view.listed(report).partition(is_drawn);
        for diagnostic in drawn {
            text += &self.diagnostic(diagnostic);
            text.push('\n');
        }
        text += &counts(&counted);
        for problem in self.view.told(report) {
            text += &self.problem(problem);
            text.push('\n');
        }
        if self.view.verbose {
            text += &self.not_judged(report);
        }
        text
    }

    /// One diagnostic.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let mut message = String::new();
        if diagnostic.confidence == Confidence::Possible {
            message.push_str("possible: ");
        }
        message.push_str(&diagnostic.message);

        let mut notes = Vec::new();
        if diagnostic.instances.len() > 1 {
            notes.push(("on", listed(&diagnostic.instances)));
        }
        if self.view.verbose {
            notes.push(("why", diagnostic.why.trim().to_owned()));
        }
        notes.push(("help", diagnostic.help.trim().to_owned()));
        if let Some(url) = &diagnostic.url {
            notes.push(("more", url.to_string()));
        }
        if let Some(suppression) = &diagnostic.suppressed {
            let until =
                suppression.until.as_ref().map(|until| format!(" (until {until})")).unwrap_or_default();
            let tool = suppression.tool.map(|tool| format!(" for {tool}")).unwrap_or_default();
            notes.push(("suppressed", format!("by {}{tool}: {}{until}", suppression.by, suppression.reason)));
        }
        self.draw(&Block {
            tag: format!("{}[{}]", diagnostic.severity, diagnostic.rule),
            tone: match diagnostic.severity {
                Severity::Critical | Severity::High => miette::Severity::Error,
                Severity::Medium => miette::Severity::Warning,
                Severity::Low | Severity::Info => miette::Severity::Advice,
            },
            message,
            primary: Some(&diagnostic.primary),
            related: &diagnostic.related,
            notes,
        })
    }

    /// One problem.
    pub fn problem(&self, problem: &Problem) -> String {
        let label = problem.span.map(|span| Label { span, message: String::new() });
        let place = problem.path.iter().filter(|path| !problem.message.contains(path.as_str()));
        let mut notes: Vec<_> = place.map(|path| ("in", path.clone())).collect();
        notes.extend(problem.help.iter().map(|help| ("help", help.clone())));
        self.draw(&Block {
            tag: format!("{}[{}]", problem.severity.name(), problem.code),
            tone: match problem.severity {
                ProblemSeverity::Error => miette::Severity::Error,
                ProblemSeverity::Warning => miette::Severity::Warning,
                ProblemSeverity::Info => miette::Severity::Advice,
            },
            message: problem.message.clone(),
            primary: label.as_ref(),
            related: &[],
            notes,
        })
    }

    /// What a test of a rule found; nothing if it passed.
    pub(super) fn trial(&self, trial: &Trial) -> String {
        let (tone, finding) = match &trial.outcome {
            Outcome::Passed => return String::new(),
            Outcome::Failed(finding) | Outcome::Broken(finding) => (miette::Severity::Error, finding),
            Outcome::Weak(finding) => (miette::Severity::Warning, finding),
        };
        self.draw(&Block {
            tag: format!("{}[{}]", trial.outcome.name(), trial.name),
            tone,
            message: finding.message.clone(),
            primary: finding.labels.first(),
            related: finding.labels.get(1..).unwrap_or_default(),
            notes: vec![("help", finding.help.clone())],
        })
    }

    fn draw(&self, block: &Block<'_>) -> String {
        let labels = || block.primary.into_iter().chain(block.related);
        let (snippets, stretches) = Snippets::new(&self.texts, labels().map(|label| label.span));
        let spans = labels().zip(stretches).enumerate().map(|(index, (label, stretch))| {
            let message = Some(printable(&label.message).into_owned()).filter(|message| !message.is_empty());
            if index == 0 {
                LabeledSpan::new_primary_with_span(message, stretch)
            } else {
                LabeledSpan::new_with_span(message, stretch)
            }
        });
        let drawing = Drawing {
            message: printable(block.message.trim()).into_owned(),
            severity: block.tone,
            labels: spans.collect(),
            snippets: &snippets,
        };
        // The tag takes the place of miette's cross, so that rule and message stand on one line.
        let mut theme = self.theme.clone();
        for icon in [&mut theme.characters.error, &mut theme.characters.warning, &mut theme.characters.advice]
        {
            icon.clone_from(&block.tag);
        }
        let mut text = String::new();
        // Writing to a string cannot fail, and the snippets hold every label.
        let _ = self.handler.clone().with_theme(theme).render_report(&mut text, &drawing);
        for (name, note) in &block.notes {
            self.note(&mut text, name, note);
        }
        text
    }

    fn note(&self, text: &mut String, name: &str, note: &str) {
        let (on, off) = if self.style.colour { ("\u{1b}[36m", "\u{1b}[0m") } else { ("", "") };
        let indent = " ".repeat(name.len() + 4);
        let note = wrap(&printable(note), self.style.width.saturating_sub(indent.len()), &indent);
        let _ = writeln!(text, "  {on}{name}:{off} {note}");
    }

    /// What was not judged, by cause and by what to do about it.
    fn not_judged(&self, report: &Report) -> String {
        /// Code, class of cause, and what to do.
        type Cause<'a> = (&'a str, Option<&'a str>, Option<&'a str>);
        let mut causes: BTreeMap<Cause<'_>, Vec<&Problem>> = BTreeMap::new();
        for problem in report.problems.iter().filter(|problem| !is_told(problem)) {
            let class = problem.gap.as_deref().map(|gap| gap.class);
            causes.entry((problem.code, class, problem.help.as_deref())).or_default().push(problem);
        }
        let mut text = String::new();
        for ((code, class, help), problems) in causes {
            let count = problems.len();
            let _ = match class {
                Some(class) => writeln!(text, "  {code}: {class} ({})", weight(&problems)),
                None => writeln!(text, "  {code} ({count})"),
            };
            for problem in problems {
                let mut line = format!("{}{}", problem_place(self.sources, problem), problem.message);
                if let Some(gap) = problem.gap.as_deref().filter(|gap| gap.facts > 1) {
                    let _ = write!(line, " ({} facts)", gap.facts);
                }
                let line = wrap(&printable(&line), self.style.width.saturating_sub(6), "      ");
                let _ = writeln!(text, "    {line}");
            }
            if let Some(help) = help {
                self.note(&mut text, "help", help);
            }
            text.push('\n');
        }
        text
    }
}

/// How many causes there are and how many facts hang on them.
fn weight(problems: &[&Problem]) -> String {
    let facts: usize =
        problems.iter().filter_map(|problem| problem.gap.as_deref()).map(|gap| gap.facts).sum();
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{}, {}", counted(problems.len(), "cause"), counted(facts, "fact"))
}

/// One drawn report.
struct Block<'a> {
    tag: String,
    tone: miette::Severity,
    message: String,
    primary: Option<&'a Label>,
    related: &'a [Label],
    notes: Vec<(&'static str, String)>,
}

/// What miette sees of a block.
#[derive(Debug)]
struct Drawing<'a> {
    message: String,
    severity: miette::Severity,
    labels: Vec<LabeledSpan>,
    snippets: &'a Snippets,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Drawing<'_> {}

impl miette::Diagnostic for Drawing<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.snippets)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The first few of many names.
fn listed(names: &[Arc<str>]) -> String {
    let shown = names.iter().take(MOST_INSTANCES).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_INSTANCES) {
        0 => shown,
        rest => format!("{shown} and {rest} more"),
    }
}

/// What is only worth knowing, a line for each rule: drawn one by one it would bury the rest.
fn counts(diagnostics: &[&Diagnostic]) -> String {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *rules.entry(&diagnostic.rule).or_default() += 1;
    }
    let line = |(rule, count): (&str, &usize)| match count {
        1 => format!("  info[{rule}] in one place (-v shows it)\n"),
        count => format!("  info[{rule}] in {count} places (-v shows them)\n"),
    };
    let mut text: String = rules.iter().map(|(rule, count)| line((rule, count))).collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::source::Span;

    fn draw(report: &Report, view: View) -> String {
        Human::new(&report.sources, Style::default(), view).report(report)
    }

    #[test]
    fn labels_in_several_files_are_one_block() {
        insta::assert_snapshot!(draw(&fixture::report(), View::default()), @r#"
         critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on
         │ aws_security_group.web
          ╭─[main.tf:6:19]
        5 │     protocol    = "tcp"
        6 │     cidr_blocks = var.cidrs
          ·                   ────┬────
          ·                       ╰── every IPv4 address
        7 │   }
          ╰────
          ╭─[variables.tf:3:19]
        2 │ variable "cidrs" {
        3 │   default = ["ä", "0.0.0.0/0"]
          ·                   ─────┬─────
          ·                        ╰── written here
        4 │ }
          ╰────
         on: aws_security_group.web["a"], aws_security_group.web["b"]
         help: Admit only the networks that need it.
         more: https://example.org/admin-port

         error[hcl-syntax] expected an expression
          ╭─[main.tf:5:5]
        4 │     to_port     = 22
        5 │     protocol    = "tcp"
          ·     ────────
        6 │     cidr_blocks = var.cidrs
          ╰────
         help: add one
        "#);
    }

    #[test]
    fn everything_on_request() {
        let view = View { possible: true, suppressed: true, verbose: true };
        insta::assert_snapshot!(draw(&fixture::report(), view), @r#"
         low[security-group-without-description] aws_security_group.web has no description
          ╭─[main.tf:1:31]
        1 │ resource "aws_security_group" "web" {
          ·                               ──┬──
          ·                                 ╰── every IPv4 address
        2 │   ingress {
          ╰────
         why: Scanners find it within minutes.
         help: Admit only the networks that need it.
         suppressed: by comment: legacy (until 2027-01-31)

         medium[wide-port-range] possible: all ports open if var.debug is true
          ╭─[main.tf:3:19]
        2 │   ingress {
        3 │     from_port   = 22
          ·                   ──
        4 │     to_port     = 22
          ╰────
         why: Scanners find it within minutes.
         help: Admit only the networks that need it.

         critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on
         │ aws_security_group.web
          ╭─[main.tf:6:19]
        5 │     protocol    = "tcp"
        6 │     cidr_blocks = var.cidrs
          ·                   ────┬────
          ·                       ╰── every IPv4 address
        7 │   }
          ╰────
          ╭─[variables.tf:3:19]
        2 │ variable "cidrs" {
        3 │   default = ["ä", "0.0.0.0/0"]
          ·                   ─────┬─────
          ·                        ╰── written here
        4 │ }
          ╰────
         on: aws_security_group.web["a"], aws_security_group.web["b"]
         why: Scanners find it within minutes.
         help: Admit only the networks that need it.
         more: https://example.org/admin-port

         error[hcl-syntax] expected an expression
          ╭─[main.tf:5:5]
        4 │     to_port     = 22
        5 │     protocol    = "tcp"
          ·     ────────
        6 │     cidr_blocks = var.cidrs
          ╰────
         help: add one

         module-not-found (1)
           net: module.net is not there
         help: run terraform init
        "#);
    }

    #[test]
    fn ascii_and_colour() {
        let report = fixture::report();
        let style = Style { colour: true, unicode: false, width: 60 };
        let text = Human::new(&report.sources, style, View::default()).diagnostic(&report.diagnostics[1]);
        insta::assert_snapshot!(text.replace('\u{1b}', "^"), @r#"
         ^[33mmedium[wide-port-range]^[0m possible: all ports open if
         ^[33m|^[0m var.debug is true
          ,-[^[36;1;4mmain.tf:3:19^[0m]
        ^[2m2^[0m |   ingress {
        ^[2m3^[0m |     from_port   = 22
          : ^[35;1m                  ^^^[0m
        ^[2m4^[0m |     to_port     = 22
          `----
         ^[36mhelp:^[0m Admit only the networks that need it.
        "#);
    }

    #[test]
    fn a_generated_line_is_shown_in_part() {
        let sources = SourceMap::default();
        let long = format!("{{\"a\":[{}\"0.0.0.0/0\"{}]}}", "1,".repeat(5_000), ",é".repeat(5_000));
        let file = sources.add("template.json", long);
        let diagnostic = fixture::diagnostic(fixture::span(&file, "\"0.0.0.0/0\""));
        let text = Human::new(&sources, Style::default(), View::default()).diagnostic(&diagnostic);
        insta::assert_snapshot!(text, @r#"
         critical[admin-port-open-to-world] SSH (22/tcp) open to the whole IPv4 internet on
         │ aws_security_group.web
          ╭─[template.json:1:10007]
        1 │ 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"0.0.0.0/0",é,é,é,é,é,é,é,é,é,é,é,é,é,é,é,é,é,é,é,é
          ·                                                             ─────┬─────
          ·                                                                  ╰── every IPv4 address
          ╰────
         help: Admit only the networks that need it.
        "#);
    }

    #[test]
    fn the_end_of_a_file_and_an_empty_file_have_a_place() {
        let sources = SourceMap::default();
        for (name, content) in [("a.tf", "x = [\n"), ("empty.tf", ""), ("crlf.tf", "a\r\nb\r\n")] {
            let file = sources.add(name, content);
            let end = Span::new(file.id(), content.len(), content.len());
            let problem = Problem::error("hcl-syntax", "unexpected end").at(end);
            let text = Human::new(&sources, Style::default(), View::default()).problem(&problem);
            assert!(text.contains(name), "{text}");
            assert!(!text.contains("Failed to read"), "{text}");
        }
    }

    #[test]
    fn source_text_cannot_steer_the_terminal() {
        let sources = SourceMap::default();
        let file = sources.add("a.tf", "x = \"\u{1b}[31m0.0.0.0/0\"\n");
        let diagnostic = fixture::diagnostic(fixture::span(&file, "0.0.0.0/0"));
        let text = Human::new(&sources, Style::default(), View::default()).diagnostic(&diagnostic);
        assert!(!text.contains('\u{1b}'));
    }

    proptest::proptest! {
        #[test]
        fn any_span_of_any_text_is_drawn(
            text in "[ab é\\t\\r\\n\u{1b}\u{202e}]{0,40}",
            long in 0..400_usize,
            places in proptest::collection::vec((0..60_usize, 0..60_usize), 1..4),
        ) {
            let sources = SourceMap::default();
            let files = [sources.add("a.tf", format!("{text}{}", "x".repeat(long))), sources.add("b.tf", text)];
            let mut labels = places.iter().enumerate().map(|(index, &(start, end))| Label {
                span: Span::new(files[index % 2].id(), start.min(files[index % 2].text().len()), end),
                message: format!("label {index}"),
            });
            let primary = labels.next().expect("there is one");
            let mut diagnostic = fixture::diagnostic(primary.span);
            diagnostic.primary = primary;
            diagnostic.related = labels.collect();
            let drawn = Human::new(&sources, Style::default(), View::default()).diagnostic(&diagnostic);
            proptest::prop_assert!(!drawn.contains("Failed to read") && !drawn.contains('\u{1b}'), "{}", drawn);
            proptest::prop_assert!(drawn.contains("help: "), "{}", drawn);
        }
    }
}
