//! Texts as glyphs: shaped, measured, and wrapped into lines.
//!
//! Lengths are in ems, so that a line has no size until it is drawn. Letters are joined, kerned
//! and ordered as their scripts want it (Unicode Bidirectional Algorithm, UAX #9), and lines are
//! broken where they may be (UAX #14).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustybuzz::ttf_parser::GlyphId;
use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, script};
use unicode_bidi::{BidiInfo, LTR_LEVEL, RTL_LEVEL};
use unicode_width::UnicodeWidthChar;

use super::font::{FaceId, Fonts, Weight};
use super::name::{is_from_right, unturned};
use super::wrap::{Places, break_up};
use crate::graph::{EdgeId, LayerId, NodeId};

const ELLIPSIS: &str = "…";

/// How long a label is that is looked at, in bytes; what comes after could not be seen anyway.
const MOST_SHAPED: usize = 2_000;

/// A glyph, where it stands and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The face that has it.
    pub face: FaceId,
    /// Its number in that face.
    pub id: u16,
    /// Where the text that it stands for starts, in bytes.
    pub start: u32,
    /// How far the pen moves.
    pub advance: f32,
    /// How far from the pen it is drawn, to the right and down.
    pub offset: (f32, f32),
}

/// A text on one line, from left to right as it is seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The text.
    pub text: Box<str>,
    /// How it is drawn.
    pub glyphs: Box<[Glyph]>,
    /// How wide it is.
    pub width: f64,
    /// Whether it is of a text that is read from right to left.
    pub is_from_right: bool,
}

/// What a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A node's label.
    Node(NodeId),
    /// An edge's label.
    Edge(EdgeId),
    /// A layer's name.
    Layer(LayerId),
    /// The title of the picture.
    Title,
    /// What the legend tells.
    Legend,
}

/// Shapes texts, and remembers which characters no face has.
pub struct Texts<'a> {
    fonts: &'a Fonts<'a>,
    buffer: UnicodeBuffer,
    /// The characters that no face has, each with what it was first seen in.
    pub missing: BTreeMap<char, Owner>,
}

/// How much room a text has.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// How wide a line may be.
    pub width: f64,
    /// How many lines there may be.
    pub lines: usize,
}

/// How Latin letters are shaped by each of the two embedded faces; to plan that takes longer than
/// to do it.
static PLANS: LazyLock<[Option<ShapePlan>; 2]> = LazyLock::new(|| {
    let fonts = Fonts::new([]).ok();
    [FaceId(0), FaceId(1)].map(|id| {
        let face = fonts.as_ref()?.face(id)?;
        Some(ShapePlan::new(face, Direction::LeftToRight, Some(script::LATIN), None, &[]))
    })
});

impl<'a> Texts<'a> {
    /// Makes a shaper for some faces.
    pub fn new(fonts: &'a Fonts<'a>) -> Texts<'a> {
        Texts { fonts, buffer: UnicodeBuffer::new(), missing: BTreeMap::new() }
    }

    /// Shapes a text to one line.
    pub fn line(&mut self, text: &str, weight: Weight, owner: Owner) -> Line {
        self.line_of(text, is_from_right(text), weight, owner)
    }

    /// Shapes a line of a text that is read one way, whichever way the line alone would be.
    fn line_of(&mut self, text: &str, is_from_right: bool, weight: Weight, owner: Owner) -> Line {
        let mut glyphs = Vec::with_capacity(text.len());
        if is_plain(text) && !is_from_right {
            self.shape_plain(text, FaceId(weight as u8), &mut glyphs);
        } else {
            self.shape_any(text, is_from_right, weight, owner, &mut glyphs);
        }
        let width = glyphs.iter().map(|glyph| f64::from(glyph.advance)).sum();
        Line { text: text.into(), glyphs: glyphs.into(), width, is_from_right }
    }

    /// Breaks a text into lines that fit, of about the same width; what is too much for the room
    /// ends with an ellipsis.
    pub fn wrap(&mut self, text: &str, weight: Weight, room: Room, owner: Owner) -> Vec<Line> {
        let text = &*unturned(cut(text));
        let way = is_from_right(text);
        let mut ranges = Vec::new();
        let mut whole = Vec::new();
        let mut offset = 0;
        for part in text.split('\n') {
            let line = self.line_of(part, way, weight, owner);
            if line.width <= room.width {
                ranges.push((offset, offset + part.len(), Some(whole.len())));
            } else {
                let breaks = break_up(&line, room.width);
                ranges.extend(breaks.into_iter().map(|(a, b)| (offset + a, offset + b, None)));
            }
            whole.push(line);
            offset += part.len() + 1;
        }
        let is_cut = ranges.len() > room.lines;
        ranges.truncate(room.lines.max(1));
        let last = ranges.len() - 1;
        let mut lines = Vec::with_capacity(ranges.len());
        for (at, (start, end, own)) in ranges.into_iter().enumerate() {
            lines.push(match own {
                _ if at == last && is_cut => {
                    // The rest of the text is after this line, so it goes on as far as it can.
                    let rest = text[start..].split('\n').next().unwrap_or_default();
                    self.shortened(rest, way, weight, room.width, owner)
                }
                Some(own) => std::mem::take(&mut whole[own]),
                None => self.line_of(text[start..end].trim(), way, weight, owner),
            });
        }
        lines
    }

    /// Cuts a text so that it fits on a line with an ellipsis after it.
    fn shortened(
        &mut self,
        text: &str,
        way: bool,
        weight: Weight,
        width: f64,
        owner: Owner,
    ) -> Line {
        let ellipsis = self.line(ELLIPSIS, weight, owner).width;
        let line = self.line_of(text, way, weight, owner);
        let places = Places::of(&line);
        let fits = |end: &usize| places.width(0, *end) + ellipsis <= width;
        let fits = places.starts.iter().rev().copied().find(fits);
        let kept = text[..fits.unwrap_or(0)].trim_end();
        self.line_of(&format!("{kept}{ELLIPSIS}"), way, weight, owner)
    }

    fn shape_plain(&mut self, text: &str, id: FaceId, glyphs: &mut Vec<Glyph>) {
        let Some(plan) = &PLANS[usize::from(id.0)] else { return };
        let Some(face) = self.fonts.face(id) else { return };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = rustybuzz::shape_with_plan(face, plan, buffer);
        collect(&shaped, text, (face, id), 0, glyphs);
        self.buffer = shaped.clear();
    }

    /// Shapes a text run by run, each in one face and direction, in the order they are seen.
    fn shape_any(
        &mut self,
        text: &str,
        is_from_right: bool,
        weight: Weight,
        owner: Owner,
        glyphs: &mut Vec<Glyph>,
    ) {
        let base = if is_from_right { RTL_LEVEL } else { LTR_LEVEL };
        let bidi = BidiInfo::new(text, Some(base));
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let is_backwards = levels.get(run.start).is_some_and(|level| level.is_rtl());
                let mut pieces = self.pieces(text, run, weight, owner);
                if is_backwards {
                    pieces.reverse();
                }
                for (face, start, end) in pieces {
                    self.shape_run(&text[start..end], face, start, is_backwards, glyphs);
                }
            }
        }
    }

    /// Divides a run into pieces that one face has.
    fn pieces(
        &mut self,
        text: &str,
        run: std::ops::Range<usize>,
        weight: Weight,
        owner: Owner,
    ) -> Vec<(FaceId, usize, usize)> {
        let mut pieces: Vec<(FaceId, usize, usize)> = Vec::new();
        for (at, character) in text[run.clone()].char_indices() {
            let (start, end) = (run.start + at, run.start + at + character.len_utf8());
            let last = pieces.last_mut();
            // What joins letters stays with them, and a face that has them keeps the spaces.
            let keeps = |face: FaceId| {
                is_joining(character)
                    || character == ' '
                        && self.fonts.face(face).is_some_and(|f| f.glyph_index(' ').is_some())
            };
            if let Some((_, _, to)) = last.filter(|(face, ..)| keeps(*face)) {
                *to = end;
                continue;
            }
            let face = self.fonts.face_for(character, weight).unwrap_or_else(|| {
                if !is_joining(character) {
                    self.missing.entry(character).or_insert(owner);
                }
                FaceId(weight as u8)
            });
            match pieces.last_mut() {
                Some((own, _, to)) if *own == face => *to = end,
                _ => pieces.push((face, start, end)),
            }
        }
        pieces
    }

    fn shape_run(
        &mut self,
        text: &str,
        id: FaceId,
        start: usize,
        is_backwards: bool,
        glyphs: &mut Vec<Glyph>,
    ) {
        let Some(face) = self.fonts.face(id) else { return };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.push_str(text);
        let direction = if is_backwards { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        let shaped = rustybuzz::shape(face, &[], buffer);
        collect(&shaped, text, (face, id), start, glyphs);
        self.buffer = shaped.clear();
    }
}

/// Takes over what the shaper made of a text that starts somewhere.
fn collect(
    shaped: &rustybuzz::GlyphBuffer,
    text: &str,
    (face, id): (&rustybuzz::Face<'_>, FaceId),
    start: usize,
    glyphs: &mut Vec<Glyph>,
) {
    let units = f64::from(face.units_per_em().max(1));
    let scale = |units_of: i32| (f64::from(units_of) / units) as f32;
    let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    glyphs.extend(placed.map(|(info, position)| {
        let mut glyph = Glyph {
            face: id,
            id: info.glyph_id as u16,
            start: start as u32 + info.cluster,
            advance: scale(position.x_advance),
            offset: (scale(position.x_offset), -scale(position.y_offset)),
        };
        let character = text[info.cluster as usize..].chars().next().unwrap_or(' ');
        if glyph.id == 0 {
            let advance = usual_width(character).max(glyph.advance);
            glyph.offset.0 += (advance - glyph.advance) / 2.0;
            glyph.advance = advance;
        } else if glyph.advance == 0.0 && stands_alone(character) {
            // Faces count accents with a width of their own among the marks upon letters.
            let own = GlyphId(glyph.id);
            if face.glyph_index(character) == Some(own) {
                glyph.advance = scale(i32::from(face.glyph_hor_advance(own).unwrap_or(0)));
                glyph.offset = (0.0, 0.0);
            }
        }
        glyph
    }));
}

/// Returns whether a character takes room, other than marks upon letters and what is not seen.
fn stands_alone(character: char) -> bool {
    character.width().is_some_and(|width| width > 0)
}

/// Returns how wide a character is, about, in a font that has it: in ems.
fn usual_width(character: char) -> f32 {
    match (character, character.width()) {
        // Emoji and other pictures go beyond the em in the fonts that most viewers have.
        ('\u{1f000}'..='\u{1faff}', _) => 1.25,
        (_, Some(2)) => 1.0,
        _ => 0.6,
    }
}

/// Returns whether the embedded faces have all of a text, which is Latin and goes to the right.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..0x7f).contains(&byte))
}

/// Returns whether a character joins or selects others and has no look of its own.
pub(super) fn is_joining(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Cuts a text where it is far too long to be seen.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_SHAPED)]
}

/// Makes of any text one that can be drawn: line breaks are `\n`, control characters the pictures
/// of themselves (U+2400 to U+2421), tabs spaces.
pub fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    let is_odd = |byte: u8| byte < b' ' && byte != b'\n' || byte == 0x7f || byte == 0xef;
    if !text.bytes().any(is_odd) {
        return text.into();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    text.chars().map(substitute).collect::<String>().into()
}

/// Returns the character that stands for one that pictures cannot hold: the picture of a control
/// character (U+2400 to U+2421), or U+FFFD. Line breaks and tabs can be held.
pub fn substitute(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner = Owner::Title;

    fn wrapped(text: &str, width: f64, lines: usize) -> Vec<String> {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let lines = texts.wrap(text, Weight::Regular, Room { width, lines }, OWNER);
        lines.iter().map(|line| line.text.to_string()).collect()
    }

    #[test]
    fn lines_are_broken_between_words_and_are_about_as_long_as_each_other() {
        let check = |text, expected: &[&str]| assert_eq!(wrapped(text, 8.0, 3), expected);
        check("Orders", &["Orders"]);
        check("Order management", &["Order", "management"]);
        check("a b c d e f g h i j k l", &["a b c d e", "f g h i j k l"]);
        check("one\ntwo", &["one", "two"]);
        check("com.example.billing.invoice", &["com.example.", "billing.invoice"]);
        check("PaymentAuthorizationHandler", &["Payment", "Authorization", "Handler"]);
        check("", &[""]);
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        let long = "the quick brown fox jumps over the lazy dog";
        let lines = wrapped(long, 8.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(wrapped("a\nb\nc", 8.0, 2), ["a", "b…"]);
    }

    #[test]
    fn no_line_is_wider_than_its_room_and_nothing_is_lost() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        for text in
            ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "שלום עולם, this is long", "a-b_c/d.e:f"]
        {
            for width in [2.0, 5.0, 9.0] {
                let room = Room { width, lines: 99 };
                let lines = texts.wrap(text, Weight::Bold, room, OWNER);
                assert!(lines.iter().all(|line| line.width <= width + 1e-6), "{text} {width}");
                let all: String = lines.iter().map(|line| &*line.text).collect();
                assert_eq!(all.replace(' ', ""), text.replace(' ', ""));
            }
        }
    }

    #[test]
    fn kerning_and_the_order_of_scripts_are_heeded() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let mut width = |text| texts.line(text, Weight::Regular, OWNER).width;
        assert!(width("AV") < width("A") + width("V"));
        let line = texts.line("a שב", Weight::Regular, OWNER);
        let starts: Vec<u32> = line.glyphs.iter().map(|glyph| glyph.start).collect();
        assert_eq!(starts, [0, 1, 4, 2]);
    }

    #[test]
    fn characters_that_no_face_has_are_remembered() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        texts.line("a字\u{200d}字", Weight::Regular, Owner::Node(NodeId(3)));
        texts.line("字", Weight::Regular, Owner::Node(NodeId(4)));
        assert_eq!(texts.missing, BTreeMap::from([('字', Owner::Node(NodeId(3)))]));
    }

    #[test]
    fn every_line_of_a_text_is_read_as_its_first_letter_is() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let mut orders = |text: &str| -> Vec<Vec<u32>> {
            let room = Room { width: 9.0, lines: 3 };
            let lines = texts.wrap(text, Weight::Regular, room, OWNER);
            let starts = |line: &Line| line.glyphs.iter().map(|glyph| glyph.start).collect();
            lines.iter().map(starts).collect()
        };
        // The second lines alone would be read the other way.
        assert_eq!(orders("אב\nX ג"), [[2, 0].as_slice(), &[2, 1, 0]]);
        assert_eq!(orders("אב\n1)"), [[2, 0].as_slice(), &[1, 0]]);
        assert_eq!(orders("ab\nג X"), [[0, 1].as_slice(), &[0, 2, 3]]);
        assert_eq!(orders("a\u{202e}b"), [[0, 1]], "nothing in a label turns it around");
    }

    #[test]
    fn an_accent_that_stands_alone_has_a_width_of_its_own() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        for weight in [Weight::Regular, Weight::Bold] {
            let mut width = |text: &str| texts.line(text, weight, OWNER).width;
            for accent in ["`", "´", "¨", "¯", "¸", "˘", "˙", "˚", "˛", "˝", "^", "~"] {
                let both = width(&format!("x{accent}x")) - width("xx");
                assert!(both > 0.15, "{accent}: {both}");
            }
            assert_eq!(width("x\u{301}"), width("x"), "a mark upon a letter has none");
        }
        let line = texts.line("a`b", Weight::Regular, OWNER);
        assert_eq!(line.glyphs[1].offset, (0.0, 0.0));
    }

    #[test]
    fn what_no_face_has_gets_the_room_that_it_takes_elsewhere() {
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let mut check = |text: &str, width: f64| {
            let line = texts.line(text, Weight::Regular, OWNER);
            assert!((line.width - width).abs() < 1e-3, "{text}: {}", line.width);
        };
        check("字字", 2.0);
        check("ｗ가", 2.0);
        check("🍰", 1.25);
        check("አ", 0.6);
    }

    #[test]
    fn control_characters_are_shown_by_their_pictures() {
        assert_eq!(clean("a\r\nb\tc\0\u{7f}\u{ffff}ﬁ"), "a\nb c␀␡\u{fffd}ﬁ");
    }
}
