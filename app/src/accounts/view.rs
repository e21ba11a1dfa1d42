//! The log-in and registration pages: one card each.

use maud::{Markup, html};

use crate::error::form::FormErrors;
use crate::state::passwords::{PASSWORD_MAX, PASSWORD_MIN};
use crate::ui::format;
use crate::ui::layout::{layout, title};
use crate::ui::links::with_next;
use crate::ui::page::PageContext;

/// The values of a form, and its errors. A password that was typed is never sent back.
#[derive(Debug, Clone, Copy)]
pub struct AccountForm<'a> {
    pub email: &'a str,
    /// The path of this site to go to afterwards, or empty.
    pub next: &'a str,
    pub errors: &'a FormErrors,
}

pub fn log_in(cx: &PageContext, form: &AccountForm) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.card {
            h1 { (messages.log_in_title()) }
            form method="post" action={ (cx.base()) "/login" } {
                (next_field(form))
                (email(cx, form))
                (password(cx, form, "current-password", &html! {}))
                button.primary { (messages.log_in_submit()) }
            }
            p.quiet {
                (messages.log_in_other()) " "
                a href={ (cx.base()) (with_next("/register", form.next)) } { (messages.log_in_other_link()) }
            }
        }
    };
    layout(cx, &window_title(cx, &messages.log_in_title(), form), &body)
}

pub fn register(cx: &PageContext, form: &AccountForm) -> Markup {
    let messages = cx.messages();
    let hint = html! {
        p #password-hint.hint { (messages.account_password_hint(format::number(cx.lang, PASSWORD_MIN))) }
        output #strength for="password" {}
    };
    let body = html! {
        section.card {
            h1 { (messages.register_title()) }
            p.quiet { (messages.register_intro()) }
            form method="post" action={ (cx.base()) "/register" } {
                (next_field(form))
                (email(cx, form))
                (password(cx, form, "new-password", &hint))
                button.primary { (messages.register_submit()) }
            }
            p.quiet {
                (messages.register_other()) " "
                a href={ (cx.base()) (with_next("/login", form.next)) } { (messages.register_other_link()) }
            }
        }
    };
    layout(cx, &window_title(cx, &messages.register_title(), form), &body)
}

/// The content of `#strength`. `score` is zxcvbn's, from 0 to 4; without one the content is empty.
pub fn strength(cx: &PageContext, score: Option<u8>) -> Markup {
    let messages = cx.messages();
    let label = match score {
        None => return html! {},
        Some(0) => messages.strength_0(),
        Some(1) => messages.strength_1(),
        Some(2) => messages.strength_2(),
        Some(3) => messages.strength_3(),
        Some(_) => messages.strength_4(),
    };
    html! { span.strength data-score=[score] { (label) } }
}

fn window_title(cx: &PageContext, heading: &str, form: &AccountForm) -> String {
    if form.errors.is_empty() {
        title(cx, heading)
    } else {
        cx.messages().page_title_error(heading).to_string()
    }
}

fn next_field(form: &AccountForm) -> Markup {
    html! {
        @if !form.next.is_empty() { input type="hidden" name="next" value=(form.next); }
    }
}

fn email(cx: &PageContext, form: &AccountForm) -> Markup {
    let error = form.errors.of("email");
    html! {
        div.field {
            label for="email" { (cx.messages().account_email()) }
            input #email name="email" type="email" required maxlength="254" autocomplete="username"
                value=(form.email) spellcheck="false"
                aria-invalid=[error.map(|_| "true")] aria-describedby="email-error"
                autofocus[error.is_some() || form.errors.is_empty()];
            p #email-error.error { @if let Some(error) = error { (error.message(cx.lang)) } }
        }
    }
}

fn password(cx: &PageContext, form: &AccountForm, autocomplete: &str, hint: &Markup) -> Markup {
    let messages = cx.messages();
    let error = form.errors.of("password");
    let is_new = autocomplete == "new-password";
    html! {
        div.field {
            label for="password" { (messages.account_password()) }
            div.joined {
                input #password name="password" type="password" required autocomplete=(autocomplete)
                    minlength=[is_new.then_some(PASSWORD_MIN)] maxlength=(PASSWORD_MAX)
                    aria-invalid=[error.map(|_| "true")]
                    aria-describedby=(if is_new { "password-error password-hint strength" } else { "password-error" })
                    hx-post=[is_new.then(|| format!("{}/register/strength", cx.base()))] hx-trigger=[is_new.then_some("input changed delay:300ms")]
                    hx-target=[is_new.then_some("#strength")] hx-sync=[is_new.then_some("this:replace")]
                    hx-validate=[is_new.then_some("false")]
                    hx-status:4xx=[is_new.then_some("swap:none")] hx-status:5xx=[is_new.then_some("swap:none")]
                    autofocus[error.is_some() && form.errors.of("email").is_none()];
                button.js type="button" data-show="password" aria-pressed="false"
                    aria-label=(messages.account_show_label()) { (messages.account_show()) }
            }
            p #password-error.error { @if let Some(error) = error { (error.message(cx.lang)) } }
            (hint)
        }
    }
}
