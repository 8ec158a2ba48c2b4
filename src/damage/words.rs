//! Words: forgotten, mistyped, taken from elsewhere, too many.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::{KEYWORDS, TokenKind};
use crate::text::{Edit, Span};

fn some_keyword(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    let is_word = |token| {
        site.kind(token) == Some(TokenKind::Keyword)
            && !matches!(site.text(token), "None" | "True" | "False")
    };
    pick(random, site.tokens(is_word))
}

/// `for a b:`
pub fn drop_keyword(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_keyword(site, random)?;
    let span = site.span(token);
    // With the space behind it, as a statement without its first word is not indented either.
    let end = if site.source.get(span.end..)?.starts_with(' ') {
        span.end + 1
    } else {
        span.end
    };
    Some(vec![Edit::delete(Span::new(span.start, end))])
}

/// `retrun a`: two letters swapped, one forgotten, doubled or mistaken for its neighbor.
pub fn keyword_typo(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_keyword(site, random)?;
    let mut letters: Vec<char> = site.text(token).chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let at = random.usize(..letters.len() - 1);
    match random.usize(..4) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at + 1);
        }
        2 => letters.insert(at, *letters.get(at)?),
        _ => *letters.get_mut(at)? = neighbor(*letters.get(at)?),
    }
    let typo: String = letters.into_iter().collect();
    Some(vec![Edit::replace(site.span(token), typo)])
}

/// The key to the right of a letter, or to the left of the last one.
fn neighbor(letter: char) -> char {
    const ROWS: &str = "qwertyuiop asdfghjkl zxcvbnm";
    let mut after = ROWS.chars().skip_while(|key| *key != letter).skip(1);
    match after.next() {
        Some(' ') | None => 'l',
        Some(key) => key,
    }
}

/// `If a:`, `RETURN a`
pub fn keyword_case(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_keyword(site, random)?;
    let word = site.text(token);
    let written = if random.usize(..4) == 0 {
        word.to_uppercase()
    } else {
        let (first, rest) = word.split_at_checked(1)?;
        first.to_uppercase() + rest
    };
    Some(vec![Edit::replace(site.span(token), written)])
}

/// `throw a`, `function f():`
pub fn wrong_keyword(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_keyword(site, random)?;
    let others: &[&str] = match site.text(token) {
        "def" => &["function", "func", "fun", "define", "fn", "void", "class"],
        "elif" => &["elsif", "elseif", "else"],
        "else" => &["otherwise", "elif", "then"],
        "except" => &["catch", "expect", "rescue"],
        "finally" => &["ensure", "final"],
        "raise" => &["throw"],
        "import" => &["include", "require", "using", "export"],
        "from" => &["form", "of"],
        "in" => &["of", "on", "into"],
        "is" => &["are", "equals"],
        "and" => &["AND", "then", "plus"],
        "or" => &["OR", "else"],
        "not" => &["no", "NOT", "isnot"],
        "for" => &["foreach", "each", "For"],
        "while" => &["until", "whilst", "when"],
        "if" => &["when", "unless", "fi"],
        "with" => &["using", "whit"],
        "as" => &["a", "is", "into"],
        "class" => &["struct", "interface", "object"],
        "lambda" => &["fn", "function", "lamda"],
        "return" => &["give", "returns", "retrun"],
        "try" => &["do", "attempt", "tries"],
        "del" => &["delete", "remove"],
        "global" => &["static", "var"],
        _ => &[],
    };
    let other = random.choice(others)?;
    Some(vec![Edit::replace(site.span(token), *other)])
}

/// A place right after a token, where the line goes on or ends.
fn some_place(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    let token = pick(random, site.tokens(|_| true))?;
    Some(site.span(token).end)
}

/// `a = b c`: a word of the program, or a keyword.
pub fn stray_word(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let at = some_place(site, random)?;
    let word = if random.usize(..3) == 0 {
        *random.choice(&KEYWORDS)?
    } else {
        let names = |token| site.kind(token) == Some(TokenKind::Name);
        site.text(pick(random, site.tokens(names))?)
    };
    Some(vec![Edit::insert(at, format!(" {word}"))])
}

/// `a = b.`: a sign that stands next to another by mistake.
pub fn stray_token(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    const SIGNS: [&str; 19] = [
        ".", ".", ",", "=", "-", "+", "*", "/", "\\", ";", "`", "$", "?", "!", "@", ">", "<", "&",
        "~",
    ];
    let at = some_place(site, random)?;
    let sign = if random.usize(..4) == 0 {
        let signs = |token| site.kind(token) == Some(TokenKind::Operator);
        site.text(pick(random, site.tokens(signs))?)
    } else {
        *random.choice(&SIGNS)?
    };
    Some(vec![Edit::insert(at, sign)])
}
