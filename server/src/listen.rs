//! Addresses to listen on.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// `127.0.0.1:8080`, `[::1]:8080`
    Ip(SocketAddr),
    /// `:8080`: all addresses of the machine, over IPv6 and IPv4.
    All(u16),
    /// `localhost:8080`: all addresses of a name.
    Name(String, u16),
    /// `unix:/run/pastebin.sock`
    Unix(PathBuf),
}

/// Why a text is no address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as 127.0.0.1:8080, [::1]:8080, :8080, localhost:8080 or unix:/run/pastebin.sock")]
pub struct BadListenAddress;

impl FromStr for ListenAddress {
    type Err = BadListenAddress;

    fn from_str(text: &str) -> Result<Self, BadListenAddress> {
        if let Some(path) = text.strip_prefix("unix:") {
            let is_path = !path.is_empty() && !path.ends_with('/');
            return if is_path { Ok(Self::Unix(path.into())) } else { Err(BadListenAddress) };
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address));
        }
        let (host, port) = text.rsplit_once(':').ok_or(BadListenAddress)?;
        // `u16::from_str` accepts a plus sign.
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|_| is_port).ok_or(BadListenAddress)?;
        match host {
            "" => Ok(Self::All(port)),
            name if is_name(name) => Ok(Self::Name(name.to_owned(), port)),
            _ => Err(BadListenAddress),
        }
    }
}

/// Whether the text can be the name of a host, and no mistyped IP address.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_character = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.bytes().all(is_character)
    };
    text.split('.').all(is_label) && !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::All(port) => write!(f, ":{port}"),
            Self::Name(name, port) => write!(f, "{name}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl ListenAddress {
    /// Whether it means every address of the machine.
    pub fn is_unspecified(&self) -> bool {
        match self {
            Self::Ip(address) => address.ip().is_unspecified(),
            Self::All(_) => true,
            Self::Name(..) | Self::Unix(_) => false,
        }
    }

    /// Whether only this machine reaches it, without a proxy.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Ip(address) => address.ip().is_loopback(),
            Self::Name(name, _) => name == "localhost" || name.ends_with(".localhost"),
            Self::All(_) | Self::Unix(_) => false,
        }
    }

    /// The TCP port; `None` for a Unix socket.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Ip(address) => Some(address.port()),
            Self::All(port) | Self::Name(_, port) => Some(*port),
            Self::Unix(_) => None,
        }
    }

    /// The address with the port that the system has chosen for it, if it left the choice.
    pub(crate) fn with_port_of(&self, bound: &Self) -> Self {
        match self {
            Self::All(0) => Self::All(bound.port().unwrap_or_default()),
            Self::Name(name, 0) => Self::Name(name.clone(), bound.port().unwrap_or_default()),
            Self::Ip(address) if address.port() == 0 => bound.clone(),
            _ => self.clone(),
        }
    }

    /// Host and port by which a program on this machine reaches the address. `None` for a Unix
    /// socket.
    pub fn local_authority(&self) -> Option<String> {
        match self {
            Self::Ip(address) => Some(connectable(*address).to_string()),
            Self::All(port) => Some(format!("localhost:{port}")),
            Self::Name(name, port) => Some(format!("{name}:{port}")),
            Self::Unix(_) => None,
        }
    }
}

/// The loopback address in place of the unspecified one (all interfaces).
fn connectable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_parsed_and_printed_as_it_was_written() {
        for text in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "0.0.0.0:0",
            ":8080",
            "localhost:8080",
            "paste-1.example.org:80",
            "unix:/run/paste bin.sock",
            "unix:relative.sock",
        ] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "8080",
            "everywhere",
            "localhost",
            "localhost:",
            ":",
            ":99999",
            ":+80",
            "::1:80",
            "127.0.0.1",
            "1.2.3:80",
            "256.0.0.1:80",
            "[::1]",
            "http://x:80",
            "a..b:80",
            "unix:",
            "unix:/run/",
            "x y:80",
        ] {
            assert_eq!(text.parse::<ListenAddress>(), Err(BadListenAddress), "{text}");
        }
    }

    #[test]
    fn the_unspecified_address_is_reached_on_the_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            (":8080", "localhost:8080"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            let listen: ListenAddress = listen.parse().unwrap();
            assert_eq!(listen.local_authority().unwrap(), expected);
        }
    }
}
