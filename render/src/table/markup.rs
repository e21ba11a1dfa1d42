//! Writes a page of rows as an HTML table.

use maud::{Markup, Render, html};

use super::{Cell, Table};
use crate::escape::push_text;

/// Words in the language of the page.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// The heading of the column of row numbers, for screen readers.
    pub row: &'a str,
    /// Says that a cell is cut.
    pub cut: &'a str,
}

/// The `<table>`.
pub fn markup(table: &Table, labels: Labels) -> Markup {
    html! {
        table.csv {
            thead {
                tr {
                    th scope="col" { span.vh { (labels.row) } }
                    @for (column, cell) in table.header.iter().enumerate() {
                        th class=[table.class(column)] scope="col" { (CellMarkup { cell, labels }) }
                    }
                    (filler(table.columns - table.header.len()))
                }
            }
            (rows(table, labels))
        }
    }
}

/// Only the `<tbody>`, which continues a table that is on the page already. Each cell is a block, so
/// the direction of its text affects nothing outside it.
pub fn rows(table: &Table, labels: Labels) -> Markup {
    html! {
        tbody {
            @for (number, row) in (table.first_row..).zip(&table.rows) {
                tr {
                    th scope="row" { (number) }
                    @for (column, cell) in row.iter().enumerate() {
                        td class=[table.class(column)] { (CellMarkup { cell, labels }) }
                    }
                    (filler(table.columns - row.len()))
                }
            }
        }
    }
}

/// One cell in place of all those that a short record lacks, so that short records stay cheap.
fn filler(columns: usize) -> Markup {
    html! { @if columns > 0 { td colspan=(columns) {} } }
}

impl Table {
    fn class(&self, column: usize) -> Option<&'static str> {
        self.numbers[column].then_some("n")
    }
}

struct CellMarkup<'a> {
    cell: &'a Cell,
    labels: Labels<'a>,
}

impl Render for CellMarkup<'_> {
    fn render_to(&self, html: &mut String) {
        push_text(html, &self.cell.text);
        if self.cell.cut {
            html! { span.cut title=(self.labels.cut) { "…" span.vh { (self.labels.cut) } } }
                .render_to(html);
        }
    }
}
