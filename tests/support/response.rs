//! Responses, and what a test reads from their HTML.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// A response with its complete body, as it was transferred.
#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The text of the paste on this page: the `textContent` of its element in a browser.
    pub fn shown_text(&self) -> String {
        text_content(&self.shown_html())
    }

    /// The inner HTML of the element with the paste's text. In a fragment that brings a part of
    /// the text, the HTML of that part.
    pub fn shown_html(&self) -> String {
        let page = self.text();
        let code = page.split_once("<code id=\"text\"").map_or(&page[..], |(_, code)| {
            let end = code.find("</code>").unwrap();
            &code[code.find('>').unwrap() + 1..end]
        });
        code.split("<hx-partial").next().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The address that a redirect leads to.
    pub fn location(&self) -> String {
        self.header("location").to_owned()
    }
}

/// The access token that a page shows, if it shows one.
pub fn token_in(page: &str) -> Option<String> {
    let start = page.find("pastebin_pat_")?;
    page.get(start..start + "pastebin_pat_".len() + 64).map(str::to_owned)
}

/// The `textContent` that a browser computes from this HTML. It knows the four escapes that the
/// site writes in texts.
pub fn text_content(html: &str) -> String {
    assert!(!html.contains('\r'), "an HTML parser turns a carriage return into a line feed");
    let without_tag = |(nth, piece): (usize, &'_ str)| match piece.split_once('>') {
        Some((_, text)) if nth > 0 => text.to_owned(),
        _ => piece.to_owned(),
    };
    let text: String = html.split('<').enumerate().map(without_tag).collect();
    text.replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
