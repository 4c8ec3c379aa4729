//! The font of words that the standard encoding cannot write. Its glyphs are blank, and every character has a code of
//! its own, of which the file says what it means.

use std::collections::BTreeMap;

use pdf_writer::{
    Finish as _, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};

/// Made by `make.py` beside it; glyph 1 is a blank of the width of Courier's letters.
const FONT_FILE: &[u8] = include_bytes!("../../../assets/fonts/unseen/Unseen.ttf");
const NAME: Name<'static> = Name(b"Unseen");
/// Measures of Courier, in thousandths of the font's size.
const ADVANCE: f32 = 600.0;
const ASCENT: f32 = 629.0;
const DESCENT: f32 = -157.0;
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The codes of the characters, from 1 in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct UnicodeFont(BTreeMap<char, u16>);

impl UnicodeFont {
    /// The text in the font's encoding, two bytes a character.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let code = |character| {
            // Unicode has more characters than there are codes; no page does.
            let next = u16::try_from(self.0.len() + 1).unwrap_or(u16::MAX);
            self.0.entry(character).or_insert(next).to_be_bytes()
        };
        text.chars().flat_map(code).collect()
    }

    /// Whether nothing was written in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the font as object `id`, if anything was written in it; `next` is the next free object.
    pub(super) fn write(&self, pdf: &mut Pdf, id: Ref, next: &mut Ref) {
        if self.is_empty() {
            return;
        }
        let [cid_font, descriptor, file, glyphs, meanings] = std::array::from_fn(|_| next.bump());
        pdf.type0_font(id)
            .base_font(NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_font)
            .to_unicode(meanings);
        pdf.cid_font(cid_font)
            .subtype(CidFontType::Type2)
            .base_font(NAME)
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .default_width(ADVANCE)
            .cid_to_gid_map_stream(glyphs);
        pdf.font_descriptor(descriptor)
            .name(NAME)
            .flags(FontFlags::SYMBOLIC | FontFlags::FIXED_PITCH)
            .bbox(Rect::new(0.0, DESCENT, ADVANCE, ASCENT))
            .italic_angle(0.0)
            .ascent(ASCENT)
            .descent(DESCENT)
            .cap_height(ASCENT)
            .stem_v(0.0)
            .font_file2(file);
        pdf.stream(file, FONT_FILE).pair(Name(b"Length1"), FONT_FILE.len() as i32);
        // All codes have glyph 1; that of code 0 is never written.
        let blanks = [0, 1].repeat(self.0.len() + 1);
        pdf.stream(glyphs, &blanks);
        let mut cmap = UnicodeCmap::new(Name(b"Meanings"), IDENTITY);
        for (character, code) in &self.0 {
            cmap.pair(*code, *character);
        }
        let cmap = cmap.finish();
        let mut written = pdf.cmap(meanings, &cmap);
        written.name(Name(b"Meanings")).system_info(IDENTITY);
        written.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_one_code() {
        let mut font = UnicodeFont::default();
        assert_eq!(font.encode("łął"), [0, 1, 0, 2, 0, 1]);
        assert_eq!(font.encode("ą😀"), [0, 2, 0, 3]);
    }
}
