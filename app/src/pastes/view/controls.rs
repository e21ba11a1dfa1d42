//! The options beside the editor.

use maud::{Markup, html};
use render::syntaxes::{self, SYNTAXES};

use crate::pastes::draft::{LIFETIMES, NewPaste};
use crate::pastes::view::pieces::syntax_name;
use crate::ui::i18n::Messages;
use crate::ui::page::PageContext;

/// Where the words about a field's error stand; empty while there is none.
pub(super) fn error(cx: &PageContext, form: &NewPaste, field: &str) -> Markup {
    html! {
        p.error #{ (field) "-error" } data-for=(field) {
            @if let Some(error) = form.errors.of(field) { (error.message(cx.lang)) }
        }
    }
}

pub(super) fn invalid(form: &NewPaste, field: &str) -> Option<&'static str> {
    form.errors.of(field).map(|_| "true")
}

pub(super) fn title(cx: &PageContext, form: &NewPaste) -> Markup {
    let t = cx.t();
    html! {
        div.field {
            label for="title" { (t.new_name()) " " span.quiet { (t.new_optional()) } }
            input #title name="title" maxlength="200" autocomplete="off" dir="auto" value=(form.draft.title)
                aria-invalid=[invalid(form, "title")] aria-describedby="title-error";
            (error(cx, form, "title"))
        }
    }
}

/// A plain select; the script turns it into a field that filters as one types.
pub(super) fn syntax(cx: &PageContext, form: &NewPaste) -> Markup {
    let t = cx.t();
    let wanted = &form.draft.syntax;
    let chosen = syntaxes::find(wanted).map(|syntax| syntax.slug);
    html! {
        div.field {
            label for="syntax" { (t.new_syntax()) }
            select #syntax name="syntax" data-hint=(t.new_syntax_hint()) data-detect=(t.new_detect())
                aria-invalid=[invalid(form, "syntax")] aria-describedby="syntax-error" {
                option value=(syntaxes::AUTO) selected[chosen.is_none()] data-extensions="" { (t.new_detect()) }
                @for syntax in SYNTAXES {
                    option value=(syntax.slug) selected[chosen == Some(syntax.slug)]
                        data-extensions=(syntax.extensions.join(" ")) { (syntax_name(t, syntax)) }
                }
            }
            (error(cx, form, "syntax"))
        }
    }
}

pub(super) fn lifetime(cx: &PageContext, form: &NewPaste) -> Markup {
    let t = cx.t();
    let wanted = form.draft.expires.as_str();
    let custom = !form.lifetimes.contains(&wanted);
    html! {
        fieldset #expires.field aria-describedby="expires-error" {
            legend { (t.new_lifetime()) }
            div.choices {
                @for value in form.lifetimes { (choice(value, &lifetime_words(t, value), *value == wanted)) }
                (choice("custom", &t.lifetime_custom(), custom))
            }
            div.custom {
                input #expires_custom name="expires_custom" autocomplete="off" size="8" placeholder="90m"
                    value=[custom.then_some(wanted)] aria-label=(t.new_lifetime_custom())
                    aria-invalid=[invalid(form, "expires")] aria-describedby="expires-error expires-hint";
                p #expires-hint.hint { (t.new_lifetime_custom_hint()) }
            }
            (error(cx, form, "expires"))
        }
    }
}

fn choice(value: &str, words: &str, checked: bool) -> Markup {
    html! {
        label.choice {
            input type="radio" name="expires" value=(value) checked[checked];
            span { (words) }
        }
    }
}

fn lifetime_words(t: &Messages, value: &str) -> String {
    match LIFETIMES.iter().position(|known| *known == value) {
        Some(0) => t.lifetime_minutes(),
        Some(1) => t.lifetime_hour(),
        Some(2) => t.lifetime_day(),
        Some(3) => t.lifetime_week(),
        Some(4) => t.lifetime_month(),
        Some(5) => t.lifetime_year(),
        Some(_) => t.lifetime_never(),
        None => return value.to_owned(),
    }
    .to_string()
}

pub(super) fn visibility(cx: &PageContext, form: &NewPaste) -> Markup {
    let t = cx.t();
    let locked = cx.user.is_none();
    let private = if locked { t.visibility_private_locked() } else { t.visibility_private_hint() };
    let choices = [
        ("unlisted", t.visibility_unlisted(), t.visibility_unlisted_hint(), false),
        ("public", t.visibility_public(), t.visibility_public_hint(), false),
        ("private", t.visibility_private(), private, locked),
    ];
    let known = choices.iter().any(|(value, ..)| *value == form.draft.visibility);
    html! {
        fieldset #visibility.field aria-describedby="visibility-error" {
            legend { (t.new_visibility()) }
            @for (value, name, hint, disabled) in &choices {
                label.option {
                    input type="radio" name="visibility" value=(value) disabled[*disabled]
                        checked[form.draft.visibility == *value && !disabled || !known && *value == "unlisted"];
                    span { (name) }
                    span.hint { (hint) }
                }
            }
            (error(cx, form, "visibility"))
        }
    }
}
