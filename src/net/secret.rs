//! What must not be read by others: where it is kept, never what it is.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::private::read_open;

use super::{NetError, keyring};

/// What stands before the name of a secret in the keyring.
const KEYRING: &str = "keyring:";

/// A secret, or a key, is far shorter.
const SECRET_BYTES_MAX: u64 = 1 << 20;

/// Where a secret is kept. It is read when it is needed and then forgotten, so nothing that is printed or compared holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// The first line of a file that nobody but its owner may read.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// The keyring of the operating system, by its name there.
    Keyring(String),
}

impl Secret {
    /// As a file of settings names one in the keyring: `keyring:NAME`. None where it says anything else, which may be the secret.
    pub fn in_keyring(written: &str) -> Option<Self> {
        let name = written.strip_prefix(KEYRING).filter(|name| keyring::is_name(name))?;
        Some(Self::Keyring(name.to_owned()))
    }

    /// Whether it is there, in words where it is not.
    pub fn check(&self) -> Result<(), NetError> {
        self.read().map(drop)
    }

    pub(super) fn read(&self) -> Result<String, NetError> {
        let text = match self {
            Self::File(path) => String::from_utf8_lossy(&read_private(path, OTHERS)?).into_owned(),
            Self::Variable(name) => std::env::var(name).unwrap_or_default(),
            Self::Keyring(name) => keyring::read(name).map_err(|error| NetError::setup(error.to_string()))?,
        };
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(NetError::setup(format!("{self} holds no secret: it is empty, or not there")));
        }
        Ok(line.to_owned())
    }
}

/// Where it is kept: `/a/passcode`, `$PASSCODE`, `keyring:pacs`.
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Keyring(name) => write!(f, "{KEYRING}{name}"),
        }
    }
}

/// Permissions of all but the owner.
const OTHERS: u32 = 0o077;
/// Permissions of all but the owner and the group, which several readers of one machine may share.
pub(super) const OUTSIDERS: u32 = 0o007;

/// Reads a file unless those of `forbidden` may touch it. On Windows the file's own list of rights holds, unseen.
pub(super) fn read_private(path: &Path, forbidden: u32) -> Result<Vec<u8>, NetError> {
    let name = path.display();
    let told = |error: std::io::Error| NetError::setup(format!("{name} cannot be read: {error}"));
    let file = File::open(path).map_err(told)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Of what is read, and not of what stood there a moment before.
        let mode = file.metadata().map_err(told)?.mode() & 0o777;
        if mode & forbidden != 0 {
            let (who, right) =
                if forbidden == OTHERS { ("its owner", "600") } else { ("its owner and group", "640") };
            return Err(NetError::setup(format!(
                "{name} is open to others (mode {mode:o}), and must be read by {who} alone: chmod {right}"
            )));
        }
    }
    #[cfg(not(unix))]
    let _rights_are_not_told = forbidden;
    read_open(file, SECRET_BYTES_MAX).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_read_is_refused_in_words() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("passcode");
        std::fs::write(&path, "sesame\nnot this\n").expect("written");
        let secret = Secret::File(path.clone());
        let with = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("ours");
            secret.read().map_err(|error| error.to_string())
        };
        assert_eq!(with(0o600).as_deref(), Ok("sesame"));
        for mode in [0o640, 0o604, 0o660, 0o602] {
            let error = with(mode).expect_err("refused");
            assert!(error.contains(&format!("mode {mode:o}")) && error.contains("chmod 600"), "{error}");
            assert!(!error.contains("sesame"), "{error}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
        assert!(read_private(&path, OUTSIDERS).is_ok());
        assert!(!format!("{secret:?}").contains("sesame"));
    }

    #[test]
    fn a_secret_that_is_not_there_is_told_by_its_place() {
        let of = |secret: Secret| secret.check().expect_err("none").to_string();
        let variable = of(Secret::Variable("HOTLIGHT_TEST_NO_SUCH_VARIABLE".to_owned()));
        assert!(variable.contains("$HOTLIGHT_TEST_NO_SUCH_VARIABLE holds no secret"), "{variable}");
        let file = of(Secret::File("no-such-passcode".into()));
        assert!(file.contains("no-such-passcode cannot be read"), "{file}");
        let keyring = of(Secret::Keyring("no-such-passcode".to_owned()));
        assert!(keyring.contains("the keyring holds no 'no-such-passcode'"), "{keyring}");
    }

    #[test]
    fn a_secret_of_the_keyring_is_named_and_nothing_else_is_taken_for_such_a_name() {
        let secret = Secret::in_keyring("keyring:pacs-passcode").expect("a name");
        assert_eq!(secret.to_string(), "keyring:pacs-passcode");
        keyring::keep("pacs-passcode", "sesame\n").expect("kept");
        assert_eq!(secret.read().as_deref(), Ok("sesame"));
        for other in ["sesame", "keyring:", "keyring:open sesame", "Keyring:pacs", " keyring:pacs"] {
            assert_eq!(Secret::in_keyring(other), None, "{other}");
        }
    }
}
