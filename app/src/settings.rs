//! Every setting, as a flag and as an environment variable. `pastebin --help` is the reference, and
//! the comments of the fields are its text.

pub mod origins;
mod parse;
pub mod size;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use jobs::Backends;
use server::{ListenAddress, LogFormat};
use store::SecretString;
use url::Url;

use crate::lifetime::{Lifetime, Lifetimes};
use crate::settings::origins::Origins;
use crate::settings::size::Size;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where to listen: `127.0.0.1:8080`, `:8080` for all addresses, `localhost:8080`, `unix:/run/pastebin.sock`; sockets of systemd go before it
    #[arg(long, env, global = true, default_value = "127.0.0.1:8080")]
    pub listen: ListenAddress,

    /// Where visitors reach the site, for links and cookies, with a path if it has one: `https://example.org/paste`
    /// [default: http:// and the host that each request names]
    #[arg(long, env, global = true, value_parser = parse::public_url)]
    pub public_url: Option<Url>,

    /// Where a text may come bare over TCP, as from `nc`: `0.0.0.0:9999` [default: nowhere]
    #[arg(long, env, global = true)]
    pub tcp_listen: Option<ListenAddress>,

    #[command(flatten)]
    pub backends: Backends,

    /// The id service to take ids from: `http://host:8081`, `https://…` [default: the site takes them itself]
    #[arg(long, env, global = true)]
    pub id_service_url: Option<String>,

    /// The secret that the id service asks for, if it has one
    #[arg(long, env, global = true, hide_env_values = true)]
    pub id_service_secret: Option<SecretString>,

    /// The largest text, in bytes; `KiB` and `MiB` are understood
    #[arg(long, env, global = true, default_value = "10MiB")]
    pub max_paste_bytes: Size,

    /// How long a paste lives where nobody says: 10m, 1h, 1d, 1w, 1M, 1y, never, 90m, …
    #[arg(long, env, global = true, default_value = "1w")]
    pub default_expiry: Lifetime,

    /// The longest that a paste may live; `never` sets no limit
    #[arg(long, env, global = true, default_value = "never")]
    pub max_expiry: Lifetime,

    /// The longest that a paste without an account may live, if that is less than `MAX_EXPIRY`
    #[arg(long, env, global = true, default_value = "never")]
    pub max_expiry_anonymous: Lifetime,

    /// How many bytes of text one client may save in a day, while `RATE_LIMIT` is on; `KiB` and `MiB` are understood
    #[arg(long, env, global = true, default_value = "1024MiB")]
    pub max_client_bytes: Size,

    /// How many bytes of text the site keeps in all; `MiB` and `GiB` are understood [default: what fits on the disk]
    #[arg(long, env, global = true, value_parser = parse::total_bytes)]
    pub max_total_bytes: Option<u64>,

    /// Proxies whose X-Forwarded-For, -Host and -Proto are believed, as addresses or networks: `10.0.0.0/8,::1`
    #[arg(long, env, global = true, value_delimiter = ',', value_parser = parse::network)]
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
    #[arg(long, env, global = true, default_value = "*", value_parser = parse::frame_ancestors)]
    pub frame_ancestors: String,

    /// The pages that may use the API from a browser (CORS): `*`, `none`, or origins: `https://a.example.org,https://b.example.org`
    #[arg(long, env, global = true, default_value = "*")]
    pub cors_origins: Origins,

    /// Where to report a vulnerability, for /.well-known/security.txt: `mailto:security@example.org` [default: nowhere]
    #[arg(long, env, global = true, value_parser = parse::contact)]
    pub security_contact: Option<String>,

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

impl Settings {
    /// The lifetimes that senders may choose.
    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            default: self.default_expiry,
            max: self.max_expiry,
            max_anonymous: self.max_expiry.min(self.max_expiry_anonymous),
        }
    }
}
