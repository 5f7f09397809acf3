//! layercake: make for graph diagrams.
//!
//! A plan (YAML) names graphs that are imported from tables, transformed, and exported to files.
//! A build makes every export fresh, and runs no step whose inputs are what they were:
//!
//! ```text
//! plan text → Plan → Dag → scheduler → step functions → outputs
//!                              ↕
//!                            store          (key → result, digest → bytes)
//! ```
//!
//! The modules below stand in reading order; each uses only those above it.
//!
//! 1. [`plan`] reads plan text into a checked [`plan::Plan`], by way of a [`tree`] with spans; what
//!    kinds of step there are it learns from the [`registry`].
//! 2. [`dag`] finds out which step uses which, and which files match.
//! 3. [`engine`] decides what is stale and runs that on threads. Step functions are pure
//!    ([`step`]): they get graphs and bytes, and give back a graph or bytes.
//! 4. [`store`] keeps what was made: results by key, bytes by digest, and the history of builds.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//! use std::sync::atomic::AtomicBool;
//!
//! use layercake::diagnostic::Diagnostics;
//! use layercake::disk::{Disk, RealDisk};
//! use layercake::engine::{self, Request};
//! use layercake::project::Project;
//!
//! let disk: Arc<dyn Disk> = Arc::new(RealDisk);
//! let project = Project::find(Path::new("."), None, Vec::new(), &*disk)?;
//! let mut problems = Diagnostics::default();
//! let dag = engine::read_dag(&project, &disk, &mut problems);
//! assert!(!problems.has_errors());
//! let stop = AtomicBool::new(false);
//! let summary =
//!     engine::build(&project, &dag, &Request::default(), &disk, &stop, &mut |event| {
//!         println!("{event:?}");
//!     })?;
//! assert!(summary.is_success());
//! # Ok::<(), layercake::error::Error>(())
//! ```

mod reserved;
pub mod layout;
pub mod source;
pub mod diagnostic;
pub mod digest;
pub mod disk;
pub mod graph;
#[cfg(feature = "sql")]
mod query;
pub mod expression;
pub mod finding;
pub mod scene;
pub mod render;
pub mod drawing;
pub mod tree;
pub mod path;
pub mod origin;
pub mod step;
mod importers;
mod transforms;
mod analyses;
pub mod checks;
pub mod fan_out;
mod exporters;
pub mod registry;
pub mod places;
pub mod plan;
pub mod dag;
pub mod store;
pub mod project;
pub mod engine;
pub mod clean;
pub mod doctor;
#[cfg(feature = "watch")]
pub mod watch;
pub mod error;

pub use exporters::graph_schema;
