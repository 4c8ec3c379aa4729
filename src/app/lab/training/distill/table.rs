//! The plotted runs as a table, like those that compare criteria.

use super::runs::Run;
use crate::formats::csv_row;

/// The titles of the columns.
pub(super) const TITLES: [&str; 8] =
    ["run", "criterion", "steps", "hours", "CER %", "WER %", "teacher's CER %", "of the teacher's errors"];

/// The cells of a run's row; empty where something is not known yet.
pub(super) fn cells(run: &Run) -> [String; TITLES.len()] {
    let curves = &run.curves;
    let number = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
    let [cer, wer] = curves.best_rates().map_or([None; 2], |rates| rates.map(Some));
    let teacher = curves.teacher_cer;
    let ratio = cer.zip(teacher).filter(|(_, teacher)| *teacher > 0.0).map(|(cer, teacher)| cer / teacher);
    [
        run.name.clone(),
        run.criterion.name().to_owned(),
        curves.standing.step.to_string(),
        number(Some(curves.standing.elapsed_secs / 3600.0)),
        number(cer),
        number(wer),
        number(teacher),
        ratio.map(|ratio| format!("{ratio:.2}×")).unwrap_or_default(),
    ]
}

/// The table for spreadsheets.
pub(super) fn csv<'a>(runs: impl Iterator<Item = &'a Run>) -> String {
    runs.fold(csv_row(TITLES), |table, run| table + &csv_row(cells(run)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::lab::training::distill::curves::Curves,
        training::{TrainingEvent, criteria::Criterion},
    };

    #[test]
    fn a_row_holds_the_best_rates_and_their_ratio_to_the_teacher_s() {
        let mut curves = Curves::default();
        curves.add(&TrainingEvent::Teacher { cer: 4.0, wer: 12.0, samples: Vec::new() });
        for (step, cer, wer) in [(10, 9.0, 30.0), (20, 5.0, 16.0), (30, 6.0, 15.0)] {
            let is_best = false;
            curves.add(&TrainingEvent::Validated { step, n_lines: 1, cer, wer, is_best, samples: Vec::new() });
        }
        curves.add(&TrainingEvent::Finished { step: 30, was_stopped: false, best_valid_cer: Some(5.0) });
        let run = Run {
            name: "a".to_owned(),
            criterion: Criterion::CnnL2,
            summary: String::new(),
            curves,
            has_checkpoint: true,
            has_package: false,
        };
        assert_eq!(cells(&run)[1..], ["cnn-l2", "30", "0.00", "5.00", "16.00", "4.00", "1.25×"]);
        assert_eq!(csv([run].iter()).lines().count(), 2);
    }
}
