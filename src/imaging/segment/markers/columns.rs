//! Edges of ink in each of its columns.

use crate::imaging::raster::components::Component;

/// Upper and lower edge of the ink in one column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// `u32::MAX` where there is no ink.
    pub(super) top: u32,
    /// Exclusive; 0 where there is no ink.
    pub(super) bottom: u32,
}

impl Column {
    pub(super) fn has_ink(self) -> bool {
        self.bottom > 0
    }

    /// Pixels from the upper to the lower edge.
    pub(super) fn span(self) -> u32 {
        self.bottom.saturating_sub(self.top)
    }

    /// Half-way between the edges.
    pub(super) fn middle(self) -> f32 {
        f32::midpoint(self.top as f32, self.bottom as f32)
    }
}

/// The columns of `ink`, from left to right.
pub(super) fn columns_of(ink: &Component) -> Vec<Column> {
    let mut columns = vec![Column { top: u32::MAX, bottom: 0 }; (ink.right - ink.left) as usize];
    for run in &ink.runs {
        for column in &mut columns[(run.start - ink.left) as usize..(run.end - ink.left) as usize] {
            *column = Column { top: column.top.min(run.y), bottom: column.bottom.max(run.y + 1) };
        }
    }
    columns
}
