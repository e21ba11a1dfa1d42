//! Detects CSV and TSV: every line has the same number of separators.

/// Fewer rows are not enough, except where each has at least [`MANY_SEPARATORS`].
const MIN_ROWS: usize = 3;
const MIN_SEPARATORS: usize = 2;
const MANY_SEPARATORS: usize = 5;

pub fn detect(lines: &[&str]) -> Option<&'static str> {
    let rows: Vec<&str> =
        lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
    if rows.len() < MIN_ROWS - 1 {
        return None;
    }
    [(b'\t', "tsv"), (b',', "csv"), (b';', "ssv"), (b'|', "psv")]
        .into_iter()
        .find(|(separator, _)| is_table(&rows, *separator))
        .map(|(_, slug)| slug)
}

fn is_table(rows: &[&str], separator: u8) -> bool {
    let count = count_separators(rows[0], separator);
    // The last row may be cut off.
    let complete = if rows.len() > MIN_ROWS { &rows[..rows.len() - 1] } else { rows };
    let min_count = if rows.len() < MIN_ROWS { MANY_SEPARATORS } else { MIN_SEPARATORS };
    count >= min_count
        && complete.iter().all(|row| count_separators(row, separator) == count)
        && (separator == b'\t' || !complete.iter().any(|row| is_sentence_or_code(row, separator)))
}

/// Counts the separators outside quotes.
fn count_separators(row: &str, separator: u8) -> usize {
    let mut quoted = false;
    row.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        })
        .count()
}

/// Signs that a line is no row of a table: it begins with a pipe as a Markdown table does, it ends
/// with a full stop, a semicolon or a brace, or it is long prose.
fn is_sentence_or_code(row: &str, separator: u8) -> bool {
    let row = row.trim();
    row.starts_with('|')
        || row.ends_with(['.', '{', '}', '(', ')', '!', '?'])
        || (separator != b';' && row.ends_with(';'))
        || (separator == b',' && row.ends_with(','))
        || row.contains(" = ")
        || (separator == b',' && is_prose(row))
}

/// Commas as in a sentence: a space after each, and more than two words a cell.
fn is_prose(row: &str) -> bool {
    let commas = row.matches(',').count();
    row.matches(", ").count() == commas && row.split_whitespace().count() > 2 * (commas + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_same_number_of_separators_in_each_row() {
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
            assert_eq!(detect(&lines), slug, "{text}");
        }
    }
}
