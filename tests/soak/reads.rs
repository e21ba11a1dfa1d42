//! Every way to read a text, and the lists.

use reqwest::{Method, RequestBuilder};

use crate::book::{Account, Must, Paste};
use crate::client::Answer;
use crate::load::{HTML, Visitor, World};
use crate::records::Kind;

impl World {
    pub fn get(&self, site: usize, path: &str, owner: Option<&Account>) -> RequestBuilder {
        let request = self.client.request(Method::GET, site, path);
        match owner {
            Some(owner) => request.header("cookie", &owner.cookie),
            None => request,
        }
    }

    /// The text, byte for byte, as its owner sees it. Gives the status that was answered.
    pub async fn read_raw(
        &self,
        kind: Kind,
        site: usize,
        paste: &Paste,
        address: &str,
    ) -> Option<u16> {
        let request = self.get(site, &format!("/{}/raw", paste.id), paste.owner.as_deref());
        let request = request.header("x-forwarded-for", address);
        let answer = self.client.send(kind, site, request).await?;
        let is_right = |answer: &Answer| answer.body == paste.text.write().as_bytes();
        self.judge(paste, &answer, &[200], is_right);
        Some(answer.status)
    }
}

impl Visitor {
    pub async fn read(&mut self, kind: Kind) {
        let Some(paste) = self.world.book.any(&mut self.dice) else { return };
        let site = self.world.client.any_site(&mut self.dice);
        let address = self.address();
        match kind {
            Kind::Page => self.read_page(site, &paste, &address).await,
            Kind::Range => self.read_range(site, &paste, &address).await,
            Kind::Conditional => self.read_conditionally(site, &paste, &address).await,
            Kind::View => self.read_view(site, &paste, &address).await,
            _ => {
                self.world.read_raw(kind, site, &paste, &address).await;
            }
        }
    }

    fn ask(&self, site: usize, path: &str, paste: &Paste, address: &str) -> RequestBuilder {
        let request = self.world.get(site, path, paste.owner.as_deref());
        request.header("x-forwarded-for", address)
    }

    async fn read_page(&mut self, site: usize, paste: &Paste, address: &str) {
        let codings = *self.dice.pick(&["identity", "gzip", "br", "zstd"]);
        let request = self.ask(site, &format!("/{}", paste.id), paste, address);
        let request = request.header("accept", HTML).header("accept-encoding", codings);
        if let Some(answer) = self.send(Kind::Page, site, request).await {
            self.world.judge(paste, &answer, &[200], |answer| {
                answer.header("content-encoding").is_some() || shows(answer, paste)
            });
        }
    }

    async fn read_range(&mut self, site: usize, paste: &Paste, address: &str) {
        let text = paste.text.write();
        let first = self.dice.below(text.len());
        let last = self.dice.between(first, text.len() - 1);
        let request = self.ask(site, &format!("/{}/raw", paste.id), paste, address);
        let request = request.header("range", format!("bytes={first}-{last}"));
        if let Some(answer) = self.send(Kind::Range, site, request).await {
            let part = &text.as_bytes()[first..=last];
            self.world.judge(paste, &answer, &[206], |answer| answer.body == part);
        }
    }

    async fn read_conditionally(&mut self, site: usize, paste: &Paste, address: &str) {
        let known = self.dice.below(3) > 0;
        let tag = if known { paste.text.sha256() } else { "0".repeat(64) };
        let request = self.ask(site, &format!("/{}/raw", paste.id), paste, address);
        let request = request.header("if-none-match", format!("\"{tag}\""));
        if let Some(answer) = self.send(Kind::Conditional, site, request).await {
            let wanted = if known { 304 } else { 200 };
            self.world.judge(paste, &answer, &[wanted], |answer| {
                known || answer.body == paste.text.write().as_bytes()
            });
        }
    }

    async fn read_view(&mut self, site: usize, paste: &Paste, address: &str) {
        let mark = paste.text.mark();
        let (ending, shown) = match self.dice.below(7) {
            0 => ("/source".to_owned(), true),
            1 => (format!("/find?q={mark}"), true),
            // What is private is in nobody's frame.
            2 if !paste.private => ("/embed".to_owned(), true),
            3 => ("/download".to_owned(), true),
            4 => ("/qr".to_owned(), false),
            5 => ("/expiry".to_owned(), false),
            _ => (format!("/{}", paste.text.view()), true),
        };
        let request = self.ask(site, &format!("/{}{ending}", paste.id), paste, address);
        if let Some(answer) = self.send(Kind::View, site, request.header("accept", HTML)).await {
            self.world.judge(paste, &answer, &[200], |answer| !shown || shows(answer, paste));
        }
    }

    /// Pages and lists that are no paste's.
    pub async fn look(&mut self, kind: Kind) {
        let site = self.world.client.any_site(&mut self.dice);
        let account = self.world.book.account(&mut self.dice);
        let (path, owner) = match kind {
            Kind::Profile => ("/profile", account),
            Kind::List => ("/api/v1/pastes?limit=100", account),
            Kind::Recent => ("/recent", None),
            _ => ("/", None),
        };
        let mut request = self.world.get(site, path, owner.as_deref()).header("accept", HTML);
        if let (Kind::List, Some(owner)) = (kind, &owner) {
            request = request.header("authorization", format!("Bearer {}", owner.bearer));
        } else if owner.is_none() && matches!(kind, Kind::Profile | Kind::List) {
            return;
        }
        let request = request.header("x-forwarded-for", self.address());
        if let Some(answer) = self.send(kind, site, request).await
            && self.world.client.expect(kind, &answer, &[200])
        {
            self.judge_list(kind, &answer);
        }
    }

    /// What is over is in no list, and what is private in nobody else's.
    fn judge_list(&self, kind: Kind, answer: &Answer) {
        for id in ids(&answer.text()) {
            let Some(paste) = self.world.book.find(id) else { continue };
            let records = &self.world.client.records;
            if paste.must(answer.asked, answer.answered) == Must::BeGone {
                records.lost(id, &format!("is in a list after its end: {}", kind.name()));
            }
            if kind == Kind::Recent && paste.private {
                records.lost(id, "is private and on /recent");
            }
        }
    }
}

fn shows(answer: &Answer, paste: &Paste) -> bool {
    answer.text().contains(&paste.text.mark())
}

/// In links, and in the API's JSON.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    let starts = ["href=\"/", "\"id\":\""];
    starts.into_iter().flat_map(move |start| {
        text.split(start).skip(1).filter_map(|rest| {
            let (id, _) = rest.split_once('"')?;
            (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
        })
    })
}
