//! Colors of layers and values that have none of their own.
//!
//! The first eight were chosen by eye. Each further one is, of many in all hues, the one that is
//! least like those before, in the lightness, chroma and hue of Oklab (Ottosson, 2020).

use std::sync::LazyLock;

use super::color::{Lch, apart, oklab};
use crate::graph::Color;

/// Colors of one hue: fills and lines, for light pages and for dark ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tint {
    /// The fill of nodes on light pages.
    pub light: Color,
    /// The fill of nodes on dark pages.
    pub dark: Color,
    /// The lines of edges on light pages.
    pub light_line: Color,
    /// The lines of edges on dark pages.
    pub dark_line: Color,
}

/// Returns the colors of the layer or value with this place among those without a color.
pub(super) fn tint(at: usize) -> Tint {
    // Most pictures need no others, and looking for those takes longer than drawing a small one.
    FIRST.get(at).map_or_else(|| TINTS[at % TINTS.len()], |own| Tint::of(colors(*own)))
}

impl Tint {
    fn of([light, dark, light_line, dark_line]: [Color; 4]) -> Tint {
        Tint { light, dark, light_line, dark_line }
    }
}

fn colors(hex: [u32; 4]) -> [Color; 4] {
    hex.map(|hex| Color::new((hex >> 16) as u8, (hex >> 8) as u8, hex as u8, 255))
}

const FIRST: [[u32; 4]; 8] = [
    [0xdceafb, 0x1f3a5c, 0x3f78bd, 0x6fa8ec],
    [0xdff3e4, 0x1f4532, 0x3f9a63, 0x66c48b],
    [0xfcefd2, 0x4d3c1a, 0xb98522, 0xdcab50],
    [0xf9e0e6, 0x54283a, 0xbf5275, 0xea86a5],
    [0xe9e4f9, 0x3a3162, 0x7a64bf, 0xac98ee],
    [0xd8f1f2, 0x1b4448, 0x2f949b, 0x5cc0c7],
    [0xfbe5d8, 0x533220, 0xc06a36, 0xe89b6c],
    [0xecf1d6, 0x3c4620, 0x7d8f2a, 0xabbd5c],
];

/// How many there are; more could not be told apart.
const COUNT: usize = 64;
/// How many hues there are to choose from.
const HUES: u32 = 36;
/// The lightness and chroma of each color of a tint, from quiet to strong.
const LEVELS: [[(f64, f64); 4]; 4] = [
    [(0.93, 0.04), (0.35, 0.07), (0.57, 0.12), (0.71, 0.10)],
    [(0.87, 0.07), (0.44, 0.08), (0.46, 0.12), (0.82, 0.09)],
    [(0.84, 0.03), (0.46, 0.03), (0.40, 0.06), (0.84, 0.04)],
    [(0.80, 0.10), (0.29, 0.08), (0.66, 0.13), (0.62, 0.13)],
];
/// How many there are before strong ones are needed.
const QUIET: usize = 24;
/// How much a difference between two colors of one kind counts: fills for light pages are all
/// pale, so small ones count there.
const COUNTS: [f64; 4] = [2.0, 1.5, 1.0, 1.0];

static TINTS: LazyLock<Vec<Tint>> = LazyLock::new(|| {
    let mut tints: Vec<Tint> = FIRST.map(|own| Tint::of(colors(own))).into();
    let first = FIRST.map(|own| colors(own).map(oklab));
    let mut others = Vec::new();
    for (strength, level) in LEVELS.into_iter().enumerate() {
        for step in 0..HUES {
            let hue = f64::from(step) * (360.0 / f64::from(HUES));
            let own = level.map(|(lightness, chroma)| Lch { lightness, chroma, hue }.color());
            let seen = own.map(oklab);
            let least = first.iter().map(|other| difference(*other, seen));
            others.push((own, seen, least.fold(f64::MAX, f64::min), strength));
        }
    }
    while tints.len() < COUNT {
        let most = if tints.len() < QUIET { LEVELS.len() - 1 } else { LEVELS.len() };
        let good = others.iter().copied().filter(|(.., strength)| *strength < most);
        // The first of those that are as good as each other.
        let best = good.reduce(|best, one| if one.2 > best.2 { one } else { best });
        let Some((best, best_seen, ..)) = best else { break };
        tints.push(Tint::of(best));
        for (_, seen, least, _) in &mut others {
            *least = least.min(difference(best_seen, *seen));
        }
    }
    tints
});

/// Returns how well two tints, as Oklab has them, can be told apart where that is hardest.
fn difference(a: [[f64; 3]; 4], b: [[f64; 3]; 4]) -> f64 {
    (0..4).map(|at| apart(a[at], b[at]) * COUNTS[at]).fold(f64::MAX, f64::min)
}
