//! The paper's brightness over the page, to be divided out (Zhang and He, "Whiteboard scanning and image
//! enhancement", 2007: the paper is the brightest quartile of each cell).

use image::GrayImage;

use super::sheet_region::PaperRegion;
use crate::imaging::raster::histogram::Histogram;

/// Cells along the page's longer side.
const CELLS: u32 = 40;
/// The quantile of a cell's values that is taken for paper.
const PAPER_QUANTILE: f32 = 0.75;

/// Paper brightness per cell of a coarse grid.
pub(super) struct WhiteMap {
    columns: usize,
    rows: usize,
    cells: Vec<f32>,
}

impl WhiteMap {
    /// Measures `gray`, any reduction of the page. Cells outside of `region` take their neighbours' brightness.
    pub(crate) fn measure(gray: &GrayImage, region: Option<&PaperRegion>) -> Self {
        let (width, height) = gray.dimensions();
        let cell = width.max(height).div_ceil(CELLS).max(8);
        let (columns, rows) = (width.div_ceil(cell), height.div_ceil(cell));
        let quantile_of = |column: u32, row: u32| {
            let (x1, y1) = (((column + 1) * cell).min(width), ((row + 1) * cell).min(height));
            let values: Vec<u8> = (row * cell..y1)
                .flat_map(|y| (column * cell..x1).map(move |x| (x, y)))
                .filter(|&(x, y)| region.is_none_or(|r| r.contains(x as f32 / width as f32, y as f32 / height as f32)))
                .map(|(x, y)| gray.get_pixel(x, y).0[0])
                .collect();
            let enough = values.len() * 8 > (cell * cell) as usize || region.is_none();
            enough.then(|| f32::from(Histogram::of(&values).quantile(PAPER_QUANTILE)).max(1.0))
        };
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let mut cells: Vec<Option<f32>> = cells.map(|(column, row)| quantile_of(column, row)).collect();
        fill_gaps(&mut cells, columns as usize);
        let cells: Vec<f32> = cells.into_iter().map(|cell| cell.unwrap_or(255.0)).collect();
        Self { columns: columns as usize, rows: rows as usize, cells: lift_dark_cells(&cells, columns as usize) }
    }

    /// Divides the paper out of `gray`, the page at any size.
    pub(super) fn divide_out(&self, gray: &mut GrayImage) {
        let (width, height) = gray.dimensions();
        let across: Vec<Between> = (0..width).map(|x| Between::at(x, width, self.columns)).collect();
        for (y, row) in gray.chunks_exact_mut(width.max(1) as usize).enumerate() {
            let down = Between::at(y as u32, height, self.rows);
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

/// A place between two cells' middles.
struct Between {
    low: usize,
    high: usize,
    part: f32,
}

impl Between {
    fn at(position: u32, len: u32, n_cells: usize) -> Self {
        let place = ((position as f32 + 0.5) / len as f32 * n_cells as f32 - 0.5).clamp(0.0, (n_cells - 1) as f32);
        let low = place as usize;
        Self { low, high: (low + 1).min(n_cells - 1), part: place.fract() }
    }

    fn mix(&self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.part
    }
}

/// Gives cells without paper the mean of their neighbours, ring by ring.
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

/// Cells much darker than their neighbours are covered by ink: they take their neighbours' median instead.
fn lift_dark_cells(cells: &[f32], columns: usize) -> Vec<f32> {
    let lifted = |i: usize| {
        let mut near: Vec<f32> = neighbours(i, cells.len(), columns).map(|j| cells[j]).collect();
        near.sort_by(f32::total_cmp);
        let median = near.get(near.len() / 2).copied().unwrap_or(cells[i]);
        if cells[i] < 0.85 * median { median } else { cells[i] }
    };
    (0..cells.len()).map(lifted).collect()
}

fn neighbours(i: usize, len: usize, columns: usize) -> impl Iterator<Item = usize> {
    let (column, row) = (i % columns, i / columns);
    (row.saturating_sub(1)..=row + 1)
        .flat_map(move |r| (column.saturating_sub(1)..=(column + 1).min(columns - 1)).map(move |c| r * columns + c))
        .filter(move |&j| j != i && j < len)
}
