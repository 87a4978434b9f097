//! What the interface says of the users of a station.

use crate::command::Reader;
use crate::session::UserLine;

pub(super) const USERS_TITLE: &str = "Who reads";
pub(super) const USERS_HINT: &str = "settings, keys, presets and hanging protocols are each one's own";
pub(super) const NO_USERS: &str = "The users of this station are not known.";
pub(super) const USER_READS: &str = "reads now";

/// The title row has room for so many letters of a name.
const SHORT_MAX: usize = 24;

/// Who, in the list.
pub(super) fn user(reader: &Reader) -> String {
    reader.name().map_or_else(|| "The user of this account".to_owned(), str::to_owned)
}

/// What of the configuration is theirs.
pub(super) fn user_own(line: &UserLine) -> String {
    match (line.own.is_empty(), line.reader.name()) {
        (false, _) => format!("own {}", line.own),
        (true, Some(_)) => "nothing of their own yet: as the site says".to_owned(),
        (true, None) => "nothing of its own yet: as the site says".to_owned(),
    }
}

/// What Enter does with a line.
pub(super) const fn user_next_step(is_reading: bool) -> &'static str {
    if is_reading {
        "What is set and saved now is theirs."
    } else {
        "Enter lets them read. What hangs stays; what is not saved is kept for the one before."
    }
}

/// A name in the title row.
pub(super) fn user_short(name: &str) -> String {
    if name.chars().count() <= SHORT_MAX {
        return name.to_owned();
    }
    let shown: String = name.chars().take(SHORT_MAX - 1).collect();
    format!("{shown}…")
}

/// What that means.
pub(super) fn user_why(name: &str) -> String {
    format!(
        "User {name} reads: settings, keys, presets and hanging protocols are theirs. Press here for others"
    )
}
