//! What is photographed: kinds of pages, and the surfaces that they stand on.
//!
//! Lengths are in x-heights. The shares of the kinds were set by eye; no measurement is recorded.

use super::{
    composed_page::PageContent,
    composition::Composition,
    contents::{
        diagrams::diagram,
        figures::{chart, classes, mind_map},
        notes::{form, letter, notes},
        sketches::{sketch, sketches},
        tables::table,
    },
    ground::{Ground, Ruling},
    layout::{Layout, Placement},
    writer::Writer,
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        pen_and_paper::background::Background, random::LineRng, sources::ink_source::InkSource, texts::corpora::Texts,
    },
};

/// All kinds with their shares.
pub(super) const CONTENTS: [(PageContent, f32); 11] = [
    (PageContent::Notes, 0.22),
    (PageContent::Letter, 0.05),
    (PageContent::Form, 0.04),
    (PageContent::Table, 0.06),
    (PageContent::Diagram, 0.27),
    (PageContent::Classes, 0.05),
    (PageContent::MindMap, 0.04),
    (PageContent::Chart, 0.04),
    (PageContent::Sketches, 0.06),
    (PageContent::Mixed, 0.15),
    (PageContent::Nothing, 0.02),
];
/// Share of the scenes on a board, of several sheets, of sticky notes.
const BOARDS: f32 = 0.2;
const SHEETS: f32 = 0.06;
const STICKIES: f32 = 0.07;
/// Share of the sheets whose edges are in the photo.
const EDGES_SEEN: f32 = 0.45;
/// Share of the photographed pages on paper cleaned to white.
const CLEAN: f32 = 0.12;
/// Share of the boards that are black.
const BLACK: f32 = 0.1;
/// Share of the papers that writing shines through, of the boards with traces of wiped writing, and of the papers with
/// a highlighter's marks.
const SHINING_THROUGH: f32 = 0.1;
const WIPED: f32 = 0.3;
const HIGHLIGHTED: f32 = 0.1;

/// The sources that pages are written with.
pub(super) struct Material<'a> {
    pub(super) sources: &'a [InkSource],
    pub(super) weights: &'a [f32],
    pub(super) texts: &'a Texts,
}

/// A scene.
pub(super) struct Scene {
    pub(super) content: PageContent,
    pub(super) ground: Ground,
    pub(super) layout: Layout,
    /// Thickness of the writing's strokes where they have one of their own.
    pub(super) thickness: Option<f32>,
}

impl Scene {
    /// A scene of `width` by `height` x-heights.
    pub(super) fn random(material: &Material<'_>, (width, height): (f32, f32), rng: &mut LineRng) -> Self {
        let view = Rect::new(0.0, 0.0, width, height);
        match rng.weighted(&[1.0 - BOARDS - SHEETS - STICKIES, BOARDS, SHEETS, STICKIES]) {
            Some(1) => board(material, view, rng),
            Some(2) => several(material, view, false, rng),
            Some(3) => several(material, view, true, rng),
            _ => paper(material, view, rng),
        }
    }
}

fn composition<'a, 'r>(material: &Material<'a>, rng: &'r mut LineRng) -> Composition<'a, 'r> {
    let writer = Writer::random(material.sources, material.weights, material.texts, rng);
    Composition::new(writer, rng)
}

fn inset(area: Rect, by: f32) -> Rect {
    Rect::new(area.x0 + by, area.y0 + by, area.x1 - by, area.y1 - by)
}

/// One sheet of paper that fills the photo or lies on a table.
fn paper(material: &Material<'_>, view: Rect, rng: &mut LineRng) -> Scene {
    let mut c = composition(material, rng);
    let is_clean = c.rng.chance(CLEAN);
    let has_edges = !is_clean && c.rng.chance(EDGES_SEEN);
    let ruling = Ruling::random(c.leading, c.rng);
    if let Ruling::Ruled(side) = ruling {
        c.leading = side;
    }
    let background = if is_clean { Background::Clean } else { Background::Plain };
    let mut ground = Ground::new(background, has_edges.then(|| Ground::random_table(c.rng)));
    let mut edge = |side: f32| if has_edges { c.rng.uniform(-0.04..0.11) * side } else { -0.3 * side };
    let sheet = Rect::new(
        view.x0 + edge(view.width()),
        view.y0 + edge(view.height()),
        view.x1 - edge(view.width()),
        view.y1 - edge(view.height()),
    );
    let flat = Placement::at_point(Point::default());
    if has_edges {
        ground.lay_sheet(sheet, &flat, 1.0, ruling, c.rng);
        for _ in 0..if c.rng.chance(0.3) { c.rng.count(1, 3) } else { 0 } {
            let at = Point::new(c.rng.uniform(view.x0..view.x1), if c.rng.chance(0.5) { view.y0 } else { view.y1 });
            ground.lay_thing(at, c.rng);
        }
    } else {
        ground.print(sheet, &flat, ruling, c.rng);
    }
    ground.wear(sheet, c.rng);
    let margin = c.rng.uniform(1.0..8.0);
    let area = inset(sheet.intersection(view), margin);
    let content = fill(&mut c, area);
    if c.rng.chance(HIGHLIGHTED) {
        ground.highlight(&c.layout, c.rng);
    }
    if c.rng.chance(SHINING_THROUGH) {
        let back = mirrored(traces(material, area, c.rng), area);
        ground.leave_traces(&back, c.rng);
    }
    Scene { content, ground, thickness: c.writer.thickness(), layout: c.layout }
}

/// A whiteboard or blackboard, at times with its frame and magnets.
fn board(material: &Material<'_>, view: Rect, rng: &mut LineRng) -> Scene {
    let mut c = composition(material, rng);
    let background = if c.rng.chance(BLACK) { Background::Blackboard } else { Background::Whiteboard };
    let has_frame = c.rng.chance(0.35);
    let mut ground = Ground::new(background, has_frame.then(|| Ground::random_table(c.rng)));
    let mut area = view;
    if has_frame {
        let board = inset(view, c.rng.uniform(0.01..0.07) * view.width());
        let rim = inset(board, -c.rng.uniform(0.3..1.5));
        let flat = Placement::at_point(Point::default());
        ground.lay_sheet(rim, &flat, c.rng.uniform(0.2..0.8), Ruling::Blank, c.rng);
        ground.lay_sheet(board, &flat, 1.0, Ruling::Blank, c.rng);
        area = board;
    }
    for _ in 0..if c.rng.chance(0.25) { c.rng.count(1, 4) } else { 0 } {
        let at = Point::new(c.rng.uniform(area.x0..area.x1), if c.rng.chance(0.6) { area.y0 } else { area.y1 });
        ground.lay_thing(at, c.rng);
    }
    let margin = c.rng.uniform(1.0..6.0);
    let content = fill(&mut c, inset(area, margin));
    if c.rng.chance(WIPED) {
        let wiped = traces(material, area, c.rng);
        ground.leave_traces(&wiped, c.rng);
    }
    Scene { content, ground, thickness: c.writer.thickness(), layout: c.layout }
}

/// What stood on a board before, or stands on the back of a sheet.
fn traces(material: &Material<'_>, area: Rect, rng: &mut LineRng) -> Layout {
    let mut c = composition(material, rng);
    fill(&mut c, area);
    c.layout
}

fn mirrored(mut layout: Layout, area: Rect) -> Layout {
    for word in layout.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.ink.map(|p| Point::new(area.x0 + area.x1 - p.x, p.y));
    }
    layout
}

/// Sheets or sticky notes side by side on a table, a wall or a board.
fn several(material: &Material<'_>, view: Rect, are_sticky: bool, rng: &mut LineRng) -> Scene {
    let mut thickness = None;
    let table = if rng.chance(0.5) { rng.uniform(0.7..1.0) } else { Ground::random_table(rng) };
    let mut ground = Ground::new(Background::Plain, Some(table));
    let mut layout = Layout::default();
    let side = if are_sticky { rng.uniform(13.0..24.0) } else { rng.uniform(28.0..50.0) };
    let n_columns = ((view.width() / side) as usize).clamp(1, 7);
    let n_rows = ((view.height() / side) as usize).clamp(1, 6);
    let (width, height) = (view.width() / n_columns as f32, view.height() / n_rows as f32);
    for index in 0..n_columns * n_rows {
        if rng.chance(0.2) {
            continue;
        }
        let (column, row) = ((index % n_columns) as f32, (index / n_columns) as f32);
        let share = rng.uniform(0.75..1.02);
        let sheet = Rect::new(0.0, 0.0, share * width, share * height);
        let x = view.x0 + (column + 0.5 * (1.0 - share) + rng.normal(0.02)) * width;
        let y = view.y0 + (row + 0.5 * (1.0 - share) + rng.normal(0.02)) * height;
        let angle = rng.normal(0.05);
        let placement = Placement { origin: Point::new(x, y), angle, scale: 1.0, bend: 0.0 };
        let luminance = rng.uniform(0.75..1.0);
        let mut c = composition(material, rng);
        let ruling = if are_sticky { Ruling::Blank } else { Ruling::random(c.leading, c.rng) };
        ground.lay_sheet(sheet, &placement, luminance, ruling, c.rng);
        let margin = c.rng.uniform(0.6..2.5);
        if are_sticky {
            c.leading = c.leading.min(3.4);
            sticky(&mut c, inset(sheet, margin));
        } else {
            fill(&mut c, inset(sheet, margin));
        }
        thickness = thickness.or(c.writer.thickness());
        layout.add(c.layout.moved(&placement));
    }
    Scene { content: PageContent::Mixed, ground, layout, thickness }
}

/// A few words, or a small sketch.
fn sticky(c: &mut Composition<'_, '_>, area: Rect) {
    if c.rng.chance(0.15) {
        return sketch(c, inset(area, 1.0));
    }
    if c.rng.chance(0.3) {
        return notes(c, area);
    }
    let block = c.label(6, area.width());
    let centre = area.center();
    let shift = c.rng.normal(0.15) * area.height();
    c.put_block(block, Point::new(centre.x, centre.y + shift), 0.0);
}

/// Fills `area` with content of any kind.
fn fill(c: &mut Composition<'_, '_>, area: Rect) -> PageContent {
    let shares = CONTENTS.map(|(_, share)| share);
    let content = c.rng.weighted(&shares).map_or(PageContent::Notes, |index| CONTENTS[index].0);
    fill_with(c, area, content);
    content
}

fn fill_with(c: &mut Composition<'_, '_>, area: Rect, content: PageContent) {
    if area.width() < 6.0 || area.height() < 5.0 {
        return;
    }
    match content {
        PageContent::Notes => notes(c, area),
        PageContent::Letter => letter(c, area),
        PageContent::Form => form(c, area),
        PageContent::Table => table(c, area),
        PageContent::Diagram => diagram(c, area),
        PageContent::Classes => classes(c, area),
        PageContent::MindMap => mind_map(c, area),
        PageContent::Chart => chart(c, area),
        PageContent::Sketches => sketches(c, area),
        PageContent::Mixed => mixed(c, area),
        PageContent::Nothing => {}
    }
}

/// Two to four parts with content of their own, at times parted by rules or framed, and some connected.
fn mixed(c: &mut Composition<'_, '_>, area: Rect) {
    let parts = split(area, c.rng.count(2, 4), c.rng);
    for part in &parts {
        let gap = c.rng.uniform(0.5..2.5);
        let inner = inset(*part, gap);
        if c.rng.chance(0.12) {
            let strokes = c.hand.rectangle(inset(*part, 0.4 * gap), c.rng);
            c.draw(strokes);
        }
        let shares = CONTENTS.map(|(content, share)| if content == PageContent::Mixed { 0.0 } else { share });
        let content = c.rng.weighted(&shares).map_or(PageContent::Notes, |index| CONTENTS[index].0);
        fill_with(c, inner, content);
    }
}

fn split(area: Rect, n: usize, rng: &mut LineRng) -> Vec<Rect> {
    if n <= 1 {
        return vec![area];
    }
    let share = rng.uniform(0.3..0.7);
    let (a, b) = if area.width() * rng.uniform(0.6..1.6) > area.height() {
        let x = area.x0 + share * area.width();
        (Rect::new(area.x0, area.y0, x, area.y1), Rect::new(x, area.y0, area.x1, area.y1))
    } else {
        let y = area.y0 + share * area.height();
        (Rect::new(area.x0, area.y0, area.x1, y), Rect::new(area.x0, y, area.x1, area.y1))
    };
    let mut parts = split(a, n / 2, rng);
    parts.extend(split(b, n - n / 2, rng));
    parts
}
