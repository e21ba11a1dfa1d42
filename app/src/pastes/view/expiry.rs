//! The countdown: it names its own next refresh, and ends in the 404 that replaces the paste.

use maud::{Markup, html};
use store::{Paste, Timestamp};

use crate::expiry::{left, next_refresh};
use crate::page::Page;
use crate::words;

/// Page and fragment alike. A failed refresh leaves what is shown; the script asks again later.
pub fn expiry(page: &Page, paste: &Paste, now: Timestamp) -> Markup {
    let t = page.t();
    html! {
        @if let (Some(at), Some(left)) = (paste.expires_at, left(paste, now)) {
            time #expiry datetime=(words::iso(at)) title=(words::date_time(page.lang, at))
                hx-get={ "/" (paste.id) "/expiry" }
                hx-trigger={ "load delay:" (next_refresh(left).as_millis()) "ms, again" }
                hx-swap="outerHTML" hx-status:404="target:#paste swap:innerHTML"
                hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
                (t.paste_expires(words::left(page.lang, left)))
            }
        } @else {
            span #expiry { (t.paste_never()) }
        }
    }
}
