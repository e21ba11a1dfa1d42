//! `pb ls`: list the user's pastes

use indicatif::HumanBytes;

use crate::api::{Paste, PastePage, format_utc};
use crate::arguments::commands::LsOptions;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::Error;
use crate::output::{self, sanitize_line};

/// The most pastes that the server returns on one page.
const MAX_PAGE_SIZE: usize = 100;

pub(crate) fn ls(context: &Context, options: &LsOptions) -> Result<(), Error> {
    let limit = if options.all { usize::MAX } else { options.limit.get() };
    match context.credential(&context.server)? {
        Credential::Anonymous => {
            let pastes = context.anonymous_pastes.list(&context.server)?;
            pastes.iter().take(limit).try_for_each(|saved| print_paste(context, &saved.paste))
        }
        credential => list_owned(context, &credential, limit),
    }
}

fn list_owned(
    context: &Context,
    credential: &Credential,
    mut remaining: usize,
) -> Result<(), Error> {
    let mut cursor: Option<String> = None;
    loop {
        let mut url = context.server.api_url(&["pastes"]);
        url.query_pairs_mut().append_pair("limit", &remaining.min(MAX_PAGE_SIZE).to_string());
        if let Some(cursor) = &cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let page: PastePage = context.client.get(&context.server, credential, url)?;
        page.pastes.iter().take(remaining).try_for_each(|paste| print_paste(context, paste))?;
        remaining = remaining.saturating_sub(page.pastes.len());
        // An empty page or a repeated cursor also ends the list, in case a faulty server never ends
        // it.
        if remaining == 0
            || page.pastes.is_empty()
            || page.next_cursor.is_none()
            || page.next_cursor == cursor
        {
            return Ok(());
        }
        cursor = page.next_cursor;
    }
}

fn print_paste(context: &Context, paste: &Paste) -> Result<(), Error> {
    if context.json { output::print_json(paste) } else { output::print_line(&row(paste)) }
}

/// The link comes first, where `cut -d " " -f 1` can take it. The title comes last, because it has
/// no fixed width.
fn row(paste: &Paste) -> String {
    let size = HumanBytes(paste.bytes).to_string();
    let row = format!(
        "{}  {}  {size:>10}  {:<12} {:<10} {:<20}  {}",
        sanitize_line(&paste.url),
        format_utc(paste.created_at),
        sanitize_line(&paste.syntax),
        sanitize_line(&paste.visibility),
        paste.format_expiry(),
        sanitize_line(&paste.title)
    );
    row.trim_end().to_owned()
}
