//! The watch, as a person has it running while they edit.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Project;

/// A watch that ends with the test.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn project() -> Project {
    Project::of(&[
        ("layercake.yaml", "include: { shop: shop.yaml }\n"),
        (
            "shop.yaml",
            "import:\n  shop: { nodes: 'data/*.csv' }\n\
             export:\n  out.txt: { from: shop, template: t.tera }\n",
        ),
        ("data/a.csv", "id,label\na,One\n"),
        ("t.tera", "{% for n in nodes %}{{ n.label }} {% endfor %}"),
    ])
}

fn watch(project: &Project) -> Watch {
    let child = Command::new(env!("CARGO_BIN_EXE_layercake"))
        .args(["watch", "-C"])
        .arg(project.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Watch(child)
}

/// Waits until the output says this; a watch that never gets there fails the test.
#[track_caller]
fn comes_to_say(project: &Project, text: &str) {
    comes_to_be(project, "out.txt", text);
}

/// Waits until a file says this.
#[track_caller]
fn comes_to_be(project: &Project, file: &str, text: &str) {
    let started = Instant::now();
    let mut found = None;
    while started.elapsed() < Duration::from_secs(20) {
        found = project.bytes(file);
        if found.as_deref() == Some(text.as_bytes()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("expected {text:?}, found {:?}", found.map(String::from_utf8));
}

#[test]
fn what_is_saved_is_built_however_it_is_saved() {
    let project = project();
    let _watch = watch(&project);
    comes_to_say(&project, "One ");
    for round in 0..3 {
        // As editors do: a new file that is renamed over the old one.
        project.write("data/.a.csv.swp", format!("id,label\na,Renamed {round}\n"));
        std::fs::rename(project.path("data/.a.csv.swp"), project.path("data/a.csv")).unwrap();
        comes_to_say(&project, &format!("Renamed {round} "));
    }
    project.write("data/a.csv", "id,label\na,In place\n");
    comes_to_say(&project, "In place ");
    project.write("data/b.csv", "id,label\nb,New\n");
    comes_to_say(&project, "In place New ");
    project.remove("data/b.csv");
    comes_to_say(&project, "In place ");
    project.write("t.tera", "{{ nodes | length }}");
    comes_to_say(&project, "1");
}

#[test]
fn a_watch_outlives_what_is_wrong() {
    let project = project();
    let right = project.text("shop.yaml");
    project.write("shop.yaml", "import: [\n");
    let mut watch = watch(&project);
    std::thread::sleep(Duration::from_millis(200));
    assert!(watch.0.try_wait().unwrap().is_none(), "a broken plan does not end it");
    project.write("shop.yaml", &right);
    comes_to_say(&project, "One ");
    project.write("data/a.csv", "id,label\na\n");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(project.text("out.txt"), "One ", "the earlier output stays");
    project.write("data/a.csv", "id,label\na,Two\n");
    comes_to_say(&project, "Two ");
    project.write("t.tera", "{% include 'part.tera' %}");
    std::thread::sleep(Duration::from_millis(200));
    project.write("part.tera", "the part");
    comes_to_say(&project, "the part");
    project.write("part.tera", "the other part");
    comes_to_say(&project, "the other part");
}

#[test]
fn the_first_template_in_a_new_folder_is_built_whenever_it_comes() {
    let project = Project::of(&[
        (
            "layercake.yaml",
            "import:\n  shop: { nodes: nodes.csv }\n\
             export:\n  site/: { from: shop, template: pages/ }\n  out.txt: { from: shop, template: t.tera }\n",
        ),
        ("nodes.csv", "id\na\n"),
        ("t.tera", "ready"),
        ("pages/index.md.tera", "index"),
    ]);
    let _watch = watch(&project);
    comes_to_say(&project, "ready");
    for folder in ["guide", "guide/deep"] {
        std::fs::create_dir(project.path(&format!("pages/{folder}"))).unwrap();
        // Long enough for the folder to have been looked into while it was empty.
        std::thread::sleep(Duration::from_millis(400));
        project.write(&format!("pages/{folder}/a.md.tera"), "a page");
        comes_to_be(&project, &format!("site/{folder}/a.md"), "a page");
    }
}
