//! What a text is like: words, an expression, or a code.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// An expression may grow to so many bytes when it is made ready: far more than any procedure needs.
const EXPRESSION_BYTES_MAX: usize = 1 << 20;

/// What a text is like, as a protocol's file says it.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// `chest`: these words stand in it, in any case.
    Words(String),
    /// `/chest|thorax/i`: an expression finds something in it.
    Expression {
        /// As written, slashes included.
        written: String,
        /// Made ready.
        regex: Regex,
    },
    /// `code:24627-2@LN`: it is this code, of this scheme.
    Code {
        /// Code Value.
        value: String,
        /// Coding Scheme Designator.
        scheme: String,
    },
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// An expression that is none.
    #[error("the expression cannot be read: {0}")]
    Expression(String),
    /// A code without its scheme.
    #[error("a code is written code:VALUE@SCHEME, as in code:24627-2@LN")]
    Code,
    /// Nothing.
    #[error("it is empty, and would match everything")]
    Empty,
}

impl Pattern {
    /// From its text.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.trim().is_empty() {
            return Err(PatternError::Empty);
        }
        if let Some(code) = text.strip_prefix("code:") {
            return match code.split_once('@') {
                Some((value, scheme)) if !value.is_empty() && !scheme.is_empty() => {
                    Ok(Self::Code { value: value.to_owned(), scheme: scheme.to_owned() })
                }
                _ => Err(PatternError::Code),
            };
        }
        let expression = text.strip_prefix('/').and_then(|rest| {
            rest.strip_suffix("/i")
                .map(|inner| (inner, true))
                .or_else(|| Some((rest.strip_suffix('/')?, false)))
        });
        let Some((inner, ignores_case)) = expression else {
            return Ok(Self::Words(text.trim().to_lowercase()));
        };
        if inner.is_empty() {
            return Err(PatternError::Empty);
        }
        let regex = RegexBuilder::new(inner)
            .case_insensitive(ignores_case)
            .size_limit(EXPRESSION_BYTES_MAX)
            .build()
            .map_err(|error| PatternError::Expression(reason(&error)))?;
        Ok(Self::Expression { written: text.to_owned(), regex })
    }

    /// Whether a text is like it; a code never is.
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Words(words) => has_words(&text.to_lowercase(), words),
            Self::Expression { regex, .. } => regex.is_match(text),
            Self::Code { .. } => false,
        }
    }

    /// Whether it is this code: `VALUE^SCHEME`.
    pub fn is_code(&self, code: &str) -> bool {
        match self {
            Self::Code { value, scheme } => code.split_once('^') == Some((value, scheme)),
            Self::Words(_) | Self::Expression { .. } => false,
        }
    }
}

/// Whether words stand in a text with no letter or digit right before or after: `ct` does not stand in `pectoralis`.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The last line of an expression's fault, which says what is wrong; the lines before draw it.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Expression { written, .. } => f.write_str(written),
            Self::Code { value, scheme } => write!(f, "code:{value}@{scheme}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Pattern::parse(pattern).expect("a pattern").is_in(text), expected, "{pattern} in {text}");
    }

    #[test]
    fn words_stand_by_themselves_and_in_any_case() {
        check("chest", "CT CHEST WITH CONTRAST", true);
        check("chest", "CT chest/abdomen", true);
        check("ct", "pectoralis", false);
        check("ct", "direct view", false);
        check("ct", "ctenoid", false);
        check("ct", "pectoralis ct", true);
        check("abdomen pelvis", "CT Abdomen Pelvis", true);
    }

    #[test]
    fn an_expression_stands_between_slashes() {
        check("/chest|thorax/i", "CT Thorax", true);
        check("/chest|thorax/", "CT Thorax", false);
        check("/^ct/i", "ct thorax", true);
        check("/", "a / b", true);
    }

    #[test]
    fn a_code_is_compared_with_codes_alone() {
        let code = Pattern::parse("code:24627-2@LN").expect("a pattern");
        assert!(code.is_code("24627-2^LN") && !code.is_code("24627-2^SCT") && !code.is_in("24627-2"));
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let why = |text: &str| Pattern::parse(text).expect_err("none").to_string();
        assert_eq!(why("code:12"), "a code is written code:VALUE@SCHEME, as in code:24627-2@LN");
        assert_eq!(why(" "), "it is empty, and would match everything");
        assert_eq!(why("//i"), "it is empty, and would match everything");
        assert_eq!(why("/(chest/i"), "the expression cannot be read: unclosed group");
    }
}
