//! Deletes objects in batches, or one by one where the bucket has no batches.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tracing::warn;

use super::error::{from_sdk, other};
use crate::error::{BlobsError, Error, Result};

/// The number of keys that one `DeleteObjects` takes.
const MAX_BATCH: usize = 1000;
/// Concurrent deletes in a store that does not support batches.
const MAX_CONCURRENT_DELETES: usize = 16;

/// Deletes those objects that exist.
pub(super) async fn delete(client: &Client, bucket: &str, objects: &[String]) -> Result<()> {
    for batch in objects.chunks(MAX_BATCH) {
        delete_batch(client, bucket, batch).await?;
    }
    Ok(())
}

async fn delete_batch(client: &Client, bucket: &str, objects: &[String]) -> Result<()> {
    let mut batch = Delete::builder().quiet(true);
    for object in objects {
        let object = ObjectIdentifier::builder().key(object).build();
        batch = batch.objects(object.map_err(|error| other(&error))?);
    }
    let batch = batch.build().map_err(|error| other(&error))?;
    let refused = match client.delete_objects().bucket(bucket).delete(batch).send().await {
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
    // Some stores require a checksum here that others do not know, or do not support batches.
    if !matches!(
        refused.code(),
        Some("NotImplemented" | "MissingContentMD5" | "InvalidRequest" | "MethodNotAllowed")
    ) {
        return Err(from_sdk(&refused));
    }
    warn!(error = %from_sdk(&refused), "the bucket does not support batch deletes; deleting one by one");
    delete_one_by_one(client, bucket, objects).await
}

async fn delete_one_by_one(client: &Client, bucket: &str, objects: &[String]) -> Result<()> {
    stream::iter(objects.to_vec())
        .map(|object| async move {
            match client.delete_object().bucket(bucket).key(object).send().await {
                Err(error) if error.code() != Some("NoSuchKey") => Err(from_sdk(&error)),
                _ => Ok(()),
            }
        })
        .buffer_unordered(MAX_CONCURRENT_DELETES)
        .try_collect()
        .await
}
