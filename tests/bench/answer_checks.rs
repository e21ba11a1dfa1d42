//! Checks that an answer is the right one. A wrong answer fails the benchmark.

use anyhow::{Context as _, Result, ensure};

use crate::client::Answer;

/// A page shows at most this many lines of a long text, or about this many bytes.
const PART_LINES: usize = 2_000;
const PART_BYTES: usize = 500_000;

/// A page shows about this many bytes of one long line.
const LONG_LINE_BYTES: usize = 65_000;

impl Answer {
    /// # Errors
    /// The answer does not contain this HTML.
    pub fn expect_html(&self, html: &str) -> Result<()> {
        ensure!(self.text()?.contains(html), "an answer without {html}");
        Ok(())
    }

    /// # Errors
    /// The listing is not this text, or not the beginning of a long text.
    pub fn expect_listing(&self, text: &str) -> Result<()> {
        let listing = text_content(self.listing()?);
        let max_bytes = if listing.contains('\n') { PART_BYTES } else { LONG_LINE_BYTES };
        let is_full =
            listing.len() >= text.len().min(max_bytes) || listing.lines().count() == PART_LINES;
        ensure!(
            is_full && text.starts_with(&listing),
            "a page shows another text than its paste's"
        );
        Ok(())
    }

    /// # Errors
    /// The listing has no highlighted word.
    pub fn expect_highlighting(&self) -> Result<()> {
        let listing = self.listing()?;
        let elements = ["<b", "<i", "<u", "<span class=\"d", "<ins", "<del"];
        let is_highlighted = elements.iter().any(|element| listing.contains(element));
        ensure!(is_highlighted, "a page without highlighting");
        Ok(())
    }

    fn listing(&self) -> Result<&str> {
        let rest = self.text()?.split_once(" id=\"text\"").context("a page without a listing")?.1;
        let rest = rest.split_once('>').context("an element without an end")?.1;
        Ok(rest.split_once("</code>").context("a listing without an end")?.0)
    }
}

/// The text of this HTML, as a browser's `textContent`.
fn text_content(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&")
}
