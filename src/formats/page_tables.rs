//! Table regions of PAGE XML, cell by cell.

use super::xml::Element;
use crate::page::Table;

/// What tells row and column of a cell.
pub(super) fn roles(row: usize, column: usize) -> Element {
    let cell = Element::new("TableCellRole").with_attribute("rowIndex", row).with_attribute("columnIndex", column);
    Element::new("Roles").with_child(cell)
}

/// The table that a table region's cells form, of which the `first`th line of the page is in the first cell; `None`
/// where cells do not tell their places or hold several lines.
pub(super) fn table_of(region: &Element, first: usize) -> Option<Table> {
    let cells: Vec<(usize, usize)> = region.children("TextRegion").map(place_of).collect::<Option<_>>()?;
    let is_single = |cell: &Element| cell.children("TextLine").count() == 1;
    let n_columns = cells.iter().map(|cell| cell.1 + 1).max()?;
    let n_rows = cells.iter().map(|cell| cell.0 + 1).max()?;
    let n_cells = cells.len();
    let is_whole = region.children("TextRegion").all(is_single) && n_rows <= n_cells && n_columns <= n_cells;
    let mut rows = if is_whole { vec![vec![None; n_columns]; n_rows] } else { return None };
    for (index, (row, column)) in cells.into_iter().enumerate() {
        rows[row][column] = Some(first + index);
    }
    Some(Table { rows })
}

/// Row and column of a cell.
fn place_of(cell: &Element) -> Option<(usize, usize)> {
    let role = cell.child("Roles")?.child("TableCellRole")?;
    let index = |name: &str| role.attribute(name)?.parse().ok();
    Some((index("rowIndex")?, index("columnIndex")?))
}
