//! Classes of series, named once for all protocols: `assets/series/classes.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::pattern::Pattern;

/// Classes of kernels and of MR weightings; of several that match the first counts.
#[derive(Debug)]
pub struct Classes {
    kernels: Vec<Class>,
    weightings: Vec<Class>,
}

#[derive(Debug)]
struct Class {
    name: &'static str,
    is: Vec<Pattern>,
}

/// The classes that there are. A test proves that the file can be read.
pub fn classes() -> &'static Classes {
    static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
        parse(include_str!("../../assets/series/classes.toml"))
            .unwrap_or(Classes { kernels: Vec::new(), weightings: Vec::new() })
    });
    &CLASSES
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kernel: Vec<ClassOfFile>,
    weighting: Vec<ClassOfFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassOfFile {
    name: String,
    is: Vec<String>,
}

fn parse(text: &'static str) -> Result<Classes, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let class = |class: ClassOfFile| {
        let patterns =
            class.is.iter().map(|text| Pattern::parse(text).map_err(|error| format!("{text}: {error}")));
        // As long as the program runs, like the text that it stands in.
        Ok(Class { is: patterns.collect::<Result<_, String>>()?, name: String::leak(class.name) })
    };
    Ok(Classes {
        kernels: file.kernel.into_iter().map(class).collect::<Result<_, String>>()?,
        weightings: file.weighting.into_iter().map(class).collect::<Result<_, String>>()?,
    })
}

impl Classes {
    /// The class of a Convolution Kernel (0018,1210).
    pub fn kernel(&self, text: &str) -> Option<&'static str> {
        of(&self.kernels, text)
    }

    /// The class of an MR series, by its description and protocol.
    pub fn weighting(&self, text: &str) -> Option<&'static str> {
        of(&self.weightings, text)
    }

    /// The names of all classes of kernels.
    pub fn kernel_names(&self) -> impl Iterator<Item = &'static str> {
        self.kernels.iter().map(|class| class.name)
    }

    /// The names of all classes of MR weightings.
    pub fn weighting_names(&self) -> impl Iterator<Item = &'static str> {
        self.weightings.iter().map(|class| class.name)
    }
}

fn of(classes: &[Class], text: &str) -> Option<&'static str> {
    let is = |class: &&Class| class.is.iter().any(|pattern| pattern.is_in(text));
    classes.iter().find(is).map(|class| class.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_classes_can_be_read() {
        let read = parse(include_str!("../../assets/series/classes.toml")).expect("the file");
        assert_eq!(read.kernel_names().collect::<Vec<_>>(), ["lung", "bone", "soft"]);
    }

    /// As the vendors name their kernels.
    #[test]
    fn kernels_have_classes() {
        for (kernel, class) in [
            ("B60f", Some("lung")),
            ("B70s", Some("lung")),
            ("B30f", Some("soft")),
            ("Br40d\\3", Some("soft")),
            ("Bl57d\\3", Some("lung")),
            ("Hr60", Some("bone")),
            ("I31f\\2", Some("soft")),
            ("LUNG", Some("lung")),
            ("BONEPLUS", Some("bone")),
            ("STANDARD", Some("soft")),
            ("SOFT", Some("soft")),
            ("FC51", Some("lung")),
            ("FC18", Some("soft")),
            ("FC30", Some("bone")),
            ("L", Some("lung")),
            ("B", Some("soft")),
            ("YC", Some("bone")),
            ("something else", None),
            ("", None),
        ] {
            assert_eq!(classes().kernel(kernel), class, "{kernel}");
        }
    }

    #[test]
    fn mr_series_have_weightings() {
        for (text, class) in [
            ("AX T1 POST GD", Some("t1")),
            ("t2_tse_sag", Some("t2")),
            ("AX T2 FLAIR", Some("flair")),
            ("ep2d_diff_b1000_ADC", Some("adc")),
            ("DWI b1000", Some("dwi")),
            ("ep2d_diff_3scan_trace", Some("dwi")),
            ("SWI_Images", Some("swi")),
            ("3D TOF", Some("tof")),
            ("PD FS SAG", Some("pd")),
            ("STIR COR", Some("stir")),
            ("localizer", None),
        ] {
            assert_eq!(classes().weighting(text), class, "{text}");
        }
    }
}
