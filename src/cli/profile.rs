//! `longhand profile`: where a line's time goes.

use std::{fmt::Write as _, num::NonZeroUsize};

use clap::Args;
use serde::Serialize;

use super::{
    Outcome,
    options::{ModelOptions, OutputFormat},
    output::Answers,
};
use crate::recognition::{LayerKind, LayerProfile, Profile, profile};

const LONG_ABOUT: &str = "\
Measure the time of one line, layer by layer.

JSON gives {\"model\",\"width\",\"threads\",\"total_ms\",\"layers\":[{\"name\",\"kind\",\"shape\",\"multiply_adds\",\
\"parameters\",\"ms\"}]}. The total is the median of whole lines without measuring their layers. An activation that the \
engine fuses with the layer before it costs nothing of its own. Batch normalization is folded into the convolutions.";

/// Measure the time of one line, layer by layer.
#[derive(Args, Debug)]
#[command(long_about = LONG_ABOUT, after_long_help = "\
Examples:
  longhand profile
  longhand profile --width 800 --threads 2 --format json")]
pub(super) struct ProfileLayers {
    #[command(flatten)]
    model: ModelOptions,
    /// Columns of the line after normalization.
    #[arg(long, value_name = "COLUMNS", default_value = "512")]
    width: NonZeroUsize,
    /// Lines read at once.
    #[arg(long, value_name = "N", default_value = "1")]
    threads: NonZeroUsize,
    /// A table, or JSON.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
}

#[derive(Serialize)]
struct ProfileJson<'a> {
    model: &'a str,
    #[serde(flatten)]
    profile: &'a Profile,
}

impl ProfileLayers {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let profile = profile(&self.model.package()?, self.width.get(), self.threads.get())?;
        let mut answers = Answers::new();
        match self.format {
            OutputFormat::Json => answers.json(&ProfileJson { model: self.model.name(), profile: &profile })?,
            OutputFormat::Txt => answers.line(&table(&profile)?)?,
        }
        Ok(Outcome::Complete)
    }
}

fn table(profile: &Profile) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(
        text,
        "{:<16} {:<8} {:>16} {:>12} {:>10} {:>9}",
        "layer", "kind", "shape", "mult-adds", "parameters", "ms"
    )?;
    for layer in profile.layers.iter().filter(|layer| layer.ms > 0.0 || layer.parameters > 0) {
        let LayerProfile { name, kind, shape, multiply_adds, parameters, ms } = layer;
        let shape = shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×");
        writeln!(text, "{name:<16} {:<8} {shape:>16} {multiply_adds:>12} {parameters:>10} {ms:>9.3}", kind.name())?;
    }
    let layers_ms: f32 = profile.layers.iter().map(|layer| layer.ms).sum();
    writeln!(text)?;
    for kind in LayerKind::ALL {
        let of_kind = || profile.layers.iter().filter(|layer| layer.kind == kind);
        let ms = of_kind().map(|layer| layer.ms).fold(0.0, |sum, ms| sum + ms);
        let multiply_adds: u64 = of_kind().map(|layer| layer.multiply_adds).sum();
        let parameters: u64 = of_kind().map(|layer| layer.parameters).sum();
        let percent = 100.0 * ms / layers_ms.max(f32::EPSILON);
        writeln!(
            text,
            "{:<16} {percent:>6.2} % {:>16} {multiply_adds:>12} {parameters:>10} {ms:>9.3}",
            kind.name(),
            ""
        )?;
    }
    let Profile { width, threads, total_ms, .. } = profile;
    write!(text, "\n{total_ms:.2} ms a line of {width} columns, {threads} at once (median)")?;
    Ok(text)
}
