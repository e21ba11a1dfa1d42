//! The layout of every page: head, header, and the places for notices.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::ui::assets::{SCRIPTS, asset};
use crate::ui::links::with_next;
use crate::ui::page::{Flash, PageContext, Theme};

/// A page. `window_title` is the complete title of the window, such as [`title`] returns.
pub fn layout(cx: &PageContext, window_title: &str, body: &Markup) -> Markup {
    layout_with_head(cx, window_title, &PreEscaped(String::new()), body)
}

/// A page with more elements in its head.
pub fn layout_with_head(
    cx: &PageContext,
    window_title: &str,
    head: &Markup,
    body: &Markup,
) -> Markup {
    let messages = cx.messages();
    html! {
        (DOCTYPE)
        html lang=(cx.lang.code()) data-theme=(cx.theme.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (window_title) }
                (head)
                meta name="htmx-config" content=r#"{"history":false,"includeIndicatorCSS":false}"#;
                link rel="icon" type="image/svg+xml" href={ (cx.base()) (asset("favicon.svg")) };
                link rel="stylesheet" href={ (cx.base()) (asset("site.css")) };
                @for script in SCRIPTS { script src={ (cx.base()) (asset(script)) } defer {} }
            }
            body {
                a.skip href="#main" { (messages.skip_to_content()) }
                (header(cx))
                div #notice role="alert" data-offline=(messages.notice_offline()) {}
                main #main tabindex="-1" { (flash(cx)) (body) }
                p #live.vh role="status" {}
            }
        }
    }
}

/// The title of the window for a page with this title: `Recent · Pastebin`.
pub fn title(cx: &PageContext, title: &str) -> String {
    cx.messages().page_title(render::escape::without_invisible(title)).to_string()
}

fn header(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    // After login the visitor returns to this page; from the login and registration forms, to the
    // profile.
    let is_form = ["/login", "/register"].iter().any(|path| cx.path.starts_with(path));
    let link_back = |path| with_next(path, if is_form { "" } else { cx.path });
    let current = |path: &str| (cx.path.split('?').next() == Some(path)).then_some("page");
    html! {
        header.top {
            nav aria-label=(messages.nav_label()) {
                a.wordmark href={ (cx.base()) "/" } data-key="n" aria-current=[current("/")] aria-label=(messages.site_new_paste()) {
                    (messages.site_name())
                }
                a href={ (cx.base()) "/recent" } aria-current=[current("/recent")] { (messages.nav_recent()) }
                @if let Some(email) = cx.user {
                    a href={ (cx.base()) "/profile" } title=(email) aria-current=[current("/profile")] { (messages.nav_profile()) }
                    form method="post" action={ (cx.base()) "/logout" } { button { (messages.nav_log_out()) } }
                } @else {
                    a href={ (cx.base()) (link_back("/login")) } aria-current=[current("/login")] { (messages.nav_log_in()) }
                    a.register href={ (cx.base()) (link_back("/register")) } aria-current=[current("/register")] { (messages.nav_register()) }
                }
            }
            (preferences(cx))
        }
    }
}

fn preferences(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    let other = cx.lang.other();
    let (theme, action) = match cx.theme {
        Theme::System => (messages.theme_system(), messages.theme_system_action()),
        Theme::Light => (messages.theme_light(), messages.theme_light_action()),
        Theme::Dark => (messages.theme_dark(), messages.theme_dark_action()),
    };
    html! {
        form.prefs method="post" action={ (cx.base()) "/preferences" } aria-label=(messages.preferences_label()) {
            input type="hidden" name="next" value=(cx.path);
            button name="lang" value=(other.code()) lang=(other.code()) { (messages.language_switch()) }
            button name="theme" value=(cx.theme.next().as_str()) aria-label=(action) { (theme) }
        }
    }
}

fn flash(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    let message = match cx.flash {
        Some(Flash::Deleted) => messages.flash_deleted(),
        Some(Flash::Registered) => messages.flash_registered(),
        Some(Flash::LoggedOut) => messages.flash_logged_out(),
        Some(Flash::LoggedOutHere) => messages.flash_logged_out_here(),
        Some(Flash::Revoked) => messages.flash_revoked(),
        // The paste's page has a section of its own for this.
        Some(Flash::Created) | None => return PreEscaped(String::new()),
    };
    html! { p.flash role="status" { (message) } }
}
