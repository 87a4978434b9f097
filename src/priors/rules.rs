//! The rules by which studies are compared, from `assets/priors/rules.toml` and what a site or a reader lays over it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::handwritten::Origin;

use super::file::{File, PriorRulesError};

/// The rules of every installation. A test proves that the file can be read.
static SHIPPED: LazyLock<PriorRules> = LazyLock::new(|| {
    let mut rules = PriorRules {
        most: 1,
        years: 1,
        compatible: Vec::new(),
        right: Vec::new(),
        left: Vec::new(),
        regions: BTreeMap::new(),
        windows: Vec::new(),
    };
    drop(rules.lay(PriorRules::TEXT, &Origin::Shipped));
    rules
});

/// By what studies are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorRules {
    /// So many studies are picked at most.
    pub most: usize,
    /// So many years before the current study they may lie, unless a window says otherwise.
    pub years: u32,
    /// Modalities whose pictures are compared with each other.
    pub compatible: Vec<[String; 2]>,
    /// Words of a description that mean the right side, folded.
    pub right: Vec<String>,
    /// Words of a description that mean the left side, folded.
    pub left: Vec<String>,
    /// Regions of the body, by name.
    pub regions: BTreeMap<String, Region>,
    /// Time windows; the first that applies counts.
    pub windows: Vec<TimeWindow>,
}

/// Words that stand one after the other in a description, each [`folded`](crate::dicom::folded) when the rules are read: every
/// study is compared with all of them.
pub type Phrase = Vec<String>;

/// A region of the body, and how studies name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Region {
    /// Codes with their scheme: `816094009^SCT`.
    pub codes: Vec<String>,
    /// Body Part Examined (0018,0015), folded.
    pub body_parts: Vec<String>,
    /// Words of descriptions.
    pub words: Vec<Phrase>,
    /// Regions that are looked at beside it.
    pub near: Vec<String>,
    /// It shows every region.
    pub is_everywhere: bool,
}

/// How far back priors may lie, for some studies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimeWindow {
    /// What it is for, in the reader's words.
    pub name: String,
    /// Modalities of the current study: any of these; all where it names none.
    pub modalities: Vec<String>,
    /// Its regions: any of these.
    pub regions: Vec<String>,
    /// Words of its description: any of these.
    pub words: Vec<Phrase>,
    /// So many years before the current study.
    pub years: u32,
}

/// Those of every installation.
impl Default for PriorRules {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl PriorRules {
    /// The name of a site's or a reader's file, beside the settings.
    pub const FILE: &'static str = "priors.toml";
    /// Most studies that a file may have picked.
    pub const MOST: usize = 10;
    pub(super) const TEXT: &'static str = include_str!("../../assets/priors/rules.toml");

    /// Lays a file's text over what is there. A file with a fault changes nothing; all its faults are told.
    pub fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<PriorRulesError>> {
        let File { most, years, compatible, sides, regions, mut windows } = File::parse(text, &self.regions)
            .map_err(|faults| {
                let error = |(at, fault)| PriorRulesError { origin: origin.clone(), at, fault };
                faults.into_iter().map(error).collect::<Vec<_>>()
            })?;
        self.most = most.unwrap_or(self.most);
        self.years = years.unwrap_or(self.years);
        if let Some(compatible) = compatible {
            self.compatible = compatible;
        }
        if let Some((right, left)) = sides {
            (self.right, self.left) = (right, left);
        }
        self.regions.extend(regions);
        windows.append(&mut self.windows);
        self.windows = windows;
        Ok(())
    }

    /// Whether pictures of two modalities are compared.
    pub(super) fn is_compatible(&self, a: &str, b: &str) -> bool {
        self.compatible.iter().any(|[one, other]| (one == a && other == b) || (one == b && other == a))
    }

    /// Whether one region is looked at beside another.
    pub(super) fn is_near(&self, a: &str, b: &str) -> bool {
        let names = |from: &str, to: &str| {
            self.regions.get(from).is_some_and(|region| region.near.iter().any(|near| near == to))
        };
        names(a, b) || names(b, a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_sound_and_cover_the_body() {
        let rules = PriorRules::default();
        assert_eq!(rules.most, 4);
        assert_eq!(rules.years, 5);
        assert!(rules.regions.len() >= 20, "{}", rules.regions.len());
        assert!(rules.windows.len() >= 4);
        let mut again = rules.clone();
        assert_eq!(again.lay(PriorRules::TEXT, &Origin::Shipped), Ok(()));
        assert!(rules.is_compatible("PT", "CT") && rules.is_compatible("CT", "PT"));
        assert!(!rules.is_compatible("CT", "US"));
        assert!(
            rules.is_near("heart", "chest") && rules.is_near("hand", "arm") && !rules.is_near("hand", "head")
        );
    }

    #[test]
    fn what_is_laid_over_replaces_what_it_names() {
        let mut rules = PriorRules::default();
        let windows = rules.windows.len();
        let text = "most = 2\n[region.chest]\nwords = [\"trunk\"]\nnear = [\"heart\"]\n[[window]]\nname = \"ours\"\nyears = 9\n";
        assert_eq!(rules.lay(text, &Origin::User("priors.toml".into())), Ok(()));
        assert_eq!((rules.most, rules.years), (2, 5));
        let chest = rules.regions.get("chest").cloned().unwrap_or_default();
        assert_eq!((chest.words, chest.codes.len()), (vec![vec!["trunk".to_owned()]], 0));
        assert_eq!(rules.windows.len(), windows + 1);
        assert_eq!(rules.windows.first().map(|window| window.years), Some(9));
    }

    #[test]
    fn a_file_with_a_fault_changes_nothing() {
        let mut rules = PriorRules::default();
        assert!(rules.lay("most = 2\nyears = 0\n", &Origin::Shipped).is_err());
        assert_eq!(rules, PriorRules::default());
    }
}
