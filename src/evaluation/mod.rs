//! How good the program is: lines found, lines read. Sets of labelled lines in the formats that people keep them in.
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
mod split;
mod word_overlap;

pub use self::{
    calibration::ConfidenceCalibration,
    comparison::{
        ComparedLine, ComparisonLine, ComparisonTotals, LineFilter, LinePicture, ModelTotals, Reading, compare,
    },
    comparison_lines::ComparisonError,
    confusions::Confusion,
    degradation::Degradation,
    general_lines::general_lines,
    labelled_page::{LabelError, LabelledPage, PageTruth, TrueLine},
    line_detection::{DetectionScore, LineMatch, match_lines, n_whole_lines},
    line_opener::{LineOpener, PlaceOnPage},
    line_set::{LabelledLine, LineSet, LineSetError, images_in},
    page_evaluation::{PageEvaluation, THRESHOLDS},
    reading::{Evaluation, ReadLine},
    report::{ReportFacts, html_report},
    split::held_out_writers,
    word_overlap::WordOverlap,
};
