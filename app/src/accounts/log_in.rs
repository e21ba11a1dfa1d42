//! `/login` and `/logout`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

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

/// `GET /login`.
pub async fn form(visitor: Visitor, Query(Next { next }): Query<Next>) -> Response {
    if visitor.user.is_some() {
        return Redirect::to(destination(&next)).into_response();
    }
    let form = AccountForm { email: "", next: carried_next(&next), errors: &FormErrors::default() };
    view::log_in(&visitor.page_context(), &form).into_response()
}

/// `POST /login`.
///
/// # Errors
/// The address or the password is wrong, or the client tried too often.
pub async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(account): Form<Account>,
) -> Result<impl IntoResponse> {
    app.limits.check(Action::LogIn, visitor.client_key()).await?;
    let (user, hash) = app.store.credentials(&account.email()).await?.unzip();
    // A longer password cannot be right. Its start is still hashed, so that the answer takes
    // as long as for any other wrong password, and the work has a limit.
    let max = usize::try_from(PASSWORD_MAX).unwrap_or(usize::MAX);
    let too_long = account.password.chars().count() > max;
    let password = account.password.chars().take(max).collect();
    let matches = app.passwords.verify(password, hash.filter(|_| !too_long)).await?;
    if let Some(user) = user.filter(|_| matches) {
        let cookie = session::start(&app, &visitor, user.id).await?;
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(destination(&account.next))));
    }
    let errors = FormErrors::from(FormError::Credentials);
    let form = AccountForm {
        email: account.typed_email(),
        next: carried_next(&account.next),
        errors: &errors,
    };
    let form = view::log_in(&visitor.page_context(), &form);
    Err(Error::Invalid { errors, form, fragment: None })
}

/// `POST /logout`.
pub async fn log_out(State(app): State<App>, visitor: Visitor) -> Result<impl IntoResponse> {
    let cookie = session::end(&app, &visitor).await?;
    let cookies = [
        (header::SET_COOKIE, cookie),
        (header::SET_COOKIE, flash::set(app.is_https(), Flash::LoggedOut)),
    ];
    Ok((AppendHeaders(cookies), Redirect::to("/")))
}
