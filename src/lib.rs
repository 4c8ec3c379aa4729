//! Longhand reads handwriting on the user's own machine, offline.
//!
//! A page passes through these stages: [`imaging::PageImage`] (decoded, upright) →
//! [`imaging::prepare`] → [`imaging::segment`] (text lines in reading order) →
//! [`imaging::LineImage`] → [`imaging::normalize`] → [`recognition::LineModel`] → label posteriors →
//! [`recognition::CtcDecoder`] → [`page::Transcription`] → the user's corrections.
//!
//! Modules are layered in floors. A module uses its own floor and those below it, never one above; `tests/tidy`
//! checks it.
//!
//! | floor | modules |
//! | - | - |
//! | 5 | `cli`, `app` |
//! | 4 | `training` |
//! | 3 | `evaluation`, `synthesis` |
//! | 2 | `recognition` |
//! | 1 | `imaging`, `ink`, `formats`, `storage` |
//! | 0 | `page`, `jobs`, `numerics` |
//!
//! # Reading a page
//!
//! [`recognition::PageReader`] does all of it: it prepares the page, finds its lines and reads them.
//!
//! ```
//! use std::{ops::ControlFlow, path::Path};
//!
//! use longhand::{
//!     imaging::PageImage,
//!     recognition::{CtcDecoder, ModelPackage, PageReader},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // CtcDecoder::english(&package.character_set) reads with the language models: better, and slower.
//! let reader = PageReader::open(&ModelPackage::built_in()?, 2, CtcDecoder::Greedy)?;
//!
//! let image = PageImage::open(Path::new("assets/samples/notes.jpg"))?;
//! let (page, _timings) = reader.read(&image, &mut |_event| ControlFlow::Continue(()))?;
//! assert_eq!(page.lines.len(), 27);
//! assert!(page.lines[3].text().contains("woods"), "{}", page.lines[3].text());
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod evaluation;
pub mod formats;
pub mod imaging;
pub mod ink;
pub mod jobs;
mod numerics;
pub mod page;
pub mod recognition;
pub mod storage;
#[cfg(feature = "train")]
pub mod synthesis;
#[cfg(feature = "train")]
pub mod training;
