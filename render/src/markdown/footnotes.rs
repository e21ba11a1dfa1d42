//! Footnotes: numbered in the order of their references, and written at the end of the document.

use std::collections::HashMap;

use maud::{Markup, html};

use super::labels::Labels;
use super::placeholders::Placeholders;

#[derive(Default)]
pub struct Footnotes {
    /// The number of each name that has a reference.
    numbers: HashMap<String, usize>,
    html: HashMap<String, String>,
}

impl Footnotes {
    /// A link to the footnote. The first link to each has an id, which the footnote links back to.
    pub fn reference(&mut self, name: &str) -> Markup {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        let id = (number == next).then(|| format!("ref-{number}"));
        html! { sup { a.ref id=[id] href={ "#note-" (number) } { (number) } } }
    }

    /// If a name is defined more than once, the first definition is used.
    pub fn define(&mut self, name: String, html: String) {
        self.html.entry(name).or_insert(html);
    }

    /// Appends the footnotes that have a reference.
    pub fn write(&self, html: &mut String, labels: &Labels, placeholders: &mut Placeholders) {
        let mut names: Vec<(&String, &usize)> = self.numbers.iter().collect();
        names.sort_by_key(|(_, number)| **number);
        if names.is_empty() {
            return;
        }
        let label = html! { (labels.notes) }.0;
        let open = format!("<section class=\"notes\" aria-label=\"{label}\"><ol>");
        placeholders.push(html, open);
        for (name, number) in names {
            placeholders.push(html, format!("<li id=\"note-{number}\" dir=\"auto\">"));
            html.push_str(self.html.get(name).map_or("", String::as_str));
            let back = html! {
                " " a.back href={ "#ref-" (number) } aria-label=(labels.back) { "↩" }
            };
            placeholders.push(html, format!("{}</li>", back.0));
        }
        placeholders.push(html, "</ol></section>");
    }
}
