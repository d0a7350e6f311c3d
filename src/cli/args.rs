//! Arguments. Their names are part of the contract.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::config::Profile;
use crate::diagnostic::Severity;
use crate::engine::Assignment;
use crate::facts::Kind;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "sglint",
    version,
    about = "Works out what the security groups in Terraform and CloudFormation code admit, and judges it",
    disable_help_subcommand = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Verb,

    /// When to use colours
    #[arg(long = "color", global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) colour: Colour,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Judge files and folders
    Check(CheckArguments),
    /// Print the facts that rules judge
    ///
    /// JSON: `{"facts": [{"kind", "subject", "fields", "span", "unknown", …}]}`. A field that is known stands under
    /// `fields`: truth values, numbers and texts as JSON has them; sets of ports as a list of texts ("22",
    /// "8000-8100"), sets of addresses as a list of CIDRs. One that is not known stands under `unknown`, with the reason
    /// in words and where it starts (path:line:column); `causes` says the same for programs. A set of which a part is
    /// known stands under both.
    Facts(FactsArguments),
    /// Say what a rule looks for, why, and what to do; or what the fields of a kind of fact mean
    Explain {
        /// Its id, its name in another linter, or a kind of fact
        rule: String,
    },
    /// Run the examples of your own rules
    ///
    /// Each example is a test: a bad one must fire at its marked lines and nowhere else, a good one must be judged and
    /// not fire. The condition is one more: it is broken on purpose (always true, always false, one of its `&&` parts
    /// left out), and is weak if no example notices.
    Test(TestArguments),
    /// Print the JSON Schema of a form: editors complete rules and config from it
    Schema {
        /// Form of what
        of: SchemaOf,
    },
    /// List the rules, or write a new one
    Rules(RulesArguments),
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,

    #[command(flatten)]
    pub(super) rules: RuleArguments,

    /// Form of the list
    #[arg(long, default_value = "human")]
    pub(super) format: ListFormat,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Write a rule file to start from, and print its path
    New(NewRule),
}

#[derive(Args, Debug)]
pub(super) struct NewRule {
    /// Name of the rule, with the name of your team before it: acme/no-rdp
    #[arg(value_name = "TEAM/RULE")]
    pub(super) id: String,

    /// Kind of fact that it judges
    #[arg(long, value_name = "KIND", default_value = "exposure", value_parser = kinds())]
    pub(super) on: Kind,

    /// Folder to write it to [default: the first one under `policies` in the config, or else policies]
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct TestArguments {
    /// Folders and files with rules [default: the folders under `policies` in the config, or else the rule files below
    /// the working directory]
    #[arg(value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,

    /// Run the tests whose names contain this text; repeatable
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Vec<String>,

    /// Exit with 1 also if the examples of a rule would not notice a broken condition
    #[arg(long)]
    pub(super) strict: bool,

    /// Form of the report
    #[arg(long, default_value = "human")]
    pub(super) format: ListFormat,

    /// No line for each test
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Config file, instead of the nearest sglint.yaml
    #[arg(long, value_name = "FILE", help_heading = "Config")]
    pub(super) config: Option<PathBuf>,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// A rule file
    Rule,
    /// sglint.yaml
    Config,
    /// The report of `check --format json`
    Diagnostics,
}

/// Forms of a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ListFormat {
    Human,
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

/// What is read, and under which config and values.
#[derive(Args, Debug)]
pub(super) struct InputArguments {
    /// What to report on; the module around a file is read in any case
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// Config file, instead of the nearest sglint.yaml
    #[arg(long, value_name = "FILE", help_heading = "Config")]
    pub(super) config: Option<PathBuf>,

    /// Use no config file
    #[arg(long, conflicts_with = "config", help_heading = "Config")]
    pub(super) no_config: bool,

    #[command(flatten)]
    pub(super) variables: Variables,

    /// CloudFormation parameters: a file, or a value; repeatable, later ones win
    #[arg(long, value_name = "FILE|NAME=VALUE", help_heading = "Config")]
    pub(super) parameters: Vec<String>,

    /// Folder of the configuration that a plan file was made from [default: the plan's folder]
    #[arg(long, value_name = "DIR", help_heading = "Config")]
    pub(super) source: Option<PathBuf>,
}

/// Which rules are on.
#[derive(Args, Debug)]
pub(super) struct RuleArguments {
    /// Which rules are on, instead of what the config says: minimal (certainly wrong or dangerous), default, or strict
    /// (all)
    #[arg(long, value_name = "PROFILE", value_parser = profiles(), conflicts_with = "select", help_heading = "Rules")]
    pub(super) profile: Option<Profile>,

    /// Run these rules only: ids, patterns ('*-open-to-world'), standards (cis-aws-5.0), controls (cis-aws-5.0:5.3),
    /// severities (severity:high), names in other linters (`CKV_AWS_24`)
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(super) select: Vec<String>,

    /// Do not run these rules, named as for --select
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(super) ignore: Vec<String>,
}

impl RuleArguments {
    /// Whether they say anything.
    pub(super) fn choose(&self) -> bool {
        self.profile.is_some() || !self.select.is_empty() || !self.ignore.is_empty()
    }
}

/// The profiles by name.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::names()).try_map(|name| name.parse::<Profile>())
}

#[derive(Args, Debug)]
pub(super) struct FactsArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,

    /// Print facts of this kind only; repeatable
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kinds())]
    pub(super) kind: Vec<Kind>,

    /// Form of the list
    #[arg(long, default_value = "human")]
    pub(super) format: ListFormat,
}

/// The kinds of facts by name.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let names = PossibleValuesParser::new(Kind::ALL.map(Kind::name));
    // One of the possible values is a kind.
    names.try_map(|name| name.parse::<Kind>().map_err(|()| "not a kind of fact"))
}

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,

    /// Form of the report (human, concise, json), and the file it goes to if not stdout; repeatable
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human")]
    pub(super) format: Vec<Output>,

    #[command(flatten)]
    pub(super) rules: RuleArguments,

    /// Report nothing below this severity
    #[arg(long, value_name = "SEVERITY", help_heading = "Rules")]
    pub(super) min_severity: Option<Severity>,

    /// Severity from which on the exit status is 1 [default: the config's `fail-on`, or medium]
    #[arg(long, value_name = "SEVERITY", help_heading = "Exit status")]
    pub(super) fail_on: Option<Severity>,

    /// Exit with 0 whatever was found; still 2 if something could not be judged
    #[arg(long, help_heading = "Exit status")]
    pub(super) exit_zero: bool,

    /// Exit with 2 if anything was not judged, and for every other warning, such as a suppression that nothing needs
    #[arg(long, help_heading = "Exit status")]
    pub(super) strict: bool,

    /// Also report what holds only under other values of an input
    #[arg(long, help_heading = "Report")]
    pub(super) possible: bool,

    /// Report as if there were no suppressions
    #[arg(long, help_heading = "Report")]
    pub(super) no_suppressions: bool,

    /// List suppressed diagnostics, marked as such
    #[arg(long, conflicts_with = "no_suppressions", help_heading = "Report")]
    pub(super) show_suppressed: bool,

    /// Say why it matters, and what was not judged
    #[arg(short, long, help_heading = "Report")]
    pub(super) verbose: bool,

    /// No summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Report")]
    pub(super) quiet: bool,
}

/// `--var` and `--var-file`, in the order given: of two values for one variable the later wins, whichever way it
/// was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    pub(super) in_order: Vec<Assignment>,
}

impl Args for Variables {
    fn augment_args(command: Command) -> Command {
        let repeatable = |name: &'static str, value: &'static str, help: &'static str| {
            let arg = Arg::new(name).long(name).value_name(value).help(help);
            arg.action(ArgAction::Append).help_heading("Config")
        };
        command
            .arg(
                repeatable(
                    "var-file",
                    "FILE",
                    "Terraform variable file; repeatable, of these and --var the later wins",
                )
                .value_parser(clap::value_parser!(PathBuf)),
            )
            .arg(
                repeatable("var", "NAME=VALUE", "Value of a Terraform variable; repeatable, later ones win")
                    .value_parser(variable),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Variables {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut variables = Self::default();
        variables.update_from_arg_matches(matches)?;
        Ok(variables)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let indices = |name| matches.indices_of(name).into_iter().flatten();
        let files = matches.get_many::<PathBuf>("var-file").into_iter().flatten().cloned();
        let values = matches.get_many::<Assignment>("var").into_iter().flatten().cloned();
        let mut given: Vec<(usize, Assignment)> =
            indices("var-file").zip(files.map(Assignment::File)).chain(indices("var").zip(values)).collect();
        given.sort_by_key(|(index, _)| *index);
        self.in_order = given.into_iter().map(|(_, assignment)| assignment).collect();
        Ok(())
    }
}

/// `NAME=VALUE`.
fn variable(text: &str) -> Result<Assignment, String> {
    match text.split_once('=') {
        Some((name, _)) if name.trim() != name || name.is_empty() => {
            Err("the name before `=` is missing, or has a space around it".to_owned())
        }
        Some((name, text)) => Ok(Assignment::Value { name: name.to_owned(), text: text.to_owned() }),
        None => Err("`=` is missing: write NAME=VALUE".to_owned()),
    }
}

/// A form of the report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// stdout if not given.
    pub(super) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Concise,
    Json,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the name of the file is missing after `=`".to_owned()),
            // As other programs write it: no file of that name.
            Some((format, "-")) => (format, None),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = Format::from_str(format, false)
            .map_err(|_| format!("there is no format {format:?}; one of human, concise, json"))?;
        Ok(Self { format, file })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn variables_keep_their_order() {
        let line = "sglint check --var a=1=2 --var-file f.tfvars . --var a= --var-file g.tfvars";
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        let Verb::Check(check) = arguments.verb else { panic!("not a check") };
        let value = |name: &str, text: &str| Assignment::Value { name: name.into(), text: text.into() };
        let file = |name: &str| Assignment::File(name.into());
        assert_eq!(
            check.input.variables.in_order,
            [value("a", "1=2"), file("f.tfvars"), value("a", ""), file("g.tfvars")]
        );
        for wrong in ["a", "=1", "a =1"] {
            assert!(Arguments::try_parse_from(["sglint", "check", "--var", wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_format_may_name_a_file() {
        let output = |text: &str| text.parse::<Output>();
        assert_eq!(output("json=a=b"), Ok(Output { format: Format::Json, file: Some("a=b".into()) }));
        assert_eq!(output("concise"), Ok(Output { format: Format::Concise, file: None }));
        assert!(output("json=").is_err());
        assert!(output("xml").is_err());
    }
}
