//! Our own HTML, kept out of the sanitiser's sight: a mark stands for it in the text until the
//! paste's HTML is clean.

use std::borrow::Cow;

/// One document's marks. A mark is text that begins with 128 random bits made after the paste was
/// written, so no paste can hold one.
pub struct Marks<'a> {
    nonce: String,
    html: Vec<Cow<'a, str>>,
    /// What stands before each table.
    pub table: &'a str,
}

impl<'a> Marks<'a> {
    /// `None` when the system has no random bits to give.
    pub fn new(table: &'a str) -> Option<Self> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).ok()?;
        Some(Self { nonce: hex::encode(bits), html: Vec::new(), table })
    }

    /// Writes a mark that stands for `html`, which must be safe as it is. An element may be opened
    /// by one mark and closed by another if no element of the paste can end between them.
    pub fn write(&mut self, out: &mut String, html: impl Into<Cow<'a, str>>) {
        out.push_str(&self.nonce);
        out.push_str(&self.html.len().to_string());
        out.push(';');
        self.html.push(html.into());
    }

    /// What the marks stand for, in one pass whatever their number.
    pub fn replace(&self, clean: &str) -> String {
        let mut out = String::with_capacity(clean.len());
        let mut parts = clean.split(self.nonce.as_str());
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
