//! Answers that are sent before any request is read, so in no particular language or format.

use crate::quota::QuotaExceeded;
use crate::stream::Stream;

macro_rules! rejection {
    ($status:literal, $reason:literal) => {
        concat!(
            "HTTP/1.1 ",
            $status,
            "\r\ncontent-type: text/plain; charset=utf-8\r\n",
            "x-content-type-options: nosniff\r\n",
            "retry-after: 1\r\n",
            "connection: close\r\n\r\n",
            $reason,
            "\n"
        )
    };
}

pub const TOO_MANY_CONNECTIONS: &str = rejection!(
    "429 Too Many Requests",
    "Too many connections at once. Try again when some of them have ended."
);

/// The answer to headers that there is no memory for.
pub fn too_many_heads(exceeded: QuotaExceeded) -> &'static str {
    match exceeded {
        QuotaExceeded::Client => {
            rejection!("429 Too Many Requests", "Too many unfinished requests at once.")
        }
        QuotaExceeded::Global => {
            rejection!("503 Service Unavailable", "Too many unfinished requests at once.")
        }
    }
}

/// For an HTTP/2 client: empty settings, and a GOAWAY frame with the code `ENHANCE_YOUR_CALM`.
pub const TOO_MANY_HTTP2_CONNECTIONS: &[u8] =
    b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0b";

/// Sends what the system takes at once.
pub fn send_now(stream: &Stream, answer: &str) {
    // The connection is closed in any case.
    let _ = stream.try_write(answer.as_bytes());
}
