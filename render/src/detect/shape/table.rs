//! CSV and TSV: lines with the same number of separators.

/// Fewer could be anything, except where there are many separators.
const ROWS_MIN: usize = 3;
const SEPARATORS_MIN: usize = 2;
const SEPARATORS_MANY: usize = 5;

pub fn judge(lines: &[&str]) -> Option<&'static str> {
    // The last one may be cut; an empty one may end the text.
    let rows: Vec<&str> =
        lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
    if rows.len() < ROWS_MIN - 1 {
        return None;
    }
    [(b'\t', "tsv"), (b',', "csv"), (b';', "ssv"), (b'|', "psv")]
        .into_iter()
        .find(|(separator, _)| is_table(&rows, *separator))
        .map(|(_, slug)| slug)
}

fn is_table(rows: &[&str], separator: u8) -> bool {
    let count = separators(rows[0], separator);
    let whole = if rows.len() > ROWS_MIN { &rows[..rows.len() - 1] } else { rows };
    let enough = if rows.len() < ROWS_MIN { SEPARATORS_MANY } else { SEPARATORS_MIN };
    count >= enough
        && whole.iter().all(|row| separators(row, separator) == count)
        && (separator == b'\t' || !whole.iter().any(|row| is_sentence_or_code(row, separator)))
}

/// Those outside quotes.
fn separators(row: &str, separator: u8) -> usize {
    let mut quoted = false;
    row.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        })
        .count()
}

/// A cell is seldom long prose, a row ends in no full stop, semicolon or brace and does not begin
/// with a pipe as a Markdown table does.
fn is_sentence_or_code(row: &str, separator: u8) -> bool {
    let row = row.trim();
    row.starts_with('|')
        || row.ends_with(['.', '{', '}', '(', ')', '!', '?'])
        || (separator != b';' && row.ends_with(';'))
        || (separator == b',' && row.ends_with(','))
        || row.contains(" = ")
        || (separator == b',' && prose(row))
}

/// Commas as a sentence has them: a space behind each, and words more than cells.
fn prose(row: &str) -> bool {
    let commas = row.matches(',').count();
    row.matches(", ").count() == commas && row.split_whitespace().count() > 2 * (commas + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_same_number_of_cells_in_each_row() {
        for (text, slug) in [
            ("a,b,c\n1,2,3\n4,5,6\n", Some("csv")),
            ("name,city,note\n\"Ann, B.\",Rome,x\nC,Bonn,y\n", Some("csv")),
            ("a\tb\tc\n1\t2\t3\n4\t5\t6\n", Some("tsv")),
            ("a;b;c\n1;2,5;3\n4;5,5;6\n", Some("ssv")),
            ("a|b|c\n1|2|3\n4|5|6\n", Some("psv")),
            ("a,b,c\n1,2,3\n", None),
            ("a,b\n1,2\n3,4\n", None),
            ("| a | b |\n|---|---|\n| 1 | 2 |\n", None),
            ("Red, white, blue.\nOne, two, three.\nA, b, c.\n", None),
            (
                "roses are red, violets blue, so\nthe sky is wide, the sea, too\nand I am here, alone, you\n",
                None,
            ),
            ("f(a, b, c);\nf(a, b, c);\nf(a, b, c);\n", None),
        ] {
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(judge(&lines), slug, "{text}");
        }
    }
}
