//! The `layercake` command.

mod cli;

use std::process::ExitCode;
use std::thread;

/// How much of a stack the command has at least, in bytes.
const STACK: u64 = 4 << 20;

fn main() -> ExitCode {
    if !has_small_stack() {
        return cli::run();
    }
    let command = thread::Builder::new().stack_size(STACK as usize).spawn(cli::run);
    match command.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // What there was to say of the bug has been said.
        Ok(Err(_)) => ExitCode::from(cli::Exit::Bug as u8),
        Err(_) => cli::run(),
    }
}

/// Returns whether the shell has set a limit to the stack that may be too small.
#[cfg(target_os = "linux")]
fn has_small_stack() -> bool {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Stack).current.is_some_and(|limit| limit < STACK)
}

#[cfg(not(target_os = "linux"))]
fn has_small_stack() -> bool {
    false
}
