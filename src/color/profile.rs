//! ICC profiles: read once, shared by all images that carry the same. PS3.3 C.11.15.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use moxcms::{ColorProfile, DataColorSpace, ParsingOptions, ProfileClass};

use super::transform::executor;

/// Which profile: a digest of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(u128);

impl ProfileId {
    /// What is assumed where no profile is.
    pub const SRGB: Self = Self(0);

    /// Of a profile, or of none.
    pub fn of(profile: Option<&Arc<IccProfile>>) -> Self {
        profile.map_or(Self::SRGB, |profile| profile.id)
    }
}

/// A profile of red, green and blue that can be applied.
#[derive(Clone, PartialEq, Eq)]
pub struct IccProfile {
    id: ProfileId,
    bytes: Vec<u8>,
}

/// Its bytes say nothing to anybody.
impl fmt::Debug for IccProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IccProfile({} bytes)", self.bytes.len())
    }
}

/// Why a profile is not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// More bytes than are read.
    #[error("the ICC profile has {bytes} bytes; at most {} are read", IccProfile::BYTES_MAX)]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// Not of red, green and blue.
    #[error("the ICC profile is not one of red, green and blue")]
    NotRgb,
    /// Damaged, or of a kind that is not known.
    #[error("the ICC profile cannot be used: {why}")]
    Unusable {
        /// Why.
        why: String,
    },
}

/// Profiles that something holds.
type Known = HashMap<(ProfileId, Role), Weak<IccProfile>>;

/// What a profile is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    Image,
    Monitor,
}

impl IccProfile {
    /// Larger profiles are not read.
    pub const BYTES_MAX: usize = 4 << 20;

    /// The profile of an image: from its colours to those of a monitor it can be applied.
    pub fn of_image(bytes: &[u8]) -> Result<Arc<Self>, ProfileError> {
        Self::shared(bytes, Role::Image)
    }

    /// The profile of a monitor: to its colours it can be applied.
    pub fn of_monitor(bytes: &[u8]) -> Result<Arc<Self>, ProfileError> {
        Self::shared(bytes, Role::Monitor)
    }

    /// A profile of sRGB, as an image carries one: that of an input device. PS3.3 C.11.15.
    pub fn srgb_bytes() -> Vec<u8> {
        let mut profile = ColorProfile::new_srgb();
        profile.profile_class = ProfileClass::InputDevice;
        profile.encode().unwrap_or_default()
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its identity.
    pub const fn id(&self) -> ProfileId {
        self.id
    }

    /// A thousand images of one camera carry one profile: it is checked and kept once, as long as anything holds it.
    fn shared(bytes: &[u8], role: Role) -> Result<Arc<Self>, ProfileError> {
        static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
        if bytes.len() > Self::BYTES_MAX {
            return Err(ProfileError::TooLarge { bytes: bytes.len() });
        }
        let id = digest(bytes);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(profile) = known().get(&(id, role)).and_then(Weak::upgrade) {
            return Ok(profile);
        }
        let profile = Self { id, bytes: bytes.to_vec() };
        let (parsed, srgb) = (profile.parsed()?, ColorProfile::new_srgb());
        match role {
            Role::Image => executor(&parsed, &srgb)?,
            Role::Monitor => executor(&srgb, &parsed)?,
        };
        let profile = Arc::new(profile);
        let mut known = known();
        known.retain(|_, profile| profile.strong_count() > 0);
        known.insert((id, role), Arc::downgrade(&profile));
        Ok(profile)
    }

    pub(super) fn parsed(&self) -> Result<ColorProfile, ProfileError> {
        let options = ParsingOptions { max_profile_size: Self::BYTES_MAX + 1, ..ParsingOptions::default() };
        let parsed = guarded(|| ColorProfile::new_from_slice_with_options(&self.bytes, options))?;
        if parsed.color_space == DataColorSpace::Rgb { Ok(parsed) } else { Err(ProfileError::NotRgb) }
    }
}

/// Runs foreign code over bytes that anybody may have written.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T, moxcms::CmsError>) -> Result<T, ProfileError> {
    let unusable = |why: String| ProfileError::Unusable { why };
    let result =
        catch_unwind(AssertUnwindSafe(run)).map_err(|_panic| unusable("its reader stopped".to_owned()))?;
    result.map_err(|error| unusable(error.to_string()))
}

fn digest(bytes: &[u8]) -> ProfileId {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, bytes).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    // Never that of no profile.
    ProfileId((hash(0) << 64 | hash(1)) | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adobe() -> Vec<u8> {
        ColorProfile::new_adobe_rgb().encode().expect("a profile")
    }

    #[test]
    fn the_same_bytes_are_one_profile() {
        let bytes = adobe();
        let (one, other) = (IccProfile::of_image(&bytes), IccProfile::of_image(&bytes));
        let (one, other) = (one.expect("a profile"), other.expect("a profile"));
        assert!(Arc::ptr_eq(&one, &other));
        assert_ne!(one.id(), ProfileId::SRGB);
        assert_eq!(ProfileId::of(Some(&one)), one.id());
        assert_eq!(ProfileId::of(None), ProfileId::SRGB);
    }

    #[test]
    fn what_cannot_be_applied_says_why() {
        let why = |bytes: &[u8]| IccProfile::of_image(bytes).expect_err("refused").to_string();
        assert_eq!(why(b"no profile"), "the ICC profile cannot be used: Invalid ICC profile");
        let gray = ColorProfile::new_gray_with_gamma(2.2).encode().expect("a profile");
        assert_eq!(why(&gray), "the ICC profile is not one of red, green and blue");
        let large = vec![0; IccProfile::BYTES_MAX + 1];
        assert_eq!(why(&large), "the ICC profile has 4194305 bytes; at most 4194304 are read");
    }

    /// No cut and no changed byte stops the program.
    #[test]
    fn damaged_profiles_are_refused_or_applied() {
        let bytes = adobe();
        for cut in (0..bytes.len()).step_by(7) {
            drop(IccProfile::of_image(&bytes[..cut]));
        }
        for place in (0..bytes.len()).step_by(3) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xFF;
            drop(IccProfile::of_image(&bytes));
        }
    }
}
