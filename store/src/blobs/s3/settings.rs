//! The address and keys of a bucket, and its deadlines.

use std::fmt;
use std::time::Duration;

/// The bucket, and the access to it.
#[derive(Clone)]
pub struct S3Settings {
    pub bucket: String,
    /// An address such as `https://storage.example.org`; `None` for AWS.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    /// Whether the bucket is in the path (`host/bucket/key`) or in the host (`bucket.host/key`).
    pub force_path_style: bool,
    pub deadlines: Deadlines,
}

/// Deadlines for the store. Each call makes up to three attempts.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    pub connect: Duration,
    pub attempt: Duration,
    /// For all attempts of one call, with the pauses between them.
    pub operation: Duration,
}

impl Default for Deadlines {
    /// 3, 10 and 20 seconds. An attempt can transfer 10 MiB, the largest text by default, at
    /// 1 MiB/s; a visitor waits for the whole operation.
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
