//! What is saved of the plotted runs, as the bytes of a file.

use super::{curves_view, runs::Run, table};
use crate::{app::lab::training::command::DistillFile, formats::csv_row};

/// A file of the plotted runs, each with its index among all.
pub(super) fn saved(file: DistillFile, plotted: &[(usize, Run)]) -> Result<Vec<u8>, String> {
    let runs = || plotted.iter().map(|(_, run)| run);
    match file {
        DistillFile::Runs => Ok(table::csv(runs()).into_bytes()),
        DistillFile::Curves => {
            let rows = runs().map(|run| run.curves.csv_rows(&run.name)).collect::<String>();
            Ok((csv_row(["run", "series", "step", "value"]) + &rows).into_bytes())
        }
        DistillFile::Picture => {
            curves_view::picture(&plotted.iter().map(|(place, run)| (*place, run)).collect::<Vec<_>>())
        }
    }
}
