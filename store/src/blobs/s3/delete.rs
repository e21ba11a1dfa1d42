//! Deletes objects in batches, or one by one where the bucket has no batches.

use std::collections::HashSet;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::operation::delete_objects::DeleteObjectsOutput;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tracing::warn;

use super::answer::{MAX_ANSWER, MaxLength};
use super::error::{from_sdk, other};
use super::proof::confirm_deleted;
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
    // Not quietly: an answer that names no key proves nothing.
    let mut batch = Delete::builder().quiet(false);
    for object in objects {
        let object = ObjectIdentifier::builder().key(object).build();
        batch = batch.objects(object.map_err(|error| other(&error))?);
    }
    let batch = batch.build().map_err(|error| other(&error))?;
    let delete = client.delete_objects().bucket(bucket).delete(batch).customize();
    let refused = match delete.interceptor(MaxLength(MAX_ANSWER)).send().await {
        Ok(answer) => return confirm(client, bucket, objects, &answer).await,
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

/// Checks that the answer names every object. Where it leaves one out, the store is asked for it.
async fn confirm(
    client: &Client,
    bucket: &str,
    objects: &[String],
    answer: &DeleteObjectsOutput,
) -> Result<()> {
    if let Some(error) = answer.errors().iter().find(|e| e.code() != Some("NoSuchKey")) {
        return Err(Error::Blobs(BlobsError {
            code: error.code().map(str::to_owned),
            message: error.message().unwrap_or("a text was not deleted").to_owned(),
        }));
    }
    let named: HashSet<&str> =
        answer.deleted().iter().filter_map(|deleted| deleted.key()).collect();
    let unnamed = objects.iter().filter(|object| !named.contains(object.as_str()));
    for object in unnamed {
        confirm_deleted(client, bucket, object).await?;
    }
    Ok(())
}

async fn delete_one_by_one(client: &Client, bucket: &str, objects: &[String]) -> Result<()> {
    stream::iter(objects.to_vec())
        .map(|object| async move {
            let delete = client.delete_object().bucket(bucket).key(&object).customize();
            match delete.interceptor(MaxLength(MAX_ANSWER)).send().await {
                Err(error) if error.code() == Some("NoSuchKey") => Ok(()),
                Err(error) => Err(from_sdk(&error)),
                Ok(_) => confirm_deleted(client, bucket, &object).await,
            }
        })
        .buffer_unordered(MAX_CONCURRENT_DELETES)
        .try_collect()
        .await
}
