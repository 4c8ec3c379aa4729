//! The dots printed on dotted paper, found by their grid and erased, but for those that touch writing.

use image::GrayImage;

use crate::imaging::raster::{
    binarize::binarize_reduced,
    components::{Component, components, drawn},
    median::median,
    reduce::{blank_block, shrink},
};

/// Dots are looked for on an image whose longer side is at most this many pixels.
const WORKING_SIDE: u32 = 2000;
/// A dot is at most so large, in working pixels and in distances of the grid, and at most so many times longer one way than
/// the other, but for a pixel.
const MAX_SIZE: f32 = 16.0;
const MAX_SIZE_OF_SPACING: f32 = 0.3;
const MAX_ASPECT: f32 = 2.0;
/// Its ink differs at most so many times from that of most dots.
const MAX_AREA_DIFFERENCE: f32 = 2.5;
/// The grid's distances differ at most so many times over the page, and from dot to dot by no more than this part.
const MAX_SPACING_DIFFERENCE: f32 = 1.7;
const MAX_OFFSET: f32 = 0.16;
/// Paper has a grid if at least so many dots lie on it, and so large a part of all.
const MIN_DOTS: usize = 80;
const MIN_PART: f32 = 0.4;
/// Writing may hide so many dots in a row.
const MAX_HIDDEN: i32 = 3;
/// A page of more specks than this is noise.
const MAX_SPECKS: usize = 6_000;
/// Erasing goes on so far beyond a dot's ink, in working pixels.
const SOFT_EDGE: u32 = 2;

/// Erases the dots of dotted paper from the prepared page `gray`. Any other page stays as it is.
pub(super) fn erase_paper_dots(gray: &mut GrayImage) {
    let factor = gray.width().max(gray.height()).div_ceil(WORKING_SIDE).max(1);
    let small = shrink(gray, factor);
    let (specks, others): (Vec<Component>, Vec<Component>) =
        components(&binarize_reduced(&small)).into_iter().partition(is_speck);
    let on_grid = Grid::find(&specks);
    if on_grid.is_empty() {
        return;
    }
    let writing = drawn(&others, small.width(), small.height());
    for dot in on_grid {
        let (left, top) = (dot.left.saturating_sub(SOFT_EDGE), dot.top.saturating_sub(SOFT_EDGE));
        for (x, y) in (top..dot.bottom + SOFT_EDGE).flat_map(|y| (left..dot.right + SOFT_EDGE).map(move |x| (x, y))) {
            if writing.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] == 0) {
                blank_block(gray, x, y, factor);
            }
        }
    }
}

fn is_speck(component: &Component) -> bool {
    let (short, long) = (component.width().min(component.height()), component.width().max(component.height()));
    long <= MAX_SIZE && long <= MAX_ASPECT * short + 1.0
}

/// Dots and how far each is from the next.
struct Grid<'a> {
    dots: Vec<&'a Component>,
    /// The steps, right and down, from each dot to its nearest, in working pixels.
    steps: Vec<(f32, f32)>,
}

impl<'a> Grid<'a> {
    /// Those of `specks` that lie on the grid of the paper; none where it has none.
    fn find(specks: &'a [Component]) -> Vec<&'a Component> {
        if !(MIN_DOTS..MAX_SPECKS).contains(&specks.len()) {
            return Vec::new();
        }
        let area = median(specks.iter().map(|dot| dot.area as f32));
        let is_alike =
            |dot: &&Component| (area / MAX_AREA_DIFFERENCE..=area * MAX_AREA_DIFFERENCE).contains(&(dot.area as f32));
        let dots: Vec<&Component> = specks.iter().filter(is_alike).collect();
        let steps = (0..dots.len()).map(|i| nearest_step(&dots, i)).collect();
        let grid = Self { dots, steps };
        let on_grid = grid.grown(grid.corners());
        let is_paper = on_grid.len() >= MIN_DOTS && on_grid.len() as f32 >= MIN_PART * specks.len() as f32;
        if is_paper { on_grid.into_iter().map(|i| grid.dots[i]).collect() } else { Vec::new() }
    }

    /// The dots from which others lie as far one way as the nearest does at a right angle to it.
    fn corners(&self) -> Vec<usize> {
        let lengths: Vec<f32> = self.steps.iter().map(|step| step.0.hypot(step.1)).collect();
        let usual = median(lengths.iter().copied());
        let is_usual = |&i: &usize| {
            (usual / MAX_SPACING_DIFFERENCE..=usual * MAX_SPACING_DIFFERENCE).contains(&lengths[i])
                && self.dots[i].width().max(self.dots[i].height()) <= MAX_SIZE_OF_SPACING * lengths[i]
        };
        let is_corner = |&i: &usize| {
            let (right, down) = self.steps[i];
            let beside = [(down, -right), (-down, right)];
            beside.into_iter().any(|step| self.dot_at(self.place(i), step, lengths[i]).is_some())
        };
        (0..self.dots.len()).filter(is_usual).filter(is_corner).collect()
    }

    /// The dots that lie on the grid that these begin.
    fn grown(&self, mut found: Vec<usize>) -> Vec<usize> {
        let mut is_found = vec![false; self.dots.len()];
        for &i in &found {
            is_found[i] = true;
        }
        // The step of the grid at each dot found: of those that are no corners, that of the one they were found from.
        let mut steps = self.steps.clone();
        let mut next = 0;
        while let Some(&i) = found.get(next) {
            let (right, down) = steps[i];
            for (x, y) in [(right, down), (-right, -down), (down, -right), (-down, right)] {
                let ahead = |n: i32| self.dot_at(self.place(i), (x * n as f32, y * n as f32), right.hypot(down));
                if let Some(other) = (1..=MAX_HIDDEN).find_map(ahead)
                    && !is_found[other]
                {
                    is_found[other] = true;
                    steps[other] = (right, down);
                    found.push(other);
                }
            }
            next += 1;
        }
        found
    }

    fn place(&self, i: usize) -> (f32, f32) {
        (self.dots[i].middle_x(), self.dots[i].middle_y())
    }

    /// The dot that lies a step from a place, or nearly so, on a grid of this spacing.
    fn dot_at(&self, (x, y): (f32, f32), (right, down): (f32, f32), spacing: f32) -> Option<usize> {
        let distance = |i: usize| {
            let place = self.place(i);
            (place.0 - x - right).hypot(place.1 - y - down)
        };
        // Dots are in the order of their first rows.
        let reach = MAX_OFFSET * spacing + MAX_SIZE;
        let first = self.dots.partition_point(|dot| (dot.top as f32) < y + down - reach);
        let near = (first..self.dots.len()).take_while(|&i| self.dots[i].top as f32 <= y + down + reach);
        near.min_by(|&a, &b| distance(a).total_cmp(&distance(b))).filter(|&i| distance(i) <= MAX_OFFSET * spacing)
    }
}

/// The step from a dot to its nearest; nowhere for the only one.
fn nearest_step(dots: &[&Component], i: usize) -> (f32, f32) {
    let step = |other: &&Component| (other.middle_x() - dots[i].middle_x(), other.middle_y() - dots[i].middle_y());
    let others = dots.iter().enumerate().filter(|(other, _)| *other != i).map(|(_, other)| step(other));
    others.min_by(|a, b| a.0.hypot(a.1).total_cmp(&b.0.hypot(b.1))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Dots of a side of 4 pixels, `spacing` apart, on a page that is turned by `slope` rows a column.
    fn dotted(spacing: f32, slope: f32) -> GrayImage {
        let mut page = GrayImage::from_pixel(1000, 800, Luma([255]));
        for (row, column) in (0..60).flat_map(|row| (0..60).map(move |column| (row as f32, column as f32))) {
            let (x, y) = (spacing * (column - slope * row), spacing * (row + slope * column));
            for (right, down) in (0..4).flat_map(|down| (0..4).map(move |right| (right, down))) {
                if let Some(pixel) = page.get_pixel_mut_checked((x as i32 + right) as u32, (y as i32 + down) as u32) {
                    *pixel = Luma([120]);
                }
            }
        }
        page
    }

    fn bar(page: &mut GrayImage, x: u32, y: u32, width: u32, height: u32) {
        (y..y + height).for_each(|y| (x..x + width).for_each(|x| page.put_pixel(x, y, Luma([20]))));
    }

    fn n_ink(page: &GrayImage) -> usize {
        page.pixels().filter(|pixel| pixel.0[0] < 200).count()
    }

    #[test]
    fn dots_go_and_strokes_stay_however_the_paper_lies() {
        for (spacing, slope) in [(40.0, 0.0), (40.0, 0.1), (26.0, -0.2), (60.0, 0.02)] {
            let mut page = dotted(spacing, slope);
            let mut writing = GrayImage::from_pixel(1000, 800, Luma([255]));
            for sheet in [&mut page, &mut writing] {
                (0..20).for_each(|letter| bar(sheet, 100 + 30 * letter, 300, 5, 40));
            }
            erase_paper_dots(&mut page);
            let (left, written) = (n_ink(&page), n_ink(&writing));
            // Dots that touch strokes stay.
            assert!((written..written + 400).contains(&left), "{left} of {written} at {spacing}, {slope}");
        }
    }

    #[test]
    fn dots_of_letters_stay() {
        let mut page = GrayImage::from_pixel(1000, 800, Luma([255]));
        for line in 0..12 {
            for letter in 0..28 {
                bar(&mut page, 60 + 31 * letter, 60 + 60 * line, 5, 20);
                // As many dots as in a line of nothing but i, none just above the other.
                bar(
                    &mut page,
                    60 + 31 * letter + (7 * letter + 13 * line) % 11,
                    46 + 60 * line + (5 * letter) % 7,
                    5,
                    5,
                );
            }
        }
        let before = page.clone();
        erase_paper_dots(&mut page);
        assert!(page == before);
        erase_paper_dots(&mut GrayImage::from_pixel(2, 2, Luma([255])));
    }
}
