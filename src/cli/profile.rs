//! `longhand profile`: the time of a line by layer.

use std::{fmt::Write as _, num::NonZeroUsize, ops::ControlFlow, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{options::ModelOptions, outcome::Outcome, output::Answers};
use crate::{
    evaluation::{ComparisonLine, LineOpener},
    imaging::{ModelInput, normalize},
    recognition::{
        INK_LABELLER, LayerCost, LayerKind, LayerProfile, NamedProfile, Profile, line_of_strokes, matrix_peak_gflops,
        profile, profile_ink_labeller,
    },
};

const LONG_ABOUT: &str = "\
Measure the time of one line, layer by layer.

JSON gives {\"model\",\"width\",\"threads\",\"total_ms\",\"layers\":[{\"name\",\"kind\",\"shape\",\"multiply_adds\",\
\"parameters\",\"ms\"}]}; trace gives a file for chrome://tracing or Perfetto. The total is the median of whole lines \
without measuring their layers; a layer's time is its mean over the middle third of the runs. An activation that the \
engine fuses with the layer before it costs nothing of its own, and what the engine does between layers is a layer of \
its own. Batch normalization is folded into the convolutions. Given a labelled set or the image of a page, its lines \
are measured instead of a line of strokes: times and multiply-adds are the means over lines, the width is their \
median. The roof is the speed of the engine's own matrix product on this machine, measured just before. With `--model ink-labeller` the network that finds \
lines is measured, on a page of 768 by 1,056 pixels.";

/// Measure the time of one line, layer by layer.
#[derive(Args, Debug)]
#[command(long_about = LONG_ABOUT, after_long_help = "\
Examples:
  longhand profile
  longhand profile --width 800 --threads 2 --format json
  longhand profile --model my-models/teacher --format trace > teacher.json
  longhand profile lines/valid.tsv")]
pub(super) struct ProfileLayers {
    #[command(flatten)]
    model: ModelOptions,
    /// Columns of the line after normalization.
    #[arg(long, value_name = "COLUMNS", default_value = "512", conflicts_with = "lines_from")]
    width: NonZeroUsize,
    /// Lines read at once, one on each thread.
    #[arg(long, value_name = "N", default_value = "1")]
    threads: NonZeroUsize,
    /// A table to read, JSON, rows parted by commas, or a trace.
    #[arg(long, value_enum, default_value_t = ProfileFormat::Txt)]
    format: ProfileFormat,
    /// A labelled set or the image of a page whose lines are measured.
    #[arg(value_name = "SET|FILE")]
    lines_from: Option<PathBuf>,
    /// At most so many of them, evenly chosen.
    #[arg(long, value_name = "N", default_value = "20", requires = "lines_from")]
    lines: NonZeroUsize,
}

/// The format of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileFormat {
    /// For people.
    Txt,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// For `chrome://tracing` and Perfetto.
    Trace,
}

impl ProfileLayers {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let threads = self.threads.get();
        let measured = if self.model.name() == INK_LABELLER {
            profile_ink_labeller(threads, &|_, _| ControlFlow::Continue(()))?
        } else {
            profile(&self.model.package()?, &self.inputs()?, threads, &|_, _| ControlFlow::Continue(()))?
        };
        let profile = measured.context("measuring was broken off")?;
        let mut answers = Answers::new();
        match self.format {
            ProfileFormat::Json => answers.json(&NamedProfile { model: self.model.name(), profile: &profile })?,
            ProfileFormat::Trace => answers.json(&profile.to_trace(self.model.name()))?,
            ProfileFormat::Csv => answers.line(profile.to_csv(peak(threads)?).trim_end())?,
            ProfileFormat::Txt => answers.line(&table(&profile, self.model.name(), peak(threads)?)?)?,
        }
        Ok(Outcome::Complete)
    }

    fn inputs(&self) -> anyhow::Result<Vec<ModelInput>> {
        let Some(path) = &self.lines_from else { return Ok(vec![line_of_strokes(self.width.get())]) };
        let lines = ComparisonLine::open(path)?;
        let step = lines.len().div_ceil(self.lines.get()).max(1);
        let (mut inputs, mut opener) = (Vec::new(), LineOpener::default());
        for line in lines.iter().step_by(step) {
            inputs.push(normalize(&*line.picture.image(&mut opener)?));
        }
        inputs.retain(|input| !input.is_blank);
        anyhow::ensure!(!inputs.is_empty(), "there is no ink on the lines of {}", path.display());
        Ok(inputs)
    }
}

fn peak(threads: usize) -> anyhow::Result<f64> {
    matrix_peak_gflops(threads).context("the engine cannot multiply matrices")
}

fn table(profile: &Profile, model: &str, peak_gflops: f64) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(
        text,
        "{:<22} {:<8} {:>16} {:>12} {:>10} {:>9} {:>8} {:>6}",
        "layer", "kind", "shape", "mult-adds", "parameters", "ms", "GFLOP/s", "roof"
    )?;
    let speed = |cost: LayerCost| match cost.gflops() {
        Some(gflops) => format!("{gflops:>8.1} {:>4.0} %", 100.0 * gflops / peak_gflops),
        None => String::new(),
    };
    for layer in profile.layers.iter().filter(|layer| layer.ms > 0.0 || layer.parameters > 0) {
        let LayerProfile { name, kind, multiply_adds, parameters, ms, .. } = layer;
        let (kind, shape, speed) = (kind.name(), layer.shape_text(), speed(layer.cost()));
        let row = format!("{name:<22} {kind:<8} {shape:>16} {multiply_adds:>12} {parameters:>10} {ms:>9.3} {speed}");
        writeln!(text, "{}", row.trim_end())?;
    }
    writeln!(text)?;
    let sum = profile.layers_cost();
    for (kind, cost) in profile.by_kind() {
        let LayerCost { multiply_adds, parameters, ms } = cost;
        let percent = 100.0 * ms / sum.ms.max(f32::EPSILON);
        let (kind, speed) = (kind.name(), speed(cost));
        let row =
            format!("{kind:<22} {percent:>6.2} % {:>16} {multiply_adds:>12} {parameters:>10} {ms:>9.3} {speed}", "");
        writeln!(text, "{}", row.trim_end())?;
    }
    let Profile { width, threads, total_ms, overhead_ms, n_lines, n_repeats, .. } = profile;
    let unit = if model == INK_LABELLER { "page" } else { "line" };
    let inputs = if *n_lines == 1 { format!("a {unit}") } else { format!("{n_lines} {unit}s, in the middle") };
    writeln!(
        text,
        "\n{total_ms:.2} ms a {unit}, median of {n_repeats} runs of {inputs} of {width} columns, {threads} at once"
    )?;
    let whole = f64::from(*total_ms).max(f64::EPSILON);
    writeln!(
        text,
        "{:.2} ms all layers ({:+.1} %); measuring them adds {overhead_ms:.2} ms ({:+.1} %)",
        sum.ms,
        100.0 * (f64::from(sum.ms) / whole - 1.0),
        100.0 * f64::from(*overhead_ms) / whole
    )?;
    write!(text, "{peak_gflops:.0} GFLOP/s is the roof of a thread, in the engine's own matrix product")?;
    if profile.layers.iter().any(|layer| layer.kind == LayerKind::Relu && layer.ms <= 0.0) {
        write!(
            text,
            "\nActivations and pooling run inside the convolutions before them. 3x3 convolutions pass the roof: they take a \
             quarter of the multiplications that are counted (Winograd)."
        )?;
    }
    Ok(text)
}
