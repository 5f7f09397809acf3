//! Scenes as files: SVG, PNG and PDF.
//!
//! Knows pictures as boxes, paths and text, and nothing of graphs.

#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "png")]
pub mod png;
pub mod svg;
