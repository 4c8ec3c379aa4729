//! What a list's marker looks like: a dot, a circle, a box, with or without something in it, a tick alone or an arrow.

use std::ops::RangeInclusive;

use imageproc::{distance_transform::Norm, geometry::contour_area, point::Point as PixelPoint};

use crate::{
    imaging::raster::{
        closed_contours::{insides, margin, on_own_paper},
        components::{Component, hull_area},
        writing_scale::WritingScale,
    },
    page::MarkerKind,
};

/// A bullet is so large, in letter heights, and no smaller than so many strokes; at most so many times longer one way than
/// the other; and fills so much of its place.
const BULLET_SIZE: RangeInclusive<f32> = 0.1..=1.1;
const MIN_BULLET_STROKES: f32 = 1.6;
const MAX_BULLET_ASPECT: f32 = 1.6;
const MIN_BULLET_FILL: f32 = 0.64;
/// A box is so large, in letter heights, and so wide for its height.
const BOX_SIZE: RangeInclusive<f32> = 0.35..=1.9;
const BOX_ASPECT: RangeInclusive<f32> = 0.72..=1.6;
/// The four corners of a box hold so much of its inside; those of a circle 0.64, of a D 0.8.
const MIN_BOX_CORNERS: f32 = 0.9;
/// It fills so much of its place, and is so large, in letter heights: small letters may look like it.
const MIN_BOX_FILL: f32 = 0.72;
const MIN_BOX: f32 = 0.6;
/// A circle is so large, in letter heights, and so wide for its height; its disc fills so much of its box and nearly all of its
/// convex hull; its hole is so much of its disc.
const CIRCLE_SIZE: RangeInclusive<f32> = 0.25..=1.2;
const CIRCLE_ASPECT: RangeInclusive<f32> = 0.8..=1.3;
const CIRCLE_FILL: RangeInclusive<f32> = 0.7..=0.88;
const MIN_SOLIDITY: f32 = 0.93;
const MIN_HOLE: f32 = 0.2;
/// Nothing but a tick reaches out of a box by more than so many strokes.
const MAX_BEYOND: f32 = 1.2;
/// A tick reaches no further than this out of its box, in letter heights.
const MAX_TICK: f32 = 1.2;
/// A tick is so large, in letter heights, and so wide for its height; its foot lies so far to the right, in its widths; its left
/// arm begins so far below the right one's tip, in its heights; that tip lies so far to the right; and between its upper and
/// its lower edge nearly all is ink.
const TICK_SIZE: RangeInclusive<f32> = 0.5..=2.2;
const TICK_ASPECT: RangeInclusive<f32> = 0.5..=2.5;
const TICK_FOOT: RangeInclusive<f32> = 0.08..=0.55;
const TICK_ARM: RangeInclusive<f32> = 0.25..=0.85;
const MIN_TIP: f32 = 0.8;
const MIN_SINGLE_STROKE: f32 = 0.8;
/// An arrow is so long and so high, in letter heights, and so many times longer than high.
const ARROW_WIDTH: RangeInclusive<f32> = 0.6..=4.0;
const ARROW_HEIGHT: RangeInclusive<f32> = 0.25..=1.3;
const MIN_ARROW_ASPECT: f32 = 1.1;
/// The first part of it is its shaft, no thicker than so many strokes nearly everywhere and bent by at most this part of the
/// arrow's height; behind that its head is at its highest so much of the arrow, at its tip no more than so much, and nearly
/// nowhere higher than before on the way there. Shaft and tip lie no further from its middle, in its heights.
const SHAFT: f32 = 0.4;
const MAX_SHAFT: f32 = 2.2;
const MIN_THIN: f32 = 0.9;
const MAX_BEND: f32 = 0.3;
const MIN_HEAD: f32 = 0.75;
const MAX_TIP: f32 = 0.55;
const MAX_RISES: f32 = 0.15;
const MAX_OFF_CENTRE: f32 = 0.27;
/// Gaps are closed up to twice this, in letter heights.
const CLOSING: f32 = 0.08;
/// Ink on so much of a box's inside ticks it; on so much of it makes it a blot.
const TICKED: RangeInclusive<f32> = 0.06..=0.8;

/// What marker these pieces of ink look like, if any.
pub(super) fn marker_kind(pieces: &[Component], scale: WritingScale) -> Option<MarkerKind> {
    let boxed = || Outlined::of(pieces, scale).and_then(|outlined| outlined.kind(scale));
    match pieces {
        [piece] if is_dot(piece, scale) => Some(MarkerKind::Bullet),
        [piece] if is_tick(piece, scale) => Some(MarkerKind::Tick),
        pieces if is_arrow(&joined(pieces), scale) => Some(MarkerKind::Arrow),
        [piece] => boxed().or_else(|| is_circle(piece, scale).then_some(MarkerKind::Circle)),
        _ => boxed(),
    }
}

/// Whether a piece of ink is a solid dot, as large as bullets are.
pub(super) fn is_dot(piece: &Component, scale: WritingScale) -> bool {
    let (short, long) = (piece.width().min(piece.height()), piece.width().max(piece.height()));
    BULLET_SIZE.contains(&(long / scale.letter))
        && short >= MIN_BULLET_STROKES * scale.stroke
        && long <= MAX_BULLET_ASPECT * short
        && piece.density() >= MIN_BULLET_FILL
}

/// Whether a piece of ink is a circle with nothing in it.
fn is_circle(piece: &Component, scale: WritingScale) -> bool {
    let size = piece.width().max(piece.height()) / scale.letter;
    if !CIRCLE_SIZE.contains(&size) || !CIRCLE_ASPECT.contains(&(piece.width() / piece.height())) {
        return false;
    }
    let closing = (CLOSING * scale.letter).round().clamp(1.0, 50.0) as u8;
    let disc = insides(&on_own_paper(piece, closing), closing, closing, Norm::L2).into_iter().map(|c| c.area).max();
    let disc = disc.unwrap_or(0) as f32;
    CIRCLE_FILL.contains(&(disc / (piece.width() * piece.height())))
        && disc >= MIN_SOLIDITY * hull_area(piece)
        && disc - piece.area as f32 >= MIN_HOLE * disc
}

/// Whether a piece of ink is a tick: one stroke from left to right, down by a short way and up by a longer one.
fn is_tick(piece: &Component, scale: WritingScale) -> bool {
    let size = piece.width().max(piece.height()) / scale.letter;
    if !TICK_SIZE.contains(&size) || !TICK_ASPECT.contains(&(piece.width() / piece.height())) {
        return false;
    }
    let columns = columns(piece);
    let foot = (0..columns.len()).max_by_key(|&x| columns[x].1).unwrap_or(0);
    let tip = (0..columns.len()).min_by_key(|&x| columns[x].0).unwrap_or(0);
    let left_arm = columns[..=foot].iter().map(|column| column.0).min().unwrap_or(piece.top) - piece.top;
    let n_between: u32 = columns.iter().map(|(top, bottom)| bottom.saturating_sub(*top)).sum();
    TICK_FOOT.contains(&(foot as f32 / piece.width()))
        && TICK_ARM.contains(&(left_arm as f32 / piece.height()))
        && tip as f32 >= MIN_TIP * piece.width()
        && piece.area as f32 >= MIN_SINGLE_STROKE * n_between as f32
}

/// Whether ink is an arrow to the right: a level shaft, and at its end a head as much above as below it.
fn is_arrow(ink: &Component, scale: WritingScale) -> bool {
    let (width, height) = (ink.width() / scale.letter, ink.height() / scale.letter);
    if !ARROW_WIDTH.contains(&width) || !ARROW_HEIGHT.contains(&height) || width < MIN_ARROW_ASPECT * height {
        return false;
    }
    let columns = columns(ink);
    let span = |&(top, bottom): &(u32, u32)| bottom.saturating_sub(top) as f32;
    let middle = |&(top, bottom): &(u32, u32)| f32::midpoint(top as f32, bottom as f32);
    let shaft = &columns[..(SHAFT * columns.len() as f32) as usize];
    let is_thin = |column: &&(u32, u32)| column.1 > 0 && span(column) <= MAX_SHAFT * scale.stroke;
    let thin: Vec<f32> = shaft.iter().filter(is_thin).map(middle).collect();
    let (lowest, highest) = thin.iter().fold((f32::MAX, f32::MIN), |(low, high), &y| (low.min(y), high.max(y)));
    let head = &columns[shaft.len()..];
    let widest = (0..head.len()).max_by(|&a, &b| span(&head[a]).total_cmp(&span(&head[b]))).unwrap_or(0);
    let tip = &head[head.len() - (head.len() / 8).max(1)..];
    let level = |part: &[(u32, u32)]| part.iter().map(middle).sum::<f32>() / part.len() as f32;
    let is_centred = |y: f32| ((y - ink.top as f32) / ink.height() - 0.5).abs() <= MAX_OFF_CENTRE;
    let rises = head[widest..].windows(2).filter(|pair| span(&pair[1]) > span(&pair[0]) + 1.0).count();
    thin.len() as f32 >= MIN_THIN * shaft.len() as f32
        && highest - lowest <= MAX_BEND * ink.height()
        && span(&head[widest]) >= MIN_HEAD * ink.height()
        && tip.iter().all(|column| span(column) <= MAX_TIP * ink.height())
        && is_centred(level(shaft))
        && is_centred(level(tip))
        && rises as f32 <= MAX_RISES * head.len() as f32
}

/// The upper and the lower edge of the ink in each column; the lower one is 0, and the upper one beyond all, where there is none.
fn columns(ink: &Component) -> Vec<(u32, u32)> {
    let mut columns = vec![(u32::MAX, 0); (ink.right - ink.left) as usize];
    for run in &ink.runs {
        for (top, bottom) in &mut columns[(run.start - ink.left) as usize..(run.end - ink.left) as usize] {
            (*top, *bottom) = ((*top).min(run.y), (*bottom).max(run.y + 1));
        }
    }
    columns
}

/// All pieces as one.
fn joined(pieces: &[Component]) -> Component {
    Component::from_runs(pieces.iter().flat_map(|piece| piece.runs.iter().copied()).collect())
}

/// Strokes and what they enclose.
struct Outlined {
    inside: Component,
    /// Ink on the inside, as a part of it.
    ticked: f32,
    /// How far the strokes reach out of the inside, in pixels: at most to the left or down, and up or to the right, where
    /// ticks do.
    beside: f32,
    beyond: f32,
    /// How far they do where nothing but the outline is there.
    stroke: f32,
}

impl Outlined {
    fn of(pieces: &[Component], scale: WritingScale) -> Option<Self> {
        let closing = (CLOSING * scale.letter).round().clamp(1.0, 50.0) as u8;
        let opening = closing.saturating_add((1.5 * scale.stroke).ceil().clamp(1.0, 50.0) as u8);
        let all = joined(pieces);
        if all.width().max(all.height()) > (BOX_SIZE.end() + MAX_TICK) * scale.letter {
            return None;
        }
        let margin = margin(closing);
        let ink = on_own_paper(&all, closing);
        let inside = insides(&ink, closing, opening, Norm::L2).into_iter().max_by_key(|inside| inside.area)?;
        let places = inside.runs.iter().flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
        let n_ticked = places.filter(|&(x, y)| ink.get_pixel(x, y).0[0] > 0).count();
        let end = |inside: u32, all: u32| (all + margin).saturating_sub(inside);
        let beside = [inside.left.saturating_sub(margin), end(inside.bottom, all.bottom - all.top)];
        let beyond = [inside.top.saturating_sub(margin), end(inside.right, all.right - all.left)];
        Some(Self {
            ticked: n_ticked as f32 / inside.area as f32,
            beside: beside.into_iter().max().unwrap_or(0) as f32,
            beyond: beyond.into_iter().max().unwrap_or(0) as f32,
            stroke: f32::from(opening - closing),
            inside,
        })
    }

    fn kind(&self, scale: WritingScale) -> Option<MarkerKind> {
        let (width, height) = (self.inside.width() + 2.0 * self.stroke, self.inside.height() + 2.0 * self.stroke);
        let has_size = BOX_SIZE.contains(&(width / scale.letter))
            && BOX_SIZE.contains(&(height / scale.letter))
            && BOX_ASPECT.contains(&(width / height));
        if !has_size {
            return None;
        }
        let corners = corners_area(&self.inside) / self.inside.area as f32;
        let max_beyond = self.stroke + MAX_BEYOND * scale.stroke;
        let is_empty = self.ticked < *TICKED.start() && self.beyond <= max_beyond;
        let is_box = corners >= MIN_BOX_CORNERS
            && self.inside.density() >= MIN_BOX_FILL
            && width.min(height) >= MIN_BOX * scale.letter;
        match is_empty {
            _ if !is_box || self.beside > max_beyond => None,
            true => Some(MarkerKind::Box),
            false => TICKED.contains(&self.ticked).then_some(MarkerKind::TickedBox),
        }
    }
}

/// The area between the four points of a shape that lie furthest to its corners, in pixels.
fn corners_area(shape: &Component) -> f32 {
    let furthest = |(right, down): (i32, i32)| {
        shape.corners().max_by_key(|p| right * p.x + down * p.y).unwrap_or(PixelPoint::new(0, 0))
    };
    contour_area(&[(-1, -1), (1, -1), (1, 1), (-1, 1)].map(furthest)).abs() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::components::components;
    use image::{GrayImage, Luma};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_ink_has_a_kind_or_none(
            width in 1u32..40, height in 1u32..40, seed in prop::collection::vec(0u8..4, 1600), letter in 5f32..60.0, stroke in 1f32..9.0,
        ) {
            let ink = GrayImage::from_fn(width, height, |x, y| Luma([u8::from(seed[(y * 40 + x) as usize] > 1)]));
            let pieces = components(&ink);
            let scale = WritingScale { letter, stroke };
            for n in 1..=pieces.len().min(4) {
                marker_kind(&pieces[..n], scale);
            }
        }
    }
}
