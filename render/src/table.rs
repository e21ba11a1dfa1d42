//! CSV and TSV as a table, a page of rows at a time.
//!
//! On `csv_core`, not on `csv`: it hands out a field at a time into a buffer of ours, so that ten
//! million commas or an open quote take no memory.

use maud::{Markup, Render, html};

use crate::escape::push_text;

mod number;

pub const MAX_COLUMNS: usize = 200;
/// Characters shown of a cell.
pub const MAX_CELL: usize = 2000;
/// A page of rows ends early at this many cells, or bytes in them.
pub const MAX_PAGE_CELLS: usize = 50_000;
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// Bytes kept of a field: one character more than is shown tells that there are more.
const MAX_FIELD: usize = (MAX_CELL + 1) * 4;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

#[derive(Debug)]
pub struct Table {
    /// The first record.
    pub header: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// The number of the first of `rows`, counted from 1 without the header.
    pub first_row: usize,
    /// Of the longest of the records here. A shorter one ends in empty cells.
    pub columns: usize,
    /// The columns with nothing but numbers in `rows`.
    pub numbers: Vec<bool>,
    /// Records here have more than [`MAX_COLUMNS`].
    pub wider: bool,
    /// Rows follow; the next one is `first_row + rows.len()`.
    pub more: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// There is more than [`MAX_CELL`] characters.
    pub cut: bool,
}

impl Table {
    fn class(&self, column: usize) -> Option<&'static str> {
        self.numbers[column].then_some("n")
    }
}

/// At most `max_rows` rows from `first_row` on, which counts from 1 without the header. The
/// delimiter is guessed if it is not given. Work is proportional to the text up to the last row.
pub fn read(text: &str, delimiter: Option<u8>, first_row: usize, max_rows: usize) -> Table {
    let first_row = first_row.max(1);
    let mut records = Records::new(text, delimiter.unwrap_or_else(|| guess_delimiter(text)));
    let header = records.next().unwrap_or_default();
    for _ in 1..first_row {
        if !records.pass() {
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
    let more = records.pass();
    let numbers = number::columns(&rows, columns);
    Table { header, rows, first_row, columns, numbers, wider, more }
}

/// The one that cuts most of the first records into as many fields as the very first, then the one
/// that gives the most fields. Looks at 20 records, and at 64 KiB.
fn guess_delimiter(text: &str) -> u8 {
    let text = &text[..text.floor_char_boundary(64 << 10)];
    let mut best = (DELIMITERS[0], (0, 1));
    for delimiter in DELIMITERS {
        let lengths: Vec<usize> = Records::new(text, delimiter).map(|r| r.len()).take(20).collect();
        let columns = lengths.first().copied().unwrap_or_default();
        let alike = lengths.iter().filter(|length| **length == columns).count();
        if columns > 1 && (alike, columns) > best.1 {
            best = (delimiter, (alike, columns));
        }
    }
    best.0
}

struct Records<'a> {
    reader: csv_core::Reader,
    rest: &'a [u8],
    field: Box<[u8; MAX_FIELD]>,
    /// For what is read and not kept.
    spill: Box<[u8; 4096]>,
    wider: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            rest: text.as_bytes(),
            field: Box::new([0; MAX_FIELD]),
            spill: Box::new([0; 4096]),
            wider: false,
        }
    }

    /// A field, and whether it is the record's last.
    fn cell(&mut self) -> Option<(Cell, bool)> {
        let (mut length, mut full) = (0, false);
        loop {
            let room = if full { &mut self.spill[..] } else { &mut self.field[length..] };
            let (result, read, written) = self.reader.read_field(self.rest, room);
            self.rest = &self.rest[read..];
            length += if full { 0 } else { written };
            match result {
                // the next call, with nothing to read, ends the field
                csv_core::ReadFieldResult::InputEmpty => {}
                csv_core::ReadFieldResult::OutputFull => full = true,
                csv_core::ReadFieldResult::Field { record_end } => {
                    return Some((Cell::new(&self.field[..length]), record_end));
                }
                csv_core::ReadFieldResult::End => return None,
            }
        }
    }

    /// Goes on to the next record, if there is one.
    fn pass(&mut self) -> bool {
        let mut ends = [0; 256];
        loop {
            let (result, read, ..) =
                self.reader.read_record(self.rest, &mut self.spill[..], &mut ends);
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
        while let Some((cell, last)) = self.cell() {
            cells.push(cell);
            if last {
                return Some(cells);
            }
            if cells.len() == MAX_COLUMNS {
                self.wider = true;
                self.pass();
                return Some(cells);
            }
        }
        None
    }
}

impl Cell {
    /// `field` is whole characters, but for its end where it is cut.
    fn new(field: &[u8]) -> Self {
        let text = field.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match text.char_indices().nth(MAX_CELL) {
            Some((end, _)) => Self { text: text[..end].to_owned(), cut: true },
            None => Self { text: text.to_owned(), cut: false },
        }
    }
}

/// The page's own words.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// Over the column of row numbers, for who cannot see that they are numbers of rows.
    pub row: &'a str,
    /// Tells of a cell that it goes on.
    pub cut: &'a str,
}

pub fn markup(table: &Table, labels: Labels) -> Markup {
    html! {
        table.csv {
            thead {
                tr {
                    th scope="col" { span.vh { (labels.row) } }
                    @for (nth, cell) in table.header.iter().enumerate() {
                        th class=[table.class(nth)] scope="col" { (Shown { cell, labels }) }
                    }
                    (filler(table.columns - table.header.len()))
                }
            }
            (rows(table, labels))
        }
    }
}

/// The `<tbody>` alone, to go on in a table that is there. A cell is a block of its own, so the
/// direction of its text moves nothing outside it.
pub fn rows(table: &Table, labels: Labels) -> Markup {
    html! {
        tbody {
            @for (number, row) in (table.first_row..).zip(&table.rows) {
                tr {
                    th scope="row" { (number) }
                    @for (nth, cell) in row.iter().enumerate() {
                        td class=[table.class(nth)] { (Shown { cell, labels }) }
                    }
                    (filler(table.columns - row.len()))
                }
            }
        }
    }
}

/// One cell in place of all that a short record lacks: it must not cost more than it says.
fn filler(columns: usize) -> Markup {
    html! { @if columns > 0 { td colspan=(columns) {} } }
}

struct Shown<'a> {
    cell: &'a Cell,
    labels: Labels<'a>,
}

impl Render for Shown<'_> {
    fn render_to(&self, html: &mut String) {
        push_text(html, &self.cell.text);
        if self.cell.cut {
            html! { span.cut title=(self.labels.cut) { "…" span.vh { (self.labels.cut) } } }
                .render_to(html);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LABELS: Labels = Labels { row: "Row", cut: "Cut" };

    fn texts(cells: &[Cell]) -> Vec<&str> {
        cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    fn all(text: &str) -> Table {
        read(text, None, 1, 1000)
    }

    #[test]
    fn quotes_may_hold_anything() {
        let table = all("\u{feff}a,b\r\n\"1,\n2\",\"say \"\"x\"\"\"\r\n");
        assert_eq!(texts(&table.header), ["a", "b"]);
        assert_eq!(texts(&table.rows[0]), ["1,\n2", "say \"x\""]);
        assert_eq!((table.rows.len(), table.more), (1, false));
    }

    #[test]
    fn the_delimiter_is_the_one_that_fits() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n3,5;4,5\n", b';'),
            ("a\tb\n1,2,3\tx;y\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("\"a;b\",c\n\"1;2\",3\n", b','),
            ("word\nword\n", b','),
            ("", b','),
        ] {
            assert_eq!(guess_delimiter(text), expected, "{text:?}");
        }
        assert_eq!(texts(&read("a,b\tc", Some(b'\t'), 1, 9).header), ["a,b", "c"]);
    }

    #[test]
    fn a_short_record_is_filled_up_and_a_long_one_widens_the_table() {
        let table = all("a,b\n1\n1,2,3\n");
        assert_eq!(table.columns, 3);
        assert_eq!(
            markup(&table, LABELS).0,
            "<table class=\"csv\"><thead><tr><th scope=\"col\"><span class=\"vh\">Row</span></th>\
             <th class=\"n\" scope=\"col\">a</th><th class=\"n\" scope=\"col\">b</th>\
             <td colspan=\"1\"></td></tr></thead><tbody>\
             <tr><th scope=\"row\">1</th><td class=\"n\">1</td><td colspan=\"2\"></td></tr>\
             <tr><th scope=\"row\">2</th><td class=\"n\">1</td><td class=\"n\">2</td>\
             <td class=\"n\">3</td></tr></tbody></table>"
        );
    }

    #[test]
    fn a_page_of_rows_begins_and_ends_where_it_is_asked_to() {
        let text = "r0,x\nr1,x\nr2,x\nr3,x\nr4,x\nr5,x\nr6,x\nr7,x\nr8,x\nr9,x\nr10,x\n";
        let page = |first, rows| {
            let table = read(text, None, first, rows);
            let names: Vec<_> = table.rows.iter().map(|row| row[0].text.clone()).collect();
            (names.join(" "), table.first_row, table.more)
        };
        assert_eq!(page(0, 2), ("r1 r2".into(), 1, true));
        assert_eq!(page(3, 2), ("r3 r4".into(), 3, true));
        assert_eq!(page(9, 2), ("r9 r10".into(), 9, false));
        assert_eq!(page(11, 2), (String::new(), 11, false));
        assert_eq!(page(usize::MAX, 2).0, "");
        assert!(rows(&read(text, None, 3, 1), LABELS).0.contains("<th scope=\"row\">3</th>"));
        assert_eq!((all("").columns, all("").more), (0, false));
    }

    #[test]
    fn markup_in_a_cell_is_text() {
        let html = markup(&all("<b>\n<script>&\u{202e}\n"), LABELS).0;
        assert!(html.contains("<th scope=\"col\">&lt;b&gt;</th>"));
        assert!(html.contains("<td>&lt;script&gt;&amp;<bdi "));
    }

    #[test]
    fn a_long_cell_is_cut_and_says_so() {
        for (character, length) in [("x", 2000), ("я", 2000), ("🦀", 2000)] {
            let text =
                format!("{}\n{},b\n", character.repeat(length), character.repeat(length + 1));
            let table = all(&text);
            let seen = |cell: &Cell| (cell.text == character.repeat(length), cell.cut);
            assert_eq!(seen(&table.header[0]), (true, false));
            assert_eq!(seen(&table.rows[0][0]), (true, true));
            assert_eq!(table.rows[0][1].text, "b");
        }
        let table = all(&format!("a\n{}\nb\n", "x".repeat(1 << 20)));
        assert!(table.rows[0][0].cut);
        assert_eq!(table.rows[1][0].text, "b");
        assert!(rows(&table, LABELS).0.contains("<span class=\"cut\" title=\"Cut\">…"));
    }

    #[test]
    fn a_page_is_bounded() {
        let wide = format!("{}\n{}\n1\n", ",".repeat(300), ",".repeat(10 << 20));
        let table = all(&wide);
        assert!(table.wider);
        assert_eq!((table.columns, table.rows.len()), (MAX_COLUMNS, 2));
        let exact = all(&format!("{}\n1\n", ",".repeat(MAX_COLUMNS - 1)));
        assert_eq!((exact.columns, exact.wider, exact.rows.len()), (MAX_COLUMNS, false, 1));

        let cells = read(&format!("{}\n", ",".repeat(199)).repeat(1000), None, 1, 1000);
        assert_eq!((cells.rows.len(), cells.more), (MAX_PAGE_CELLS / 200, true));
        let bytes = read(&"1,\"я\n\"\n".repeat(100_000), None, 1, usize::MAX);
        assert_eq!((bytes.rows.len(), bytes.more), (MAX_PAGE_CELLS / 2, true));
        let open = all(&format!("a,b\n\"{}", "1,2\n".repeat(2 << 20)));
        assert_eq!((open.rows.len(), open.more), (1, false));
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_whole(text in "[a-c,;\"\n\r]{0,80}", size in 1..4_usize) {
            let whole = read(&text, Some(b','), 1, 1000);
            let (mut rows, mut first) = (Vec::new(), 1);
            loop {
                let page = read(&text, Some(b','), first, size);
                first += page.rows.len();
                rows.extend(page.rows);
                if !page.more {
                    break;
                }
            }
            prop_assert_eq!(rows, whole.rows);
        }
    }
}
