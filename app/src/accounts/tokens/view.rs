//! The settings page: the list of access tokens, and the form for a new one.

use maud::{Markup, html};
use render::escape::without_invisible;
use store::{AccessToken, Scope, Timestamp};

use crate::accounts::tokens::draft::{Draft, LIFETIMES, NAME_MAX};
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;
use crate::ui::time;

/// `new_token`: the token just created, as its user sends it.
pub fn page(
    cx: &PageContext,
    draft: &Draft,
    tokens: &[AccessToken],
    new_token: Option<&str>,
    now: Timestamp,
) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.list.settings {
            h1 { (messages.settings_title()) }
            div #tokens {
                @if let Some(token) = new_token { (created(cx, token)) }
                h2 #heading tabindex="-1" { (messages.tokens_title()) }
                p.quiet {
                    (messages.tokens_intro()) " "
                    a href={ (cx.base()) "/api" } { (messages.tokens_api()) }
                }
                @if !tokens.is_empty() { (table(cx, tokens, now)) }
                (form(cx, draft))
            }
            (sessions(cx))
        }
    };
    let heading = messages.settings_title();
    let window_title = if draft.errors.is_empty() {
        title(cx, &heading)
    } else {
        messages.page_title_error(&*heading).to_string()
    };
    layout(cx, &window_title, &body)
}

fn sessions(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    html! {
        h2 { (messages.sessions_title()) }
        p.quiet { (messages.sessions_intro()) }
        form method="post" action={ (cx.base()) "/logout/everywhere" } { button.button { (messages.sessions_end()) } }
    }
}

/// The only time that the token itself is shown.
fn created(cx: &PageContext, token: &str) -> Markup {
    let messages = cx.messages();
    html! {
        section.created role="status" aria-labelledby="made" {
            div {
                h2 #made { (messages.token_made()) }
                div.joined {
                    input #token readonly autofocus value=(token) aria-label=(messages.token_label()) spellcheck="false";
                    button.primary.js type="button" data-copy="token" data-copied=(messages.token_copied()) { (messages.token_copy()) }
                }
                p.quiet { (messages.token_once()) }
            }
        }
    }
}

fn table(cx: &PageContext, tokens: &[AccessToken], now: Timestamp) -> Markup {
    let messages = cx.messages();
    let columns = [
        messages.token_column_name(),
        messages.token_column_scopes(),
        messages.column_made(),
        messages.token_column_used(),
        messages.token_column_expires(),
    ];
    html! {
        table role="table" aria-labelledby="heading" {
            thead role="rowgroup" {
                tr role="row" {
                    @for column in &columns { th role="columnheader" scope="col" { (column) } }
                    th role="columnheader" scope="col" { span.vh { (messages.column_actions()) } }
                }
            }
            tbody role="rowgroup" {
                @for token in tokens { (row(cx, token, now)) }
            }
        }
    }
}

fn row(cx: &PageContext, token: &AccessToken, now: Timestamp) -> Markup {
    let messages = cx.messages();
    let scopes: Vec<&str> = token.scopes.iter().map(Scope::as_str).collect();
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { bdi { (without_invisible(&token.name)) } }
            td role="cell" { (scopes.join(", ")) }
            td role="cell" { (time::date(cx, token.created_at)) }
            td role="cell" {
                @match token.last_used_at {
                    Some(at) => { span.phone { (messages.token_column_used()) ": " } (time::date(cx, at)) },
                    None => (messages.token_unused()),
                }
            }
            td role="cell" {
                @match token.expires_at {
                    Some(at) if at <= now => (messages.token_over()),
                    Some(at) => { span.phone { (messages.token_column_expires()) ": " } (time::date(cx, at)) },
                    None => (messages.token_lasting()),
                }
            }
            td.actions role="cell" { (revoke(cx, token)) }
        }
    }
}

fn revoke(cx: &PageContext, token: &AccessToken) -> Markup {
    let messages = cx.messages();
    let path = format!("{}/settings/tokens/{}", cx.base(), token.id);
    html! {
        details.confirm {
            summary.tool.danger aria-label=(messages.token_revoke_title(without_invisible(&token.name))) { (messages.token_revoke()) }
            form method="post" action={ (path) "/revoke" }
                hx-delete=(path) hx-target="closest tr" hx-swap="delete"
                hx-status:404="target:'closest tr' swap:delete"
                hx-status:4xx="target:#notice swap:innerHTML"
                hx-status:5xx="target:#notice swap:innerHTML" {
                span { (messages.token_revoke_ask()) }
                button.tool.danger { (messages.token_revoke_confirm()) }
            }
        }
    }
}

/// The answer to htmx, which has removed the row: announces it and clears the notice.
pub fn revoked(cx: &PageContext, name: &str) -> Markup {
    without_row(&cx.messages().token_revoked(without_invisible(name)))
}

/// As [`revoked`], for a token that was gone already.
pub fn already_gone(cx: &PageContext) -> Markup {
    without_row(&cx.messages().problem_gone_what())
}

fn without_row(announcement: &str) -> Markup {
    html! {
        hx-partial hx-target="#live" hx-swap="innerHTML" { (announcement) }
        hx-partial hx-target="#notice" hx-swap="innerHTML" {}
    }
}

fn form(cx: &PageContext, draft: &Draft) -> Markup {
    let messages = cx.messages();
    html! {
        form.token method="post" action={ (cx.base()) "/settings/tokens" }
            hx-post={ (cx.base()) "/settings/tokens" } hx-target="#notice" hx-swap="innerHTML" hx-sync="this:drop"
            hx-status:200="target:#tokens swap:outerHTML select:#tokens"
            hx-status:422="target:#tokens swap:outerHTML select:#tokens" {
            h3 { (messages.token_new()) }
            div.field {
                label for="name" { (messages.token_name()) }
                input #name name="name" required maxlength=(NAME_MAX) autocomplete="off"
                    placeholder=(messages.token_name_example()) value=(draft.name)
                    aria-invalid=[draft.errors.of("name").map(|_| "true")] aria-describedby="name-error";
                (error(cx, draft, "name"))
            }
            (scopes(cx, draft))
            div.field {
                label for="token-expires" { (messages.token_lifetime()) }
                select #token-expires name="expires" {
                    @for value in LIFETIMES {
                        option value=(value) selected[draft.expires == value] { (lifetime(cx, value)) }
                    }
                }
                (error(cx, draft, "expires"))
            }
            button.primary { (messages.token_make()) }
        }
    }
}

fn scopes(cx: &PageContext, draft: &Draft) -> Markup {
    let messages = cx.messages();
    let scopes = [
        ("read", messages.scope_read(), draft.scopes.read),
        ("write", messages.scope_write(), draft.scopes.write),
        ("delete", messages.scope_delete(), draft.scopes.delete),
    ];
    html! {
        fieldset.field aria-describedby="scopes-error" {
            legend { (messages.token_scopes()) }
            @for (scope, hint, is_chosen) in scopes {
                label.option {
                    input type="checkbox" name=(scope) checked[is_chosen];
                    span { code { (scope) } }
                    span.hint { (hint) }
                }
            }
            (error(cx, draft, "scopes"))
        }
    }
}

fn error(cx: &PageContext, draft: &Draft, field: &str) -> Markup {
    html! {
        p.error #{ (field) "-error" } {
            @if let Some(error) = draft.errors.of(field) { (error.message(cx.lang)) }
        }
    }
}

fn lifetime(cx: &PageContext, value: &str) -> String {
    let messages = cx.messages();
    match value {
        "1w" => messages.lifetime_week(),
        "1M" => messages.lifetime_month(),
        "3M" => messages.lifetime_months(),
        "1y" => messages.lifetime_year(),
        _ => messages.token_lasting(),
    }
    .to_string()
}
