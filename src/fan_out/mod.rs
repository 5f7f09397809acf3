//! Fan-outs: one export that writes a file for each of many items of a graph or table.
//!
//! Finds the items, where each goes, and which part of the graph each shows: its slice. Each item
//! has a digest of all that it shows, from digests of rows that are made once, so that a change in
//! one row is seen in the few items that show it. Makes no file itself.

mod digests;
mod items;
mod options;
mod path;
mod slices;

pub use digests::Digests;
pub use items::Items;
pub use options::{FanOut, ForEach, Slice};
pub use path::PathPattern;
pub use slices::{Scratch, Slicer};
