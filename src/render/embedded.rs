//! Fonts within an SVG: of each face, the glyphs that its texts use, and no more.
//!
//! A reduced face has outlines, widths, the distances of pairs that stand in the texts, and what
//! character each glyph is for. Texts that need more than letters side by side, such as joined ones
//! or ones from right to left, are not among those that it holds.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustybuzz::ttf_parser::{GlyphId, Tag};
use subsetter::GlyphRemapper;

use crate::digest::Digest;
use crate::scene::font::{FaceId, Fonts};
use crate::scene::text::Line;
use crate::scene::{Scene, Text};

/// The most pairs that the table of their distances holds.
const MOST_PAIRS: usize = 10_000;

/// The reduced faces of a picture.
#[derive(Debug, Default)]
pub(super) struct Embedded {
    /// Faces with their bytes.
    faces: BTreeMap<FaceId, Vec<u8>>,
    /// A name that no other picture's faces have.
    name: String,
}

/// What texts use of a face.
#[derive(Debug, Default)]
struct Used {
    glyphs: BTreeMap<char, u16>,
    /// How much nearer or farther than usual a glyph is to one before it, in units of the face.
    pairs: BTreeMap<(u16, u16), i16>,
}

impl Embedded {
    /// Reduces the faces of a scene's texts.
    pub(super) fn of(scene: &Scene, fonts: &Fonts<'_>) -> Embedded {
        let mut used: BTreeMap<FaceId, Used> = BTreeMap::new();
        for text in scene.texts() {
            if text.lines.iter().all(|line| is_simple(line, fonts)) {
                text.lines.iter().for_each(|line| take(line, fonts, &mut used));
            }
        }
        let mut embedded = Embedded::default();
        let mut all = Vec::new();
        for (id, used) in used {
            if let Some(bytes) = reduced(fonts, id, &used) {
                all.extend_from_slice(&bytes);
                embedded.faces.insert(id, bytes);
            }
        }
        embedded.name = format!("lc-{}", &Digest::of(&all).to_string()[..8]);
        embedded
    }

    /// Returns whether these faces draw a text as it was measured.
    pub(super) fn holds(&self, text: &Text, fonts: &Fonts<'_>) -> bool {
        text.lines.iter().all(|line| {
            is_simple(line, fonts)
                && line.glyphs.iter().all(|glyph| self.faces.contains_key(&glyph.face))
        })
    }

    /// Returns the names of the families, to stand before all others.
    pub(super) fn families(&self, fonts: &Fonts<'_>) -> String {
        let names: BTreeSet<String> = self.faces.keys().map(|id| self.family(*id, fonts)).collect();
        names.into_iter().map(|name| format!("{name},")).collect()
    }

    /// Writes the rules that say what the families are.
    pub(super) fn write(&self, fonts: &Fonts<'_>, out: &mut Vec<u8>) {
        for (id, bytes) in &self.faces {
            let weight = if fonts.name(*id).1 { 700 } else { 400 };
            let family = self.family(*id, fonts);
            let data = STANDARD.encode(bytes);
            out.extend_from_slice(
                format!(
                    "@font-face{{font-family:{family};font-weight:{weight};\
                     src:url(data:font/ttf;base64,{data})}}\n"
                )
                .as_bytes(),
            );
        }
    }

    /// Returns the family of a face: Noto Sans and its bold face are one.
    fn family(&self, id: FaceId, fonts: &Fonts<'_>) -> String {
        let is_bold = fonts.name(id).1;
        let at = if is_bold { 0 } else { id.0 };
        format!("{}-{at}", self.name)
    }
}

/// Returns whether a line is drawn by letters side by side: a glyph for each, from left to right.
fn is_simple(line: &Line, fonts: &Fonts<'_>) -> bool {
    let mut glyphs = line.glyphs.iter();
    let mut characters = line.text.char_indices();
    loop {
        match (glyphs.next(), characters.next()) {
            (None, None) => return true,
            (Some(glyph), Some((start, character))) => {
                let own = fonts.face(glyph.face).and_then(|face| face.glyph_index(character));
                let is_usual = own.is_some_and(|own| own.0 == glyph.id);
                if glyph.start as usize != start || glyph.offset != (0.0, 0.0) || !is_usual {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

fn take(line: &Line, fonts: &Fonts<'_>, used: &mut BTreeMap<FaceId, Used>) {
    for (at, (glyph, character)) in line.glyphs.iter().zip(line.text.chars()).enumerate() {
        let Some(face) = fonts.face(glyph.face) else { continue };
        let own = used.entry(glyph.face).or_default();
        own.glyphs.insert(character, glyph.id);
        let Some(next) = line.glyphs.get(at + 1).filter(|next| next.face == glyph.face) else {
            continue;
        };
        let usual = f64::from(face.glyph_hor_advance(GlyphId(glyph.id)).unwrap_or(0));
        let measured = f64::from(glyph.advance) * f64::from(face.units_per_em());
        let nearer = (measured - usual).round() as i16;
        if nearer != 0 && own.pairs.len() < MOST_PAIRS {
            own.pairs.insert((glyph.id, next.id), nearer);
        }
    }
}

/// Makes a face of those glyphs that are used.
fn reduced(fonts: &Fonts<'_>, id: FaceId, used: &Used) -> Option<Vec<u8>> {
    let mut remapper = GlyphRemapper::new();
    for glyph in used.glyphs.values() {
        remapper.remap(*glyph);
    }
    let subset = subsetter::subset(fonts.bytes(id), 0, &remapper).ok()?;
    let mut tables = tables(&subset)?;
    let glyph = |old: u16| remapper.get(old).unwrap_or(0);
    let characters = used.glyphs.iter().map(|(character, old)| (*character, glyph(*old)));
    tables.insert(*b"cmap", characters_table(characters.collect()));
    let pairs = used.pairs.iter().map(|((a, b), nearer)| ((glyph(*a), glyph(*b)), *nearer));
    let pairs: BTreeMap<(u16, u16), i16> = pairs.collect();
    if !pairs.is_empty() {
        tables.insert(*b"kern", pairs_table(&pairs));
    }
    let face = fonts.face(id)?;
    let metrics = face.raw_face().table(Tag::from_bytes(b"OS/2"))?;
    tables.insert(*b"OS/2", metrics.to_vec());
    Some(assembled(&subset[..4], tables))
}

/// Takes the tables of a file apart.
fn tables(file: &[u8]) -> Option<BTreeMap<[u8; 4], Vec<u8>>> {
    let count = u16::from_be_bytes(file.get(4..6)?.try_into().ok()?);
    let mut tables = BTreeMap::new();
    for record in file.get(12..)?.as_chunks::<16>().0.iter().take(usize::from(count)) {
        let [a, b, c, d, _, _, _, _, start @ .., l0, l1, l2, l3] = *record;
        let start = u32::from_be_bytes(start) as usize;
        let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        tables.insert([a, b, c, d], file.get(start..start.checked_add(length)?)?.to_vec());
    }
    Some(tables)
}

/// Puts tables together as a file.
fn assembled(version: &[u8], mut tables: BTreeMap<[u8; 4], Vec<u8>>) -> Vec<u8> {
    if let Some(sum) = tables.get_mut(b"head").and_then(|head| head.get_mut(8..12)) {
        sum.fill(0);
    }
    let count = tables.len() as u16;
    let mut file = version.to_vec();
    file.extend_from_slice(&search(count, 16));
    let mut start = 12 + 16 * tables.len();
    for (tag, bytes) in &tables {
        file.extend_from_slice(tag);
        for number in [sum(bytes), start as u32, bytes.len() as u32] {
            file.extend_from_slice(&number.to_be_bytes());
        }
        start += bytes.len().next_multiple_of(4);
    }
    let mut head = None;
    for (tag, bytes) in &tables {
        if tag == b"head" {
            head = Some(file.len());
        }
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let whole = 0xb1b0_afba_u32.wrapping_sub(sum(&file));
    if let Some(place) = head.and_then(|head| file.get_mut(head + 8..head + 12)) {
        place.copy_from_slice(&whole.to_be_bytes());
    }
    file
}

/// Returns a count and what helps to search by halves among so many records.
fn search(count: u16, size: u16) -> [u8; 8] {
    let power = 15 - count.max(1).leading_zeros() as u16;
    let range = (1 << power) * size;
    let mut bytes = [0; 8];
    let numbers = [count, range, power, (count * size).wrapping_sub(range)];
    for (place, number) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(numbers) {
        *place = number.to_be_bytes();
    }
    bytes
}

fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

/// Makes the table that says which glyph a character has.
fn characters_table(characters: Vec<(char, u16)>) -> Vec<u8> {
    // One subtable, for all of Unicode, of groups.
    let mut table = vec![0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0];
    let length = 16 + 12 * characters.len() as u32;
    for number in [length, 0, characters.len() as u32] {
        table.extend_from_slice(&number.to_be_bytes());
    }
    for (character, glyph) in characters {
        for number in [u32::from(character), u32::from(character), u32::from(glyph)] {
            table.extend_from_slice(&number.to_be_bytes());
        }
    }
    table
}

/// Makes the table of the distances of pairs.
fn pairs_table(pairs: &BTreeMap<(u16, u16), i16>) -> Vec<u8> {
    let count = pairs.len() as u16;
    let mut table = vec![0, 0, 0, 1, 0, 0];
    table.extend_from_slice(&(14 + 6 * count).to_be_bytes());
    table.extend_from_slice(&[0, 1]);
    let power = 15 - count.leading_zeros() as u16;
    let range = (1u16 << power).wrapping_mul(6);
    for number in [count, range, power, (count * 6).wrapping_sub(range)] {
        table.extend_from_slice(&number.to_be_bytes());
    }
    for ((left, right), nearer) in pairs {
        table.extend_from_slice(&left.to_be_bytes());
        table.extend_from_slice(&right.to_be_bytes());
        table.extend_from_slice(&nearer.to_be_bytes());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::font::Weight;
    use crate::scene::text::{Owner, Texts};

    fn line(text: &str) -> (Line, Fonts<'static>) {
        let fonts = Fonts::new([]).unwrap();
        let line = Texts::new(&fonts).line(text, Weight::Regular, Owner::Title);
        (line, fonts)
    }

    #[test]
    fn a_reduced_face_draws_its_texts_as_they_were_measured() {
        for text in ["AVATAR Yes. To be", "Größe 12 – naïve", "Заказ", "office affluent"]
        {
            let (line, fonts) = line(text);
            assert!(is_simple(&line, &fonts), "{text}");
            let mut used = BTreeMap::new();
            take(&line, &fonts, &mut used);
            let bytes = reduced(&fonts, FaceId(0), &used[&FaceId(0)]).unwrap();
            assert!(bytes.len() < 12_000, "{text}: {}", bytes.len());
            let own = Fonts::new([&*bytes]).unwrap();
            let last = (0..=9).map(FaceId).rfind(|id| own.face(*id).is_some()).unwrap();
            let face = own.face(last).unwrap();
            let mut width = 0.0;
            let glyphs: Vec<GlyphId> =
                text.chars().map(|character| face.glyph_index(character).unwrap()).collect();
            let pairs = face.tables().kern.into_iter().flat_map(|table| table.subtables);
            let pairs: Vec<_> = pairs.collect();
            for (at, glyph) in glyphs.iter().enumerate() {
                width += f64::from(face.glyph_hor_advance(*glyph).unwrap());
                let next = glyphs.get(at + 1);
                let nearer = next.and_then(|next| pairs.first()?.glyphs_kerning(*glyph, *next));
                width += f64::from(nearer.unwrap_or(0));
            }
            let measured = line.width * f64::from(face.units_per_em());
            assert!((width - measured).abs() < 1.0, "{text}: {width} {measured}");
        }
    }

    #[test]
    fn what_is_joined_or_goes_from_right_to_left_is_not_simple() {
        for text in ["مرحبا", "שלום"] {
            let (line, fonts) = line(text);
            assert!(!is_simple(&line, &fonts), "{text}");
        }
    }
}
