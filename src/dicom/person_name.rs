//! A person's name: up to three representations of the same person. PS3.5 6.2.1.

/// A name, decoded. It identifies a patient: keep it in a [`Phi`](crate::units::Phi).
///
/// Each representation has components with `^` between them, the family's name first, as the file has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PersonName {
    /// In Latin letters, or whatever one script the object knows: `DOE^JANE`.
    pub alphabetic: Option<String>,
    /// In characters that stand for words: `山田^太郎`.
    pub ideographic: Option<String>,
    /// As it sounds: `やまだ^たろう`.
    pub phonetic: Option<String>,
}

impl PersonName {
    /// Reads one decoded value of PN. Spaces around components and empty components at the end mean nothing.
    pub fn parse(value: &str) -> Self {
        // A fourth group is against the rules, and stays in sight.
        let mut groups = value.splitn(3, '=').map(|group| {
            let components: Vec<&str> = group.split('^').map(|part| part.trim_matches([' ', '\0'])).collect();
            let name = components.join("^");
            let name = name.trim_end_matches('^');
            (!name.is_empty()).then(|| name.to_owned())
        });
        let mut next = || groups.next().flatten();
        Self { alphabetic: next(), ideographic: next(), phonetic: next() }
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a reader is shown: the first representation that there is, and below it the others; none for nobody.
    pub fn lines(&self) -> Vec<String> {
        let native = match (&self.ideographic, &self.phonetic) {
            (Some(ideographic), Some(phonetic)) => Some(format!("{ideographic} ({phonetic})")),
            (ideographic, phonetic) => ideographic.as_ref().or(phonetic.as_ref()).cloned(),
        };
        self.alphabetic.clone().into_iter().chain(native).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, lines: &[&str]) {
        assert_eq!(PersonName::parse(value).lines(), lines, "{value}");
    }

    #[test]
    fn every_representation_is_shown_family_first() {
        check("ZZCANARY^JANE", &["ZZCANARY^JANE"]);
        check("Yamada^Tarou=山田^太郎=やまだ^たろう", &["Yamada^Tarou", "山田^太郎 (やまだ^たろう)"]);
        check("Wang^XiaoDong=王^小東=", &["Wang^XiaoDong", "王^小東"]);
        check("Hong^Gildong==홍^길동", &["Hong^Gildong", "홍^길동"]);
        check("=洪^吉洞", &["洪^吉洞"]);
        check("==홍^길동", &["홍^길동"]);
        check("=洪^吉洞=홍^길동", &["洪^吉洞 (홍^길동)"]);
    }

    #[test]
    fn padding_and_empty_components_mean_nothing_unless_a_name_follows() {
        check("ZZCANARY ^ JANE ^^^ ", &["ZZCANARY^JANE"]);
        check("^JANE", &["^JANE"]);
        check("ZZCANARY^^^DR", &["ZZCANARY^^^DR"]);
        for nobody in ["", " ", "^^^^", "==", "^=^=^", "\0"] {
            check(nobody, &[]);
            assert!(PersonName::parse(nobody).is_empty(), "{nobody}");
        }
    }

    #[test]
    fn a_fourth_group_is_not_lost() {
        check("A=B=C=D", &["A", "B (C=D)"]);
    }
}
