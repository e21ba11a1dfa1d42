//! The settings of a program, from its `--help`: a test that goes over them cannot miss a new one.

/// Variables that no program declares, but libraries or the log read.
pub const OF_LIBRARIES: [&str; 11] = [
    "RUST_LOG",
    "TOKIO_WORKER_THREADS",
    "PGHOST",
    "PGPORT",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "SSL_CERT_FILE",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "HTTPS_PROXY",
];

/// The environment variables that the help text names: `[env: REDIS_URL]`.
///
/// # Panics
/// It names none.
pub fn variables(help: &str) -> Vec<String> {
    let names = help.split("[env: ").skip(1).filter_map(|rest| rest.split([']', '=']).next());
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert!(!names.is_empty(), "no settings: {help}");
    names
}

/// The flag of a variable: `--redis-url` for `REDIS_URL`.
pub fn flag(variable: &str) -> String {
    format!("--{}", variable.to_lowercase().replace('_', "-"))
}
