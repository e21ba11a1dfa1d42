//! Requests that the site must reject: missing pastes and invalid input.

use reqwest::Method;

use super::Visitor;
use super::create_request::URL_ENCODED;
use crate::operation::Operation;

/// The digits of an id.
const ID_DIGITS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The one client that reads many missing pastes, until it is rate-limited.
const FLOOD_ADDRESS: &str = "10.255.0.1";

const API: &str = "/api/v1/pastes";
const JSON: &str = "application/json";

/// The path, the media type and the body of invalid requests, and the status that each must get.
const INVALID: [(&str, &str, &[u8], u16); 9] = [
    ("/", "", b"", 422),
    ("/", "", b"a\0b", 422),
    ("/", "", b"\xff\xfe", 422),
    ("/?expires=soon", "", b"text", 422),
    (API, JSON, b"{\"text\":", 400),
    (API, JSON, b"{\"text\":\"a\",\"colour\":\"red\"}", 422),
    (API, "image/png", b"a", 415),
    ("/recent", "", b"a", 405),
    ("/register", URL_ENCODED, b"email=nobody&password=short", 422),
];

impl Visitor {
    pub(super) async fn read_missing_paste(&mut self, operation: Operation) {
        let id: String = (0..12).map(|_| char::from(*self.rng.choose(ID_DIGITS))).collect();
        let is_flood = operation == Operation::MissFlood;
        let address = if is_flood { FLOOD_ADDRESS.to_owned() } else { self.random_address() };
        let site = self.random_site();
        let request = self.workload.get(site, &format!("/{id}/raw"), None, &address);
        if let Some(answer) = self.send(operation, site, request).await {
            let expected: &[u16] = if is_flood { &[404, 429] } else { &[404] };
            self.expect_status(operation, &answer, expected);
        }
    }

    pub(super) async fn send_invalid_input(&mut self) {
        let (path, media_type, body, expected) = *self.rng.choose(&INVALID);
        let site = self.random_site();
        let mut request = self.request(Method::POST, site, path).body(body);
        if !media_type.is_empty() {
            request = request.header("content-type", media_type);
        }
        if let Some(answer) = self.send(Operation::Invalid, site, request).await {
            self.expect_status(Operation::Invalid, &answer, &[expected]);
        }
    }
}
