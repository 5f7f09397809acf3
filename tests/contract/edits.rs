//! An edit is always seen, however little of it the file system tells.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use layercake::engine::Request;

use crate::support::{OUTPUTS, ObservedDisk, Operation, Project, Random, rounds, showcase};

/// Texts of files, each with another of the same length that leads to other outputs.
const EDITS: [(&str, &str, &str); 9] = [
    ("data/a.nodes.csv", "Till", "Tall"),
    ("data/edges.csv", "asks", "begs"),
    ("data/layers.csv", "#aabbcc", "#aabbcd"),
    ("extra.csv", "Plant", "Plane"),
    ("parts/nodes.csv", "Bolt", "Belt"),
    ("templates/base.md.tera", "by {{", "BY {{"),
    ("templates/index.md.tera", "%}=", "%}~"),
    ("templates/row.tera", "- ", "* "),
    ("layercake.yaml", "Showcase", "Showroom"),
];

fn set_modified(path: &Path, time: SystemTime) {
    let file = File::options().append(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// Edits each file in turn and checks that each is seen, by the command and by the library.
#[track_caller]
fn check(edit: impl Fn(&Project, &str, String)) {
    let project = showcase();
    project.build().succeeded();
    for round in 0..2 {
        for (path, old, new) in EDITS {
            let (old, new) = if round == 0 { (old, new) } else { (new, old) };
            let text = project.text(path);
            assert!(text.contains(old), "`{path}` does not hold `{old}`");
            let before = project.files();
            edit(&project, path, text.replace(old, new));
            if round == 0 {
                project.run_build(&[]);
            } else {
                project.build().succeeded();
            }
            let after = project.files();
            let changed = OUTPUTS.iter().filter(|path| before.get(**path) != after.get(**path));
            assert_ne!(changed.count(), 0, "`{path}`: {old} to {new} changes no output");
            project.assert_as_clean(&OUTPUTS, path);
        }
    }
}

#[test]
fn an_edit_is_seen_that_keeps_size_and_time() {
    check(|project, path, text| {
        let time = modified(&project.path(path));
        project.write(path, text);
        set_modified(&project.path(path), time);
    });
}

#[test]
fn an_edit_is_seen_that_carries_an_older_time() {
    check(|project, path, text| {
        project.write(path, text);
        set_modified(&project.path(path), SystemTime::UNIX_EPOCH + Duration::from_secs(1));
    });
}

#[test]
fn an_edit_is_seen_that_carries_a_time_to_come() {
    check(|project, path, text| {
        project.write(path, text);
        let far = Duration::from_secs(4_102_444_800);
        set_modified(&project.path(path), SystemTime::UNIX_EPOCH + far);
    });
}

#[test]
fn an_edit_is_seen_that_is_renamed_over() {
    check(|project, path, text| {
        let time = modified(&project.path(path));
        project.write("new", text);
        set_modified(&project.path("new"), time);
        fs::rename(project.path("new"), project.path(path)).unwrap();
    });
}

#[test]
fn an_edit_is_seen_that_is_written_into_the_file_in_place() {
    use std::os::unix::fs::FileExt;
    check(|project, path, text| {
        let file = File::options().write(true).open(project.path(path)).unwrap();
        let time = file.metadata().unwrap().modified().unwrap();
        file.write_all_at(text.as_bytes(), 0).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    });
}

#[test]
fn an_edit_is_seen_that_comes_by_another_name_of_the_file() {
    check(|project, path, text| {
        let other = project.path("other name");
        fs::hard_link(project.path(path), &other).unwrap();
        fs::write(&other, text).unwrap();
        fs::remove_file(&other).unwrap();
    });
}

#[test]
fn an_edit_is_seen_behind_a_link() {
    let project = showcase();
    for (path, ..) in EDITS.into_iter().filter(|(path, ..)| *path != "layercake.yaml") {
        let real = format!("real/{}", path.replace('/', "-"));
        project.write(&real, project.bytes(path).unwrap());
        project.remove(path);
        std::os::unix::fs::symlink(project.path(&real), project.path(path)).unwrap();
    }
    project.build().succeeded();
    for (path, old, new) in EDITS.into_iter().filter(|(path, ..)| *path != "layercake.yaml") {
        let time = modified(&project.path(path));
        project.edit(path, old, new);
        set_modified(&project.path(path), time);
        project.run_build(&[]);
        project.assert_as_clean(&OUTPUTS, path);
    }
}

#[test]
fn eight_edits_within_one_tick_of_the_clock_are_all_seen() {
    let project = showcase();
    project.build().succeeded();
    for round in 0..rounds(4, 200) {
        for letter in 'a'..='h' {
            let time = modified(&project.path("extra.csv"));
            project.write("extra.csv", format!("id,label\nplant,{letter}{}\n", round % 10));
            set_modified(&project.path("extra.csv"), time);
            project.build().succeeded();
            let label = format!("\"label\": \"{letter}{}\"", round % 10);
            let output = project.text("out/all.json");
            assert!(output.contains(&label), "{label}: {output}");
        }
    }
    project.assert_as_clean(&OUTPUTS, "at the end");
}

#[test]
fn a_file_that_comes_or_goes_is_an_edit_of_what_globs_it() {
    let project = showcase();
    project.build().succeeded();
    project.write("data/b.nodes.csv", "id,label\nnew,New\n");
    project.run_build(&[]);
    assert!(project.text("out/all.json").contains("New"));
    project.assert_as_clean(&OUTPUTS, "a file came");
    project.remove("data/b.nodes.csv");
    project.run_build(&[]);
    project.assert_as_clean(&OUTPUTS, "a file went");
}

/// Makes an edit at each operation of a build in turn; the next build must be right about it.
fn edit_while_it_builds(edit: fn(&Project)) {
    let changed = || {
        let project = showcase();
        project.build().succeeded();
        project.edit("data/a.nodes.csv", "Lamp", "Lump");
        project.edit("extra.csv", "Plant", "Plume");
        project
    };
    let one = Request { jobs: 1, ..Request::default() };
    for prepare in [showcase as fn() -> Project, changed] {
        let expected = {
            let project = prepare();
            edit(&project);
            project.clean_outputs(&OUTPUTS)
        };
        let counting = Arc::new(ObservedDisk::new(|_, _, _| {}));
        prepare().build_on(counting.clone(), &one).succeeded();
        for at in (0..counting.count()).step_by(rounds(7, 1)) {
            let project = Arc::new(prepare());
            let edited = project.clone();
            let disk = Arc::new(ObservedDisk::new(move |number, _: Operation, _: &Path| {
                if number == at {
                    edit(&edited);
                }
            }));
            let build = project.build_on(disk.clone(), &one);
            if disk.count() <= at {
                // It waits for the clock now longer, now shorter.
                edit(&project);
            }
            assert!(!build.diagnostics().iter().any(|p| p.code == "internal"), "{build:#?}");
            project.run_build(&[]);
            project.assert_outputs(&expected, &format!("edited at operation {at}"));
        }
    }
}

#[test]
fn an_edit_made_while_the_build_runs_is_seen_by_the_next() {
    edit_while_it_builds(|project| {
        for (path, old, new) in EDITS {
            if project.text(path).contains(old) {
                let time = modified(&project.path(path));
                project.edit(path, old, new);
                set_modified(&project.path(path), time);
            }
        }
    });
}

#[test]
fn an_output_that_somebody_writes_while_the_build_runs_is_right_after_the_next() {
    edit_while_it_builds(|project| {
        for path in OUTPUTS {
            let size = project.bytes(path).map_or(7, |bytes| bytes.len());
            project.write(path, "x".repeat(size));
        }
    });
}

#[test]
fn files_that_come_and_go_while_the_build_runs_are_seen_by_the_next() {
    edit_while_it_builds(|project| {
        project.write("data/b.nodes.csv", "id,label\nnew,New\n");
        fs::rename(project.path("extra.csv"), project.path("gone")).unwrap();
        project.write("new", "id,label\nplant,Fresh\n");
        fs::rename(project.path("new"), project.path("extra.csv")).unwrap();
    });
}

#[test]
fn an_edit_made_at_any_moment_of_a_running_command_is_seen_by_the_next() {
    let project = showcase();
    let mut random = Random::new(3);
    let started = std::time::Instant::now();
    project.run_build(&[]);
    let longest = started.elapsed().as_micros() as usize;
    let labels = ["Plant", "Plane", "Plate"];
    for round in 0..rounds(25, 500) {
        project.write("extra.csv", format!("id,label\nplant,{}\n", labels[round % 3]));
        let mut child = project.command(&[], &["build", "--quiet"]).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random.below(longest) as u64));
        let time = modified(&project.path("extra.csv"));
        project.write("extra.csv", format!("id,label\nplant,{}\n", labels[(round + 1) % 3]));
        set_modified(&project.path("extra.csv"), time);
        assert!(child.wait().unwrap().code().is_some_and(|code| code <= 1));
        project.run_build(&[]);
        let label = format!("\"label\": \"{}\"", labels[(round + 1) % 3]);
        assert!(project.text("out/all.json").contains(&label), "round {round}: {label}");
    }
    project.assert_as_clean(&OUTPUTS, "at the end");
}
