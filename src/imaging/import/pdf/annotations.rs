//! Pen strokes that a PDF holds as annotations without an appearance: most readers draw them, the renderer does not.

use hayro::{
    hayro_syntax::{
        object::{Array, Dict, Name},
        page::Page,
    },
    kurbo::{Affine, BezPath, Cap, Join, Point, Stroke, Vec2},
    vello_cpu::{
        RenderContext,
        color::{AlphaColor, Srgb},
    },
};

/// Flags of annotations that are not shown: hidden, and not on screens.
const NOT_SHOWN: u32 = 0b10_0010;
/// The width of a stroke that has none of its own, in the page's units.
const USUAL_WIDTH: f64 = 1.0;

/// Draws the strokes of the page's annotations; `transform` leads from the page to pixels.
pub(super) fn draw(page: &Page<'_>, ctx: &mut RenderContext, transform: Affine) {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return };
    ctx.set_transform(transform);
    ctx.reset_mask();
    for annotation in annotations.iter::<Dict<'_>>() {
        let is_shown = annotation.get::<u32>("F").unwrap_or_default() & NOT_SHOWN == 0;
        if !is_shown || has_appearance(&annotation) {
            continue;
        }
        let paths = paths(&annotation);
        if paths.is_empty() {
            continue;
        }
        let stroke = Stroke::new(width(&annotation)).with_caps(Cap::Round).with_join(Join::Round);
        ctx.set_stroke(stroke);
        ctx.set_paint(color(&annotation));
        for path in &paths {
            ctx.stroke_path(path);
        }
    }
}

/// Whether the page has strokes that only [`draw`] draws, or annotations that are drawn beside its contents.
pub(super) fn are_there(page: &Page<'_>) -> bool {
    let annotations = page.raw().get::<Array<'_>>("Annots");
    annotations.is_some_and(|annotations| {
        annotations.iter::<Dict<'_>>().any(|annotation| has_appearance(&annotation) || !paths(&annotation).is_empty())
    })
}

fn has_appearance(annotation: &Dict<'_>) -> bool {
    annotation.get::<Dict<'_>>("AP").is_some_and(|appearance| appearance.contains_key("N"))
}

/// The strokes of an annotation of ink or lines; none of another.
fn paths(annotation: &Dict<'_>) -> Vec<BezPath> {
    let kind = annotation.get::<Name<'_>>("Subtype");
    let numbers = |key: &str| annotation.get::<Array<'_>>(key).map(|list| list.iter::<f64>().collect::<Vec<_>>());
    let lines: Vec<Vec<f64>> = match kind.as_deref() {
        Some(b"Ink") => {
            let strokes = annotation.get::<Array<'_>>("InkList").into_iter();
            strokes
                .flat_map(|list| {
                    list.iter::<Array<'_>>().map(|stroke| stroke.iter::<f64>().collect()).collect::<Vec<_>>()
                })
                .collect()
        }
        Some(b"Line") => numbers("L").into_iter().collect(),
        Some(b"PolyLine" | b"Polygon") => numbers("Vertices").into_iter().collect(),
        _ => Vec::new(),
    };
    let is_closed = kind.as_deref() == Some(b"Polygon");
    lines.iter().filter_map(|line| path(line, is_closed)).collect()
}

/// The length of a dot, in the page's units: a stroke without length is not drawn.
const DOT_LENGTH: f64 = 0.01;

/// The line through these coordinates, x and y in turn.
fn path(coordinates: &[f64], is_closed: bool) -> Option<BezPath> {
    let mut points = coordinates.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1]));
    let mut path = BezPath::new();
    let first = points.next()?;
    path.move_to(first);
    path.line_to(first + Vec2::new(DOT_LENGTH, 0.0));
    points.for_each(|point| path.line_to(point));
    if is_closed {
        path.close_path();
    }
    Some(path)
}

fn width(annotation: &Dict<'_>) -> f64 {
    let style = annotation.get::<Dict<'_>>("BS").and_then(|style| style.get::<f64>("W"));
    let border = || annotation.get::<Array<'_>>("Border")?.iter::<f64>().nth(2);
    style.or_else(border).filter(|width| *width > 0.0).unwrap_or(USUAL_WIDTH)
}

/// Grey, RGB or CMYK, by the number of values; black without any.
fn color(annotation: &Dict<'_>) -> AlphaColor<Srgb> {
    let values: Vec<f32> = annotation.get::<Array<'_>>("C").map(|c| c.iter::<f32>().collect()).unwrap_or_default();
    let [r, g, b] = match values[..] {
        [gray] => [gray; 3],
        [r, g, b] => [r, g, b],
        [c, m, y, k] => [c, m, y].map(|ink| (1.0 - ink) * (1.0 - k)),
        _ => [0.0; 3],
    };
    AlphaColor::new([r, g, b, annotation.get::<f32>("CA").unwrap_or(1.0)].map(|part| part.clamp(0.0, 1.0)))
}
