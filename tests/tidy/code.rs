//! Rust source as tokens: without comments and without what stands inside literals, each with its line.

use std::ops::Range;

/// A word, a number, `::`, one punctuation mark, or `"` for any string or character literal.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A module written in place, `mod name { … }`.
pub(crate) struct Inline {
    pub(crate) name: String,
    /// From the word `mod` to the closing brace, as indices of tokens.
    pub(crate) tokens: Range<usize>,
    pub(crate) lines: std::ops::RangeInclusive<usize>,
}

/// The tokens of `source`.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(&first) = chars.get(at) {
        let rest = &chars[at..];
        let (length, is_token) = if rest.starts_with(&['/', '/']) {
            (rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with(&['/', '*']) {
            (block_comment(rest), false)
        } else if first.is_whitespace() {
            (1, false)
        } else if let Some(length) = literal(rest) {
            tokens.push(Token { text: "\"".to_owned(), line });
            (length, false)
        } else if is_word(first) {
            (rest.iter().take_while(|&&c| is_word(c)).count(), true)
        } else {
            (if rest.starts_with(&[':', ':']) { 2 } else { 1 }, true)
        };
        let taken = &rest[..length.min(rest.len())];
        if is_token {
            tokens.push(Token { text: taken.iter().collect(), line });
        }
        line += taken.iter().filter(|&&c| c == '\n').count();
        at += taken.len();
    }
    tokens
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text of the token at `at`; empty beyond the ends.
pub(crate) fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// Whether the tokens from `at` on read `words`.
pub(crate) fn reads(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(offset, word)| text(tokens, at + offset) == *word)
}

/// The index after the bracket that closes the one at `open`.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Every module written in place, outermost first.
pub(crate) fn inline_modules(tokens: &[Token]) -> Vec<Inline> {
    let mut modules = Vec::new();
    for at in 0..tokens.len() {
        if text(tokens, at) == "mod" && text(tokens, at + 2) == "{" {
            let end = closing(tokens, at + 2);
            let last = tokens.get(end - 1).map_or(0, |token| token.line);
            let name = text(tokens, at + 1).to_owned();
            modules.push(Inline { name, tokens: at..end, lines: tokens[at].line..=last });
        }
    }
    modules
}

/// Whether `line` lies in a `mod tests { … }`.
pub(crate) fn is_in_unit_tests(inline: &[Inline], line: usize) -> bool {
    inline.iter().any(|module| module.name == "tests" && module.lines.contains(&line))
}

/// The length of a comment that begins here; they nest.
fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(&['/', '*']) {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(&['*', '/']) {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += 1;
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of the string or character literal that begins here, its prefix included.
fn literal(rest: &[char]) -> Option<usize> {
    let prefix = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let word: String = rest[..prefix].iter().collect();
    if matches!(word.as_str(), "r" | "br" | "cr") {
        let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
        let open = prefix + hashes;
        let mut end = vec!['"'];
        end.resize(1 + hashes, '#');
        let inside = rest.get(open).filter(|&&c| c == '"').map(|_| &rest[open + 1..])?;
        let length = inside.windows(end.len()).position(|window| window == end).unwrap_or(inside.len());
        return Some(open + 1 + length + end.len());
    }
    if !matches!(word.as_str(), "" | "b" | "c") {
        return None;
    }
    let inside = rest.get(prefix + 1..)?;
    match rest[prefix] {
        '"' => Some(prefix + 1 + until(inside, '"')),
        // `'a'` and `'\n'` are characters, `'a` alone is a lifetime.
        '\'' if inside.first() == Some(&'\\') || inside.get(1) == Some(&'\'') => {
            Some(prefix + 1 + until(inside, '\''))
        }
        _ => None,
    }
}

/// The length up to and with the unescaped `end`.
fn until(inside: &[char], end: char) -> usize {
    let mut at = 0;
    while at < inside.len() {
        match inside[at] {
            '\\' => at += 2,
            c if c == end => return at + 1,
            _ => at += 1,
        }
    }
    inside.len()
}

#[test]
fn comments_and_literals_are_not_code() {
    let source = "a /* b /* c */ d */ e // f\n\"g \\\" h\" r#\"i \" j\"# b'k' '\\'' '\"' l 'm n r#type b\"o\" r\"p\" 'q'";
    let words: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
    let expected =
        ["a", "e", "\"", "\"", "\"", "\"", "\"", "l", "'", "m", "n", "r", "#", "type", "\"", "\"", "\""];
    assert_eq!(words, expected);
}

#[test]
fn a_token_knows_its_line_even_after_a_long_string() {
    let tokens = tokens("\"one\ntwo\"\n/* three\n */ crate::x");
    assert_eq!(tokens.iter().map(|token| token.line).collect::<Vec<_>>(), [1, 4, 4, 4]);
    assert!(reads(&tokens, 1, &["crate", "::", "x"]));
}

#[test]
fn unfinished_source_does_not_stop_the_reader() {
    for source in ["\"", "'", "r#\"", "/*", "b", "'\\", "\"\\", "mod x {", "r"] {
        let tokens = tokens(source);
        assert!(inline_modules(&tokens).len() <= 1, "{source}");
    }
}
