//! Limits the length of a store's answers.

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::SdkBody;
use http_body_util::Limited;

/// In bytes. The answers to a list of 1,000 keys and to a delete of as many have a few hundred KiB.
pub(super) const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// Ends an answer with an error after this many bytes. The SDK itself would read it into memory whole.
#[derive(Debug)]
pub(super) struct MaxLength(pub(super) usize);

impl Intercept for MaxLength {
    fn name(&self) -> &'static str {
        "MaxLength"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        let body = response.take_body();
        *response.body_mut() = SdkBody::from_body_1_x(Limited::new(body, self.0));
        Ok(())
    }
}
