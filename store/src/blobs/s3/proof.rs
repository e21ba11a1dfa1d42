//! Proof that a store has done what it answers: a captive portal or the page of a load balancer answers
//! every request with success.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
use bytes::Bytes;
use md5::{Digest as _, Md5};

use super::answer::{MAX_ANSWER, MaxLength};
use super::error::{from_sdk, other};
use crate::error::Result;

/// The content type of our objects. No web page has it.
pub(super) const CONTENT_TYPE: &str = "application/zstd";

/// How much is hashed before other tasks get a turn: a seventh of a millisecond.
const CHUNK: usize = 64 * 1024;

/// The MD5 of a body in hex, which is the `ETag` of an object in most stores.
pub(super) async fn md5(body: &Bytes) -> String {
    let mut hash = Md5::new();
    for chunk in body.chunks(CHUNK) {
        hash.update(chunk);
        if chunk.len() == CHUNK {
            tokio::task::yield_now().await;
        }
    }
    hex::encode(hash.finalize())
}

/// Whether the `ETag` that answers an upload is the MD5 of what was sent.
pub(super) fn is_tag_of(tag: Option<&str>, md5: &str) -> bool {
    tag.is_some_and(|tag| tag.trim_start_matches("W/").trim_matches('"').eq_ignore_ascii_case(md5))
}

/// Asks for the object that was uploaded. Needed where its `ETag` is no MD5, as with server-side
/// encryption by a key of KMS.
pub(super) async fn confirm_stored(
    client: &Client,
    bucket: &str,
    object: &str,
    length: usize,
) -> Result<()> {
    let stored = head(client, bucket, object).await?;
    let is_ours = |stored: &HeadObjectOutput| {
        stored.content_type() == Some(CONTENT_TYPE)
            && stored.content_length() == i64::try_from(length).ok()
    };
    if stored.as_ref().is_some_and(is_ours) {
        return Ok(());
    }
    Err(other(
        "it acknowledged a text that it did not store; is S3_ENDPOINT the address of a store?",
    ))
}

/// Asks for an object that was deleted.
pub(super) async fn confirm_deleted(client: &Client, bucket: &str, object: &str) -> Result<()> {
    match head(client, bucket, object).await? {
        None => Ok(()),
        Some(_) => Err(other("it acknowledged a delete and still has the text")),
    }
}

/// The headers of an object; `None` if there is none.
async fn head(client: &Client, bucket: &str, object: &str) -> Result<Option<HeadObjectOutput>> {
    let head = client.head_object().bucket(bucket).key(object).customize();
    match head.interceptor(MaxLength(MAX_ANSWER)).send().await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => {
            Ok(None)
        }
        Err(error) => Err(from_sdk(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_tag_of_a_body_is_its_md5_in_any_spelling() {
        let md5 = md5(&Bytes::from_static(b"hello")).await;
        for tag in [
            "\"5d41402abc4b2a76b9719d911017c592\"",
            "5D41402ABC4B2A76B9719D911017C592",
            "W/\"5d41402abc4b2a76b9719d911017c592\"",
        ] {
            assert!(is_tag_of(Some(tag), &md5), "{tag}");
        }
        for tag in [None, Some(""), Some("\"\""), Some("\"5d41402abc4b2a76b9719d911017c592-1\"")] {
            assert!(!is_tag_of(tag, &md5), "{tag:?}");
        }
    }
}
