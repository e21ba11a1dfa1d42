//! `pb edit`

use serde_json::{Map, Value};

use crate::arguments::commands::{Changes, Edit};
use crate::arguments::visibility::Visibility;
use crate::client::credential::Credential;
use crate::commands::Pb;
use crate::error::Error;
use crate::output;
use crate::paste::Paste;

pub(crate) fn edit(pb: &Pb, what: &Edit) -> Result<(), Error> {
    let (server, id) = (pb.server_of(&what.paste), what.paste.id.as_str());
    let credential = pb.credential_for(server, id)?;
    let paste: Paste = pb.client.change(server, &credential, id, changes(&what.changes))?;
    if let Credential::DeleteToken(_) = credential {
        // It may live longer now: what deletes it is kept as long.
        pb.anonymous_pastes.replace(server, &paste)?;
    }
    if pb.json { output::say_json(&paste) } else { output::say(&output::one_line(&paste.url)) }
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
