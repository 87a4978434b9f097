//! Settings, keys and corner texts in layers: shipped, then the site's, then the user's, then the command line. Every value knows its
//! origin, and what no setting is called is refused. `users` are those who share a station, `policy` is what the site has locked. `edit` changes one setting in the reader's own file. `displays` is what the
//! site and the reader say of each monitor, `peers` the archives by name.
//!
//! `schema` is the one table of settings: defaults, messages, `assets/config/default.toml` and `docs/settings.md` all
//! come from it. To add a setting, add a field to [`Settings`] and a row to the table, then run the tests with `UPDATE=1`.

mod displays;
mod displays_edit;
mod edit;
mod error;
mod handbook;
mod key;
mod layer;
mod load;
mod loader;
mod new_file;
mod peers;
mod peers_error;
mod peers_keys;
mod peers_read;
mod policy;
mod protocols;
mod schema;
mod settings;
mod sources;
mod steps;
mod users;
mod value;

pub use displays::{Displays, DisplaysError, DisplaysFault, Gsdf, MonitorSettings};
pub use displays_edit::{monitor_toml, read_monitor_toml, save_monitor};
pub use edit::{save, set};
pub use error::{ConfigError, SettingFault};
pub use handbook::settings_markdown;
pub use layer::{Entry, ValueOrigin};
pub use load::Config;
pub use new_file::{NewFileError, save_new};
pub use peers::{Archive, Peers, Retrieve};
pub use peers_error::{PeersError, PeersFault};
pub use policy::{LockPlace, Policy};
pub use protocols::{
    LoadedProtocols, PROTOCOLS_FOLDER, UnreadableProtocol, fixture_files, groups_or_known, known_names,
    protocol_files, protocol_folders, read_protocols,
};
pub use settings::{
    AuditSettings, Calibration, Decode, Display, DisplaysSettings, Keys, Logging, Memory, Settings,
    StoreSettings, Viewer, WindowsAtStart,
};
pub use sources::{LayerFile, Sources, Stamp, audit_folder, records_folder, state_dir, store_folder};
pub use users::{StationUser, drafts_folder, presentations_folder, reader_folder};
pub use value::Value;
