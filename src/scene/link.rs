//! Addresses that a picture may lead to: those that can do no harm.

/// The schemes that are let through.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The longest address that is let through, in bytes.
const LONGEST: usize = 2_000;

/// Returns an address if it can do no harm: of the web, of mail, or relative to the picture.
pub fn harmless(address: &str) -> Option<&str> {
    let address = address.trim();
    let is_odd =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"');
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if address.is_empty()
        || address.len() > LONGEST
        || address.contains(is_odd)
        || address.contains(is_hidden)
    {
        return None;
    }
    let end = address.find(['/', '?', '#']).unwrap_or(address.len());
    match address[..end].split_once(':') {
        Some((scheme, _)) => {
            SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(address)
        }
        None => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_of_mail_and_relative_ones_are_links() {
        for good in [
            "https://a.b/c?d=e:f#g",
            "HTTP://a",
            "mailto:a@b.c",
            "a/b.html",
            "../x#y:z",
            "#top",
            "//host/a",
        ] {
            assert_eq!(harmless(good), Some(good));
        }
        for bad in [
            "",
            " ",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "java\nscript:alert(1)",
            "\u{1}javascript:x",
            "file:///etc/passwd",
            "blob:x",
            "https://a b",
            "a\u{202e}b",
            "x:y",
        ] {
            assert_eq!(harmless(bad), None, "{bad:?}");
        }
        assert_eq!(harmless(" https://a "), Some("https://a"));
    }
}
