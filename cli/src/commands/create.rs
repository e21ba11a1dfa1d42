//! `pb FILE…` and `… | pb`: create pastes

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::api::CreatedPaste;
use crate::arguments::NewPaste;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::Error;
use crate::local_store::anonymous_pastes::AnonymousPaste;
use crate::output;
use crate::progress::Progress;
use crate::report::{report, try_each};
use crate::source::Source;

pub(crate) fn create(context: &Context, files: &[PathBuf], new: &NewPaste) -> Result<(), Error> {
    let credential = context.credential(&context.server)?;
    if files.is_empty() {
        return create_one(context, &credential, &Source::stdin()?, new);
    }
    try_each(files, |file| {
        let source = if file == Path::new("-") { Source::stdin()? } else { Source::file(file)? };
        create_one(context, &credential, &source, new)
            .map_err(|error| if files.len() > 1 { with_file_name(file, error) } else { error })
    })
}

fn create_one(
    context: &Context,
    credential: &Credential,
    source: &Source,
    new: &NewPaste,
) -> Result<(), Error> {
    let name = source.name.as_deref().map_or("standard input".into(), OsStr::to_string_lossy);
    let progress = Progress::new(&name, source.length);
    let create = |details: &[_]| {
        context.client.create(
            &context.server,
            credential,
            (source, &progress),
            details,
            &idempotency_key()?,
        )
    };
    let details = details(source, new);
    let created: CreatedPaste = match extension(source, new) {
        None => create(&details),
        Some(extension) => {
            match create(&[&details[..], &[("syntax", extension.as_bytes())]].concat()) {
                // The server may not know the extension as a syntax. Let it guess instead.
                Err(Error::Server { status: 422, .. }) => create(&details),
                outcome => outcome,
            }
        }
    }?;
    drop(progress);
    save_delete_token(context, &created);
    report_decoding(&created);
    if context.json {
        output::print_json(&created)
    } else {
        output::print_line(&output::sanitize_line(&created.paste.url))
    }
}

/// The extension to send as the syntax.
///
/// It is only needed if `--title` replaces the file name, because the server guesses the syntax
/// from the title.
fn extension<'a>(source: &'a Source, new: &NewPaste) -> Option<&'a str> {
    let name = source.name.as_deref().filter(|_| new.title.is_some() && new.syntax.is_none())?;
    Path::new(name).extension()?.to_str()
}

/// The query parameters of a new paste. The file name is the default title.
fn details<'a>(source: &'a Source, new: &'a NewPaste) -> Vec<(&'static str, &'a [u8])> {
    let given = |option: &'a Option<String>| option.as_deref().map(str::as_bytes);
    let parameters = [
        ("title", given(&new.title).or(source.name.as_deref().map(OsStr::as_bytes))),
        ("syntax", given(&new.syntax)),
        ("expires", given(&new.expires)),
        ("visibility", new.visibility.map(|visibility| visibility.as_str().as_bytes())),
        ("charset", given(&new.charset)),
        ("lossy", new.lossy.then_some(b"1".as_slice())),
    ];
    parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Says on standard error that the paste has another text than was sent.
fn report_decoding(created: &CreatedPaste) {
    let Some(encoding) = created.decoded_from.as_deref().map(output::sanitize_line) else { return };
    if encoding != "UTF-8" {
        output::print_error_line(&format!("pb: the text was converted from {encoding} to UTF-8"));
    }
    if created.lossy {
        output::print_error_line("pb: what could not be read of the text was replaced by \u{fffd}");
    }
}

/// Saves the delete token of an anonymous paste on this computer.
///
/// The paste exists already, so a failure here is only reported, with the token, and the command
/// succeeds.
fn save_delete_token(context: &Context, created: &CreatedPaste) {
    let Some(delete_token) = &created.delete_token else { return };
    let paste = AnonymousPaste {
        server: context.server.clone(),
        delete_token: delete_token.clone(),
        paste: created.paste.clone(),
    };
    if let Err(error) = context.anonymous_pastes.add(paste) {
        report(&error);
        let token = output::sanitize_line(delete_token);
        output::print_error_line(&format!(
            "pb: so keep what deletes this paste: Delete-Token: {token}"
        ));
    }
}

fn idempotency_key() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Local(error.to_string()))?;
    Ok(hex::encode(bytes))
}

/// Puts the file name in front of the server's message. Errors of the file itself have it already.
fn with_file_name(file: &Path, error: Error) -> Error {
    match error {
        Error::Server { status, message } => {
            Error::Server { status, message: format!("{}: {message}", file.display()) }
        }
        error => error,
    }
}
