//! A reader gets used to the hand on a real page that nobody corrected.
#![cfg(feature = "train")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are not tests to clippy")]

use std::{fs, path::Path, process::Command};

use longhand::page::CharErrorRate;
use serde_json::Value;

fn longhand(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_longhand")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How many more of a hundred characters may be wrong after practice on one page, where on others many fewer are.
const MARGIN: f64 = 2.0;

/// Pages gain and lose by practice; on letters of 1905 it is a fifth of the wrong characters that are right afterwards. This
/// page neither gains nor loses much.
#[test]
fn a_letter_is_read_anew_by_a_reader_that_practised_on_it() {
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages/letter.jpg");
    let labels: Value = serde_json::from_str(&fs::read_to_string(letter.with_extension("json")).unwrap()).unwrap();
    let truth: Vec<&str> =
        labels["lines"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    let read = |arguments: &[&str]| longhand(&[arguments, &[letter.to_str().unwrap()]].concat()).replace('\n', " ");
    let cer = |text: &str| {
        let mut rate = CharErrorRate::default();
        rate.add(&truth.join(" "), text);
        rate.percent()
    };
    let (usual, practised) = (read(&["recognize"]), read(&["recognize", "--practise"]));
    assert_ne!(practised, usual);
    assert!(cer(&practised) < cer(&usual) + MARGIN, "{:.1} % from {:.1} %: {practised}", cer(&practised), cer(&usual));
}
