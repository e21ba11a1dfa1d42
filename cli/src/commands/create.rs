//! `pb FILE…`, `… | pb`

use std::path::{Path, PathBuf};

use crate::api::CreatedPaste;
use crate::arguments::NewPaste;
use crate::arguments::visibility::Visibility;
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
        return save(context, &credential, &Source::stdin()?, new);
    }
    try_each(files, |file| {
        let source = if file == Path::new("-") { Source::stdin()? } else { Source::file(file)? };
        save(context, &credential, &source, new).map_err(|error| of_file(file, files.len(), error))
    })
}

fn save(
    context: &Context,
    credential: &Credential,
    source: &Source,
    new: &NewPaste,
) -> Result<(), Error> {
    let progress = Progress::new(source.name.as_deref().unwrap_or("standard input"), source.length);
    let send = |details: &[_]| {
        context.client.create(&context.server, credential, (source, &progress), details, &key()?)
    };
    let details = details(source, new);
    let created: CreatedPaste = match extension(source, new) {
        None => send(&details),
        Some(extension) => match send(&[&details[..], &[("syntax", extension)]].concat()) {
            // Not every extension is of a language that the server knows.
            Err(Error::Server { status: 422, .. }) => send(&details),
            outcome => outcome,
        },
    }?;
    drop(progress);
    remember(context, &created);
    if context.json {
        output::print_json(&created)
    } else {
        output::print_line(&output::sanitize_line(&created.paste.url))
    }
}

/// What a file is written in, where its name is not its title, from which the server would know.
fn extension<'a>(source: &'a Source, new: &NewPaste) -> Option<&'a str> {
    let name = source.name.as_deref().filter(|_| new.title.is_some() && new.syntax.is_none())?;
    Path::new(name).extension()?.to_str()
}

/// The server knows from the name of a file what it is written in.
fn details<'a>(source: &'a Source, new: &'a NewPaste) -> Vec<(&'static str, &'a str)> {
    let title = new.title.as_deref().or(source.name.as_deref());
    let visibility = new.visibility.map(Visibility::as_str);
    let all = [
        ("title", title),
        ("syntax", new.syntax.as_deref()),
        ("expires", new.expires.as_deref()),
        ("visibility", visibility),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Saved is saved: what cannot be remembered is said, and the link is printed all the same.
fn remember(context: &Context, created: &CreatedPaste) {
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

fn key() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Local(error.to_string()))?;
    Ok(hex::encode(bytes))
}

/// Of several files it is said which.
fn of_file(file: &Path, of: usize, error: Error) -> Error {
    match error {
        Error::Server { status, message } if of > 1 => {
            Error::Server { status, message: format!("{}: {message}", file.display()) }
        }
        error => error,
    }
}
