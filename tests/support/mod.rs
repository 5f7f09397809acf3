//! What the tests have in common: projects that last as long as a test, and disks that fail.

mod blessing;
mod faulty_disk;
mod project;

pub use blessing::check_file;
pub use faulty_disk::{Fault, FaultyDisk, Ills};
pub use project::{Build, Project, files_below};

use std::path::PathBuf;

/// Returns a path in the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
