//! The words of a document that are not from the paste.

/// The document's words in the language of the page.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// Label of a block of code, which can have the keyboard's focus so that it can be scrolled.
    pub code: &'a str,
    /// Label of a table, which can have the focus, too.
    pub table: &'a str,
    /// Label of the footnotes.
    pub notes: &'a str,
    /// Label of the link from a footnote back to the text.
    pub back: &'a str,
    /// Labels of the checkboxes of a task list.
    pub done: &'a str,
    pub to_do: &'a str,
    /// Titles of alerts.
    pub note: &'a str,
    pub tip: &'a str,
    pub important: &'a str,
    pub warning: &'a str,
    pub caution: &'a str,
}
