//! Commands about ink: tools, pen and paper, strokes on the clipboard.

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::state::Tool,
    formats::inkml,
    ink::{PaperKind, PenStyle, Stroke},
};

impl LonghandApp {
    /// Takes a tool. What the lasso holds is laid down.
    pub(super) fn use_tool(&mut self, tool: Tool) {
        self.state.tool = tool;
        if let Some(document) = self.state.document_mut() {
            document.chosen_strokes.clear();
        }
    }

    /// Writes with this pen from now on. Strokes that the lasso has taken get its colour.
    pub(super) fn set_pen(&mut self, pen: PenStyle) {
        let is_recolored = pen.color != self.state.settings.pen.color;
        self.state.settings.pen = pen;
        if is_recolored {
            self.change_page(|page| page.color_chosen(pen.color));
        }
    }

    /// Prints the shown sheet and new ones like this.
    pub(super) fn set_paper(&mut self, paper: PaperKind) {
        self.state.settings.paper = paper;
        self.change_page(|page| page.set_paper(paper));
    }

    /// Puts the strokes that the lasso has taken on the clipboard, as `InkML` that other programs can take.
    pub(super) fn copy_strokes(&mut self, ctx: &Context) {
        let Some(document) = self.state.document() else { return };
        let strokes: Vec<Stroke> = document.chosen().cloned().collect();
        ctx.copy_text(inkml(&strokes));
        self.inform(if strokes.len() == 1 {
            "1 stroke copied".to_owned()
        } else {
            format!("{} strokes copied", strokes.len())
        });
    }

    /// Adds strokes to the shown sheet, or to a new one, and gives them to the lasso.
    pub(super) fn paste_strokes(&mut self, strokes: &[Stroke]) {
        if self.state.document().is_none_or(|document| document.drawing.is_none()) {
            self.new_drawing();
        }
        self.state.tool = Tool::Lasso;
        self.change_drawing(|page| page.paste_strokes(strokes));
    }
}
