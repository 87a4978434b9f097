//! Messages to a syslog server by TLS: their header as in RFC 5424, their framing as in RFC 5425. PS3.15 A.6.
//!
//! The server never answers. That it took a message can only be told from its still being there a moment later.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use rustls::{ClientConnection, StreamOwned};

use super::{NetError, Tls, tls};

/// The longest that a connection, or a step of it, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a server is listened to that has nothing to say.
const LISTENS: Duration = Duration::from_millis(300);

/// Facility *security/authorization*. RFC 5424 6.2.1.
const FACILITY: u8 = 10;

/// The longest name of a machine in a header. RFC 5424 6.
const HOST_CHARS_MAX: usize = 255;

/// What text in UTF-8 begins with. RFC 5424 6.4.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The machine and the port of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// A name or an address.
    pub host: String,
    /// The port that it listens on.
    pub port: u16,
}

/// It is no address of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no address of a server: HOST, HOST:PORT or [ADDRESS]:PORT")]
pub struct ServerAddressError(String);

impl ServerAddress {
    /// The port of syslog by TLS. RFC 5425 4.1.
    pub const PORT: u16 = 6514;
}

impl FromStr for ServerAddress {
    type Err = ServerAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ServerAddressError(text.to_owned());
        let bracketed = text.strip_prefix('[').map(|rest| rest.split_once(']').ok_or_else(wrong));
        let (host, port, is_name) = match bracketed.transpose()? {
            Some((host, "")) => (host, None, false),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or_else(wrong)?), false),
            None => text.split_once(':').map_or((text, None, true), |(host, port)| (host, Some(port), true)),
        };
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c) || (!is_name && c == ':');
        if host.is_empty() || !host.chars().all(is_part) {
            return Err(wrong());
        }
        let port = port.map_or(Some(Self::PORT), |port| port.parse().ok().filter(|port| *port > 0));
        Ok(Self { host: host.to_owned(), port: port.ok_or_else(wrong)? })
    }
}

/// A server that takes audit messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogServer {
    /// Where it listens.
    pub address: ServerAddress,
    /// How the connection is secured; there is none in clear.
    pub tls: Tls,
}

/// A message, and who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogMessage<'a> {
    /// When it was made.
    pub at: SystemTime,
    /// 5 for what is usual, 4 for what somebody should look at. RFC 5424 6.2.1.
    pub severity: u8,
    /// The name of this machine.
    pub host: &'a str,
    /// The name of the program.
    pub program: &'a str,
    /// The number of its process.
    pub process: u32,
    /// What kind of message it is.
    pub id: &'a str,
    /// The message.
    pub text: &'a str,
}

impl SyslogMessage<'_> {
    /// The message in its frame: `LENGTH HEADER TEXT`. RFC 5425 4.3.
    pub fn frame(&self) -> Vec<u8> {
        let at = DateTime::<Utc>::from(self.at).to_rfc3339_opts(SecondsFormat::Millis, true);
        let host: String = self.host.chars().filter(char::is_ascii_graphic).take(HOST_CHARS_MAX).collect();
        let host = if host.is_empty() { "-" } else { &host };
        let mut message = String::new();
        // Writing to a String does not fail.
        let _infallible = write!(
            message,
            "<{}>1 {at} {host} {} {} {} - {BYTE_ORDER_MARK}{}",
            FACILITY * 8 + self.severity.min(7),
            self.program,
            self.process,
            self.id,
            self.text
        );
        format!("{} {message}", message.len()).into_bytes()
    }
}

/// A server that was called and has the certificate that it must have.
pub struct SyslogConnection {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl SyslogServer {
    /// Calls it. It waits: not for a thread that draws.
    pub fn connect(&self) -> Result<SyslogConnection, NetError> {
        let ServerAddress { host, port } = &self.address;
        let refused = |why: String| NetError::Connect { address: format!("{host}:{port}"), why };
        let (config, name) = (self.tls.client()?, self.tls.server_name(host)?);
        let places = (host.as_str(), *port).to_socket_addrs().map_err(|error| refused(error.to_string()))?;
        let mut socket = Err(refused("its name leads nowhere".to_owned()));
        for place in places {
            socket = TcpStream::connect_timeout(&place, PATIENCE).map_err(|error| refused(error.to_string()));
            if socket.is_ok() {
                break;
            }
        }
        let mut socket = socket?;
        let patient = socket
            .set_nodelay(true)
            .and_then(|()| socket.set_write_timeout(Some(PATIENCE)))
            .and_then(|()| socket.set_read_timeout(Some(PATIENCE)));
        patient.map_err(|error| refused(error.to_string()))?;
        let connection = ClientConnection::new(config, name);
        let mut connection = connection.map_err(|error| NetError::setup(error.to_string()))?;
        // What is wrong with a certificate is known before anything is sent.
        while connection.is_handshaking() {
            connection.complete_io(&mut socket).map_err(|error| fault(&error))?;
        }
        Ok(SyslogConnection { stream: StreamOwned::new(connection, socket) })
    }
}

impl SyslogConnection {
    /// Sends a frame.
    pub fn send(&mut self, frame: &[u8]) -> Result<(), NetError> {
        let sent = self.stream.write_all(frame).and_then(|()| self.stream.flush());
        sent.map_err(|error| fault(&error))
    }

    /// Listens for a moment: whether the server is still there, so that what was sent did not go where nobody was.
    pub fn check(&mut self) -> Result<(), NetError> {
        self.stream.sock.set_read_timeout(Some(LISTENS)).map_err(|error| fault(&error))?;
        match self.stream.read(&mut [0]) {
            Ok(0) => Err(NetError::Lost { why: "the server hung up".to_owned() }),
            Ok(_) => Ok(()),
            Err(error) if is_timeout(&error) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Hangs up.
    pub fn end(mut self) {
        self.stream.conn.send_close_notify();
        // Where it is lost, there is nobody to be told.
        drop(self.stream.flush());
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn fault(error: &std::io::Error) -> NetError {
    if is_timeout(error) {
        return NetError::Deadline { what: "answer", after: PATIENCE };
    }
    tls::fault(error).unwrap_or_else(|| NetError::Lost { why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_the_usual_port_unless_another_is_named() {
        let of = |text: &str| text.parse::<ServerAddress>().map(|address| (address.host, address.port));
        let is = |host: &str, port| Ok((host.to_owned(), port));
        assert_eq!(of("audit.example"), is("audit.example", 6514));
        assert_eq!(of("10.0.0.7:601"), is("10.0.0.7", 601));
        assert_eq!(of("[::1]:601"), is("::1", 601));
        assert_eq!(of("[fe80::1]"), is("fe80::1", 6514));
        for wrong in ["", ":1", "a:", "a:0", "a:65536", "a:b", "a b", "::1", "[::1", "[]:1", "[::1]1", "a/b"]
        {
            assert!(of(wrong).is_err(), "{wrong:?}: {:?}", of(wrong));
        }
    }

    #[test]
    fn a_frame_is_its_length_the_header_and_the_text_in_utf_8() {
        let message = SyslogMessage {
            at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_852_800_120),
            severity: 5,
            host: "reader 7",
            program: "hotlight",
            process: 4711,
            id: "DICOM+RFC3881",
            text: "<a>é</a>",
        };
        let frame = String::from_utf8(message.frame()).expect("UTF-8");
        // The length is in bytes: the mark has three, é has two.
        let expected =
            "81 <85>1 2026-11-28T08:00:00.120Z reader7 hotlight 4711 DICOM+RFC3881 - \u{feff}<a>é</a>";
        assert_eq!(frame, expected);
        let nobody = SyslogMessage { host: "", severity: 4, ..message };
        assert!(
            String::from_utf8_lossy(&nobody.frame()).contains(" <84>1 2026-11-28T08:00:00.120Z - hotlight ")
        );
    }
}
