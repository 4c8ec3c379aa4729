//! Illumination correction: the paper's brightness over the page is measured on a coarse grid and divided out (Zhang
//! and He, "Whiteboard scanning and image enhancement", 2007: the paper is the brightest quartile of each cell).

use image::GrayImage;

use super::sheet_region::SheetRegion;
use crate::imaging::tunable::tunable;
use crate::{
    imaging::raster::{histogram::Histogram, page_side::square_side},
    numerics::median::median,
};

tunable! {
    /// Parameters of the illumination correction.
    ///
    /// The quantile is Zhang and He's; of the other values no measurement is recorded (commit 6ee3e87).
    pub struct IlluminationTuning {
        /// Cells along the page's longer side, about.
        cells_per_side: u32 = 40,
        /// The side of a cell, at least, in pixels of the measuring image.
        min_cell_px: u32 = 8,
        /// The quantile of a cell's grey levels that is taken for paper.
        paper_quantile: f32 = 0.75,
        /// The fraction of its neighbours' median brightness below which a cell is taken to be covered by ink.
        min_neighbour_fraction: f32 = 0.85,
    }
}

/// The paper's brightness in each cell of a coarse grid.
pub(super) struct Illumination {
    columns: usize,
    rows: usize,
    /// By row, then from left to right; 1 to 255.
    cells: Vec<f32>,
}

impl Illumination {
    /// Measures `gray`, any reduction of the page. Cells outside of `region` take their neighbours' brightness.
    pub(super) fn measure(gray: &GrayImage, region: Option<&SheetRegion>, tuning: &IlluminationTuning) -> Self {
        let (width, height) = gray.dimensions();
        let cell = square_side((width, height), tuning.cells_per_side).max(tuning.min_cell_px);
        let (columns, rows) = (width.div_ceil(cell), height.div_ceil(cell));
        let paper_of = |column: u32, row: u32| {
            let (x1, y1) = (((column + 1) * cell).min(width), ((row + 1) * cell).min(height));
            let values: Vec<u8> = (row * cell..y1)
                .flat_map(|y| (column * cell..x1).map(move |x| (x, y)))
                .filter(|&(x, y)| region.is_none_or(|r| r.contains(x as f32 / width as f32, y as f32 / height as f32)))
                .map(|(x, y)| gray.get_pixel(x, y).0[0])
                .collect();
            // An eighth of a cell on the sheet is enough.
            let is_measured = values.len() * 8 > (cell * cell) as usize || region.is_none();
            is_measured.then(|| f32::from(Histogram::of(&values).quantile(tuning.paper_quantile)).max(1.0))
        };
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let mut cells: Vec<Option<f32>> = cells.map(|(column, row)| paper_of(column, row)).collect();
        fill_gaps(&mut cells, columns as usize);
        let cells: Vec<f32> = cells.into_iter().map(|cell| cell.unwrap_or(255.0)).collect();
        let cells = without_inked_cells(&cells, columns as usize, tuning.min_neighbour_fraction);
        Self { columns: columns as usize, rows: rows as usize, cells }
    }

    /// Divides the illumination out of `gray`, the page at any size. Between the cells' middles it is bilinear.
    pub(super) fn divide_out(&self, gray: &mut GrayImage) {
        let (width, height) = gray.dimensions();
        let across: Vec<BetweenCells> = (0..width).map(|x| BetweenCells::at(x, width, self.columns)).collect();
        for (y, row) in gray.chunks_exact_mut(width.max(1) as usize).enumerate() {
            let down = BetweenCells::at(y as u32, height, self.rows);
            let level: Vec<f32> = (0..self.columns)
                .map(|c| down.mix(self.cells[down.low * self.columns + c], self.cells[down.high * self.columns + c]))
                .collect();
            for (pixel, across) in row.iter_mut().zip(&across) {
                let white = across.mix(level[across.low], level[across.high]);
                *pixel = (255.0 * f32::from(*pixel) / white).min(255.0) as u8;
            }
        }
    }
}

/// A position between the middles of two cells, along one axis.
struct BetweenCells {
    low: usize,
    high: usize,
    part: f32,
}

impl BetweenCells {
    fn at(position: u32, len: u32, n_cells: usize) -> Self {
        let place = ((position as f32 + 0.5) / len as f32 * n_cells as f32 - 0.5).clamp(0.0, (n_cells - 1) as f32);
        let low = place as usize;
        Self { low, high: (low + 1).min(n_cells - 1), part: place.fract() }
    }

    fn mix(&self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.part
    }
}

/// Gives cells without paper the mean of their neighbours, from the measured cells outwards.
fn fill_gaps(cells: &mut [Option<f32>], columns: usize) {
    while cells.iter().any(Option::is_none) {
        let before = cells.to_vec();
        for (i, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| cell.is_none()) {
            let near: Vec<f32> = neighbours(i, before.len(), columns).filter_map(|j| before[j]).collect();
            if !near.is_empty() {
                *cell = Some(near.iter().sum::<f32>() / near.len() as f32);
            }
        }
        if before.iter().all(Option::is_none) {
            return;
        }
    }
}

/// The cells, those that are covered by ink replaced by their neighbours' median.
fn without_inked_cells(cells: &[f32], columns: usize, min_neighbour_fraction: f32) -> Vec<f32> {
    let cleaned = |i: usize| {
        let usual = median(neighbours(i, cells.len(), columns).map(|j| cells[j]));
        if cells[i] < min_neighbour_fraction * usual { usual } else { cells[i] }
    };
    (0..cells.len()).map(cleaned).collect()
}

/// The indices of the up to eight cells around cell `i`.
fn neighbours(i: usize, len: usize, columns: usize) -> impl Iterator<Item = usize> {
    let (column, row) = (i % columns, i / columns);
    (row.saturating_sub(1)..=row + 1)
        .flat_map(move |r| (column.saturating_sub(1)..=(column + 1).min(columns - 1)).map(move |c| r * columns + c))
        .filter(move |&j| j != i && j < len)
}
