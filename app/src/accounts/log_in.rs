use axum::Form;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use crate::accounts::view::{self, AccountForm, PASSWORD_MAX};
use crate::accounts::{Account, Next, carried, destination, session};
use crate::form_errors::{FormError, FormErrors};
use crate::limits::Action;
use crate::page::Flash;
use crate::visit::flash;
use crate::{App, Error, Result, Visit};

pub async fn form(visit: Visit, Query(Next { next }): Query<Next>) -> Response {
    if visit.user.is_some() {
        return Redirect::to(destination(&next)).into_response();
    }
    let form = AccountForm { email: "", next: carried(&next), errors: &FormErrors::default() };
    view::log_in(&visit.page(), &form).into_response()
}

pub async fn submit(
    State(app): State<App>,
    visit: Visit,
    Form(account): Form<Account>,
) -> Result<impl IntoResponse> {
    app.limits.spend(Action::LogIn, visit.client).await?;
    let (user, hash) = app.store.credentials(&account.email()).await?.unzip();
    // No account has a longer one, and nobody shall make the server hash more than that.
    let max = usize::try_from(PASSWORD_MAX).unwrap_or(usize::MAX);
    let too_long = account.password.chars().count() > max;
    let password = account.password.chars().take(max).collect();
    let matches = app.passwords.verify(password, hash.filter(|_| !too_long)).await?;
    if let Some(user) = user.filter(|_| matches) {
        let cookie = session::start(&app, &visit, user.id).await?;
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(destination(&account.next))));
    }
    let errors = FormErrors::from(FormError::Credentials);
    let form = AccountForm { email: &account.email, next: carried(&account.next), errors: &errors };
    let form = view::log_in(&visit.page(), &form);
    Err(Error::Invalid { errors, form, fragment: None })
}

pub async fn log_out(State(app): State<App>, visit: Visit) -> Result<impl IntoResponse> {
    let cookie = session::end(&app, &visit).await?;
    let cookies =
        [(header::SET_COOKIE, cookie), (header::SET_COOKIE, flash(&app, Flash::LoggedOut))];
    Ok((AppendHeaders(cookies), Redirect::to("/")))
}
