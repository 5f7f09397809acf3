//! Outlines and pictures that an SVG has once, for several marks to use.
//!
//! Outlines have no class: what uses them says how they are drawn, since selectors of a picture's sheet
//! need not reach into what is used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::path_data::path_data;
use crate::digest::Digest;
use crate::scene::{Mark, OutlineId, Raster, RasterId, Scene};

/// Returns an address that is the picture itself.
pub(super) fn address(raster: &Raster) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(raster.encode()))
}

/// The outlines that more than one mark has, and all pictures.
#[derive(Debug)]
pub(super) struct Outlines {
    /// The number of each of the scene's that is one of them.
    numbers: Vec<Option<u32>>,
    /// How their ids begin: as those of no other picture that has other outlines.
    scope: String,
}

impl Outlines {
    /// Finds out which outlines of a scene several marks have.
    pub(super) fn of(scene: &Scene) -> Outlines {
        let mut counts = vec![0u32; scene.outlines.len()];
        for mark in scene.groups.iter().flat_map(|group| &group.marks) {
            if let Mark::Shared(outline, ..) = mark {
                counts[outline.0 as usize] += 1;
            }
        }
        let mut numbers = 0..;
        let number = |count| if count > 1 { numbers.next() } else { None };
        let numbers = counts.into_iter().map(number).collect();
        let mut outlines = Outlines { numbers, scope: String::new() };
        let mut all = Vec::new();
        outlines.each(scene, |_, data| all.extend_from_slice(data));
        for raster in &scene.rasters {
            all.extend_from_slice(&raster.pixels);
        }
        outlines.scope = format!("lc-{}", &Digest::of(&all).to_string()[..8]);
        outlines
    }

    /// Returns the id of an outline; nothing if only one mark has it.
    pub(super) fn id(&self, outline: OutlineId) -> Option<String> {
        let number = self.numbers.get(outline.0 as usize).copied().flatten()?;
        Some(format!("{}-{number}", self.scope))
    }

    /// Returns the id of a picture.
    pub(super) fn raster(&self, raster: RasterId) -> String {
        format!("{}-p{}", self.scope, raster.0)
    }

    /// Writes them, for others to use.
    pub(super) fn write(&self, scene: &Scene, out: &mut Vec<u8>) {
        if self.numbers.iter().all(Option::is_none) && scene.rasters.is_empty() {
            return;
        }
        out.extend_from_slice(b"<defs>\n");
        self.each(scene, |id, data| {
            let id = self.id(id).unwrap_or_default();
            out.extend_from_slice(format!("<path id=\"{id}\" d=\"").as_bytes());
            out.extend_from_slice(data);
            out.extend_from_slice(b"\"/>\n");
        });
        for (id, raster) in (0..).map(RasterId).zip(&scene.rasters) {
            let (id, width, height) = (self.raster(id), raster.width, raster.height);
            let data = address(raster);
            let text = format!(
                "<symbol id=\"{id}\" viewBox=\"0 0 {width} {height}\"><image width=\"{width}\" \
                 height=\"{height}\" href=\"{data}\"/></symbol>\n"
            );
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(b"</defs>\n");
    }

    fn each(&self, scene: &Scene, mut see: impl FnMut(OutlineId, &[u8])) {
        for ((id, outline), number) in (0..).zip(&scene.outlines).zip(&self.numbers) {
            if number.is_some() {
                let mut data = Vec::new();
                path_data(&mut data, outline);
                see(OutlineId(id), &data);
            }
        }
    }
}
