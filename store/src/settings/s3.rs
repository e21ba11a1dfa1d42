//! The settings of the bucket, and how it is opened.

use std::fmt;

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use super::SettingError;
use crate::blobs::BlobStore as _;
use crate::blobs::s3::S3Blobs;
use crate::blobs::s3::settings::{Deadlines, S3Settings};
use crate::error::{BlobsError, Error};

/// Where the texts are, if not in the database.
#[derive(Clone, Debug, Args)]
pub struct S3 {
    /// The bucket of an S3-compatible store that keeps the texts [default: the database does]
    #[arg(long = "s3-bucket", env = "S3_BUCKET", global = true)]
    pub bucket: Option<String>,

    /// Where that store is: `https://storage.example.org` [default: AWS]
    #[arg(long = "s3-endpoint", env = "S3_ENDPOINT", global = true)]
    pub endpoint: Option<String>,

    /// The region of that store
    #[arg(long = "s3-region", env = "S3_REGION", global = true, default_value = "us-east-1")]
    pub region: String,

    /// The key to the bucket
    #[arg(
        long = "s3-access-key-id",
        env = "S3_ACCESS_KEY_ID",
        global = true,
        hide_env_values = true
    )]
    pub access_key_id: Option<SecretString>,

    /// The secret that belongs to the key
    #[arg(
        long = "s3-secret-access-key",
        env = "S3_SECRET_ACCESS_KEY",
        global = true,
        hide_env_values = true
    )]
    pub secret_access_key: Option<SecretString>,

    /// Whether the bucket is in the path of an address, and not in its host
    #[arg(long = "s3-force-path-style", env = "S3_FORCE_PATH_STYLE", global = true, default_value_t = false, action = clap::ArgAction::Set)]
    pub force_path_style: bool,
}

impl S3 {
    /// The bucket, where one is set. It has answered once.
    ///
    /// # Errors
    /// A key is missing, or the bucket does not answer or refuses us.
    pub async fn open(&self) -> Result<Option<S3Blobs>, SettingError> {
        let Some(bucket) = &self.bucket else { return Ok(None) };
        // The value is not quoted: it may hold a password.
        if !self.endpoint.as_deref().is_none_or(is_endpoint) {
            let reason = "it must be http:// or https:// and a host, without a user or a password";
            return Err(SettingError::new("S3_ENDPOINT", reason));
        }
        let blobs = S3Blobs::new(&S3Settings {
            bucket: bucket.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            access_key_id: required("S3_ACCESS_KEY_ID", self.access_key_id.as_ref())?,
            secret_access_key: required("S3_SECRET_ACCESS_KEY", self.secret_access_key.as_ref())?,
            force_path_style: self.force_path_style,
            deadlines: Deadlines::default(),
        });
        let unusable = |setting, error: &dyn fmt::Display| {
            SettingError::new(setting, format!("the bucket {bucket} cannot be used: {error}"))
        };
        match blobs.ping().await {
            Ok(()) => Ok(Some(blobs)),
            Err(Error::Blobs(error)) => Err(unusable(setting_at_fault(&error), &error)),
            Err(error) => Err(unusable("S3_BUCKET", &error)),
        }
    }
}

fn is_endpoint(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        !host.is_empty() && host.bytes().all(is_plain) && host.contains('[') == host.contains(']')
    })
}

fn required(setting: &str, secret: Option<&SecretString>) -> Result<String, SettingError> {
    let secret = secret.ok_or_else(|| SettingError::new(setting, "S3_BUCKET needs it"))?;
    Ok(secret.expose_secret().to_owned())
}

/// The setting to look at first, by the code of the store's error.
fn setting_at_fault(error: &BlobsError) -> &'static str {
    match error.code.as_deref() {
        None => "S3_ENDPOINT",
        Some("SignatureDoesNotMatch") => "S3_SECRET_ACCESS_KEY",
        Some("InvalidAccessKeyId" | "AccessDenied" | "NotSignedUp" | "Forbidden") => {
            "S3_ACCESS_KEY_ID"
        }
        Some(
            "AuthorizationHeaderMalformed"
            | "PermanentRedirect"
            | "IllegalLocationConstraintException",
        ) => "S3_REGION",
        Some(_) => "S3_BUCKET",
    }
}
