//! Who reads at the desk: how a reader begins, and how another one takes over.

use std::path::Path;
use std::time::Duration;

use crate::command::Reader;
use crate::config::{drafts_folder, reader_folder};
use crate::session::{Event, MessageKind};

use super::desk::Desk;
use super::filters::Filters;
use super::ledger::Ledger;
use super::reading::Reading;
use super::recent::Recent;
use super::settings::LiveSettings;
use super::standing::Standing;

/// So long a reader who begins waits for files of the same one to be on the disk.
const PATIENCE: Duration = Duration::from_secs(5);

impl Desk {
    /// Says how the program stands beside others of the one who reads: it keeps to that, asks about what an earlier run left open, and
    /// notes what is open for the next start.
    pub fn stand(&mut self, standing: Standing) {
        self.standing = standing;
        self.take_standing();
    }

    fn take_standing(&mut self) {
        if self.standing.is_second() {
            self.reading.keep_no_drafts();
            self.recent.read_only();
        }
        for words in self.standing.words() {
            self.tell(MessageKind::Caution, words);
        }
        let left = self.standing.left_open();
        if let Some(left) = &left {
            self.reading.event(&Event::LeftOpen(Box::new(left.clone())));
        }
        self.noting.begin(self.standing.open_file(), left);
    }

    /// Another reader comes: settings, keys and what is remembered are that one's from now on, what the one before has not saved is
    /// kept as that one's drafts, and what hangs stays.
    pub(super) fn switch_user(&mut self, reader: &Reader) {
        let (before, now) = (self.settings.reader().title(), reader.title());
        if self.settings.reader() == reader {
            return self.tell(MessageKind::Note, format!("{now} reads already."));
        }
        let Some(settings) = self.settings.of(reader, &mut self.reading) else {
            return self.tell(
                MessageKind::Caution,
                format!("{before} still reads: the other's files have a fault."),
            );
        };
        let drafts = self.state_dir.as_deref().map(|state| drafts_folder(state, reader));
        let had_work = match self.reading.hand_over(drafts) {
            Ok(had_work) => had_work,
            Err(why) => return self.tell(MessageKind::Caution, format!("{before} still reads: {why}.")),
        };
        // What hangs is opened anew, by the one who sees it now.
        self.reading.audit_end();
        self.reading.auditor().switch_user(self.settings.reader(), reader);
        self.bundler.forget();
        self.ledger.end(&self.reading);
        self.settings = settings;
        (self.recent, self.filters, self.ledger) =
            begin(&self.settings, self.state_dir.as_deref(), &mut self.reading);
        // The panel may be open.
        self.tell_about();
        self.standing.hand_over(reader);
        self.take_standing();
        if had_work {
            let text =
                format!("{before} has work that is not saved: it comes back when they read its study again.");
            self.tell(MessageKind::Note, text);
        }
        self.tell(MessageKind::Note, format!("{now} reads. What hangs stays as it is until the next study."));
    }

    fn tell(&mut self, kind: MessageKind, text: String) {
        self.reading.session.tell(kind, text);
        self.reading.note_change();
    }
}

/// A reader begins: gives what applies and what is remembered to the session.
pub(super) fn begin(
    settings: &LiveSettings,
    state_dir: Option<&Path>,
    reading: &mut Reading,
) -> (Recent, Filters, Ledger) {
    let state_dir = state_dir.map(|state| reader_folder(state, settings.reader()));
    // They may have read here a moment ago. Where the disk does not answer, the list is older than it might be.
    let _is_written = reading.services().wait_for_files(PATIENCE);
    let (recent, filters) = (Recent::new(state_dir.clone()), Filters::new(settings.user_dir()));
    settings.apply(reading);
    recent.apply(reading);
    filters.apply(reading);
    tell_users(settings, reading);
    if let Some(why) = settings.unknown_user() {
        reading.session.tell(MessageKind::Note, format!("{why}."));
    }
    (recent, filters, Ledger::new(state_dir))
}

pub(super) fn tell_users(settings: &LiveSettings, reading: &mut Reading) {
    let (reader, users) = (settings.reader().clone(), settings.users());
    reading.event(&Event::UsersFound { reader, users });
}
