//! File systems with other habits than most.

use super::{image, text, tmpfs, tool, with_own_mounts};
use crate::crashes::Journey;
use crate::support::{OUTPUTS, needs, rounds, showcase_in};

#[test]
fn stamps_of_whole_seconds_hide_no_edit() {
    if !needs(&["mount", "mkfs.ext4"]) {
        return;
    }
    with_own_mounts(|folder| {
        let make = ["mkfs.ext4", "-q", "-F", "-I", "128"];
        let Some(place) = image(folder, "coarse", &make, "loop") else { return };
        let project = showcase_in(&place);
        project.run_build(&[]);
        for round in 0..rounds(10, 100) {
            for letter in ['a', 'b'] {
                let label = format!("{letter}{:03}", round);
                project.write("extra.csv", format!("id,label\nplant,{label}\n"));
                project.run_build(&[]);
                assert!(project.text("out/all.json").contains(&label), "{label}");
                project
                    .write("out/all.edges.csv", project.text("out/all.edges.csv").to_uppercase());
                project.build().succeeded();
            }
        }
        project.assert_as_clean(&OUTPUTS, "at the end");
        let mut journey = Journey::start(showcase_in(&place));
        for round in 0..rounds(5, 50) {
            journey.go_on();
            assert_eq!(journey.project.run(&["build", "--quiet"]).status.code(), Some(0));
            journey.assert_right(&format!("round {round}"));
        }
    });
}

#[test]
fn a_store_on_another_device_serves() {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(|folder| {
        let mut journey = Journey::start(showcase_in(folder));
        let store = journey.project.path("");
        let Some(_) = tmpfs(&store, ".layercake", "size=10m") else { return };
        for round in 0..4 {
            journey.go_on();
            journey.assert_sound(&format!("round {round}"));
        }
        journey.project.remove("out/all.json");
        assert_eq!(journey.project.run_build(&[]).built(), [""; 0], "restored from there");
    });
}

#[test]
fn outputs_on_another_device_are_written() {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(|folder| {
        let mut journey = Journey::start(showcase_in(folder));
        let Some(_) = tmpfs(&journey.project.path(""), "out", "size=10m") else { return };
        for round in 0..4 {
            journey.go_on();
            journey.assert_sound(&format!("round {round}"));
        }
    });
}

#[test]
fn a_project_with_an_overlay_over_it_builds() {
    if !needs(&["mount"]) {
        return;
    }
    with_own_mounts(|folder| {
        // An overlay cannot be made of overlays everywhere; memory it can always be made of.
        let Some(memory) = tmpfs(folder, "memory", "size=50m") else { return };
        let below = showcase_in(&memory);
        below.run_build(&[]);
        let places = ["upper", "work", "merged"].map(|name| memory.join(name));
        places.iter().for_each(|place| std::fs::create_dir(place).unwrap());
        let [upper, work, merged] = places.each_ref().map(|place| text(place));
        let lower = below.path("");
        let options = format!("lowerdir={},upperdir={upper},workdir={work}", text(&lower));
        if !tool(&["mount", "-t", "overlay", "overlay", "-o", &options, merged]) {
            return;
        }
        let above = crate::support::Project::at(merged.as_ref());
        assert_eq!(above.run_build(&[]).built(), [""; 0], "as a container sees it");
        let mut journey = Journey::start(above);
        for round in 0..4 {
            journey.go_on();
            journey.assert_sound(&format!("round {round}"));
        }
        journey.begin_anew();
        journey.assert_sound("anew");
    });
}
