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

/// So long a reader who takes over waits for what is kept for the one before to be on the disk.
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
        // Who comes back reads these files, and what is added then takes the place of what waits.
        if !self.reading.services().wait_for_files(PATIENCE) {
            let text = format!(
                "{before} still reads: the disk does not answer, and their lists are not written yet; try again in a moment."
            );
            return self.tell(MessageKind::Caution, text);
        }
        let drafts = self.state_dir.as_deref().map(|state| drafts_folder(state, reader));
        let had_work = match self.reading.hand_over(drafts) {
            Ok(had_work) => had_work,
            Err(why) => return self.tell(MessageKind::Caution, format!("{before} still reads: {why}.")),
        };
        // Theirs still, as far as it was looked through.
        let opening = self.reading.session.take_opening();
        if self.settings.settings().viewer.recent {
            self.noting.note_opened(&opening);
            self.recent.note(&opening, &mut self.reading);
        }
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, Sources};
    use crate::session::Effect;
    use crate::units::Phi;

    use super::super::settings::tests::{hold, reading, written};
    use super::super::window_places::WindowPlaces;
    use super::*;

    /// The program of the account's user, with settings and state in a folder.
    fn desk(folder: &Path) -> Desk {
        let sources = Sources { config_dir: Some(folder.join("settings")), ..Sources::default() };
        let config = Config::load(&sources).expect("no fault");
        let live = LiveSettings::new(sources, config);
        Desk::new(reading(), live, Some(folder.join("state")), WindowPlaces::default(), None)
    }

    #[test]
    fn what_one_reader_is_opening_is_not_remembered_for_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk(folder.path());
        desk.reading.event(&Event::FilesChosen(vec![Phi::new(folder.path().to_path_buf())]));
        desk.switch_user(&"ann".parse().expect("a name"));
        while desk.reading.session.indexing.runs > 0 {
            let event = desk.reading.services().wait(Duration::from_mins(2)).expect("news");
            desk.reading.event(&event);
        }
        let requests = desk.reading.take_requests();
        assert!(!requests.iter().any(|request| matches!(request, Effect::NoteOpened(_))), "{requests:?}");
    }

    #[test]
    fn while_the_disk_hangs_nobody_takes_over_and_who_comes_back_finds_all_that_was_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = desk(folder.path());
        let (account, ann) = (Reader::account(), "ann".parse::<Reader>().expect("a name"));
        let shipped = desk.reading.session.studies.saved.clone();
        assert!(!shipped.is_empty());
        let gate = hold(&desk.reading);
        desk.filters.save(&[], &mut desk.reading);
        desk.switch_user(&ann);
        assert_eq!(*desk.settings.reader(), account);
        let told = desk.reading.session.messages.last().map(|message| message.text.as_str());
        assert!(told.is_some_and(|text| text.contains("still reads: the disk does not answer")), "{told:?}");
        drop(gate);
        written(&mut desk.reading);
        for (reader, saved) in [(&ann, shipped), (&account, Vec::new())] {
            desk.switch_user(reader);
            assert_eq!((desk.settings.reader(), &desk.reading.session.studies.saved), (reader, &saved));
        }
    }
}
