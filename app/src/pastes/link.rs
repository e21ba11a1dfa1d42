//! The link of a paste.

use store::PasteId;

use crate::state::App;

pub fn link(app: &App, id: &PasteId) -> String {
    format!("{}/{id}", app.public_url)
}
