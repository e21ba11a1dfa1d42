//! `/register`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use email_address::{EmailAddress, Options};
use maud::Markup;
use store::NewUser;
use tracing::info;

use crate::accounts::form::{Account, Next, carried_next, destination};
use crate::accounts::view;
use crate::accounts::view::AccountForm;
use crate::error::form::{FormError, FormErrors};
use crate::error::{Error, Result};
use crate::http::rate_limit::action::Action;
use crate::state::App;
use crate::state::passwords::PASSWORD_MAX;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::session;

/// The longest address that SMTP can carry, in bytes (RFC 5321).
const EMAIL_MAX: usize = 254;

/// `GET /register`.
pub async fn form(visitor: Visitor, Query(Next { next }): Query<Next>) -> Response {
    if visitor.user.is_some() {
        return Redirect::to(destination(&next)).into_response();
    }
    let form = AccountForm { email: "", next: carried_next(&next), errors: &FormErrors::default() };
    view::register(&visitor.page_context(), &form).into_response()
}

/// `POST /register`: creates the account and logs its user in.
///
/// # Errors
/// A field is invalid, or the client registered too often.
pub async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(account): Form<Account>,
) -> Result<impl IntoResponse> {
    app.limits.check(Action::Register, visitor.client_key()).await?;
    let email = account.email();
    let mut errors = validate(&app, &visitor, &account, &email).await?;
    if errors.is_empty() {
        let password_hash =
            app.passwords.hash(visitor.client_key(), account.password.clone()).await?;
        let new = NewUser { email: &email, password_hash: &password_hash };
        match app.store.create_user(new, app.clock.now()).await {
            Ok(user) => {
                info!(user = user.id.0, client = %visitor.client_key(), "account created");
                let cookie = session::start(&app, &visitor, user.id).await?;
                let cookies = [
                    (header::SET_COOKIE, cookie),
                    (header::SET_COOKIE, flash::set(&app.cookies, Flash::Registered)),
                ];
                return Ok((AppendHeaders(cookies), Redirect::to(destination(&account.next))));
            }
            Err(store::Error::EmailTaken) => errors.push(FormError::EmailTaken),
            Err(error) => return Err(error.into()),
        }
    }
    let form = AccountForm {
        email: account.typed_email(),
        next: carried_next(&account.next),
        errors: &errors,
    };
    let form = view::register(&visitor.page_context(), &form);
    Err(Error::Invalid { errors, form, fragment: None })
}

async fn validate(
    app: &App,
    visitor: &Visitor,
    account: &Account,
    email: &str,
) -> Result<FormErrors> {
    let mut errors = FormErrors::default();
    // Addresses that people have on the internet. RFC 5322 allows more forms.
    let options =
        Options::default().without_display_text().without_domain_literal().with_required_tld();
    if email.len() > EMAIL_MAX || EmailAddress::parse_with_options(email, options).is_err() {
        errors.push(FormError::EmailInvalid);
    }
    let client = visitor.client_key();
    if let Some(error) = app.passwords.validate(client, &account.password, email).await? {
        errors.push(error);
    }
    Ok(errors)
}

/// `POST /register/strength`: rates a password while it is typed. The password is not stored.
///
/// # Errors
/// The client asks too often, or no thread was free in time.
pub async fn strength(
    State(app): State<App>,
    visitor: Visitor,
    Form(account): Form<Account>,
) -> Result<Markup> {
    let client = visitor.client_key();
    app.limits.check(Action::RatePassword, client).await?;
    let is_valid_length = (1..=PASSWORD_MAX).contains(&(account.password.chars().count() as u64));
    let score = if is_valid_length {
        Some(app.passwords.score(client, &account.password, &account.email()).await?)
    } else {
        None
    };
    Ok(view::strength(&visitor.page_context(), score))
}
