//! `pb edit`

use serde_json::{Map, Value};

use crate::api::Paste;
use crate::arguments::commands::{Changes, EditOptions};
use crate::arguments::visibility::Visibility;
use crate::client::credential::Credential;
use crate::context::Context;
use crate::error::Error;
use crate::output;

pub(crate) fn edit(context: &Context, options: &EditOptions) -> Result<(), Error> {
    let (server, id) = (context.server_of(&options.paste), options.paste.id.as_str());
    let credential = context.credential_to_change(server, id)?;
    let paste: Paste = context.client.change(server, &credential, id, changes(&options.changes))?;
    if let Credential::DeleteToken(_) = credential {
        // It may live longer now: what deletes it is kept as long.
        context.anonymous_pastes.replace(server, &paste)?;
    }
    if context.json {
        output::print_json(&paste)
    } else {
        output::print_line(&output::sanitize_line(&paste.url))
    }
}

fn changes(wanted: &Changes) -> Map<String, Value> {
    let all = [
        ("title", wanted.title.as_deref()),
        ("syntax", wanted.syntax.as_deref()),
        ("expires", wanted.expires.as_deref()),
        ("visibility", wanted.visibility.map(Visibility::as_str)),
    ];
    let given = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    given.collect()
}
