//! Encrypted connections: whose certificate is believed, and what is said where there is no TLS.

use tempfile::TempDir;

use super::servers::{Server, call, certificate, free_port, open, refusal};
use crate::version::Version;

/// A server that speaks TLS on one port and nothing else on the other.
fn server() -> Option<(Server, u16, String)> {
    let folder = TempDir::new().unwrap();
    let (certificate, key) = certificate(folder.path());
    let (plain, port) = (free_port().to_string(), free_port());
    let tls = port.to_string();
    let ports = ["--port", &plain, "--tls-port", &tls];
    let files = ["--tls-cert-file", &certificate, "--tls-key-file", &key];
    let more = ["--tls-ca-cert-file", &certificate, "--tls-auth-clients", "no"];
    let all = [files, more].concat();
    let server = Server::start_with(Version::Redis7, folder, plain.parse().unwrap(), &ports, &all)?;
    Some((server, port, certificate))
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_unless_one_says_so() {
    let Some((server, port, _)) = server() else { return };
    let mut remote = open(&format!("rediss://127.0.0.1:{port}/1#insecure"));
    let long = "x".repeat(200_000);
    assert_eq!(call(&mut remote, &format!("SET k {long}")), "+OK\r\n");
    assert_eq!(call(&mut remote, "GET k"), format!("$200000\r\n{long}\r\n"));
    remote.start(&["BLPOP", "list", "0"]).unwrap();
    assert_eq!(remote.poll(super::SHORT).unwrap(), None);
    let mut plain = open(&format!("{}/1", server.url()));
    assert_eq!(call(&mut plain, "RPUSH list a"), ":1\r\n");
    assert_eq!(super::heard(&mut remote), super::reply("*2\r\n$4\r\nlist\r\n$1\r\na\r\n"));
    assert_eq!(
        refusal(&format!("rediss://127.0.0.1:{port}")),
        format!(
            "the certificate of 127.0.0.1:{port} is not to be trusted: invalid peer certificate: \
             UnknownIssuer; name the file of your own authority in SSL_CERT_FILE, or put \
             #insecure behind the URL to go without"
        )
    );
}

#[test]
fn a_scheme_that_does_not_fit_is_told() {
    let Some((server, port, _)) = server() else { return };
    let plain = server.port;
    assert_eq!(
        refusal(&format!("redis://127.0.0.1:{port}")),
        format!("127.0.0.1:{port} closes the connection; if it speaks TLS, use rediss://")
    );
    // A greeting in TLS holds random bytes: with a line's end among them the server answers, and
    // without it waits for more.
    let told = refusal(&format!("rediss://127.0.0.1:{plain}#insecure"));
    let answers =
        format!("127.0.0.1:{plain} does not speak TLS; use redis:// instead of rediss://");
    let waits = format!(
        "127.0.0.1:{plain} does not answer in TLS; if it does not speak TLS, use redis:// instead of \
         rediss://"
    );
    assert!([answers, waits].contains(&told), "{told}");
}
