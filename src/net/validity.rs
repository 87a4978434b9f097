//! From when until when certificates count. RFC 5280 4.1.2.5.
//!
//! Of a certificate in DER (X.690) only what stands before its validity is stepped over; no length is believed beyond what is there.

use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use chrono::NaiveDate;

use super::tls::certificates;
use super::{NetError, Tls};

/// How long a certificate counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// The file that it stands in.
    pub file: PathBuf,
    /// It is that of an authority: of several, one that counts is enough.
    pub is_authority: bool,
    /// From when on.
    pub from: SystemTime,
    /// Until when.
    pub until: SystemTime,
}

impl Tls {
    /// That of each certificate in our files: those of authorities, and our own with what lies between it and the root.
    pub fn validities(&self) -> Result<Vec<Validity>, NetError> {
        let authorities = self.authorities.iter().map(|file| (file, true));
        let own = self.identity.iter().map(|identity| (&identity.chain, false));
        let mut found = Vec::new();
        for (file, is_authority) in authorities.chain(own) {
            for certificate in certificates(file)? {
                let damaged =
                    || NetError::setup(format!("{}: a certificate in it is damaged", file.display()));
                let (from, until) = of_certificate(&certificate).ok_or_else(damaged)?;
                found.push(Validity { file: file.clone(), is_authority, from, until });
            }
        }
        Ok(found)
    }
}

const SEQUENCE: u8 = 0x30;
/// The version stands in one of its own, unless it is the first.
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// `Certificate` and `TBSCertificate` of RFC 5280 4.1.
fn of_certificate(mut der: &[u8]) -> Option<(SystemTime, SystemTime)> {
    let mut certificate = sequence(&mut der)?;
    let mut signed = sequence(&mut certificate)?;
    if signed.first() == Some(&VERSION) {
        take(&mut signed)?;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        take(&mut signed)?;
    }
    let mut validity = sequence(&mut signed)?;
    Some((time(&mut validity)?, time(&mut validity)?))
}

fn sequence<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    take(bytes).filter(|(tag, _)| *tag == SEQUENCE).map(|(_, content)| content)
}

/// Takes a value off the front: its tag, and what is in it.
fn take<'b>(bytes: &mut &'b [u8]) -> Option<(u8, &'b [u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7F);
        let (digits, rest) = rest.split_at_checked(count).filter(|_| (1..=3).contains(&count))?;
        (digits.iter().fold(0, |length, &digit| (length << 8) | usize::from(digit)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some((tag, content))
}

/// `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` from 2050 on.
fn time(bytes: &mut &[u8]) -> Option<SystemTime> {
    let (tag, content) = take(bytes)?;
    let digits = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let digits = match tag {
        UTC_TIME => {
            let is_of_1900 = digits.get(..2)?.parse::<u8>().ok()? >= 50;
            format!("{}{digits}", if is_of_1900 { "19" } else { "20" })
        }
        GENERALIZED_TIME => digits.to_owned(),
        _ => return None,
    };
    let number = |range: Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(number(0..4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)?;
    let time = day.and_hms_opt(number(8..10)?, number(10..12)?, number(12..14)?)?;
    let seconds = time.and_utc().timestamp();
    let since = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(since)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(since)
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn made(from: i32, until: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 12, 31));
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().to_vec()
    }

    /// Seconds as `date -u -d DATE +%s` says.
    #[test]
    fn both_forms_of_time_are_read() {
        assert_eq!(of_certificate(&made(2020, 2049)), Some((at(1_577_836_800), at(2_524_521_600))));
        assert_eq!(of_certificate(&made(1999, 2050)), Some((at(915_148_800), at(2_556_057_600))));
    }

    #[test]
    fn what_is_cut_or_is_no_certificate_has_none_and_never_stops_the_reader() {
        let whole = made(2020, 2030);
        let end = whole.len();
        // All of it is one value: nothing that is cut counts.
        for length in 0..end {
            assert_eq!(of_certificate(&whole[..length]), None, "{length}");
        }
        for place in 0..end.min(200) {
            for byte in [0x00, 0x7F, 0x80, 0x84, 0xFF] {
                let mut damaged = whole.clone();
                damaged[place] = byte;
                let _read_or_not = of_certificate(&damaged);
            }
        }
        assert_eq!(of_certificate(b"no certificate"), None);
    }

    #[test]
    fn a_date_that_there_is_not_is_none() {
        let of = |tag: u8, text: &str| {
            let length = u8::try_from(text.len()).expect("short");
            let bytes = [&[tag, length], text.as_bytes()].concat();
            time(&mut bytes.as_slice())
        };
        assert_eq!(of(UTC_TIME, "700101000000Z"), Some(at(0)));
        assert_eq!(of(GENERALIZED_TIME, "20500101000000Z"), Some(at(2_524_608_000)));
        for (tag, text) in [
            (UTC_TIME, "250230000000Z"),
            (UTC_TIME, "250101000000"),
            (UTC_TIME, "25010100"),
            (GENERALIZED_TIME, "2050010100000éZ"),
            (0x13, "700101000000Z"),
        ] {
            assert_eq!(of(tag, text), None, "{text}");
        }
    }
}
