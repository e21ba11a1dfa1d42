//! Every way to save a text.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::book::{Account, Paste};
use crate::client::Answer;
use crate::load::{HTML, Visitor};
use crate::records::Kind;
use crate::texts::{Shape, Text};

const DAY: Duration = Duration::from_hours(24);

/// As one says them, and how long they are.
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

/// Long enough for a client to ask again and again. From here on in [`LIFETIMES`].
const LONG: usize = 5;

/// In bytes.
const LANDMARK: usize = 4 * 1024 * 1024;

/// For how long a client sends a create again that nobody answers.
const TRIES: usize = 150;
const BETWEEN: Duration = Duration::from_millis(700);

/// What somebody wants to keep.
struct Wish {
    text: Text,
    title: String,
    expires: &'static str,
    lifetime: Option<Duration>,
    visibility: &'static str,
    owner: Option<Arc<Account>>,
}

impl Visitor {
    fn wish(&mut self, kind: Kind) -> Wish {
        let dice = &mut self.dice;
        let text = if kind == Kind::Large { Text::large(dice) } else { Text::usual(dice) };
        let shortest = if kind == Kind::Api { LONG } else { 0 };
        let (expires, lifetime) = *dice.pick(&LIFETIMES[shortest..]);
        let owner = if dice.once_in(2) { self.world.book.account(dice) } else { None };
        let visibility = match dice.below(5) {
            0 => "public",
            1 if owner.is_some() => "private",
            _ => "unlisted",
        };
        let title = format!("soak {} {}", self.number, self.done);
        Wish { text, title, expires, lifetime, visibility, owner }
    }

    pub async fn create(&mut self, kind: Kind) {
        let wish = self.wish(kind);
        let site = self.world.client.any_site(&mut self.dice);
        let request = self.request(kind, site, &wish).header("x-forwarded-for", self.address());
        let wanted = if matches!(kind, Kind::Form | Kind::Multipart) { 303 } else { 201 };
        let answer = self.send(kind, site, request).await;
        let acknowledged =
            answer.filter(|answer| self.world.client.expect(kind, answer, &[wanted]));
        let Some(answer) = acknowledged else {
            self.world.unknown.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let place = answer.header("location").unwrap_or_default();
        let id = place.rsplit('/').next().unwrap_or_default();
        let token = answer.header("delete-token").map(str::to_owned);
        let made = (answer.asked, answer.answered);
        self.note(&wish, id, token, made);
    }

    /// A large one that stays, for those who read slowly.
    pub async fn landmark(&mut self) -> Option<Arc<Paste>> {
        let text = Text::shaped(&mut self.dice, Shape::Plain, LANDMARK);
        self.keep(Kind::Large, 0, text).await
    }

    /// A text for a day, at this site.
    pub async fn keep(&mut self, kind: Kind, site: usize, text: Text) -> Option<Arc<Paste>> {
        let wish = Wish {
            text,
            title: String::new(),
            expires: "1d",
            lifetime: Some(DAY),
            visibility: "unlisted",
            owner: None,
        };
        let request = self.request(kind, site, &wish).header("x-forwarded-for", self.address());
        let answer = self.send(kind, site, request).await?;
        if !self.world.client.expect(kind, &answer, &[201]) {
            return None;
        }
        let id = answer.header("location")?.rsplit('/').next()?.to_owned();
        let made = (answer.asked, answer.answered);
        self.world.book.note(Paste::new(id, text, wish.lifetime, made))
    }

    fn request(&mut self, kind: Kind, site: usize, wish: &Wish) -> RequestBuilder {
        let (client, text) = (&self.world.client, wish.text.write());
        let mut fields = vec![
            ("title", wish.title.as_str()),
            ("syntax", wish.text.syntax()),
            ("visibility", wish.visibility),
        ];
        // Without a word on it, a paste lives for a week.
        if wish.expires != "1w" {
            fields.push(("expires", wish.expires));
        }
        let cookie = wish.owner.as_ref().map(|owner| ("cookie", owner.cookie.clone()));
        let bearer =
            wish.owner.as_ref().map(|owner| ("authorization", format!("Bearer {}", owner.bearer)));
        let (request, who) = match kind {
            Kind::Form => {
                fields.push(("text", &text));
                let body = pairs(&fields);
                let media_type = "application/x-www-form-urlencoded";
                let request = client.request(Method::POST, site, "/").body(body);
                (request.header("accept", HTML).header("content-type", media_type), cookie)
            }
            Kind::Multipart => {
                let file = self.dice.once_in(2);
                let part = Part::bytes(if file { text.clone().into_bytes() } else { Vec::new() });
                let part = part.file_name(if file { "notes" } else { "" });
                let mut form = Form::new().part("file", part);
                for (name, value) in &fields {
                    form = form.text((*name).to_owned(), (*value).to_owned());
                }
                if !file {
                    form = form.text("text", text);
                }
                let request = client.request(Method::POST, site, "/").multipart(form);
                (request.header("accept", HTML), cookie)
            }
            Kind::Put => {
                let path = format!("/main?{}", pairs(&fields));
                (client.request(Method::PUT, site, &path).body(text), bearer)
            }
            _ => {
                let path = format!("/?{}", pairs(&fields));
                (client.request(Method::POST, site, &path).body(text), bearer)
            }
        };
        who.into_iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    fn note(
        &mut self,
        wish: &Wish,
        id: &str,
        delete_token: Option<String>,
        made: (Instant, Instant),
    ) {
        let mut paste = Paste::new(id.to_owned(), wish.text, wish.lifetime, made);
        paste.owner.clone_from(&wish.owner);
        paste.private = wish.visibility == "private";
        paste.delete_token = delete_token;
        if id.len() != 12 {
            self.world.client.records.wrong(&format!("a create is answered with the link {id:?}"));
        } else if let Some(paste) = self.world.book.note(paste) {
            self.remember(paste);
        } else {
            self.world.client.records.lost(id, "was given away twice");
        }
    }

    /// The same create again and again until it is answered: it happens once.
    pub async fn create_once(&mut self) {
        let mut wish = self.wish(Kind::Api);
        let key = format!("soak-{:x}-{}-{}", self.world.seed, self.number, self.done);
        wish.title = key.clone();
        let address = self.address();
        let began = Instant::now();
        for _ in 0..TRIES {
            let Some(answer) = self.send_once(&wish, &key, &address).await else {
                tokio::time::sleep(BETWEEN).await;
                continue;
            };
            let (id, token) = id_and_token(&answer);
            if self.dice.once_in(4)
                && let Some(again) = self.send_once(&wish, &key, &address).await
                && id_and_token(&again) != (id.clone(), token.clone())
            {
                let told = format!("{key} made {id}, and then another: {}", again.text());
                self.world.client.records.wrong(&told);
            }
            self.note(&wish, &id, token, (began, answer.answered));
            return;
        }
        self.world.client.records.wrong(&format!("{key} was never answered"));
    }

    async fn send_once(&mut self, wish: &Wish, key: &str, address: &str) -> Option<Answer> {
        let site = self.world.client.any_site(&mut self.dice);
        let body = json!({
            "text": wish.text.write(),
            "title": wish.title,
            "syntax": wish.text.syntax(),
            "expires": wish.expires,
            "visibility": wish.visibility,
        });
        let mut request = self
            .world
            .client
            .request(Method::POST, site, "/api/v1/pastes")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .header("x-forwarded-for", address)
            .body(body.to_string());
        if let Some(owner) = &wish.owner {
            request = request.header("authorization", format!("Bearer {}", owner.bearer));
        }
        let answer = self.send(Kind::Api, site, request).await?;
        self.world.client.expect(Kind::Api, &answer, &[201]).then_some(answer)
    }
}

fn id_and_token(answer: &Answer) -> (String, Option<String>) {
    let made: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let field = |name: &str| made[name].as_str().map(str::to_owned);
    (field("id").unwrap_or_default(), field("delete_token"))
}

pub fn pairs(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
