//! Turns errors of the S3 SDK into errors of the store.

use std::error::Error as StdError;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::error::{BlobsError, Error};

pub(super) fn from_sdk<E: ProvideErrorMetadata + StdError + 'static>(error: &SdkError<E>) -> Error {
    if let Some(answer) = error.as_service_error()
        && let Some(code) = answer.code()
    {
        let message = answer.message().unwrap_or_default().to_owned();
        return Error::Blobs(BlobsError { code: Some(code.to_owned()), message });
    }
    if let Some(answer) = error.raw_response() {
        return other(&format!("it answered with status {}", answer.status()));
    }
    // The root cause is the most telling: "Connection refused".
    let mut bottom: &dyn StdError = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    other(bottom)
}

pub(super) fn other(message: &(impl ToString + ?Sized)) -> Error {
    Error::Blobs(BlobsError { code: None, message: message.to_string() })
}
