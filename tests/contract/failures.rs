//! A step that fails harms nothing, is not recorded, and stops only what is downstream of it.

use layercake::engine::{Event, Outcome, Request};

use crate::support::{Build, OUTPUTS, Project, STEPS, rounds, showcase};

/// Edits that make a step fail, the step, and how many others are downstream of it.
const FAILURES: [(&str, &str, &str, &str, usize); 7] = [
    ("data/edges.csv", "till,oven,asks", "till,nowhere,asks", "shop", 13),
    ("data/a.nodes.csv", "till,Till", "shop,Till", "shop", 13),
    ("extra.csv", "plant,", ",", "extra", 12),
    ("extra.csv", "plant,Plant", "lamp,Another lamp", "all", 11),
    ("parts/nodes.csv", "Bolt", "\"Bolt", "parts/parts", 1),
    ("templates/row.tera", "node.label", "node.lable", "out/index.md", 0),
    ("templates/base.md.tera", "{{ values.by }}", "{{ values.by", "out/index.md", 0),
];

fn failing(keep_going: bool) -> Request {
    Request { keep_going, jobs: 1, ..Request::default() }
}

/// Makes each step fail in a project where everything else is stale as well.
fn each(check: impl Fn(&Project, &Build, &str, usize), keep_going: bool) {
    for (path, old, new, step, downstream) in FAILURES {
        let project = showcase();
        project.build().succeeded();
        for (path, old, new) in [
            ("data/a.nodes.csv", "Lamp", "Lump"),
            ("extra.csv", "Plant", "Plane"),
            ("parts/nodes.csv", "Bolt", "Belt"),
            ("templates/row.tera", "- ", "* "),
        ] {
            project.edit(path, old, new);
        }
        let (old, new) = [("Plant", "Plane"), ("Bolt", "Belt"), ("- ", "* ")]
            .iter()
            .fold((old.to_owned(), new.to_owned()), |(old, new), (from, to)| {
                (old.replace(from, to), new.replace(from, to))
            });
        project.edit(path, &old, &new);
        let build = project.build_with(&failing(keep_going));
        assert_eq!(build.ended(Outcome::Failed), [step], "{build:#?}");
        check(&project, &build, step, downstream);
    }
}

#[test]
fn a_step_that_fails_leaves_its_earlier_output() {
    for (path, old, new, step, _) in FAILURES {
        let project = showcase();
        project.build().succeeded();
        let before = project.files();
        project.edit(path, old, new);
        let build = project.build_with(&failing(true));
        assert_eq!(build.ended(Outcome::Failed), [step], "{build:#?}");
        for path in OUTPUTS {
            assert_eq!(project.bytes(path).as_ref(), before.get(path), "`{path}`, by `{step}`");
        }
        assert_eq!(project.temporary_files(), [""; 0]);
    }
}

#[test]
fn a_step_that_fails_is_not_recorded() {
    each(
        |project, _, step, _| {
            for _ in 0..2 {
                let again = project.build_with(&failing(true));
                assert_eq!(again.ended(Outcome::Failed), [step], "it fails again");
                assert_eq!(again.built(), [""; 0], "what succeeded is not built again");
            }
            let output = project.run(&["build"]);
            assert_eq!(output.status.code(), Some(1));
        },
        true,
    );
}

#[test]
fn a_step_that_fails_stops_only_what_is_downstream() {
    each(
        |_, build, step, downstream| {
            assert_eq!(build.ended(Outcome::Skipped).len(), downstream, "by `{step}`: {build:#?}");
            let ended = build.built().len() + build.reused().len();
            assert_eq!(ended, STEPS.len() - 1 - downstream, "by `{step}`");
        },
        true,
    );
}

#[test]
fn without_keep_going_no_further_step_starts() {
    each(
        |_, build, step, downstream| {
            let at = |is: &dyn Fn(&Event) -> bool| build.events.iter().position(is);
            let failed =
                at(&|event| matches!(event, Event::StepFinished { outcome: Outcome::Failed, .. }));
            let rest = &build.events[failed.unwrap()..];
            let is_start = |event: &Event| matches!(event, Event::StepStarted { .. });
            assert!(!rest.iter().any(is_start), "after `{step}`: {build:#?}");
            assert!(build.ended(Outcome::Skipped).len() >= downstream, "by `{step}`");
        },
        false,
    );
}

#[test]
fn once_mended_nothing_runs_that_ran_before() {
    for (path, old, new, step, _) in FAILURES {
        let project = showcase();
        project.build().succeeded();
        let before = project.files();
        project.edit(path, old, new);
        project.build_with(&failing(true));
        project.write(path, &before[path]);
        let build = project.run_build(&[]);
        assert_eq!(build.built(), [""; 0], "by `{step}`");
        assert_eq!(project.files(), before, "by `{step}`");
    }
}

#[test]
fn a_build_that_is_stopped_after_any_event_leaves_what_it_did_and_the_next_does_the_rest() {
    let one = Request { jobs: 1, ..Request::default() };
    let expected = showcase().clean_outputs(&OUTPUTS);
    for end in (1..2 * STEPS.len()).step_by(rounds(3, 1)) {
        let project = showcase();
        let heard = std::sync::atomic::AtomicUsize::new(0);
        let disk = std::sync::Arc::new(layercake::disk::RealDisk);
        let stopped = project.build_until(disk, &one, |_| {
            heard.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1 >= end
        });
        let done = stopped.built().len();
        let skipped = stopped.ended(Outcome::Skipped).len();
        assert!(end > 2 * STEPS.len() - 1 || !stopped.is_success(), "event {end}");
        assert_eq!(done + skipped, if done == 0 && skipped == 0 { 0 } else { STEPS.len() });
        assert_eq!(project.temporary_files(), [""; 0], "event {end}");
        let rest = project.build().succeeded();
        assert_eq!(rest.built().len(), STEPS.len() - done, "event {end}");
        project.assert_outputs(&expected, &format!("event {end}"));
    }
}

#[test]
fn an_expression_that_does_not_fit_the_data_is_shown_in_a_plan_that_was_not_read_again() {
    let plan = "import:\n  g: { nodes: n.csv }\ntransform:\n  t:\n    from: g\n    ops:\n      \
                - filter: { nodes: 'owner != \"b\"' }\n      - recolor\n      \
                - filter: { nodes: 'weight > 0 && owner != \"b\"' }\n\
                export:\n  o.json: { from: t }\n";
    let project = Project::of(&[("layercake.yaml", plan), ("n.csv", "id,owner\na,x\n")]);
    project.build().succeeded();
    project.edit("n.csv", "owner", "owners");
    let told = |project: &Project| {
        let output = project.run(&["build"]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let first = told(&project);
    assert!(
        first.contains("--> layercake.yaml:7:27") && first.contains("mean `owners`?"),
        "{first}"
    );
    // The first operation does without it now, and the plan is read again.
    project.edit("layercake.yaml", "nodes: 'owner != \"b\"'", "edges: 'weight > 0 || weight == 0'");
    let second = told(&project);
    assert!(second.contains("--> layercake.yaml:9:41"), "{second}");
}
