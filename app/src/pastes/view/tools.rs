//! The actions of a paste: the toolbar above its text, and the dialogs that it opens.

use maud::{Markup, html};
use render::syntaxes::SYNTAXES;
use store::Visibility;

use crate::pastes::search::FoundOnPage;
use crate::pastes::view::components::{delete, other_names, syntax_name};
use crate::pastes::view::paste_view::{PasteView, address, wraps};
use crate::pastes::view::search::SearchResults;
use crate::pastes::view::{embed, search};
use crate::ui::layout::{self, layout};
use crate::ui::page::PageContext;

pub fn toolbar(cx: &PageContext, view: &PasteView) -> Markup {
    let messages = cx.messages();
    let paste = &view.loaded.paste;
    html! {
        div.bar {
            div.tools role="group" aria-label=(messages.paste_tools())
                data-copied=(messages.paste_copied()) data-link-copied=(messages.paste_link_copied())
                data-range-copied=(messages.paste_range_copied()) data-failed=(messages.paste_copy_failed())
                data-again=(messages.paste_copy_again()) {
                button.tool.js type="button" data-copy="text" data-key="c" { (messages.paste_copy()) }
                button.tool.js type="button" data-copy="link" data-key="y" data-link=(address(cx, view)) {
                    (messages.paste_copy_link())
                }
                a.tool href={ (cx.base()) "/" (paste.id) "/raw" } data-key="r" { (messages.paste_raw()) }
                a.tool href={ (cx.base()) "/" (paste.id) "/download" } data-key="d" download { (messages.paste_download()) }
                (wrap(cx, view))
                a.tool href={ (cx.base()) "/" (paste.id) "/qr" } data-key="q" data-dialog="qr" { (messages.paste_qr()) }
                @if paste.visibility != Visibility::Private {
                    a.tool href={ (view.path) "/embed" } data-dialog="embed" { (messages.paste_embed()) }
                }
                a.tool href={ (cx.base()) "/?from=" (paste.id) } data-key="e" { (messages.paste_copy_to_new()) }
                button.tool.js.keys type="button" data-key="?" data-dialog="keys" { (messages.paste_keys()) }
                @if view.owned { (delete(cx, paste, false)) }
            }
            (search::form(cx, view.path, view.found.map_or("", |found| &found.query)))
        }
        section #found aria-label=(messages.find_results()) {
            @if let Some(found) = view.found { (search::result_list(cx, &results(view, found))) }
        }
    }
}

fn results<'a>(view: &'a PasteView, found: &'a FoundOnPage) -> SearchResults<'a> {
    SearchResults {
        paste: &view.loaded.paste,
        path: view.path,
        query: &found.query,
        lines: None,
        skipped: found.skipped,
        found: &found.found,
        hit: found.hit,
    }
}

/// A form that saves the choice as a preference. The script applies it at once.
fn wrap(cx: &PageContext, view: &PasteView) -> Markup {
    let wrapped = wraps(cx, view.loaded);
    html! {
        form.wrapping method="post" action={ (cx.base()) "/preferences" } {
            input type="hidden" name="next" value=(cx.path);
            button.tool name="wrap" value=(if wrapped { "off" } else { "on" }) data-wrap data-key="w"
                aria-pressed=(wrapped) { (cx.messages().paste_wrap()) }
        }
    }
}

pub fn dialogs(cx: &PageContext, view: &PasteView) -> Markup {
    let messages = cx.messages();
    html! {
        (keys(cx))
        dialog #qr aria-labelledby="qr-title" {
            h2 #qr-title { (messages.paste_qr()) }
            img data-src={ (cx.base()) "/" (view.loaded.paste.id) "/qr" } alt=(messages.paste_qr_alt()) width="288" height="288";
            (close(cx))
        }
        dialog #embed aria-labelledby="embed-title" {
            h2 #embed-title { (messages.embed_title()) }
            textarea #embed-code readonly rows="4" aria-labelledby="embed-title" {
                (embed::snippet(cx, view.path).into_string())
            }
            p.hint { (messages.embed_hint()) }
            button.tool.js type="button" data-copy="embed" data-copied=(messages.embed_copied()) { (messages.paste_copy()) }
            (close(cx))
        }
        dialog #syntax aria-labelledby="syntax-title" {
            h2 #syntax-title { (messages.syntax_title()) }
            input #syntax-filter type="search" autocomplete="off" placeholder=(messages.new_syntax_hint()) aria-label=(messages.new_syntax_hint());
            p #syntax-none.hint role="status" data-none=(messages.syntax_none()) {}
            div #syntaxes {}
            (close(cx))
        }
    }
}

fn keys(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    let keys = [
        ("n", messages.keys_new()),
        ("e", messages.keys_copy_to_new()),
        ("r", messages.keys_raw()),
        ("c", messages.keys_copy()),
        ("y", messages.keys_copy_link()),
        ("d", messages.keys_download()),
        ("w", messages.keys_wrap()),
        ("q", messages.keys_qr()),
        ("f", messages.keys_find()),
        ("j", messages.keys_find_next()),
        ("k", messages.keys_find_previous()),
        ("?", messages.keys_help()),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (messages.keys_title()) }
            dl { @for (key, action) in keys { div { dt { kbd { (key) } } dd { (action) } } } }
            p.hint { (messages.keys_lines()) }
            (close(cx))
        }
    }
}

fn close(cx: &PageContext) -> Markup {
    html! { form method="dialog" { button.tool { (cx.messages().dialog_close()) } } }
}

/// Every syntax as a link that shows the paste in it. `path` has no extension.
pub fn syntaxes(cx: &PageContext, path: &str, current: &str) -> Markup {
    html! {
        ul.syntaxes {
            @for syntax in SYNTAXES {
                li data-names={ (syntax.slug) " " (syntax.extensions.join(" ")) " " (other_names(syntax)) } {
                    a href={ (path) "." (syntax.slug) } aria-current=[(syntax.slug == current).then_some("true")] {
                        (syntax_name(cx.messages(), syntax))
                    }
                }
            }
        }
    }
}

/// The syntaxes as a page of their own.
pub fn syntaxes_page(cx: &PageContext, path: &str, current: &str) -> Markup {
    let title = cx.messages().syntax_title();
    let body = html! {
        article.list {
            h1 { (title) }
            (syntaxes(cx, path, current))
        }
    };
    layout(cx, &layout::title(cx, &title), &body)
}
