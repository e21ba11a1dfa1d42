//! Tests of the rendering of tables.

use proptest::prelude::*;

use super::records::guess_delimiter;
use super::*;

const LABELS: Labels = Labels { row: "Row", cut: "Cut" };

fn texts(cells: &[Cell]) -> Vec<&str> {
    cells.iter().map(|cell| cell.text.as_str()).collect()
}

fn all(text: &str) -> Table {
    read(text, None, 1, 1000)
}

#[test]
fn a_quoted_field_may_contain_delimiters_and_line_ends() {
    let table = all("\u{feff}a,b\r\n\"1,\n2\",\"say \"\"x\"\"\"\r\n");
    assert_eq!(texts(&table.header), ["a", "b"]);
    assert_eq!(texts(&table.rows[0]), ["1,\n2", "say \"x\""]);
    assert_eq!((table.rows.len(), table.more), (1, false));
}

#[test]
fn the_delimiter_is_guessed_from_the_first_records() {
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
fn a_page_of_rows_has_the_requested_bounds() {
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
fn a_long_cell_is_cut_and_marked() {
    for (character, length) in [("x", 2000), ("я", 2000), ("🦀", 2000)] {
        let text = format!("{}\n{},b\n", character.repeat(length), character.repeat(length + 1));
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
    fn all_pages_together_are_all_rows(text in "[a-c,;\"\n\r]{0,80}", size in 1..4_usize) {
        let all = read(&text, Some(b','), 1, 1000);
        let (mut rows, mut first) = (Vec::new(), 1);
        loop {
            let page = read(&text, Some(b','), first, size);
            first += page.rows.len();
            rows.extend(page.rows);
            if !page.more {
                break;
            }
        }
        prop_assert_eq!(rows, all.rows);
    }
}
