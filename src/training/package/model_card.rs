//! The card of a model package, written from its recipe, run and measurement. Sections that were added by hand stay.

use std::fmt::Write as _;

use super::{export::kind, learning_curve::CurvePoint, public_path::public_path};
use crate::{
    evaluation::Evaluation,
    imaging::MAX_INPUT_WIDTH,
    page::rounded,
    recognition::{MeasuredErrors, WeightFormat},
    synthesis::Weighted,
    training::{
        checkpoint::CheckpointState,
        data::word_recombination::RecombinedLines,
        distillation::DistillationConfig,
        event::TrainingEvent,
        network::architecture::Architecture,
        recipe::{LineSource, Recipe, SyntheticLines},
    },
};

/// Rows of the table of evaluations, at most.
const MAX_ROWS: usize = 10;
/// Number of worst lines shown.
const N_WORST: usize = 5;
/// Sections that every card has, in order. [`LIMITS`] is written once and is then the author's.
const SECTIONS: [&str; 6] =
    ["Architecture", "Training data and its licences", "How it was trained", "Metrics", "Worst lines", "Licence"];
const LIMITS: &str = "Limits";

/// The facts of a card.
pub(crate) struct CardFacts<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) state: &'a CheckpointState,
    /// Error rates on the validation lines during the run.
    pub(crate) curve: &'a [CurvePoint],
    pub(crate) measured: &'a MeasuredErrors,
    pub(crate) evaluation: &'a Evaluation,
}

impl CardFacts<'_> {
    /// The card in Markdown. Sections of `existing` that are not written from the facts are kept.
    pub(crate) fn card(&self, existing: &str) -> String {
        let Recipe { title, license, .. } = self.recipe;
        let texts = [
            self.architecture(),
            self.data(),
            self.training(),
            self.metrics(),
            self.worst_lines(),
            format!("{license}\n"),
        ];
        let mut kept = sections(existing);
        let limits = kept.iter().position(|(name, _)| *name == LIMITS).map(|index| kept.remove(index).1.to_owned());
        kept.retain(|(name, _)| !SECTIONS.contains(name));
        let mut card = format!("{}# {title}\n", self.front_matter(existing));
        for (name, text) in SECTIONS.iter().zip(texts) {
            if *name == "Licence" {
                section(&mut card, LIMITS, limits.as_deref().unwrap_or(&general_limits()));
                for (name, text) in &kept {
                    section(&mut card, name, text);
                }
            }
            section(&mut card, name, &text);
        }
        card
    }

    /// The front matter before the title, with the new error rate; empty if the card had none.
    fn front_matter(&self, existing: &str) -> String {
        let Some((front, _)) = existing.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) else {
            return String::new();
        };
        let cer = format!("  cer: {}", self.measured.cer);
        let lines = front.lines().map(|line| if line.starts_with("  cer:") { cer.as_str() } else { line });
        format!("---\n{}\n---\n\n", lines.collect::<Vec<_>>().join("\n"))
    }

    fn architecture(&self) -> String {
        let Architecture { lstm_cells, lstm_rank, tucker_ranks, n_labels, .. } = &self.state.architecture;
        let architecture = &self.state.architecture;
        let mut text = format!(
            "{kind}: {parameters} parameters, {work} billion multiply-adds for a line of 60×512 pixels, two bidirectional \
             LSTM layers of {lstm_cells} cells a direction, {n_labels} labels with the blank. One frame every four columns.",
            kind = kind(architecture),
            parameters = with_commas(architecture.n_parameters() as u64),
            work = rounded(architecture.n_multiply_adds(60, 512) as f64 / 1e9, 3),
        );
        if let Some(rank) = lstm_rank {
            add(&mut text, &format!(" The second LSTM layer reads {rank} features of the first."));
        }
        if !tucker_ranks.is_empty() {
            let ranks: Vec<_> = tucker_ranks.iter().map(|[inputs, outputs]| format!("{inputs}×{outputs}")).collect();
            add(&mut text, &format!(" Tucker ranks of the convolutions but the first: {}.", ranks.join(", ")));
        }
        if self.recipe.package.weights == WeightFormat::F16 {
            add(&mut text, " Weights are stored in half precision.");
        }
        text + "\n"
    }

    fn data(&self) -> String {
        let Recipe { data, lines, distillation, .. } = self.recipe;
        let mut text = format!("{data}\n\n| share | lines |\n| - | - |\n");
        let unlabelled = distillation.iter().flat_map(|distillation| &distillation.unlabelled);
        let unlabelled =
            unlabelled.map(|source| (source.weight, format!("without labels: {}", public_path(&source.set))));
        let sources: Vec<_> =
            lines.iter().map(|source| (source.weight, description(source))).chain(unlabelled).collect();
        let total: f32 = sources.iter().map(|(weight, _)| weight).sum();
        for (weight, description) in sources {
            add(&mut text, &format!("| {} % | {description} |\n", rounded(100.0 * weight / total.max(1e-9), 1)));
        }
        text
    }

    fn training(&self) -> String {
        let Recipe { trainer, batches, distillation, start_from, .. } = self.recipe;
        let mut text = String::new();
        if let Some(start) = start_from {
            add(&mut text, &format!("It started from the weights of {}. ", public_path(start)));
        }
        if let Some(DistillationConfig { teacher, criterion, .. }) = distillation {
            let teacher = public_path(teacher);
            add(&mut text, &format!("Its teacher is {teacher}, its criterion {criterion}; then CTC for all layers. "));
        }
        let CheckpointState { step, n_lines, elapsed_secs, .. } = self.state;
        let rate = trainer.optimizer.learning_rate;
        add(
            &mut text,
            &format!(
                "AdamW, highest learning rate {rate}, batches of {columns} columns, seed {seed}. The best weights on \
                 `valid` are those of step {step}, after {lines} lines and {hours} hours.\n\n\
                 \x20   longhand train --config recipe.toml --run training-runs/{name} --package models/{name}\n\n\
                 The recipe lies in `recipe.toml`.\n",
                columns = with_commas(batches.columns as u64),
                seed = trainer.seed,
                step = with_commas(*step),
                lines = with_commas(*n_lines),
                hours = rounded(elapsed_secs / 3600.0, 2),
                name = self.recipe.name,
            ),
        );
        if self.curve.len() > 1 {
            add(&mut text, "\n![Error rates on the validation lines over the steps](curve.svg)\n\n");
            add(&mut text, "| step | lines shown | CER % | WER % |\n| - | - | - | - |\n");
            let last = self.curve.len() - 1;
            let every = last.div_ceil(MAX_ROWS - 1);
            for (_, point) in self.curve.iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last) {
                let CurvePoint { step, n_lines, cer, wer } = point;
                let [step, n_lines] = [step, n_lines].map(|n| with_commas(*n));
                add(&mut text, &format!("| {step} | {n_lines} | {cer:.2} | {wer:.2} |\n"));
            }
        }
        text
    }

    fn metrics(&self) -> String {
        let MeasuredErrors { n_lines, cer, wer, decoder } = self.measured;
        let valid = self.recipe.valid_name();
        format!(
            "`valid` chose the weights, so it flatters them a little. No line of it was learnt from.\n\n\
             | set | lines | decoder | CER % | WER % |\n| - | - | - | - | - |\n\
             | {valid} | {n_lines} | {decoder} | {cer} | {wer} |\n",
        )
    }

    fn worst_lines(&self) -> String {
        let mut text = "| written | read |\n| - | - |\n".to_owned();
        for line in self.evaluation.worst(N_WORST) {
            let [written, read] = [&line.reference, &line.hypothesis].map(|text| text.replace('|', "\\|"));
            add(&mut text, &format!("| {written} | {read} |\n"));
        }
        text
    }
}

fn general_limits() -> String {
    format!(
        "It writes the printable characters of ASCII and no others. Lines wider than {} columns, once normalized, are \
         squeezed. Hands and papers unlike those it learnt from are read worse.\n",
        with_commas(MAX_INPUT_WIDTH as u64)
    )
}

fn description(source: &LineSource) -> String {
    match source {
        LineSource { set: Some(set), .. } => public_path(set),
        LineSource { strokes: Some(strokes), .. } => format!("recorded ink of {}", public_path(strokes)),
        LineSource { synthetic: Some(SyntheticLines { count, seed, sources }), .. } => {
            let lists = [&sources.ink_lines, &sources.ink_samples, &sources.fonts];
            let names: Vec<String> =
                lists.into_iter().flatten().map(|Weighted { path, .. }| public_path(path)).collect();
            format!("{} drawn with seed {seed} from {}", with_commas(*count), names.join(", "))
        }
        LineSource { recombined: Some(RecombinedLines { set, count, seed, .. }), .. } => {
            format!("{} recombined with seed {seed} from the words of {}", with_commas(*count), public_path(set))
        }
        _ => String::new(),
    }
}

/// The learning curve in a run's events. A resumed run repeats steps: the later point counts.
pub(crate) fn curve_of_events(events: &str) -> Vec<CurvePoint> {
    let mut points: Vec<CurvePoint> = Vec::new();
    for event in events.lines().filter_map(|line| serde_json::from_str(line).ok()) {
        if let TrainingEvent::Validated { step, n_lines, cer, wer, .. } = event {
            points.retain(|point| point.step < step);
            points.push(CurvePoint { step, n_lines, cer, wer });
        }
    }
    points
}

fn add(text: &mut String, more: &str) {
    // Writing to a string cannot fail.
    write!(text, "{more}").ok();
}

fn section(card: &mut String, name: &str, text: &str) {
    add(card, &format!("\n## {name}\n\n{}\n", text.trim()));
}

/// The sections of a card with their titles.
fn sections(card: &str) -> Vec<(&str, &str)> {
    let parts = card.split("\n## ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).map(|(name, text)| (name.trim(), text)).collect()
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::data::batches::BatchPosition;

    fn card(existing: &str) -> String {
        let recipe: Recipe = toml::from_str(
            "name = 'mine'\ntitle = 'Mine'\nversion = '1'\nlicense = 'private'\ndata = 'My notes.'\nvalid = 'v.tsv'\n\
             lines = [{ weight = 3.0, set = 'a.tsv' }, { weight = 1.0, strokes = 'b.jsonl' }]\n",
        )
        .expect("a recipe");
        let state = CheckpointState {
            architecture: Architecture::student(),
            step: 1500,
            position: BatchPosition::default(),
            elapsed_secs: 1800.0,
            best_valid_cer: None,
            n_lines: 20_000,
            frozen_normalization: false,
            teacher: None,
            phase_steps: Vec::new(),
        };
        let curve: Vec<CurvePoint> =
            (0..40).map(|i| CurvePoint { step: 250 * i, n_lines: 4000 * i, cer: 90.0 - i as f64, wer: 95.0 }).collect();
        let measured = MeasuredErrors { n_lines: 7, cer: 8.5, wer: 30.0, decoder: "greedy".to_owned() };
        let facts = CardFacts {
            recipe: &recipe,
            state: &state,
            curve: &curve,
            measured: &measured,
            evaluation: &Evaluation::default(),
        };
        facts.card(existing)
    }

    #[test]
    fn a_card_tells_what_the_run_knows() {
        let card = card("");
        for part in [
            "# Mine\n",
            "1,471,776 parameters, 0.692 billion",
            "| 75 % | a.tsv |",
            "| 25 % | recorded ink of b.jsonl |",
            "20,000 lines and 0.5 hours",
            "| 9,750 | 156,000 | 51.00 | 95.00 |",
            "| v.tsv | 7 | greedy | 8.5 | 30 |",
            "## Limits",
        ] {
            assert!(card.contains(part), "{part} is not in {card}");
        }
        let n_rows = card.lines().filter(|line| line.ends_with("| 95.00 |")).count();
        assert!((5..=MAX_ROWS + 1).contains(&n_rows), "{n_rows}");
    }

    #[test]
    fn what_was_written_by_hand_stays() {
        let first = card("");
        assert_eq!(card(&first), first);
        let edited = first.replace("## Licence", "## Thanks\n\nTo my aunt.\n\n## Licence");
        let limits = edited.find("## Limits").expect("there");
        let thanks = edited.find("## Thanks").expect("there");
        let edited = format!("{}## Limits\n\nNone.\n\n{}", &edited[..limits], &edited[thanks..]);
        let front = "---\nlanguage: en\nmetrics:\n  cer: 77\n---\n\n";
        let again = card(&format!("{front}{}", edited.replace("8.5", "9.9")));
        assert!(again.starts_with(&front.replace("77", "8.5")), "{again}");
        assert!(again.contains("None.") && again.contains("To my aunt."), "{again}");
        assert!(again.contains("8.5") && !again.contains("9.9"));
    }
}
