//! What pages hold.
//!
//! - `notes.rs`: paragraphs, lists, letters, forms; `characters.rs`: rows of single characters; `tables.rs`;
//!   `annotations.rs`: what is drawn around writing
//! - `diagrams.rs`: flow charts, processes, networks of `nodes.rs`; `figures.rs`: class diagrams, mind maps, charts
//! - `sketches.rs`: drawings without writing

mod annotations;
mod characters;
pub(super) mod diagrams;
pub(super) mod figures;
mod nodes;
pub(super) mod notes;
pub(super) mod sketches;
pub(super) mod tables;
