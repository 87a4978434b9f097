//! Known keys of other viewers, laid over the shipped ones.

use super::error::KeymapError;
use super::file::KeymapFile;
use super::layer::Keymap;
use crate::handwritten::Origin;

/// Whose keys lie over the shipped ones: `assets/keymaps/NAME.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Nobody's: the shipped ones stay as they are.
    Hotlight,
    /// Those that the handbook of Weasis names.
    Weasis,
    /// Those in the source of OHIF.
    Ohif,
    /// Those in the source of Horos.
    Horos,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hotlight, Self::Weasis, Self::Ohif, Self::Horos];

    /// The name in settings, and of the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hotlight => "hotlight",
            Self::Weasis => "weasis",
            Self::Ohif => "ohif",
            Self::Horos => "horos",
        }
    }

    /// Its file; none where the shipped keys stay.
    pub fn file(self) -> Option<Result<KeymapFile, Vec<KeymapError>>> {
        let text = match self {
            Self::Hotlight => return None,
            Self::Weasis => include_str!("../../assets/keymaps/weasis.toml"),
            Self::Ohif => include_str!("../../assets/keymaps/ohif.toml"),
            Self::Horos => include_str!("../../assets/keymaps/horos.toml"),
        };
        Some(Keymap::parse(text, Origin::Profile(self.name())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shipped map with a profile over it; layering refuses conflicts and keys alone that bring another patient.
    #[track_caller]
    fn keymap(profile: Profile) -> Keymap {
        let shipped = Keymap::shipped().unwrap_or_else(|errors| panic!("{errors:?}"));
        let over = profile.file().map(|file| file.unwrap_or_else(|errors| panic!("{errors:?}")));
        Keymap::layer(shipped, over).unwrap_or_else(|errors| panic!("{profile:?}: {errors:?}"))
    }

    #[test]
    fn each_profile_lies_over_the_shipped_map_and_says_what_it_takes_away() {
        let lost = |profile| -> Vec<String> {
            let lost = keymap(profile).without_key();
            lost.iter().map(|(chord, command)| format!("{chord}: {command}")).collect()
        };
        for profile in [Profile::Hotlight, Profile::Ohif, Profile::Horos] {
            assert_eq!(lost(profile), [""; 0], "{profile:?}");
        }
        let of_weasis = [
            "Alt+Shift+Left: crosshair by -1 0",
            "Alt+Shift+Right: crosshair by 1 0",
            "Alt+Shift+Up: crosshair by 0 -1",
            "Alt+Shift+Down: crosshair by 0 1",
            "H: tool magnifier",
            "Shift+Down: pointer step 0 1",
            "Shift+Up: pointer step 0 -1",
            "Alt+Right: mask shift 0.1,0",
            "Alt+Left: mask shift -0.1,0",
            "Alt+Down: mask shift 0,0.1",
            "Alt+Up: mask shift 0,-0.1",
        ];
        assert_eq!(lost(Profile::Weasis), of_weasis);
    }

    #[test]
    fn every_line_of_a_profile_is_of_its_own_file_and_told_so() {
        for (profile, chord, expected) in [
            (Profile::Weasis, "Ctrl+Right", "study next profile weasis"),
            (Profile::Ohif, "Space", "reset profile ohif"),
            (Profile::Horos, "`", "window own 1 profile horos"),
            (Profile::Hotlight, "Space", "stage next shipped"),
        ] {
            let keymap = keymap(profile);
            let bindings = keymap.bindings();
            let told = bindings.iter().find(|binding| binding.chord.to_string() == chord);
            let told = told.map(|binding| format!("{} {}", binding.command, binding.origin));
            assert_eq!(told.as_deref(), Some(expected));
        }
        let own = Keymap::parse("[everywhere]\nD = \"quit\"", Origin::User("k.toml".into()));
        let file = Profile::Weasis.file().and_then(Result::ok).expect("its file");
        let errors = Keymap::layer(file, own.ok()).expect_err("D is bound in [viewport]");
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(error.to_string().contains("in [viewport] at assets/keymaps/weasis.toml:"), "{error}");
    }
}
