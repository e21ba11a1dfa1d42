//! The countdown: it names its own next refresh, and ends in the 404 that replaces the paste.

use std::time::Duration;

use maud::{Markup, html};
use store::{Paste, Timestamp};

use crate::ui::countdown::{first_refresh, left, next_refresh};
use crate::ui::format;
use crate::ui::page::PageContext;

/// As the page shows it.
pub fn for_page(cx: &PageContext, paste: &Paste, now: Timestamp) -> Markup {
    expiry_with(cx, paste, now, first_refresh)
}

/// As a refresh shows it.
pub fn for_refresh(cx: &PageContext, paste: &Paste, now: Timestamp) -> Markup {
    expiry_with(cx, paste, now, next_refresh)
}

/// A failed refresh leaves what is shown; the script asks again later.
fn expiry_with(
    cx: &PageContext,
    paste: &Paste,
    now: Timestamp,
    again: fn(Duration) -> Duration,
) -> Markup {
    let messages = cx.messages();
    html! {
        @if let (Some(at), Some(left)) = (paste.expires_at, left(paste, now)) {
            time #expiry datetime=(format::iso(at)) title=(format::date_time(cx.lang, at))
                hx-get={ "/" (paste.id) "/expiry" }
                hx-trigger={ "load delay:" (again(left).as_millis()) "ms, again" }
                hx-swap="outerHTML" hx-status:404="target:#paste swap:innerHTML"
                hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
                (messages.paste_expires(format::left(cx.lang, left)))
            }
        } @else {
            span #expiry { (messages.paste_never()) }
        }
    }
}
