//! Changes and deletes, which must hold at once on every site.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::Visitor;
use super::create_request::LIFETIMES;
use crate::ledger::{Expected, Paste};
use crate::operation::Operation;

impl Visitor {
    /// Takes a random own paste that is present and that the visitor is allowed to change.
    fn take_own_paste(&mut self) -> Option<Arc<Paste>> {
        let last = self.own_pastes.len().checked_sub(1)?;
        let paste = self.own_pastes.swap_remove(self.rng.between(0, last));
        let may_change = paste.owner.is_some() || paste.delete_token.is_some();
        (may_change && paste.expected_now() == Expected::Present).then_some(paste)
    }

    /// A request with the owner's access token or the paste's delete token.
    fn authorized_request(
        &mut self,
        method: Method,
        site: usize,
        path: &str,
        paste: &Paste,
    ) -> RequestBuilder {
        let request = self.request(method, site, path);
        match (&paste.owner, &paste.delete_token) {
            (Some(owner), _) => request.bearer_auth(&owner.token),
            (None, Some(token)) => request.header("delete-token", token),
            (None, None) => request,
        }
    }

    /// Changes the title of an own paste, and every second time its lifetime.
    pub(super) async fn change(&mut self) {
        let Some(paste) = self.take_own_paste() else { return };
        let site = self.random_site();
        let title = format!("changed {} {}", self.number, self.operations);
        let (expires, lifetime) = *self.rng.choose(LIFETIMES);
        let changes_lifetime = self.rng.one_in(2);
        let mut changes = json!({ "title": title });
        if changes_lifetime {
            changes["expires"] = json!(expires);
            paste.lifetime_requested(lifetime);
        }
        let path = format!("/api/v1/pastes/{}", paste.id);
        let request = self
            .authorized_request(Method::PATCH, site, &path, &paste)
            .header("content-type", "application/json")
            .body(changes.to_string());
        let Some(answer) = self.send(Operation::Patch, site, request).await else { return };
        if answer.status == 404 {
            self.check_may_be_missing(&paste, "a PATCH");
            return;
        }
        if !self.expect_status(Operation::Patch, &answer, &[200]) {
            return;
        }
        if changes_lifetime {
            paste.lifetime_changed(lifetime, answer.span);
        }
        self.check_title(&paste, &path, &title).await;
        self.own_pastes.push(paste);
    }

    fn check_may_be_missing(&self, paste: &Paste, request: &str) {
        if !paste.may_have_expired() {
            let what = format!("was acknowledged, and {request} is answered with 404");
            self.workload.client.recorder.fail_paste(&paste.id, &what);
        }
    }

    /// Checks that every site has the new title.
    async fn check_title(&mut self, paste: &Paste, path: &str, title: &str) {
        for site in 0..self.workload.client.sites.count() {
            let request = self.authorized_request(Method::GET, site, path, paste);
            let Some(answer) = self.send(Operation::Patch, site, request).await else { continue };
            self.workload.check_read(paste, &answer, &[200], |answer| {
                let paste: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                paste["title"] == title
            });
        }
    }

    /// Deletes an own paste through the API, the form or curl's way.
    pub(super) async fn delete(&mut self) {
        let Some(paste) = self.take_own_paste() else { return };
        let site = self.random_site();
        let (method, path, expected) = match self.rng.below(3) {
            0 => (Method::DELETE, format!("/api/v1/pastes/{}", paste.id), 204),
            1 if paste.owner.is_some() => (Method::POST, format!("/{}/delete", paste.id), 303),
            _ => (Method::DELETE, format!("/{}", paste.id), 200),
        };
        let request = self.authorized_request(method, site, &path, &paste);
        paste.delete_requested();
        let Some(answer) = self.send(Operation::Delete, site, request).await else { return };
        if answer.status == 404 {
            self.check_may_be_missing(&paste, "a delete");
        } else if self.expect_status(Operation::Delete, &answer, &[expected]) {
            paste.deleted();
            self.check_gone(&paste).await;
        }
    }

    /// Checks that the paste is gone on every site, at once and a moment later: a concurrent read
    /// must not put it back into a cache.
    async fn check_gone(&mut self, paste: &Paste) {
        for pause in [Duration::ZERO, Duration::from_millis(300)] {
            tokio::time::sleep(pause).await;
            for site in 0..self.workload.client.sites.count() {
                let address = self.random_address();
                self.workload.read_raw(Operation::GoneAfterDelete, site, paste, &address).await;
            }
        }
    }
}
