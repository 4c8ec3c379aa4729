//! A reader gets used to the hand on a real page that nobody corrected.

use std::{fs, path::Path};

use longhand::page::CharErrorRate;
use serde_json::Value;

use super::program::longhand;

/// How many more of a hundred characters may be wrong after practice on one page, where on others many fewer are.
const MARGIN: f64 = 2.0;

/// Pages gain and lose by practice; of eight letters of 1905 a tenth of the wrong characters are right afterwards. This
/// page neither gains nor loses much.
#[test]
fn a_letter_is_read_anew_by_a_reader_that_practised_on_it() {
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages/letter.jpg");
    let labels: Value = serde_json::from_str(&fs::read_to_string(letter.with_extension("json")).unwrap()).unwrap();
    let truth = texts(&labels["lines"]).join(" ");
    let read = |arguments: &[&str]| -> Value {
        let page = [&["recognize", "--format", "json", letter.to_str().unwrap()], arguments].concat();
        let json = longhand(Path::new(env!("CARGO_MANIFEST_DIR")), &page);
        serde_json::from_str::<Value>(&json).unwrap()["pages"][0]["lines"].take()
    };
    let cer = |lines: &Value| {
        let mut rate = CharErrorRate::default();
        rate.add(&truth, &texts(lines).join(" "));
        rate.percent()
    };
    let (usual, practised) = (read(&[]), read(&["--practise"]));
    assert_ne!(texts(&practised), texts(&usual));
    assert!(cer(&practised) < cer(&usual) + MARGIN, "{:.1} % from {:.1} %", cer(&practised), cer(&usual));

    let lines = |json: &Value| json.as_array().unwrap().clone();
    let alike = lines(&usual)
        .into_iter()
        .zip(lines(&practised))
        .filter(|(usual, practised)| usual["text"] == practised["text"]);
    let confidences: Vec<_> =
        alike.map(|(usual, practised)| (usual["confidence"].clone(), practised["confidence"].clone())).collect();
    assert!(confidences.len() > 3);
    assert!(confidences.iter().all(|(usual, practised)| usual == practised), "surer for nothing: {confidences:?}");
}

fn texts(lines: &Value) -> Vec<&str> {
    lines.as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect()
}
