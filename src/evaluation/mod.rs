//! How good the program is: lines found, lines read. Sets of labelled lines in the formats that people keep them in.
#![warn(missing_docs)]

mod alternatives;
mod alto;
mod comparison;
mod comparison_lines;
mod confusions;
mod described_page;
mod disturbance;
mod doubts;
mod general_lines;
mod labelled_page;
mod line_detection;
mod line_opener;
mod line_set;
mod page_evaluation;
mod page_xml;
mod reading;
mod report;
mod split;
mod word_overlap;
mod xml;

pub use comparison::{
    ComparedLine, ComparisonLine, ComparisonTotals, LineFilter, LinePicture, ModelTotals, Reading, compare,
};
pub use comparison_lines::ComparisonError;
pub use confusions::Confusion;
pub use described_page::{DescribedLine, DescribedPage};
pub use disturbance::Disturbance;
pub use doubts::Doubts;
pub use general_lines::general_lines;
pub use labelled_page::{LabelError, LabelledPage, PageTruth, TrueLine};
pub use line_detection::{DetectionScore, LineMatch, match_lines, n_whole_lines};
pub use line_opener::{LineOpener, PlaceOnPage};
pub use line_set::{LabelledLine, LineSet, LineSetError, images_in};
pub use page_evaluation::{PageEvaluation, THRESHOLDS};
pub use reading::{Evaluation, ReadLine};
pub use report::{ReportFacts, html_report};
pub use split::held_out_writers;
pub use word_overlap::WordOverlap;
