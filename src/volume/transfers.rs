//! The transfer functions there are: those of every installation, and those of the site and the reader.

use std::sync::Arc;

use super::transfer::{Transfer, TransferFault};

/// The transfer functions there are, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfers {
    all: Vec<Arc<Transfer>>,
}

/// Those of every installation.
impl Default for Transfers {
    fn default() -> Self {
        Self { all: Transfer::shipped().to_vec() }
    }
}

/// Why a file does not join them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransfersFault {
    /// Its name is none.
    #[error("'{0}' is no name for a volume preset: up to 64 small letters, digits and hyphens are")]
    Name(String),
    /// A shipped one has the name.
    #[error("'{0}' is a volume preset of every installation; give yours another name")]
    Shipped(String),
    /// There are as many as there may be.
    #[error("there are {} volume presets already, and no room for more", Transfers::MAX)]
    Full,
    /// Its text.
    #[error(transparent)]
    Text(#[from] TransferFault),
}

impl Transfers {
    /// The folder of their files, beside the settings: `NAME.toml`.
    pub const FOLDER: &'static str = "presets/volume";
    /// The most that are kept: twice what a large collection has.
    pub const MAX: usize = 128;
    /// Names that commands take.
    const TAKEN: [&'static str; 3] = ["off", "none", "mip"];
    const NAME_MAX: usize = 64;

    /// Whether a file may have this name.
    pub fn check_name(name: &str) -> Result<(), TransfersFault> {
        let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let begins = name.starts_with(|letter: char| letter.is_ascii_lowercase());
        if !begins || name.len() > Self::NAME_MAX || !name.chars().all(is_word) || Self::TAKEN.contains(&name)
        {
            return Err(TransfersFault::Name(name.to_owned()));
        }
        if Transfer::shipped().iter().any(|shipped| shipped.name == name) {
            return Err(TransfersFault::Shipped(name.to_owned()));
        }
        Ok(())
    }

    /// Adds one from a file's text; one of the same name is replaced, unless it is of every installation.
    pub fn lay(&mut self, name: &str, text: &str) -> Result<(), TransfersFault> {
        Self::check_name(name)?;
        let transfer = Arc::new(Transfer::parse(name, text)?);
        if let Some(known) = self.all.iter_mut().find(|known| known.name == name) {
            *known = transfer;
        } else if self.all.len() < Self::MAX {
            self.all.push(transfer);
        } else {
            return Err(TransfersFault::Full);
        }
        Ok(())
    }

    /// One by the name in commands.
    pub fn named(&self, name: &str) -> Option<&Arc<Transfer>> {
        self.all.iter().find(|transfer| transfer.name == name)
    }

    /// All of them, those of every installation first.
    pub fn all(&self) -> &[Arc<Transfer>] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_ones_have_names_of_their_own_and_a_bound() {
        let mut transfers = Transfers::default();
        let [bone, skin] = ["bone", "skin"].map(|name| transfers.named(name).expect(name).file().to_toml());
        transfers.lay("mine", &bone).expect("a transfer function");
        transfers.lay("mine", &skin).expect("another");
        assert_eq!(transfers.named("mine").map(|mine| mine.title.as_str()), Some("Skin"));
        let fault = |transfers: &mut Transfers, name: &str| {
            transfers.lay(name, &bone).expect_err("refused").to_string()
        };
        assert!(fault(&mut transfers, "bone").contains("is a volume preset of every installation"));
        let long = "x".repeat(65);
        for name in ["", "off", "Mine", "two words", "../up", "7", &long] {
            assert!(fault(&mut transfers, name).contains("is no name for a volume preset"), "{name}");
        }
        for number in transfers.all().len()..Transfers::MAX {
            transfers.lay(&format!("more-{number}"), &bone).expect("room");
        }
        assert!(fault(&mut transfers, "one-too-many").contains("no room"));
    }
}
