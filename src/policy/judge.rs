//! Facts under rules to diagnostics.
//!
//! Every fact is judged by every rule of its kind. Then one cause becomes one diagnostic: what a stronger rule
//! says already is dropped, and the instances of one declaration are merged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::diagnose::{confidence, diagnose, distinct, each_once, fingerprint, primary_span};
use super::expression::{Params, Verdict, evaluate};
use super::rule::{Rule, RuleSet};
use super::settings::PolicySettings;
use crate::diagnostic::{Confidence, Diagnostic, Severity};
use crate::facts::{Fact, Kind};
use crate::problem::Problem;
use crate::resource::Unknown;
use crate::source::{SourceMap, Span};

/// What judging yields.
#[derive(Debug, Default)]
pub struct Judged {
    /// Violations, sorted by place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Conditions that could not be computed: one for each rule.
    pub problems: Vec<Problem>,
    /// Verdicts that depend on what is not known, sorted by place and rule.
    pub not_judged: Vec<NotJudged>,
}

/// A fact that a rule could not judge.
#[derive(Clone, Debug)]
pub struct NotJudged {
    /// The rule.
    pub rule: Arc<str>,
    /// What it is about.
    pub subject: Arc<str>,
    /// The fact's position among the facts.
    pub fact: usize,
    /// The fields that are not, or only in part, known, and why.
    pub fields: Vec<(String, Option<Arc<Unknown>>)>,
    /// Where a diagnostic would point.
    pub span: Span,
}

/// The rules that run, under their settings.
#[derive(Debug)]
pub struct Judge {
    by_kind: BTreeMap<Kind, Vec<Active>>,
}

/// A rule that runs.
#[derive(Debug)]
struct Active {
    rule: Arc<Rule>,
    /// How it runs under each of the settings; not at all under some.
    settings: Vec<Option<(Severity, Params)>>,
    supersedes: BTreeSet<Arc<str>>,
}

/// A rule that a fact violates.
struct Hit<'a> {
    active: &'a Active,
    confidence: Confidence,
    fact: &'a Fact,
    /// The fact's position among the facts.
    index: usize,
    primary: Span,
    severity: Severity,
    params: &'a Params,
}

/// A rule that speaks, and how sure it is.
type Voice<'a> = (&'a Active, Confidence);

impl Judge {
    /// Of all rules, those that the settings let run.
    pub fn new(rules: &RuleSet, settings: &PolicySettings) -> Self {
        Self::under_several(rules, &[settings])
    }

    /// Of all rules, those that any of several settings let run; [`judge_by_place`](Self::judge_by_place) says which
    /// settings count where.
    pub fn under_several(rules: &RuleSet, settings: &[&PolicySettings]) -> Self {
        let mut by_kind: BTreeMap<Kind, Vec<Active>> = BTreeMap::new();
        for rule in rules.iter() {
            let under = |settings: &&PolicySettings| {
                settings.enabled(rule).then(|| (settings.severity(rule), settings.params(rule)))
            };
            let settings: Vec<_> = settings.iter().map(under).collect();
            if settings.iter().any(Option::is_some) {
                let supersedes = rules.superseded_by(&rule.id);
                by_kind.entry(rule.on).or_default().push(Active {
                    rule: Arc::clone(rule),
                    settings,
                    supersedes,
                });
            }
        }
        Self { by_kind }
    }

    /// Judges the facts of one configuration.
    pub fn judge(&self, facts: &[Fact], sources: &SourceMap) -> Judged {
        self.judge_by_place(facts, &|_, _| 0, sources)
    }

    /// Judges the facts of one configuration, each under the settings that count for it, given where a diagnostic about
    /// it would point. A rule that is off there supersedes nothing.
    pub fn judge_by_place(
        &self,
        facts: &[Fact],
        settings_at: &dyn Fn(&Fact, Span) -> usize,
        sources: &SourceMap,
    ) -> Judged {
        let mut hits: Vec<Hit<'_>> = Vec::new();
        let mut undecided: Vec<(Confidence, NotJudged)> = Vec::new();
        let mut broken: BTreeMap<&str, Problem> = BTreeMap::new();
        for (index, fact) in facts.iter().enumerate() {
            for active in self.by_kind.get(&fact.kind).map(Vec::as_slice).unwrap_or_default() {
                let rule = &active.rule;
                let setting = match active.settings.as_slice() {
                    [setting] => setting.as_ref(),
                    several => {
                        several.get(settings_at(fact, primary_span(rule, fact))).and_then(Option::as_ref)
                    }
                };
                let Some((severity, params)) = setting else { continue };
                match evaluate(&rule.condition, fact, params) {
                    Verdict::Complies => {}
                    Verdict::Violates => {
                        let primary = primary_span(rule, fact);
                        let confidence = confidence(rule, fact);
                        let severity = *severity;
                        hits.push(Hit { active, confidence, fact, index, primary, severity, params });
                    }
                    Verdict::Unknown(fields) => {
                        let span = primary_span(rule, fact);
                        let subject = Arc::clone(&fact.subject);
                        let confidence = confidence(rule, fact);
                        let rule = Arc::clone(&rule.id);
                        undecided.push((confidence, NotJudged { rule, subject, fact: index, fields, span }));
                    }
                    Verdict::Error(error) => {
                        broken.entry(&rule.id).or_insert_with(|| broken_rule(rule, fact, &error));
                    }
                }
            }
        }
        let by_fact = by_fact(&hits);
        // What a stronger rule says about the same fact needs no answer from a weaker one.
        undecided.retain(|(confidence, one)| !supersedes(by_fact.get(&one.fact), &one.rule, *confidence));
        let kept = without_superseded(hits, &by_fact);
        let mut not_judged: Vec<_> = undecided.into_iter().map(|(_, undecided)| undecided).collect();
        not_judged
            .sort_by_cached_key(|one| (sources.sort_key(one.span), one.rule.clone(), one.subject.clone()));
        Judged { diagnostics: merged(&kept, sources), problems: broken.into_values().collect(), not_judged }
    }
}

fn broken_rule(rule: &Rule, fact: &Fact, error: &str) -> Problem {
    Problem::error("rule-evaluation", format!("the rule {} cannot be evaluated: {error}", rule.id))
        .at(fact.head)
        .help(format!("correct the condition in {}", rule.file))
}

fn by_fact<'a>(hits: &[Hit<'a>]) -> BTreeMap<usize, Vec<Voice<'a>>> {
    let mut by_fact: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for hit in hits {
        by_fact.entry(hit.index).or_default().push((hit.active, hit.confidence));
    }
    by_fact
}

/// Whether one of the rules supersedes another, which is no more certain than it.
fn supersedes(voices: Option<&Vec<Voice<'_>>>, id: &str, confidence: Confidence) -> bool {
    let mut voices = voices.into_iter().flatten();
    voices.any(|(active, own)| *own <= confidence && active.supersedes.contains(id))
}

/// Drops a hit if a rule that supersedes its rule hits the same fact, or a fact of another kind about the same
/// subject at the same place or about the same declared rule (the first anchor of both). Two facts of one kind
/// at one place are two things to say: the ports of two turns of a loop.
fn without_superseded<'a>(mut hits: Vec<Hit<'a>>, by_fact: &BTreeMap<usize, Vec<Voice<'a>>>) -> Vec<Hit<'a>> {
    let mut by_cause: BTreeMap<(Kind, Cause<'_>), Vec<Voice<'_>>> = BTreeMap::new();
    for hit in &hits {
        for cause in causes(hit) {
            by_cause.entry((hit.fact.kind, cause)).or_default().push((hit.active, hit.confidence));
        }
    }
    hits.retain(|hit| {
        let superseded = |voices| supersedes(voices, &hit.active.rule.id, hit.confidence);
        let mut of_other_kinds = causes(hit).into_iter().flat_map(|cause| {
            let others = Kind::ALL.into_iter().filter(|&kind| kind != hit.fact.kind);
            others.map(move |kind| (kind, cause))
        });
        !superseded(by_fact.get(&hit.index)) && !of_other_kinds.any(|cause| superseded(by_cause.get(&cause)))
    });
    hits
}

/// What two facts of different kinds can be about in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause<'a> {
    /// A subject, at a place.
    Place(&'a str, Span),
    /// A declared rule, by the calls that led to it, its text and its address, if it has one of its own.
    Declaration(&'a [Span], Span, Option<&'a str>),
}

fn causes<'a>(hit: &Hit<'a>) -> Vec<Cause<'a>> {
    let fact = hit.fact;
    let place = Cause::Place(&fact.subject, hit.primary);
    let declared = fact.anchors.first().into_iter().flat_map(|&declared| {
        let addresses = fact.rules.iter().map(|address| Some(&**address));
        let unnamed = fact.rules.is_empty().then_some(None);
        addresses.chain(unnamed).map(move |address| Cause::Declaration(&fact.calls, declared, address))
    });
    [place].into_iter().chain(declared).collect()
}

/// What the hits have in common that share a diagnostic: rule, place, meaning, severity, and the declaration.
type Said<'a> = (&'a str, Span, &'a str, Severity, &'a str);

/// One diagnostic for each rule, place and meaning: the instances of a declaration share one. Those of several calls,
/// or of several aliases of one text, do not yet: a comment or an override at one of them says nothing of another.
fn merged(hits: &[Hit<'_>], sources: &SourceMap) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<Said<'_>, Vec<&Hit<'_>>> = BTreeMap::new();
    for hit in hits {
        let Hit { active, fact, primary, severity, .. } = hit;
        let said = (&*active.rule.id, *primary, &*fact.key, *severity, &*fact.declared);
        groups.entry(said).or_default().push(hit);
    }
    let mut diagnostics: Vec<(Diagnostic, &str)> =
        groups.into_iter().map(|((_, _, key, ..), mut group)| (of_group(&mut group), key)).collect();
    diagnostics.sort_by_cached_key(|(diagnostic, key)| {
        (sources.sort_key(diagnostic.primary.span), diagnostic.rule.clone(), (*key).to_owned())
    });
    let mut ordinals: BTreeMap<(Arc<str>, Arc<str>, &str), usize> = BTreeMap::new();
    let numbered = diagnostics.into_iter().map(|(mut diagnostic, key)| {
        let subject = diagnostic.instances.first().unwrap_or(&diagnostic.resource);
        let ordinal = ordinals.entry((Arc::clone(&diagnostic.rule), Arc::clone(subject), key)).or_default();
        diagnostic.fingerprint = fingerprint(&diagnostic.rule, subject, key, *ordinal);
        *ordinal += 1;
        diagnostic
    });
    numbered.collect()
}

/// The diagnostic of the first instance, made to speak for all of them. One that exists for certain speaks
/// before one that may not.
fn of_group(group: &mut [&Hit<'_>]) -> Diagnostic {
    let of = |hit: &&Hit<'_>| diagnose(&hit.active.rule, hit.severity, hit.params, hit.fact);
    group.sort_by(|left, right| left.fact.subject.cmp(&right.fact.subject));
    let mut all: Vec<_> = group.iter().map(of).collect();
    let speaker = all.iter().position(|one| one.confidence == Confidence::Certain).unwrap_or(0);
    let mut diagnostic = all.swap_remove(speaker);
    let instances: BTreeSet<_> = group.iter().map(|hit| Arc::clone(&hit.fact.subject)).collect();
    if instances.len() > 1 {
        let declared = &group[0].fact.declared;
        if group.iter().all(|hit| hit.fact.declared == *declared) {
            diagnostic.message = diagnostic.message.replace(&*diagnostic.resource, declared);
            diagnostic.resource = Arc::clone(declared);
        }
        diagnostic.instances = instances.into_iter().collect();
    }
    for other in all {
        diagnostic.related.extend(other.related);
        diagnostic.anchors.extend(other.anchors);
    }
    each_once(&mut diagnostic.related, diagnostic.primary.span);
    diagnostic.anchors = distinct(diagnostic.anchors);
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Label;
    use crate::facts::{FieldValue, Place};
    use crate::policy::load::combine;
    use crate::policy::read::{Author, read_rule};
    use crate::policy::sample::{fact, reason, text};
    use crate::resource::{Origin, Presence, StepKind};

    struct Bench {
        sources: SourceMap,
        rules: Vec<Arc<Rule>>,
    }

    impl Bench {
        fn new() -> Self {
            let sources = SourceMap::new("/");
            sources.add("main.tf", "0123456789".repeat(20));
            sources.add("variables.tf", "0123456789".repeat(20));
            Self { sources, rules: Vec::new() }
        }

        /// Adds a rule on permissions.
        fn rule(mut self, id: &str, when: &str, more: &str) -> Self {
            let text = format!(
                "policy: v1\nid: x/{id}\ntitle: t\non: permission\nwhen: {when}\nseverity: high\nat: peer\n\
                 message: \"{id} on {{subject}}\"\nwhy: w\nhelp: h\n{more}\n"
            );
            let file = self.sources.add(format!("{id}.yaml"), text);
            self.rules.push(Arc::new(read_rule(&file, Author::User).unwrap()));
            self
        }

        fn span(&self, file: &str, start: usize, end: usize) -> Span {
            let file = self.sources.loaded(std::path::Path::new(file)).unwrap();
            Span::new(file.id(), start, end)
        }

        /// An ingress permission of a subject whose peer stands at 10..20 and is written in variables.tf.
        fn permission(&self, subject: &str, count: i64) -> Fact {
            let direction = ("direction", text("ingress"));
            let mut fact = fact(Kind::Permission, vec![direction, ("port_count", FieldValue::Int(count))]);
            let written = self.span("variables.tf", 5, 9);
            let origin = Origin::at(written)
                .through(StepKind::VariableDefault, written)
                .through(StepKind::Reference, self.span("main.tf", 12, 15));
            let place = Place {
                span: self.span("main.tf", 10, 20),
                label: "every IPv4 address".to_owned(),
                origin: Some(origin),
                also: Vec::new(),
            };
            fact.places.insert("peer", place);
            fact.subject = Arc::from(subject);
            fact.fields.insert("subject", text(subject));
            fact.declared = Arc::from(subject.split('[').next().unwrap());
            fact.head = self.span("main.tf", 0, 40);
            fact.key = format!("ingress {count}");
            fact
        }

        fn judge(&self, facts: &[Fact]) -> Judged {
            self.judge_under(&PolicySettings::default(), facts)
        }

        fn judge_under(&self, settings: &PolicySettings, facts: &[Fact]) -> Judged {
            let loaded = combine(self.rules.iter().cloned());
            assert_eq!(loaded.problems, []);
            Judge::new(&loaded.rules, settings).judge(facts, &self.sources)
        }
    }

    fn told(judged: &Judged) -> Vec<&str> {
        judged.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
    }

    #[test]
    fn a_violation_points_at_its_field_and_tells_the_way_of_the_value() {
        let bench = Bench::new().rule("open", "permission.port_count > 1", "also: [ports]");
        let judged = bench.judge(&[bench.permission("a.b", 5), bench.permission("a.c", 1)]);
        assert_eq!(told(&judged), ["open on a.b"]);
        let diagnostic = &judged.diagnostics[0];
        assert_eq!(diagnostic.primary.span, bench.span("main.tf", 10, 20));
        assert_eq!(diagnostic.primary.message, "every IPv4 address");
        let written =
            Label { span: bench.span("variables.tf", 5, 9), message: "default of the variable".to_owned() };
        assert_eq!(diagnostic.related, [written], "the reference lies inside the primary label");
        assert_eq!(diagnostic.confidence, Confidence::Certain);
        assert_eq!(diagnostic.fingerprint.len(), 16);
    }

    #[test]
    fn a_field_without_a_place_falls_back_to_the_head() {
        let bench = Bench::new().rule("open", "permission.port_count > 1", "");
        let mut fact = bench.permission("a.b", 5);
        fact.places.clear();
        assert_eq!(bench.judge(&[fact]).diagnostics[0].primary.span, bench.span("main.tf", 0, 40));
    }

    #[test]
    fn a_stronger_rule_silences_a_weaker_one_also_by_way_of_a_third() {
        let bench = Bench::new()
            .rule("all", "permission.port_count > 100", "supersedes: [x/many]")
            .rule("many", "permission.port_count > 10", "supersedes: [x/some]")
            .rule("some", "permission.port_count > 1", "");
        assert_eq!(told(&bench.judge(&[bench.permission("a.b", 500)])), ["all on a.b"]);
        assert_eq!(told(&bench.judge(&[bench.permission("a.b", 50)])), ["many on a.b"]);
        assert_eq!(told(&bench.judge(&[bench.permission("a.b", 5)])), ["some on a.b"]);
        // Another fact at the same place says something else.
        let facts = [bench.permission("a.b", 500), bench.permission("a.b", 5)];
        assert_eq!(told(&bench.judge(&facts)), ["all on a.b", "some on a.b"]);
    }

    #[test]
    fn what_is_only_possible_does_not_silence_what_is_certain() {
        let bench = Bench::new()
            .rule("all", "permission.port_count > 100", "supersedes: [x/some]\nconfidence: possible")
            .rule("some", "permission.port_count > 1 && permission.all_ports", "");
        let mut fact = bench.permission("a.b", 500);
        fact.fields.insert("all_ports", FieldValue::Bool(true));
        assert_eq!(told(&bench.judge(&[fact.clone()])), ["all on a.b", "some on a.b"]);
        fact.presence = Presence::Unknown(reason("var.create"));
        assert_eq!(bench.judge(&[fact.clone()]).diagnostics.len(), 1, "then both are possible");
        fact.presence = Presence::Certain;
        fact.fields.remove("all_ports");
        fact.unknown.insert("all_ports", reason("var.ports"));
        assert_eq!(bench.judge(&[fact]).not_judged.len(), 1);
    }

    #[test]
    fn facts_of_two_kinds_about_one_declared_rule_are_one_cause() {
        let mut bench = Bench::new().rule("wide", "permission.port_count > 1", "");
        let exposed = bench.sources.add(
            "world.yaml",
            "policy: v1\nid: x/world\ntitle: t\non: exposure\nwhen: exposure.world\nseverity: high\n\
             supersedes: [x/wide]\nmessage: \"world on {subject}\"\nwhy: w\nhelp: h\n",
        );
        bench.rules.push(Arc::new(read_rule(&exposed, Author::User).unwrap()));
        let mut permission = bench.permission("a.b", 5);
        permission.anchors.push(bench.span("main.tf", 0, 60));
        let mut exposure = permission.clone();
        exposure.kind = Kind::Exposure;
        exposure.fields.insert("world", FieldValue::Bool(true));
        exposure.subject = Arc::from("a.group");
        exposure.fields.insert("subject", text("a.group"));
        assert_eq!(told(&bench.judge(&[permission.clone(), exposure.clone()])), ["world on a.group"]);
        exposure.calls.push(bench.span("main.tf", 100, 110));
        assert_eq!(bench.judge(&[permission, exposure]).diagnostics.len(), 2, "another call of the module");
    }

    #[test]
    fn rules_that_stand_at_one_module_call_are_told_apart_by_their_addresses() {
        let mut bench = Bench::new().rule("wide", "permission.port_count > 1", "");
        let world = bench.sources.add(
            "world.yaml",
            "policy: v1\nid: x/world\ntitle: t\non: exposure\nwhen: exposure.world\nseverity: high\n\
             supersedes: [x/wide]\nmessage: \"world on {subject}\"\nwhy: w\nhelp: h\n",
        );
        bench.rules.push(Arc::new(read_rule(&world, Author::User).unwrap()));
        let declared = |index: usize| {
            let mut fact = bench.permission(&format!("module.m.rule[{index}]"), 5);
            fact.key = format!("ingress {index}");
            fact.anchors.push(bench.span("main.tf", 0, 60));
            fact.rules.push(fact.subject.clone());
            fact
        };
        let mut exposure = declared(0);
        exposure.kind = Kind::Exposure;
        exposure.fields.insert("world", FieldValue::Bool(true));
        exposure.subject = Arc::from("module.m.group");
        exposure.fields.insert("subject", text("module.m.group"));
        let judged = bench.judge(&[declared(0), declared(1), exposure]);
        let mut told = told(&judged);
        told.sort_unstable();
        assert_eq!(told, ["wide on module.m.rule[1]", "world on module.m.group"]);
    }

    #[test]
    fn a_rule_that_is_off_silences_nothing() {
        let bench = Bench::new()
            .rule("all", "permission.port_count > 100", "supersedes: [x/some]\nprofile: strict")
            .rule("some", "permission.port_count > 1", "");
        let facts = [bench.permission("a.b", 500)];
        assert_eq!(told(&bench.judge(&facts)), ["some on a.b"]);
        let mut settings = PolicySettings::default();
        settings.rules.entry(Arc::from("x/all")).or_default().enabled = Some(true);
        settings.rules.entry(Arc::from("x/all")).or_default().severity = Some(Severity::Info);
        let judged = bench.judge_under(&settings, &facts);
        assert_eq!(told(&judged), ["all on a.b"]);
        assert_eq!(judged.diagnostics[0].severity, Severity::Info);
    }

    #[test]
    fn instances_of_one_declaration_share_a_diagnostic() {
        let bench = Bench::new().rule("open", "permission.port_count > 1", "");
        let mut facts = [bench.permission("a.b[\"y\"]", 5), bench.permission("a.b[\"x\"]", 5)];
        facts[0].calls.push(bench.span("main.tf", 100, 110));
        facts[1].calls.push(bench.span("main.tf", 120, 130));
        let judged = bench.judge(&facts);
        assert_eq!(told(&judged), ["open on a.b"]);
        let diagnostic = &judged.diagnostics[0];
        assert_eq!(&*diagnostic.resource, "a.b");
        assert_eq!(
            diagnostic.instances.iter().map(|one| &**one).collect::<Vec<_>>(),
            ["a.b[\"x\"]", "a.b[\"y\"]"]
        );
        assert_eq!(diagnostic.anchors.len(), 2);
        // Instances that do not open the same are told apart.
        let judged = bench.judge(&[bench.permission("a.b[0]", 5), bench.permission("a.b[1]", 6)]);
        assert_eq!(told(&judged), ["open on a.b[0]", "open on a.b[1]"]);
    }

    #[test]
    fn what_is_not_known_is_neither_violation_nor_silence() {
        let bench = Bench::new().rule("open", "permission.port_count > 1 && permission.all_ports", "").rule(
            "wide",
            "permission.port_count > 100",
            "supersedes: [x/open]",
        );
        let mut fact = bench.permission("a.b", 5);
        fact.unknown.insert("all_ports", reason("var.ports"));
        let judged = bench.judge(&[fact]);
        assert_eq!(told(&judged), Vec::<&str>::new());
        assert_eq!(judged.not_judged.len(), 1);
        assert_eq!(judged.not_judged[0].fields[0].0, "all_ports");
        assert_eq!(judged.problems, []);
        let mut fact = bench.permission("a.b", 500);
        fact.unknown.insert("all_ports", reason("var.ports"));
        let judged = bench.judge(&[fact]);
        assert_eq!(told(&judged), ["wide on a.b"]);
        assert_eq!(judged.not_judged.len(), 0, "the stronger rule has answered");
    }

    #[test]
    fn a_subject_that_may_not_exist_is_possible_and_says_why() {
        let bench = Bench::new().rule("open", "permission.port_count > 1", "");
        let mut fact = bench.permission("a.b", 5);
        fact.presence = Presence::Unknown(reason("var.create"));
        let judged = bench.judge(&[fact.clone()]);
        assert_eq!(told(&judged), ["open on a.b (whether it exists is not known: var.create has no value)"]);
        assert_eq!(judged.diagnostics[0].confidence, Confidence::Possible);
        let mut certain = bench.permission("a.b[0]", 5);
        certain.declared = fact.declared.clone();
        let judged = bench.judge(&[fact, certain]);
        assert_eq!(told(&judged), ["open on a.b"]);
        assert_eq!(judged.diagnostics[0].confidence, Confidence::Certain);
    }

    #[test]
    fn fingerprints_stay_when_places_move_and_differ_for_duplicates() {
        let bench = Bench::new().rule("open", "permission.port_count > 1", "");
        let here = bench.permission("a.b", 5);
        let mut moved = here.clone();
        moved.places.insert("peer", Place::at(bench.span("variables.tf", 50, 60)));
        let [first, second] = [&here, &moved]
            .map(|fact| bench.judge(std::slice::from_ref(fact)).diagnostics[0].fingerprint.clone());
        assert_eq!(first, second);
        let both = bench.judge(&[moved, here]);
        assert_eq!(both.diagnostics[0].fingerprint, first);
        assert_ne!(both.diagnostics[1].fingerprint, first);
    }
}
