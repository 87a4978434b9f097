//! `hotlight demo`: made-up studies in an archive of our own on the loopback address. The viewer fetches them as from any other.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::app::{Archive, ArchivesOptions, Clock, CommandSource, Reading, StorePlace};
use crate::command::{Command, Grid, LayoutCommand};
use crate::config::Retrieve;
use crate::net::serve::{Inlet, ServeOptions, Server};
use crate::net::{AeTitle, Deadlines, Known, NetError, Peer};
use crate::phantom::{BreastPhantom, Phantom, PhantomError};
use crate::session::{RetrieveOrder, Urgency};
use crate::store::StoreOptions;

use super::view::{self, Inputs};
use super::{Failure, RunArgs};

/// What the archive is called, in the program and on the wire.
const NAME: &str = "demo";
const TITLE: &str = "DEMO";
/// What the viewer is called there.
const VIEWER: &str = "HOTLIGHT";

/// What the demo may take of the disk.
const STORE: StoreOptions = StoreOptions { quota_bytes: 4 << 30, free_bytes_min: 0 };

/// The folder of the study that is opened; the other is its prior.
const CURRENT: &str = "current";

/// The archive of the demo.
pub(super) struct Demo {
    folder: PathBuf,
    inlet: Inlet,
    peer: Peer,
}

/// Opens the viewer beside the archive; all of it lies in a temporary folder that is removed at the end.
pub(super) fn demo(clock: Clock, args: &RunArgs) -> Result<(), Failure> {
    let folder = TempDir::new().map_err(|error| Failure::new(format!("a temporary folder: {error}")))?;
    let demo = Demo::start(folder.path())?;
    let mut args = args.clone();
    // Its studies are of days that are long ago by now.
    args.settings.set.insert(0, "studies.days=0".to_owned());
    view::run(clock, Inputs::Demo(Box::new(demo)), &args)
}

impl Demo {
    /// Starts an archive that is empty still: the studies are made while the window opens.
    fn start(folder: &Path) -> Result<Self, Failure> {
        let failure = |why: &dyn std::fmt::Display| Failure::new(format!("the archive of the demo: {why}"));
        let title = |text: &str| text.parse::<AeTitle>().map_err(|error| failure(&error));
        let held = folder.join("archive");
        std::fs::create_dir(&held).map_err(|error| failure(&error))?;
        let known = Known { title: title(VIEWER)?, host: Ipv4Addr::LOCALHOST.to_string(), port: None };
        let options = ServeOptions {
            folder: held,
            address: (IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            title: title(TITLE)?,
            known: vec![known],
            worklist: None,
            takes_all: false,
            discards: false,
            object_bytes_max: 1 << 30,
            deadlines: Deadlines::default(),
            tls: None,
            user: None,
        };
        let (told, started) = crossbeam_channel::bounded(1);
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let outcome = runtime.map_err(|error| NetError::Lost { why: error.to_string() }).map(|runtime| {
                runtime.block_on(async {
                    let server = Server::listen(options).await.map(|(server, _empty)| server);
                    let place = server.as_ref().map(|server| (server.address(), server.inlet()));
                    drop(told.send(place.map_err(Clone::clone)));
                    if let Ok(server) = server {
                        let error = server.run().await;
                        tracing::warn!(%error, "the archive of the demo has ended");
                    }
                });
            });
            if let Err(error) = outcome {
                tracing::warn!(%error, "there is no archive for the demo");
            }
        };
        // It ends with the program.
        let spawned = std::thread::Builder::new().name("serve".to_owned()).spawn(serve);
        drop(spawned.map_err(|error| failure(&error))?);
        let started = started.recv().map_err(|error| failure(&error))?;
        let (address, inlet) = started.map_err(|error| failure(&error))?;
        let port = address.map_or(0, |address| address.port());
        let peer = Peer::new(&Ipv4Addr::LOCALHOST.to_string(), port, title(TITLE)?, title(VIEWER)?);
        Ok(Self { folder: folder.to_owned(), inlet, peer })
    }

    /// The archives of the viewer: this one.
    pub(super) fn archives(&self) -> ArchivesOptions {
        let archive = Archive {
            name: NAME.to_owned(),
            peer: self.peer.clone(),
            query: true,
            retrieve: Some(Retrieve::Get),
            store: true,
        };
        let store = StorePlace { folder: self.folder.join("store"), options: STORE };
        ArchivesOptions { archives: vec![archive], store: Some(store), receive: None }
    }

    /// Opens the current study, then its prior beside it, each as soon as the archive has it.
    pub(super) fn open(self, reading: &mut Reading) {
        if let (Grid::ONE, Some(side_by_side)) = (reading.session.settings.grid, Grid::new(1, 2)) {
            // The prior's place is there from the beginning: nothing moves when it comes.
            reading.command(&Command::Layout(LayoutCommand::Grid(side_by_side)), CommandSource::Script);
        }
        let current = Phantom::chest_ct();
        for (study, name) in [(current.clone(), CURRENT), (current.prior(), "prior")] {
            let (folder, inlet) = (self.folder.join("archive").join(name), self.inlet.clone());
            let opened = (name == CURRENT).then(|| study.study_uid());
            reading.retrieve_made(
                opened,
                Box::new(move || {
                    give(study.write_into(&folder), &inlet);
                    let order = RetrieveOrder {
                        study: study.study_uid(),
                        archive: NAME.to_owned(),
                        urgency: Urgency::Foreground,
                    };
                    vec![order]
                }),
            );
        }
        // What the list of studies has besides: nobody opens it yet.
        let screening = BreastPhantom::screening();
        for (study, name) in [(screening.prior(), "screening-prior"), (screening, "screening")] {
            let (folder, inlet) = (self.folder.join("archive").join(name), self.inlet.clone());
            let make = move || {
                give(study.write_into(&folder), &inlet);
                Vec::new()
            };
            reading.retrieve_made(None, Box::new(make));
        }
    }
}

/// Gives a study that was made to the archive; what cannot be made is missing from the demo, and the log says why.
fn give(written: Result<Vec<PathBuf>, PhantomError>, inlet: &Inlet) {
    let written = written.map_err(|error| error.to_string());
    let given = written.and_then(|paths| {
        paths.iter().try_for_each(|path| inlet.add(path).map_err(|error| error.to_string()))
    });
    if let Err(error) = given {
        tracing::error!(%error, "a study of the demo");
    }
}
