//! `pb rm`: delete pastes

use serde_json::json;

use crate::api::Paste;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::Error;
use crate::output;
use crate::report::try_each;
use crate::target::Target;

pub(crate) fn rm(context: &Context, targets: &[Target]) -> Result<(), Error> {
    try_each(targets, |target| {
        delete(context, target).map_err(|error| match error {
            Error::Server { status, message } if targets.len() > 1 => {
                Error::Server { status, message: format!("{}: {message}", target.id) }
            }
            error => error,
        })
    })
}

fn delete(context: &Context, target: &Target) -> Result<(), Error> {
    let (server, id) = (context.server_of(target), target.id.as_str());
    let credential = context.credential_to_change(server, id)?;
    // Without a credential, the server would reject the deletion in the same way for existing and
    // missing pastes. Reading the paste first tells the user if it does not exist.
    if matches!(credential, Credential::Anonymous) {
        let _: Paste = context.client.get(server, &credential, server.api_url(&["pastes", id]))?;
    }
    let outcome = context.client.delete(server, &credential, id);
    let is_gone = matches!(outcome, Ok(()) | Err(Error::Server { status: 404 | 410, .. }));
    if is_gone && matches!(credential, Credential::DeleteToken(_)) {
        context.anonymous_pastes.remove(server, id)?;
    }
    outcome?;
    if context.json { output::print_json(&json!({ "id": id, "deleted": true })) } else { Ok(()) }
}
