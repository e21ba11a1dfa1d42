//! Finds the columns of numbers, which are aligned to the right.

use super::Cell;

/// For each column, whether all its cells that are not empty are numbers, and at least one is.
pub fn number_columns(rows: &[Vec<Cell>], columns: usize) -> Vec<bool> {
    (0..columns)
        .map(|column| {
            let mut texts = rows
                .iter()
                .filter_map(|row| Some(row.get(column)?.text.trim()))
                .filter(|text| !text.is_empty())
                .peekable();
            texts.peek().is_some() && texts.all(is_number)
        })
        .collect()
}

/// Numbers may be written as `1,5`, `1 234,50`, `1'234.50` or `12 %`. A code with a leading zero, a
/// date and an IP address are no numbers.
fn is_number(text: &str) -> bool {
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    let unsigned = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
    let (number, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let is_number = match number.rsplit_once(['.', ',']) {
        Some((integer, fraction)) => {
            is_digits(fraction) && (integer.is_empty() || is_integer(integer))
        }
        None => is_integer(number),
    };
    is_number && is_digits(exponent)
}

/// Digits, or groups of three digits after a first group that may be shorter.
fn is_integer(text: &str) -> bool {
    let Some(separator) = text.chars().find(|c| !c.is_ascii_digit()) else {
        return text == "0" || is_digits(text) && !text.starts_with('0');
    };
    let mut groups = text.split(separator);
    let first = groups.next().unwrap_or_default();
    matches!(separator, ',' | '.' | '\'' | '’' | '_' | ' ' | '\u{a0}' | '\u{202f}')
        && is_digits(first)
        && first.len() <= 3
        && groups.all(|group| is_digits(group) && group.len() == 3)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_a_number_is_known() {
        for text in [
            "0",
            "42",
            "-1",
            "+1.5",
            "−3",
            ".5",
            "1,5",
            "1e9",
            "2.5E-3",
            "1,234",
            "1,234,567.89",
            "1.234.567,89",
            "1 234,5",
            "1'234",
            "12%",
            "12 %",
        ] {
            assert!(is_number(text), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "%",
            "e5",
            "1e",
            "007",
            "01234",
            "2024-01-02",
            "02.01.2024",
            "12:30",
            "192.168.0.1",
            "10.0.0.1",
            "1.2.3",
            "0x10",
            "NaN",
            "inf",
            "1 2",
            "+49 89 1234",
            "٣",
        ] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn an_empty_cell_does_not_count_against_a_column() {
        let cell = |text: &str| Cell { text: text.into(), cut: false };
        let rows = [
            vec![cell("1"), cell("x"), cell("")],
            vec![cell(" "), cell("2"), cell("")],
            vec![cell("3")],
        ];
        assert_eq!(number_columns(&rows, 3), [true, false, false]);
    }
}
