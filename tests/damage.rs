//! A store that is damaged costs time, and never a wrong output.
//!
//! Whatever is in the store is damaged in turn, without knowing what it is.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use layercake::disk::RealDisk;

use crate::crashes::{finish, start};
use crate::support::{Outputs, Project, files_below, rounds};

const OUTPUTS: [&str; 3] = ["drawn.dot", "graph.json", "index.md"];
const STORE: &str = ".layercake";

/// What else is not as the store says.
#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    InputEdited,
    OutputRemoved,
    OutputEdited,
}

const CHANGES: [Change; 4] =
    [Change::Nothing, Change::InputEdited, Change::OutputRemoved, Change::OutputEdited];

/// A project that was built, with what its store held then, and what is right.
struct Damaged {
    project: Project,
    store: BTreeMap<String, Vec<u8>>,
    inputs: [&'static str; 2],
    right: [Outputs; 2],
    at: usize,
}

impl Damaged {
    fn new() -> Damaged {
        let project = Project::of(&[
            (
                "layercake.yaml",
                "import: { graph: { nodes: nodes.csv } }\n\
                 transform: { short: { from: graph, ops: [labels: { max_length: 4 }] } }\n\
                 export:\n  drawn.dot: { from: short }\n  graph.json: { from: graph }\n  \
                 index.md: { from: graph, template: t.tera }\n",
            ),
            ("t.tera", "{% for node in nodes %}{% include 'row.tera' %}{% endfor %}"),
            ("row.tera", "{{ node.label }}\n"),
        ]);
        let inputs = ["id,label\na,A first label\n", "id,label\na,Another one.\n"];
        let right = inputs.map(|input| {
            project.write("nodes.csv", input);
            project.clean_outputs(&OUTPUTS)
        });
        for input in [inputs[1], inputs[0]] {
            project.write("nodes.csv", input);
            project.build().succeeded();
        }
        std::thread::sleep(std::time::Duration::from_millis(30));
        project.build().succeeded();
        let store = files_below(&project.path(STORE));
        Damaged { project, store, inputs, right, at: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.project.path(STORE).join(name)
    }

    /// Puts the store back as it was.
    fn mend(&self) {
        drop(fs::remove_dir_all(self.project.path(STORE)));
        for (name, bytes) in &self.store {
            self.project.write(&format!("{STORE}/{name}"), bytes);
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Nothing => {}
            Change::InputEdited => {
                self.at = 1 - self.at;
                self.project.write("nodes.csv", self.inputs[self.at]);
            }
            Change::OutputRemoved => {
                OUTPUTS.iter().for_each(|path| drop(fs::remove_file(self.project.path(path))));
            }
            Change::OutputEdited => {
                for path in OUTPUTS {
                    let size = self.right[self.at][path].len();
                    self.project.write(path, "x".repeat(size));
                }
            }
        }
    }

    /// Builds in this process and checks that all is right.
    #[track_caller]
    fn check(&mut self, change: Change, what: &str) {
        self.change(change);
        let build = self.project.build_shortest(Arc::new(RealDisk));
        assert!(build.is_success(), "{what}, {change:?}: {build:#?}");
        self.project.assert_outputs(&self.right[self.at], &format!("{what}, {change:?}"));
    }

    /// Runs the command, which must not hang, and checks that all is right.
    #[track_caller]
    fn check_command(&mut self, change: Change, what: &str) {
        self.change(change);
        let output = finish(start(&self.project, &[], &["--quiet"]), what);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(code.is_some_and(|code| code <= 1), "{what}, {change:?}: {code:?} {complaint}");
        if code == Some(0) {
            self.project.assert_outputs(&self.right[self.at], &format!("{what}, {change:?}"));
        } else {
            assert!(complaint.contains("error"), "{what}: {complaint}");
        }
    }
}

/// What was done to bytes, and the bytes then.
type Way = (String, Vec<u8>);

/// Damages the bytes of every file, in as many ways as each allows, or in one of `few`.
///
/// Builds wait for the clock more than they work, so that several projects are damaged at once.
fn damage_bytes(ways: fn(&[u8]) -> Vec<Way>, few: usize) {
    const THREADS: usize = 8;
    let step = rounds(few, 1);
    let work = |thread: usize| {
        let mut damaged = Damaged::new();
        let mut count = 0;
        for (name, bytes) in damaged.store.clone() {
            for (what, bytes) in ways(&bytes) {
                count += 1;
                if count % (step * THREADS) != thread * step {
                    continue;
                }
                damaged.mend();
                fs::write(damaged.path(&name), bytes).unwrap();
                let change = CHANGES[count / (step * THREADS) % CHANGES.len()];
                damaged.check(change, &format!("`{name}` {what}"));
            }
        }
    };
    std::thread::scope(|scope| {
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || work(thread))));
    });
}

#[test]
fn any_byte_flipped_costs_time_and_nothing_else() {
    damage_bytes(
        |bytes| {
            let flipped = |at: usize| {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= 1 << (at % 8);
                (format!("flipped at {at}"), bytes)
            };
            (0..bytes.len()).map(flipped).collect()
        },
        20,
    );
}

#[test]
fn any_file_cut_anywhere_costs_time_and_nothing_else() {
    damage_bytes(
        |bytes| {
            let cut = |length: usize| (format!("cut to {length}"), bytes[..length].to_vec());
            (0..bytes.len()).map(cut).collect()
        },
        20,
    );
}

#[test]
fn any_file_with_more_in_it_costs_time_and_nothing_else() {
    damage_bytes(
        |bytes| {
            let more = [&b"\0"[..], b"more", &[0xff; 4096], bytes];
            let with = |more: &&[u8]| ("with more".to_owned(), [bytes, more].concat());
            let zeroed = ("zeroed".to_owned(), vec![0; bytes.len()]);
            let doubled =
                ("doubled at its start".to_owned(), [&bytes[..bytes.len() / 2], bytes].concat());
            more.iter().map(with).chain([zeroed, doubled]).collect()
        },
        1,
    );
}

#[test]
fn any_file_in_place_of_another_costs_time_and_nothing_else() {
    let mut damaged = Damaged::new();
    let store = damaged.store.clone();
    let mut count = 0;
    for (name, bytes) in &store {
        for (other, others) in store.iter().filter(|(_, others)| *others != bytes) {
            count += 1;
            if count % rounds(3, 1) == 0 {
                damaged.mend();
                fs::write(damaged.path(name), others).unwrap();
                damaged.check(CHANGES[count % 4], &format!("`{name}` is `{other}`"));
            }
        }
    }
}

#[test]
fn a_store_of_another_time_costs_time_and_nothing_else() {
    let mut damaged = Damaged::new();
    let earlier = damaged.store.clone();
    damaged.change(Change::InputEdited);
    damaged.project.build().succeeded();
    damaged.store = files_below(&damaged.project.path(STORE));
    for name in earlier.keys().chain(&damaged.store.keys().cloned().collect::<Vec<_>>()) {
        for change in CHANGES {
            damaged.mend();
            match earlier.get(name) {
                Some(bytes) => fs::write(damaged.path(name), bytes).unwrap(),
                None => fs::remove_file(damaged.path(name)).unwrap(),
            }
            damaged.check(change, &format!("`{name}` is as it was before"));
        }
    }
}

#[test]
fn any_file_that_is_something_else_costs_time_and_nothing_else() {
    type Put = fn(&PathBuf);
    let ways: [(&str, Put); 7] = [
        ("removed", |_| {}),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a full folder", |path| fs::create_dir_all(path.join("inner")).unwrap()),
        ("a link that leads nowhere", |path| symlink("nowhere", path).unwrap()),
        ("a link to itself", |path| symlink(path.file_name().unwrap(), path).unwrap()),
        ("a pipe", |path| {
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.is_ok_and(|status| status.success()));
        }),
        ("a link to a device", |path| symlink("/dev/zero", path).unwrap()),
    ];
    let mut damaged = Damaged::new();
    let names: Vec<String> = damaged.store.keys().cloned().collect();
    for (at, name) in names.iter().enumerate() {
        for (what, put) in &ways {
            damaged.mend();
            fs::remove_file(damaged.path(name)).unwrap();
            put(&damaged.path(name));
            damaged.check_command(CHANGES[at % 4], &format!("`{name}` is {what}"));
        }
        damaged.mend();
        fs::set_permissions(damaged.path(name), Permissions::from_mode(0o000)).unwrap();
        damaged.check_command(CHANGES[at % 4], &format!("`{name}` is forbidden"));
    }
    damaged.mend();
    damaged.check_command(Change::InputEdited, "mended");
}

#[test]
fn a_store_that_is_something_else_costs_time_and_nothing_else() {
    let mut damaged = Damaged::new();
    let store = damaged.project.path(STORE);
    type Put<'a> = &'a dyn Fn();
    let ways: [(&str, Put<'_>); 6] = [
        ("removed", &|| {}),
        ("empty", &|| fs::create_dir(&store).unwrap()),
        ("a file", &|| fs::write(&store, "mine").unwrap()),
        ("a link that leads nowhere", &|| symlink("nowhere", &store).unwrap()),
        ("a link to itself", &|| symlink(STORE, &store).unwrap()),
        ("foreign", &|| {
            fs::create_dir_all(store.join("blobs/ab")).unwrap();
            for name in ["journal", "state", "lock", "blobs/ab/cd", "x"] {
                fs::write(store.join(name), "SQLite format 3\0 and so on").unwrap();
            }
        }),
    ];
    for (what, put) in ways {
        for change in CHANGES {
            damaged.mend();
            fs::remove_dir_all(&store).unwrap();
            put();
            damaged.check_command(change, &format!("the store is {what}"));
            if !store.is_dir() || store.is_symlink() {
                drop(fs::remove_file(&store));
            }
        }
    }
}

#[test]
fn verifying_a_store_tells_of_any_damaged_byte() {
    let damaged = Damaged::new();
    let verify = || damaged.project.run(&["store", "verify"]);
    assert!(verify().status.success());
    let unread = ["lock", ".gitignore", "CACHEDIR.TAG"];
    for (name, bytes) in damaged.store.iter().filter(|(name, _)| !unread.contains(&name.as_str())) {
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            fs::write(damaged.path(name), flipped).unwrap();
            assert_eq!(verify().status.code(), Some(1), "`{name}` flipped at {at}");
        }
        fs::write(damaged.path(name), bytes).unwrap();
    }
    assert!(verify().status.success());
}
