//! Scenes as files: SVG, PNG, PDF and HTML.
//!
//! Knows pictures as boxes, paths and text, and nothing of graphs.

mod embedded;
pub mod html;
mod outlines;
mod path_data;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "png")]
pub mod png;
mod sheet;
pub mod svg;
mod viewer;
