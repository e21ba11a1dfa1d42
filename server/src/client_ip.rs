//! Which client a request comes from, with and without proxies in front of the site.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderName;
use ipnet::IpNet;
use tracing::warn;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many client subnets' worth an IPv6 /48 may use. Providers give one customer up to a /48, which
/// is 65,536 /64s; but several customers may share one.
pub const SUBNETS_PER_NETWORK: u32 = 4;

const SUBNET_PREFIX: u8 = 64;
const NETWORK_PREFIX: u8 = 48;

/// The client subnet that limits count: an IPv4 address or an IPv6 /64, because one IPv6 client
/// usually has 2^64 addresses. The IPv6 /48 around it is counted too, see [`ClientKey::network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientKey {
    address: IpAddr,
    is_network: bool,
}

impl ClientKey {
    /// The IPv6 /48 around a /64; `None` for an IPv4 address, and for a /48 itself.
    pub fn network(self) -> Option<Self> {
        match self.address {
            IpAddr::V6(address) if !self.is_network => {
                Some(Self { address: masked(address, NETWORK_PREFIX), is_network: true })
            }
            _ => None,
        }
    }

    /// Whether this is a /48.
    pub const fn is_network(self) -> bool {
        self.is_network
    }

    /// The client subnet, then the network around it if there is one.
    pub fn levels(self) -> impl Iterator<Item = Self> {
        [Some(self), self.network()].into_iter().flatten()
    }
}

impl From<IpAddr> for ClientKey {
    fn from(client: IpAddr) -> Self {
        let address = match client.to_canonical() {
            IpAddr::V6(address) => masked(address, SUBNET_PREFIX),
            v4 @ IpAddr::V4(_) => v4,
        };
        Self { address, is_network: false }
    }
}

fn masked(address: Ipv6Addr, prefix: u8) -> IpAddr {
    let shift = 128 - prefix;
    IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> shift << shift))
}

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.is_network) {
            (IpAddr::V4(address), _) => address.fmt(f),
            (IpAddr::V6(address), true) => write!(f, "{address}/{NETWORK_PREFIX}"),
            (IpAddr::V6(address), false) => write!(f, "{address}/{SUBNET_PREFIX}"),
        }
    }
}

/// The proxies whose `X-Forwarded-*` headers are believed.
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    /// Whether the log has named a proxy that is missing from `networks`.
    is_warned: AtomicBool,
}

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, is_warned: AtomicBool::new(false) }
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The address of the trusted proxy that sent the request, if one did.
    pub fn sender(&self, request: &Request) -> Option<IpAddr> {
        let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.ip().to_canonical()).filter(|peer| self.contains(*peer))
    }

    /// The address that a request comes from: the peer's, or the one that a trusted proxy reports.
    /// An `X-Forwarded-For` that an untrusted client sends is ignored.
    pub fn client_ip(&self, request: &Request) -> IpAddr {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)).to_canonical();
        if !self.contains(peer) {
            if is_local(peer) && request.headers().contains_key(X_FORWARDED_FOR) {
                self.warn_untrusted(peer);
            }
            return peer;
        }
        let forwarded = request.headers().get_all(X_FORWARDED_FOR).iter();
        // Bytes that are not UTF-8 make their own hop unreadable, and no other.
        let forwarded: Vec<_> =
            forwarded.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let hops = forwarded.iter().rev().flat_map(|value| value.rsplit(','));
        // The hops are read from the nearest one on, up to the first that is not a trusted proxy or
        // cannot be parsed.
        let mut client = peer;
        for hop in hops.map_while(parse_hop) {
            client = hop;
            if !self.contains(hop) {
                break;
            }
        }
        client
    }

    /// Logs once that a proxy is not trusted: an operator who forgot the setting looks into the log
    /// when visitors are refused.
    fn warn_untrusted(&self, proxy: IpAddr) {
        if !self.is_warned.swap(true, Ordering::Relaxed) {
            warn!(%proxy, "TRUSTED_PROXIES does not name this proxy: all its visitors count as one client");
        }
    }
}

/// Whether the address is on this machine or in a private network, as that of a proxy in front of
/// the site. Visitors from the internet have other addresses.
pub fn is_local(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    }
}

/// `203.0.113.9` or `2001:db8::1`; some proxies write `203.0.113.9:1234` or `[2001:db8::1]:1234`.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|hop| hop.ip())).ok();
    address.as_ref().map(IpAddr::to_canonical)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(networks: &[&str]) -> TrustedProxies {
        let networks = networks.iter().map(|network| {
            network.parse().unwrap_or_else(|_| IpNet::from(network.parse::<IpAddr>().unwrap()))
        });
        TrustedProxies::new(networks.collect())
    }

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::builder();
        for hop in forwarded {
            request = request.header("x-forwarded-for", hop.as_bytes());
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        request
    }

    #[test]
    fn an_ipv6_client_is_its_64_bit_subnet() {
        let key = |address: &str| ClientKey::from(address.parse::<IpAddr>().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::99"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusting_none = proxies(&[]);
        assert_eq!(
            trusting_none.client_ip(&request("192.0.2.1", &["203.0.113.9"])).to_string(),
            "192.0.2.1"
        );

        let trusting = proxies(&["10.0.0.0/8", "127.0.0.1"]);
        let client = |peer, forwarded| trusting.client_ip(&request(peer, forwarded)).to_string();
        assert_eq!(client("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(client("127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        let spoofed = &["198.51.100.1, 203.0.113.9", "10.1.2.3"];
        assert_eq!(client("127.0.0.1", spoofed), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &["10.1.2.3", "10.4.5.6"]), "10.1.2.3");
    }

    #[test]
    fn a_local_proxy_that_is_not_trusted_is_logged() {
        let warned = |proxies: &TrustedProxies| proxies.is_warned.load(Ordering::Relaxed);
        let trusting_none = proxies(&[]);
        trusting_none.client_ip(&request("203.0.113.9", &["198.51.100.1"]));
        trusting_none.client_ip(&request("10.1.2.3", &[]));
        assert!(!warned(&trusting_none), "a visitor may send any header");
        trusting_none.client_ip(&request("10.1.2.3", &["203.0.113.9"]));
        assert!(warned(&trusting_none));
        let trusting = proxies(&["10.0.0.0/8"]);
        trusting.client_ip(&request("10.1.2.3", &["203.0.113.9"]));
        assert!(!warned(&trusting));
    }

    #[test]
    fn hops_are_read_in_every_form_that_proxies_write() {
        let trusting = proxies(&["10.0.0.0/8", "127.0.0.1"]);
        for (hops, client) in [
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
            ("203.0.113.9:1234", "203.0.113.9"),
            ("203.0.113.9:1234, 10.1.2.3:80", "203.0.113.9"),
            ("[2001:db8::1]:1234", "2001:db8::1"),
            ("[::ffff:203.0.113.7]:1234", "203.0.113.7"),
            // Hops left of an unreadable one were not reported by a trusted proxy.
            ("203.0.113.9, unknown", "127.0.0.1"),
            ("203.0.113.9, unknown, 10.1.2.3", "10.1.2.3"),
            ("198.51.100.1, unknown, 203.0.113.9", "203.0.113.9"),
            // An unreadable hop does not hide the hop to its right.
            ("é, 203.0.113.9", "203.0.113.9"),
            ("é, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
            ("203.0.113.9, é, 10.1.2.3", "10.1.2.3"),
            ("203.0.113.9, é", "127.0.0.1"),
        ] {
            assert_eq!(
                trusting.client_ip(&request("127.0.0.1", &[hops])).to_string(),
                client,
                "{hops}"
            );
        }
        let not_utf8 = HeaderValue::from_bytes(b"\xff, 203.0.113.9").unwrap();
        let mut request = request("127.0.0.1", &[]);
        request.headers_mut().insert("x-forwarded-for", not_utf8);
        assert_eq!(trusting.client_ip(&request).to_string(), "203.0.113.9");
    }
}
