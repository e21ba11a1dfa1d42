//! `pb login` and `pb logout`: save and remove the token of a server

use std::io;

use serde_json::json;

use crate::api::User;
use crate::arguments::commands::LoginOptions;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::{Error, io_message};
use crate::output::{self, sanitize_line};
use crate::server::Server;

/// Checks the token with the server and saves it.
pub(crate) fn login(context: &Context, options: &LoginOptions) -> Result<(), Error> {
    let server = options.url.as_ref().unwrap_or(&context.server);
    if !server.is_https() && !server.is_loopback() {
        output::print_error_line(&format!(
            "pb: {server} is not encrypted: others on the way can read the token"
        ));
    }
    let token =
        if options.with_token { read_token_from_stdin() } else { prompt_for_token(server) }?;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Usage("that is no token: one starts with pastebin_pat_".to_owned()));
    }
    let response =
        context.client.get(server, &Credential::Token(token.clone()), server.api_url(&["user"]));
    let user: Option<User> = match response {
        Ok(user) => Some(user),
        // The server knows the token, but it may not read, only write. That is a valid token.
        Err(Error::Server { status: 403, .. }) => None,
        Err(error) => return Err(error),
    };
    context.logins.save(server, token)?;
    match user {
        Some(user) if context.json => output::print_json(&user),
        Some(user) => {
            output::print_line(&format!("Logged in to {server} as {}", sanitize_line(&user.email)))
        }
        None if context.json => output::print_json(&json!({})),
        None => {
            output::print_line(&format!("Logged in to {server} with a token that may not read"))
        }
    }
}

pub(crate) fn logout(context: &Context, url: Option<&Server>) -> Result<(), Error> {
    let server = url.unwrap_or(&context.server);
    let was_logged_in = context.logins.token(server)?.is_some();
    context.logins.remove(server)?;
    match (context.json, was_logged_in) {
        (true, _) => output::print_json(&json!({ "server": server, "logged_out": was_logged_in })),
        (false, true) => output::print_line(&format!("Logged out of {server}")),
        (false, false) => output::print_line(&format!("Not logged in to {server}")),
    }
}

fn read_token_from_stdin() -> Result<String, Error> {
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    read.map_err(|error| Error::Local(format!("standard input: {}", io_message(&error))))?;
    Ok(line.trim().to_owned())
}

fn prompt_for_token(server: &Server) -> Result<String, Error> {
    let token = rpassword::prompt_password(format!("Token for {server}: "));
    let token = token.map_err(|error| {
        Error::Usage(format!(
            "no terminal to ask for the token; use --with-token: {}",
            io_message(&error)
        ))
    })?;
    Ok(token.trim().to_owned())
}
