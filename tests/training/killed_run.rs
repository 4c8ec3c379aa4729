//! A run that is killed again and again ends as one that nobody touched.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use longhand::training::{LAST_CHECKPOINT, TrainingEvent, load_checkpoint, network_weights};

use super::bars::write_labelled_bars;

const N_KILLS: usize = 10;

/// Three lines of upright bars and a recipe of a few steps, each with a checkpoint.
fn write_recipe(folder: &Path) {
    write_labelled_bars(folder, 3);
    let recipe = "name = 'tiny'\ntitle = 'Tiny'\nversion = '1'\nlicense = 'MIT'\ndata = 'bars'\nvalid = 'set.tsv'\n\
                  architecture = { front = 'darknet', lstm_cells = 8, n_labels = 96 }\n\
                  trainer = { steps = 12, valid_every = 2, report_every = 1, auxiliary_weight = 0.0 }\n\
                  batches = { columns = 120 }\nlines = [{ weight = 1.0, set = 'set.tsv' }]\n";
    std::fs::write(folder.join("recipe.toml"), recipe).expect("writable");
}

/// Trains in `folder/run` and kills the process after so many lines of its output; whether it was killed.
fn train(folder: &Path, run: &str, lines_before_kill: Option<usize>) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_longhand"))
        .args(["train", "--config", "recipe.toml", "--detached", "--run", run])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    for (index, line) in output.lines().map_while(Result::ok).enumerate() {
        if lines_before_kill == Some(index) && !line.contains("\"event\":\"finished\"") {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            return true;
        }
    }
    assert!(child.wait().expect("it ends").success());
    false
}

/// Everything in the last checkpoint that training goes on with.
fn state(folder: &Path) -> (String, Vec<Vec<f32>>) {
    let checkpoint = load_checkpoint(&folder.join(LAST_CHECKPOINT)).expect("a checkpoint");
    let weights = format!("{:?}", network_weights(&checkpoint.network));
    let states = checkpoint.states.into_iter();
    (weights, states.flat_map(|s| [s.first_moment, s.second_moment, s.averaged]).collect())
}

#[test]
fn a_run_killed_at_ten_moments_ends_with_the_same_weights() {
    let folder = tempfile::tempdir().expect("a folder");
    write_recipe(folder.path());
    train(folder.path(), "whole", None);

    // A small linear congruential generator: moments that look random and are the same every time.
    let mut random = 20_261_122_u64;
    let mut n_killed = 0;
    for _ in 0..N_KILLS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        n_killed += usize::from(train(folder.path(), "killed", Some((random >> 33) as usize % 9)));
    }
    assert!(n_killed > N_KILLS / 2, "killed only {n_killed} times");
    train(folder.path(), "killed", None);
    let (killed, whole) = (state(&folder.path().join("killed")), state(&folder.path().join("whole")));
    assert!(killed == whole, "the weights differ after the kills");

    let log = std::fs::read_to_string(folder.path().join("killed/events.jsonl")).expect("a log");
    let n_starts = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|event| matches!(event, TrainingEvent::Started { .. }))
        .count();
    assert!(n_starts > n_killed / 2, "starts are lost among half-written lines: {log}");
}
