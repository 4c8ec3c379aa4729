//! Parting a photo of several sheets into pages.

use super::LonghandApp;
use crate::{
    app::{
        state::document::{DocumentId, Origin},
        tasks::{page::part_sheets, page_source::source_of},
    },
    imaging::PageImage,
};

impl LonghandApp {
    /// Cuts the sheets out of the shown page.
    pub(super) fn part_sheets(&mut self) {
        let Some(document) = self.state.document() else { return };
        let (Some(sheets), Some(source)) = (document.proposed_sheets(), source_of(document, false)) else { return };
        let (id, sheets) = (document.id, sheets.to_vec());
        self.start_file_task("part sheets", move |job| part_sheets(job, id, source, &sheets));
    }

    /// Puts the sheets in the place of the photo, which is closed and can be opened again.
    pub(super) fn replace_by_sheets(&mut self, photo: DocumentId, sheets: Vec<PageImage>) {
        let Some(place) = self.state.documents.iter().position(|document| document.id == photo) else { return };
        let (name, n_before, n_sheets) = (self.name(photo), self.state.documents.len(), sheets.len());
        for (number, image) in (1..).zip(sheets) {
            let document = self.add(self.free_name(&format!("Sheet {number} of {name}")), Origin::Clipboard);
            document.set_pasted(image);
            // No file holds it, so it is saved as it is.
            document.edit_count += 1;
        }
        let n_added = self.state.documents.len() - n_before;
        self.state.documents[place + 1..].rotate_right(n_added);
        let first = self.state.documents.get(place + 1).map(|document| document.id);
        self.close(photo);
        self.state.current = first.or(self.state.current);
        self.inform(format!("{name} is {n_sheets} pages now; Reopen page brings the photo back"));
    }
}
