//! Accounts: registration, log-in and log-out, which must hold at once on every site.

use reqwest::Method;

use super::Visitor;
use super::create_request::{URL_ENCODED, url_encoded};
use crate::client::{Answer, HTML};
use crate::harness::PASSWORD;
use crate::ledger::Account;
use crate::operation::Operation;

const WRONG_PASSWORD: &str = "eight noisy herons at dawn";

/// An access token starts with this prefix, followed by this many hex digits.
const TOKEN_PREFIX: &str = "pastebin_pat_";
const TOKEN_DIGITS: usize = 64;

impl Visitor {
    /// Sends a form to a random site.
    async fn submit(
        &mut self,
        operation: Operation,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> Option<Answer> {
        let site = self.random_site();
        let request = self
            .request(Method::POST, site, path)
            .header("accept", HTML)
            .header("content-type", URL_ENCODED)
            .header("cookie", cookie)
            .body(url_encoded(fields));
        self.send(operation, site, request).await
    }

    /// Registers an account and creates an access token for it.
    pub(super) async fn register(&mut self) {
        let email = format!("soak-{}-{}@example.org", self.number, self.operations);
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        let Some(answer) = self.submit(Operation::Register, "/register", "", &fields).await else {
            return;
        };
        if !self.expect_status(Operation::Register, &answer, &[303]) {
            return;
        }
        let Some(cookie) = answer.session_cookie() else {
            return self.workload.client.recorder.fail("a registration without a session");
        };
        if let Some(token) = self.create_token(&cookie).await {
            self.workload.ledger.add_account(Account { email, cookie, token });
        }
    }

    /// `None` if it was not acknowledged.
    async fn create_token(&mut self, cookie: &str) -> Option<String> {
        let fields = [
            ("name", "soak"),
            ("expires", "never"),
            ("read", "on"),
            ("write", "on"),
            ("delete", "on"),
        ];
        let page = self.submit(Operation::Register, "/settings/tokens", cookie, &fields).await?;
        if !self.expect_status(Operation::Register, &page, &[200]) {
            return None;
        }
        let page = page.text();
        let start = page.find(TOKEN_PREFIX);
        let token = start.and_then(|at| page.get(at..at + TOKEN_PREFIX.len() + TOKEN_DIGITS));
        if token.is_none() {
            self.workload.client.recorder.fail("a page without the access token it created");
        }
        token.map(str::to_owned)
    }

    /// Logs in at any site; the session must work on every site. One password in four is wrong.
    pub(super) async fn log_in(&mut self) {
        let Some(account) = self.workload.ledger.random_account(&mut self.rng) else { return };
        let is_correct = !self.rng.one_in(4);
        let password = if is_correct { PASSWORD } else { WRONG_PASSWORD };
        let fields = [("email", account.email.as_str()), ("password", password)];
        let Some(answer) = self.submit(Operation::LogIn, "/login", "", &fields).await else {
            return;
        };
        let expected = if is_correct { 303 } else { 422 };
        if !self.expect_status(Operation::LogIn, &answer, &[expected]) || !is_correct {
            return;
        }
        let Some(cookie) = answer.session_cookie() else {
            return self.workload.client.recorder.fail("a log-in without a session");
        };
        self.check_profiles(Operation::Profile, &cookie, 200).await;
        if self.rng.one_in(2) {
            self.log_out(&cookie).await;
        }
    }

    async fn log_out(&mut self, cookie: &str) {
        let Some(answer) = self.submit(Operation::LogIn, "/logout", cookie, &[]).await else {
            return;
        };
        if self.expect_status(Operation::LogIn, &answer, &[303]) {
            // Without a session the profile redirects to the log-in page.
            self.check_profiles(Operation::LogIn, cookie, 303).await;
        }
    }

    /// Checks that every site answers a request for the profile with this status.
    async fn check_profiles(&mut self, operation: Operation, cookie: &str, expected: u16) {
        for site in 0..self.workload.client.sites.count() {
            let request = self.request(Method::GET, site, "/profile");
            let request = request.header("cookie", cookie).header("accept", HTML);
            if let Some(answer) = self.send(operation, site, request).await {
                self.expect_status(operation, &answer, &[expected]);
            }
        }
    }
}
