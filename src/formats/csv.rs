//! Tables as comma-separated values (RFC 4180), for spreadsheets.

/// A row with its line end. Cells with commas, quotes or line ends are quoted; one that a spreadsheet would take for a
/// formula gets an apostrophe in front.
pub fn csv_row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| csv_cell(cell.as_ref())).collect();
    cells.join(",") + "\n"
}

fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err();
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(csv_row(["a", "b, c", "say \"no\"", ""]), "a,\"b, c\",\"say \"\"no\"\"\",\n");
    }

    #[test]
    fn what_somebody_wrote_is_no_formula() {
        assert_eq!(csv_row(["=1+1", "-3.5", "- milk", "+1"]), "'=1+1,-3.5,'- milk,+1\n");
    }
}
