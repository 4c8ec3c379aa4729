//! Draws a view without a window, for pictures that are saved: in the light theme, at twice the resolution of points.

use std::io::Cursor;

use eframe::egui::{CentralPanel, Context, Frame, Pos2, RawInput, Rect, Ui, Vec2, ViewportId};
use image::ImageFormat;

use super::{
    software_painter::SoftwarePainter,
    theme::{self, palette, space},
};
use crate::storage::ThemeChoice;

/// Pixels of a point.
const RESOLUTION: f32 = 2.0;
/// Passes until fonts are there and plots know their bounds.
const N_PASSES: usize = 3;

/// What `contents` draws on a ground of `size` points, as a PNG file.
pub(crate) fn png(size: Vec2, mut contents: impl FnMut(&mut Ui)) -> Result<Vec<u8>, String> {
    let ctx = Context::default();
    theme::install(&ctx, ThemeChoice::Light);
    let mut painter = SoftwarePainter::default();
    let mut output = None;
    for _ in 0..N_PASSES {
        let screen = Rect::from_min_size(Pos2::ZERO, size + Vec2::splat(2.0 * space::L));
        let mut input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(RESOLUTION);
        }
        let mut drawn = ctx.run_ui(input, |ui| {
            let frame = Frame::NONE.fill(palette(ui).card).inner_margin(space::L);
            CentralPanel::default().frame(frame).show(ui, |ui| contents(ui));
        });
        painter.update_textures(&mut drawn.textures_delta);
        output = Some((drawn, screen));
    }
    let Some((drawn, screen)) = output else { return Err("nothing was drawn".to_owned()) };
    let primitives = ctx.tessellate(drawn.shapes, drawn.pixels_per_point);
    let [width, height] = [screen.width(), screen.height()].map(|points| (points * drawn.pixels_per_point) as u32);
    let picture = painter.paint(width, height, drawn.pixels_per_point, &primitives);
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).map_err(|error| error.to_string())?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Color32, Sense};

    use super::*;

    #[test]
    fn a_picture_has_what_was_drawn_in_its_colours() {
        let green = Color32::from_rgb(10, 120, 40);
        let file = png(Vec2::new(100.0, 60.0), |ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(40.0, 20.0), Sense::hover());
            ui.painter().rect_filled(rect, 0.0, green);
            ui.label("Cost by length");
        });
        let picture = image::load_from_memory(&file.unwrap()).unwrap().to_rgba8();
        assert_eq!(picture.dimensions(), (264, 184));
        let count = |is: fn([u8; 4]) -> bool| picture.pixels().filter(|pixel| is(pixel.0)).count();
        assert_eq!(count(|pixel| pixel == [10, 120, 40, 255]), 80 * 40);
        let n_dark = count(|[r, g, b, _]| r < 90 && g < 90 && b < 90);
        assert!((100..3000).contains(&n_dark), "letters: {n_dark}");
        assert_eq!(picture[(1, 1)].0, [255, 255, 255, 255]);
    }
}
