//! `pb edit`: change the details of a paste

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
    let paste: Paste = context.client.change(server, &credential, id, to_json(&options.changes))?;
    if let Credential::DeleteToken(_) = credential {
        // The saved delete token must last as long as the paste, whose expiry may have changed.
        context.anonymous_pastes.replace(server, &paste)?;
    }
    if context.json {
        output::print_json(&paste)
    } else {
        output::print_line(&output::sanitize_line(&paste.url))
    }
}

fn to_json(changes: &Changes) -> Map<String, Value> {
    let fields = [
        ("title", changes.title.as_deref()),
        ("syntax", changes.syntax.as_deref()),
        ("expires", changes.expires.as_deref()),
        ("visibility", changes.visibility.map(Visibility::as_str)),
    ];
    let given =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    given.collect()
}
