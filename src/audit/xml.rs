//! Elements as text, and bytes as text: no more of either than audit messages need.

/// The digits of base 64. RFC 4648 4.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// An element with its attributes, those without a value left out, around what it holds.
pub(super) fn element(name: &str, attributes: &[(&str, Option<&str>)], inside: &str) -> String {
    let mut text = format!("<{name}");
    for (name, value) in attributes {
        let Some(value) = value else { continue };
        text.push(' ');
        text.push_str(name);
        text.push_str("=\"");
        text.push_str(&escaped(value));
        text.push('"');
    }
    if inside.is_empty() {
        text.push_str("/>");
    } else {
        text.push('>');
        text.push_str(inside);
        text.push_str("</");
        text.push_str(name);
        text.push('>');
    }
    text
}

/// A text as it may stand in an attribute or an element. What XML cannot hold at all is replaced, and so is what a terminal would
/// obey. XML 1.0 2.2, 2.4.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                safe.push(char::REPLACEMENT_CHARACTER);
            }
            other => safe.push(other),
        }
    }
    safe
}

/// Bytes in base 64.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let word = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for (place, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            let digit = DIGITS.get(((word >> shift) & 63) as usize).copied();
            let digit = digit.filter(|_| place <= three.len());
            text.push(digit.map_or('=', char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_xml_is_escaped_and_what_it_cannot_hold_replaced() {
        let text = element("a", &[("b", Some("\"<&>\u{1b}\n")), ("c", None)], &escaped("1 < 2"));
        assert_eq!(text, "<a b=\"&quot;&lt;&amp;&gt;\u{fffd} \">1 &lt; 2</a>");
        assert_eq!(escaped("a\u{9b}31m\u{7f}ü"), "a\u{fffd}31m\u{fffd}ü");
        assert_eq!(element("a", &[], ""), "<a/>");
        let read = roxmltree::Document::parse(&text).expect("it is XML");
        assert_eq!(read.root_element().attribute("b"), Some("\"<&>\u{fffd} "));
    }

    /// RFC 4648 10.
    #[test]
    fn base_64_is_that_of_its_test_vectors() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFF, 0xFE, 0xFD]), "//79");
    }
}
