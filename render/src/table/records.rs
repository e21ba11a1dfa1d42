//! Reads the records of a CSV text in bounded memory.

use super::cell::{Cell, MAX_FIELD_BYTES};

/// Fields of a record after this many are dropped.
pub const MAX_COLUMNS: usize = 200;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter that splits most of the first records into as many fields as the very first one.
/// Among equals, the one that gives the most fields. Looks at 20 records and at 64 KiB at most.
pub fn guess_delimiter(text: &str) -> u8 {
    let text = &text[..text.floor_char_boundary(64 << 10)];
    let mut best = (DELIMITERS[0], (0, 1));
    for delimiter in DELIMITERS {
        let lengths: Vec<usize> = Records::new(text, delimiter).map(|r| r.len()).take(20).collect();
        let columns = lengths.first().copied().unwrap_or_default();
        let same_length = lengths.iter().filter(|length| **length == columns).count();
        if columns > 1 && (same_length, columns) > best.1 {
            best = (delimiter, (same_length, columns));
        }
    }
    best.0
}

/// Reads records one after another.
pub struct Records<'a> {
    reader: csv_core::Reader,
    rest: &'a [u8],
    field: Box<[u8; MAX_FIELD_BYTES]>,
    /// Receives the rest of a field that is too long.
    discard: Box<[u8; 4096]>,
    /// A record had more than [`MAX_COLUMNS`] fields.
    pub wider: bool,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            rest: text.as_bytes(),
            field: Box::new([0; MAX_FIELD_BYTES]),
            discard: Box::new([0; 4096]),
            wider: false,
        }
    }

    /// The next field, and whether it is the last one of its record.
    fn next_cell(&mut self) -> Option<(Cell, bool)> {
        let (mut length, mut is_full) = (0, false);
        loop {
            let buffer = if is_full { &mut self.discard[..] } else { &mut self.field[length..] };
            let (result, read, written) = self.reader.read_field(self.rest, buffer);
            self.rest = &self.rest[read..];
            length += if is_full { 0 } else { written };
            match result {
                // The next call has no input, which ends the field.
                csv_core::ReadFieldResult::InputEmpty => {}
                csv_core::ReadFieldResult::OutputFull => is_full = true,
                csv_core::ReadFieldResult::Field { record_end } => {
                    return Some((Cell::new(&self.field[..length]), record_end));
                }
                csv_core::ReadFieldResult::End => return None,
            }
        }
    }

    /// Skips the rest of this record or the next one. False at the end of the text.
    pub fn skip_record(&mut self) -> bool {
        let mut ends = [0; 256];
        loop {
            let (result, read, ..) =
                self.reader.read_record(self.rest, &mut self.discard[..], &mut ends);
            self.rest = &self.rest[read..];
            match result {
                csv_core::ReadRecordResult::Record => return true,
                csv_core::ReadRecordResult::End => return false,
                _ => {}
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        let mut cells = Vec::new();
        while let Some((cell, is_last)) = self.next_cell() {
            cells.push(cell);
            if is_last {
                return Some(cells);
            }
            if cells.len() == MAX_COLUMNS {
                self.wider = true;
                self.skip_record();
                return Some(cells);
            }
        }
        None
    }
}
