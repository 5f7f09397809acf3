//! Bytes to text: encodings, byte order marks and what no text may hold; the only file that
//! names the encoding crate.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::place;
use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;
use crate::step::InputFile;

/// How much of a file is looked through for a NUL before it is decoded, in bytes.
const NUL_LOOKED_FOR: usize = 64 << 10;

/// A way to write text as bytes, named as the WHATWG Encoding Standard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// Returns the encoding of this name, in any of the spellings that the standard knows.
    pub fn named(name: &str) -> Option<Encoding> {
        encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).map(Encoding)
    }
}

/// Returns a file's text, without its byte order mark.
///
/// A byte order mark decides; else `encoding`; else the text is UTF-8.
///
/// # Errors
///
/// Fails if the bytes are not in that encoding, hold a NUL, or are too many.
pub fn decode(
    file: &InputFile,
    encoding: Option<Encoding>,
) -> Result<Cow<'_, str>, Box<Diagnostic>> {
    refuse_too_long(file, file.bytes.len())?;
    let (encoding, mark) = match encoding_rs::Encoding::for_bom(&file.bytes) {
        Some(found) => found,
        None => (encoding.map_or(encoding_rs::UTF_8, |named| named.0), 0),
    };
    let bytes = &file.bytes[mark..];
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Box::new(zipped(file)));
    }
    // What is no text at all mostly shows at once, and may be long.
    let start = &bytes[..bytes.len().min(NUL_LOOKED_FOR)];
    if encoding.is_ascii_compatible() && memchr::memchr(0, start).is_some() {
        let text = String::from_utf8_lossy(start);
        let at = memchr::memchr(0, text.as_bytes()).unwrap_or_default();
        return Err(Box::new(nul(file, &text, at)));
    }
    let text = if encoding == encoding_rs::UTF_8 {
        let text = std::str::from_utf8(bytes);
        Cow::Borrowed(text.map_err(|error| not_utf8(file, bytes, error.valid_up_to()))?)
    } else {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        text.ok_or_else(|| not_encoded(file, bytes, encoding))?
    };
    refuse_too_long(file, text.len())?;
    match memchr::memchr(0, text.as_bytes()) {
        Some(at) => Err(Box::new(nul(file, &text, at))),
        None => Ok(text),
    }
}

/// Refuses what four bytes cannot count.
fn refuse_too_long(file: &InputFile, bytes: usize) -> Result<(), Box<Diagnostic>> {
    if u32::try_from(bytes).is_ok() {
        return Ok(());
    }
    let error = Diagnostic::error("too-long", "the file holds more than 4 GiB")
        .at(Excerpt::whole_file(file.path.clone()), "too long")
        .help("cut it into several files");
    Err(Box::new(error))
}

fn not_utf8(file: &InputFile, bytes: &[u8], valid: usize) -> Diagnostic {
    // One character stands for the bytes that are none.
    let text = String::from_utf8_lossy(bytes);
    let at = valid..valid + char::REPLACEMENT_CHARACTER.len_utf8();
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let error = Diagnostic::error("wrong-encoding", "the file is not UTF-8")
        .at(place::excerpt(&file.path, &text, at), format!("the byte {byte:#04x} is no text"));
    match looks_like_utf16(bytes) {
        Some(name) => error.help(format!("it looks like UTF-16: say `encoding: {name}`")),
        None => error.help(
            "save it as UTF-8, or name its encoding; from an older Windows program that is mostly \
             `encoding: windows-1252`",
        ),
    }
}

fn not_encoded(
    file: &InputFile,
    bytes: &[u8],
    encoding: &'static encoding_rs::Encoding,
) -> Diagnostic {
    let name = encoding.name().to_ascii_lowercase();
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let at = text.find(char::REPLACEMENT_CHARACTER).unwrap_or(text.len());
    let range = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
    Diagnostic::error("wrong-encoding", format!("the file is not {name}"))
        .at(place::excerpt(&file.path, &text, range), "no text in that encoding")
        .help("`encoding:` names the one it has")
}

fn zipped(file: &InputFile) -> Diagnostic {
    Diagnostic::error("not-text", "the file is a spreadsheet or another zip archive, not a text")
        .at(Excerpt::whole_file(file.path.clone()), "")
        .help("open it in its program and save it as text, such as CSV")
}

fn nul(file: &InputFile, text: &str, at: usize) -> Diagnostic {
    let error = Diagnostic::error("nul-byte", "the file holds a NUL byte, which no text has")
        .at(place::excerpt(&file.path, text, at..at + 1), "here");
    match looks_like_utf16(text.as_bytes()) {
        Some(name) => error.help(format!("it looks like UTF-16: say `encoding: {name}`")),
        None => error.help("is it a file of text? Export it as one"),
    }
}

/// Returns the UTF-16 that bytes are probably in: every other one is zero.
fn looks_like_utf16(bytes: &[u8]) -> Option<&'static str> {
    let (pairs, _) = bytes[..bytes.len().min(64)].as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count() * 4;
    match pairs.len() * 3 {
        0 => None,
        most if zeros(1) >= most => Some("utf-16le"),
        most if zeros(0) >= most => Some("utf-16be"),
        _ => None,
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.name().to_ascii_lowercase())
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Name)
    }
}

struct Name;

impl Visitor<'_> for Name {
    type Value = Encoding;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the name of an encoding, such as `utf-8`, `utf-16le`, `windows-1252` or `shift_jis`",
        )
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Encoding, E> {
        Encoding::named(name).ok_or_else(|| E::invalid_value(de::Unexpected::Str(name), &self))
    }
}

impl JsonSchema for Encoding {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Encoding".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "examples": ["utf-8", "utf-16le", "windows-1252", "iso-8859-2", "shift_jis"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: Option<&str>) -> Result<String, Box<Diagnostic>> {
        let file = InputFile { path: "a.csv".into(), bytes: bytes.into() };
        let encoding = encoding
            .map(|name| Encoding(encoding_rs::Encoding::for_label(name.as_bytes()).unwrap()));
        decode(&file, encoding).map(Cow::into_owned)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let turn = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(turn).collect()
    }

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(check(b"\xef\xbb\xbfid\nz", Some("latin1")).unwrap(), "id\nz");
        for big in [false, true] {
            assert_eq!(check(&utf16("\u{feff}id\né", big), None).unwrap(), "id\né");
        }
    }

    #[test]
    fn a_named_encoding_is_read() {
        assert_eq!(check(b"caf\xe9", Some("windows-1252")).unwrap(), "café");
        assert_eq!(check(&utf16("id\né", true), Some("utf-16be")).unwrap(), "id\né");
    }

    #[test]
    fn bytes_that_are_no_text_are_pointed_at() {
        let error = check(b"id,label\na,caf\xe9,l\n", None).unwrap_err();
        let at = &error.labels[0].at;
        assert_eq!((at.line, at.column, at.text.as_str()), (2, 6, "a,caf\u{fffd},l"));
        assert_eq!(&at.text[at.range.clone()], "\u{fffd}");
        assert!(error.help[0].contains("`encoding: windows-1252`"));
        let error = check(b"id\n\x81\xff", Some("shift_jis")).unwrap_err();
        assert_eq!((error.labels[0].at.line, error.labels[0].at.column), (2, 1));
    }

    #[test]
    fn a_nul_is_refused_with_its_place() {
        let error = check(b"id,label\na,x\0y\n", None).unwrap_err();
        assert_eq!((error.labels[0].at.line, error.labels[0].at.column), (2, 4));
    }

    #[test]
    fn what_is_no_text_is_told_before_it_is_decoded() {
        let error = check(b"PK\x03\x04\x14\0\x06\0", None).unwrap_err();
        assert!(error.message.contains("spreadsheet") && error.help[0].contains("CSV"));
        let error = check(&[0; 1 << 20], None).unwrap_err();
        assert_eq!((&*error.code, error.labels[0].at.column), ("nul-byte", 1));
        let error = check(b"\xff\0", Some("windows-1252")).unwrap_err();
        assert_eq!((&*error.code, error.labels[0].at.column), ("nul-byte", 2));
    }

    #[test]
    fn utf16_without_a_mark_is_guessed_in_the_help() {
        let error = check(&utf16("id,label\na,b\n", false), None).unwrap_err();
        assert!(error.help[0].contains("`encoding: utf-16le`"));
    }

    #[test]
    fn what_four_bytes_cannot_count_is_refused() {
        let file = InputFile { path: "a.csv".into(), bytes: Vec::new().into() };
        assert!(refuse_too_long(&file, 1 << 32).is_err());
        assert!(refuse_too_long(&file, (1 << 32) - 1).is_ok());
    }
}
