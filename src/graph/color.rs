//! Colors, as people write them; the only file that names the color crate.

use std::fmt;

/// A color: red, green, blue and opacity, 0 to 255 each (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Color([u8; 4]);

impl Color {
    /// Makes a color from its parts.
    pub const fn new(red: u8, green: u8, blue: u8, opacity: u8) -> Color {
        Color([red, green, blue, opacity])
    }

    /// Reads 3, 6 or 8 hex digits, with or without `#`, or any CSS color (CSS Color Module 4).
    pub fn parse(text: &str) -> Option<Color> {
        Some(Color(csscolorparser::parse(text.trim()).ok()?.to_rgba8()))
    }

    /// Returns red, green, blue and opacity.
    pub fn parts(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Display for Color {
    /// Writes `#rrggbb`, or `#rrggbbaa` unless opaque.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue, opacity] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")?;
        if opacity < 255 { write!(f, "{opacity:02x}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_color_is_read() {
        let cases = [
            ("002a41", "#002a41"),
            ("#00FF00", "#00ff00"),
            ("abc", "#aabbcc"),
            ("1e5000", "#1e5000"),
            ("11223344", "#11223344"),
            ("RebeccaPurple", "#663399"),
            (" white ", "#ffffff"),
        ];
        for (text, color) in cases {
            assert_eq!(Color::parse(text).map(|c| c.to_string()).as_deref(), Some(color), "{text}");
        }
        for text in ["", "#", "12", "12345", "ggg", "blurple"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }
}
