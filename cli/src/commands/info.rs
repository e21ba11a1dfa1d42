//! `pb info`: print the details of a paste

use indicatif::HumanBytes;

use crate::api::{Paste, format_utc};
use crate::context::Context;
use crate::error::Error;
use crate::output::{self, sanitize_line};
use crate::target::Target;

pub(crate) fn info(context: &Context, target: &Target) -> Result<(), Error> {
    let server = context.server_of(target);
    let url = server.api_url(&["pastes", &target.id]);
    let paste: Paste = context.client.get(server, &context.credential(server)?, url)?;
    if context.json {
        output::print_json(&paste)
    } else {
        output::print_line(&lines(&paste).join("\n"))
    }
}

fn lines(paste: &Paste) -> Vec<String> {
    let guessed = if paste.syntax_guessed { " (guessed)" } else { "" };
    let lines = if paste.lines == 1 { "line" } else { "lines" };
    let size = HumanBytes(paste.bytes);
    vec![
        sanitize_line(&paste.url),
        format!("title       {}", sanitize_line(&paste.title)),
        format!("syntax      {}{guessed}", sanitize_line(&paste.syntax)),
        format!("visibility  {}", sanitize_line(&paste.visibility)),
        format!("size        {size}, {} {lines}", paste.lines),
        format!("created     {}", format_utc(paste.created_at)),
        format!("expires     {}", paste.format_expiry()),
        format!("sha256      {}", sanitize_line(&paste.sha256)),
    ]
}
