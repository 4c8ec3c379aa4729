//! Marks before the items of lists: bullets, circles, boxes to tick, ticks and arrows. They are told from letters by their shape, by
//! where they stand, and by being several on the page.

mod shapes;

use std::ops::RangeInclusive;

use self::shapes::{is_dot, marker_kind};
use super::{
    assign::{LineInk, extent},
    shape::Core,
};
use crate::{
    imaging::raster::{
        components::Component,
        writing_scale::{WritingScale, weighted_median},
    },
    page::{ListMarker, MarkerKind, Point, Rect},
};

/// What marks the items of one list, and how many there are at least. A circle may be a letter or a digit; an arrow is like
/// nothing else.
const LISTS: &[(&[MarkerKind], usize)] = &[
    (&[MarkerKind::Bullet], 2),
    (&[MarkerKind::Box, MarkerKind::TickedBox], 2),
    (&[MarkerKind::Tick], 2),
    (&[MarkerKind::Arrow], 1),
    (&[MarkerKind::Circle], 3),
];
/// Markers of a list are at most so many times higher or lower than most of them.
const MAX_DIFFERENCE: f32 = 1.7;
/// A marker stands so far before its item, in letter heights.
const GAP: RangeInclusive<f32> = 0.2..=4.0;
/// Dots that belong to no line stand no nearer.
const MIN_FREE_GAP: f32 = 0.12;
/// A bullet stands in the zone of small letters, or so far below it, in heights of that zone.
const MAX_BULLET_DROP: f32 = 0.15;

/// The dots of a page that may be bullets. Large ones are no letter's, and nothing else becomes of them.
pub(super) fn dots(ink: &[Component], scale: WritingScale) -> Vec<Component> {
    ink.iter().filter(|piece| is_dot(piece, scale)).cloned().collect()
}

/// The marker of every line, in working pixels; most have none. `dots` that are found to be bullets and belong to no line yet
/// are given to theirs.
pub(super) fn find_markers(
    lines: &mut [LineInk],
    dots: Vec<Component>,
    scale: WritingScale,
) -> Vec<Option<ListMarker>> {
    let is_free = |dot: &Component| !lines.iter().any(|line| line.pieces.iter().any(|piece| piece.runs == dot.runs));
    let free: Vec<Component> = dots.into_iter().filter(is_free).collect();
    let mut found: Vec<Option<FoundMarker>> =
        lines.iter().map(|line| within(line, scale).or_else(|| before(line, &free, scale))).collect();
    for (kinds, fewest) in LISTS {
        drop_strays(&mut found, kinds, *fewest);
    }
    let into_marker = |(found, line): (Option<FoundMarker>, &mut LineInk)| {
        let FoundMarker { kind, pieces, is_free } = found?;
        let bounds = bounds(&pieces)?;
        if is_free {
            line.pieces.extend(pieces);
        }
        Some(ListMarker { kind, bounds })
    };
    found.into_iter().zip(lines).map(into_marker).collect()
}

/// Drops markers of these kinds that are unlike most of them, and all of them where they are few.
fn drop_strays(found: &mut [Option<FoundMarker>], kinds: &[MarkerKind], fewest: usize) {
    let is_of_kind = |marker: &&mut Option<FoundMarker>| marker.as_ref().is_some_and(|m| kinds.contains(&m.kind));
    let of_kind: Vec<&mut Option<FoundMarker>> = found.iter_mut().filter(is_of_kind).collect();
    let heights = of_kind.iter().filter_map(|marker| Some((marker.as_ref()?.height(), 1.0)));
    let Some(height) = weighted_median(heights.collect()) else { return };
    let usual = height / MAX_DIFFERENCE..=height * MAX_DIFFERENCE;
    let (alike, mut strays): (Vec<_>, Vec<_>) =
        of_kind.into_iter().partition(|marker| marker.as_ref().is_some_and(|m| usual.contains(&m.height())));
    if alike.len() < fewest {
        strays.extend(alike);
    }
    for marker in strays {
        *marker = None;
    }
}

struct FoundMarker {
    kind: MarkerKind,
    pieces: Vec<Component>,
    /// Whether the line does not have its ink yet.
    is_free: bool,
}

impl FoundMarker {
    fn height(&self) -> f32 {
        bounds(&self.pieces).map_or(0.0, Rect::height)
    }
}

/// Where the pieces are, with their soft edges.
fn bounds(pieces: &[Component]) -> Option<Rect> {
    let corners = |c: &Component| {
        let (left, top) = (c.left.saturating_sub(1), c.top.saturating_sub(1));
        [(left, top), (c.right + 1, c.bottom + 1)].map(|(x, y)| Point::new(x as f32, y as f32))
    };
    Rect::around(pieces.iter().flat_map(corners))
}

/// The bullet that stands before a line without belonging to it.
fn before(line: &LineInk, dots: &[Component], scale: WritingScale) -> Option<FoundMarker> {
    let left = extent(&line.pieces)?.0;
    let is_before = |dot: &&Component| {
        let gap = (left - dot.right as f32) / scale.letter;
        (MIN_FREE_GAP..=*GAP.end()).contains(&gap) && has_bullets_level(dot, line, scale)
    };
    let dot = dots.iter().filter(is_before).max_by_key(|dot| dot.right)?;
    Some(FoundMarker { kind: MarkerKind::Bullet, pieces: vec![dot.clone()], is_free: true })
}

/// The marker that a line's ink begins with.
fn within(line: &LineInk, scale: WritingScale) -> Option<FoundMarker> {
    let pieces = first_cluster(&line.pieces, scale)?;
    let kind = marker_kind(&pieces, scale)?;
    let fits = kind != MarkerKind::Bullet || has_bullets_level(&pieces[0], line, scale);
    fits.then_some(FoundMarker { kind, pieces, is_free: false })
}

/// The line's ink up to its first gap; `None` where nothing comes behind it.
fn first_cluster(pieces: &[Component], scale: WritingScale) -> Option<Vec<Component>> {
    let mut ordered: Vec<&Component> = pieces.iter().collect();
    ordered.sort_by_key(|piece| piece.left);
    let mut right = ordered.first()?.right;
    let is_apart = |piece: &&Component| {
        let is_apart = piece.left as f32 - right as f32 >= GAP.start() * scale.letter;
        right = right.max(piece.right);
        is_apart
    };
    let n_first = ordered.iter().position(is_apart)?;
    Some(ordered[..n_first].iter().map(|&piece| piece.clone()).collect())
}

fn has_bullets_level(dot: &Component, line: &LineInk, scale: WritingScale) -> bool {
    let core = Core::measure(line, scale);
    let level = dot.middle_y() - line.spine.y_at(dot.middle_x());
    (core.top..=core.bottom + MAX_BULLET_DROP * core.height()).contains(&level)
}
