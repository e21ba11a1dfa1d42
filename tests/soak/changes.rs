//! Changes and deletes, which hold at once on every site.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::book::{Must, Paste};
use crate::creates::LIFETIMES;
use crate::load::Visitor;
use crate::records::Kind;

impl Visitor {
    /// One of its own that is surely there and that it has the means to change; no more its own.
    fn take_own(&mut self) -> Option<Arc<Paste>> {
        let paste = self
            .own
            .swap_remove(self.own.len().checked_sub(1).map(|last| self.dice.between(0, last))?);
        let means = paste.owner.is_some() || paste.delete_token.is_some();
        (means && paste.must_now() == Must::BeThere).then_some(paste)
    }

    /// As a program that shows what allows it.
    fn act_on(&self, method: Method, site: usize, path: &str, paste: &Paste) -> RequestBuilder {
        let request = self.world.client.request(method, site, path);
        match (&paste.owner, &paste.delete_token) {
            (Some(owner), _) => request.header("authorization", format!("Bearer {}", owner.bearer)),
            (None, Some(token)) => request.header("delete-token", token),
            (None, None) => request,
        }
    }

    pub async fn change(&mut self) {
        let Some(paste) = self.take_own() else { return };
        let site = self.world.client.any_site(&mut self.dice);
        let title = format!("changed {} {}", self.number, self.done);
        let (expires, lifetime) = *self.dice.pick(LIFETIMES);
        let changes_end = self.dice.once_in(2);
        let mut changes = json!({ "title": title });
        if changes_end {
            changes["expires"] = json!(expires);
            paste.lifetime_asked(lifetime);
        }
        let path = format!("/api/v1/pastes/{}", paste.id);
        let request = self
            .act_on(Method::PATCH, site, &path, &paste)
            .header("content-type", "application/json")
            .header("x-forwarded-for", self.address())
            .body(changes.to_string());
        let Some(answer) = self.send(Kind::Patch, site, request).await else { return };
        let late = paste.may_have_expired();
        if answer.status == 404 && !late {
            self.world.client.records.lost(&paste.id, "was acknowledged, and a PATCH misses it");
        }
        if answer.status == 404 || !self.world.client.expect(Kind::Patch, &answer, &[200]) {
            return;
        }
        if changes_end {
            paste.lifetime_changed(lifetime, (answer.asked, answer.answered));
        }
        self.is_titled(&paste, &path, &title).await;
        self.own.push(paste);
    }

    async fn is_titled(&mut self, paste: &Paste, path: &str, title: &str) {
        for site in 0..self.world.client.sites.urls.len() {
            let request = self.act_on(Method::GET, site, path, paste);
            let request = request.header("x-forwarded-for", self.address());
            let Some(answer) = self.send(Kind::Patch, site, request).await else { continue };
            self.world.judge(paste, &answer, &[200], |answer| {
                let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                said["title"] == title
            });
        }
    }

    pub async fn delete(&mut self) {
        let Some(paste) = self.take_own() else { return };
        let site = self.world.client.any_site(&mut self.dice);
        let way = self.dice.below(3);
        let (method, path, wanted) = match way {
            0 => (Method::DELETE, format!("/api/v1/pastes/{}", paste.id), 204),
            1 if paste.owner.is_some() => (Method::POST, format!("/{}/delete", paste.id), 303),
            _ => (Method::DELETE, format!("/{}", paste.id), 200),
        };
        let request = self.act_on(method, site, &path, &paste);
        let request = request.header("x-forwarded-for", self.address());
        paste.delete_asked();
        let Some(answer) = self.send(Kind::Delete, site, request).await else { return };
        if answer.status == 404 {
            if !paste.may_have_expired() {
                self.world
                    .client
                    .records
                    .lost(&paste.id, "was acknowledged, and a delete misses it");
            }
        } else if self.world.client.expect(Kind::Delete, &answer, &[wanted]) {
            paste.deleted();
            self.world.deletes.fetch_add(1, Ordering::Relaxed);
            self.is_gone(&paste).await;
        }
    }

    /// Also a moment later: what somebody read meanwhile must not bring it back.
    async fn is_gone(&mut self, paste: &Paste) {
        for pause in [Duration::ZERO, Duration::from_millis(300)] {
            tokio::time::sleep(pause).await;
            for site in 0..self.world.client.sites.urls.len() {
                let address = self.address();
                self.world.read_raw(Kind::Gone, site, paste, &address).await;
            }
        }
    }
}
