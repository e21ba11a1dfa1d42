//! Accounts, and those who are turned away.

use reqwest::Method;

use crate::book::Account;
use crate::creates::pairs;
use crate::harness::PASSWORD;
use crate::load::{HTML, Visitor};
use crate::records::Kind;

const FORM: &str = "application/x-www-form-urlencoded";

/// Of an access token, as the page shows it.
const TOKEN: &str = "pastebin_pat_";
const DIGITS: usize = 64;

impl Visitor {
    async fn submit(
        &mut self,
        kind: Kind,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> Option<crate::client::Answer> {
        let site = self.world.client.any_site(&mut self.dice);
        let request = self
            .world
            .client
            .request(Method::POST, site, path)
            .header("accept", HTML)
            .header("content-type", FORM)
            .header("cookie", cookie)
            .header("x-forwarded-for", self.address())
            .body(pairs(fields));
        self.send(kind, site, request).await
    }

    pub async fn register(&mut self) {
        let email = format!("soak-{}-{}@example.org", self.number, self.done);
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        let Some(answer) = self.submit(Kind::Register, "/register", "", &fields).await else {
            return;
        };
        if !self.world.client.expect(Kind::Register, &answer, &[303]) {
            return;
        }
        let Some(cookie) = answer.session() else {
            return self.world.client.records.wrong("a registration without a session");
        };
        let scopes = [("read", "on"), ("write", "on"), ("delete", "on")];
        let fields = [&[("name", "soak"), ("expires", "never")][..], &scopes].concat();
        let page = self.submit(Kind::Register, "/settings/tokens", &cookie, &fields).await;
        let Some(page) = page else { return };
        if !self.world.client.expect(Kind::Register, &page, &[200]) {
            return;
        }
        let page = page.text();
        let start = page.find(TOKEN);
        let bearer = start.and_then(|at| page.get(at..at + TOKEN.len() + DIGITS));
        match bearer {
            Some(bearer) => {
                let bearer = bearer.to_owned();
                self.world.book.welcome(Account { email, cookie, bearer });
            }
            None => self.world.client.records.wrong("a page without the token it made"),
        }
    }

    /// Who was acknowledged logs in, at any site, and is known at all of them at once.
    pub async fn log_in(&mut self) {
        let Some(account) = self.world.book.account(&mut self.dice) else { return };
        let right = !self.dice.once_in(4);
        let password = if right { PASSWORD } else { "eight noisy herons at dawn" };
        let fields = [("email", account.email.as_str()), ("password", password)];
        let Some(answer) = self.submit(Kind::LogIn, "/login", "", &fields).await else { return };
        let wanted = if right { 303 } else { 422 };
        if !self.world.client.expect(Kind::LogIn, &answer, &[wanted]) || !right {
            return;
        }
        let Some(cookie) = answer.session() else {
            return self.world.client.records.wrong("a log-in without a session");
        };
        for site in 0..self.world.client.sites.urls.len() {
            let request = self.world.client.request(Method::GET, site, "/profile");
            let request = request.header("cookie", &cookie).header("accept", HTML);
            if let Some(answer) = self.send(Kind::Profile, site, request).await {
                self.world.client.expect(Kind::Profile, &answer, &[200]);
            }
        }
        if self.dice.once_in(2) {
            self.log_out(&cookie).await;
        }
    }

    async fn log_out(&mut self, cookie: &str) {
        let Some(answer) = self.submit(Kind::LogIn, "/logout", cookie, &[]).await else { return };
        if !self.world.client.expect(Kind::LogIn, &answer, &[303]) {
            return;
        }
        for site in 0..self.world.client.sites.urls.len() {
            let request = self.world.client.request(Method::GET, site, "/profile");
            let request = request.header("cookie", cookie).header("accept", HTML);
            if let Some(answer) = self.send(Kind::LogIn, site, request).await {
                // To the log-in.
                self.world.client.expect(Kind::LogIn, &answer, &[303]);
            }
        }
    }

    pub async fn miss(&mut self, kind: Kind) {
        const DIGITS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let id: String = (0..12).map(|_| char::from(*self.dice.pick(DIGITS))).collect();
        let flood = kind == Kind::Flood;
        let address = if flood { "10.255.0.1".to_owned() } else { self.address() };
        let site = self.world.client.any_site(&mut self.dice);
        let request = self.world.get(site, &format!("/{id}/raw"), None);
        let request = request.header("x-forwarded-for", address);
        if let Some(answer) = self.send(kind, site, request).await {
            let wanted: &[u16] = if flood { &[404, 429] } else { &[404] };
            self.world.client.expect(kind, &answer, wanted);
        }
    }

    /// Each kind of mistake has its answer.
    pub async fn err(&mut self) {
        const API: &str = "/api/v1/pastes";
        const JSON: &str = "application/json";
        let mistakes: [(&str, &str, &[u8], u16); 9] = [
            ("/", "", b"", 422),
            ("/", "", b"a\0b", 422),
            ("/", "", b"\xff\xfe", 422),
            ("/?expires=soon", "", b"text", 422),
            (API, JSON, b"{\"text\":", 400),
            (API, JSON, b"{\"text\":\"a\",\"colour\":\"red\"}", 422),
            (API, "image/png", b"a", 415),
            ("/recent", "", b"a", 405),
            ("/register", FORM, b"email=nobody&password=short", 422),
        ];
        let (path, media_type, body, wanted) = *self.dice.pick(&mistakes);
        let site = self.world.client.any_site(&mut self.dice);
        let mut request = self.world.client.request(Method::POST, site, path).body(body);
        if !media_type.is_empty() {
            request = request.header("content-type", media_type);
        }
        let request = request.header("x-forwarded-for", self.address());
        if let Some(answer) = self.send(Kind::Invalid, site, request).await {
            self.world.client.expect(Kind::Invalid, &answer, &[wanted]);
        }
    }
}
