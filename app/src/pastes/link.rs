//! The link of a paste.

use store::PasteId;

/// `public_url` is the address of the site as the visitor reaches it.
pub fn link(public_url: &str, id: &PasteId) -> String {
    format!("{public_url}/{id}")
}
