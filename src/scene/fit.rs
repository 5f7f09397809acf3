//! As much of a label as fits: in letters that may be smaller than usual, upright or turned, and only
//! then with an ellipsis. No word is broken in its middle.

use super::draw::MIDDLE;
use super::font::Weight;
use super::path::{point, rect, turned};
use super::sector::{Place, way};
use super::text::{Line, Owner, Room, Texts};
use super::{StyleId, Text};
use crate::layout::{Point, Rect};

/// How large letters are, by the usual; none is smaller than 7 pixels.
const SCALES: [f64; 5] = [1.0, 0.88, 0.77, 0.66, 0.55];
const SMALLEST: f64 = 7.0;
/// The least room for a line that is cut off, in ems.
const NARROWEST: f64 = 1.8;
/// How wide words and signs between them are at most, by what was measured.
const SLACK: f64 = 1e-6;

/// What is to fit.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub label: &'a str,
    pub weight: Weight,
    /// How large letters are, and how far lines are from each other.
    pub letters: (f64, f64),
    /// The most lines.
    pub lines: usize,
    pub owner: Owner,
}

/// What does, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub lines: Vec<Line>,
    pub place: Place,
    /// How large letters are, and how far lines are from each other.
    pub letters: (f64, f64),
}

impl Fitted {
    /// Returns how large letters are.
    pub fn size(&self) -> f64 {
        self.letters.0
    }

    /// Makes the text of it.
    pub fn text(self, style: StyleId) -> Text {
        let (Place { middle, turn, .. }, (size, leading)) = (self.place, self.letters);
        let first = leading * (self.lines.len() as f64 - 1.0) / 2.0 - size * MIDDLE;
        let at = turned(point(middle.x, middle.y - first), middle, way(turn));
        Text { lines: self.lines, at, leading, is_centered: true, turn, style }
    }
}

/// Returns the label in the largest letters that show all of it, in the first of some ways to place
/// it in which any do; or else where most of it is seen. A way tells the places for so many lines
/// that are so far from each other.
pub(super) fn fit(
    wanted: Wanted<'_>,
    ways: &[&dyn Fn(usize, f64) -> Vec<Place>],
    texts: &mut Texts<'_>,
) -> Option<Fitted> {
    let (usual, spaced) = wanted.letters;
    let parts: Vec<Line> = wanted
        .label
        .split('\n')
        .map(|part| texts.line(part, wanted.weight, wanted.owner))
        .collect();
    let whole: f64 = parts.iter().map(|part| part.width).sum();
    if whole == 0.0 {
        return None;
    }
    let word = parts.iter().map(super::wrap::widest_word).fold(0.0, f64::max);
    let scales = || SCALES.iter().map(|scale| (usual * scale, spaced * scale));
    let letters = || scales().filter(|(size, _)| *size >= SMALLEST.min(usual));
    for places in ways {
        for (size, leading) in letters() {
            for count in parts.len()..=wanted.lines {
                for place in places(count, leading) {
                    let width = place.width / size;
                    let has_room = place.height + SLACK >= count as f64 * leading;
                    if !has_room || word > width || whole > width * count as f64 {
                        continue;
                    }
                    let room = Room { width, lines: count };
                    let lines = texts.wrap(wanted.label, wanted.weight, room, wanted.owner);
                    if !is_cut(&lines) || wanted.label.ends_with('…') {
                        return Some(Fitted { lines, place, letters: (size, leading) });
                    }
                }
            }
        }
    }
    let mut best: Option<(usize, Fitted)> = None;
    let (size, leading) = letters().next_back()?;
    for places in ways {
        for count in 1..=wanted.lines {
            for place in places(count, leading) {
                let width = place.width / size;
                let has_room = place.height + SLACK >= count as f64 * leading;
                if !has_room || width < NARROWEST || count > 1 && word > width {
                    continue;
                }
                let room = Room { width, lines: count };
                let lines = texts.wrap(wanted.label, wanted.weight, room, wanted.owner);
                let seen = lines.iter().map(|line| line.text.chars().count()).sum();
                if best.as_ref().is_none_or(|(most, _)| seen > *most) {
                    best = Some((seen, Fitted { lines, place, letters: (size, leading) }));
                }
            }
        }
    }
    best.map(|(_, fitted)| fitted)
}

fn is_cut(lines: &[Line]) -> bool {
    lines.last().is_some_and(|line| line.text.ends_with('…'))
}

/// Returns where lines fit in a box, level or turned.
pub(super) fn in_box(of: Rect, is_turned: bool) -> Place {
    let Rect { size, .. } = of;
    let middle: Point = of.middle();
    match is_turned {
        false => Place { middle, turn: 0.0, width: size.width, height: size.height },
        true => Place { middle, turn: -90.0, width: size.height, height: size.width },
    }
}

/// Returns a box that is smaller on each side.
pub(super) fn shrunk(of: Rect, x: f64, y: f64) -> Rect {
    let Rect { corner, size } = of;
    let (width, height) = (size.width - 2.0 * x, size.height - 2.0 * y);
    rect(corner.x + x, corner.y + y, width.max(0.0), height.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::super::font::Fonts;
    use super::*;
    use crate::graph::NodeId;

    fn fitted(label: &str, width: f64, height: f64) -> Option<Fitted> {
        let fonts = Fonts::new([]).unwrap();
        let of = rect(0.0, 0.0, width, height);
        let wanted = Wanted {
            label,
            weight: Weight::Regular,
            letters: (14.0, 18.0),
            lines: 3,
            owner: Owner::Node(NodeId(0)),
        };
        let level = |_: usize, _: f64| vec![in_box(of, false)];
        let turned = |_: usize, _: f64| vec![in_box(of, true)];
        fit(wanted, &[&level, &turned], &mut Texts::new(&fonts))
    }

    fn lines(fitted: &Fitted) -> Vec<&str> {
        fitted.lines.iter().map(|line| &*line.text).collect()
    }

    #[test]
    fn letters_are_smaller_or_turned_before_anything_is_cut() {
        let usual = fitted("Order history", 100.0, 20.0).unwrap();
        assert_eq!((usual.size(), lines(&usual)), (14.0, vec!["Order history"]));
        let broken = fitted("Order history", 60.0, 40.0).unwrap();
        assert_eq!((broken.size(), lines(&broken)), (14.0, vec!["Order", "history"]));
        let smaller = fitted("Order history", 70.0, 18.0).unwrap();
        assert!(smaller.size() < 14.0 && lines(&smaller) == ["Order history"]);
        let turned = fitted("Order history", 20.0, 120.0).unwrap();
        assert_eq!((turned.place.turn, lines(&turned)), (-90.0, vec!["Order history"]));
    }

    #[test]
    fn no_word_is_broken_in_its_middle() {
        for (width, height) in
            [(20.0, 20.0), (30.0, 60.0), (45.0, 33.0), (60.0, 15.0), (25.0, 80.0)]
        {
            let Some(fitted) = fitted("Incomprehensibilities of accounting", width, height) else {
                continue;
            };
            let lines = lines(&fitted);
            for line in &lines[..lines.len() - 1] {
                assert!(["Incomprehensibilities", "of", "Incomprehensibilities of"].contains(line));
            }
            assert!(lines.len() > 1 || lines[0].ends_with('…'), "{lines:?}");
        }
    }

    #[test]
    fn letters_are_never_too_small_to_be_read() {
        for width in 1..60 {
            let fitted = fitted("Shipping", f64::from(width), 9.0);
            assert!(fitted.is_none_or(|fitted| fitted.size() >= SMALLEST));
        }
        assert_eq!(fitted("Shipping", 8.0, 9.0), None);
    }
}
