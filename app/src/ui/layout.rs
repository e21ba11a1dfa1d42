//! The frame around every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::ui::assets::asset;
use crate::ui::links::with_next;
use crate::ui::page::{Flash, Page, Theme};

/// `title` is the window's title as it stands; see [`title`].
pub fn layout(page: &Page, title: &str, body: &Markup) -> Markup {
    layout_with(page, title, &PreEscaped(String::new()), body)
}

/// With more in its head.
pub fn layout_with(page: &Page, title: &str, head: &Markup, body: &Markup) -> Markup {
    let t = page.t();
    html! {
        (DOCTYPE)
        html lang=(page.lang.code()) data-theme=(page.theme.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                (head)
                meta name="htmx-config" content=r#"{"history":false,"includeIndicatorCSS":false}"#;
                link rel="icon" type="image/svg+xml" href=(asset("favicon.svg"));
                link rel="stylesheet" href=(asset("site.css"));
                script src=(asset("htmx.min.js")) defer {}
                script src=(asset("site.js")) defer {}
            }
            body {
                a.skip href="#main" { (t.skip_to_content()) }
                (header(page))
                div #notice role="alert" data-offline=(t.notice_offline()) {}
                main #main tabindex="-1" { (flash(page)) (body) }
                p #live.vh role="status" {}
            }
        }
    }
}

/// `Recent · Pastebin`.
pub fn title(page: &Page, title: &str) -> String {
    page.t().page_title(render::escape::without_bidi_controls(title)).to_string()
}

fn header(page: &Page) -> Markup {
    let t = page.t();
    // From there one comes back to this page; from the start page and the forms themselves, to the profile.
    let is_form = ["/login", "/register"].iter().any(|path| page.path.starts_with(path));
    let back_from =
        |path| with_next(path, if page.path == "/" || is_form { "" } else { page.path });
    let here = |path: &str| (page.path.split('?').next() == Some(path)).then_some("page");
    html! {
        header.top {
            nav aria-label=(t.nav_label()) {
                a.wordmark href="/" data-key="n" aria-current=[here("/")] aria-label=(t.site_new_paste()) {
                    (t.site_name())
                }
                a href="/recent" aria-current=[here("/recent")] { (t.nav_recent()) }
                @if let Some(email) = page.user {
                    a href="/profile" title=(email) aria-current=[here("/profile")] { (t.nav_profile()) }
                    form method="post" action="/logout" { button { (t.nav_log_out()) } }
                } @else {
                    a href=(back_from("/login")) aria-current=[here("/login")] { (t.nav_log_in()) }
                    a.register href=(back_from("/register")) aria-current=[here("/register")] { (t.nav_register()) }
                }
            }
            (preferences(page))
        }
    }
}

fn preferences(page: &Page) -> Markup {
    let t = page.t();
    let other = page.lang.other();
    let (theme, action) = match page.theme {
        Theme::System => (t.theme_system(), t.theme_system_action()),
        Theme::Light => (t.theme_light(), t.theme_light_action()),
        Theme::Dark => (t.theme_dark(), t.theme_dark_action()),
    };
    html! {
        form.prefs method="post" action="/preferences" aria-label=(t.preferences_label()) {
            input type="hidden" name="next" value=(page.path);
            button name="lang" value=(other.code()) lang=(other.code()) { (t.language_switch()) }
            button name="theme" value=(page.theme.next().as_str()) aria-label=(action) { (theme) }
        }
    }
}

fn flash(page: &Page) -> Markup {
    let t = page.t();
    let words = match page.flash {
        Some(Flash::Deleted) => t.flash_deleted(),
        Some(Flash::Registered) => t.flash_registered(),
        Some(Flash::LoggedOut) => t.flash_logged_out(),
        Some(Flash::Revoked) => t.flash_revoked(),
        // the paste's page makes more of it than a line
        Some(Flash::Created) | None => return PreEscaped(String::new()),
    };
    html! { p.flash role="status" { (words) } }
}
