//! A cell of a table.

/// A cell shows at most this many characters.
pub const MAX_CELL_CHARS: usize = 2000;

/// At most this many bytes of a field are stored. One character more than is shown fits, so that a
/// longer field is recognised.
pub(super) const MAX_FIELD_BYTES: usize = (MAX_CELL_CHARS + 1) * 4;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// The field has more than [`MAX_CELL_CHARS`] characters.
    pub cut: bool,
}

impl Cell {
    /// `field` is UTF-8, but it may be cut off inside its last character.
    pub(super) fn new(field: &[u8]) -> Self {
        let text = field.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match text.char_indices().nth(MAX_CELL_CHARS) {
            Some((end, _)) => Self { text: text[..end].to_owned(), cut: true },
            None => Self { text: text.to_owned(), cut: false },
        }
    }
}
