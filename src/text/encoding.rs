//! From the bytes of a source file to its text and back, as Python reads it: a byte order mark, else the coding cookie
//! of PEP 263, else UTF-8.

use std::borrow::Cow;
use std::str;

use encoding_rs::Encoding;

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// How a file's text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceEncoding {
    /// Whether the file starts with the byte order mark of UTF-8.
    pub byte_order_mark: bool,
    codec: Codec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Utf8,
    Ascii,
    /// Byte = character, also for 0x80 to 0x9F, where the web's encoding of that name is Windows-1252.
    Latin1,
    Other(&'static Encoding),
}

/// A file's text, without its byte order mark, and how to write it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// How it was written.
    pub encoding: SourceEncoding,
}

/// Why bytes are not a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A byte does not fit the encoding.
    #[error("byte 0x{byte:02x} on line {line} is not {encoding}")]
    Byte {
        /// The first byte that does not fit.
        byte: u8,
        /// Its line, from one.
        line: usize,
        /// Its place in the line, from one, counted in bytes.
        column: usize,
        /// The encoding: `UTF-8`, or as the cookie names it.
        encoding: String,
    },
    /// It looks like UTF-16, in which Python takes no source.
    #[error("the file is UTF-16, which Python does not read as source")]
    Utf16,
    /// The coding cookie names an encoding that salve does not know.
    #[error("the coding cookie on line {line} names `{name}`, which is not a known encoding")]
    UnknownCodec {
        /// As the cookie says.
        name: String,
        /// The cookie's line: 1 or 2.
        line: usize,
    },
    /// A byte order mark says UTF-8, and the cookie something else.
    #[error(
        "the coding cookie on line {line} names `{name}`, but the file starts with UTF-8's byte order mark"
    )]
    CookieContradictsMark {
        /// As the cookie says.
        name: String,
        /// The cookie's line: 1 or 2.
        line: usize,
    },
}

/// A character that an encoding cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{character:?} cannot be written in the file's encoding")]
pub struct EncodeError {
    /// The character; `\u{fffd}` where the encoding does not say which.
    pub character: char,
}

/// Reads the bytes of a source file.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(DecodeError::Utf16);
    }
    let body = bytes.strip_prefix(&BYTE_ORDER_MARK);
    let byte_order_mark = body.is_some();
    let body = body.unwrap_or(bytes);
    let cookie = coding_cookie(body);
    let codec = match &cookie {
        None => Codec::Utf8,
        Some(cookie) => Codec::named(&cookie.name).ok_or_else(|| DecodeError::UnknownCodec {
            name: cookie.name.clone(),
            line: cookie.line,
        })?,
    };
    if let (true, Some(cookie)) = (byte_order_mark, &cookie)
        && !is_utf8_proper(&cookie.name)
    {
        return Err(DecodeError::CookieContradictsMark {
            name: cookie.name.clone(),
            line: cookie.line,
        });
    }
    let text = codec.decode(body).map_err(|offset| {
        let before = body.get(..offset).unwrap_or_default();
        DecodeError::Byte {
            byte: body.get(offset).copied().unwrap_or_default(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + before
                .iter()
                .rev()
                .take_while(|byte| **byte != b'\n')
                .count(),
            encoding: cookie.map_or_else(|| "UTF-8".to_owned(), |cookie| cookie.name),
        }
    })?;
    Ok(Decoded {
        text,
        encoding: SourceEncoding {
            byte_order_mark,
            codec,
        },
    })
}

/// The bytes that Python reads as `text`: in the encoding that the text's own coding cookie names, else in UTF-8.
///
/// UTF-8 too where the cookie names no known encoding, or one that cannot write the text: what is wrong then is
/// Python's to say.
pub fn source_bytes(text: &str) -> Cow<'_, [u8]> {
    coding_cookie(text.as_bytes())
        .and_then(|cookie| Codec::named(&cookie.name))
        .filter(|codec| *codec != Codec::Utf8)
        .and_then(|codec| {
            let encoding = SourceEncoding {
                byte_order_mark: false,
                codec,
            };
            encoding.encode(text).ok()
        })
        .map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
}

impl SourceEncoding {
    /// UTF-8 without a byte order mark.
    pub const UTF_8: Self = Self {
        byte_order_mark: false,
        codec: Codec::Utf8,
    };

    /// Its usual name, such as `UTF-8`.
    pub fn name(self) -> &'static str {
        match self.codec {
            Codec::Utf8 => "UTF-8",
            Codec::Ascii => "ASCII",
            Codec::Latin1 => "ISO-8859-1",
            Codec::Other(encoding) => encoding.name(),
        }
    }

    /// The bytes of `text`, byte order mark included.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::with_capacity(text.len() + BYTE_ORDER_MARK.len());
        if self.byte_order_mark {
            bytes.extend(BYTE_ORDER_MARK);
        }
        match self.codec {
            Codec::Utf8 => bytes.extend(text.bytes()),
            Codec::Ascii | Codec::Latin1 => {
                let last = if self.codec == Codec::Ascii {
                    0x7F
                } else {
                    0xFF
                };
                for character in text.chars() {
                    match u8::try_from(u32::from(character)) {
                        Ok(byte) if byte <= last => bytes.push(byte),
                        _ => return Err(EncodeError { character }),
                    }
                }
            }
            Codec::Other(encoding) => {
                let (encoded, _, replaced) = encoding.encode(text);
                if replaced {
                    let character = text
                        .chars()
                        .find(|character| encoding.encode(&character.to_string()).2)
                        .unwrap_or('\u{fffd}');
                    return Err(EncodeError { character });
                }
                bytes.extend_from_slice(&encoded);
            }
        }
        Ok(bytes)
    }
}

impl Codec {
    /// The codec that Python calls so. Python's spelling is free in case, `-` and `_`.
    fn named(name: &str) -> Option<Self> {
        if is_utf8_proper(name) {
            return Some(Self::Utf8);
        }
        let name = name.to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "utf8" | "u8" | "cp65001" => return Some(Self::Utf8),
            "ascii" | "us-ascii" | "646" => return Some(Self::Ascii),
            "latin-1" | "latin1" | "l1" | "latin" | "iso-8859-1" | "iso8859-1" | "8859"
            | "cp819" => {
                return Some(Self::Latin1);
            }
            _ => {}
        }
        let label = match name.as_str() {
            "mac-roman" => "macintosh",
            "cp932" | "ms932" | "sjis" => "shift_jis",
            "cp949" | "uhc" => "euc-kr",
            "cp936" => "gbk",
            "cp950" => "big5",
            name => name,
        };
        let by_label = |label: &str| Encoding::for_label(label.as_bytes());
        let known = by_label(label)
            .or_else(|| by_label(&label.replace('-', "_")))
            .or_else(|| by_label(&label.replacen("iso8859", "iso-8859", 1)))
            .or_else(|| by_label(&label.replacen("cp", "windows-", 1)))?;
        // Python takes no source in an encoding whose ASCII is not ASCII.
        known.is_ascii_compatible().then_some(Self::Other(known))
    }

    /// The text of `bytes`, or the offset of the first byte that does not fit.
    fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Self::Utf8 => str::from_utf8(bytes)
                .map(str::to_owned)
                .map_err(|error| error.valid_up_to()),
            Self::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                Some(offset) => Err(offset),
                None => Ok(bytes.iter().copied().map(char::from).collect()),
            },
            Self::Latin1 => Ok(bytes.iter().copied().map(char::from).collect()),
            Self::Other(encoding) => {
                let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
                match text {
                    // What would not come back as it was must not be written back.
                    Some(text) if encoding.encode(&text).0 == bytes => Ok(text.into_owned()),
                    _ => Err(bytes
                        .iter()
                        .position(|byte| !byte.is_ascii())
                        .unwrap_or_default()),
                }
            }
        }
    }
}

/// Whether Python takes this spelling for UTF-8 at once. Beside a byte order mark it takes no other, not even `utf8`.
fn is_utf8_proper(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf-8" || name.starts_with("utf-8-")
}

struct Cookie {
    name: String,
    line: usize,
}

/// The coding cookie in the first two lines: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` (PEP 263). In the second
/// line it counts only if the first is blank or a comment.
fn coding_cookie(bytes: &[u8]) -> Option<Cookie> {
    let (first, rest) = split_line(bytes);
    if let Some(name) = cookie_in(first) {
        return Some(Cookie { name, line: 1 });
    }
    let is_blank_or_comment = first
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'))
        .is_none_or(|byte| *byte == b'#');
    if !is_blank_or_comment {
        return None;
    }
    let name = cookie_in(split_line(rest).0)?;
    Some(Cookie { name, line: 2 })
}

/// The first line without its line break, and what follows.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    let rest = rest
        .strip_prefix(b"\r\n")
        .or_else(|| rest.get(1..))
        .unwrap_or_default();
    (line, rest)
}

fn cookie_in(line: &[u8]) -> Option<String> {
    // Only ASCII matters here, and the comment around it may be in any encoding.
    let line: String = line.iter().copied().map(char::from).collect();
    let comment = line
        .trim_start_matches([' ', '\t', '\u{c}'])
        .strip_prefix('#')?;
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    comment.match_indices("coding").find_map(|(at, word)| {
        let rest = comment.get(at + word.len()..)?.strip_prefix([':', '='])?;
        let name = rest.trim_start_matches([' ', '\t']);
        let end = name
            .find(|character| !is_part(character))
            .unwrap_or(name.len());
        (end > 0).then(|| name.get(..end).map(str::to_owned))?
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8], text: &str, encoding: &str) {
        let decoded = decode(bytes).expect("a text");
        assert_eq!(decoded.text, text);
        assert_eq!(decoded.encoding.name(), encoding);
        assert_eq!(decoded.encoding.encode(text).as_deref(), Ok(bytes));
    }

    #[test]
    fn reads_and_writes_what_python_reads() {
        check(b"x = 1\n", "x = 1\n", "UTF-8");
        check(b"", "", "UTF-8");
        check(b"\xEF\xBB\xBFx\r\n", "x\r\n", "UTF-8");
        check(
            b"# -*- coding: latin-1 -*-\ns = '\xe9\x93'\n",
            "# -*- coding: latin-1 -*-\ns = 'é\u{93}'\n",
            "ISO-8859-1",
        );
        check(
            b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1251 :\r\n'\xcf'\r\n",
            "#!/usr/bin/python\r\n# vim: set fileencoding=cp1251 :\r\n'П'\r\n",
            "windows-1251",
        );
        check(
            b"# coding=euc_jp\n'\xa4\xa2'\n",
            "# coding=euc_jp\n'あ'\n",
            "EUC-JP",
        );
        check(
            b"\n# coding: iso8859_15\n\xa4",
            "\n# coding: iso8859_15\n€",
            "ISO-8859-15",
        );
    }

    #[test]
    fn a_cookie_counts_only_where_python_looks_for_it() {
        assert!(decode(b"x = 1\n# coding: latin-1\n'\xe9'\n").is_err());
        assert!(decode(b"\n\n# coding: latin-1\n'\xe9'\n").is_err());
        assert!(decode(b"s = 'coding: latin-1 \xe9'\n").is_err());
    }

    #[test]
    fn says_what_does_not_fit_and_where() {
        let message = |bytes: &[u8]| decode(bytes).expect_err("not a text").to_string();
        assert_eq!(
            message(b"a\nb = '\xe9'\n"),
            "byte 0xe9 on line 2 is not UTF-8"
        );
        assert_eq!(
            message(b"# coding: ascii\n\xc3\xa9\n"),
            "byte 0xc3 on line 2 is not ascii"
        );
        assert!(message(b"# coding: klingon\n").contains("`klingon`, which is not a known"));
        assert!(message(b"\xEF\xBB\xBF# coding: latin-1\n").contains("byte order mark"));
        assert!(message(b"\xEF\xBB\xBF# coding: utf8\n").contains("byte order mark"));
        check(
            b"\xEF\xBB\xBF# coding: UTF_8\n",
            "# coding: UTF_8\n",
            "UTF-8",
        );
        assert!(message(b"\xFF\xFEx\0").contains("UTF-16"));
    }

    #[test]
    fn refuses_what_the_encoding_cannot_write() {
        let decoded = decode(b"# coding: latin-1\n").expect("a text");
        assert_eq!(
            decoded.encoding.encode("€"),
            Err(EncodeError { character: '€' })
        );
    }

    #[test]
    fn python_is_given_what_the_cookie_promises() {
        let bytes = |text| source_bytes(text).into_owned();
        assert_eq!(bytes("# coding: latin-1\né"), b"# coding: latin-1\n\xe9");
        assert_eq!(bytes("é"), "é".as_bytes());
        assert_eq!(
            bytes("# coding: latin-1\n€"),
            "# coding: latin-1\n€".as_bytes()
        );
        assert_eq!(
            bytes("# coding: klingon\né"),
            "# coding: klingon\né".as_bytes()
        );
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back_byte_for_byte(
            cookie in "(# coding[:=] ?(utf-8|latin-1|cp1252|shift_jis|gbk|koi8-r|big5|ascii|iso-2022-jp)\r?\n)?",
            body in proptest::collection::vec(any::<u8>(), 0..24),
        ) {
            let bytes = [cookie.into_bytes(), body].concat();
            if let Ok(decoded) = decode(&bytes) {
                prop_assert_eq!(decoded.encoding.encode(&decoded.text), Ok(bytes));
            }
        }
    }
}
