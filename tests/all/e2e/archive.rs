//! An archive beside the program, and the list of studies by keys.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::desktop::Running;
use crate::support::{free_port, program};

/// `hotlight serve` over a folder.
pub(super) struct Archive {
    process: Child,
    port: u16,
}

impl Archive {
    pub(super) fn start(folder: &Path) -> Self {
        let port = free_port();
        let running = Command::new(program())
            .arg("serve")
            .arg(folder)
            .args(["--port", &port.to_string(), "--allow-any"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the archive starts");
        let archive = Self { process: running, port };
        for _ in 0..2_400 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return archive;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nobody listens on port {port}")
    }

    /// The file that names it.
    pub(super) fn peers(&self) -> String {
        let port = self.port;
        format!("[north]\nhost = \"127.0.0.1\"\nport = {port}\ncalled = \"HOTLIGHT-SERVE\"\n")
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// Opens the first study of the list, the newest, as soon as the archive has told of it.
pub(super) fn open_first(running: &Running) {
    let is_here = || running.has(|event| event["event"] == "first-image");
    for _ in 0..20 {
        running.key("F5");
        std::thread::sleep(Duration::from_millis(500));
        running.key("Home");
        running.key("Return");
        // Keys that come once the study hangs are the reader's own, and change how it does.
        for _ in 0..300 {
            if is_here() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    running.wait_for(|event| event["event"] == "first-image");
}
