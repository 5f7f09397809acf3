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
    let [red, green, blue] = linear(color);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Returns how much light of each color there is, 0 to 1.
fn linear(color: Color) -> [f64; 3] {
    let [red, green, blue, _] = color.parts().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    });
    [red, green, blue]
}

/// A color as Oklab has it (Ottosson, 2020), by its hue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lch {
    /// How light it is, 0 to 1.
    pub lightness: f64,
    /// How far it is from gray: 0 to about 0.3.
    pub chroma: f64,
    /// Its place on the wheel of colors, in degrees.
    pub hue: f64,
}

impl Lch {
    /// Returns the color, or one nearer to gray where screens have none such.
    pub fn color(self) -> Color {
        let (sine, cosine) = libm::sincos(self.hue.to_radians());
        let mut chroma = self.chroma;
        loop {
            let light = from_oklab([self.lightness, chroma * cosine, chroma * sine]);
            if light.iter().all(|part| (-1e-4..=1.0001).contains(part)) || chroma <= 0.0 {
                let [red, green, blue] = light.map(byte);
                return Color::new(red, green, blue, 255);
            }
            chroma -= 0.002;
        }
    }
}

/// Returns how far two colors of [`oklab`] are from each other as they are seen: black and white are
/// 1 apart.
pub fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|at| (a[at] - b[at]) * (a[at] - b[at])).sum::<f64>().sqrt()
}

/// Returns the lightness of an opaque color and its place between hues, as Oklab has them.
pub fn oklab(color: Color) -> [f64; 3] {
    let [red, green, blue] = linear(color);
    let cone = |r: f64, g: f64, b: f64| libm::cbrt(r * red + g * green + b * blue);
    let long = cone(0.4122214708, 0.5363325363, 0.0514459929);
    let medium = cone(0.2119034982, 0.6806995451, 0.1073969566);
    let short = cone(0.0883024619, 0.2817188376, 0.6299787005);
    [
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    ]
}

fn from_oklab([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let cone = |of_a: f64, of_b: f64| {
        let root = lightness + of_a * a + of_b * b;
        root * root * root
    };
    let long = cone(0.3963377774, 0.2158037573);
    let medium = cone(-0.1055613458, -0.0638541728);
    let short = cone(-0.0894841775, -1.2914855480);
    [
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ]
}

/// Returns how a screen is told of an amount of light.
fn byte(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let part = if light <= 0.0031308 {
        12.92 * light
    } else {
        1.055 * libm::pow(light, 1.0 / 2.4) - 0.055
    };
    (part * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_keep_their_lightness_and_hue() {
        for hue in [0.0, 77.0, 142.0, 264.0, 301.0] {
            for (lightness, chroma) in [(0.93, 0.04), (0.57, 0.12), (0.35, 0.07), (0.5, 0.4)] {
                let [own, a, b] = oklab(Lch { lightness, chroma, hue }.color());
                assert!((own - lightness).abs() < 0.01, "{hue} {lightness}: {own}");
                let turn = (libm::atan2(b, a).to_degrees() - hue).rem_euclid(360.0);
                assert!(turn.min(360.0 - turn) < 4.0, "{hue} {lightness}: {turn}");
            }
        }
        assert!((apart(oklab(WHITE), oklab(Color::new(0, 0, 0, 255))) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let color = |text: &str| Color::parse(text).unwrap();
        assert_eq!(contrast(WHITE, color("black")), 21.0);
        assert!((contrast(color("#777"), WHITE) - 4.48).abs() < 0.005);
        assert_eq!(ink_on(color("navy")), WHITE);
        assert_eq!(opaque(color("#00000080"), WHITE), color("#7f7f7f"));
    }
}
