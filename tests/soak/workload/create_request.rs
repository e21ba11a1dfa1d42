//! The requests of each way to create a paste.

use std::sync::Arc;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use testbed::Rng;

use super::Visitor;
use crate::client::HTML;
use crate::ledger::Account;
use crate::operation::Operation;
use crate::texts::Text;

pub const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// Values of the field `expires`, and the lifetimes that they mean.
pub const LIFETIMES: &[(&str, Option<Duration>)] = &[
    ("2s", Some(Duration::from_secs(2))),
    ("5s", Some(Duration::from_secs(5))),
    ("20", Some(Duration::from_secs(20))),
    ("2m", Some(Duration::from_mins(2))),
    ("10m", Some(Duration::from_mins(10))),
    ("1h", Some(Duration::from_hours(1))),
    ("1d", Some(DAY)),
    ("1w", Some(Duration::from_hours(168))),
    ("never", None),
    ("never", None),
];

const DAY: Duration = Duration::from_hours(24);

/// From this index on, [`LIFETIMES`] are longer than a client repeats a create.
const LONG_LIFETIMES: usize = 5;

/// A paste to be created.
pub struct NewPaste {
    pub text: Text,
    pub title: String,
    pub expires: &'static str,
    pub lifetime: Option<Duration>,
    pub visibility: &'static str,
    pub owner: Option<Arc<Account>>,
}

impl NewPaste {
    /// An unlisted paste without an owner that expires after a day.
    pub fn for_a_day(text: Text) -> Self {
        Self {
            text,
            title: String::new(),
            expires: "1d",
            lifetime: Some(DAY),
            visibility: "unlisted",
            owner: None,
        }
    }

    pub fn as_json(&self) -> String {
        json!({
            "text": self.text.content(),
            "title": self.title,
            "syntax": self.text.syntax(),
            "expires": self.expires,
            "visibility": self.visibility,
        })
        .to_string()
    }

    /// The fields of a form, without the text.
    fn fields(&self) -> Vec<(&str, &str)> {
        let mut fields = vec![
            ("title", self.title.as_str()),
            ("syntax", self.text.syntax()),
            ("visibility", self.visibility),
        ];
        // A week is the site's default.
        if self.expires != "1w" {
            fields.push(("expires", self.expires));
        }
        fields
    }

    fn multipart(&self, rng: &mut Rng) -> Form {
        let as_file = rng.one_in(2);
        let text = self.text.content();
        let (file, name) = if as_file { (text.clone(), "notes") } else { (String::new(), "") };
        let mut form = Form::new().part("file", Part::text(file).file_name(name));
        for (name, value) in self.fields() {
            form = form.text(name.to_owned(), value.to_owned());
        }
        if as_file { form } else { form.text("text", text) }
    }
}

impl Visitor {
    /// A random paste to be created by `operation`.
    pub(super) fn new_paste(&mut self, operation: Operation) -> NewPaste {
        let rng = &mut self.rng;
        let text =
            if operation == Operation::CreateLarge { Text::large(rng) } else { Text::typical(rng) };
        let shortest = if operation == Operation::CreateApi { LONG_LIFETIMES } else { 0 };
        let (expires, lifetime) = *rng.choose(&LIFETIMES[shortest..]);
        let owner = if rng.one_in(2) { self.workload.ledger.random_account(rng) } else { None };
        let visibility = match rng.below(5) {
            0 => "public",
            1 if owner.is_some() => "private",
            _ => "unlisted",
        };
        let title = format!("soak {} {}", self.number, self.operations);
        NewPaste { text, title, expires, lifetime, visibility, owner }
    }

    /// The request that creates it as a browser's form, a PUT or a bare body.
    pub(super) fn create_request(
        &mut self,
        operation: Operation,
        site: usize,
        new: &NewPaste,
    ) -> RequestBuilder {
        let request = match operation {
            Operation::CreateForm => {
                let text = new.text.content();
                let fields = [new.fields(), vec![("text", &text)]].concat();
                let request = self.request(Method::POST, site, "/").body(url_encoded(&fields));
                request.header("accept", HTML).header("content-type", URL_ENCODED)
            }
            Operation::CreateMultipart => {
                let form = new.multipart(&mut self.rng);
                self.request(Method::POST, site, "/").multipart(form).header("accept", HTML)
            }
            Operation::CreatePut => {
                let path = format!("/main?{}", url_encoded(&new.fields()));
                self.request(Method::PUT, site, &path).body(new.text.content())
            }
            _ => {
                let path = format!("/?{}", url_encoded(&new.fields()));
                self.request(Method::POST, site, &path).body(new.text.content())
            }
        };
        let Some(owner) = &new.owner else { return request };
        if matches!(operation, Operation::CreateForm | Operation::CreateMultipart) {
            request.header("cookie", &owner.cookie)
        } else {
            request.bearer_auth(&owner.token)
        }
    }
}

pub fn url_encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
