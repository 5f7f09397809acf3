//! The one test binary; a module for each thing that users may rely on.

#![cfg(test)]

mod support;

mod architecture;
mod cli;
mod contract;
mod crashes;
mod damage;
mod docs;
mod doctor;
mod faults;
mod fuzz;
mod golden;
mod history;
mod machine;
mod processes;
mod properties;
mod scheduling;
mod schema;
mod validators;
mod watch;
