//! Teacher-student learning: every criterion brings the student nearer, the teacher's layers stay as they are until
//! fine-tuning, a stopped run ends as an uninterrupted one.
#![cfg(feature = "train")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use longhand::{
    imaging::INPUT_ROWS,
    training::{
        Architecture, AugmentationConfig, CachedLine, DistillationConfig, LAST_CHECKPOINT, Network, OptimizerConfig,
        Trainer, TrainerConfig, TrainingEvent,
        batches::{BatchConfig, BatchSource, WeightedLines},
        criteria::Criterion,
        load_checkpoint,
    },
};

/// Lines of upright bars, some of them without text.
fn lines(n: usize, is_labelled: bool) -> Arc<Vec<CachedLine>> {
    let line = |index: usize| {
        let (width, n_bars) = (48, 2 + index % 3);
        let mut pixels = vec![0u8; INPUT_ROWS * width];
        for bar in 0..n_bars {
            let x = 8 + bar * 10 + index % 4;
            for y in 20..44 {
                pixels[y * width + x..y * width + x + 3].fill(255);
            }
        }
        let text = if is_labelled { "i".repeat(n_bars) } else { String::new() };
        CachedLine { width, pixels, text }
    };
    Arc::new((0..n).map(line).collect())
}

/// Narrow LSTM layers, for speed.
fn architecture() -> Architecture {
    Architecture { lstm_cells: 16, ..Architecture::student() }
}

fn teacher() -> Network {
    Network::new(architecture(), false, 99)
}

fn distillation(criterion: Criterion, fine_tune_steps: u64) -> DistillationConfig {
    DistillationConfig { criterion, fine_tune_steps, ..DistillationConfig::of_teacher(PathBuf::from("teacher")) }
}

fn batches(steps: u64) -> BatchSource {
    let labelled = WeightedLines { lines: lines(12, true), weight: 1.0, until_step: None };
    let unlabelled = WeightedLines { lines: lines(12, false), weight: 1.0, until_step: Some(steps) };
    BatchSource::new(
        vec![labelled, unlabelled],
        BatchConfig { columns: 200, short_first_steps: 0 },
        AugmentationConfig::none(),
        3,
    )
    .expect("there are lines")
}

fn config() -> TrainerConfig {
    let optimizer =
        OptimizerConfig { learning_rate: 3e-3, warmup_steps: 2, average_decay: 0.9, ..OptimizerConfig::default() };
    TrainerConfig { valid_every: 1000, report_every: 4, auxiliary_weight: 0.0, optimizer, ..TrainerConfig::default() }
}

fn run(trainer: &mut Trainer, steps: u64, folder: &Path, stop_after_events: usize) -> Vec<TrainingEvent> {
    let mut events = Vec::new();
    let seen = AtomicUsize::new(0);
    let should_stop = || seen.load(Ordering::Relaxed) >= stop_after_events;
    trainer
        .run(batches(steps), &Arc::default(), folder, &should_stop, &mut |event| {
            seen.fetch_add(1, Ordering::Relaxed);
            events.push(event);
        })
        .expect("it trains");
    events
}

fn distilled(criterion: Criterion, steps: u64, fine_tune_steps: u64, folder: &Path) -> Vec<TrainingEvent> {
    let mut trainer = Trainer::new(architecture(), config())
        .with_teacher(teacher(), &distillation(criterion, fine_tune_steps), steps)
        .expect("the sizes agree");
    run(&mut trainer, steps, folder, usize::MAX)
}

fn losses(events: &[TrainingEvent], wanted: Criterion) -> Vec<f32> {
    let loss = |event: &TrainingEvent| match event {
        TrainingEvent::Progress { loss, criterion, .. } if *criterion == wanted => Some(*loss),
        _ => None,
    };
    events.iter().filter_map(loss).collect()
}

fn weights(folder: &Path) -> Vec<(String, Vec<f32>)> {
    let mut network = load_checkpoint(&folder.join(LAST_CHECKPOINT)).expect("a checkpoint").network;
    network.parameters_mut().into_iter().map(|p| (p.name.clone(), p.value.clone())).collect()
}

/// Of the weights in `folder`, whether the upper layers are the teacher's to the last bit.
fn has_the_teacher_s_layers(folder: &Path) -> bool {
    let student = weights(folder);
    let mut teacher = teacher();
    teacher.upper_parameters_mut().into_iter().all(|theirs| {
        let own = student.iter().find(|(name, _)| *name == theirs.name).expect("the same names");
        own.1.iter().zip(&theirs.value).all(|(a, b)| a.to_bits() == b.to_bits())
    })
}

#[test]
fn every_criterion_brings_the_student_nearer_and_leaves_the_teacher_s_layers() {
    for criterion in Criterion::ALL {
        let folder = tempfile::tempdir().expect("a folder");
        let events = distilled(criterion, 24, 0, folder.path());
        let losses = losses(&events, criterion);
        assert_eq!(losses.len(), 6, "{criterion}: {events:?}");
        let (first, last) = (losses[0], losses[losses.len() - 1]);
        // A cross entropy cannot fall below the teacher's own entropy.
        let part = if criterion == Criterion::SoftmaxCe { 1.0 } else { 0.7 };
        assert!(last < part * first, "{criterion}: {losses:?}");
        assert!(has_the_teacher_s_layers(folder.path()), "{criterion} has changed the teacher's layers");
    }
}

#[test]
fn fine_tuning_changes_all_layers_and_a_stopped_run_ends_as_an_uninterrupted_one() {
    let whole = tempfile::tempdir().expect("a folder");
    let events = distilled(Criterion::CnnMah, 8, 8, whole.path());
    assert_eq!(losses(&events, Criterion::CnnMah).len(), 2);
    let tuned = losses(&events, Criterion::Ctc);
    assert!(tuned.len() == 2 && tuned[1] < tuned[0], "{tuned:?}");
    assert!(!has_the_teacher_s_layers(whole.path()));

    // Stopped in the first phase, resumed, stopped in the second, resumed.
    let folder = tempfile::tempdir().expect("a folder");
    let plan = distillation(Criterion::CnnMah, 8);
    let mut first = Trainer::new(architecture(), config()).with_teacher(teacher(), &plan, 8).expect("sizes agree");
    let mut events = run(&mut first, 8, folder.path(), 2);
    for stop_after_events in [3, usize::MAX] {
        assert!(matches!(events.last(), Some(TrainingEvent::Finished { was_stopped: true, .. })), "{events:?}");
        let resumed = Trainer::resume(&folder.path().join(LAST_CHECKPOINT), config()).expect("a checkpoint");
        let mut resumed = resumed.with_teacher(teacher(), &plan, 8).expect("sizes agree");
        events = run(&mut resumed, 8, folder.path(), stop_after_events);
    }
    assert!(matches!(events.last(), Some(TrainingEvent::Finished { was_stopped: false, step: 16, .. })), "{events:?}");
    assert!(weights(folder.path()) == weights(whole.path()), "the weights differ after resuming");
}

#[test]
fn a_teacher_of_other_sizes_is_refused() {
    let wide = Network::new(Architecture::student(), false, 1);
    let refused = Trainer::new(architecture(), config()).with_teacher(wide, &distillation(Criterion::CnnL2, 0), 1);
    let error = refused.expect_err("refused").to_string();
    assert!(error.contains("128 LSTM cells") && error.contains("16"), "{error}");
}
