//! One caller, from its request for an association to its end.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::PathBuf;

use dicom_dictionary_std::{tags, uids};
use tokio::net::TcpStream;

use super::holding::Object;
use super::{Archive, worklist};
use crate::dicom::{DataSet, Source};
use crate::net::dimse::serving::{
    Association, Command, Context, Field, Incoming, Reception, WORKLIST, is_storage, store_here, taken,
};
use crate::net::dimse::{Arrival, Folder, Keep, Retrieved, Status};
use crate::net::{Known, NetError};

/// An identifier is shorter.
const IDENTIFIER_BYTES_MAX: usize = 1 << 20;

/// The services that have an identifier or none, beside storage.
const SERVICES: [&str; 7] = [
    uids::VERIFICATION,
    uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
    uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE,
    uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET,
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE,
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET,
];

/// A caller, and what it talks to.
pub(super) struct Caller<'a> {
    pub(super) association: Association,
    pub(super) archive: &'a Archive,
    keep: Stored<'a>,
}

impl<'a> Caller<'a> {
    /// Serves a caller until it goes.
    pub(super) async fn serve(
        stream: TcpStream,
        address: IpAddr,
        archive: &'a Archive,
    ) -> Result<(), NetError> {
        let options = &archive.options;
        let here = Known::titles_at(&options.known, address).await;
        let knows = |title: &str| options.takes_all || here.iter().any(|known| known.as_str() == title);
        let takes = |sop_class: &str, offered: &[String]| takes(archive, sop_class, offered);
        let reception = Reception {
            called: &options.title,
            deadlines: options.deadlines,
            tls: options.tls.as_ref(),
            user: options.user.as_ref(),
        };
        let association = Association::accept(stream, &reception, knows, takes).await?;
        let folder =
            Folder::new(&options.folder).map_err(|error| NetError::Keep { why: error.to_string() })?;
        let keep = Stored { folder, archive, instance: String::new(), bytes: 0 };
        let mut caller = Self { association, archive, keep };
        match caller.answer_all().await {
            Ok(()) => caller.association.released().await,
            Err(error) => {
                caller.association.abort().await;
                Err(error)
            }
        }
    }

    async fn answer_all(&mut self) -> Result<(), NetError> {
        loop {
            match self.association.receive("next request").await? {
                Incoming::Release => return Ok(()),
                Incoming::Message(context, command) => self.answer(context, command).await?,
            }
        }
    }

    async fn answer(&mut self, context: u8, command: Command) -> Result<(), NetError> {
        let context = self.association.context(context)?.clone();
        let plain = |field| (field, Status::of(Status::SUCCESS));
        let (field, status) = match command.field {
            Field::EchoRequest => plain(Field::EchoResponse),
            Field::StoreRequest => {
                let mut so_far = Retrieved::default();
                return store_here(&mut self.association, context.id, &command, &mut self.keep, &mut so_far)
                    .await;
            }
            Field::FindRequest => (Field::FindResponse, self.find(&context, &command).await?),
            Field::GetRequest => return self.get(&context, &command).await,
            Field::MoveRequest => return self.move_away(&context, &command).await,
            // What it calls off has ended.
            Field::CancelRequest => return Ok(()),
            other => return Err(NetError::protocol(format!("{other:?} is no request"))),
        };
        self.association.send(context.id, &Command::response(field, &command, status), None).await
    }

    /// The identifier that follows a request.
    pub(super) async fn identifier(
        &mut self,
        context: &Context,
        command: &Command,
    ) -> Result<DataSet, NetError> {
        if !command.has_data {
            return Err(NetError::protocol("a request without its identifier"));
        }
        let bytes = self.association.short_data(context.id, IDENTIFIER_BYTES_MAX).await?;
        Ok(DataSet::parse(&bytes, &context.transfer_syntax)?)
    }

    async fn find(&mut self, context: &Context, command: &Command) -> Result<Status, NetError> {
        let identifier = self.identifier(context, command).await?;
        if let Some(folder) = self.archive.options.worklist.as_ref().filter(|_| context.sop_class == WORKLIST)
        {
            let files = worklist::files(folder, self.archive.options.title.as_str());
            let answer =
                |file: PathBuf| worklist::answer(&file, identifier.attributes(), &context.transfer_syntax);
            return self.answer_each(context, command, files.filter_map(answer)).await;
        }
        if identifier.attributes().text(tags::QUERY_RETRIEVE_LEVEL).is_none() {
            return Ok(Status { code: 0xA900, comment: "no Query/Retrieve Level".to_owned() });
        }
        let title = self.archive.options.title.as_str();
        let syntax = &context.transfer_syntax;
        let groups = self.archive.read(|holding| holding.groups(identifier.attributes()));
        let answers = groups.iter().filter_map(|group| group.answer(identifier.attributes(), title, syntax));
        self.answer_each(context, command, answers).await
    }

    /// Sends answers as they are found, unless the caller calls that off.
    async fn answer_each(
        &mut self,
        context: &Context,
        command: &Command,
        answers: impl Iterator<Item = Vec<u8>>,
    ) -> Result<Status, NetError> {
        for answer in answers {
            let response = Command::response(Field::FindResponse, command, Status::of(Status::PENDING));
            self.association.send(context.id, &response, Some(&answer)).await?;
            if self.is_called_off(command).await? {
                return Ok(Status::of(Status::CANCELLED));
            }
        }
        Ok(Status::of(Status::SUCCESS))
    }

    /// Whether the caller has called its request off meanwhile.
    async fn is_called_off(&mut self, request: &Command) -> Result<bool, NetError> {
        match self.association.receive_if_there("C-CANCEL").await? {
            None => Ok(false),
            Some(Incoming::Message(_, command)) if command.field == Field::CancelRequest => {
                Ok(command.message == request.message)
            }
            Some(_) => Err(NetError::protocol("another request before the answer to the last one")),
        }
    }
}

/// In which of the transfer syntaxes offered a service is provided: of objects in one that some are held in, since they are
/// sent as they are.
fn takes(archive: &Archive, sop_class: &str, offered: &[String]) -> Option<String> {
    let is_plain = |uid: &&String| {
        [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN].contains(&uid.as_str())
    };
    let has_worklist = archive.options.worklist.is_some() && sop_class == WORKLIST;
    if SERVICES.contains(&sop_class) || has_worklist {
        return offered.iter().find(is_plain).cloned();
    }
    let held = |holding: &super::Holding| offered.iter().find(|uid| holding.has(sop_class, uid)).cloned();
    is_storage(sop_class).then(|| archive.read(held).or_else(|| taken(offered))).flatten()
}

/// What is stored here: kept in the folder, and held from then on; or forgotten, where that is asked for.
struct Stored<'a> {
    folder: Folder,
    archive: &'a Archive,
    instance: String,
    bytes: u64,
}

impl Keep for Stored<'_> {
    fn begin(&mut self, arrival: &Arrival) -> std::io::Result<()> {
        self.bytes = 0;
        self.instance.clone_from(&arrival.instance);
        if self.archive.options.discards { Ok(()) } else { self.folder.begin(arrival) }
    }

    fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.archive.options.object_bytes_max {
            return Err(ErrorKind::FileTooLarge.into());
        }
        if self.archive.options.discards { Ok(()) } else { self.folder.take(bytes) }
    }

    fn keep(&mut self) -> std::io::Result<()> {
        if self.archive.options.discards {
            return Ok(());
        }
        // What could not be found again is not stored, and takes the place of nothing that is.
        let mut object =
            Object::read(&Source::file(self.folder.written()?)).map_err(std::io::Error::other)?;
        if !self.archive.read(|holding| holding.has_place(&self.instance)) {
            return Err(std::io::Error::new(ErrorKind::StorageFull, "the archive holds no more"));
        }
        object.source = Source::file(&self.folder.path_of(&self.instance));
        self.folder.keep()?;
        self.archive.hold(object).map_err(std::io::Error::other)
    }

    fn drop_it(&mut self) {
        self.folder.drop_it();
    }
}
