//! How far a search may backtrack.

use std::ffi::c_ulong;
use std::sync::Once;

static SET: Once = Once::new();

/// Limits the backtracking of every search in this process: a search that goes back more than
/// `retries` times ends without a match. Without this, Oniguruma has no limit for a search. Only the
/// first call has an effect. It must come before the first search.
pub fn limit(retries: u32) {
    SET.call_once(|| {
        let retries = c_ulong::from(retries);
        // SAFETY: each function writes one number, which searches read when they begin. `Once` orders
        // the writes before everything that follows a call.
        #[expect(unsafe_code, reason = "foreign functions")]
        unsafe {
            onig_sys::onig_set_retry_limit_in_match(retries);
            onig_sys::onig_set_retry_limit_in_search(retries);
        }
    });
}
