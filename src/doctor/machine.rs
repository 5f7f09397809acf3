//! The store, the clocks, the disk and the limits of the machine.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Doctor, counted, listed};
use crate::dag::Dag;
use crate::diagnostic::{bytes, reason};
use crate::disk::Node;
use crate::path;
use crate::project::Project;
use crate::store::{FOLDER, Store, TEMPORARY};

/// How far the clocks of the system and of a file system may be apart, in nanoseconds.
const MOST_SKEW: i64 = 2_000_000_000;
/// With less space than this, in bytes, a build may not come to its end.
const LITTLE_SPACE: u64 = 100_000_000;
/// With less space than this, in bytes, it will not.
const NO_SPACE: u64 = 1_000_000;
/// Where Linux says how many folders one user may watch.
const WATCHES: &str = "/proc/sys/fs/inotify/max_user_watches";

impl Doctor<'_> {
    pub(super) fn store(&mut self, project: &Project, dag: &Dag) {
        let before = self.findings.len();
        let folder = project.path(FOLDER);
        let node = self.disk.look(&folder);
        let place = if node.is_ok() { &folder } else { &project.folder };
        let remedy = "remove `.layercake`: that costs nothing but the time to build again";
        if let Ok(node) = &node {
            if *node != Node::Folder {
                return self.problem("store", "`.layercake` is no folder", remedy);
            }
            if self.disk.canonical(&folder).ok() != Some(project.folder.join(FOLDER)) {
                let message = "`.layercake` is a link, which the store must not be";
                return self.problem("store", message, remedy);
            }
        }
        if let Ok(rights) = self.disk.rights(place) {
            if !rights.is_writable {
                let place = place.display();
                let message = format!("you may not write to `{place}`: every build does all again");
                self.problem("store", message, "`chmod u+w` lets its owner write to it");
            } else if !rights.is_own && node.is_ok() {
                let message = "`.layercake` belongs to another user";
                self.warning("store", message, "let one user build, or remove `.layercake`");
            }
        }
        if let Ok(ground) = self.disk.ground(place)
            && let Some(kind) = ground.remote
        {
            self.warning(
                "store",
                format!("the project is on {kind}, which may be another machine's disk: locks and times there are not always right, and builds are slow"),
                "keep the project on a disk of this machine",
            );
        }
        if self.findings.len() == before {
            self.ok(
                "store",
                match node {
                    Ok(_) => "the store `.layercake` can be written",
                    Err(_) => "the first build makes the store `.layercake`",
                },
            );
        }
        if node.is_ok() {
            self.lock(project, dag, &folder);
        }
    }

    /// Looks at what can only be seen while nobody builds.
    fn lock(&mut self, project: &Project, dag: &Dag, folder: &Path) {
        let lock = folder.join("lock");
        if self.disk.look(&lock).is_err() {
            return;
        }
        let locked = match self.disk.lock(&lock) {
            Ok(Some(locked)) => locked,
            Ok(None) => {
                let holder = Store::new(&project.folder, &project.plan, self.disk.clone()).holder();
                let which = holder.map_or_else(String::new, |id| format!(" (process {id})"));
                return self.ok("lock", format!("another layercake{which} builds just now"));
            }
            Err(error) => {
                let message = format!("the store cannot be locked: {}", reason(&error));
                return self.problem(
                    "lock",
                    message,
                    "remove `.layercake/lock` while nobody builds",
                );
            }
        };
        let skew = self.disk.clock() - locked.now.time;
        if skew.abs() > MOST_SKEW {
            let (seconds, how) =
                (skew.abs() / 1_000_000_000, if skew > 0 { "behind" } else { "ahead of" });
            self.warning(
                "clock",
                format!(
                    "the clock of the file system is {seconds} seconds {how} that of this machine"
                ),
                "set both by one time server",
            );
        } else {
            self.ok("clock", "the file system's clock is that of this machine");
        }
        let exports = dag.plan.steps.iter().filter(|step| step.work.is_export());
        let outputs: BTreeSet<_> = exports.map(|step| path::folder(&step.name)).collect();
        let mut left = Vec::new();
        for near in outputs
            .into_iter()
            .map(str::to_owned)
            .chain([FOLDER.to_owned(), format!("{FOLDER}/blobs")])
        {
            let entries = self.disk.list(&project.path(&near)).unwrap_or_default().into_iter();
            let ours = entries.filter(|entry| entry.name.ends_with(TEMPORARY) && !entry.is_folder);
            left.extend(ours.map(|entry| match near.as_str() {
                "" => entry.name,
                near => format!("{near}/{}", entry.name),
            }));
        }
        if !left.is_empty() {
            left.sort_unstable();
            let left: Vec<&str> = left.iter().map(String::as_str).collect();
            let message = format!("a build that was ended left {}", listed(&left));
            self.warning(
                "leftovers",
                message,
                "the next build that has something to do removes them",
            );
        }
        if !locked.was_abandoned && left.is_empty() {
            // A lock that cannot be given back is given back all the same; the next one to hold it
            // looks for leftovers.
            let _ = locked.lock.give_back();
        }
    }

    pub(super) fn space(&mut self, project: &Project) {
        let Ok(Some(free)) = self.disk.ground(&project.folder).map(|ground| ground.free) else {
            return;
        };
        let said = format!("{} left on the disk", bytes(free));
        let help = "make room; `layercake clean` removes outputs and the store";
        match free {
            0..NO_SPACE => self.problem("space", said, help),
            NO_SPACE..LITTLE_SPACE => self.warning("space", said, help),
            _ => self.ok("space", said),
        }
    }

    /// Looks whether all folders with files of the plan can be watched.
    pub(super) fn watches(&mut self, project: &Project, dag: &Dag) {
        let Ok(content) = self.disk.read(Path::new(WATCHES)) else { return };
        let text = String::from_utf8(content.bytes).unwrap_or_default();
        let Ok(most) = text.trim().parse::<usize>() else { return };
        let files = dag.file_paths().iter().chain(&dag.plan.files);
        let folders: BTreeSet<_> = files.map(|file| project.path(path::folder(file))).collect();
        let said = format!("{} to watch, of {most}", counted(folders.len(), "folder"));
        if folders.len() > most {
            let help = "raise the limit: `sysctl fs.inotify.max_user_watches=524288`";
            self.warning("watch", said, help);
        } else {
            self.ok("watch", said);
        }
    }
}
