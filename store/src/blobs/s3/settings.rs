use std::fmt;
use std::time::Duration;

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
