//! One thing looked at.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::app::StorePlace;
use crate::config::Config;

use super::finding::{Check, Finding};
use super::{
    audit, certificates, clock, configuration, disk, displays, graphics, logs, peers, queue, secrets, storage,
};

/// What is known before anything is looked at.
pub struct Situation {
    /// The configuration, or what is wrong with it, a line each.
    pub config: Result<Config, Vec<String>>,
    /// The folder of what the program remembers, if the system names one.
    pub state_dir: Option<PathBuf>,
    /// Where the store is or would be, and how much it may take; none where the configuration does not say.
    pub store: Option<StorePlace>,
    /// The time.
    pub now: SystemTime,
}

/// Looks at one thing. There is one finding at least.
pub fn examine(check: Check, situation: &Situation) -> Vec<Finding> {
    let Situation { config, state_dir, store, now } = situation;
    let config = match (check, config) {
        (Check::Configuration, config) => return configuration::look(config),
        (Check::Graphics, _) => return vec![graphics::look()],
        (Check::Disk, _) => return disk::look(state_dir.as_deref(), store.as_ref()),
        (Check::Clock, _) => return vec![clock::look(*now, state_dir.as_deref())],
        (_, Ok(config)) => config,
        (_, Err(_)) => {
            let remedy = "Mend the configuration first: `hotlight config check` names what is wrong";
            return vec![Finding::warn(check, "not looked at, for the configuration has faults", remedy)];
        }
    };
    match check {
        Check::Displays => displays::look(&config.displays),
        Check::Peers => peers::look(&config.peers),
        Check::Certificates => certificates::look(config, *now),
        Check::Secrets => secrets::look(&config.peers),
        Check::Queue => vec![queue::look(&config.peers, store.as_ref(), *now)],
        Check::Store => vec![storage::look(store.as_ref())],
        Check::Logs => vec![logs::look(config.settings.logging.level, state_dir.as_deref())],
        Check::Audit => audit::look(&config.settings),
        // Told above.
        Check::Configuration | Check::Graphics | Check::Disk | Check::Clock => Vec::new(),
    }
}
