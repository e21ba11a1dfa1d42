use std::error::Error as StdError;
use std::fmt;
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
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_smithy_http_client::tls;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use tracing::warn;

use crate::{BlobInfo, BlobKey, BlobStore, BlobsError, Error, Result, Timestamp};

/// What all our keys begin with, so that a bucket can keep other things as well.
const PREFIX: &str = "texts/";

const ATTEMPTS: u32 = 3;

/// Keys that one `DeleteObjects` takes.
const BATCH: usize = 1000;
/// Single deletes under way at a time, where a store knows no batches.
const SINGLES: usize = 16;

/// Texts that go there or come from there at a time, and how long one more waits for its turn: a
/// bucket that hangs shall not hold all that the site may have at work.
const UNDER_WAY: usize = 128;
const TURN: Duration = Duration::from_secs(1);

/// Which bucket, and how to get at it.
#[derive(Clone)]
pub struct S3Settings {
    pub bucket: String,
    /// `None` is AWS.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    /// `host/bucket/key` instead of `bucket.host/key`.
    pub force_path_style: bool,
    pub deadlines: Deadlines,
}

/// How long a store may take. Each call makes up to three attempts.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    pub connect: Duration,
    pub attempt: Duration,
    /// All attempts of one call, and the pauses between them.
    pub operation: Duration,
}

impl Default for Deadlines {
    /// 3, 10 and 20 seconds: an attempt has time for 10 MiB at 1 MiB/s, and a visitor waits for
    /// the whole.
    fn default() -> Self {
        let [connect, attempt, operation] = [3, 10, 20].map(Duration::from_secs);
        Self { connect, attempt, operation }
    }
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Texts as objects in a bucket of any S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3Blobs {
    client: Client,
    bucket: String,
    deadlines: Deadlines,
    turns: Arc<Semaphore>,
}

impl S3Blobs {
    /// Talks to nobody yet; see [`BlobStore::ping`].
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
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            // Several compatible stores refuse the checksums that the SDK adds of its own accord.
            // Ours is in the row: every text is hashed when it is read.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Self {
            client: Client::from_conf(config.build()),
            bucket: settings.bucket.clone(),
            deadlines,
            turns: Arc::new(Semaphore::new(UNDER_WAY)),
        }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        let turn = timeout(TURN, self.turns.acquire()).await;
        turn.map_err(|_| told("too many wait for it"))?.map_err(|error| told(&error))
    }

    fn object(key: &BlobKey) -> String {
        format!("{PREFIX}{}", key.as_str())
    }

    async fn delete_batch(&self, keys: &[BlobKey]) -> Result<()> {
        let mut batch = Delete::builder().quiet(true);
        for key in keys {
            let object = ObjectIdentifier::builder().key(Self::object(key)).build();
            batch = batch.objects(object.map_err(|error| told(&error))?);
        }
        let batch = batch.build().map_err(|error| told(&error))?;
        let outcome = self.client.delete_objects().bucket(&self.bucket).delete(batch).send().await;
        let refused = match outcome {
            Ok(answer) => {
                let refused = answer.errors().iter().find(|e| e.code() != Some("NoSuchKey"));
                return match refused {
                    None => Ok(()),
                    Some(error) => Err(Error::Blobs(BlobsError {
                        code: error.code().map(str::to_owned),
                        message: error.message().unwrap_or("a text was not deleted").to_owned(),
                    })),
                };
            }
            Err(error) => error,
        };
        // Some stores ask for a checksum here that others do not know, or have no batches at all.
        if !matches!(
            refused.code(),
            Some("NotImplemented" | "MissingContentMD5" | "InvalidRequest" | "MethodNotAllowed")
        ) {
            return Err(failed(&refused));
        }
        warn!(error = %failed(&refused), "the bucket takes no batches; deleting one by one");
        stream::iter(keys.to_vec())
            .map(|key| async move {
                let delete =
                    self.client.delete_object().bucket(&self.bucket).key(Self::object(&key));
                match delete.send().await {
                    Err(error) if error.code() != Some("NoSuchKey") => Err(failed(&error)),
                    _ => Ok(()),
                }
            })
            .buffer_unordered(SINGLES)
            .try_collect()
            .await
    }
}

#[async_trait]
impl BlobStore for S3Blobs {
    async fn put(&self, key: &BlobKey, body: Bytes, _: Timestamp) -> Result<()> {
        let _turn = self.turn().await?;
        let put = self.client.put_object().bucket(&self.bucket).key(Self::object(key));
        let put = put.content_type("application/zstd").body(ByteStream::from(body));
        put.send().await.map(drop).map_err(|error| failed(&error))
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>> {
        let _turn = self.turn().await?;
        let get = self.client.get_object().bucket(&self.bucket).key(Self::object(key));
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return Ok(None);
            }
            Err(error) => return Err(failed(&error)),
        };
        // The SDK's deadlines end with the head of the answer.
        let body = timeout(self.deadlines.attempt, object.body.collect()).await;
        match body {
            Ok(Ok(body)) => Ok(Some(body.into_bytes())),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err(told("a text came too slowly")),
        }
    }

    async fn delete(&self, keys: &[BlobKey]) -> Result<()> {
        for batch in keys.chunks(BATCH) {
            self.delete_batch(batch).await?;
        }
        Ok(())
    }

    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>> {
        let limit = limit as usize;
        let mut found: Vec<BlobInfo> = Vec::new();
        let mut last = Self::object(after);
        // A page may be shorter than asked for while more is to come.
        while found.len() < limit {
            let most = (limit - found.len()).min(BATCH);
            let page = self
                .client
                .list_objects_v2()
                .bucket(&self.bucket)
                .prefix(PREFIX)
                .start_after(&last)
                .max_keys(i32::try_from(most).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(|error| failed(&error))?;
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

    /// By a listing of one key: its answer says what is wrong, which a HEAD of the bucket cannot.
    async fn ping(&self) -> Result<()> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(PREFIX).max_keys(1);
        list.send().await.map(drop).map_err(|error| failed(&error))
    }
}

fn failed<E: ProvideErrorMetadata + StdError + 'static>(error: &SdkError<E>) -> Error {
    if let Some(answer) = error.as_service_error()
        && let Some(code) = answer.code()
    {
        let message = answer.message().unwrap_or_default().to_owned();
        return Error::Blobs(BlobsError { code: Some(code.to_owned()), message });
    }
    if let Some(answer) = error.raw_response() {
        return told(&format!("it answered with status {}", answer.status()));
    }
    // What lies at the bottom says most: "Connection refused".
    let mut bottom: &dyn StdError = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    told(bottom)
}

fn told(message: &(impl ToString + ?Sized)) -> Error {
    Error::Blobs(BlobsError { code: None, message: message.to_string() })
}
