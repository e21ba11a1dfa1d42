//! Every setting, as a flag and as an environment variable. `pastebin --help` is the reference.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use jobs::Backends;
use url::Url;

use crate::lifetime::Lifetime;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Address and port to listen on
    #[arg(long, env, global = true, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where visitors reach the site, for links and cookies [default: http:// and LISTEN]
    #[arg(long, env, global = true, value_parser = public_url)]
    pub public_url: Option<Url>,

    /// Where a text may come bare over TCP, as from `nc`: `0.0.0.0:9999` [default: nowhere]
    #[arg(long, env, global = true)]
    pub tcp_listen: Option<SocketAddr>,

    #[command(flatten)]
    pub backends: Backends,

    /// The id service to take ids from: `http://host:8081` [default: the site takes them itself]
    #[arg(long, env, global = true)]
    pub id_service_url: Option<String>,

    /// The largest text, in bytes; `KiB` and `MiB` are understood
    #[arg(long, env, global = true, default_value = "10MiB")]
    pub max_paste_bytes: Size,

    /// How long a paste lives where nobody says: 10m, 1h, 1d, 1w, 1M, 1y, never, 90m, …
    #[arg(long, env, global = true, default_value = "1w")]
    pub default_expiry: Lifetime,

    /// The longest that a paste may live; `never` sets no limit
    #[arg(long, env, global = true, default_value = "never")]
    pub max_expiry: Lifetime,

    /// Proxies whose X-Forwarded-For is believed, as addresses or networks: `10.0.0.0/8,::1`
    #[arg(long, env, global = true, value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// How many connections may be open; the system's limit on open files may allow fewer
    #[arg(long, env, global = true, default_value_t = 10_000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub max_connections: usize,

    /// Whether one client may only save, log in, register and miss links so often and have so much
    /// under way; sites with the same Redis count together
    #[arg(long, env, global = true, value_enum, default_value_t = Switch::On)]
    pub rate_limit: Switch,

    /// How long a page waits for its colours, in milliseconds; past it, it comes plain and says so
    #[arg(long, env, global = true, default_value_t = 300)]
    pub highlight_wait: u64,

    /// Memory for what is read often: texts, colours, finished pages; `KiB` and `MiB` are understood
    #[arg(long, env, global = true, default_value = "48MiB")]
    pub cache_size: Size,

    /// How many seconds a CDN may serve a public paste without asking, so also after it is deleted; 0 is never
    #[arg(long, env, global = true, default_value_t = 10)]
    pub shared_max_age: u32,

    /// Whose pages may show a paste in a frame, as in CSP's frame-ancestors: `*`, `'none'`, `https://blog.example.org`
    #[arg(long, env, global = true, default_value = "*", value_parser = frame_ancestors)]
    pub frame_ancestors: String,

    /// Where the worker for refill, purge and sweep runs
    #[arg(long, env, global = true, value_enum, default_value_t = Jobs::Inline)]
    pub jobs: Jobs,

    /// How log lines look
    #[arg(long, env, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Jobs {
    /// In the site
    Inline,
    /// Nowhere: the `jobs` service does it
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub usize);

#[derive(Debug, thiserror::Error)]
#[error("not a size: use a number of bytes from 1 to 1 GiB, as in 500000, 512KiB or 10MiB")]
pub struct BadSize;

impl FromStr for Size {
    type Err = BadSize;

    fn from_str(text: &str) -> Result<Self, BadSize> {
        const KIB: usize = 1024;
        const LARGEST: usize = KIB * KIB * KIB;
        let (number, unit) = match text.strip_suffix("KiB") {
            Some(number) => (number, KIB),
            None => text.strip_suffix("MiB").map_or((text, 1), |number| (number, KIB * KIB)),
        };
        let bytes =
            number.trim().parse::<usize>().ok().and_then(|n| n.checked_mul(unit)).ok_or(BadSize)?;
        if (1..=LARGEST).contains(&bytes) { Ok(Self(bytes)) } else { Err(BadSize) }
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| "write it as 192.0.2.1 or 10.0.0.0/8".to_owned())
}

fn frame_ancestors(text: &str) -> Result<String, String> {
    let known = |source: &str| {
        matches!(source, "*" | "'none'" | "'self'" | "https:" | "http:")
            || Url::parse(&source.replace("*.", ""))
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    let plain =
        text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic() && !b";,".contains(&byte));
    if plain && !text.trim().is_empty() && text.split_whitespace().all(known) {
        Ok(text.trim().to_owned())
    } else {
        Err("write sources with spaces between them: *, 'none', 'self', https://blog.example.org, https://*.example.org".to_owned())
    }
}

fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; write it as https://paste.example.org"))?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
    if usable && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("it must be http:// or https:// and a host, without a path: https://paste.example.org"
            .to_owned())
    }
}

impl Settings {
    /// How long a paste lives where nobody says: never longer than any may.
    pub fn default_expiry(&self) -> Lifetime {
        if self.default_expiry.within(self.max_expiry) {
            self.default_expiry
        } else {
            self.max_expiry
        }
    }

    /// Where visitors reach the site, without the slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_kib_or_mib() {
        assert_eq!("10MiB".parse::<Size>().unwrap(), Size(10_485_760));
        assert_eq!("512KiB".parse::<Size>().unwrap(), Size(524_288));
        assert_eq!("77".parse::<Size>().unwrap(), Size(77));
        for bad in ["", "0", "-1", "10MB", "2000MiB", "99999999999999999999", "MiB"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_public_url_has_no_path_and_no_password() {
        assert!(public_url("https://paste.example.org").is_ok());
        for bad in [
            "paste.example.org",
            "ftp://x.org",
            "https://x.org/paste",
            "https://u:p@x.org",
            "https://x.org?a",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
