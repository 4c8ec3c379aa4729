//! The kind of marker that ink looks like, whatever stands beside it.

use super::{
    arrow::ArrowShape, bullet::BulletShape, check_box::CheckBoxShape, circle::CircleShape, pieces::joined,
    tick::TickShape,
};
use crate::{
    imaging::{
        raster::{components::Component, writing_scale::WritingScale},
        tunable::tunable,
    },
    page::MarkerKind,
};

tunable! {
    /// The shapes of markers.
    pub struct MarkerShapes {
        /// Solid dots.
        bullet: BulletShape = BulletShape::default(),
        /// Boxes, with or without something inside.
        check_box: CheckBoxShape = CheckBoxShape::default(),
        /// Circles with nothing inside.
        circle: CircleShape = CircleShape::default(),
        /// Ticks without a box.
        tick: TickShape = TickShape::default(),
        /// Arrows to the right.
        arrow: ArrowShape = ArrowShape::default(),
    }
}

impl MarkerShapes {
    /// The kind of marker that these pieces of ink form, if any.
    pub(super) fn kind(&self, pieces: &[Component], scale: WritingScale) -> Option<MarkerKind> {
        let is_arrow = || self.arrow.fits(&joined(pieces), scale);
        let boxed = || self.check_box.kind(pieces, scale);
        match pieces {
            [piece] if self.bullet.fits(piece, scale) => Some(MarkerKind::Bullet),
            [piece] if self.tick.fits(piece, scale) => Some(MarkerKind::Tick),
            _ if is_arrow() => Some(MarkerKind::Arrow),
            [piece] => boxed().or_else(|| self.circle.fits(piece, scale).then_some(MarkerKind::Circle)),
            _ => boxed(),
        }
    }
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
                MarkerShapes::default().kind(&pieces[..n], scale);
            }
        }
    }
}
