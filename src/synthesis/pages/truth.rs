//! Truth on the prepared and reduced page: the kind of ink of every pixel, and the lines that are still there.

use image::{GrayImage, Luma};

use super::{
    composed_page::{ComposedLine, INK_DRAWING, INK_STRUCK, INK_WRITING},
    layout::{InkKind, PlacedLine, PlacedWord},
};
use crate::page::Point;

/// Darkest grey level of bare paper on a prepared page, beside ink and anywhere else. Set by eye; no measurement is
/// recorded.
const PAPER_BESIDE_INK: u8 = 200;
const PAPER: u8 = 185;
/// Darkest grey level of a pixel that ink was drawn on and that preparation made paper. Set by eye; no measurement is
/// recorded.
const ERASED: u8 = 228;
/// Share of a word's ink that is seen, at least. Set by eye; no measurement is recorded.
const LEAST_SEEN: f32 = 0.45;

/// The kind of ink of every pixel of `gray`, which is the photo of `photo_width` pixels a row with `kinds`, prepared
/// and reduced `factor` times.
pub(super) fn ink_kinds(gray: &GrayImage, kinds: &[Option<InkKind>], photo_width: usize, factor: usize) -> GrayImage {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let mut drawn: Vec<Option<InkKind>> = vec![None; width * height];
    for (y, row) in kinds.chunks_exact(photo_width).enumerate() {
        let out = &mut drawn[y / factor * width..][..width];
        for (x, kind) in row.iter().enumerate().filter(|(_, kind)| kind.is_some()) {
            let pixel = &mut out[x / factor];
            *pixel = (*pixel).max(*kind);
        }
    }
    let near = |x: usize, y: usize, reach: usize| {
        let rows = y.saturating_sub(reach)..(y + reach + 1).min(height);
        let columns = x.saturating_sub(reach)..(x + reach + 1).min(width);
        rows.flat_map(|y| columns.clone().map(move |x| (x, y))).filter_map(|(x, y)| drawn[y * width + x]).max()
    };
    GrayImage::from_fn(gray.width(), gray.height(), |x, y| {
        let level = gray.get_pixel(x, y).0[0];
        let (x, y) = (x as usize, y as usize);
        let kind = match drawn[y * width + x] {
            kind @ Some(_) => kind.filter(|_| level < ERASED),
            None if level >= PAPER_BESIDE_INK => None,
            None => near(x, y, 1).or_else(|| near(x, y, 2)).or((level < PAPER).then_some(InkKind::Drawing)),
        };
        Luma([match kind {
            None => 0,
            Some(InkKind::Writing) => INK_WRITING,
            Some(InkKind::Drawing) => INK_DRAWING,
            Some(InkKind::Struck) => INK_STRUCK,
        }])
    })
}

/// The lines of which ink is seen on `ink`, in its pixels; `lines` are in pixels of the photo.
pub(super) fn seen_lines(lines: &[PlacedLine], ink: &GrayImage, factor: usize) -> Vec<ComposedLine> {
    lines.iter().filter_map(|line| seen_line(line, ink, 1.0 / factor as f32)).collect()
}

fn seen_line(line: &PlacedLine, ink: &GrayImage, scale: f32) -> Option<ComposedLine> {
    let words: Vec<&PlacedWord> = line.words.iter().filter(|word| is_seen(word, ink, scale)).collect();
    let (first, last) = (words.first()?.ends[0], words.last()?.ends[1]);
    let scaled = |p: Point| Point::new(p.x * scale, p.y * scale);
    // Along the line, a point lies behind the first word's beginning and before the last word's end.
    let (dx, dy) = (last.x - first.x, last.y - first.y);
    let length = (dx * dx + dy * dy).max(1e-6);
    let share = |p: Point| ((p.x - first.x) * dx + (p.y - first.y) * dy) / length;
    let mut baseline = vec![scaled(first)];
    let inner = line.baseline.iter().filter(|p| (0.001..0.999).contains(&share(**p)));
    baseline.extend(inner.map(|&p| scaled(p)));
    baseline.push(scaled(last));
    let is_steep = dy.abs() > dx.abs();
    let along = |p: Point| if is_steep { p.y * scale } else { p.x * scale };
    Some(ComposedLine {
        baseline,
        x_height: line.x_height * scale,
        text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
        words: words.iter().map(|word| word.ends.map(along)).collect(),
    })
}

pub(super) fn is_seen(word: &PlacedWord, ink: &GrayImage, scale: f32) -> bool {
    let (mut all, mut seen) = (0u32, 0u32);
    for p in word.ink.points() {
        let (x, y) = ((p.x * scale) as i32, (p.y * scale) as i32);
        let is_writing = |dx: i32, dy: i32| {
            let (Ok(x), Ok(y)) = (u32::try_from(x + dx), u32::try_from(y + dy)) else { return false };
            ink.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] == INK_WRITING)
        };
        all += 1;
        seen += u32::from((-1..=1).any(|dy| (-1..=1).any(|dx| is_writing(dx, dy))));
    }
    seen as f32 >= LEAST_SEEN * all as f32
}
