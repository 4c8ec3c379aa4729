//! The report of an evaluation, one self-contained HTML file: error rates, confusions, the worst lines with their
//! images.

use std::{fmt::Write as _, io::Cursor};

use image::{GrayImage, ImageFormat, imageops::FilterType};

use super::{
    confusions::Confusion,
    line_opener::LineOpener,
    line_set::LineSet,
    reading::{Evaluation, ReadLine},
    significance::{ErrorIntervals, RateInterval},
};
use crate::page::align;

/// Confusions in the report.
const N_CONFUSIONS: usize = 20;
/// Worst lines in the report.
const N_WORST: usize = 20;
/// Height in pixels that images are scaled down to.
const PICTURE_HEIGHT: u32 = 96;

/// The subject of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFacts {
    /// The model's title.
    pub model: String,
    /// The model's name.
    pub model_name: String,
    /// The set's name.
    pub set: String,
    /// The decoder's name.
    pub decoder: String,
}

/// The report of `evaluation`, an evaluation on `set`.
pub fn html_report(facts: &ReportFacts, set: &LineSet, evaluation: &Evaluation) -> String {
    let mut page = String::with_capacity(200_000);
    // Writing to a string cannot fail, here and below.
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n\
         <p class=\"facts\">{model} ({name} {decoder}) on {set}</p>\n",
        title = "How well handwriting was read",
        model = escaped(&facts.model),
        name = escaped(&facts.model_name),
        decoder = escaped(&facts.decoder),
        set = escaped(&facts.set),
    )
    .ok();
    figures(&mut page, evaluation);
    confusions(&mut page, &evaluation.confusions());
    worst_lines(&mut page, set, evaluation);
    page += "<p class=\"facts\">CER and WER are total edits over total length, white space collapsed; small: where \
             they lie for 19 of 20 such sets, by drawing lines or pages at random. Made by Longhand on the machine where \
             the lines lie.</p>\n</body>\n</html>\n";
    page
}

fn figures(page: &mut String, evaluation: &Evaluation) {
    let intervals = evaluation.error_intervals();
    let rate = |percent: f64, pick: fn(&ErrorIntervals) -> RateInterval| match &intervals {
        Some(intervals) => format!("{percent:.2} % <small>{}</small>", pick(intervals)),
        None => format!("{percent:.2} %"),
    };
    let figures = [
        ("characters wrong (CER)", rate(evaluation.char_error_rate().percent(), |intervals| intervals.cer)),
        ("words wrong (WER)", rate(evaluation.word_error_rate().percent(), |intervals| intervals.wer)),
        ("lines without error", format!("{} of {}", evaluation.n_exact(), evaluation.lines.len())),
        ("lines that could not be opened", evaluation.n_failed().to_string()),
        ("a line, median", format!("{:.1} ms", evaluation.median_ms())),
    ];
    page.push_str("<dl>\n");
    for (meaning, value) in figures {
        writeln!(page, "<div><dd>{value}</dd><dt>{meaning}</dt></div>").ok();
    }
    page.push_str("</dl>\n");
}

fn confusions(page: &mut String, confusions: &[Confusion]) {
    if confusions.is_empty() {
        return;
    }
    let most = confusions[0].count;
    page.push_str(
        "<h2>What was taken for what</h2>\n<table>\n\
         <tr><th>true</th><th>read</th><th>times</th><th>of</th><th></th></tr>\n",
    );
    for Confusion { truth, read, count, n_truth } in confusions.iter().take(N_CONFUSIONS) {
        let of = if *n_truth > 0 { n_truth.to_string() } else { String::new() };
        writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{count}</td><td>{of}</td><td><i style=\"width:{}%\"></i></td></tr>",
            named(*truth, "nothing"),
            named(*read, "left out"),
            100 * count / most,
        )
        .ok();
    }
    page.push_str("</table>\n");
}

fn worst_lines(page: &mut String, set: &LineSet, evaluation: &Evaluation) {
    let places = evaluation.worst_places(N_WORST);
    if places.is_empty() {
        return;
    }
    page.push_str("<h2>The worst lines</h2>\n");
    let mut opener = LineOpener::default();
    for place in places {
        let line = &evaluation.lines[place];
        writeln!(
            page,
            "<figure>\n<figcaption>{} · {:.1} % of characters wrong</figcaption>",
            escaped(&line.file),
            line.char_error_rate().percent()
        )
        .ok();
        let image = set.lines.get(place).and_then(|labelled| opener.open(labelled).ok());
        if let Some(png) = image.and_then(|image| small_png(&image.pixels)) {
            let text = escaped(&line.reference);
            writeln!(page, "<img alt=\"{text}\" src=\"data:image/png;base64,{}\">", base64(&png)).ok();
        }
        match &line.failure {
            Some(reason) => writeln!(page, "<p>{}</p>", escaped(reason)).ok(),
            None => writeln!(page, "{}", compared(line)).ok(),
        };
        page.push_str("</figure>\n");
    }
}

/// Truth and recognized text, one below the other, with differences marked.
fn compared(line: &ReadLine) -> String {
    let (truth, read): (Vec<char>, Vec<char>) = (line.reference.chars().collect(), line.hypothesis.chars().collect());
    let (mut above, mut below) = (String::new(), String::new());
    for (i, j) in align(&truth, &read) {
        let (a, b) = (i.map(|i| truth[i]), j.map(|j| read[j]));
        let show = |text: &mut String, tag: &str, item: Option<char>| {
            let Some(character) = item else { return };
            let character = escaped(&character.to_string());
            if a == b {
                text.push_str(&character);
            } else {
                write!(text, "<{tag}>{character}</{tag}>").ok();
            }
        };
        show(&mut above, "ins", a);
        show(&mut below, "del", b);
    }
    format!("<p><b>true</b> {above}</p>\n<p><b>read</b> {below}</p>")
}

fn small_png(image: &GrayImage) -> Option<Vec<u8>> {
    let (width, height) = image.dimensions();
    let small = if height > PICTURE_HEIGHT {
        let width = (u64::from(width) * u64::from(PICTURE_HEIGHT) / u64::from(height)).max(1) as u32;
        image::imageops::resize(image, width, PICTURE_HEIGHT, FilterType::Triangle)
    } else {
        image.clone()
    };
    let mut png = Cursor::new(Vec::new());
    small.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

/// A character for a table cell; `nothing` without one.
fn named(character: Option<char>, nothing: &str) -> String {
    match character {
        Some(' ') => "<em>blank</em>".to_owned(),
        Some(character) => escaped(&character.to_string()),
        None => format!("<em>{nothing}</em>"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Base64 (RFC 4648) with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number =
            group.iter().fold(0_u32, |number, &byte| (number << 8) | u32::from(byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let value = (number >> (18 - 6 * digit)) & 63;
            text.push(if digit <= group.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:0}h2{font-size:1.2rem;margin-top:2rem}
.facts,dt,figcaption{color:GrayText}
dl{display:flex;flex-wrap:wrap;gap:2rem}dd{margin:0;font-size:1.6rem}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}
td:last-child{width:16rem}td i{display:block;height:.6rem;background:#4a7bd0;border-radius:.3rem}
figure{margin:0 0 1.5rem;padding-top:1rem;border-top:1px solid color-mix(in srgb,CanvasText 20%,transparent)}
figure p{margin:.1rem 0;white-space:pre-wrap;font-family:ui-monospace,monospace}
img{max-width:100%;background:#fff;border-radius:.3rem;margin:.4rem 0}
ins{background:#2e9b5b44;text-decoration:none}del{background:#d0454544;text-decoration:none}";

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn bytes_are_written_as_rfc_4648_says() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_report_holds_numbers_mistakes_and_pictures_and_escapes_texts() {
        let folder = tempfile::tempdir().unwrap();
        GrayImage::from_pixel(300, 200, Luma([250])).save(folder.path().join("a.png")).unwrap();
        std::fs::write(folder.path().join("set.tsv"), "file\ttext\na.png\ta <b> & c\nnone.png\tlost\n").unwrap();
        let set = LineSet::open(&folder.path().join("set.tsv")).unwrap();
        let line = |file: &str, reference: &str, hypothesis: &str, failure| ReadLine {
            file: file.to_owned(),
            image: file.into(),
            reference: reference.to_owned(),
            hypothesis: hypothesis.to_owned(),
            word_confidences: Vec::new(),
            alternatives: Vec::new(),
            elapsed_ms: Some(2.0),
            failure,
        };
        let lines = vec![
            line("a.png", "a <b> & c", "a <p> & c", None),
            line("none.png", "lost", "", Some("there is no none.png".to_owned())),
        ];
        let text = |text: &str| text.to_owned();
        let facts = ReportFacts {
            model: text("Student"),
            model_name: text("student"),
            set: text("set.tsv"),
            decoder: text("greedy"),
        };
        let page = html_report(&facts, &set, &Evaluation { lines });
        for part in [
            "38.46 %",
            "<td>b</td><td>p</td><td>1</td><td>1</td>",
            "data:image/png;base64,iVBOR",
            "a &lt;<ins>b</ins>&gt; &amp; c",
            "a &lt;<del>p</del>&gt; &amp; c",
            "there is no none.png",
        ] {
            assert!(page.contains(part), "{part} is not in the report:\n{page}");
        }
        assert!(!page.contains("http") && !page.contains("<b> "), "it needs no other file and shows texts as they are");
    }
}
