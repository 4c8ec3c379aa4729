//! What was read, line by line, as tables for spreadsheets.

use super::{comparison::ComparedLine, reading::Evaluation};
use crate::{
    formats::csv_row,
    page::{CharErrorRate, WordErrorRate},
};

impl Evaluation {
    /// A row for every line: its image, true and read text, error rates in percent, milliseconds, why it failed.
    pub fn to_csv(&self) -> String {
        let mut table = csv_row(["file", "true", "read", "cer", "wer", "ms", "failure"]);
        for line in &self.lines {
            let [cer, wer] = rates(&line.reference, &line.hypothesis);
            let ms = line.elapsed_ms.map(|ms| format!("{ms:.3}")).unwrap_or_default();
            let failure = line.failure.as_deref().unwrap_or_default();
            table += &csv_row([&line.file, &line.reference, &line.hypothesis, &cer, &wer, &ms, failure]);
        }
        table
    }
}

/// A row for every compared line: its name, its true text if known, and of both models text, error rates in percent,
/// confidence (0 to 1) and milliseconds.
pub fn comparison_csv<'a>(lines: impl Iterator<Item = &'a ComparedLine>) -> String {
    let of_model = |model: &str| ["read", "cer", "wer", "confidence", "ms"].map(|name| format!("{name} {model}"));
    let titles = [["line", "true"].map(str::to_owned).to_vec(), of_model("A").to_vec(), of_model("B").to_vec()];
    let mut table = csv_row(titles.concat());
    for line in lines {
        let mut cells = vec![line.name.clone(), line.truth.clone().unwrap_or_default()];
        for reading in [&line.a, &line.b] {
            let [cer, wer] = line.truth.as_ref().map(|truth| rates(truth, &reading.text)).unwrap_or_default();
            let (confidence, ms) = (format!("{:.3}", reading.confidence), format!("{:.3}", reading.ms));
            cells.extend([reading.text.clone(), cer, wer, confidence, ms]);
        }
        table += &csv_row(cells);
    }
    table
}

/// Character and word error rate, in percent.
fn rates(truth: &str, text: &str) -> [String; 2] {
    let (mut cer, mut wer) = (CharErrorRate::default(), WordErrorRate::default());
    cer.add(truth, text);
    wer.add(truth, text);
    [cer.percent(), wer.percent()].map(|rate| format!("{rate:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::comparison::Reading;

    #[test]
    fn compared_lines_are_rows_with_both_readings() {
        let reading = |text: &str| Reading { text: text.to_owned(), confidence: 0.5, ms: 2.0, failure: None };
        let line = |truth: Option<&str>| ComparedLine {
            name: "1.png".to_owned(),
            truth: truth.map(str::to_owned),
            a: reading("one, two"),
            b: reading("one tvo"),
        };
        let table = comparison_csv([line(Some("one, two")), line(None)].iter());
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows[0], "line,true,read A,cer A,wer A,confidence A,ms A,read B,cer B,wer B,confidence B,ms B");
        assert!(rows[1].starts_with("1.png,\"one, two\",\"one, two\",0.00,0.00,0.500,2.000,one tvo,25.00,100.00,"));
        assert_eq!(rows[2], "1.png,,\"one, two\",,,0.500,2.000,one tvo,,,0.500,2.000");
    }
}
