//! `pb ls`

use indicatif::HumanBytes;

use crate::api::{Paste, PastePage, format_utc};
use crate::arguments::commands::LsOptions;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::Error;
use crate::output::{self, sanitize_line};

/// The most that the server puts on one page.
const PAGE: usize = 100;

pub(crate) fn ls(context: &Context, options: &LsOptions) -> Result<(), Error> {
    let most = if options.all { usize::MAX } else { options.limit.get() };
    match context.credential(&context.server)? {
        Credential::Anonymous => {
            let pastes = context.anonymous_pastes.list(&context.server)?;
            pastes.iter().take(most).try_for_each(|saved| show(context, &saved.paste))
        }
        credential => owned(context, &credential, most),
    }
}

fn owned(context: &Context, credential: &Credential, mut left: usize) -> Result<(), Error> {
    let mut cursor: Option<String> = None;
    loop {
        let mut url = context.server.api_url(&["pastes"]);
        url.query_pairs_mut().append_pair("limit", &left.min(PAGE).to_string());
        if let Some(cursor) = &cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let page: PastePage = context.client.get(&context.server, credential, url)?;
        page.pastes.iter().take(left).try_for_each(|paste| show(context, paste))?;
        left = left.saturating_sub(page.pastes.len());
        // A server that leads us round in a circle is not followed.
        if left == 0
            || page.pastes.is_empty()
            || page.next_cursor.is_none()
            || page.next_cursor == cursor
        {
            return Ok(());
        }
        cursor = page.next_cursor;
    }
}

fn show(context: &Context, paste: &Paste) -> Result<(), Error> {
    if context.json { output::print_json(paste) } else { output::print_line(&row(paste)) }
}

/// The link comes first, for `cut`, and the title, of any length, last.
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
