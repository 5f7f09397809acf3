//! The library's error: what can go wrong outside of plans and steps, which have diagnostics.

use thiserror::Error;

use crate::engine::{BuildError, RestoreError};
use crate::project::ProjectError;

/// Why something could not be done at all.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no project.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The build could not start.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// An earlier output could not be brought back.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The store could not be locked, read or written.
    #[error("`.layercake`, the store of the project, cannot be used")]
    Store(#[source] std::io::Error),
    /// Files could not be watched.
    #[cfg(feature = "watch")]
    #[error(transparent)]
    Watch(#[from] crate::watch::WatchError),
}
