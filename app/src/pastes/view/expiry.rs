//! The time left of a paste. It refreshes itself, and after the expiry the 404 replaces the paste.

use std::time::Duration;

use maud::{Markup, html};
use store::{Paste, Timestamp};

use crate::ui::countdown::{first_refresh, next_refresh, time_left};
use crate::ui::format;
use crate::ui::page::PageContext;

/// The time left on a page, which may come from a cache.
pub fn for_page(cx: &PageContext, paste: &Paste, now: Timestamp) -> Markup {
    render(cx, paste, now, first_refresh)
}

/// The time left as the answer to a refresh.
pub fn for_refresh(cx: &PageContext, paste: &Paste, now: Timestamp) -> Markup {
    render(cx, paste, now, next_refresh)
}

/// A failed refresh changes nothing; the script tries again later.
fn render(
    cx: &PageContext,
    paste: &Paste,
    now: Timestamp,
    refresh_after: fn(Duration) -> Duration,
) -> Markup {
    let messages = cx.messages();
    html! {
        @if let (Some(at), Some(left)) = (paste.expires_at, time_left(paste, now)) {
            time #expiry datetime=(at.rfc3339()) title=(format::date_time(cx.lang, at))
                hx-get={ (cx.base()) "/" (paste.id) "/expiry" }
                hx-trigger={ "load delay:" (refresh_after(left).as_millis()) "ms, again" }
                hx-swap="outerHTML" hx-status:404="target:#paste swap:innerHTML"
                hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
                (messages.paste_expires(format::time_left(cx.lang, left)))
            }
        } @else {
            span #expiry { (messages.paste_never()) }
        }
    }
}
