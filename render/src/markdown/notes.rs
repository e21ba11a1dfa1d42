//! Footnotes: numbered as they are referred to, and gathered at the end of the document.

use std::collections::HashMap;

use maud::{Markup, html};

use super::Words;
use super::marks::Marks;

#[derive(Default)]
pub struct Notes {
    numbers: HashMap<String, usize>,
    html: HashMap<String, String>,
}

impl Notes {
    /// Our link to the note. Only the first one has an id, for the note to lead back to.
    pub fn reference(&mut self, name: &str) -> Markup {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        let id = (number == next).then(|| format!("ref-{number}"));
        html! { sup { a.ref id=[id] href={ "#note-" (number) } { (number) } } }
    }

    /// The first note of a name counts.
    pub fn define(&mut self, name: String, html: String) {
        self.html.entry(name).or_insert(html);
    }

    /// The notes that something refers to.
    pub fn write(&self, html: &mut String, words: &Words, marks: &mut Marks) {
        let mut names: Vec<(&String, &usize)> = self.numbers.iter().collect();
        names.sort_by_key(|(_, number)| **number);
        if names.is_empty() {
            return;
        }
        let label = html! { (words.notes) }.0;
        marks.write(html, format!("<section class=\"notes\" aria-label=\"{label}\"><ol>"));
        for (name, number) in names {
            marks.write(html, format!("<li id=\"note-{number}\" dir=\"auto\">"));
            html.push_str(self.html.get(name).map_or("", String::as_str));
            let back = html! {
                " " a.back href={ "#ref-" (number) } aria-label=(words.back) { "↩" }
            };
            marks.write(html, format!("{}</li>", back.0));
        }
        marks.write(html, "</ol></section>");
    }
}
