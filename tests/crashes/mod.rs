//! Commands that are ended from outside, or that the system fails, at any moment.

mod killed;
mod syscalls;

use std::process::{Child, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::support::{OUTPUTS, Outputs, Project, STEPS, showcase};

/// How long a command may take before it is taken to hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A project that goes from one state of its inputs to the next.
pub struct Journey {
    pub project: Project,
    at: usize,
    before: Outputs,
}

/// Files that change, and what they hold in each state.
const STATES: [[(&str, &str); 4]; 3] = [
    [
        ("extra.csv", "id,label\nplant,Plant\n"),
        ("data/edges.csv", "source,target,label\ntill,oven,asks\n"),
        ("templates/row.tera", "- {{ node.label }}\n"),
        ("parts/nodes.csv", "id,label\nbolt,Bolt\n"),
    ],
    [
        ("extra.csv", "id,label\nplant,Plane\n"),
        ("data/edges.csv", "source,target,label\noven,till,begs\n"),
        ("templates/row.tera", "* {{ node.label }}\n"),
        ("parts/nodes.csv", "id,label\nbolt,Belt\n"),
    ],
    [
        ("extra.csv", "id,label\nfern,A fern\n"),
        ("data/edges.csv", "source,target\nlamp,oven\noven,lamp\n"),
        ("templates/row.tera", "{{ node.label }}\n"),
        ("parts/nodes.csv", "id,label\nbolt,Bolt\nnut,Nut\n"),
    ],
];

/// Returns what clean builds make of each state.
fn expected() -> &'static [Outputs] {
    static EXPECTED: OnceLock<Vec<Outputs>> = OnceLock::new();
    EXPECTED.get_or_init(|| {
        let clean = |state| {
            let project = showcase();
            write(&project, state);
            project.clean_outputs(&OUTPUTS)
        };
        (0..STATES.len()).map(clean).collect()
    })
}

impl Journey {
    /// Starts at the first state, with nothing built.
    pub fn start(project: Project) -> Journey {
        write(&project, 0);
        Journey { project, at: 0, before: Outputs::new() }
    }

    /// Edits the inputs, so that the next build has to write.
    pub fn go_on(&mut self) {
        self.at = (self.at + 1) % STATES.len();
        self.look_back();
        write(&self.project, self.at);
    }

    /// Writes the inputs again, as something else may have harmed them.
    pub fn write_again(&self) {
        write(&self.project, self.at);
    }

    /// Removes all that was built.
    pub fn begin_anew(&mut self) {
        for folder in [".layercake", "out"] {
            drop(std::fs::remove_dir_all(self.project.path(folder)));
        }
        drop(std::fs::remove_file(self.project.path("parts/parts.json")));
        self.go_on();
    }

    /// Remembers what outputs hold before something happens to them.
    fn look_back(&mut self) {
        let held = OUTPUTS.iter().filter_map(|path| Some((path, self.project.bytes(path)?)));
        self.before = held.map(|(path, bytes)| ((*path).to_owned(), bytes)).collect();
    }

    /// Checks that every output is what it was or what it shall be.
    #[track_caller]
    pub fn assert_whole(&self, when: &str) {
        for path in OUTPUTS {
            let found = self.project.bytes(path);
            let is_whole = found.as_ref() == self.before.get(path)
                || found.as_ref() == expected()[self.at].get(path);
            let text = found.as_deref().map(String::from_utf8_lossy);
            assert!(is_whole, "{when}: `{path}` is neither old nor new: {text:?}");
        }
    }

    /// Checks that every output is what it shall be.
    #[track_caller]
    pub fn assert_right(&self, when: &str) {
        self.project.assert_outputs(&expected()[self.at], when);
    }

    /// Checks that outputs are whole, and that a build without faults makes all right.
    #[track_caller]
    pub fn assert_sound(&self, when: &str) {
        self.assert_whole(when);
        let output = self.project.run(&["build", "--quiet"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{when}: the next build: {complaint}");
        self.assert_right(when);
        assert_eq!(self.project.temporary_files(), [""; 0], "{when}");
        let again = self.project.build().succeeded();
        assert_eq!(again.reused().len(), STEPS.len(), "{when}: the build after the next");
    }
}

fn write(project: &Project, state: usize) {
    STATES[state].iter().for_each(|(path, text)| project.write(path, text));
}

/// Waits for a command to end, and does not wait for ever.
#[track_caller]
pub fn finish(mut child: Child, what: &str) -> Output {
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            drop(child.kill());
            panic!("{what}: it hangs");
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    child.wait_with_output().unwrap()
}

/// Starts a build.
pub fn start(project: &Project, through: &[&str], arguments: &[&str]) -> Child {
    let mut command = project.command(through, &[&["build"], arguments].concat());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}
