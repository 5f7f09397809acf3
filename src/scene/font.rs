//! The faces that texts are measured and drawn with.
//!
//! They come with layercake or from the project, never from the machine, so that a picture is the
//! same on each. Licences and origins are in `fonts/README.md`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustybuzz::ttf_parser::name_id;
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use super::path::{Path, Segment};
use crate::layout::Point;

/// Noto Sans Regular 1.04.
pub const REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
/// Noto Sans Bold 1.04.
pub const BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");
/// DejaVu Sans 2.37, for symbols and further scripts.
#[cfg(feature = "symbols")]
pub const SYMBOLS: &[u8] = include_bytes!("fonts/DejaVuSans.ttf");

/// What a viewer may take where it has none of our faces; those that are about as wide first.
const SUBSTITUTES: &str =
    "\"Open Sans\", \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, sans-serif";

/// A face's place among [`Fonts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub u8);

/// How heavy letters are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// As most text is.
    #[default]
    Regular,
    /// For titles.
    Bold,
}

/// A face that has been opened.
type Opened = rustybuzz::Face<'static>;

static EMBEDDED: LazyLock<Vec<Option<Opened>>> = LazyLock::new(|| {
    let bytes: &[&'static [u8]] = &[
        REGULAR,
        BOLD,
        #[cfg(feature = "symbols")]
        SYMBOLS,
    ];
    bytes.iter().map(|bytes| rustybuzz::Face::from_slice(bytes, 0)).collect()
});

/// The faces to draw with: those that come with layercake, and the project's.
pub struct Fonts<'a> {
    more: Vec<More<'a>>,
}

/// A face of the project.
struct More<'a> {
    bytes: &'a [u8],
    face: rustybuzz::Face<'a>,
    family: String,
}

impl<'a> Fonts<'a> {
    /// Opens further faces, for what those that come with layercake lack.
    ///
    /// # Errors
    ///
    /// Fails with the place of the first that is no font of outlines.
    pub fn new(more: impl IntoIterator<Item = &'a [u8]>) -> Result<Fonts<'a>, usize> {
        let mut fonts = Fonts { more: Vec::new() };
        for (at, bytes) in more.into_iter().enumerate() {
            let face = rustybuzz::Face::from_slice(bytes, 0).ok_or(at)?;
            let has_outlines = face.tables().glyf.is_some() || face.tables().cff.is_some();
            if !has_outlines || fonts.more.len() >= 200 {
                return Err(at);
            }
            let family = family(&face).unwrap_or_else(|| format!("face {}", at + 1));
            fonts.more.push(More { bytes, face, family });
        }
        Ok(fonts)
    }

    /// Returns the face that has a character, if any has: that of the weight first, then the
    /// project's, then those for symbols.
    pub fn face_for(&self, character: char, weight: Weight) -> Option<FaceId> {
        let first = FaceId(weight as u8);
        let embedded = EMBEDDED.len() as u8;
        let more = (embedded..).map(FaceId).take(self.more.len());
        let symbols = (2..embedded).map(FaceId);
        let other = FaceId(1 - weight as u8);
        [first]
            .into_iter()
            .chain(more)
            .chain(symbols)
            .chain([other])
            .find(|id| self.face(*id).is_some_and(|face| face.glyph_index(character).is_some()))
    }

    /// Returns a face, opened.
    pub fn face(&self, id: FaceId) -> Option<&rustybuzz::Face<'a>> {
        match EMBEDDED.get(id.0 as usize) {
            Some(face) => face.as_ref(),
            None => self.more.get(id.0 as usize - EMBEDDED.len()).map(|more| &more.face),
        }
    }

    /// Returns the bytes of a face's file.
    pub fn bytes(&self, id: FaceId) -> &'a [u8] {
        match id.0 {
            0 => REGULAR,
            1 => BOLD,
            #[cfg(feature = "symbols")]
            2 => SYMBOLS,
            _ => self.more.get(id.0 as usize - EMBEDDED.len()).map_or(&[], |more| more.bytes),
        }
    }

    /// Returns the family of a face and whether it is bold, as style sheets name them.
    pub fn name(&self, id: FaceId) -> (&str, bool) {
        match id.0 {
            0 => ("Noto Sans", false),
            1 => ("Noto Sans", true),
            #[cfg(feature = "symbols")]
            2 => ("DejaVu Sans", false),
            _ => {
                let more = self.more.get(id.0 as usize - EMBEDDED.len());
                (more.map_or("", |more| &more.family), false)
            }
        }
    }

    /// Returns the families to ask for in a style sheet, with what may stand in for them.
    pub fn families(&self) -> String {
        let mut seen = BTreeSet::new();
        let mut families = String::new();
        let more = self.more.iter().map(|more| more.family.as_str());
        let symbols = cfg!(feature = "symbols").then_some("DejaVu Sans");
        for family in ["Noto Sans"].into_iter().chain(more).chain(symbols) {
            if seen.insert(family) {
                families.push('"');
                families.push_str(family);
                families.push_str("\", ");
            }
        }
        families + SUBSTITUTES
    }

    /// Returns the outline of a glyph in units of its em, y downwards.
    pub fn outline(&self, face: FaceId, glyph: u16) -> Path {
        let Some(face) = self.face(face) else { return Path::default() };
        let scale = 1.0 / f64::from(face.units_per_em().max(1));
        let mut pen = Pen { scale, path: Path::default(), last: Point::default() };
        face.outline_glyph(GlyphId(glyph), &mut pen);
        pen.path
    }
}

/// Returns the family name that a face has, without what a style sheet cannot hold.
fn family(face: &rustybuzz::Face<'_>) -> Option<String> {
    let names = face.names().into_iter();
    let named = |wanted| {
        let mut names = names.filter(|name| name.name_id == wanted && name.is_unicode());
        names.find_map(|name| name.to_string())
    };
    let name = named(name_id::TYPOGRAPHIC_FAMILY).or_else(|| named(name_id::FAMILY))?;
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let plain: String = name.chars().filter(is_plain).take(60).collect();
    (!plain.is_empty()).then_some(plain)
}

/// Takes an outline down.
struct Pen {
    scale: f64,
    path: Path,
    last: Point,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        Point { x: f64::from(x) * self.scale, y: -f64::from(y) * self.scale }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.point(x, y);
        self.path.0.push(Segment::Move(self.last));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = self.point(x, y);
        self.path.0.push(Segment::Line(self.last));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (control, end) = (self.point(x1, y1), self.point(x, y));
        let toward = |from: Point| Point {
            x: from.x + (control.x - from.x) * 2.0 / 3.0,
            y: from.y + (control.y - from.y) * 2.0 / 3.0,
        };
        self.path.0.push(Segment::Curve(toward(self.last), toward(end), end));
        self.last = end;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let end = self.point(x, y);
        self.path.0.push(Segment::Curve(self.point(x1, y1), self.point(x2, y2), end));
        self.last = end;
    }

    fn close(&mut self) {
        self.path.0.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    #[test]
    fn the_faces_are_those_that_were_chosen() {
        let check = |bytes: &[u8], digest: &str| {
            assert_eq!(Digest::of(bytes).to_string(), digest);
        };
        check(REGULAR, "642a52a39b2164e8b319f7eeb2a231dd8abc43fe3d4fd24a2914837943242bfb");
        check(BOLD, "4a17605c62a588438723c74af190d549b25ab27018346d140ce1d89222b97f56");
        #[cfg(feature = "symbols")]
        check(SYMBOLS, "924e3147d8bd6293f17d96a2e9947176cb7fbea056992d2ec25bb6c4e1c96fb0");
        assert!(EMBEDDED.iter().all(Option::is_some));
    }

    #[test]
    fn a_character_is_drawn_by_the_first_face_that_has_it() {
        let fonts = Fonts::new([REGULAR]).unwrap();
        assert_eq!(fonts.face_for('a', Weight::Regular), Some(FaceId(0)));
        assert_eq!(fonts.face_for('a', Weight::Bold), Some(FaceId(1)));
        assert_eq!(fonts.face_for('字', Weight::Bold), None);
        #[cfg(feature = "symbols")]
        assert_eq!(fonts.face_for('✓', Weight::Bold), Some(FaceId(2)));
        assert_eq!(Fonts::new([REGULAR, b"no font"]).err(), Some(1));
    }
}
