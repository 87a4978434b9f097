//! One thing looked at.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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

/// How long one thing is waited for: archives and keyrings have deadlines of their own, a disk or a driver has none.
const PATIENCE: Duration = Duration::from_mins(2);

/// Looks at one thing. There is one finding at least, within two minutes: what does not answer is left to itself.
pub fn examine(check: Check, situation: &Arc<Situation>) -> Vec<Finding> {
    let situation = Arc::clone(situation);
    within(PATIENCE, check, move || look(check, &situation))
}

/// What is found, or that nothing was in that time.
fn within(
    patience: Duration,
    check: Check,
    look: impl FnOnce() -> Vec<Finding> + Send + 'static,
) -> Vec<Finding> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let looking = move || {
        let _nobody_waits = sender.send(look());
    };
    if let Err(error) = std::thread::Builder::new().name("doctor".to_owned()).spawn(looking) {
        let remedy = "End other programs: this system gives no more";
        return vec![Finding::fail(check, format!("it cannot be looked at: {error}"), remedy)];
    }
    receiver.recv_timeout(patience).unwrap_or_else(|_silence| {
        let what = format!("no answer within {} s", patience.as_secs());
        let remedy = "See to what hangs: a disk on another machine, a driver, a server of names";
        vec![Finding::fail(check, what, remedy)]
    })
}

fn look(check: Check, situation: &Situation) -> Vec<Finding> {
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
        Check::Audit => audit::look(&config.settings, *now),
        // Told above.
        Check::Configuration | Check::Graphics | Check::Disk | Check::Clock => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn what_hangs_fails_in_time_and_what_answers_is_told() {
        let (_held, hangs) = crossbeam_channel::bounded::<()>(0);
        let hanging = move || {
            let _never = hangs.recv();
            Vec::new()
        };
        let found = within(Duration::from_millis(50), Check::Disk, hanging);
        assert_eq!((found.len(), found[0].state, found[0].check), (1, State::Fail, Check::Disk), "{found:?}");
        assert!(found[0].what.starts_with("no answer within"), "{found:?}");
        let fine = Finding::ok(Check::Disk, "it is");
        let told = fine.clone();
        assert_eq!(within(Duration::from_mins(1), Check::Disk, move || vec![told]), [fine]);
    }
}
