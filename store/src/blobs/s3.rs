//! Texts as objects in an S3-compatible bucket.

mod delete;
mod error;
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
use aws_smithy_http_client::tls;
use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use self::error::{from_sdk, other};
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
        let put = self.client.put_object().bucket(&self.bucket).key(Self::object(key));
        let put = put.content_type("application/zstd").body(ByteStream::from(body));
        put.send().await.map(drop).map_err(|error| from_sdk(&error))
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>> {
        let _slot = self.slot().await?;
        let get = self.client.get_object().bucket(&self.bucket).key(Self::object(key));
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return Ok(None);
            }
            Err(error) => return Err(from_sdk(&error)),
        };
        // The deadlines of the SDK cover only the head of the answer.
        let body = timeout(self.deadlines.attempt, object.body.collect()).await;
        match body {
            Ok(Ok(body)) => Ok(Some(body.into_bytes())),
            Ok(Err(error)) => Err(other(&error)),
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
            let page = self
                .client
                .list_objects_v2()
                .bucket(&self.bucket)
                .prefix(PREFIX)
                .start_after(&last)
                .max_keys(i32::try_from(most).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(|error| from_sdk(&error))?;
            let objects = page.contents().iter().filter_map(|object| {
                let key = object.key()?.strip_prefix(PREFIX)?;
                let millis = object.last_modified()?.to_millis().ok()?;
                Some(BlobInfo { key: key.to_owned().into(), created_at: Timestamp(millis) })
            });
            found.extend(objects);
            match page.contents().last().and_then(|object| object.key()) {
                Some(key) if page.is_truncated() == Some(true) => key.clone_into(&mut last),
                _ => break,
            }
        }
        Ok(found)
    }

    /// Lists one key: the error of a listing has a code, that of a HEAD of the bucket has none.
    async fn ping(&self) -> Result<()> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(PREFIX).max_keys(1);
        list.send().await.map(drop).map_err(|error| from_sdk(&error))
    }
}
