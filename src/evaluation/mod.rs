//! Measures line finding and recognition, on labelled pages and lines.
//!
//! | file | contents |
//! | - | - |
//! | `line_set`, `line_opener`, `split` | sets of labelled lines, their images, splits by writer |
//! | `general_lines` | built-in lines of many hands |
//! | `reading` | reads a set: CER, WER, times |
//! | `confusions`, `alternatives`, `calibration` | confused characters, oracle WER, confidence calibration |
//! | `report`, `tables` | an evaluation as HTML, evaluations and comparisons as CSV |
//! | `significance` | intervals of error rates, and whether two models differ |
//! | `comparison`, `comparison_lines` | two models on the same lines |
//! | `labelled_page`, `page_evaluation` | labelled pages, and what is measured on one |
//! | `line_detection`, `word_detection` | scores of line finding, and what becomes of words by their boxes |
//! | `word_overlap` | words regardless of order |
//! | `degradation` | pages turned, warped, shaded and compressed |
#![warn(missing_docs)]

mod alternatives;
mod calibration;
mod comparison;
mod comparison_lines;
mod confusions;
mod degradation;
mod general_lines;
mod labelled_page;
mod line_detection;
mod line_opener;
mod line_set;
mod page_evaluation;
mod reading;
mod report;
mod significance;
mod split;
mod tables;
mod word_detection;
mod word_overlap;

pub use self::{
    calibration::{ConfidenceCalibration, Reliability, ReliabilityBin},
    comparison::{
        ComparedLine, ComparisonLine, ComparisonTotals, LineFilter, LinePicture, ModelTotals, Reading, compare,
    },
    comparison_lines::ComparisonError,
    confusions::Confusion,
    degradation::Degradation,
    general_lines::general_lines,
    labelled_page::{LabelError, LabelledPage, PageTruth, TrueLine},
    line_detection::{DetectionScore, LineMatch, match_lines, n_whole_lines},
    line_opener::LineOpener,
    line_set::{LabelledLine, LineSet, LineSetError, PlaceOnPage, images_in},
    page_evaluation::{PageEvaluation, THRESHOLDS},
    reading::{Evaluation, ReadLine},
    report::{ReportFacts, html_report},
    significance::{ComparisonSignificance, ErrorIntervals, PairedTest, RateInterval, ResampledUnit},
    split::held_out_writers,
    tables::comparison_csv,
    word_detection::WordDetection,
    word_overlap::WordOverlap,
};
