//! The command line. Standard output holds answers only; everything else goes to standard error.
//!
//! Exit status: 0 for success, 1 if something failed, 2 for wrong usage.
//!
//! Every command has a file of its name. `options` holds options that several commands share, `inputs` the files they
//! take, `results` those they write, `page_reading` and `page_json` pages as text and JSON, `output` answers and
//! complaints, `outcome` the exit status, `window` the start of the window and reports of
//! crashes, `training/` the commands of training.

mod compare;
mod evaluate;
mod evaluate_lines;
mod export;
mod figures;
mod inputs;
mod models;
mod options;
mod outcome;
mod output;
mod page_json;
mod page_reading;
mod profile;
mod recognize;
mod recognize_lines;
mod results;
mod segment;
#[cfg(feature = "train")]
mod training;
mod tuning;
mod watch;
mod window;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::{CommandFactory as _, Parser, Subcommand, error::ErrorKind};

pub use self::window::crash_report::install as report_crashes;
use self::{
    outcome::Outcome,
    output::{complain, is_broken_pipe},
    window::RendererArgument,
};

/// Reads handwriting on your own machine, offline.
#[derive(Debug, Parser)]
#[command(name = "longhand", version, long_about = LONG_ABOUT, after_long_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// What draws the window, from now on.
    #[arg(long, value_enum)]
    renderer: Option<RendererArgument>,
    /// Images to open in the window.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

const LONG_ABOUT: &str = "\
Reads handwriting on your own machine, offline.

Without a command the window opens, with the images given. The commands below work without a display: answers go to \
standard output, everything else to standard error. Exit status: 0 when all went well, 1 when something failed (what \
could be done is done), 2 for bad use.";

const EXAMPLES: &str = "\
Examples:
  longhand notes.jpg                         open a photo in the window
  longhand recognize notes.jpg               print its text
  longhand recognize --format json scans/    all images of a folder, with the place of every line
  ls lines/*.png | longhand recognize-lines  one line of text for each image of a line
  longhand evaluate lines/valid.tsv          error rates on labelled lines

Environment:
  LONGHAND_MODELS  a folder of model packages
  LONGHAND_LOG     what to log to standard error, for example \"info\"";

#[derive(Debug, Subcommand)]
enum Command {
    Recognize(recognize::Recognize),
    RecognizeLines(recognize_lines::RecognizeLines),
    Export(export::Export),
    Watch(watch::Watch),
    Segment(segment::Segment),
    Evaluate(evaluate::Evaluate),
    EvaluateLines(evaluate_lines::EvaluateLines),
    Compare(compare::Compare),
    Models(models::Models),
    Profile(profile::ProfileLayers),
    #[cfg(feature = "train")]
    #[command(flatten)]
    Training(training::TrainingCommand),
}

/// All commands with their options, for manual and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Parses the program's arguments and runs the command, or the window without one. `started` is the program's start.
pub fn main(started: Instant) -> ExitCode {
    let arguments = Arguments::parse();
    let Some(command) = arguments.command else { return window::run(arguments.files, arguments.renderer, started) };
    if !arguments.files.is_empty() {
        Arguments::command().error(ErrorKind::ArgumentConflict, "give files after the command").exit();
    }
    if arguments.renderer.is_some() {
        Arguments::command().error(ErrorKind::ArgumentConflict, "`--renderer` is for the window alone").exit();
    }
    match command.run() {
        Ok(outcome) => outcome.into(),
        // Broken pipe: the reader closed standard output, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

impl Command {
    fn run(&self) -> anyhow::Result<Outcome> {
        match self {
            Self::Recognize(command) => command.run(),
            Self::RecognizeLines(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Watch(command) => command.run(),
            Self::Segment(command) => command.run(),
            Self::Evaluate(command) => command.run(),
            Self::EvaluateLines(command) => command.run(),
            Self::Compare(command) => command.run(),
            Self::Models(command) => command.run(),
            Self::Profile(command) => command.run(),
            #[cfg(feature = "train")]
            Self::Training(command) => command.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn files_alone_are_for_the_window() {
        let arguments = Arguments::try_parse_from(["longhand", "a.png", "b.png"]).unwrap();
        assert!(arguments.command.is_none());
        assert_eq!(arguments.files.len(), 2);
    }

    #[test]
    fn every_command_explains_itself() {
        for command in Arguments::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            assert!(command.get_after_long_help().is_some(), "{} shows no example", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} of {}", argument.get_id(), command.get_name());
            }
        }
    }
}
