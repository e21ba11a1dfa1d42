//! The fields for the options of the new-paste form.

use maud::{Markup, html};
use render::syntaxes::{self, SYNTAXES};

use crate::error::form::FormError;
use crate::pastes::draft::{LIFETIMES, NewPaste};
use crate::pastes::view::components::{other_names, syntax_name};
use crate::ui::i18n::Messages;
use crate::ui::page::PageContext;

/// The message about a field's error; empty if it has none.
pub fn error(cx: &PageContext, form: &NewPaste, field: &str) -> Markup {
    html! {
        p.error #{ (field) "-error" } data-for=(field) {
            @if let Some(error) = form.errors.of(field) { (error.message(cx.lang)) }
        }
    }
}

/// The value of a field's `aria-invalid`; `None` leaves the attribute out.
pub fn invalid(form: &NewPaste, field: &str) -> Option<&'static str> {
    form.errors.of(field).map(|_| "true")
}

pub fn title(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    html! {
        div.field {
            label for="title" { (messages.new_name()) " " span.quiet { (messages.new_optional()) } }
            input #title name="title" maxlength="200" autocomplete="off" dir="auto" value=(form.draft.title)
                aria-invalid=[invalid(form, "title")] aria-describedby="title-error";
            (error(cx, form, "title"))
        }
    }
}

/// A plain select, which the script turns into a field that filters while the visitor types.
pub fn syntax(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    let chosen = syntaxes::find(&form.draft.syntax).map(|syntax| syntax.slug);
    html! {
        div.field {
            label for="syntax" { (messages.new_syntax()) }
            select #syntax name="syntax" data-hint=(messages.new_syntax_hint()) data-detect=(messages.new_detect())
                data-none=(messages.syntax_none())
                aria-invalid=[invalid(form, "syntax")] aria-describedby="syntax-error" {
                option value=(syntaxes::AUTO) selected[chosen.is_none()] data-extensions="" data-aliases="" { (messages.new_detect()) }
                @for syntax in SYNTAXES {
                    option value=(syntax.slug) selected[chosen == Some(syntax.slug)]
                        data-extensions=(syntax.extensions.join(" ")) data-aliases=(other_names(syntax)) {
                        (syntax_name(messages, syntax))
                    }
                }
            }
            (error(cx, form, "syntax"))
        }
    }
}

pub fn lifetime(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    let chosen = form.draft.expires.as_str();
    let custom = !form.lifetimes.contains(&chosen);
    html! {
        fieldset #expires.field aria-describedby="expires-error" {
            legend { (messages.new_lifetime()) }
            div.choices {
                @for value in form.lifetimes { (choice(value, &lifetime_label(messages, value), *value == chosen)) }
                (choice("custom", &messages.lifetime_custom(), custom))
            }
            div.custom {
                input #expires_custom name="expires_custom" autocomplete="off" size="8" placeholder="90m"
                    value=[custom.then_some(chosen)] aria-label=(messages.new_lifetime_custom())
                    aria-invalid=[invalid(form, "expires")] aria-describedby="expires-error expires-hint";
                p #expires-hint.hint { (messages.new_lifetime_custom_hint()) }
            }
            @if let Some(max) = form.longest_anonymous {
                p.hint { (FormError::ExpiresTooLongAnonymous { max }.message(cx.lang)) }
            }
            (error(cx, form, "expires"))
        }
    }
}

fn choice(value: &str, label: &str, checked: bool) -> Markup {
    html! {
        label.choice {
            input type="radio" name="expires" value=(value) checked[checked];
            span { (label) }
        }
    }
}

fn lifetime_label(messages: &Messages, value: &str) -> String {
    match LIFETIMES.iter().position(|known| *known == value) {
        Some(0) => messages.lifetime_minutes(),
        Some(1) => messages.lifetime_hour(),
        Some(2) => messages.lifetime_day(),
        Some(3) => messages.lifetime_week(),
        Some(4) => messages.lifetime_month(),
        Some(5) => messages.lifetime_year(),
        Some(_) => messages.lifetime_never(),
        None => return value.to_owned(),
    }
    .to_string()
}

pub fn visibility(cx: &PageContext, form: &NewPaste) -> Markup {
    let messages = cx.messages();
    let locked = form.draft.account.is_empty();
    let private = if locked {
        messages.visibility_private_locked()
    } else {
        messages.visibility_private_hint()
    };
    let choices = [
        ("unlisted", messages.visibility_unlisted(), messages.visibility_unlisted_hint(), false),
        ("public", messages.visibility_public(), messages.visibility_public_hint(), false),
        ("private", messages.visibility_private(), private, locked),
    ];
    let known = choices.iter().any(|(value, ..)| *value == form.draft.visibility);
    html! {
        fieldset #visibility.field aria-describedby="visibility-error" {
            legend { (messages.new_visibility()) }
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
