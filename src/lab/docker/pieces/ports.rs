//! Published ports: `6379:6379`, `127.0.0.1:6379:6379`, `6379`.
//!
//! Judges text only: whether a port is free is decided later.

use nom::Parser as _;
use nom::character::complete::digit1;
use nom::combinator::{all_consuming, map_res};

/// A published port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish {
    /// On this machine; none: any free one.
    pub host: Option<u16>,
    /// In the container.
    pub container: u16,
}

/// Reads `6379:6379`, `127.0.0.1:6379:6379`, `6379`, each with `/tcp`; the error is Docker's.
pub fn publish(typed: &str) -> Result<Publish, String> {
    if typed.is_empty() {
        return Err("no port specified: <empty>".to_owned());
    }
    let ports = match typed.rsplit_once('/') {
        Some((ports, "tcp")) => ports,
        Some((_, "udp" | "sctp")) => return Err("the lab publishes tcp ports only".to_owned()),
        Some((_, other)) => return Err(format!("invalid proto: {other}")),
        None => typed,
    };
    let (container, before) = match ports.rsplit_once(':') {
        Some((before, container)) => (container, Some(before)),
        None => (ports, None),
    };
    if container.is_empty() {
        return Err(format!("no port specified: {typed}<empty>"));
    }
    let container = port(container).ok_or_else(|| format!("invalid containerPort: {container}"))?;
    let Some(before) = before else { return Ok(Publish { host: None, container }) };
    let (address, host) = before.rsplit_once(':').map_or((None, before), |(a, h)| (Some(a), h));
    if let Some(address) = address {
        address
            .parse::<std::net::Ipv4Addr>()
            .map_err(|_| format!("invalid IP address: {address}"))?;
    }
    if host.is_empty() {
        return Ok(Publish { host: None, container });
    }
    let host = port(host).ok_or_else(|| format!("invalid hostPort: {host}"))?;
    Ok(Publish { host: (host > 0).then_some(host), container })
}

/// A port number.
fn port(text: &str) -> Option<u16> {
    let mut number = all_consuming(map_res(digit1::<&str, nom::error::Error<&str>>, str::parse));
    number.parse(text).ok().map(|(_, port)| port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_docker_reads_them() {
        let host = |host, container| Ok(Publish { host, container });
        assert_eq!(publish("6379:6379"), host(Some(6379), 6379));
        assert_eq!(publish("127.0.0.1:6380:6379/tcp"), host(Some(6380), 6379));
        assert_eq!(publish("6379"), host(None, 6379));
        assert_eq!(publish("127.0.0.1::6379"), host(None, 6379));
        for (typed, error) in [
            ("", "no port specified: <empty>"),
            ("abc", "invalid containerPort: abc"),
            ("6379:abc", "invalid containerPort: abc"),
            ("99999:6379", "invalid hostPort: 99999"),
            ("1.2.3:6379:6379", "invalid IP address: 1.2.3"),
            ("6379:6379:6379", "invalid IP address: 6379"),
            ("6379:6379/xyz", "invalid proto: xyz"),
            ("6379:6379/udp", "the lab publishes tcp ports only"),
            ("6379:", "no port specified: 6379:<empty>"),
        ] {
            assert_eq!(publish(typed), Err(error.to_owned()), "{typed}");
        }
    }
}
