//! What colors do to each other: mixed, deepened, and read on one another.

use crate::graph::Color;

/// The contrast that WCAG 2.2 asks of text (success criterion 1.4.3).
pub const READABLE: f64 = 4.5;

/// White.
pub const WHITE: Color = Color::new(255, 255, 255, 255);

/// Returns what a color looks like on a page.
pub fn opaque(color: Color, page: Color) -> Color {
    let [red, green, blue, opacity] = color.parts();
    mix(page, Color::new(red, green, blue, 255), f64::from(opacity) / 255.0)
}

/// Mixes two opaque colors; a share of 1 is the second.
pub fn mix(a: Color, b: Color, share: f64) -> Color {
    let (a, b) = (a.parts(), b.parts());
    let part = |at: usize| {
        let (a, b) = (f64::from(a[at]), f64::from(b[at]));
        (a + (b - a) * share).round() as u8
    };
    Color::new(part(0), part(1), part(2), 255)
}

/// Returns a darker color of the same hue and of more saturation.
pub fn deepen(color: Color) -> Color {
    let parts = color.parts().map(f64::from);
    let most = parts[0].max(parts[1]).max(parts[2]);
    let least = parts[0].min(parts[1]).min(parts[2]);
    let strength = if most > least { (most / (most - least)).min(2.5) } else { 1.0 };
    let part = |at: usize| (0.72 * (most - (most - parts[at]) * strength)).round() as u8;
    Color::new(part(0), part(1), part(2), 255)
}

/// Returns a color for text that can be read on an opaque one.
pub fn ink_on(fill: Color) -> Color {
    let [ink, white, black] =
        [[15, 23, 42], [255; 3], [0; 3]].map(|[r, g, b]| Color::new(r, g, b, 255));
    let readable = |text: &Color| contrast(*text, fill) >= READABLE;
    [ink, white].into_iter().find(readable).unwrap_or(black)
}

/// Returns the contrast ratio of two opaque colors, 1 to 21, as WCAG 2.2 defines it.
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Color) -> f64 {
    let [red, green, blue, _] = color.parts().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let color = |text: &str| Color::parse(text).unwrap();
        assert_eq!(contrast(WHITE, color("black")), 21.0);
        assert!((contrast(color("#777"), WHITE) - 4.48).abs() < 0.005);
        assert_eq!(ink_on(color("navy")), WHITE);
        assert_eq!(opaque(color("#00000080"), WHITE), color("#7f7f7f"));
    }
}
