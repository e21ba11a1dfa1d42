//! Texts as objects in an S3-compatible bucket.

mod answer;
mod delete;
mod error;
mod proof;
pub(crate) mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation,
    ResponseChecksumValidation,
};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::Object;
use aws_smithy_http_client::tls;
use bytes::{Bytes, BytesMut};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use self::answer::{MAX_ANSWER, MaxLength};
use self::error::{from_sdk, other};
use self::proof::{CONTENT_TYPE, confirm_stored, is_tag_of, md5};
use self::settings::{Deadlines, S3Settings};
use crate::blobs::{BlobInfo, BlobKey, BlobStore};
use crate::error::Result;
use crate::time::Timestamp;

/// The start of all our keys, so that the bucket can hold other objects too.
const PREFIX: &str = "texts/";

const MAX_ATTEMPTS: u32 = 3;

/// Keys that one `ListObjectsV2` answers.
const PAGE: usize = 1000;

/// Concurrent uploads and downloads, and how long another one waits for a slot. So a bucket that
/// hangs does not hold all requests that the site may process.
const MAX_TRANSFERS: usize = 128;
const SLOT_TIMEOUT: Duration = Duration::from_secs(1);

/// Texts as objects in a bucket of any S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3Blobs {
    client: Client,
    bucket: String,
    deadlines: Deadlines,
    slots: Arc<Semaphore>,
}

impl S3Blobs {
    /// Does not connect yet; see [`BlobStore::ping`].
    pub fn new(settings: &S3Settings) -> Self {
        let deadlines = settings.deadlines;
        let (id, secret) = (&settings.access_key_id, &settings.secret_access_key);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(deadlines.connect)
            .operation_attempt_timeout(deadlines.attempt)
            .operation_timeout(deadlines.operation)
            .build();
        let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(
                aws_smithy_http_client::Builder::new().tls_provider(provider).build_https(),
            )
            .region(Region::new(settings.region.clone()))
            .credentials_provider(Credentials::new(id, secret, None, None, "settings"))
            .force_path_style(settings.force_path_style)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
            // Several compatible stores refuse the checksums that the SDK adds by default. Our own
            // is in the row: every text is hashed when it is read.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Self {
            client: Client::from_conf(config.build()),
            bucket: settings.bucket.clone(),
            deadlines,
            slots: Arc::new(Semaphore::new(MAX_TRANSFERS)),
        }
    }

    async fn slot(&self) -> Result<SemaphorePermit<'_>> {
        let slot = timeout(SLOT_TIMEOUT, self.slots.acquire()).await;
        slot.map_err(|_| other("too many wait for it"))?.map_err(|error| other(&error))
    }

    fn object(key: &BlobKey) -> String {
        format!("{PREFIX}{}", key.as_str())
    }
}

#[async_trait]
impl BlobStore for S3Blobs {
    async fn put(&self, key: &BlobKey, body: Bytes, _: Timestamp) -> Result<()> {
        let _slot = self.slot().await?;
        let object = Self::object(key);
        let put = self.client.put_object().bucket(&self.bucket).key(&object);
        let put = put.content_type(CONTENT_TYPE).body(ByteStream::from(body.clone())).customize();
        let sent = put.interceptor(MaxLength(MAX_ANSWER)).send();
        let (sent, md5) = tokio::join!(sent, md5(&body));
        let sent = sent.map_err(|error| from_sdk(&error))?;
        if is_tag_of(sent.e_tag(), &md5) {
            return Ok(());
        }
        confirm_stored(&self.client, &self.bucket, &object, body.len()).await
    }

    async fn get(&self, key: &BlobKey, max: usize) -> Result<Option<Bytes>> {
        let _slot = self.slot().await?;
        let get = self.client.get_object().bucket(&self.bucket).key(Self::object(key)).customize();
        // The answer may also be an error.
        let get = get.interceptor(MaxLength(max.saturating_add(MAX_ANSWER)));
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return Ok(None);
            }
            Err(error) => return Err(from_sdk(&error)),
        };
        // The deadlines of the SDK cover only the head of the answer.
        let body = timeout(self.deadlines.attempt, read_up_to(object.body, max)).await;
        match body {
            Ok(body) => body.map(Some),
            Err(_) => Err(other("a text arrived too slowly")),
        }
    }

    async fn delete(&self, keys: &[BlobKey]) -> Result<()> {
        let objects: Vec<String> = keys.iter().map(Self::object).collect();
        delete::delete(&self.client, &self.bucket, &objects).await
    }

    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>> {
        let limit = limit as usize;
        let mut found: Vec<BlobInfo> = Vec::new();
        let mut last = Self::object(after);
        // A page may be shorter than its limit although more follow.
        while found.len() < limit {
            let most = (limit - found.len()).min(PAGE);
            let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(PREFIX);
            let request =
                request.start_after(&last).max_keys(i32::try_from(most).unwrap_or(i32::MAX));
            let page = request.customize().interceptor(MaxLength(MAX_ANSWER)).send().await;
            let page = page.map_err(|error| from_sdk(&error))?;
            for object in page.contents().iter().take(most) {
                let key = object.key().unwrap_or_default();
                if key <= last.as_str() {
                    return Err(other("its list is not in order"));
                }
                key.clone_into(&mut last);
                found.extend(blob_info(object));
            }
            if page.contents().is_empty() || page.is_truncated() != Some(true) {
                break;
            }
        }
        Ok(found)
    }

    /// Lists one key: the error of a listing has a code, that of a HEAD of the bucket has none.
    async fn ping(&self) -> Result<()> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(PREFIX).max_keys(1);
        let list = list.customize().interceptor(MaxLength(MAX_ANSWER));
        list.send().await.map(drop).map_err(|error| from_sdk(&error))
    }
}

/// `None` for an object that is not one of our texts.
fn blob_info(object: &Object) -> Option<BlobInfo> {
    let key = object.key()?.strip_prefix(PREFIX)?;
    let millis = object.last_modified()?.to_millis().ok()?;
    Some(BlobInfo { key: key.to_owned().into(), created_at: Timestamp(millis) })
}

/// Reads a body, but not on after `max` bytes. Of a longer one it returns more than `max`.
async fn read_up_to(mut body: ByteStream, max: usize) -> Result<Bytes> {
    let mut read = BytesMut::new();
    while read.len() <= max {
        match body.try_next().await.map_err(|error| other(&error))? {
            Some(chunk) => read.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(read.freeze())
}
