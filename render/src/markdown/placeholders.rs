//! Placeholders for our own HTML. The sanitiser must not see it, so a placeholder stands for it in
//! the text until the HTML of the paste is sanitised.

use std::borrow::Cow;

/// The placeholders of one document. Each begins with 128 random bits that are drawn after the paste
/// was written, so no paste can contain one.
pub struct Placeholders<'a> {
    nonce: String,
    html: Vec<Cow<'a, str>>,
}

impl<'a> Placeholders<'a> {
    /// `None` if the operating system has no random bits.
    pub fn new() -> Option<Self> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).ok()?;
        Some(Self { nonce: hex::encode(bits), html: Vec::new() })
    }

    /// Appends a placeholder for `html`, which must be safe. One placeholder may open an element that
    /// another one closes, if no element of the paste can end between them.
    pub fn push(&mut self, out: &mut String, html: impl Into<Cow<'a, str>>) {
        out.push_str(&self.nonce);
        out.push_str(&self.html.len().to_string());
        out.push(';');
        self.html.push(html.into());
    }

    /// Replaces all placeholders by their HTML, in one pass.
    pub fn replace(&self, sanitised: &str) -> String {
        let mut out = String::with_capacity(sanitised.len());
        let mut parts = sanitised.split(self.nonce.as_str());
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (number, rest) = part.split_once(';').unwrap_or((part, ""));
            let html = number.parse().ok().and_then(|number: usize| self.html.get(number));
            out.push_str(html.map_or("", |html| html));
            out.push_str(rest);
        }
        out
    }
}
