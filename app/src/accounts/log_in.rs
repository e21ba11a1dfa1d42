//! `/login` and `/logout`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use store::{LogHash, User, email_key};
use tracing::{info, warn};

use crate::accounts::form::{Account, Next, carried_next, destination};
use crate::accounts::view;
use crate::accounts::view::AccountForm;
use crate::error::form::{FormError, FormErrors};
use crate::error::{Error, Result};
use crate::http::client_ip::ClientKey;
use crate::http::log_throttle::LogThrottle;
use crate::http::rate_limit::action::Action;
use crate::http::rate_limit::guesses::AccountKey;
use crate::state::App;
use crate::state::passwords::PASSWORD_MAX;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::session;

/// How often a failed log-in is logged.
const LOG_INTERVAL: Duration = Duration::from_millis(100);

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
    let client = visitor.client_key();
    app.limits.check(Action::LogIn, client).await?;
    let email = account.email();
    let account_key = AccountKey::new(&email_key(&email));
    app.limits.guess(account_key, client).await?;
    let user = check_password(&app, client, &email, &account.password).await;
    if !matches!(user, Ok(None)) {
        app.limits.undo_guess(account_key, client).await;
    }
    if let Some(user) = user? {
        let cookie = session::start(&app, &visitor, user.id).await?;
        info!(user = user.id.0, %client, "logged in");
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(destination(&account.next))));
    }
    log_failure(&email, client);
    let errors = FormErrors::from(FormError::Credentials);
    let form = AccountForm {
        email: account.typed_email(),
        next: carried_next(&account.next),
        errors: &errors,
    };
    let form = view::log_in(&visitor.page_context(), &form);
    Err(Error::Invalid { errors, form, fragment: None })
}

/// The user of this account, if the password is right.
async fn check_password(
    app: &App,
    client: ClientKey,
    email: &str,
    password: &str,
) -> Result<Option<User>> {
    let (user, hash) = app.store.credentials(email).await?.unzip();
    // A longer password cannot be right. Its start is still hashed, so that the answer takes
    // as long as for any other wrong password, and the work has a limit.
    let max = usize::try_from(PASSWORD_MAX).unwrap_or(usize::MAX);
    let too_long = password.chars().count() > max;
    let password = password.chars().take(max).collect();
    let matches = app.passwords.verify(client, password, hash.filter(|_| !too_long)).await?;
    Ok(user.filter(|_| matches))
}

/// Logs a wrong password or an unknown account, with a hash of the email. A flood is a few lines a
/// second.
fn log_failure(email: &str, client: ClientKey) {
    static THROTTLE: Mutex<LogThrottle> = Mutex::new(LogThrottle::new(LOG_INTERVAL));
    if let Some(skipped) = THROTTLE.lock().unwrap_or_else(PoisonError::into_inner).admit() {
        warn!(account = %LogHash::of(&email_key(email)), %client, skipped, "a log-in failed");
    }
}

/// `POST /logout`. The browser forgets the session in any case. If the database does not answer, the
/// next page says that the session has not ended on the server.
pub async fn log_out(State(app): State<App>, visitor: Visitor) -> Response {
    let flash = match session::end(&app, &visitor).await {
        Ok(()) => Flash::LoggedOut,
        Err(_) => Flash::LoggedOutHere,
    };
    leave(&app, flash)
}

/// `POST /logout/everywhere`: ends all sessions of the user.
///
/// # Errors
/// The database fails, or the visitor is not logged in.
pub async fn log_out_everywhere(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let user = visitor.user.as_ref().ok_or(Error::LoggedOut)?;
    app.store.end_sessions(user.id).await?;
    info!(user = user.id.0, "logged out everywhere");
    Ok(leave(&app, Flash::LoggedOut))
}

fn leave(app: &App, flash: Flash) -> Response {
    let cookies = [
        (header::SET_COOKIE, session::clear(app)),
        (header::SET_COOKIE, flash::set(&app.cookies, flash)),
    ];
    (AppendHeaders(cookies), Redirect::to("/")).into_response()
}
