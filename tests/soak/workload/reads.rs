//! Reads pastes in every form, and pages that list them.

use reqwest::{Method, RequestBuilder};

use super::{Visitor, Workload};
use crate::client::{Answer, HTML};
use crate::ledger::{Account, Expected, Paste};
use crate::operation::Operation;

impl Workload {
    /// A GET as the owner, if there is one.
    pub fn get(
        &self,
        site: usize,
        path: &str,
        owner: Option<&Account>,
        address: &str,
    ) -> RequestBuilder {
        let request = self.client.request(Method::GET, site, path, address);
        match owner {
            Some(owner) => request.header("cookie", &owner.cookie),
            None => request,
        }
    }

    /// Reads the text as its owner and compares it byte for byte. Returns the status of the answer.
    pub async fn read_raw(
        &self,
        operation: Operation,
        site: usize,
        paste: &Paste,
        address: &str,
    ) -> Option<u16> {
        let path = format!("/{}/raw", paste.id);
        let request = self.get(site, &path, paste.owner.as_deref(), address);
        let answer = self.client.send(operation, site, request).await?;
        self.check_read(paste, &answer, &[200], |answer| {
            answer.body == paste.text.content().as_bytes()
        });
        Some(answer.status)
    }
}

impl Visitor {
    pub(super) async fn read(&mut self, operation: Operation) {
        let Some(paste) = self.workload.ledger.random_paste(&mut self.rng) else { return };
        let site = self.random_site();
        match operation {
            Operation::Page => self.read_page(site, &paste).await,
            Operation::Range => self.read_range(site, &paste).await,
            Operation::Conditional => self.read_conditionally(site, &paste).await,
            Operation::View => self.read_other_view(site, &paste).await,
            _ => {
                let address = self.random_address();
                self.workload.read_raw(operation, site, &paste, &address).await;
            }
        }
    }

    fn get_as_owner(&mut self, site: usize, paste: &Paste, suffix: &str) -> RequestBuilder {
        let (path, address) = (format!("/{}{suffix}", paste.id), self.random_address());
        self.workload.get(site, &path, paste.owner.as_deref(), &address)
    }

    async fn read_page(&mut self, site: usize, paste: &Paste) {
        let coding = *self.rng.choose(&["identity", "gzip", "br", "zstd"]);
        let request = self.get_as_owner(site, paste, "");
        let request = request.header("accept", HTML).header("accept-encoding", coding);
        if let Some(answer) = self.send(Operation::Page, site, request).await {
            self.workload.check_read(paste, &answer, &[200], |answer| {
                answer.header("content-encoding").is_some() || has_marker(answer, paste)
            });
        }
    }

    async fn read_range(&mut self, site: usize, paste: &Paste) {
        let text = paste.text.content();
        let first = self.rng.below(text.len());
        let last = self.rng.between(first, text.len() - 1);
        let request = self.get_as_owner(site, paste, "/raw");
        let request = request.header("range", format!("bytes={first}-{last}"));
        if let Some(answer) = self.send(Operation::Range, site, request).await {
            let part = &text.as_bytes()[first..=last];
            self.workload.check_read(paste, &answer, &[206], |answer| answer.body == part);
        }
    }

    async fn read_conditionally(&mut self, site: usize, paste: &Paste) {
        let is_current = self.rng.below(3) > 0;
        let etag = if is_current { paste.text.sha256() } else { "0".repeat(64) };
        let request = self.get_as_owner(site, paste, "/raw");
        let request = request.header("if-none-match", format!("\"{etag}\""));
        if let Some(answer) = self.send(Operation::Conditional, site, request).await {
            let expected = if is_current { 304 } else { 200 };
            self.workload.check_read(paste, &answer, &[expected], |answer| {
                is_current || answer.body == paste.text.content().as_bytes()
            });
        }
    }

    async fn read_other_view(&mut self, site: usize, paste: &Paste) {
        let marker = paste.text.marker();
        let (suffix, shows_text) = match self.rng.below(7) {
            0 => ("/source".to_owned(), true),
            1 => (format!("/find?q={marker}"), true),
            // A private paste cannot be embedded.
            2 if !paste.private => ("/embed".to_owned(), true),
            3 => ("/download".to_owned(), true),
            4 => ("/qr".to_owned(), false),
            5 => ("/expiry".to_owned(), false),
            _ => (format!("/{}", paste.text.view()), true),
        };
        let request = self.get_as_owner(site, paste, &suffix).header("accept", HTML);
        if let Some(answer) = self.send(Operation::View, site, request).await {
            self.workload.check_read(paste, &answer, &[200], |answer| {
                !shows_text || has_marker(answer, paste)
            });
        }
    }

    /// Reads a list of pastes or the start page.
    pub(super) async fn read_list(&mut self, operation: Operation) {
        let site = self.random_site();
        let account = self.workload.ledger.random_account(&mut self.rng);
        let (path, needs_account) = match operation {
            Operation::Profile => ("/profile", true),
            Operation::ApiList => ("/api/v1/pastes?limit=100", true),
            Operation::Recent => ("/recent", false),
            _ => ("/", false),
        };
        let owner = account.filter(|_| needs_account);
        if needs_account && owner.is_none() {
            return;
        }
        let address = self.random_address();
        let mut request = self.workload.get(site, path, owner.as_deref(), &address);
        if let (Operation::ApiList, Some(owner)) = (operation, &owner) {
            request = request.bearer_auth(&owner.token);
        }
        let request = request.header("accept", HTML);
        if let Some(answer) = self.send(operation, site, request).await
            && self.expect_status(operation, &answer, &[200])
        {
            self.check_list(operation, &answer);
        }
    }

    /// No list may contain an expired or deleted paste, and `/recent` no private one.
    fn check_list(&self, operation: Operation, answer: &Answer) {
        let recorder = &self.workload.client.recorder;
        for id in listed_ids(&answer.text()) {
            let Some(paste) = self.workload.ledger.find(id) else { continue };
            if paste.expected(answer.span) == Expected::Gone {
                let list = operation.name();
                recorder.fail_paste(id, &format!("is listed after its end: {list}"));
            }
            if operation == Operation::Recent && paste.private {
                recorder.fail_paste(id, "is private and on /recent");
            }
        }
    }
}

fn has_marker(answer: &Answer, paste: &Paste) -> bool {
    answer.text().contains(&paste.text.marker())
}

/// The ids of pastes in the links of a page and in the JSON of the API.
fn listed_ids(text: &str) -> impl Iterator<Item = &str> {
    let prefixes = ["href=\"/", "\"id\":\""];
    prefixes.into_iter().flat_map(move |prefix| {
        text.split(prefix).skip(1).filter_map(|rest| {
            let (id, _) = rest.split_once('"')?;
            (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
        })
    })
}
