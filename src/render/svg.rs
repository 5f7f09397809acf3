//! Writes a scene as SVG 2: text as text, a class for each style, colors for light and dark pages.
//!
//! Styles are in a sheet whose selectors begin with a class of the picture's own, so that pictures
//! can stand side by side in a page. Numbers have two decimals at most. Nothing of a graph is
//! more than text here: no script, no reference to anything outside but links to follow.

use std::io::Write as _;

use super::embedded::Embedded;
use super::outlines::Outlines;
use super::path_data::{number, path_data};
pub use super::sheet::Letters;
use super::sheet::{has_dark, rule};
use crate::digest::Digest;
use crate::layout::Rect;
use crate::scene::font::Fonts;
use crate::scene::name::is_from_right;
use crate::scene::path::Path;
use crate::scene::theme::Paint;
use crate::scene::{Group, Mark, Role, Scene, StyleId, Text};

/// Writes a scene.
pub fn write(scene: &Scene, fonts: &Fonts<'_>, letters: Letters, out: &mut Vec<u8>) {
    let mut sheet = Vec::new();
    for class in &scene.styles {
        rule(&mut sheet, &class.name, class.style, false, letters);
    }
    let digest = Digest::of(&sheet).to_string();
    let scope = format!("lc-{}", &digest[..8]);
    let embedded = match letters {
        Letters::Embedded => Some(Embedded::of(scene, fonts)),
        _ => None,
    };
    let outlines = Outlines::of(scene);
    let mut writer = Writer { scene, fonts, letters, embedded, outlines, scope, out };
    writer.write();
}

struct Writer<'a> {
    scene: &'a Scene,
    fonts: &'a Fonts<'a>,
    letters: Letters,
    embedded: Option<Embedded>,
    outlines: Outlines,
    scope: String,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn write(&mut self) {
        let scene = self.scene;
        self.head();
        self.sheet();
        self.outlines.write(scene, self.out);
        if let Some(page) = scene.page {
            self.put(b"<rect class=\"page\"");
            self.place(scene.frame);
            self.color(b"fill", page);
            self.put(b"/>\n");
        }
        for group in &scene.groups {
            self.group(group);
        }
        self.put(b"</svg>\n");
    }

    fn head(&mut self) {
        let Rect { corner, size } = self.scene.frame;
        self.put(b"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"");
        let scope = self.scope.clone();
        self.put(scope.as_bytes());
        self.put(b"\" viewBox=\"");
        for (at, value) in [corner.x, corner.y, size.width, size.height].into_iter().enumerate() {
            if at > 0 {
                self.put(b" ");
            }
            number(self.out, value);
        }
        self.put(b"\"");
        self.attribute(b"width", size.width);
        self.attribute(b"height", size.height);
        self.put(b" role=\"graphics-document document\"");
        let scene = self.scene;
        let name = if scene.title.is_empty() { &scene.description } else { &scene.title };
        self.text_attribute(b"aria-label", name);
        self.put(b">\n");
        if !scene.title.is_empty() {
            self.element(b"title", &scene.title);
            self.put(b"\n");
        }
        self.element(b"desc", &scene.description);
        self.put(b"\n");
    }

    fn sheet(&mut self) {
        self.put(b"<style>\n");
        let mut families = self.fonts.families();
        let mut looks = "";
        if let Some(embedded) = &self.embedded {
            embedded.write(self.fonts, self.out);
            families = embedded.families(self.fonts) + &families;
            looks = ";font-kerning:normal;text-rendering:geometricPrecision";
        }
        let scope = self.scope.clone();
        if self.letters != Letters::Outlines {
            let _ = writeln!(
                self.out,
                ".{scope} text{{font-family:{families};white-space:pre;unicode-bidi:plaintext{looks}}}"
            );
            let _ = writeln!(
                self.out,
                ".{scope} .node text,.{scope} .edge-label text{{text-anchor:middle}}"
            );
        }
        if self.letters != Letters::Outlines && self.scene.texts().any(|text| way(text).is_some()) {
            let _ = writeln!(self.out, ".{scope} text[direction]{{unicode-bidi:normal}}");
        }
        let mut rules = Vec::new();
        for class in &self.scene.styles {
            let mut own = Vec::new();
            rule(&mut own, &class.name, class.style, false, self.letters);
            rules.extend_from_slice(format!(".{scope} ").as_bytes());
            rules.append(&mut own);
        }
        let mut dark = Vec::new();
        for class in &self.scene.styles {
            if has_dark(class.style) {
                dark.extend_from_slice(format!(".{scope} ").as_bytes());
                rule(&mut dark, &class.name, class.style, true, self.letters);
            }
        }
        self.out.append(&mut rules);
        let page = self.scene.page.filter(|page| page.color != page.dark);
        if !dark.is_empty() || page.is_some() {
            self.put(b"@media (prefers-color-scheme:dark){\n");
            if let Some(page) = page {
                let _ = writeln!(self.out, ".{scope} .page{{fill:{}}}", page.dark);
            }
            self.out.append(&mut dark);
            self.put(b"}\n");
        }
        self.put(b"</style>\n");
    }

    fn group(&mut self, group: &Group) {
        let (class, role): (&[u8], &[u8]) = match group.role {
            Role::Partition => (b"partition", b"graphics-object group"),
            Role::Node => (b"node", b"graphics-symbol img"),
            Role::Edge => (b"edge", b"graphics-symbol img"),
            Role::EdgeLabel => (b"edge-label", b""),
            Role::Legend | Role::Meaning => (b"legend", b"group"),
            Role::Heading => (b"partition-label", b""),
            Role::Title => (b"title", b""),
            Role::Ground => (b"ground", b""),
        };
        self.put(b"<g class=\"");
        self.put(class);
        self.put(b"\"");
        if !group.id.is_empty() {
            self.text_attribute(b"data-id", &group.id);
        }
        if !group.layer.is_empty() {
            self.text_attribute(b"data-layer", &group.layer);
        }
        if role.is_empty() {
            // Said already: by the document, or by the edge's line.
            self.put(b" aria-hidden=\"true\"");
        } else {
            self.put(b" role=\"");
            self.put(role);
            self.put(b"\"");
            self.text_attribute(b"aria-label", &group.speech);
        }
        self.put(b">");
        if !group.title.is_empty() {
            self.element(b"title", &group.title);
        }
        if let Some(link) = &group.link {
            self.put(b"<a");
            self.text_attribute(b"href", link);
            self.put(b" target=\"_top\" rel=\"noopener noreferrer\"");
            if matches!(group.role, Role::EdgeLabel | Role::Heading) {
                self.put(b" tabindex=\"-1\"");
            }
            self.put(b">");
        }
        for mark in &group.marks {
            self.mark(mark, group.role);
        }
        if group.link.is_some() {
            self.put(b"</a>");
        }
        self.put(b"</g>\n");
    }

    fn mark(&mut self, mark: &Mark, role: Role) {
        match mark {
            Mark::Box(rect, radius, style) => {
                self.put(b"<rect");
                self.class(*style);
                self.place(*rect);
                if *radius > 0.0 {
                    self.attribute(b"rx", *radius);
                }
                self.put(b"/>");
            }
            Mark::Ellipse(rect, style) => {
                self.put(b"<ellipse");
                self.class(*style);
                let (rx, ry) = (rect.size.width / 2.0, rect.size.height / 2.0);
                self.attribute(b"cx", rect.corner.x + rx);
                self.attribute(b"cy", rect.corner.y + ry);
                self.attribute(b"rx", rx);
                self.attribute(b"ry", ry);
                self.put(b"/>");
            }
            Mark::Path(path, style) => self.path(path, *style),
            Mark::Shared(outline, at, style) => match self.outlines.id(*outline) {
                Some(id) => {
                    self.put(b"<use");
                    self.class(*style);
                    self.text_attribute(b"href", &format!("#{id}"));
                    self.attribute(b"x", at.x);
                    self.attribute(b"y", at.y);
                    self.put(b"/>");
                }
                None => self.path(&self.scene.outline(*outline, *at), *style),
            },
            Mark::Raster(raster, of, _) => {
                self.put(b"<use");
                self.text_attribute(b"href", &format!("#{}", self.outlines.raster(*raster)));
                self.place(*of);
                self.put(b"/>");
            }
            Mark::Text(text) if self.is_outlined(text) => self.outlines(text),
            Mark::Text(text) => self.text(text, role),
        }
    }

    fn text(&mut self, text: &Text, role: Role) {
        let is_centered_by_role = matches!(role, Role::Node | Role::EdgeLabel);
        let size = self.scene.style(text.style).font_size();
        self.put(b"<text");
        self.class(text.style);
        self.attribute(b"x", text.at.x);
        self.attribute(b"y", text.at.y);
        let way = way(text);
        if let Some(way) = way {
            self.text_attribute(b"direction", way);
        }
        if text.is_centered && !is_centered_by_role {
            self.put(b" text-anchor=\"middle\"");
        } else if !text.is_centered && way == Some("rtl") {
            // Its place is its left end, which is where it ends.
            self.put(b" text-anchor=\"end\"");
        }
        if text.turn != 0.0 {
            self.put(b" transform=\"rotate(");
            for (at, value) in [text.turn, text.at.x, text.at.y].into_iter().enumerate() {
                if at > 0 {
                    self.put(b" ");
                }
                number(self.out, value);
            }
            self.put(b")\"");
        }
        let [line] = &*text.lines else {
            self.put(b">");
            for (at, line) in text.lines.iter().enumerate() {
                self.put(b"<tspan");
                if at > 0 {
                    self.attribute(b"x", text.at.x);
                    self.attribute(b"dy", text.leading);
                }
                self.fit(line.width * size);
                self.put(b">");
                write_text(self.out, &line.text);
                self.put(b"</tspan>");
            }
            self.put(b"</text>");
            return;
        };
        self.fit(line.width * size);
        self.put(b">");
        write_text(self.out, &line.text);
        self.put(b"</text>");
    }

    fn is_outlined(&self, text: &Text) -> bool {
        let is_missed = |embedded: &Embedded| !embedded.holds(text, self.fonts);
        self.letters == Letters::Outlines || self.embedded.as_ref().is_some_and(is_missed)
    }

    fn fit(&mut self, width: f64) {
        if self.letters == Letters::Fitted && width > 0.0 {
            self.attribute(b"textLength", width);
            self.put(b" lengthAdjust=\"spacingAndGlyphs\"");
        }
    }

    fn outlines(&mut self, text: &Text) {
        let size = self.scene.style(text.style).font_size();
        let mut all = Path::default();
        for (at, line) in text.level(size) {
            let mut x = at.x;
            for glyph in &line.glyphs {
                let (dx, dy) = (f64::from(glyph.offset.0), f64::from(glyph.offset.1));
                let outline = self.fonts.outline(glyph.face, glyph.id);
                all.0.extend(outline.moved(size, x + dx * size, at.y + dy * size).0);
                x += f64::from(glyph.advance) * size;
            }
        }
        if text.turn != 0.0 {
            all = all.turned(text.at, text.way());
        }
        if !all.0.is_empty() {
            self.path(&all, text.style);
        }
    }

    fn path(&mut self, path: &Path, style: StyleId) {
        self.put(b"<path");
        self.class(style);
        self.put(b" d=\"");
        path_data(self.out, path);
        self.put(b"\"/>");
    }

    fn class(&mut self, style: StyleId) {
        if let Some(class) = self.scene.styles.get(style.0 as usize) {
            self.put(b" class=\"s-");
            self.put(class.name.as_bytes());
            self.put(b"\"");
        }
    }

    fn color(&mut self, name: &[u8], paint: Paint) {
        self.put(b" ");
        self.put(name);
        let _ = write!(self.out, "=\"{}\"", paint.color);
    }

    fn place(&mut self, rect: Rect) {
        self.attribute(b"x", rect.corner.x);
        self.attribute(b"y", rect.corner.y);
        self.attribute(b"width", rect.size.width);
        self.attribute(b"height", rect.size.height);
    }

    fn attribute(&mut self, name: &[u8], value: f64) {
        self.put(b" ");
        self.put(name);
        self.put(b"=\"");
        number(self.out, value);
        self.put(b"\"");
    }

    fn text_attribute(&mut self, name: &[u8], value: &str) {
        self.put(b" ");
        self.put(name);
        self.put(b"=\"");
        write_text(self.out, value);
        self.put(b"\"");
    }

    fn element(&mut self, name: &[u8], text: &str) {
        self.put(b"<");
        self.put(name);
        self.put(b">");
        write_text(self.out, text);
        self.put(b"</");
        self.put(name);
        self.put(b">");
    }

    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}

/// Returns which way a text is read, where viewers would not find that out from each of its lines.
fn way(text: &Text) -> Option<&'static str> {
    if text.lines.iter().any(|line| line.is_from_right) {
        return Some("rtl");
    }
    text.lines.iter().any(|line| is_from_right(&line.text)).then_some("ltr")
}

/// Writes a text, as an element's or between the quotes of an attribute; control characters that
/// XML cannot hold have been replaced already, but in ids.
fn write_text(out: &mut Vec<u8>, text: &str) {
    let special = |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0x7f | 0xef);
    if !text.bytes().any(special) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for character in text.chars() {
        match character {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' | '\n' | '\r' => _ = write!(out, "&#{};", u32::from(character)),
            _ => {
                let character = crate::scene::text::substitute(character);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_inert() {
        let mut out = Vec::new();
        write_text(&mut out, "<script>\"&]]>\0\n");
        assert_eq!(String::from_utf8(out).unwrap(), "&lt;script&gt;&quot;&amp;]]&gt;␀&#10;");
    }
}
