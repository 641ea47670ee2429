//! A page that is renewed while runs come in, over HTTP on this machine: it is read and nothing else.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use thiserror::Error;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::read;

/// Why nothing is served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("can't listen on {address}: {reason}; name another address with --listen")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        reason: String,
    },
    /// The system refuses.
    #[error("can't wait for requests: {0}")]
    Wait(io::Error),
}

/// A server that has its address.
pub struct Listener {
    server: Server,
    address: SocketAddr,
}

/// What a page is made from, and when that changed.
#[derive(Debug, Default)]
struct Shown {
    version: String,
    page: String,
}

impl Listener {
    /// Listens on an address; port 0 takes one that is free.
    ///
    /// # Errors
    /// The system refuses.
    pub fn bind(address: SocketAddr) -> Result<Self, ServeError> {
        let failed = |reason: String| ServeError::Listen { address, reason };
        let server = Server::http(address).map_err(|error| failed(error.to_string()))?;
        let bound = server.server_addr().to_ip();
        let address =
            bound.ok_or_else(|| failed("not an address of the Internet protocol".to_owned()))?;
        Ok(Self { server, address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests one after another, for ever. `page` makes the page anew when one of `files`
    /// changed; its error is shown as a page of its own.
    ///
    /// # Errors
    /// The system refuses to hand on requests.
    pub fn run(
        &self,
        files: &[PathBuf],
        page: impl Fn() -> Result<String, String>,
    ) -> Result<(), ServeError> {
        let mut shown = Shown::default();
        loop {
            let request = self.server.recv().map_err(ServeError::Wait)?;
            // A reader that has gone away has seen enough.
            let _ = self.answer(request, files, &page, &mut shown);
        }
    }

    fn answer(
        &self,
        request: Request,
        files: &[PathBuf],
        page: impl Fn() -> Result<String, String>,
        shown: &mut Shown,
    ) -> io::Result<()> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return request.respond(
                plain("only reading is possible here", 405)
                    .with_header(header("Allow", "GET, HEAD")),
            );
        }
        if !self.knows(&request) {
            return request.respond(plain("this server answers to its own address only", 403));
        }
        let path = request.url().split('?').next().unwrap_or("/").to_owned();
        match path.as_str() {
            "/version" => request.respond(plain(&version(files), 200)),
            "/" => {
                // Before the page is made: what comes in meanwhile makes the next one.
                let now = version(files);
                if shown.version != now || shown.page.is_empty() {
                    match page() {
                        Ok(page) => *shown = Shown { version: now, page },
                        Err(error) => return request.respond(plain(&error, 500)),
                    }
                }
                let html = header("Content-Type", "text/html; charset=utf-8");
                request
                    .respond(guarded(Response::from_string(shown.page.as_str())).with_header(html))
            }
            _ => request.respond(plain("there is only one page here: /", 404)),
        }
    }

    /// A page elsewhere can make a name of its own lead to this machine, and read what it gets as if
    /// it were its own. So a server on loopback answers only to names of loopback.
    fn knows(&self, request: &Request) -> bool {
        if !self.address.ip().is_loopback() {
            return true;
        }
        let mut headers = request.headers().iter();
        let host = headers.find(|header| header.field.equiv("Host"));
        host.is_some_and(|host| is_loopback(host.value.as_str()))
    }
}

/// Whether a `Host` header, with or without a port, names this machine to itself.
fn is_loopback(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn plain(text: &str, status: u16) -> Response<io::Cursor<Vec<u8>>> {
    let kind = header("Content-Type", "text/plain; charset=utf-8");
    guarded(Response::from_string(text).with_status_code(status)).with_header(kind)
}

/// Headers of every answer. None of them lets another origin read it.
fn guarded(response: Response<io::Cursor<Vec<u8>>>) -> Response<io::Cursor<Vec<u8>>> {
    [
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
    ]
    .into_iter()
    .fold(response, |response, (name, value)| {
        response.with_header(header(name, value))
    })
}

fn header(name: &'static str, value: &'static str) -> Header {
    Header {
        field: name
            .parse()
            .unwrap_or_else(|()| unreachable!("{name} is a header's name")),
        value: value
            .parse()
            .unwrap_or_else(|_| unreachable!("{value} is ASCII")),
    }
}

/// Something that differs when a file did. Cheap, since every open page asks for it all the time.
fn version(files: &[PathBuf]) -> String {
    let mut hasher = DefaultHasher::new();
    for path in files {
        if path.is_dir() {
            read::files(path)
                .unwrap_or_default()
                .iter()
                .for_each(|path| stamp(path, &mut hasher));
        } else {
            stamp(path, &mut hasher);
            // What SQLite's writers have not moved into the file yet.
            let mut log = path.clone().into_os_string();
            log.push("-wal");
            stamp(Path::new(&log), &mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

fn stamp(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    if let Ok(found) = fs::metadata(path) {
        found.len().hash(hasher);
        let modified = found.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in [
            "127.0.0.1:8417",
            "127.0.0.1",
            "localhost:8417",
            "localhost",
            "[::1]:8417",
            "[::1]",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "example.org",
            "example.org:80",
            "127.0.0.1.example.org",
            "localhost.example.org:1",
            "10.0.0.1:80",
            "",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
