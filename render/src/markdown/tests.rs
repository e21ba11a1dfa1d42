//! All tests check the parsed document, as a browser would read the HTML.

mod behaviour;
mod hostile;

use scraper::{ElementRef, Html, Selector};

use super::*;

const LABELS: Labels = Labels {
    code: "Code",
    table: "Table",
    notes: "Footnotes",
    back: "Back to the text",
    done: "Done",
    to_do: "To do",
    note: "Note",
    tip: "Tip",
    important: "Important",
    warning: "Warning",
    caution: "Caution",
};

fn html(text: &str) -> String {
    render(text, &LABELS, &mut |_, _| None).unwrap().0
}

fn parsed(text: &str) -> Html {
    // In the context of a page: an unclosed element would contain the text after it.
    Html::parse_document(&format!("<main>{}</main><footer>after</footer>", html(text)))
}

fn all<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

fn count(document: &Html, selector: &str) -> usize {
    all(document, selector).len()
}

fn words(element: ElementRef) -> String {
    element.text().collect::<String>().trim().to_owned()
}

fn texts(document: &Html, selector: &str) -> Vec<String> {
    all(document, selector).into_iter().map(words).collect()
}
