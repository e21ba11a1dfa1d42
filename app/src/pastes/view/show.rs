//! The page of one paste.

use maud::{Markup, html};
use store::{Paste, Timestamp};

use super::expiry::expiry;
use super::{delete, plain_title, syntax_name, title, visibility};
use crate::page::{self, Flash, Page, layout};
use crate::syntaxes::Syntax;
use crate::text::{self, render};
use crate::words;

pub struct Shown<'a> {
    pub paste: &'a Paste,
    pub text: &'a str,
    /// The paste's own, or the one that the address asks for.
    pub syntax: &'static Syntax,
    pub now: Timestamp,
    /// The visitor may delete it.
    pub owned: bool,
}

pub fn page(page: &Page, shown: &Shown) -> Markup {
    let paste = shown.paste;
    let body = html! {
        article #paste data-keys {
            @if page.flash == Some(Flash::Created) { (created(page, shown)) }
            h1 { (title(page, paste)) }
            (facts(page, shown))
            (tools(page, shown))
            (content(page, shown))
            (keys(page))
            (qr(page, paste))
        }
    };
    layout(page, &page::title(page, &plain_title(page, paste)), &body)
}

fn link(page: &Page, paste: &Paste) -> String {
    format!("{}/{}", page.public_url, paste.id)
}

fn created(page: &Page, shown: &Shown) -> Markup {
    let t = page.t();
    let paste = shown.paste;
    html! {
        section.created aria-labelledby="created" {
            div {
                h2 #created { (t.paste_created()) }
                div.joined {
                    input #link readonly value=(link(page, paste)) aria-label=(t.paste_created_link());
                    button.primary.js type="button" data-copy="link" { (t.paste_copy_link()) }
                }
                p.quiet {
                    @if let Some(at) = paste.expires_at {
                        (t.paste_created_expires(words::date_time(page.lang, at)))
                    } @else {
                        (t.paste_created_never())
                    }
                    @if paste.owner.is_none() { " " (t.paste_created_anonymous()) }
                }
            }
            img src={ "/" (paste.id) "/qr" } alt=(t.paste_qr_alt()) width="120" height="120";
        }
    }
}

fn facts(page: &Page, shown: &Shown) -> Markup {
    let t = page.t();
    let paste = shown.paste;
    let made = t.paste_made(words::date_time(page.lang, paste.created_at));
    html! {
        p.facts {
            span { (syntax_name(t, shown.syntax)) }
            span { (words::lines(page.lang, paste.lines)) }
            span { (words::size(page.lang, paste.bytes)) }
            time datetime=(words::iso(paste.created_at)) { (made) }
            span { (visibility(t, paste.visibility)) }
            (expiry(page, paste, shown.now))
        }
    }
}

fn tools(page: &Page, shown: &Shown) -> Markup {
    let t = page.t();
    let paste = shown.paste;
    html! {
        div.tools role="group" aria-label=(t.paste_tools())
            data-copied=(t.paste_copied()) data-link-copied=(t.paste_link_copied())
            data-failed=(t.paste_copy_failed()) {
            button.tool.js type="button" data-copy="text" data-key="c" { (t.paste_copy()) }
            button.tool.js type="button" data-copy="link" data-key="y" data-link=(link(page, paste)) {
                (t.paste_copy_link())
            }
            a.tool href={ "/" (paste.id) "/raw" } data-key="r" { (t.paste_raw()) }
            a.tool href={ "/" (paste.id) "/download" } data-key="d" download { (t.paste_download()) }
            button.tool.js type="button" data-wrap data-key="w" aria-pressed="false" { (t.paste_wrap()) }
            a.tool href={ "/" (paste.id) "/qr" } data-key="q" data-dialog="qr" { (t.paste_qr()) }
            a.tool href="/" data-key="n" { (t.paste_new()) }
            button.tool.js.keys type="button" data-key="?" data-dialog="keys" { (t.paste_keys()) }
            @if shown.owned { (delete(page, paste, false)) }
        }
    }
}

fn content(page: &Page, shown: &Shown) -> Markup {
    let t = page.t();
    let id = &shown.paste.id;
    let text::Shown { html, lines, bytes, whole } = render(shown.text);
    let digits = lines.max(1).ilog10() + 1;
    let wrap = (shown.syntax.slug == crate::syntaxes::PLAIN).then_some("wrap");
    html! {
        pre.text.(format!("d{digits}")).(wrap.unwrap_or_default()) tabindex="0" role="region"
            aria-label=(t.paste_text()) { code #text data-whole[whole] { (html) } }
        @if !whole {
            p.note {
                (t.paste_truncated(words::lines(page.lang, lines), words::size(page.lang, bytes))) " "
                a href={ "/" (id) "/raw" } { (t.paste_truncated_raw()) } " · "
                a href={ "/" (id) "/download" } download { (t.paste_truncated_download()) }
            }
        }
    }
}

fn keys(page: &Page) -> Markup {
    let t = page.t();
    let keys = [
        ("n", t.keys_new()),
        ("r", t.keys_raw()),
        ("c", t.keys_copy()),
        ("y", t.keys_copy_link()),
        ("d", t.keys_download()),
        ("w", t.keys_wrap()),
        ("q", t.keys_qr()),
        ("?", t.keys_help()),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (t.keys_title()) }
            dl { @for (key, words) in keys { div { dt { kbd { (key) } } dd { (words) } } } }
            form method="dialog" { button.tool { (t.dialog_close()) } }
        }
    }
}

fn qr(page: &Page, paste: &Paste) -> Markup {
    let t = page.t();
    html! {
        dialog #qr aria-labelledby="qr-title" {
            h2 #qr-title { (t.paste_qr()) }
            img data-src={ "/" (paste.id) "/qr" } alt=(t.paste_qr_alt()) width="288" height="288";
            form method="dialog" { button.tool { (t.dialog_close()) } }
        }
    }
}
