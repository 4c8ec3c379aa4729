//! Teacher-student learning: every criterion brings the student nearer, the teacher's layers stay as they are until
//! fine-tuning, a stopped run ends as an uninterrupted one.

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
        Architecture, AugmentationConfig, BatchConfig, BatchSource, CachedLine, DistillationConfig, LAST_CHECKPOINT,
        Network, OptimizerConfig, Trainer, TrainerConfig, TrainingEvent, WeightedLines, criteria::Criterion,
        load_checkpoint,
    },
};

use super::{bars::write_labelled_bars, program::longhand};

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

/// It is sure of its labels, so that there is something to learn from its logits.
fn teacher() -> Network {
    let mut teacher = Network::new(architecture(), false, 99);
    for parameter in teacher.upper_parameters_mut() {
        if parameter.name == "inner_product.weight" {
            parameter.value.iter_mut().for_each(|weight| *weight *= 20.0);
        }
    }
    teacher
}

fn distillation(criterion: Criterion, fine_tune_steps: u64) -> DistillationConfig {
    DistillationConfig { criterion, fine_tune_steps, ..DistillationConfig::of_teacher(PathBuf::from("teacher")) }
}

fn batches(steps: u64) -> BatchSource {
    let labelled = WeightedLines { lines: lines(8, true), weight: 1.0, until_step: None };
    let unlabelled = WeightedLines { lines: lines(8, false), weight: 1.0, until_step: Some(steps) };
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
        let events = distilled(criterion, 16, 0, folder.path());
        let losses = losses(&events, criterion);
        assert_eq!(losses.len(), 4, "{criterion}: {events:?}");
        let (first, last) = (losses[0], losses[losses.len() - 1]);
        assert!(last < 0.8 * first, "{criterion}: {losses:?}");
        assert!(has_the_teacher_s_layers(folder.path()), "{criterion} has changed the teacher's layers");
    }
}

#[test]
fn fine_tuning_changes_all_layers_and_a_stopped_run_ends_as_an_uninterrupted_one() {
    let whole = tempfile::tempdir().expect("a folder");
    let events = distilled(Criterion::CnnMah, 8, 8, whole.path());
    assert_eq!(losses(&events, Criterion::CnnMah).len(), 2);
    let tuned = losses(&events, Criterion::Ctc);
    assert!(tuned.len() == 2 && tuned[1] < 0.9 * tuned[0], "{tuned:?}");
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
    let refused = Trainer::new(architecture(), config()).with_teacher(wide, &distillation(Criterion::LstmL2, 0), 1);
    let error = refused.expect_err("refused").to_string();
    assert!(error.contains("256 numbers") && error.contains("32"), "{error}");
}

/// The names of the parameters that a distillation has changed, begun with the weights of `start`.
fn changed(start: &Network, criterion: Criterion, folder: &Path) -> Vec<String> {
    let teacher = Network::new(Architecture { lstm_cells: 24, ..Architecture::student() }, false, 99);
    let mut trainer = Trainer::starting_from(start.clone(), config())
        .with_teacher(teacher, &distillation(criterion, 0), 12)
        .expect("both can be compared");
    let losses = losses(&run(&mut trainer, 12, folder, usize::MAX), criterion);
    assert!(losses[losses.len() - 1] < losses[0], "{criterion}: {losses:?}");
    let before = start.clone().parameters_mut().into_iter().map(|p| p.value.clone()).collect::<Vec<_>>();
    weights(folder).into_iter().zip(before).filter(|((_, a), b)| a != b).map(|((name, _), _)| name).collect()
}

#[test]
fn a_student_with_smaller_lstm_layers_learns_where_both_can_be_compared() {
    for lstm_rank in [None, Some(6)] {
        let start = Network::new(Architecture { lstm_rank, ..architecture() }, false, 5);
        let n_parameters = start.clone().parameters_mut().len();
        let n_upper = start.clone().upper_parameters_mut().len();
        let folder = tempfile::tempdir().expect("a folder");
        let by_frames = changed(&start, Criterion::CnnMah, folder.path());
        assert_eq!(by_frames.len(), n_parameters - n_upper, "{by_frames:?}");
        assert!(by_frames.iter().all(|name| name.starts_with("conv")), "{by_frames:?}");
        assert_eq!(changed(&start, Criterion::IpL2, folder.path()).len(), n_parameters);
    }
}

#[test]
fn a_distillation_that_has_little_time_still_comes_to_its_fine_tuning() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = distillation(Criterion::CnnMah, 300_000);
    let begun = || Trainer::new(architecture(), config()).with_teacher(teacher(), &plan, 600_000).expect("sizes agree");
    let mut trainer = begun();
    trainer.fit_into(1.0, &batches(600_000));
    let steps = trainer.phase_steps();
    assert!(steps.len() == 2 && steps[1] > 0 && steps[0] + steps[1] < 100_000, "{steps:?}");
    assert!((steps[0] as f64 / steps[1] as f64 - 2.0).abs() < 1.0, "{steps:?}");

    // What was planned is kept when the run goes on; what has time enough is left as it is.
    let events = run(&mut trainer, steps[0], folder.path(), 3);
    assert!(matches!(events.last(), Some(TrainingEvent::Finished { was_stopped: true, .. })), "{events:?}");
    let resumed = Trainer::resume(&folder.path().join(LAST_CHECKPOINT), config()).expect("a checkpoint");
    assert_eq!(resumed.with_teacher(teacher(), &plan, 600_000).expect("sizes agree").phase_steps(), steps);
    let mut leisurely = begun();
    leisurely.fit_into(1e9, &batches(600_000));
    assert_eq!(leisurely.phase_steps(), [600_000, 300_000]);
}

#[test]
fn a_run_does_not_go_on_with_another_teacher() {
    let folder = tempfile::tempdir().expect("a folder");
    distilled(Criterion::CnnL2, 2, 0, folder.path());
    let plan = distillation(Criterion::CnnL2, 0);
    let resumed = || Trainer::resume(&folder.path().join(LAST_CHECKPOINT), config()).expect("a checkpoint");
    assert!(resumed().with_teacher(teacher(), &plan, 4).is_ok());
    let mut other = teacher();
    other.upper_parameters_mut()[0].value[0] += 1e-3;
    let error = resumed().with_teacher(other, &plan, 4).expect_err("refused").to_string();
    assert!(error.contains("began with"), "{error}");
}

#[test]
fn the_commands_lead_from_a_teacher_to_a_package_and_its_losses() {
    let folder = tempfile::tempdir().expect("a folder");
    write_labelled_bars(folder.path(), 3);
    let longhand = |arguments: &str| longhand(folder.path(), &arguments.split_whitespace().collect::<Vec<_>>());
    let recipe = "name = 'tiny'\ntitle = 'Tiny'\nversion = '0.0.1'\nlicense = 'MIT'\ndata = 'bars'\n\
                  valid = 'set.tsv'\narchitecture = { front = 'darknet', lstm_cells = 16, n_labels = 96 }\n\
                  trainer = { steps = 2 }\nbatches = { columns = 200 }\n\
                  lines = [{ weight = 1.0, set = 'set.tsv' }]\n";
    std::fs::write(folder.path().join("recipe.toml"), recipe).expect("writable");

    longhand("train --config recipe.toml --run teacher --detached");
    let events = longhand(
        "distill --config recipe.toml --teacher teacher/best.safetensors --criterion lstm-l2 --steps 2 \
         --fine-tune-steps 1 --unlabelled . --run student --package package --detached",
    );
    for part in ["\"criterion\":\"lstm-l2\"", "\"criterion\":\"ctc\"", "\"event\":\"exported\""] {
        assert!(events.contains(part), "{part} is not in {events}");
    }
    let card = std::fs::read_to_string(folder.path().join("package/README.md")).expect("a card");
    assert!(card.contains("teacher/best.safetensors") && card.contains("lstm-l2"), "{card}");

    let table =
        longhand("losses --teacher teacher/best.safetensors --student student/best.safetensors package --set set.tsv");
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows[0], ["student", "softmax-ce", "ip-l2", "lstm-l2", "cnn-mah", "cnn-l2", "ctc"]);
    assert_eq!(rows.len(), 3, "{table}");
    for (checkpoint, package) in rows[1].iter().zip(&rows[2]).skip(1) {
        let [a, b] = [checkpoint, package].map(|text| text.parse::<f64>().expect("a number"));
        assert!(a > 0.0 && (a - b).abs() <= 0.02 * a, "{table}");
    }

    let all = "distill --config recipe.toml --teacher teacher/best.safetensors --all-criteria --steps 1 \
               --fine-tune-steps 1 --run criteria --package packages --detached";
    let last = longhand(all).lines().last().expect("the table").to_owned();
    assert!(last.contains("\"event\":\"compared\"") && last.contains("\"criterion\":\"softmax-ce\""), "{last}");
    let path = folder.path().join("criteria/criteria.csv");
    let table = std::fs::read_to_string(&path).expect("a table");
    let criteria: Vec<&str> = table.lines().map(|row| row.split(',').next().unwrap_or_default()).collect();
    assert_eq!(criteria, ["criterion", "softmax-ce", "ip-l2", "lstm-l2", "cnn-mah", "cnn-l2", "ctc"]);
    assert!(folder.path().join("packages/cnn-l2/model.toml").is_file());
    let again = longhand(all);
    assert!(!again.contains("\"event\":\"progress\""), "what has ended is not repeated: {again}");
    assert_eq!(std::fs::read_to_string(&path).expect("a table"), table);
}
