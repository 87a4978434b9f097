//! The keyring of the operating system: the Secret Service, the Credential Manager of Windows, the Keychain of macOS. What lies
//! there opens with its user's session, and stands in no file of ours.
//!
//! It is asked on a thread of its own: it may ask its user to unlock it, and need not answer.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};

/// What all of ours lie under.
const SERVICE: &str = "hotlight";

/// How long its user may take to unlock it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest name of a secret, in letters.
const NAME_MAX: usize = 64;

/// Why the keyring does not do what is asked of it. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// Nobody keeps secrets here.
    #[error(
        "there is no keyring here: {why}. On Linux it needs a desktop session with a Secret Service, as GNOME Keyring or KWallet; a file \
         that only its owner reads does without"
    )]
    NoKeyring {
        /// As the system says it.
        why: String,
    },
    /// It was asked, and says nothing.
    #[error("the keyring did not answer within {} s: it may wait for somebody to unlock it", PATIENCE.as_secs())]
    Silent,
    /// It lets nobody in.
    #[error("the keyring is locked: {why}. Unlock it, and try again")]
    Locked {
        /// As the system says it.
        why: String,
    },
    /// It has no such secret.
    #[error("the keyring holds no '{name}': `hotlight secret set {name}` puts it there")]
    NotThere {
        /// Its name.
        name: String,
    },
    /// It does not do this.
    #[error("the keyring refuses '{name}': {why}")]
    Refused {
        /// Its name.
        name: String,
        /// As the system says it.
        why: String,
    },
}

/// Whether a secret can be called so: 1 to 64 letters without accents, digits, `-`, `_` and `.`.
pub fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Keeps a secret under a name, in place of what was there.
pub fn keep(name: &str, secret: &str) -> Result<(), KeyringError> {
    let secret = secret.to_owned();
    ask(name, move |store, name| Entry::new_in_store(store, SERVICE, name)?.set_password(&secret))
}

/// Takes a secret away.
pub fn forget(name: &str) -> Result<(), KeyringError> {
    ask(name, |store, name| Entry::new_in_store(store, SERVICE, name)?.delete_credential())
}

/// What lies there of ours, by name.
pub fn names() -> Result<Vec<String>, KeyringError> {
    ask("hotlight", |store, _| {
        let found = Entry::search_in_store(store, &ours())?;
        let ours = found.iter().filter_map(Entry::get_specifiers).filter(|(service, _)| service == SERVICE);
        let mut names: Vec<String> = ours.map(|(_, name)| name).collect();
        names.sort();
        Ok(names)
    })
}

/// A secret.
pub(super) fn read(name: &str) -> Result<String, KeyringError> {
    ask(name, |store, name| Entry::new_in_store(store, SERVICE, name)?.get_password())
}

/// By what ours are found: a pattern for the names that Windows gives, else the service.
fn ours() -> HashMap<&'static str, &'static str> {
    let (what, value) = if cfg!(windows) { ("pattern", r"\.hotlight$") } else { ("service", SERVICE) };
    HashMap::from([(what, value)])
}

/// Puts a question about a name, and waits for the answer, but not forever.
fn ask<T: Send + 'static>(
    name: &str,
    question: impl FnOnce(&Arc<CredentialStore>, &str) -> keyring_core::Result<T> + Send + 'static,
) -> Result<T, KeyringError> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let name = name.to_owned();
    let asking = move || {
        let opened = store().map_err(|error| no_keyring(&error));
        let answer = opened.and_then(|store| question(&store, &name).map_err(|error| told(&name, error)));
        let _nobody_waits = sender.send(answer);
    };
    let thread = std::thread::Builder::new().name("keyring".to_owned()).spawn(asking);
    let _left_to_itself = thread.map_err(|error| no_keyring(&error))?;
    receiver.recv_timeout(PATIENCE).unwrap_or(Err(KeyringError::Silent))
}

fn no_keyring(error: &dyn Display) -> KeyringError {
    KeyringError::NoKeyring { why: error.to_string() }
}

fn told(name: &str, error: Error) -> KeyringError {
    let name = name.to_owned();
    let why = match error {
        Error::NoEntry => return KeyringError::NotThere { name },
        Error::NoStorageAccess(why) => return KeyringError::Locked { why: why.to_string() },
        Error::Ambiguous(found) => format!("{} are called so", found.len()),
        other => other.to_string(),
    };
    KeyringError::Refused { name, why }
}

/// The keyring of this system.
#[cfg(not(test))]
fn store() -> keyring_core::Result<Arc<CredentialStore>> {
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::Store::new()?;
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// One in memory, for all tests together.
#[cfg(test)]
fn store() -> keyring_core::Result<Arc<CredentialStore>> {
    use std::sync::LazyLock;

    use keyring_core::mock::Store;

    static MEMORY: LazyLock<Option<Arc<Store>>> = LazyLock::new(|| Store::new().ok());
    let store = MEMORY.clone().ok_or(Error::NoDefaultStore)?;
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_read_replaced_listed_and_forgotten() {
        let not_there = |name: &str| Err(KeyringError::NotThere { name: name.to_owned() });
        assert_eq!(read("kept"), not_there("kept"));
        keep("kept", "sesame").expect("kept");
        assert_eq!(read("kept").as_deref(), Ok("sesame"));
        keep("kept", "open").expect("replaced");
        assert_eq!(read("kept").as_deref(), Ok("open"));
        keep("another", "x").expect("kept");
        let names = names().expect("a keyring");
        assert!(names.is_sorted() && names.contains(&"another".to_owned()), "{names:?}");
        assert!(names.contains(&"kept".to_owned()), "{names:?}");
        forget("kept").expect("forgotten");
        assert_eq!(read("kept"), not_there("kept"));
        assert_eq!(forget("kept"), not_there("kept").map(drop));
        assert_eq!(read("another").as_deref(), Ok("x"), "only what is named goes");
    }

    #[test]
    fn what_the_keyring_refuses_is_told_in_words_and_without_the_secret() {
        keep("guarded", "sesame").expect("kept");
        let check = |error: Error, words: &str| {
            let entry = store().and_then(|store| Entry::new_in_store(&store, SERVICE, "guarded"));
            let entry = entry.expect("an entry");
            let cred: &keyring_core::mock::Cred = entry.as_any().downcast_ref().expect("one in memory");
            cred.set_error(error);
            let told = read("guarded").expect_err("refused").to_string();
            assert!(told.contains(words) && !told.contains("sesame"), "{told}");
        };
        check(Error::NoStorageAccess("prompt dismissed".into()), "is locked: prompt dismissed. Unlock it");
        check(Error::BadEncoding(b"sesame".to_vec()), "the keyring refuses 'guarded': ");
        check(Error::TooLong("secret".to_owned(), 2560), "2560");
        check(Error::Ambiguous(Vec::new()), "0 are called so");
        assert_eq!(read("guarded").as_deref(), Ok("sesame"));
    }

    #[test]
    fn names_are_words() {
        for name in ["pacs", "pacs-2.key", "A_1", &"x".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "two words", "a/b", "é", "a\n", &"x".repeat(65)] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
