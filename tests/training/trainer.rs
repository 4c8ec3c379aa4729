//! The trainer from lines to a model package: learning, resuming, exporting.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use longhand::{
    evaluation::general_lines,
    imaging::{INPUT_ROWS, ModelInput},
    recognition::{LineModel as _, ModelPackage, TractModel},
    training::{
        Architecture, AugmentationConfig, BEST_CHECKPOINT, BatchConfig, BatchSource, CachedLine, LAST_CHECKPOINT,
        Network, OptimizerConfig, PackageFacts, Recipe, Trainer, TrainerConfig, TrainingEvent, TuckerRanks,
        WeightedLines, engine::Tensor, load_checkpoint, load_trained_network, read_lines, tucker_decomposition,
        with_lstm_rank, write_package,
    },
};

/// Lines whose letters are bars of one to three strokes.
fn lines(n: usize) -> Arc<Vec<CachedLine>> {
    let line = |index: usize| {
        let letters: Vec<usize> = (0..3).map(|i| (index * 7 + i * 5 + index * index * i) % 3).collect();
        let width = 24 * letters.len() + 16;
        let mut pixels = vec![0u8; INPUT_ROWS * width];
        for (place, &letter) in letters.iter().enumerate() {
            for stroke in 0..=letter {
                let x = 10 + place * 24 + stroke * 6;
                for y in 20..44 {
                    pixels[y * width + x..y * width + x + 3].fill(255);
                }
            }
        }
        let text = letters.iter().map(|&letter| ["i", "u", "m"][letter]).collect();
        CachedLine { width, pixels, text }
    };
    Arc::new((0..n).map(line).collect())
}

fn batches() -> BatchSource {
    let source = WeightedLines { lines: lines(40), weight: 1.0, until_step: None };
    let augmentation = AugmentationConfig { shear: 0.05, x_scale: 0.05, ..AugmentationConfig::default() };
    BatchSource::new(vec![source], BatchConfig { columns: 800, short_first_steps: 0 }, augmentation, 3)
        .expect("there are lines")
}

fn config(steps: u64) -> TrainerConfig {
    let optimizer =
        OptimizerConfig { learning_rate: 2e-3, warmup_steps: 4, average_decay: 0.9, ..OptimizerConfig::default() };
    TrainerConfig { steps, valid_every: 1000, report_every: 5, optimizer, ..TrainerConfig::default() }
}

fn run(trainer: &mut Trainer, folder: &Path, stop_after_events: Option<usize>) -> Vec<TrainingEvent> {
    let mut events = Vec::new();
    let seen = AtomicUsize::new(0);
    let should_stop = || stop_after_events.is_some_and(|n| seen.load(Ordering::Relaxed) >= n);
    trainer
        .run(batches(), &lines(6), folder, &should_stop, &mut |event| {
            seen.fetch_add(1, Ordering::Relaxed);
            events.push(event);
        })
        .expect("it trains");
    events
}

#[test]
fn the_loss_falls_and_a_stopped_run_ends_as_an_uninterrupted_one() {
    let whole_folder = tempfile::tempdir().expect("a folder");
    let mut whole = Trainer::new(Architecture::student(), config(30));
    let events = run(&mut whole, whole_folder.path(), None);
    let losses: Vec<f32> = events
        .iter()
        .filter_map(|e| if let TrainingEvent::Progress { loss, .. } = e { Some(*loss) } else { None })
        .collect();
    assert!(losses.len() >= 5 && losses[losses.len() - 1] < 0.5 * losses[0], "{losses:?}");

    // Stopped after its second report, then resumed from the checkpoint.
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Trainer::new(Architecture::student(), config(30));
    let events = run(&mut first, folder.path(), Some(3));
    assert!(
        matches!(events.last(), Some(TrainingEvent::Finished { was_stopped: true, step: 1..30, .. })),
        "{events:?}"
    );
    let mut second = Trainer::resume(&folder.path().join(LAST_CHECKPOINT), config(30)).expect("a checkpoint");
    run(&mut second, folder.path(), None);

    let weights = |path: &Path| {
        let mut network = load_checkpoint(&path.join(LAST_CHECKPOINT)).expect("a checkpoint").network;
        network.parameters_mut().into_iter().map(|p| p.value.clone()).collect::<Vec<_>>()
    };
    assert!(weights(folder.path()) == weights(whole_folder.path()), "the weights differ after resuming");
    assert!(folder.path().join(BEST_CHECKPOINT).exists());
}

/// Columns of the line that both engines read.
const WIDTH: usize = 128;

fn shown_pixels() -> Vec<u8> {
    (0..INPUT_ROWS * WIDTH).map(|i| if (i * 7919 / 13) % 11 < 3 { (i % 256) as u8 } else { 0 }).collect()
}

fn shown_line() -> Tensor {
    let mut input = Tensor::zeros(1, INPUT_ROWS, WIDTH, 1);
    let row_len = input.row_len();
    for (row, pixels) in input.data.chunks_exact_mut(row_len).zip(shown_pixels().chunks_exact(WIDTH)) {
        row[1..=WIDTH].iter_mut().zip(pixels).for_each(|(value, &pixel)| *value = f32::from(pixel) / 255.0);
    }
    input
}

/// A network whose running means and variances are away from their first values.
fn normalizing_network(architecture: Architecture, n_passes: usize) -> Network {
    let mut network = Network::new(architecture, true, 5);
    for _ in 0..n_passes {
        network.forward_training(&shown_line());
    }
    network
}

/// Packages `network` and compares what tract makes of it with what the trainer's engine makes.
fn assert_the_reader_agrees(network: &mut Network) {
    let folder = tempfile::tempdir().expect("a folder");
    let facts = PackageFacts {
        name: "tiny".to_owned(),
        title: "Tiny".to_owned(),
        version: "0.0.1".to_owned(),
        license: "MIT".to_owned(),
        origin: toml::toml! { data = "a test" },
        card: "# Tiny\n".to_owned(),
    };
    write_package(folder.path(), network, &facts).expect("a package");
    let package = ModelPackage::open(folder.path()).expect("it opens");
    let mut reader = TractModel::open(&package).expect("it loads");
    let input = ModelInput { width: WIDTH, pixels: shown_pixels(), span: (0.0, 1.0), is_blank: false };
    let read = reader.run(&input).expect("it runs");
    let logits = network.forward(&shown_line()).main;
    assert_eq!(read.frames().count(), logits.len() / 96);
    for (row, expected) in read.frames().zip(logits.chunks_exact(96)) {
        let log_sum = expected.iter().map(|v| v.exp()).sum::<f32>().ln();
        for (given, expected) in row.iter().zip(expected) {
            assert!((given - (expected - log_sum)).abs() < 1e-4, "{given} {}", expected - log_sum);
        }
    }
}

#[test]
fn the_reader_s_engine_gives_what_the_trainer_s_gives() {
    assert_the_reader_agrees(&mut normalizing_network(Architecture::student(), 20));
}

#[test]
fn the_reader_s_engine_reads_decomposed_networks_as_the_trainer_s_does() {
    let mut teacher = normalizing_network(Architecture::teacher(), 1);
    for (ranks, lstm_rank) in [(TuckerRanks::V1, 64), (TuckerRanks::VarianceKept(0.5), 100)] {
        let mut decomposed = tucker_decomposition(&mut teacher, &ranks).expect("it has a VGG front");
        assert_the_reader_agrees(&mut decomposed);
        assert_the_reader_agrees(&mut with_lstm_rank(&mut decomposed, lstm_rank).expect("fewer than 256"));
    }
}

#[test]
fn a_run_may_start_from_a_package_and_learns_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Trainer::new(Architecture::student(), config(30));
    run(&mut first, folder.path(), None);
    let trained = load_trained_network(&folder.path().join(LAST_CHECKPOINT)).expect("a checkpoint");
    let package = folder.path().join("package");
    let text = || "test".to_owned();
    let facts = PackageFacts {
        name: text(),
        title: text(),
        version: text(),
        license: text(),
        origin: toml::Table::new(),
        card: text(),
    };
    write_package(&package, &trained, &facts).expect("a package");

    let second_folder = tempfile::tempdir().expect("a folder");
    let start = load_trained_network(&package).expect("a network");
    assert!(start.has_frozen_normalization());
    let mut second = Trainer::starting_from(start, config(30));
    let events = run(&mut second, second_folder.path(), None);
    let losses: Vec<f32> = events
        .iter()
        .filter_map(|e| if let TrainingEvent::Progress { loss, .. } = e { Some(*loss) } else { None })
        .collect();
    assert!(losses[losses.len() - 1] < 0.9 * losses[0], "{losses:?}");
    assert!(
        matches!(events[1], TrainingEvent::Validated { step: 0, is_best: true, .. }),
        "the start is evaluated, and kept unless something is better: {events:?}"
    );
    let last = second_folder.path().join(LAST_CHECKPOINT);
    assert!(load_checkpoint(&last).expect("a checkpoint").network.has_frozen_normalization());
    let mut resumed = Trainer::resume(&last, config(31)).expect("it resumes");
    assert!(!run(&mut resumed, second_folder.path(), None).is_empty());
}

#[test]
fn lines_put_together_from_words_read_as_their_labels_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let set = general_lines(&folder.path().join("general")).expect("writable");
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student");
    let recipe = format!(
        "name = 'a'\ntitle = 'A'\nversion = '1'\nlicense = 'l'\ndata = 'd'\nvalid = {set:?}\n[[lines]]\nweight = 1.0\n\
         [lines.recomposed]\nset = {set:?}\nreader = {reader:?}\ncount = 60\nseed = 5\n"
    );
    let path = folder.path().join("recipe.toml");
    std::fs::write(&path, recipe).expect("writable");
    let recipe = Recipe::open(&path).expect("a recipe");
    let mut network = load_trained_network(&reader).expect("the shipped reader");
    let lines = recipe.valid_lines().expect("lines");
    let as_written = read_lines(&mut network, &lines);
    let composed = &recipe.training_lines(folder.path()).expect("lines")[0].lines;
    let read = read_lines(&mut network, composed);
    assert_eq!(composed.len(), 60);
    let (before, after) = (as_written.cer.percent(), read.cer.percent());
    assert!(after < before + 4.0, "{after} % of the characters are read wrong, {before} % of the lines as written");
    let n_new = composed.iter().filter(|new| lines.iter().all(|line| line.text != new.text)).count();
    // Of some hands there is one short line.
    assert!(n_new >= 40, "only {n_new} of 60 lines are new");
}
