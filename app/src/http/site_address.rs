//! The address at which visitors reach the site: `PUBLIC_URL`, or what each request says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use server::{ListenAddress, has_valid_host};
use url::{Host, Url};

use crate::http::client_ip::is_local;

const X_FORWARDED_HOST: &str = "x-forwarded-host";
const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The longest `Host`: a name of 253 characters, a dot and a port.
const MAX_AUTHORITY_BYTES: usize = 260;

/// Suffixes that the public DNS does not and will not delegate, so nobody can own a name with them
/// (RFC 6761, RFC 6762, RFC 8375, and the names that ICANN reserves).
const PRIVATE_SUFFIXES: [&str; 10] = [
    "localhost",
    "local",
    "internal",
    "home.arpa",
    "test",
    "lan",
    "home",
    "corp",
    "localdomain",
    "intranet",
];

/// How visitors address the site.
#[derive(Debug)]
pub struct SiteAddress {
    public: Option<Public>,
    listen: ListenAddress,
}

/// `PUBLIC_URL` and its parts.
#[derive(Debug)]
struct Public {
    /// Without a slash at the end.
    url: Arc<str>,
    host: Host,
    /// Empty, or a path such as `/paste`.
    base: Arc<str>,
}

/// Why a request has no address that this site answers at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHost {
    /// Not a host with an optional port, or several of them.
    Malformed,
    /// A name that may belong to an attacker, who lets it lead to this site (DNS rebinding).
    Unknown,
}

impl SiteAddress {
    /// `public_url` has passed the parser of the setting: it has a host. A `PUBLIC_URL` with the
    /// unspecified address (`http://0.0.0.0:8080`) names no host and counts as unset: Docker Compose
    /// makes it of the address at which the port is published.
    pub fn new(public_url: Option<&Url>, listen: ListenAddress) -> Self {
        let public = public_url.filter(|url| !is_unspecified(url)).and_then(|url| {
            Some(Public {
                url: url.as_str().trim_end_matches('/').into(),
                host: without_final_dot(url.host()?.to_owned()),
                base: url.path().trim_end_matches('/').into(),
            })
        });
        Self { public, listen }
    }

    /// The path of `PUBLIC_URL`, with which every address of this site begins: empty, or `/paste`.
    pub fn base(&self) -> Arc<str> {
        self.public.as_ref().map_or_else(|| "".into(), |public| public.base.clone())
    }

    /// `PUBLIC_URL` without a slash at the end.
    pub fn public_url(&self) -> Option<&Arc<str>> {
        self.public.as_ref().map(|public| &public.url)
    }

    /// Whether visitors come over https, so that cookies may be `Secure`. Only `PUBLIC_URL` says so:
    /// a header must not decide it.
    pub fn is_https(&self) -> bool {
        self.public_url().is_some_and(|url| url.starts_with("https://"))
    }

    /// The address for somebody who sends no `Host`: `PUBLIC_URL`, or `LISTEN`. If the site listens
    /// on all interfaces, the host is `local`, an address of this machine.
    pub fn without_host(&self, local: Option<IpAddr>) -> Arc<str> {
        if let Some(url) = self.public_url() {
            return url.clone();
        }
        let authority = match (local, self.listen.port()) {
            (Some(local), Some(port)) if self.listen.is_unspecified() => {
                SocketAddr::new(local.to_canonical(), port).to_string()
            }
            _ => self.listen.local_authority().unwrap_or_else(|| "localhost".to_owned()),
        };
        let url = Url::parse(&format!("http://{authority}"));
        // What can be listened on can be written as an address.
        url.map_or_else(|_| "".into(), |url| url.as_str().trim_end_matches('/').into())
    }

    /// The address of the site as this request names it, and the request with a `Host` in one
    /// spelling. `proxy` is the trusted proxy that sent the request, if one did; only then
    /// `X-Forwarded-Host` and `X-Forwarded-Proto` count.
    ///
    /// # Errors
    /// The host is malformed, or a name at which the site does not answer.
    pub fn resolve(
        &self,
        request: &mut Request,
        proxy: Option<IpAddr>,
    ) -> Result<Arc<str>, BadHost> {
        let requested = requested(request, proxy.is_some())?;
        let Some(requested) = requested else { return Ok(self.without_host(None)) };
        let is_vouched_for = proxy.is_some_and(|proxy| self.trusts_hosts_of(proxy));
        if !is_vouched_for && !self.answers_at(&requested) {
            return Err(BadHost::Unknown);
        }
        let host = HeaderValue::from_str(&authority(&requested)).map_err(|_| BadHost::Malformed)?;
        request.headers_mut().insert(header::HOST, host);
        Ok(match self.public_url() {
            Some(url) => url.clone(),
            None => requested.as_str().trim_end_matches('/').into(),
        })
    }

    /// Whether the proxy decides which names reach the site. With `PUBLIC_URL`, one on this machine or
    /// network does not: a browser there has such an address too, and the attack comes from it.
    fn trusts_hosts_of(&self, proxy: IpAddr) -> bool {
        self.public.is_none() || !is_local(proxy)
    }

    /// An attack by DNS rebinding needs a name that the attacker owns. An IP address, a name without
    /// a dot and a name with a private suffix cannot be owned. Without `PUBLIC_URL`, a site that
    /// listens for other machines cannot know by which names they reach it, so it takes any.
    fn answers_at(&self, requested: &Url) -> bool {
        let Some(host) = requested.host().map(|host| without_final_dot(host.to_owned())) else {
            return false;
        };
        let is_private = match &host {
            Host::Ipv4(_) | Host::Ipv6(_) => true,
            Host::Domain(name) => is_private(name),
        };
        is_private
            || match &self.public {
                Some(public) => public.host == host,
                None => !self.listen.is_loopback(),
            }
    }
}

fn is_private(name: &str) -> bool {
    let has_suffix = |suffix: &&'static str| {
        name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !name.contains('.') || PRIVATE_SUFFIXES.iter().any(has_suffix)
}

fn is_unspecified(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_unspecified(),
        _ => false,
    }
}

fn without_final_dot(host: Host) -> Host {
    match host {
        Host::Domain(name) => Host::Domain(name.trim_end_matches('.').to_owned()),
        address => address,
    }
}

/// The host and the port, as in `Origin`. The default ports of both schemes are left out: some proxies
/// add them, and speak http where the browser speaks https.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        None | Some(80 | 443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

/// The scheme and host that the client asked for; `None` if the request names no host, as HTTP/1.0
/// allows.
fn requested(request: &Request, is_from_proxy: bool) -> Result<Option<Url>, BadHost> {
    let headers = request.headers();
    // The last value is the one that the trusted proxy added.
    let forwarded = |name: &str| {
        let value = headers.get_all(name).iter().next_back().filter(|_| is_from_proxy)?;
        value.to_str().ok()?.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
    };
    let scheme = match forwarded(X_FORWARDED_PROTO) {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    if !has_valid_host(request.version(), headers) {
        return Err(BadHost::Malformed);
    }
    let host = headers.get(header::HOST).map(|host| host.to_str());
    let host = host.transpose().map_err(|_| BadHost::Malformed)?;
    let named = request.uri().authority().map(axum::http::uri::Authority::as_str).or(host);
    let authority = forwarded(X_FORWARDED_HOST).or(named).filter(|authority| !authority.is_empty());
    authority.map(|authority| origin(scheme, authority).ok_or(BadHost::Malformed)).transpose()
}

/// An origin as a URL, in one spelling: lower case, without a default port.
fn origin(scheme: &str, authority: &str) -> Option<Url> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if authority.len() > MAX_AUTHORITY_BYTES || !authority.bytes().all(is_plain) {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{authority}/")).ok()?;
    (url.has_host() && url.path() == "/").then_some(url)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Version;

    use super::*;

    fn site(public_url: Option<&str>, listen: &str) -> SiteAddress {
        SiteAddress::new(
            public_url.map(|url| url.parse().unwrap()).as_ref(),
            listen.parse().unwrap(),
        )
    }

    fn request(headers: &[(&str, &str)]) -> Request {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| {
            request.header(*name, value.as_bytes())
        });
        let has_host = headers.iter().any(|(name, _)| *name == "host");
        let request = request.version(if has_host { Version::HTTP_11 } else { Version::HTTP_10 });
        request.body(Body::empty()).unwrap()
    }

    fn resolve(
        site: &SiteAddress,
        headers: &[(&str, &str)],
        proxy: Option<&str>,
    ) -> Result<String, BadHost> {
        let proxy = proxy.map(|proxy| proxy.parse().unwrap());
        site.resolve(&mut request(headers), proxy).map(|url| url.to_string())
    }

    const ALL: &str = "0.0.0.0:8080";
    const PROXY: Option<&str> = Some("127.0.0.1");
    const LOOPBACK: &str = "127.0.0.1:8080";

    #[test]
    fn without_a_public_url_links_follow_the_host() {
        for (host, url) in [
            ("paste.example.org", "http://paste.example.org"),
            ("Paste.Example.ORG:80", "http://paste.example.org"),
            ("192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("[fe80::1]:8080", "http://[fe80::1]:8080"),
            ("[::1]", "http://[::1]"),
            ("localhost:8080", "http://localhost:8080"),
            ("nas.local", "http://nas.local"),
            ("my_site", "http://my_site"),
            ("", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(
                resolve(&site(None, ALL), &[("host", host)], None).as_deref(),
                Ok(url),
                "{host}"
            );
        }
        let published = site(Some("http://0.0.0.0:8080"), ALL);
        let seen = resolve(&published, &[("host", "192.168.1.5:8080")], None);
        assert_eq!(seen.as_deref(), Ok("http://192.168.1.5:8080"));
        assert_eq!(resolve(&site(None, "[::]:80"), &[], None).as_deref(), Ok("http://[::1]"));
        assert_eq!(
            resolve(&site(None, "10.0.0.1:81"), &[], None).as_deref(),
            Ok("http://10.0.0.1:81")
        );
    }

    #[test]
    fn a_malformed_host_is_refused() {
        for host in [
            "a b",
            "a/b",
            "a@b",
            "user:pw@host",
            "a?b",
            "a#b",
            "a\\b",
            "[::1",
            "::1",
            "host:port",
            "host:99999",
            "a,b",
            "<script>",
            "exa%6dple.org",
            "пример.рф",
            "256.256.256.256",
            ":80",
            &"a".repeat(300),
        ] {
            for site in [site(None, ALL), site(Some("https://x.org"), ALL)] {
                let refused = resolve(&site, &[("host", host)], None);
                assert_eq!(refused, Err(BadHost::Malformed), "{host}");
            }
        }
        let two = [("host", "a.local"), ("host", "b.local")];
        assert_eq!(resolve(&site(None, ALL), &two, None), Err(BadHost::Malformed));
        let mut none = Request::get("http://x.local/").body(Body::empty()).unwrap();
        assert_eq!(site(None, ALL).resolve(&mut none, None), Err(BadHost::Malformed));
    }

    #[test]
    fn only_a_trusted_proxy_forwards_a_host() {
        let forwarded = [
            ("host", "10.0.0.5:8080"),
            ("x-forwarded-host", "spoofed.example, paste.example.org"),
            ("x-forwarded-proto", "https"),
        ];
        let any = site(None, LOOPBACK);
        assert_eq!(resolve(&any, &forwarded, PROXY).as_deref(), Ok("https://paste.example.org"));
        assert_eq!(resolve(&any, &forwarded, None).as_deref(), Ok("http://10.0.0.5:8080"));
        let fixed = site(Some("https://x.org/paste/"), LOOPBACK);
        assert_eq!(
            resolve(&fixed, &forwarded, Some("203.0.113.1")).as_deref(),
            Ok("https://x.org/paste")
        );
        let bad = [("host", "x.local"), ("x-forwarded-host", "a/b")];
        assert_eq!(resolve(&any, &bad, PROXY), Err(BadHost::Malformed));

        let mut request = request(&forwarded);
        any.resolve(&mut request, PROXY.map(|proxy| proxy.parse().unwrap())).unwrap();
        assert_eq!(request.headers()[header::HOST], "paste.example.org", "for the check of Origin");
    }

    #[test]
    fn a_name_that_an_attacker_can_own_is_refused() {
        let answers = |site: &SiteAddress, host| resolve(site, &[("host", host)], None).is_ok();
        let [local, open] = [site(None, LOOPBACK), site(None, ALL)];
        let fixed = site(Some("https://Paste.example.org:8443/x"), ALL);
        for host in
            ["evil.example", "127.0.0.1.evil.example", "evillocalhost.com", "local.evil.org"]
        {
            assert!(!answers(&local, host) && !answers(&fixed, host), "{host}");
            assert!(answers(&open, host), "{host}");
        }
        for host in [
            "127.0.0.1:8080",
            "127.1",
            "[::1]:1",
            "203.0.113.9",
            "localhost",
            "a.localhost.",
            "site:8080",
            "pastebin.default.svc.cluster.local",
            "box.lan",
            "x.home.arpa",
            "ip-10-0-0-1.ec2.internal",
        ] {
            assert!(answers(&local, host) && answers(&fixed, host), "{host}");
        }
        for host in ["paste.example.org", "PASTE.example.org.", "paste.example.org:99"] {
            assert!(answers(&fixed, host) && !answers(&local, host), "{host}");
        }
        let upstream = [("host", "backend.example.net")];
        // The operator decides which names a proxy serves, if no browser has its address.
        assert!(resolve(&fixed, &upstream, Some("203.0.113.1")).is_ok());
        assert!(resolve(&local, &upstream, PROXY).is_ok());
        assert_eq!(resolve(&fixed, &upstream, PROXY), Err(BadHost::Unknown));
        assert_eq!(resolve(&fixed, &upstream, Some("10.0.0.1")), Err(BadHost::Unknown));
    }

    #[test]
    fn without_a_host_the_local_address_or_the_setting_counts() {
        let local = Some("192.168.1.5".parse().unwrap());
        assert_eq!(&*site(None, ALL).without_host(local), "http://192.168.1.5:8080");
        assert_eq!(&*site(None, LOOPBACK).without_host(local), "http://127.0.0.1:8080");
        assert_eq!(&*site(Some("https://x.org/p"), ALL).without_host(local), "https://x.org/p");
    }

    #[test]
    fn headers_do_not_make_cookies_secure() {
        assert!(!site(None, ALL).is_https());
        assert!(site(Some("https://x.org"), ALL).is_https());
    }
}
