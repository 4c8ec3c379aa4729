//! The tuned numbers of all detectors, read from and written as TOML, so that a change can be measured without a
//! rebuild.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use toml::Value;

use super::{
    prepare::PrepareTuning,
    segment::tuning::SegmentTuning,
    tunable::{FieldDocs, Tunable as _},
};

/// The numbers that page preparation and line finding decide by. A file holds only what differs from the defaults:
///
/// ```
/// use longhand::imaging::Tuning;
///
/// let tuning = Tuning::parse("[segment.gap_cuts]\nmax_gap_letters = 3.0")?;
/// assert_eq!(tuning.segment.gap_cuts.max_gap_letters, 3.0);
/// assert_eq!(tuning.segment.rows, Tuning::default().segment.rows);
/// # Ok::<(), longhand::imaging::TuningError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// Page preparation.
    pub prepare: PrepareTuning,
    /// Line finding.
    pub segment: SegmentTuning,
}

/// Why a text is no tuning.
#[derive(Debug, Error, PartialEq)]
pub enum TuningError {
    /// The text is not TOML, names an unknown field or gives a value of a wrong type.
    #[error("line {line}: {reason}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A number lies outside of what its unit allows.
    #[error("{field} is {value}, but {unit} must lie between {min} and {max}")]
    OutOfRange {
        /// Path of the field, such as `segment.rows.max_length_letters`.
        field: String,
        /// The number given.
        value: f64,
        /// The field's unit, in words.
        unit: &'static str,
        /// Smallest number that is accepted.
        min: f64,
        /// Largest number that is accepted.
        max: f64,
    },
}

/// A unit: the end of its fields' names, its name in words and the numbers accepted.
struct Unit {
    suffix: &'static str,
    name: &'static str,
    accepted: RangeInclusive<f64>,
}

const fn unit(suffix: &'static str, name: &'static str, accepted: RangeInclusive<f64>) -> Unit {
    Unit { suffix, name, accepted }
}

/// The units of fields. Bounds keep sizes positive and the time and memory of a page finite.
static UNITS: [Unit; 19] = [
    unit("_letters", "a length in letter heights", 1e-3..=100.0),
    unit("_strokes", "a length in stroke widths", 1e-3..=100.0),
    unit("_square_strokes", "an area in squared stroke widths", 1e-3..=1000.0),
    unit("_letter_strokes", "an area in letter heights times stroke widths", 1e-3..=1000.0),
    unit("_x_heights", "a length in x-heights of the line", 1e-3..=100.0),
    unit("_widths", "a length in letter widths", 1e-3..=100.0),
    unit("_px", "a length in pixels", 1e-3..=10_000.0),
    unit("_megapixels", "an area in millions of pixels", 0.01..=20.0),
    unit("_cells", "a length in grid cells", 1e-3..=1000.0),
    unit("_per_letter", "a number per letter height", 1.0..=20.0),
    unit("_fraction", "a fraction of a whole", 0.0..=1.0),
    unit("_ratio", "a ratio", 1e-3..=1000.0),
    unit("_crossings", "a mean number of strokes per row", 0.0..=1000.0),
    unit("_degrees", "an angle in degrees", 0.0..=45.0),
    unit("_count", "a count", 1.0..=1_000_000.0),
    unit("_level", "a grey level", 0.0..=255.0),
    unit("_levels", "a difference of grey levels", 0.0..=255.0),
    unit("_quantile", "a quantile", 0.0..=1.0),
    unit("slopes", "a slope in rows per column", -1.0..=1.0),
];
/// The numbers accepted by a field without a known unit.
const UNKNOWN_UNIT: Unit = unit("", "a number", 0.0..=1e6);

/// The unit that `field` ends with; of two, the longer one.
fn unit_of(field: &str) -> Option<&'static Unit> {
    UNITS.iter().filter(|unit| field.ends_with(unit.suffix)).max_by_key(|unit| unit.suffix.len())
}

impl Tuning {
    /// Reads TOML. Fields that are left out have their defaults.
    pub fn parse(text: &str) -> Result<Self, TuningError> {
        let malformed = |error: toml::de::Error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            TuningError::Malformed { line: before.matches('\n').count() + 1, reason: error.message().to_owned() }
        };
        let tuning = toml::from_str(text).map_err(malformed)?;
        check("", "", &Value::Table(toml::from_str(text).map_err(malformed)?))?;
        Ok(tuning)
    }

    /// The TOML that [`Tuning::parse`] reads, each field below its documentation.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let mut docs = FieldDocs::new();
        PrepareTuning::document("prepare", &mut docs);
        SegmentTuning::document("segment", &mut docs);
        let docs_of = |path: &str| docs.iter().find(|doc| doc.0 == path).map_or(&[][..], |doc| doc.1);
        let (mut commented, mut table) = (String::new(), String::new());
        for line in toml::to_string(self)?.lines() {
            let path = if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                name.clone_into(&mut table);
                name.to_owned()
            } else {
                format!("{table}.{}", line.split(" = ").next().unwrap_or_default())
            };
            for doc in docs_of(&path) {
                commented.extend(["#", doc, "\n"]);
            }
            commented.extend([line, "\n"]);
        }
        Ok(commented)
    }
}

/// Holds the numbers of `value` to the unit of the innermost field that contains them.
fn check(path: &str, field: &str, value: &Value) -> Result<(), TuningError> {
    let number = match value {
        Value::Table(table) => {
            let path_of = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
            return table.iter().try_for_each(|(field, value)| check(&path_of(field), field, value));
        }
        Value::Array(values) => return values.iter().try_for_each(|value| check(path, field, value)),
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        _ => return Ok(()),
    };
    let Unit { name, accepted, .. } = unit_of(field).unwrap_or(&UNKNOWN_UNIT);
    if accepted.contains(&number) {
        return Ok(());
    }
    let (min, max) = (*accepted.start(), *accepted.end());
    Err(TuningError::OutOfRange { field: path.to_owned(), value: number, unit: name, min, max })
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma};
    use toml::Table;

    use super::*;
    use crate::imaging::{
        prepared_page::PreparedPage,
        segment::{ink_labels::NoInkLabels, segment_tuned},
    };

    #[test]
    fn what_is_written_is_read_back_with_every_field_documented() {
        let text = Tuning::default().to_toml().unwrap();
        assert_eq!(Tuning::parse(&text).unwrap(), Tuning::default());
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
            assert!(pair[0].starts_with("# "), "{} has no comment", pair[1]);
        }
    }

    #[test]
    fn every_field_ends_with_its_unit_and_says_where_it_comes_from() {
        let mut docs = FieldDocs::new();
        SegmentTuning::document("segment", &mut docs);
        let is_table = |path: &str| docs.iter().any(|(other, _)| other.starts_with(&format!("{path}.")));
        for (path, doc) in docs.iter().filter(|(path, _)| !is_table(path)) {
            assert!(unit_of(path).is_some(), "{path} ends with no unit");
            let doc = doc.concat();
            assert!(doc.contains("No measurement recorded") || doc.contains("Measured in"), "{path}: {doc}");
        }
    }

    #[test]
    fn wrong_fields_types_and_sizes_are_refused_in_a_sentence() {
        for (text, sentence) in [
            ("[segment.row]", "line 1: unknown field `row`"),
            ("[segment.rows]\n\nmax_length = 3", "line 3: unknown field `max_length`"),
            ("[segment.rows]\nmax_length_letters = \"3\"", "line 2: invalid type"),
            ("[segment.rows]\nmax_length_letters = -3", "segment.rows.max_length_letters is -3"),
            ("[segment.rows]\nmax_length_letters = nan", "segment.rows.max_length_letters is NaN"),
            ("[segment.rows]\nmin_ink_fraction = 1.5", "a fraction of a whole must lie between 0 and 1"),
            ("[segment.markers]\ngap_letters = [4.0, 0.2]", "the interval [4, 0.2] is empty"),
            ("[segment.markers]\ngap_letters = [-1.0, 0.2]", "segment.markers.gap_letters is -1"),
            ("[segment]\nmax_line_count = 2.5", "line 2: invalid type"),
            ("segment", "line 1: "),
        ] {
            let error = Tuning::parse(text).unwrap_err().to_string();
            assert!(error.contains(sentence), "{text}: {error}");
        }
    }

    /// Each number below `table` set to `value_of` its unit, one at a time; the whole in `root`.
    fn with_each_number(root: &Table, path: &[String], value_of: fn(&Unit) -> f64, visit: &mut dyn FnMut(&Table)) {
        let table = path.iter().fold(root, |table, name| table[name].as_table().unwrap());
        for (field, value) in table {
            let path = [path, std::slice::from_ref(field)].concat();
            if value.is_table() {
                with_each_number(root, &path, value_of, visit);
                continue;
            }
            let mut changed = root.clone();
            let end = path.len() - 1;
            let parent = path[..end].iter().fold(&mut changed, |table, name| table[name].as_table_mut().unwrap());
            let number = value_of(unit_of(field).unwrap());
            parent[field] = match value {
                Value::Integer(_) => Value::Integer(number as i64),
                Value::Array(_) => Value::Array(vec![Value::Float(number); 2]),
                _ => Value::Float(number),
            };
            visit(&changed);
        }
    }

    #[test]
    fn lines_are_looked_for_by_any_number_that_is_accepted() {
        let mut gray = GrayImage::from_pixel(420, 240, Luma([255]));
        let mut bar = |x: u32, y: u32, width: u32, height: u32| {
            for (x, y) in (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y))) {
                gray.put_pixel(x, y, Luma([30]));
            }
        };
        for (row, letter) in (0..3).flat_map(|row| (0..12).map(move |letter| (row, letter))) {
            bar(60 + letter * 22, 40 + row * 60, 4, 20);
            bar(71 + letter * 22, 40 + row * 60, 4, 28);
            bar(60 + letter * 22, 40 + row * 60, 14, 4);
        }
        (0..3).for_each(|row| bar(30, 44 + row * 60, 8, 8));
        (0..4).for_each(|letter| bar(370, 60 + letter * 22, 26, 14));
        bar(10, 220, 400, 3);
        bar(10, 130, 3, 90);
        let page = PreparedPage::without_enclosures(gray);
        let defaults: Table = toml::from_str(&Tuning::default().to_toml().unwrap()).unwrap();
        let mut n_tried = 0;
        for value_of in [|unit: &Unit| *unit.accepted.start(), |unit: &Unit| *unit.accepted.end()] {
            with_each_number(&defaults, &["segment".to_owned()], value_of, &mut |changed| {
                let tuning = Tuning::parse(&toml::to_string(changed).unwrap()).unwrap();
                segment_tuned(&page, &NoInkLabels, &tuning.segment);
                n_tried += 1;
            });
        }
        assert!(n_tried > 300, "{n_tried}");
    }
}
