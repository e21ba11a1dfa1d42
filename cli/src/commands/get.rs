//! `pb get`

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

const PIECE: usize = 64 * 1024;

#[derive(Serialize)]
struct WithText {
    #[serde(flatten)]
    paste: Paste,
    text: String,
}

pub(crate) fn get(context: &Context, options: &GetOptions) -> Result<(), Error> {
    let (server, id) = (context.server_of(&options.paste), options.paste.id.as_str());
    let credential = context.credential(server)?;
    let read = Reading { context, server, credential: &credential, id };
    match options.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            atomic_write(path, |file| {
                read.copy(&mut *file, |error| Error::file(path, error))?;
                // A full disk may say so only now.
                file.sync_all().or_else(unless_a_device).map_err(|error| Error::file(path, &error))
            })?;
            if context.json { output::print_json(&read.paste()?) } else { Ok(()) }
        }
        None if context.json => {
            let mut text = Vec::new();
            read.copy(&mut text, output::stdout_error)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            output::print_json(&WithText { paste: read.paste()?, text })
        }
        None => read.copy(&mut io::stdout().lock(), output::stdout_error),
    }
}

struct Reading<'a> {
    context: &'a Context,
    server: &'a Server,
    credential: &'a Credential,
    id: &'a str,
}

impl Reading<'_> {
    fn paste(&self) -> Result<Paste, Error> {
        let url = self.server.api_url(&["pastes", self.id]);
        self.context.client.get(self.server, self.credential, url)
    }

    fn copy(
        &self,
        to: &mut impl Write,
        unwritten: impl Fn(&io::Error) -> Error,
    ) -> Result<(), Error> {
        let (text, length) = self.context.client.text(self.server, self.credential, self.id)?;
        // Between the lines of the text a bar would be noise.
        let length = length.filter(|_| !io::stdout().is_terminal());
        let progress = Progress::new(self.id, length.unwrap_or(0));
        let mut text = progress.track(text);
        let mut piece = vec![0; PIECE];
        loop {
            let read = match text.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let (server, reason) = (self.server.clone(), io_message(&error));
                    return Err(Error::NoConnection { server, reason });
                }
            };
            to.write_all(&piece[..read]).map_err(|error| unwritten(&error))?;
        }
        to.flush().map_err(|error| unwritten(&error))
    }
}

/// Terminals and pipes keep nothing, so there is nothing to sync.
fn unless_a_device(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(error) }
}
