//! The one test binary; a module for each thing that users may rely on.

#![cfg(test)]

mod support;

mod architecture;
mod cli;
mod docs;
mod doctor;
mod faults;
mod golden;
mod history;
mod incremental;
mod processes;
mod properties;
mod scheduling;
mod schema;
mod validators;
mod watch;
