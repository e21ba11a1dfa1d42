//! The address of a PostgreSQL server, and how the server proves its identity.

use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::error::{Error, Result};

/// The options of an address. Without `sslmode` (or the variable `PGSSLMODE`) a server on another
/// machine must show a certificate that is valid for its name. A connection that stays on this machine
/// needs none.
///
/// # Errors
/// The address is malformed, or the file that `sslrootcert` names cannot be read.
pub(super) fn parse(address: &str) -> Result<PgConnectOptions> {
    let url = Url::parse(address).map_err(|error| sqlx::Error::Configuration(error.into()))?;
    let mut options = PgConnectOptions::from_str(address)?
        // Nothing here is a float, and PgBouncer refuses startup parameters that it does not know.
        .extra_float_digits(None);
    if let Some(inner) =
        options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']'))
    {
        let bare = inner.to_owned();
        options = options.host(&bare);
    }
    let root = value(&url, &["sslrootcert", "ssl-root-cert", "ssl-ca"]);
    if let Some(file) = &root {
        File::open(file).map_err(|error| unreadable(file, &error))?;
    }
    let is_said = value(&url, &["sslmode", "ssl-mode"]).is_some()
        || std::env::var("PGSSLMODE").is_ok_and(|mode| PgSslMode::from_str(&mode).is_ok());
    let is_proof_needed = root.is_some() || !is_local(&options);
    Ok(if is_said || !is_proof_needed { options } else { options.ssl_mode(PgSslMode::VerifyFull) })
}

/// The last value that the address gives to one of these names of an option.
fn value(url: &Url, names: &[&str]) -> Option<String> {
    let values = url.query_pairs().filter(|(name, _)| names.contains(&&**name));
    values.last().map(|(_, value)| value.into_owned())
}

fn unreadable(file: &str, error: &io::Error) -> sqlx::Error {
    sqlx::Error::Configuration(format!("sslrootcert {file} cannot be read: {error}").into())
}

/// Whether the server is on this machine: behind a Unix socket or a loopback address.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Says how to mend a connection that failed for want of a valid certificate. rustls reports a bad
/// certificate as invalid data.
pub(super) fn explain(error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::Tls(cause) => Error::Unproven(cause.to_string()),
        sqlx::Error::Io(cause) if cause.kind() == io::ErrorKind::InvalidData => {
            Error::Unproven(cause.to_string())
        }
        other => Error::Database(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(address: &str) -> String {
        format!("{:?}", parse(address).unwrap().get_ssl_mode())
    }

    #[test]
    fn a_server_on_another_machine_must_prove_its_identity() {
        for remote in [
            "postgres://me@db/pastebin",
            "postgres://me@10.0.0.7/pastebin",
            "postgres://me@[2001:db8::1]:5433/pastebin",
            "postgres://me@localhost.example.org/pastebin",
            "postgres://me@localhost/pastebin?host=db",
            "postgres://me@localhost/pastebin?hostaddr=192.0.2.1",
        ] {
            assert_eq!(mode(remote), "VerifyFull", "{remote}");
        }
        for local in [
            "postgres://me@localhost/pastebin",
            "postgres://me@127.0.0.1:5433/pastebin",
            "postgres://me@[::1]/pastebin",
            "postgres://me@%2Fvar%2Frun%2Fpostgresql/pastebin",
            "postgres://me@db/pastebin?host=/var/run/postgresql",
        ] {
            assert_eq!(mode(local), "Prefer", "{local}");
        }
    }

    #[test]
    fn an_address_may_say_otherwise() {
        assert_eq!(mode("postgres://me@db/pastebin?sslmode=disable"), "Disable");
        assert_eq!(mode("postgres://me@db/pastebin?sslmode=require"), "Require");
        assert_eq!(mode("postgres://me@localhost/pastebin?sslmode=verify-full"), "VerifyFull");
        assert_eq!(mode("postgres://me@localhost/pastebin?sslrootcert=/dev/null"), "VerifyFull");
        assert!(parse("postgres://me@db/pastebin?sslmode=verify").is_err());
        let missing = parse("postgres://me@db/pastebin?sslrootcert=/nowhere/ca.pem").unwrap_err();
        assert!(missing.to_string().contains("/nowhere/ca.pem"), "{missing}");
    }

    #[test]
    fn an_ipv6_address_is_used_without_brackets() {
        assert_eq!(
            parse("postgres://me@[2001:db8::1]/pastebin").unwrap().get_host(),
            "2001:db8::1"
        );
    }
}
