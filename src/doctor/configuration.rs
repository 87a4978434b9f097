//! Settings, keys and all files beside them.

use crate::config::Config;

use super::finding::{Check, Finding};

const CHECK: Check = Check::Configuration;

/// The most that is told one by one.
const TOLD_MAX: usize = 10;

pub(super) fn look(config: &Result<Config, Vec<String>>) -> Vec<Finding> {
    let config = match config {
        Ok(config) => config,
        Err(faults) => {
            let remedy = "Mend the file: Hotlight does not start before";
            return told(faults, |fault| Finding::fail(CHECK, fault, remedy));
        }
    };
    let misfits: Vec<String> = config.peers.misfits().iter().map(ToString::to_string).collect();
    let remedy = "Write a [receive] section into peers.toml, or retrieve = \"get\": nothing is fetched from this archive";
    let mut found = told(&misfits, |fault| Finding::fail(CHECK, fault, remedy));
    let remedy = "Mend the file: it is left out, and all else applies";
    found.extend(told(&config.left_out, |fault| Finding::warn(CHECK, fault, remedy)));
    found.extend(told(&config.protocols.faults, |fault| Finding::warn(CHECK, fault, remedy)));
    let remedy = "Take it out, or ask the site to unlock it: it does not apply";
    found.extend(told(&config.policy.overruled, |told| Finding::warn(CHECK, told, remedy)));
    if found.is_empty() {
        let there = config.files().iter().filter(|file| file.is_there).count();
        found.push(Finding::ok(CHECK, format!("files that are read without a fault: {there}")));
    }
    found
}

/// A finding for each of the first, and one that counts the rest.
fn told(faults: &[String], finding: impl Fn(&str) -> Finding) -> Vec<Finding> {
    let mut found: Vec<Finding> = faults.iter().take(TOLD_MAX).map(|fault| finding(fault)).collect();
    let rest = faults.len().saturating_sub(TOLD_MAX);
    if rest > 0 {
        found.push(finding(&format!("{rest} more: `hotlight config check` names them all")));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::config::Sources;

    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_fault_fails_and_many_are_counted() {
        let faults: Vec<String> = (0..12).map(|number| format!("a.toml:{number}:1: what")).collect();
        let found = look(&Err(faults));
        assert_eq!(found.len(), TOLD_MAX + 1);
        assert!(found.iter().all(|finding| finding.state == State::Fail && finding.remedy.is_some()));
        assert!(found[TOLD_MAX].what.starts_with("2 more"), "{found:?}");
    }

    #[test]
    fn what_is_left_out_or_locked_warns_and_else_all_is_well() {
        let mut config = Config::load(&Sources::default()).expect("what is shipped");
        let fine = Finding::ok(CHECK, "files that are read without a fault: 0");
        assert_eq!(look(&Ok(config.clone())), [fine]);
        config.left_out.push("bone.toml: no".to_owned());
        config.policy.overruled.push("config.toml:1:1: locked".to_owned());
        let found = look(&Ok(config));
        let states: Vec<State> = found.iter().map(|finding| finding.state).collect();
        assert_eq!(states, [State::Warn, State::Warn], "{found:?}");
    }
}
