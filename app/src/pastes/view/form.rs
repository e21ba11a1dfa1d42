//! The new-paste form: the editor fills the window, and the options are beside it.

use maud::{Markup, html};

use crate::error::form::{FormError, FormErrors};
use crate::pastes::draft::NewPaste;
use crate::pastes::view::controls::{error, invalid, lifetime, syntax, title, visibility};
use crate::ui::format;
use crate::ui::layout::layout;
use crate::ui::page::PageContext;

/// The fields that can have an error, in the order of the form.
const FIELDS: [&str; 5] = ["text", "title", "syntax", "expires", "visibility"];

pub fn page(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    let window_title = if form.errors.is_empty() && form.problem.is_none() {
        messages.site_new_paste()
    } else {
        messages.page_title_error(&*messages.new_title())
    };
    let body = html! {
        h1.vh { (messages.new_title()) }
        form #new.new method="post" action={ (cx.base()) "/" } enctype="multipart/form-data"
            hx-post={ (cx.base()) "/" } hx-swap="none" hx-sync="this:drop" hx-config="timeout:0"
            hx-status:4xx="target:#form-errors swap:innerHTML"
            hx-status:5xx="target:#form-errors swap:innerHTML" {
            @if !form.draft.account.is_empty() {
                input type="hidden" name="account" value=(form.draft.account);
            }
            (editor(cx, form))
            div.side role="group" aria-label=(messages.new_options()) {
                (title(cx, form))
                (syntax(cx, form))
                (lifetime(cx, form))
                (visibility(cx, form))
                (save(cx, form))
                p.quiet.programs { a href={ (cx.base()) "/api" } { (messages.new_programs()) } }
            }
        }
    };
    layout(cx, &window_title, &body)
}

/// The answer to an htmx submit that failed: a summary, and the message beside each field.
pub fn errors(cx: &PageContext, errors: &FormErrors) -> Markup {
    html! {
        (summary(cx, errors))
        hx-partial hx-target="#unreadable" hx-swap="innerHTML" { (unreadable(cx, errors)) }
        @for field in FIELDS {
            hx-partial hx-target={ "#" (field) "-error" } hx-swap="textContent" {
                @if let Some(error) = errors.of(field) { (error.message(cx.lang)) }
            }
        }
    }
}

/// The choices for a text that is not UTF-8: how it is to be read when the form is sent again.
fn unreadable(cx: &PageContext, errors: &FormErrors) -> Markup {
    let messages = cx.messages();
    html! {
        @if let Some((bad, likely)) = errors.unreadable() {
            @if let Some(encoding) = likely {
                label.option {
                    input type="checkbox" name="charset" value=(encoding.name());
                    span { (messages.new_charset(encoding.name())) }
                }
            }
            @if bad.value != 0 {
                label.option {
                    input type="checkbox" name="lossy" value="1";
                    span { (messages.new_lossy()) }
                }
            }
        }
    }
}

fn summary(cx: &PageContext, errors: &FormErrors) -> Markup {
    let messages = cx.messages();
    let fields = FIELDS.into_iter().filter(|field| errors.of(field).is_some());
    html! {
        @if let Some(error) = errors.of("account") {
            p { strong { (error.message(cx.lang)) } }
            @if *error == FormError::SessionEnded {
                p {
                    a href={ (cx.base()) "/login?next=/profile" } target="_blank" { (messages.new_log_in()) } " "
                    button.tool name="anonymously" value="1" { (messages.new_anonymously()) }
                }
            }
        } @else if !errors.is_empty() {
            p {
                strong { (messages.new_check()) }
                @for field in fields {
                    " "
                    a href={ "#" (field) } {
                        (match field {
                            "text" => messages.new_text(),
                            "title" => messages.new_name(),
                            "syntax" => messages.new_syntax(),
                            "expires" => messages.new_lifetime(),
                            _ => messages.new_visibility(),
                        })
                    }
                }
            }
        }
    }
}

fn editor(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    html! {
        div.editor data-loaded=(messages.new_file_loaded("{name}")) data-attached=(messages.new_file_attached("{name}", "{size}"))
            data-attached-text=(messages.new_text_attached("{size}")) data-only-one=(messages.new_file_only_one("{name}"))
            data-file-empty=(messages.new_file_empty("{name}")) data-file-binary=(messages.new_file_binary("{name}"))
            data-file-unreadable=(messages.new_file_unreadable("{name}")) data-folder=(messages.new_file_folder()) {
            label.vh for="text" { (messages.new_text()) }
            div.sheet data-drop=(messages.new_drop()) {
                div.gutter aria-hidden="true" { "1" }
                // The HTML parser drops a newline right after the tag, so the text gets one more.
                textarea #text name="text" spellcheck="false" autocapitalize="off"
                    autofocus placeholder=(messages.new_placeholder())
                    aria-invalid=[invalid(form, "text")]
                    aria-describedby="text-error editor-hint" { "\n" (form.draft.text) }
            }
            (error(cx, form, "text"))
            @if form.errors.unreadable().is_some() && form.draft.text.contains(char::REPLACEMENT_CHARACTER) {
                p.hint { (messages.new_shown_lossy()) }
            }
            div #unreadable { (unreadable(cx, form.errors)) }
            p #editor-hint.hint.js { (messages.new_editor_hint()) }
            div.status {
                div.file {
                    input #file type="file" name="file" aria-label=(messages.new_file()) aria-describedby="file-state";
                    label.tool.js for="file" { (messages.new_file_choose()) }
                    span #file-state { span.hint { (messages.new_file_hint()) } }
                    button.tool type="button" data-insert hidden { (messages.new_text_insert()) }
                    button.tool type="button" data-remove hidden
                        data-file=(messages.new_file_remove()) data-text=(messages.new_text_remove()) { (messages.new_file_remove()) }
                }
                (counts(cx, form))
            }
            p #file-note.error role="status" {}
            (draft(cx))
        }
    }
}

/// What the script says about the draft that it keeps in the browser.
fn draft(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    html! {
        p #draft.hint.js data-kept=(messages.draft_kept()) data-restored=(messages.draft_restored())
            data-off=(messages.draft_off()) data-large=(messages.draft_large()) data-file=(messages.draft_file())
            data-unavailable=(messages.draft_unavailable()) data-discarded=(messages.draft_discarded())
            data-turn-on=(messages.draft_turn_on()) data-turn-off=(messages.draft_turn_off()) {
            span #draft-status role="status" { (messages.draft_kept()) } " "
            button #discard.plain type="button" hidden { (messages.draft_discard()) } " "
            button #drafts.plain type="button" { (messages.draft_turn_off()) }
        }
    }
}

fn counts(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    let number = |n: usize| format::number(cx.lang, n as u64);
    let text = &form.draft.text;
    let limit = format::size(cx.lang, form.max_bytes);
    html! {
        p.counts data-max=(form.max_bytes) data-units=(messages.units()) data-too-long=(messages.new_too_long("{size}")) {
            span.js { (messages.new_lines()) ": " b data-count="lines" { (number(text.lines().count())) } }
            span.js { (messages.new_characters()) ": " b data-count="characters" { (number(text.chars().count())) } }
            span.js {
                b data-count="bytes" { (format::size(cx.lang, text.len() as u64)) } " "
                (messages.new_of_limit(&*limit))
            }
            noscript { (messages.new_limit(&*limit)) }
        }
    }
}

fn save(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    html! {
        div.save {
            div #form-errors role="alert" { (summary(cx, form.errors)) @if let Some(problem) = &form.problem { (problem) } }
            progress #progress max="100" value="0" aria-label=(messages.new_progress()) hidden {}
            button #save.primary aria-describedby="over" data-saving=(messages.new_saving()) { (messages.new_save()) }
            p #over.error role="status" {}
            p #kept.hint role="status" data-kept=(messages.new_kept()) data-unanswered=(messages.new_unanswered()) {}
        }
    }
}
