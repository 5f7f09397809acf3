//! Machines that are full, old, slow to stamp, or let nobody in.
//!
//! Mounts are made on a thread with a mount namespace of its own, so that they end with it and
//! nobody else sees them. That takes root; where it is not allowed, the tests say so and pass.

mod clocks;
mod full;
mod limits;
mod mounts;
mod power;
mod refusals;
mod strange_files;
mod streams;

use std::path::{Path, PathBuf};
use std::process::Command;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};

use crate::support::cannot;

/// Runs `work` with a folder to mount things in, on a thread that has its mounts for itself.
pub fn with_own_mounts(work: impl FnOnce(&Path) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    let thread = std::thread::spawn(move || {
        let none: Option<&str> = None;
        let private = unshare(CloneFlags::CLONE_NEWNS)
            .and_then(|()| mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none));
        match private {
            Ok(()) => work(&path),
            Err(error) => cannot("mounts", &error.to_string()),
        }
    });
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Runs a tool of the system; returns whether it did what it should, and says so if not.
pub fn tool(words: &[&str]) -> bool {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let output = Command::new(words[0]).args(&words[1..]).env("PATH", path).output();
    match output {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            cannot(&words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
            false
        }
        Err(error) => {
            cannot(&words.join(" "), &error.to_string());
            false
        }
    }
}

/// Mounts a file system in memory; `None` if the machine does not let us.
pub fn tmpfs(folder: &Path, name: &str, options: &str) -> Option<PathBuf> {
    let place = folder.join(name);
    std::fs::create_dir(&place).unwrap();
    tool(&["mount", "-t", "tmpfs", "-o", options, "none", text(&place)]).then_some(place)
}

/// Makes a file system in a file and mounts it; `None` if the machine does not let us.
pub fn image(folder: &Path, name: &str, make: &[&str], options: &str) -> Option<PathBuf> {
    let (file, place) = (folder.join(format!("{name}.img")), folder.join(name));
    std::fs::create_dir(&place).unwrap();
    std::fs::File::create(&file).unwrap().set_len(400 << 20).unwrap();
    let is_made = tool(&[make, &[text(&file)]].concat());
    let is_there = is_made && tool(&["mount", "-o", options, text(&file), text(&place)]);
    is_there.then_some(place)
}

/// Returns a path as text; the tests' own paths are.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
