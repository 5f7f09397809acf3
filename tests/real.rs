//! Presets on what the machine and this repository have: as large as life, never the same twice.

use std::collections::BTreeSet;

use crate::support::{Project, cannot, needs, repository};

/// Builds a graph of one file by a preset; returns the ids of its nodes, and its edges.
fn import(kind: &str, file: &str, bytes: &[u8]) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let plan = format!(
        "import: {{ all: {{ format: {kind}, graph: {file} }} }}\nexport: {{ out.json: {{ from: all }} }}\n"
    );
    let project = Project::of(&[("layercake.yaml", &plan)]);
    project.write(file, bytes);
    let output = project.run(&["build", "--quiet"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), told.as_ref()), (Some(0), ""), "{kind}");
    let graph: serde_json::Value = serde_json::from_str(&project.text("out.json")).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = |key: &str| graph[key].as_array().unwrap().clone();
    let nodes = rows("nodes").iter().map(|row| text(row, "id")).collect();
    let edges = rows("edges").into_iter().map(|row| (text(&row, "source"), text(&row, "target")));
    (nodes, edges.collect())
}

#[test]
fn cargo_lock_and_cargo_metadata_have_the_dependencies_of_this_crate() {
    let lock = std::fs::read(repository("Cargo.lock")).unwrap();
    let (locked, locked_edges) = import("cargo_lock", "Cargo.lock", &lock);
    let text = String::from_utf8(lock).unwrap();
    assert_eq!(locked.len(), text.matches("[[package]]").count());
    let dependencies = text.lines().filter(|line| line.starts_with(" \"")).count();
    assert_eq!(locked_edges.len(), dependencies);
    if !needs(&["cargo"]) {
        return;
    }
    let output = std::process::Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(repository("."))
        .output()
        .unwrap();
    if !output.status.success() {
        // Packages for other systems need not be on this machine.
        cannot("cargo metadata", &String::from_utf8_lossy(&output.stderr));
        return;
    }
    let (packages, edges) = import("cargo_metadata", "metadata.json", &output.stdout);
    assert!(packages.contains(&format!("layercake {}", env!("CARGO_PKG_VERSION"))));
    let is_known = |package: &String| locked.contains(package);
    assert!(packages.iter().all(is_known), "what is resolved is locked");
    assert!(edges.len() >= packages.len() - 1, "every package but this one is needed by another");
}

#[test]
fn npm_lock_has_the_packages_of_the_validators() {
    let lock = std::fs::read(repository("tests/validators/package-lock.json")).unwrap();
    let (packages, edges) = import("npm_lock", "package-lock.json", &lock);
    let lock: serde_json::Value = serde_json::from_slice(&lock).unwrap();
    assert_eq!(packages.len(), lock["packages"].as_object().unwrap().len());
    let needed: BTreeSet<&String> = edges.iter().map(|(_, target)| target).collect();
    let roots: Vec<_> = packages.iter().filter(|package| !needed.contains(package)).collect();
    assert_eq!(roots.len(), 1, "all but the project is needed by something: {roots:?}");
}

#[test]
fn debian_packages_has_what_is_installed_here() {
    let Ok(status) = std::fs::read("/var/lib/dpkg/status") else {
        cannot("dpkg", "it is no Debian");
        return;
    };
    let (packages, edges) = import("debian_packages", "Packages", &status);
    let text = String::from_utf8_lossy(&status);
    let needed: BTreeSet<&String> = edges.iter().map(|(_, target)| target).collect();
    let names: BTreeSet<String> =
        text.lines().filter_map(|line| line.strip_prefix("Package: ")).map(str::to_owned).collect();
    assert_eq!(packages, names);
    assert!(!needed.is_empty(), "packages need others");
    assert!(needed.iter().all(|name| names.contains(*name)), "and none that is not there");
}
