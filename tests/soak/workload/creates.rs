//! Creates pastes and records those that are acknowledged.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use super::Visitor;
use super::create_request::NewPaste;
use crate::client::Answer;
use crate::ledger::{Paste, Span};
use crate::operation::Operation;
use crate::texts::Text;

/// How often, and at which interval, a create with an Idempotency-Key is repeated until it is
/// answered.
const MAX_ATTEMPTS: usize = 150;
const RETRY_INTERVAL: Duration = Duration::from_millis(700);

impl Visitor {
    pub(super) async fn create(&mut self, operation: Operation) {
        let new = self.new_paste(operation);
        let site = self.random_site();
        let request = self.create_request(operation, site, &new);
        let is_form = matches!(operation, Operation::CreateForm | Operation::CreateMultipart);
        let expected = if is_form { 303 } else { 201 };
        let answer = self.send(operation, site, request).await;
        let answer = answer.filter(|answer| self.expect_status(operation, answer, &[expected]));
        let Some(answer) = answer else {
            self.workload.unacknowledged_creates.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let token = answer.header("delete-token").map(str::to_owned);
        self.record(&new, id_of_location(&answer), token, answer.span);
    }

    /// Creates a paste that lives for a day, at this site. `None` if it was not acknowledged.
    pub async fn create_for_a_day(
        &mut self,
        operation: Operation,
        site: usize,
        text: Text,
    ) -> Option<Arc<Paste>> {
        let new = NewPaste::for_a_day(text);
        let request = self.create_request(operation, site, &new);
        let answer = self.send(operation, site, request).await?;
        if !self.expect_status(operation, &answer, &[201]) {
            return None;
        }
        let id = id_of_location(&answer).to_owned();
        self.workload.ledger.add(Paste::new(id, text, new.lifetime, answer.span))
    }

    fn record(&mut self, new: &NewPaste, id: &str, delete_token: Option<String>, created: Span) {
        let mut paste = Paste::new(id.to_owned(), new.text, new.lifetime, created);
        paste.owner.clone_from(&new.owner);
        paste.private = new.visibility == "private";
        paste.delete_token = delete_token;
        let recorder = &self.workload.client.recorder;
        if id.len() != 12 {
            recorder.fail(&format!("a create is answered with the id {id:?}"));
        } else if let Some(paste) = self.workload.ledger.add(paste) {
            self.remember(paste);
        } else {
            recorder.fail_paste(id, "was given to two pastes");
        }
    }

    /// Repeats the same create until it is answered. It must create one paste only.
    pub(super) async fn create_with_idempotency_key(&mut self) {
        let mut new = self.new_paste(Operation::CreateApi);
        let key = format!("soak-{:x}-{}-{}", self.workload.seed, self.number, self.operations);
        new.title.clone_from(&key);
        // The key belongs to the client's address, so it must not change.
        let address = self.random_address();
        let start = Instant::now();
        for _ in 0..MAX_ATTEMPTS {
            let Some(answer) = self.try_create(&new, &key, &address).await else {
                tokio::time::sleep(RETRY_INTERVAL).await;
                continue;
            };
            let created = id_and_token(&answer);
            if self.rng.one_in(4)
                && let Some(repeated) = self.try_create(&new, &key, &address).await
                && id_and_token(&repeated) != created
            {
                let message = format!("{key} created {}, then {}", created.0, repeated.text());
                self.workload.client.recorder.fail(&message);
            }
            let span = Span { start, end: answer.span.end };
            self.record(&new, &created.0, created.1, span);
            return;
        }
        self.workload.client.recorder.fail(&format!("{key} was never answered"));
    }

    /// Sends the create to a random site; `None` if it is not acknowledged.
    async fn try_create(&mut self, new: &NewPaste, key: &str, address: &str) -> Option<Answer> {
        let site = self.random_site();
        let client = &self.workload.client;
        let mut request = client
            .request(Method::POST, site, "/api/v1/pastes", address)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(new.as_json());
        if let Some(owner) = &new.owner {
            request = request.bearer_auth(&owner.token);
        }
        let answer = self.send(Operation::CreateApi, site, request).await?;
        self.expect_status(Operation::CreateApi, &answer, &[201]).then_some(answer)
    }
}

fn id_of_location(answer: &Answer) -> &str {
    answer.header("location").unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

fn id_and_token(answer: &Answer) -> (String, Option<String>) {
    let paste: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let field = |name: &str| paste[name].as_str().map(str::to_owned);
    (field("id").unwrap_or_default(), field("delete_token"))
}
