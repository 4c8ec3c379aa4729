//! How good the program is: lines found, lines read. Sets of labelled lines in the formats that people keep them in.
#![warn(missing_docs)]

mod alto;
mod described_page;
mod line_detection;
mod line_opener;
mod line_set;
mod page_xml;
mod reading;
mod split;
mod xml;

pub use described_page::{DescribedLine, DescribedPage};
pub use line_detection::{DetectionScore, LineMatch, match_lines};
pub use line_opener::{LineOpener, PlaceOnPage};
pub use line_set::{LabelledLine, LineSet, LineSetError, images_in};
pub use reading::{Evaluation, ReadLine};
pub use split::held_out_writers;
