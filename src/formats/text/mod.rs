//! The text of pages as people write it: paragraphs, lists, headings; plain, as Markdown, HTML, DOCX.

mod blocks;
pub(super) mod docx;
pub(super) mod html;
pub(super) mod markdown;
pub(super) mod plain;
mod reading_frame;
