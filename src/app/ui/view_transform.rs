//! Where a page lies in its viewport: between page pixels and screen points.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::page::{self, Point};

/// Screen points a page pixel may take.
const SCALE_RANGE: std::ops::RangeInclusive<f32> = 0.02..=16.0;
/// Room left around a page that is fitted, in points.
const FIT_MARGIN: f32 = 24.0;
/// Room left below it for what floats over the page, in points.
const FIT_MARGIN_BELOW: f32 = 76.0;

/// How a page is fitted into the viewport.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Framing {
    /// The whole page, whatever the window's size.
    #[default]
    FitPage,
    /// The page's width; the top first.
    FitWidth,
    /// As last zoomed or moved.
    Free(ViewTransform),
}

/// A page's place on the screen: `screen = viewport centre + (page − centre) · scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewTransform {
    /// The page point in the middle of the viewport, in page pixels.
    pub center: Point,
    /// Screen points a page pixel.
    pub scale: f32,
}

impl Framing {
    /// The transform for a page of `page_size` pixels in `viewport`.
    pub fn resolve(self, viewport: Rect, page_size: Vec2) -> ViewTransform {
        let room = viewport.size() - vec2(2.0 * FIT_MARGIN, FIT_MARGIN + FIT_MARGIN_BELOW);
        let room = room.max(Vec2::splat(1.0));
        let page_size = page_size.max(Vec2::splat(1.0));
        match self {
            Self::FitPage => {
                let scale = clamp_scale((room / page_size).min_elem());
                // The page's centre is above the viewport's by half of the free space below.
                let lift = (FIT_MARGIN_BELOW - FIT_MARGIN) / 2.0 / scale;
                ViewTransform { center: Point::new(page_size.x / 2.0, page_size.y / 2.0 + lift), scale }
            }
            Self::FitWidth => {
                let scale = clamp_scale(room.x / page_size.x);
                let center_y = (viewport.height() / 2.0 - FIT_MARGIN) / scale;
                ViewTransform { center: Point::new(page_size.x / 2.0, center_y), scale }
            }
            Self::Free(view) => view,
        }
    }
}

impl ViewTransform {
    /// Where a page point is on the screen.
    pub fn screen_from_page(self, viewport: Rect, point: Point) -> Pos2 {
        let center = viewport.center();
        pos2(center.x + (point.x - self.center.x) * self.scale, center.y + (point.y - self.center.y) * self.scale)
    }

    /// Which page point is at a place on the screen.
    pub fn page_from_screen(self, viewport: Rect, position: Pos2) -> Point {
        let from_center = (position - viewport.center()) / self.scale;
        Point::new(self.center.x + from_center.x, self.center.y + from_center.y)
    }

    /// Where a page rectangle is on the screen.
    pub fn screen_rect(self, viewport: Rect, rect: page::Rect) -> Rect {
        let corner = |x, y| self.screen_from_page(viewport, Point::new(x, y));
        Rect::from_min_max(corner(rect.x0, rect.y0), corner(rect.x1, rect.y1))
    }

    /// Zoomed by `factor`; the page point under `position` stays there.
    #[must_use]
    pub fn zoomed_about(self, viewport: Rect, position: Pos2, factor: f32) -> Self {
        let fixed = self.page_from_screen(viewport, position);
        let scale = clamp_scale(self.scale * factor);
        let from_center = (position - viewport.center()) / scale;
        Self { center: Point::new(fixed.x - from_center.x, fixed.y - from_center.y), scale }
    }

    /// Moved so that the page follows the pointer by `delta` points.
    #[must_use]
    pub fn panned(self, delta: Vec2) -> Self {
        let center = Point::new(self.center.x - delta.x / self.scale, self.center.y - delta.y / self.scale);
        Self { center, ..self }
    }

    /// Kept so that the page cannot be lost: its nearest point to the viewport's centre stays in the middle half.
    #[must_use]
    pub fn within(self, page_size: Vec2) -> Self {
        let center = Point::new(self.center.x.clamp(0.0, page_size.x), self.center.y.clamp(0.0, page_size.y));
        Self { center, ..self }
    }

    /// The least move after which `rect` lies inside the viewport and above its lowest `covered` points; itself where
    /// it does already. A rectangle larger than the viewport is shown from its left or top edge.
    #[must_use]
    pub fn revealing(self, viewport: Rect, rect: page::Rect, covered: f32) -> Self {
        let free = viewport.with_max_y(viewport.bottom() - covered.min(viewport.height() / 2.0));
        let inner = free.shrink(FIT_MARGIN.min(free.size().min_elem() / 4.0));
        let shown = self.screen_rect(viewport, rect);
        let shift = |low: f32, high: f32, inner_low: f32, inner_high: f32| {
            if low < inner_low || high - low > inner_high - inner_low {
                inner_low - low
            } else {
                (inner_high - high).min(0.0)
            }
        };
        if inner.contains_rect(shown) {
            return self;
        }
        self.panned(vec2(
            shift(shown.left(), shown.right(), inner.left(), inner.right()),
            shift(shown.top(), shown.bottom(), inner.top(), inner.bottom()),
        ))
    }
}

fn clamp_scale(scale: f32) -> f32 {
    scale.clamp(*SCALE_RANGE.start(), *SCALE_RANGE.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VIEWPORT: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(900.0, 650.0) };

    fn any_view() -> impl Strategy<Value = ViewTransform> {
        (0.0_f32..3000.0, 0.0_f32..3000.0, 0.05_f32..8.0)
            .prop_map(|(x, y, scale)| ViewTransform { center: Point::new(x, y), scale })
    }

    proptest! {
        #[test]
        fn the_way_to_the_screen_and_back_ends_where_it_began(view in any_view(), x in 0.0_f32..3000.0, y in 0.0_f32..3000.0) {
            let back = view.page_from_screen(VIEWPORT, view.screen_from_page(VIEWPORT, Point::new(x, y)));
            prop_assert!(back.distance(Point::new(x, y)) < 0.1);
        }

        #[test]
        fn zooming_keeps_what_is_under_the_pointer(view in any_view(), x in 100.0_f32..900.0, y in 50.0_f32..650.0, factor in 0.2_f32..5.0) {
            let pointer = pos2(x, y);
            let zoomed = view.zoomed_about(VIEWPORT, pointer, factor);
            let before = view.page_from_screen(VIEWPORT, pointer);
            let after = zoomed.screen_from_page(VIEWPORT, before);
            prop_assert!((after - pointer).length() < 0.5, "{after:?} {pointer:?}");
            prop_assert!(SCALE_RANGE.contains(&zoomed.scale));
        }

        #[test]
        fn a_fitted_page_lies_inside_the_viewport(width in 50.0_f32..9000.0, height in 50.0_f32..9000.0) {
            let view = Framing::FitPage.resolve(VIEWPORT, vec2(width, height));
            let shown = view.screen_rect(VIEWPORT, page::Rect::new(0.0, 0.0, width, height));
            prop_assert!(VIEWPORT.contains_rect(shown), "{shown:?}");
        }

        #[test]
        fn what_is_revealed_is_seen_and_what_was_seen_does_not_move(view in any_view(), x in 0.0_f32..2900.0, y in 0.0_f32..2900.0) {
            let rect = page::Rect::new(x, y, x + 60.0, y + 20.0);
            let revealed = view.revealing(VIEWPORT, rect, 60.0);
            let shown = revealed.screen_rect(VIEWPORT, rect);
            if shown.width() < 700.0 && shown.height() < 440.0 {
                prop_assert!(VIEWPORT.contains_rect(shown) && shown.bottom() <= VIEWPORT.bottom() - 60.0, "{shown:?}");
            }
            let again = revealed.revealing(VIEWPORT, rect, 60.0).screen_rect(VIEWPORT, rect);
            prop_assert!((again.min - shown.min).length() < 0.5);
        }
    }

    #[test]
    fn fit_width_shows_the_top_of_a_long_page() {
        let view = Framing::FitWidth.resolve(VIEWPORT, vec2(400.0, 4000.0));
        let shown = view.screen_rect(VIEWPORT, page::Rect::new(0.0, 0.0, 400.0, 4000.0));
        assert!((shown.top() - (VIEWPORT.top() + FIT_MARGIN)).abs() < 0.5, "{shown:?}");
        assert!((shown.width() - (VIEWPORT.width() - 2.0 * FIT_MARGIN)).abs() < 0.5, "{shown:?}");
    }
}
