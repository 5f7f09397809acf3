//! The `layercake` command.

mod cli;

use std::process::ExitCode;
use std::thread;

/// How much of a stack the command has, in bytes, whatever the shell's limit.
const STACK: usize = 8 << 20;

fn main() -> ExitCode {
    let command = thread::Builder::new().stack_size(STACK).spawn(cli::run);
    match command.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // What it had to say of a bug has been said; without a thread it runs here.
        Ok(Err(_)) => ExitCode::from(cli::Exit::Bug as u8),
        Err(_) => cli::run(),
    }
}
