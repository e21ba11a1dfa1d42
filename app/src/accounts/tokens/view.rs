//! Access tokens: those there are, and the form for one more.

use maud::{Markup, html};
use render::escape::without_bidi_controls;
use store::{AccessToken, Scope, Timestamp};

use crate::accounts::tokens::draft::{Draft, LIFETIMES, NAME_MAX};
use crate::ui::format;
use crate::ui::layout::{layout, title};
use crate::ui::page::Page;

pub fn page(
    page: &Page,
    draft: &Draft,
    tokens: &[AccessToken],
    made: Option<&str>,
    now: Timestamp,
) -> Markup {
    let t = page.t();
    let body = html! {
        section.list.settings {
            h1 { (t.settings_title()) }
            div #tokens {
                @if let Some(made) = made { (shown_once(page, made)) }
                h2 #heading tabindex="-1" { (t.tokens_title()) }
                p.quiet {
                    (t.tokens_intro()) " "
                    a href="/api" { (t.tokens_api()) }
                }
                @if !tokens.is_empty() { (table(page, tokens, now)) }
                (form(page, draft))
            }
        }
    };
    let heading = t.settings_title();
    let window = if draft.errors.is_empty() {
        title(page, &heading)
    } else {
        t.page_title_error(&*heading).to_string()
    };
    layout(page, &window, &body)
}

fn shown_once(page: &Page, made: &str) -> Markup {
    let t = page.t();
    html! {
        section.created role="status" aria-labelledby="made" {
            div {
                h2 #made { (t.token_made()) }
                div.joined {
                    input #token readonly autofocus value=(made) aria-label=(t.token_label()) spellcheck="false";
                    button.primary.js type="button" data-copy="token" data-copied=(t.token_copied()) { (t.token_copy()) }
                }
                p.quiet { (t.token_once()) }
            }
        }
    }
}

fn table(page: &Page, tokens: &[AccessToken], now: Timestamp) -> Markup {
    let t = page.t();
    let columns = [
        t.token_column_name(),
        t.token_column_scopes(),
        t.column_made(),
        t.token_column_used(),
        t.token_column_expires(),
    ];
    html! {
        table role="table" aria-labelledby="heading" {
            thead role="rowgroup" {
                tr role="row" {
                    @for column in &columns { th role="columnheader" scope="col" { (column) } }
                    th role="columnheader" scope="col" { span.vh { (t.column_actions()) } }
                }
            }
            tbody role="rowgroup" {
                @for token in tokens { (row(page, token, now)) }
            }
        }
    }
}

fn row(page: &Page, token: &AccessToken, now: Timestamp) -> Markup {
    let t = page.t();
    let scopes: Vec<&str> = token.scopes.iter().map(Scope::as_str).collect();
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { bdi { (without_bidi_controls(&token.name)) } }
            td role="cell" { (scopes.join(", ")) }
            td role="cell" { (date(page, token.created_at)) }
            td role="cell" {
                @match token.last_used_at {
                    Some(at) => { span.phone { (t.token_column_used()) ": " } (date(page, at)) },
                    None => (t.token_unused()),
                }
            }
            td role="cell" {
                @match token.expires_at {
                    Some(at) if at <= now => (t.token_over()),
                    Some(at) => { span.phone { (t.token_column_expires()) ": " } (date(page, at)) },
                    None => (t.token_lasting()),
                }
            }
            td.actions role="cell" { (revoke(page, token)) }
        }
    }
}

fn date(page: &Page, at: Timestamp) -> Markup {
    html! {
        time datetime=(format::iso(at)) title=(format::date_time(page.lang, at)) { (format::date(page.lang, at)) }
    }
}

fn revoke(page: &Page, token: &AccessToken) -> Markup {
    let t = page.t();
    let path = format!("/settings/tokens/{}", token.id);
    html! {
        details.confirm {
            summary.tool.danger aria-label=(t.token_revoke_title(without_bidi_controls(&token.name))) { (t.token_revoke()) }
            form method="post" action={ (path) "/revoke" }
                hx-delete=(path) hx-target="closest tr" hx-swap="delete"
                hx-status:4xx="target:#notice swap:innerHTML"
                hx-status:5xx="target:#notice swap:innerHTML" {
                span { (t.token_revoke_ask()) }
                button.tool.danger { (t.token_revoke_confirm()) }
            }
        }
    }
}

/// What follows a row that has just gone.
pub fn revoked(page: &Page, name: &str) -> Markup {
    html! {
        hx-partial hx-target="#live" hx-swap="innerHTML" { (page.t().token_revoked(without_bidi_controls(name))) }
        hx-partial hx-target="#notice" hx-swap="innerHTML" {}
    }
}

fn form(page: &Page, draft: &Draft) -> Markup {
    let t = page.t();
    let scopes = [
        ("read", t.scope_read(), draft.scopes.read),
        ("write", t.scope_write(), draft.scopes.write),
        ("delete", t.scope_delete(), draft.scopes.delete),
    ];
    html! {
        form.token method="post" action="/settings/tokens"
            hx-post="/settings/tokens" hx-target="#notice" hx-swap="innerHTML" hx-sync="this:drop"
            hx-status:200="target:#tokens swap:outerHTML select:#tokens"
            hx-status:422="target:#tokens swap:outerHTML select:#tokens" {
            h3 { (t.token_new()) }
            div.field {
                label for="name" { (t.token_name()) }
                input #name name="name" required maxlength=(NAME_MAX) autocomplete="off"
                    placeholder=(t.token_name_example()) value=(draft.name)
                    aria-invalid=[draft.errors.of("name").map(|_| "true")] aria-describedby="name-error";
                (error(page, draft, "name"))
            }
            fieldset.field aria-describedby="scopes-error" {
                legend { (t.token_scopes()) }
                @for (scope, words, chosen) in scopes {
                    label.option {
                        input type="checkbox" name=(scope) checked[chosen];
                        span { code { (scope) } }
                        span.hint { (words) }
                    }
                }
                (error(page, draft, "scopes"))
            }
            div.field {
                label for="token-expires" { (t.token_lifetime()) }
                select #token-expires name="expires" {
                    @for value in LIFETIMES {
                        option value=(value) selected[draft.expires == value] { (lifetime(page, value)) }
                    }
                }
                (error(page, draft, "expires"))
            }
            button.primary { (t.token_make()) }
        }
    }
}

fn error(page: &Page, draft: &Draft, field: &str) -> Markup {
    html! {
        p.error #{ (field) "-error" } {
            @if let Some(error) = draft.errors.of(field) { (error.message(page.lang)) }
        }
    }
}

fn lifetime(page: &Page, value: &str) -> String {
    let t = page.t();
    match value {
        "1w" => t.lifetime_week(),
        "1M" => t.lifetime_month(),
        "3M" => t.lifetime_months(),
        "1y" => t.lifetime_year(),
        _ => t.token_lasting(),
    }
    .to_string()
}
