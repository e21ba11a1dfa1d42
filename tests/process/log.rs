//! What the log says, and what it never says.

use reqwest::header::COOKIE;
use reqwest::{Client, RequestBuilder, Response, redirect};
use store::{Db, LogHash};

use crate::program::{Home, Program};

const TEXT: &str = "what the xylographer wrote";
const TITLE: &str = "Letter to Brunhilde";
const TERM: &str = "xylographer";
const EMAIL: &str = "brunhilde@example.org";
const PASSWORD: &str = "seven quiet herons at dusk";
const WRONG: &str = "seven loud herons at dawn";

/// A browser at a running site.
struct Browser<'a> {
    site: &'a Program,
    client: Client,
    session: String,
}

impl<'a> Browser<'a> {
    fn new(site: &'a Program) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy();
        Self { site, client: client.build().unwrap(), session: String::new() }
    }

    async fn send(&self, request: RequestBuilder) -> Response {
        let request = request.header("accept", "text/html").header(COOKIE, &self.session);
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.send(self.client.get(format!("{}{path}", self.site.url))).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.send(self.client.post(format!("{}{path}", self.site.url)).form(form)).await
    }
}

/// The session cookie that a response sets, as a request sends it.
fn session_of(response: &Response) -> String {
    header(response, "set-cookie").split(';').next().unwrap().to_owned()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The secrets of a user's story, beside those that are constants.
async fn story(site: &Program) -> Vec<String> {
    let mut browser = Browser::new(site);
    let account = [("email", EMAIL), ("password", PASSWORD)];
    let registered = browser.post("/register", &account).await;
    browser.session = session_of(&registered);
    browser.post("/login", &[("email", EMAIL), ("password", WRONG)]).await;
    assert_eq!(browser.post("/login", &account).await.status(), 303);
    // Logging in has replaced the session.
    let logged_in = browser.post("/login", &account).await;
    browser.session = session_of(&logged_in);
    let created = browser.post("/", &[("text", TEXT), ("title", TITLE)]).await;
    let path = header(&created, "location");
    assert_eq!(browser.get(&format!("{path}/find?q={TERM}")).await.status(), 200);
    let scopes =
        [("name", TITLE), ("read", "on"), ("write", "on"), ("delete", "on"), ("expires", "never")];
    let page = browser.post("/settings/tokens", &scopes).await.text().await.unwrap();
    let at = page.find("pastebin_pat_").unwrap();
    let token = page[at..].split('"').next().unwrap().to_owned();
    let api = |method, path: &str| {
        browser.client.request(method, format!("{}/api/v1{path}", site.url)).bearer_auth(&token)
    };
    let body = serde_json::json!({ "text": TEXT, "title": TITLE }).to_string();
    let create = api(reqwest::Method::POST, "/pastes").header("content-type", "application/json");
    let created = create.body(body).send().await.unwrap();
    let by_api = header(&created, "location").rsplit('/').next().unwrap().to_owned();
    assert!(
        api(reqwest::Method::DELETE, &format!("/pastes/{by_api}"))
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let plain = browser.client.post(&site.url).body(TEXT).send().await.unwrap();
    let delete_token = header(&plain, "delete-token");
    let anonymous = plain.text().await.unwrap().trim().rsplit('/').next().unwrap().to_owned();
    let delete = browser.client.delete(format!("{}/{anonymous}", site.url));
    assert!(
        delete.header("delete-token", &delete_token).send().await.unwrap().status().is_success()
    );
    browser
        .client
        .delete(format!("{}/{anonymous}", site.url))
        .header("delete-token", "pastebin_del_x")
        .send()
        .await
        .unwrap();
    let session = browser.session.split('=').nth(1).unwrap().to_owned();
    vec![path.trim_start_matches('/').to_owned(), by_api, anonymous, token, delete_token, session]
}

async fn lose_texts(home: &Home) {
    let Db::Sqlite(sqlite) = Db::sqlite(&home.database()).await.unwrap() else { unreachable!() };
    sqlx::query("delete from blobs").execute(&sqlite.write).await.unwrap();
    sqlite.write.close().await;
    sqlite.read.close().await;
}

async fn log_of_a_story(level: &str) -> (String, Vec<String>, String) {
    let home = Home::new();
    let settings = [("RUST_LOG", level), ("RATE_LIMIT", "on")];
    let mut site = home.start_logging(&settings);
    let secrets = story(&site).await;
    site.stop();
    lose_texts(&home).await;
    let mut site = home.start_logging(&settings);
    let mut browser = Browser::new(&site);
    browser.session = format!("session={}", secrets.last().unwrap());
    let failed = browser.get(&format!("/{}/find?q={TERM}", secrets[0])).await;
    assert_eq!(failed.status(), 500);
    let id = header(&failed, "x-request-id");
    assert!(failed.text().await.unwrap().contains(&id), "the page shows the id");
    for _ in 0..20 {
        browser.post("/login", &[("email", EMAIL), ("password", WRONG)]).await;
    }
    site.stop();
    (std::fs::read_to_string(home.log()).unwrap(), secrets, id)
}

#[tokio::test]
async fn the_log_names_what_happened_and_has_no_secret() {
    for level in ["pastebin=info,app=info,store=info,jobs=info", "debug"] {
        let (log, secrets, id) = log_of_a_story(level).await;
        let constants = [TEXT, TITLE, TERM, EMAIL, PASSWORD, WRONG, "herons", "brunhilde"];
        for secret in constants.into_iter().chain(secrets.iter().map(String::as_str)) {
            let leak = log.lines().find(|line| line.contains(secret));
            assert_eq!(leak, None, "{secret} is in the log at {level}");
        }
        let account = LogHash::of(EMAIL).to_string();
        let paste = LogHash::of(&secrets[0]).to_string();
        for (event, detail) in [
            ("account created", "client"),
            ("a log-in failed", &*account),
            ("logged in", "user"),
            ("paste created", &paste),
            ("access token created", "user"),
            ("paste deleted", "paste"),
            ("request refused", "unknown token"),
            ("over its rate limit", "log-in"),
            ("request failed", "/{name}/find"),
            ("request failed", &id),
        ] {
            let is_logged = log.lines().any(|line| {
                line.contains(event) && line.contains(detail) && line.contains("request{id=")
            });
            assert!(is_logged, "{event} with {detail}, at {level}:\n{log}");
        }
    }
}
