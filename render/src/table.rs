//! Reads CSV and TSV, and writes a page of rows at a time as an HTML table.
//!
//! Built on `csv_core` instead of `csv`, because it writes one field at a time into our buffer. So
//! ten million commas or an open quote take no memory.

mod cell;
mod markup;
mod numbers;
mod records;
#[cfg(test)]
mod tests;

pub use cell::{Cell, MAX_CELL_CHARS};
pub use markup::{Labels, markup, rows};
pub use records::MAX_COLUMNS;

use records::{Records, guess_delimiter};

/// A page of rows ends early after this many cells.
pub const MAX_PAGE_CELLS: usize = 50_000;

/// A page of rows ends early after this many bytes in its cells.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// A page of rows.
#[derive(Debug)]
pub struct Table {
    /// The first record.
    pub header: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// The number of the first of `rows`. Rows are counted from 1, without the header.
    pub first_row: usize,
    /// The length of the longest record in `header` and `rows`. Shorter records have fewer cells.
    pub columns: usize,
    /// For each column: whether all its cells in `rows` are numbers.
    pub numbers: Vec<bool>,
    /// A record has more than [`MAX_COLUMNS`] fields.
    pub wider: bool,
    /// More rows follow. The next one is `first_row + rows.len()`.
    pub more: bool,
}

/// Reads at most `max_rows` rows, beginning with `first_row`, which counts from 1 without the header.
/// Without a `delimiter`, it is guessed. The time is proportional to the length of the text up to the
/// last row.
pub fn read(text: &str, delimiter: Option<u8>, first_row: usize, max_rows: usize) -> Table {
    let first_row = first_row.max(1);
    let mut records = Records::new(text, delimiter.unwrap_or_else(|| guess_delimiter(text)));
    let header = records.next().unwrap_or_default();
    for _ in 1..first_row {
        if !records.skip_record() {
            break;
        }
    }
    let (mut rows, mut cells, mut bytes) = (Vec::new(), 0, 0);
    while rows.len() < max_rows && cells < MAX_PAGE_CELLS && bytes < MAX_PAGE_BYTES {
        let Some(row) = records.next() else { break };
        cells += row.len();
        bytes += row.iter().map(|cell| cell.text.len()).sum::<usize>();
        rows.push(row);
    }
    let columns = rows.iter().chain([&header]).map(Vec::len).max().unwrap_or_default();
    let wider = records.wider;
    let more = records.skip_record();
    let numbers = numbers::number_columns(&rows, columns);
    Table { header, rows, first_row, columns, numbers, wider, more }
}
