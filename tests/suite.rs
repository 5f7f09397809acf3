//! The one test binary; a module for each thing that users may rely on.

mod validators;
