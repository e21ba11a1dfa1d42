//! Environment variables that count as unset.

use std::ffi::OsStr;

/// Whether a value is empty or consists of white space.
pub(crate) fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|value| value.trim().is_empty())
}

/// Removes all variables with a blank value from this process's environment. A file for Docker
/// Compose or systemd sets a variable to an empty value where none is meant; not only our settings
/// fail with one, but also variables that libraries read, such as `TOKIO_WORKER_THREADS`,
/// `PGSSLROOTCERT` and `SSL_CERT_FILE`.
#[expect(unsafe_code, reason = "std has no safe function that changes the environment")]
pub(crate) fn remove_blank_variables() {
    for (name, value) in std::env::vars_os() {
        if is_blank(&value) {
            // SAFETY: no other thread reads the environment meanwhile, because the programs call
            // this first in `main`, before they start one.
            unsafe { std::env::remove_var(name) };
        }
    }
}
