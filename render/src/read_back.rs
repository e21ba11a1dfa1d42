//! For tests: reads the HTML of a text as a browser would.

/// The `textContent` of `html`.
pub fn text_content(html: &str) -> String {
    assert!(!html.contains('\r'), "an HTML parser turns a carriage return into a line feed");
    let text: String =
        html.split('<').enumerate().map(|(nth, piece)| after_tag(nth, piece)).collect();
    text.replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn after_tag(nth: usize, piece: &str) -> &str {
    if nth == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) }
}

/// Whether every element is closed, in the right order.
pub fn is_balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let name: String =
            tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        match name.strip_prefix('/') {
            Some(closed) if open.pop().as_deref() != Some(closed) => return false,
            Some(_) => {}
            None => open.push(name),
        }
    }
    open.is_empty()
}
