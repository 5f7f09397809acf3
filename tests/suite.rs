//! The one test binary; a module for each thing that users may rely on.

#![cfg(test)]

mod support;

mod architecture;
mod checks;
mod cli;
mod contract;
mod crashes;
mod damage;
mod docs;
mod doctor;
mod fan_outs;
mod faults;
mod fuzz;
mod folders;
mod golden;
mod history;
mod layout;
mod machine;
mod older;
mod origins;
mod processes;
mod properties;
mod real;
mod scheduling;
mod schema;
mod through;
mod validators;
mod watch;
