//! Every loss of a student, whatever criterion it was trained by: the paper's analysis table.

use std::path::Path;

use super::{
    criteria::{
        criterion::Criterion,
        ctc::{CtcLoss, Target},
        sequences::SequenceShape,
        teacher_loss::TeacherLoss,
    },
    data::{line_cache::CachedLine, line_dataset::lines_of_set},
    distillation::check_sizes,
    error::TrainingError,
    network::cnn_dblstm::Network,
    validation::plain_batches,
};
use crate::page::CharacterSet;

/// The losses of a student on a set of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct LossReport {
    /// In the order of [`Criterion::ALL`]: means of a frame, for CTC of a line in nats. NaN where student and teacher
    /// have different numbers of features.
    pub losses: Vec<(Criterion, f64)>,
    /// Number of lines.
    pub n_lines: usize,
    /// Number of frames.
    pub n_frames: usize,
}

/// Compares `student` with `teacher` on the labelled lines of `set`, without augmentation; `temperature` is that of
/// Softmax-CE. Fails if the set cannot be read or the two have different labels.
pub fn measure_losses(
    (teacher_path, teacher): (&Path, &mut Network),
    student: &mut Network,
    set: &Path,
    temperature: f32,
) -> Result<LossReport, TrainingError> {
    check_sizes(student, teacher, Criterion::Ctc, teacher_path)?;
    Ok(losses_on(teacher, student, &lines_of_set(set)?, temperature))
}

pub(super) fn losses_on(
    teacher: &mut Network,
    student: &mut Network,
    lines: &[CachedLine],
    temperature: f32,
) -> LossReport {
    let character_set = CharacterSet::of_labels(student.architecture.n_labels);
    let mut sums = [0f64; Criterion::ALL.len()];
    let (mut n_frames, mut n_labelled) = (0, 0);
    let mut unused_gradient = Vec::new();
    let losses = Criterion::ALL.map(|criterion| TeacherLoss::new(criterion, temperature, teacher));
    for batch in plain_batches(lines) {
        teacher.forward(&batch.input);
        student.forward(&batch.input);
        n_frames += batch.n_frames.iter().sum::<usize>();
        for ((criterion, loss), sum) in Criterion::ALL.iter().zip(&losses).zip(&mut sums) {
            let tap = criterion.tap();
            let (expected, given) = (teacher.activations(tap), student.activations(tap));
            let n_features = student.n_features(tap);
            if n_features != teacher.n_features(tap) {
                *sum = f64::NAN;
                continue;
            }
            if let Some(loss) = loss {
                let shape = SequenceShape { n_features, n_frames: &batch.n_frames };
                let mean = loss.compare(expected, given, shape, &mut unused_gradient);
                *sum += f64::from(mean) * shape.n_counted() as f64;
                continue;
            }
            let labels: Vec<Vec<usize>> =
                batch.indices.iter().map(|&line| character_set.encode(&lines[line].text)).collect();
            let targets: Vec<Target<'_>> =
                (labels.iter().zip(&batch.n_frames)).map(|(labels, &n_frames)| Target { labels, n_frames }).collect();
            let loss = CtcLoss::of_batch(given, n_features, &targets, &mut unused_gradient);
            let n_possible = targets.len() - loss.n_impossible;
            *sum += f64::from(loss.mean) * n_possible as f64;
            n_labelled += n_possible;
        }
    }
    let mean = |criterion: Criterion, sum: f64| {
        let n = if criterion.needs_labels() { n_labelled } else { n_frames };
        (criterion, sum / n.max(1) as f64)
    };
    let losses = Criterion::ALL.into_iter().zip(sums).map(|(criterion, sum)| mean(criterion, sum)).collect();
    LossReport { losses, n_lines: lines.len(), n_frames }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{imaging::INPUT_ROWS, training::network::architecture::Architecture};

    fn lines() -> Vec<CachedLine> {
        let line = |width: usize| CachedLine {
            width,
            pixels: (0..width * INPUT_ROWS).map(|i| (i * i / 7 % 256) as u8).collect(),
            text: "abc".to_owned(),
        };
        vec![line(64), line(32), line(48)]
    }

    fn loss_of(report: &LossReport, wanted: Criterion) -> f64 {
        report.losses.iter().find(|(criterion, _)| *criterion == wanted).expect("all are reported").1
    }

    #[test]
    fn a_teacher_is_at_no_distance_from_itself() {
        let mut teacher = Network::new(Architecture::student(), false, 1);
        let report = losses_on(&mut teacher.clone(), &mut teacher, &lines(), 1.0);
        assert_eq!((report.n_lines, report.n_frames), (3, 36));
        for criterion in [Criterion::CnnL2, Criterion::CnnMah, Criterion::LstmL2, Criterion::IpL2] {
            assert!(loss_of(&report, criterion) == 0.0, "{criterion}");
        }
        // What is left of the cross entropy is the teacher's own entropy.
        assert!(loss_of(&report, Criterion::SoftmaxCe) > 1.0);
        assert!(loss_of(&report, Criterion::Ctc) > 1.0);
    }

    #[test]
    fn other_weights_are_at_a_distance_by_every_criterion() {
        let mut teacher = Network::new(Architecture::student(), false, 1);
        let mut other = Network::new(Architecture::student(), false, 2);
        let report = losses_on(&mut teacher, &mut other, &lines(), 1.0);
        assert!(report.losses.iter().all(|(_, loss)| *loss > 0.0), "{report:?}");

        let narrow = Architecture { lstm_cells: 16, ..Architecture::student() };
        let report = losses_on(&mut teacher, &mut Network::new(narrow, false, 2), &lines(), 1.0);
        for (criterion, loss) in report.losses {
            assert_eq!(loss.is_nan(), criterion == Criterion::LstmL2, "{criterion}");
        }
    }
}
