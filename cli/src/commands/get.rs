//! `pb get`: print or save the text of a paste

use std::io::{self, IsTerminal as _, Read, Write};
use std::path::Path;

use serde::Serialize;

use crate::api::Paste;
use crate::arguments::commands::GetOptions;
use crate::atomic_write::atomic_write;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::{Error, io_message};
use crate::output;
use crate::progress::Progress;
use crate::server::Server;

/// The size of the copy buffer, in bytes.
const BUFFER_BYTES: usize = 64 * 1024;

#[derive(Serialize)]
struct PasteWithText {
    #[serde(flatten)]
    paste: Paste,
    text: String,
}

pub(crate) fn get(context: &Context, options: &GetOptions) -> Result<(), Error> {
    let (server, id) = (context.server_of(&options.paste), options.paste.id.as_str());
    let credential = context.credential(server)?;
    let remote = RemotePaste { context, server, credential: &credential, id };
    match options.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            atomic_write(path, |file| {
                remote.copy_text(&mut *file, |error| Error::file(path, error))?;
                // Some file systems report a full disk only when the file is synced.
                file.sync_all()
                    .or_else(ignore_unsyncable)
                    .map_err(|error| Error::file(path, &error))
            })?;
            if context.json { output::print_json(&remote.details()?) } else { Ok(()) }
        }
        None if context.json => {
            let mut text = Vec::new();
            remote.copy_text(&mut text, output::stdout_error)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            output::print_json(&PasteWithText { paste: remote.details()?, text })
        }
        None => remote.copy_text(&mut io::stdout().lock(), output::stdout_error),
    }
}

struct RemotePaste<'a> {
    context: &'a Context,
    server: &'a Server,
    credential: &'a Credential,
    id: &'a str,
}

impl RemotePaste<'_> {
    fn details(&self) -> Result<Paste, Error> {
        let url = self.server.api_url(&["pastes", self.id]);
        self.context.client.get(self.server, self.credential, url)
    }

    /// Copies the text to `to`. `write_error` turns a failed write into an [`Error`].
    fn copy_text(
        &self,
        to: &mut impl Write,
        write_error: impl Fn(&io::Error) -> Error,
    ) -> Result<(), Error> {
        let (text, length) = self.context.client.text(self.server, self.credential, self.id)?;
        // A bar would mix with the text if both go to the terminal.
        let length = length.filter(|_| !io::stdout().is_terminal());
        let progress = Progress::new(self.id, length.unwrap_or(0));
        let mut text = progress.track(text);
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let read = match text.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let (server, reason) = (self.server.clone(), io_message(&error));
                    return Err(Error::NoConnection { server, reason });
                }
            };
            to.write_all(&buffer[..read]).map_err(|error| write_error(&error))?;
        }
        to.flush().map_err(|error| write_error(&error))
    }
}

/// Ignores the error of syncing a terminal or a pipe, which store nothing.
fn ignore_unsyncable(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(error) }
}
