//! The start page for `curl`: how to paste from a terminal.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::lifetime::Lifetime;
use crate::pastes::submission::TEXTS_MAX;
use crate::state::App;
use crate::ui::format;
use crate::ui::i18n::Lang;
use crate::visitor::Visitor;
use crate::visitor::programs::VARY;

/// The instructions as a response.
pub fn respond(app: &App, visitor: &Visitor) -> Response {
    // The commands name the host that this client asked for.
    let cache = (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    ([(header::VARY, VARY), cache], text(app, &visitor.public_url)).into_response()
}

/// In English only, because the parameters in the commands are English.
fn text(app: &App, url: &str) -> String {
    let size = format::size(Lang::En, app.max_paste_bytes as u64);
    let default = app.lifetimes.default(true);
    let limit = |max: Lifetime| match max {
        Lifetime::Never => "no limit".to_owned(),
        longest @ Lifetime::For(_) => format!("at most {longest}"),
    };
    let (anonymous, max) = (app.lifetimes.max(true), app.lifetimes.max(false));
    let longest = if anonymous == max {
        limit(max)
    } else {
        format!("{}; with an account {}", limit(anonymous), limit(max))
    };
    let netcat = netcat(app, url);
    format!(
        "Pastebin: send a text, get its link.

  curl --data-binary @notes.txt {url}
  ls -l | curl -T - {url}
  curl -T main.rs {url}/
  curl -F file=@main.rs -F file=@notes.txt {url}
  curl -d 'text=Hello, world' {url}
{netcat}
What can be said of it, in a form (-F expires=1h) or in the address:

  curl --data-binary @notes.txt '{url}/?expires=1h&syntax=markdown&title=Notes'

  expires     10m 1h 1d 1w 1M 1y never, any number of these (90m), or seconds; -i shows Expires-At
  syntax      a language's name or extension: rust, py, …; auto guesses
  title       a line
  charset     the encoding of a text that is not UTF-8, like windows-1251
  lossy       1 keeps a text that cannot be read, with � for what is not text
  visibility  unlisted (who has the link), public (also on {url}/recent), private (needs an account)

To read it:

  curl {url}/ID

Without an account each answer has a Delete-Token in its head; -X DELETE -H 'Delete-Token: …' at the link takes the text back.
Here a text has at most {size}, a request at most {TEXTS_MAX} texts and four times as much.
It is kept for {default} unless you say otherwise ({longest}).

For programs: {url}/api
"
    )
}

fn netcat(app: &App, url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str).map(|host| host.trim_matches(['[', ']']));
    match (host, app.tcp_port) {
        (Some(host), Some(port)) => {
            format!("  ls -l | nc {host} {port}    (five seconds of silence end the text)\n")
        }
        _ => String::new(),
    }
}
