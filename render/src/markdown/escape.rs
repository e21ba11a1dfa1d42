//! Escapes text and attributes of the HTML that goes to the sanitiser.

/// Appends `text` as the text of an element. Controls that reorder text are isolated. The marks
/// U+061C, U+200E and U+200F are not: like a letter, they have no effect outside their block.
pub fn push_text(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\0' => html.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                html.push_str("<bdi>");
                html.push(c);
                html.push_str("</bdi>");
            }
            c => html.push(c),
        }
    }
}

/// ` name="value"`, with a space before it.
pub fn attribute(name: &str, value: &str) -> String {
    let mut html = format!(" {name}=\"");
    for c in value.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\0' => {}
            c => html.push(c),
        }
    }
    html.push('"');
    html
}
