//! Markers of lists: bullets, circles, boxes to tick, ticks and arrows before lines.
//!
//! Readers do not know these characters, so markers are found by their shape and place. The ink before a line's first
//! gap is a candidate; `shapes.rs` gives the kind that it looks like. Candidates become markers only where several
//! lines of a page begin alike; one arrow is enough, because nothing else has its shape.
//!
//! What follows from a marker lies elsewhere: `TextLine::marker` holds its kind and place, `crop_line` blanks it so
//! that readers do not see it, `TextLine::with_marker` puts its character (`•`, `○`, `☐`, `☑`, `✔`, `→`) before the
//! text that was read, and `TextLine::text_as_seen` is the text without it, as training uses it.

mod arrow;
mod bullet;
mod check_box;
mod circle;
mod closing;
mod columns;
mod pieces;
mod shapes;
mod tick;

use self::{pieces::bounds, shapes::MarkerShapes};
use super::{
    line_core::{LineCore, LineCoreTuning},
    line_ink::{Extent, LineInk},
};
use crate::{
    imaging::{
        raster::{
            components::Component,
            writing_scale::{WritingScale, weighted_median},
        },
        tunable::{Interval, tunable},
    },
    page::{ListMarker, MarkerKind, Rect},
};

tunable! {
    /// Numbers of finding markers.
    ///
    /// Measured in 664f14c: made pages of 11 items, 306 of 309 markers found, and none on 1,305 lines without any.
    pub struct MarkerTuning {
        /// Number of bullets on a page at least.
        /// Measured in 664f14c.
        min_bullet_count: usize = 2,
        /// Number of boxes, ticked or not, on a page at least.
        /// Measured in 664f14c.
        min_check_box_count: usize = 2,
        /// Number of ticks without a box on a page at least.
        /// Measured in 664f14c.
        min_tick_count: usize = 2,
        /// Number of arrows on a page at least: nothing else has their shape.
        /// Measured in d046c1e: 129 of 132 arrows found on made pages, none on 1,305 lines without any.
        min_arrow_count: usize = 1,
        /// Number of circles on a page at least: one may be a letter or a digit.
        /// Measured in 664f14c.
        min_circle_count: usize = 3,
        /// Height of a list's marker to the median of its kind, or the reverse, at most.
        /// Measured in 664f14c.
        max_height_ratio: f32 = 1.7,
        /// Gap between a marker and its item, in letter heights. Lowering the lower end takes letters for markers.
        /// Measured in 664f14c.
        gap_letters: Interval = Interval::new(0.2, 4.0),
        /// Gap between a bullet that belongs to no line yet and its item, at least, in letter heights.
        /// Measured in 664f14c.
        min_free_gap_letters: f32 = 0.12,
        /// Reach of a bullet's middle below the zone of small letters, at most, in x-heights.
        /// Measured in 664f14c.
        max_bullet_drop_x_heights: f32 = 0.15,
        /// The shapes of markers.
        shapes: MarkerShapes = MarkerShapes::default(),
    }
}

/// Finds the markers of lines, at these numbers.
pub(super) struct MarkerFinder<'a> {
    pub(super) scale: WritingScale,
    pub(super) tuning: &'a MarkerTuning,
    pub(super) core: &'a LineCoreTuning,
}

impl MarkerFinder<'_> {
    /// The dots of a page that may be bullets. They are kept apart, because large ones are no letter's dot and join no
    /// line.
    pub(super) fn dots(&self, ink: &[Component]) -> Vec<Component> {
        ink.iter().filter(|piece| self.tuning.shapes.bullet.fits(piece, self.scale)).cloned().collect()
    }

    /// The marker of every line, in working pixels; most lines have none. Those of `dots` that are bullets and belong
    /// to no line yet are added to theirs.
    pub(super) fn find(&self, lines: &mut [LineInk], dots: Vec<Component>) -> Vec<Option<ListMarker>> {
        let is_free =
            |dot: &Component| !lines.iter().any(|line| line.pieces.iter().any(|piece| piece.runs == dot.runs));
        let free: Vec<Component> = dots.into_iter().filter(is_free).collect();
        let mut found: Vec<Option<Candidate>> =
            lines.iter().map(|line| self.within(line).or_else(|| self.before(line, &free))).collect();
        self.keep_lists(&mut found);
        let into_marker = |(found, line): (Option<Candidate>, &mut LineInk)| {
            let Candidate { kind, pieces, is_free } = found?;
            let bounds = bounds(&pieces)?;
            if is_free {
                line.pieces.extend(pieces);
            }
            Some(ListMarker { kind, bounds })
        };
        found.into_iter().zip(lines).map(into_marker).collect()
    }

    /// Drops candidates that are not among enough others of their list's kinds and height.
    fn keep_lists(&self, found: &mut [Option<Candidate>]) {
        let tuning = self.tuning;
        let lists: [(&[MarkerKind], usize); 5] = [
            (&[MarkerKind::Bullet], tuning.min_bullet_count),
            (&[MarkerKind::Box, MarkerKind::TickedBox], tuning.min_check_box_count),
            (&[MarkerKind::Tick], tuning.min_tick_count),
            (&[MarkerKind::Arrow], tuning.min_arrow_count),
            (&[MarkerKind::Circle], tuning.min_circle_count),
        ];
        for (kinds, min_count) in lists {
            drop_strays(found, kinds, min_count, tuning.max_height_ratio);
        }
    }

    /// The bullet that stands before a line without belonging to it.
    fn before(&self, line: &LineInk, dots: &[Component]) -> Option<Candidate> {
        let left = Extent::of(&line.pieces)?.left;
        let gaps = self.tuning.min_free_gap_letters..=self.tuning.gap_letters.to;
        let is_before = |dot: &&Component| {
            gaps.contains(&((left - dot.right as f32) / self.scale.letter)) && self.has_bullets_level(dot, line)
        };
        let dot = dots.iter().filter(is_before).max_by_key(|dot| dot.right)?;
        Some(Candidate { kind: MarkerKind::Bullet, pieces: vec![dot.clone()], is_free: true })
    }

    /// The marker that a line's ink begins with.
    fn within(&self, line: &LineInk) -> Option<Candidate> {
        let pieces = first_cluster(&line.pieces, self.tuning.gap_letters.from * self.scale.letter)?;
        let kind = self.tuning.shapes.kind(&pieces, self.scale)?;
        let fits = kind != MarkerKind::Bullet || self.has_bullets_level(&pieces[0], line);
        fits.then_some(Candidate { kind, pieces, is_free: false })
    }

    /// Whether a dot stands in the zone of small letters or little below it.
    fn has_bullets_level(&self, dot: &Component, line: &LineInk) -> bool {
        let core = LineCore::measure(line, self.scale, self.core);
        let level = dot.middle_y() - line.spine.y_at(dot.middle_x());
        let drop = self.tuning.max_bullet_drop_x_heights * core.height();
        (core.top..=core.bottom + drop).contains(&level)
    }
}

/// Ink that may be a marker.
struct Candidate {
    kind: MarkerKind,
    pieces: Vec<Component>,
    /// Whether the ink belongs to no line yet.
    is_free: bool,
}

impl Candidate {
    fn height(&self) -> f32 {
        bounds(&self.pieces).map_or(0.0, Rect::height)
    }
}

/// Drops candidates of these kinds whose height differs from the median by more than this ratio, and all of these kinds
/// where fewer than `min_count` are left.
fn drop_strays(found: &mut [Option<Candidate>], kinds: &[MarkerKind], min_count: usize, max_height_ratio: f32) {
    let is_of_kind = |marker: &&mut Option<Candidate>| marker.as_ref().is_some_and(|m| kinds.contains(&m.kind));
    let of_kind: Vec<&mut Option<Candidate>> = found.iter_mut().filter(is_of_kind).collect();
    let heights = of_kind.iter().filter_map(|marker| Some((marker.as_ref()?.height(), 1.0)));
    let Some(height) = weighted_median(heights.collect()) else { return };
    let usual = height / max_height_ratio..=height * max_height_ratio;
    let (alike, mut strays): (Vec<_>, Vec<_>) =
        of_kind.into_iter().partition(|marker| marker.as_ref().is_some_and(|m| usual.contains(&m.height())));
    if alike.len() < min_count {
        strays.extend(alike);
    }
    for marker in strays {
        *marker = None;
    }
}

/// The line's ink up to its first gap of at least `min_gap` pixels; `None` where nothing follows.
fn first_cluster(pieces: &[Component], min_gap: f32) -> Option<Vec<Component>> {
    let mut ordered: Vec<&Component> = pieces.iter().collect();
    ordered.sort_by_key(|piece| piece.left);
    let mut right = ordered.first()?.right;
    let is_apart = |piece: &&Component| {
        let is_apart = piece.left as f32 - right as f32 >= min_gap;
        right = right.max(piece.right);
        is_apart
    };
    let n_first = ordered.iter().position(is_apart)?;
    Some(ordered[..n_first].iter().map(|&piece| piece.clone()).collect())
}
