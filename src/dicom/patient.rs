//! Whom an object shows, and whether two objects show one person.

use crate::units::Phi;

use super::person_name::PersonName;

/// Patient module. PS3.3 C.7.1.1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatientAttributes {
    /// Patient's Name.
    pub name: Phi<String>,
    /// Patient ID.
    pub id: Phi<String>,
    /// Issuer of Patient ID (0010,0021): the same ID of another issuer is another patient. Empty where nobody says.
    pub issuer: Phi<String>,
    /// Patient's Birth Date, `YYYYMMDD`.
    pub birth_date: Phi<String>,
    /// Patient's Sex.
    pub sex: String,
    /// Patient's Age, such as `062Y`.
    pub age: String,
}

/// Whether two objects show one person, as far as they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SamePatient {
    /// One ID of one issuer, and nothing contradicts.
    Same,
    /// Another ID, or the same ID of another issuer.
    Different,
    /// One ID of one issuer, and yet these differ: a reader must say.
    Conflict(Vec<Demographic>),
}

/// What else than an ID tells people apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demographic {
    /// Patient's Name.
    Name,
    /// Patient's Birth Date.
    BirthDate,
    /// Patient's Sex.
    Sex,
}

impl Demographic {
    /// In a word or two.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth date",
            Self::Sex => "sex",
        }
    }
}

impl PatientAttributes {
    /// Whether both name one person: ID and issuer, and no conflict.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.same_patient(other) == SamePatient::Same
    }

    /// Whether both name one person. An issuer, a birth date or a sex that only one of them states contradicts nothing; a
    /// name does. Who has no ID is only whom the name says, to the letter.
    pub fn same_patient(&self, other: &Self) -> SamePatient {
        let is_stated_twice = |a: &str, b: &str| !a.is_empty() && !b.is_empty();
        let (issuer, of_other) = (self.issuer.reveal().trim(), other.issuer.reveal().trim());
        if self.id.reveal().trim() != other.id.reveal().trim()
            || (is_stated_twice(issuer, of_other) && issuer != of_other)
            || (self.is_nobody() && self.name != other.name)
        {
            return SamePatient::Different;
        }
        let digits =
            |date: &Phi<String>| -> String { date.reveal().chars().filter(char::is_ascii_digit).collect() };
        let differ = |a: &str, b: &str| is_stated_twice(a, b) && a != b;
        let sex = |of: &Self| of.sex.trim().to_uppercase();
        let differing = [
            (Demographic::Name, !is_same_name(self.name.reveal(), other.name.reveal())),
            (Demographic::BirthDate, differ(&digits(&self.birth_date), &digits(&other.birth_date))),
            (Demographic::Sex, differ(&sex(self), &sex(other))),
        ];
        let differing: Vec<_> =
            differing.into_iter().filter_map(|(what, differs)| differs.then_some(what)).collect();
        if differing.is_empty() { SamePatient::Same } else { SamePatient::Conflict(differing) }
    }

    /// Whether nothing tells who it is.
    pub fn is_nobody(&self) -> bool {
        self.id.reveal().trim().is_empty()
    }
}

/// Whether two names are one, however they are written: case, spaces, signs, accents, titles, a middle name that only one of
/// them has, all components in one. In every representation that both have, and in one at least. PS3.5 6.2.1.
pub fn is_same_name(a: &str, b: &str) -> bool {
    let (a, b) = (PersonName::parse(a), PersonName::parse(b));
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    let forms = [(a.alphabetic, b.alphabetic), (a.ideographic, b.ideographic), (a.phonetic, b.phonetic)];
    let mut comparable = forms.into_iter().filter_map(|(a, b)| Some((a?, b?))).peekable();
    comparable.peek().is_some() && comparable.all(|(a, b)| is_same_form(&a, &b))
}

/// The same in one representation: family, given and middle name.
fn is_same_form(a: &str, b: &str) -> bool {
    let components = |name: &str| -> Vec<String> { name.split('^').map(folded).collect() };
    let (a, b) = (components(a), components(b));
    let of = |name: &[String], place: usize| name.get(place).cloned().unwrap_or_default();
    let joined = |name: &[String], from: usize| (from..3).map(|place| of(name, place)).collect::<String>();
    if joined(&a, 0) == joined(&b, 0) {
        return true;
    }
    let (given, of_other) = (of(&a, 1), of(&b, 1));
    let (middle, other_middle) = (of(&a, 2), of(&b, 2));
    let is_middle_alike = middle.starts_with(&other_middle) || other_middle.starts_with(&middle);
    let is_given_alike = given.is_empty() || of_other.is_empty() || (given == of_other && is_middle_alike);
    of(&a, 0) == of(&b, 0) && (is_given_alike || joined(&a, 1) == joined(&b, 1))
}

/// Letters and digits alone, small, without accents; `ä` is as `ae` and as `a`: for comparing texts that people wrote.
pub fn folded(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()) {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'æ' => plain.push('a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => plain.push('c'),
            'ď' | 'đ' | 'ð' => plain.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => plain.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => plain.push('g'),
            'ĥ' | 'ħ' => plain.push('h'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => plain.push('i'),
            'ĵ' => plain.push('j'),
            'ķ' => plain.push('k'),
            'ĺ' | 'ļ' | 'ľ' | 'ł' => plain.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => plain.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'œ' => plain.push('o'),
            'ŕ' | 'ř' => plain.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => plain.push('s'),
            'ß' => plain.push_str("ss"),
            'ţ' | 'ť' | 'ŧ' | 'ț' => plain.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => plain.push('u'),
            'ŵ' => plain.push('w'),
            'ý' | 'ÿ' | 'ŷ' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            other => plain.push(other),
        }
    }
    ["ae", "oe", "ue"]
        .iter()
        .zip(["a", "o", "u"])
        .fold(plain, |name, (long, short)| name.replace(long, short))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(id: &str, issuer: &str, name: &str, birth_date: &str, sex: &str) -> PatientAttributes {
        let phi = |text: &str| Phi::new(text.to_owned());
        PatientAttributes {
            name: phi(name),
            id: phi(id),
            issuer: phi(issuer),
            birth_date: phi(birth_date),
            sex: sex.to_owned(),
            age: String::new(),
        }
    }

    #[track_caller]
    fn check(a: &PatientAttributes, b: &PatientAttributes, expected: &SamePatient) {
        assert_eq!(a.same_patient(b), *expected);
        assert_eq!(b.same_patient(a), *expected, "either way");
    }

    #[test]
    fn the_same_patient_means_id_and_issuer() {
        let known = patient("7", "NORTH", "ZZCANARY^JANE", "19640312", "F");
        let of = |id, issuer| patient(id, issuer, "ZZCANARY^JANE", "19640312", "F");
        check(&known, &known, &SamePatient::Same);
        check(&known, &of(" 7 ", "NORTH "), &SamePatient::Same);
        check(&known, &of("7", ""), &SamePatient::Same);
        check(&known, &of("7", "SOUTH"), &SamePatient::Different);
        check(&known, &of("8", "NORTH"), &SamePatient::Different);
        check(&known, &of("", "NORTH"), &SamePatient::Different);
    }

    #[test]
    fn a_conflict_names_what_differs() {
        use Demographic::{BirthDate, Name, Sex};
        let known = patient("7", "", "ZZCANARY^JANE", "19640312", "F");
        let of = |name, birth_date, sex| patient("7", "", name, birth_date, sex);
        let jane = "ZZCANARY^JANE";
        check(&known, &of(jane, "1964.03.12", "f"), &SamePatient::Same);
        check(&known, &of(jane, "", ""), &SamePatient::Same);
        check(&known, &of(jane, "19640313", "F"), &SamePatient::Conflict(vec![BirthDate]));
        check(&known, &of(jane, "19640312", "M"), &SamePatient::Conflict(vec![Sex]));
        check(&known, &of("", "19640312", "F"), &SamePatient::Conflict(vec![Name]));
        check(
            &known,
            &of("ZZCANARY^JOHN", "19650312", "M"),
            &SamePatient::Conflict(vec![Name, BirthDate, Sex]),
        );
    }

    #[test]
    fn who_has_no_id_is_whom_the_name_says_to_the_letter() {
        check(
            &patient("", "", "ZZCANARY", "", ""),
            &patient(" ", "", "ZZCANARY", "", ""),
            &SamePatient::Same,
        );
        check(
            &patient("", "", "ZZCANARY", "", ""),
            &patient("", "", "zzcanary", "", ""),
            &SamePatient::Different,
        );
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        let is_same = |a: &str, b: &str| {
            assert_eq!(is_same_name(a, b), is_same_name(b, a), "{a} {b}");
            is_same_name(a, b)
        };
        for (a, b) in [
            ("ZZCANARY^JANE", "Zzcanary ^ Jane^^"),
            ("ZZCANARY^JANE", "ZZCANARY JANE"),
            ("ZZCANARY^JANE", "ZZCANARY^JANE^MARIA"),
            ("ZZCANARY^JANE^M", "ZZCANARY^JANE^MARIA"),
            ("ZZCANARY^JANE MARIA", "ZZCANARY^JANE^MARIA"),
            ("ZZCANARY^JANE^^DR", "ZZCANARY^JANE^^^MD"),
            ("ZZCANARY^JANE", "ZZCANARY"),
            ("VAN DER ZZCANARY^JANE", "vanderZzcanary^Jane"),
            ("ZZCANARY-O'NEIL^JANE", "ZZCANARY ONEIL^JANE"),
            ("MÜLLER^RENÉ", "MUELLER^RENE"),
            ("MÜLLER^RENÉ", "MULLER^RENE"),
            ("Wałęsa^Søren", "WALESA^SOREN"),
            ("Yamada^Tarou=山田^太郎", "YAMADA^TAROU"),
        ] {
            assert!(is_same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("ZZCANARY^JANE", "ZZCANARY^JAN"),
            ("ZZCANARY^JANE", "ZZCANARY^JOHN"),
            ("ZZCANARY^JANE^MARIA", "ZZCANARY^JANE^ANNA"),
            ("ZZCANARY^JANE", "ZZCANARIES^JANE"),
            ("ZZCANARY^JANE", ""),
            ("Yamada^Tarou=山田^太郎", "YAMADA^TAROU=山口^太郎"),
            ("Yamada^Tarou", "=山田^太郎"),
        ] {
            assert!(!is_same(a, b), "{a} {b}");
        }
    }
}
