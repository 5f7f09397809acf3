//! What the tests have in common: projects that last as long as a test, disks that fail or tell what
//! is done, and the tools of the machine.

mod blessing;
mod faulty_disk;
mod machine;
mod observed_disk;
mod project;
mod random;
mod showcase;

pub use blessing::check_file;
pub use faulty_disk::{Fault, FaultyDisk, Ills};
pub use machine::{cannot, is_thorough, needs, rounds, skip};
pub use observed_disk::{ObservedDisk, Operation};
pub use project::{Build, Outputs, Project, files_below};
pub use random::Random;
pub use showcase::{INPUTS, OUTPUTS, STEPS, showcase, showcase_in};

use std::path::PathBuf;

/// Returns a path in the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
