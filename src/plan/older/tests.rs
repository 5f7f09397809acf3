//! What becomes of plans of the earlier tool.

use super::super::testing::{problems, read};
use crate::plan::Work;

fn told(text: &str) -> Vec<String> {
    problems(&[("plan.yaml", text)])
}

#[test]
fn a_plan_is_known_by_its_lists_of_profiles() {
    let (plan, told) = read(&[("p.yaml", "import: { profiles: [] }\nexport: { profiles: [] }")]);
    assert!(plan.steps.is_empty() && told.is_empty(), "{told:?}");
    // A plan of today may have an import that is called so.
    let today = "import: { profiles: { nodes: n.csv } }\nexport: { a.dot: { from: profiles } }";
    let (plan, told) = read(&[("p.yaml", today)]);
    assert_eq!((plan.steps.len(), told.len()), (2, 0));
    let told = problems(&[("p.yaml", "version: 1\nimport: { profiles: [] }")]);
    assert!(told[0].contains("an import is a map"), "{told:?}");
}

#[test]
fn names_and_paths_are_taken_as_they_are_written() {
    let text = "meta: { name: 'All ${of} it' }\n\
                import: { profiles: [{ filename: 'a[1]*.csv', filetype: Nodes }] }\n\
                export: { profiles: [{ filename: $x.json, exporter: JSON }] }";
    let (plan, told) = read(&[("p.yaml", text)]);
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(plan.meta.name.as_deref(), Some("All ${of} it"));
    assert_eq!(plan.steps[0].files[0].pattern, "a[[]1][*].csv");
    assert_eq!(plan.steps[2].name, "$x.json");
}

#[test]
fn exports_with_the_same_operations_share_a_transform() {
    let export = |name: &str, depth: u32| {
        let config = format!("graph_config: {{ max_partition_depth: {depth} }}");
        format!("  - {{ filename: {name}, exporter: DOT, {config} }}\n")
    };
    let exports = [export("a.dot", 1), export("b.dot", 2), export("c.dot", 1)].concat();
    let import = "import: { profiles: [{ filename: n.csv, filetype: Nodes }] }";
    let text = format!("{import}\nexport:\n  profiles:\n{exports}");
    let (plan, told) = read(&[("p.yaml", &text)]);
    assert!(told.is_empty(), "{told:?}");
    let transforms = plan.steps.iter().filter(|step| matches!(step.work, Work::Transform { .. }));
    assert_eq!(transforms.count(), 2);
    let exports = plan.steps.iter().filter(|step| step.work.is_export());
    let from: Vec<_> = exports.map(|step| step.from[0].name.as_str()).collect();
    assert_eq!(from, ["view", "view_2", "view"]);
}

#[test]
fn sections_that_are_missing_are_told() {
    assert_eq!(
        told("export: { profiles: [] }"),
        ["missing-key plan.yaml:1 the key `import` is missing"]
    );
    assert_eq!(
        told("import: { profiles: [] }\nexport: {}"),
        ["missing-key plan.yaml:2 the key `profiles` is missing"]
    );
}

#[test]
fn of_two_profiles_with_one_file_the_last_counts() {
    let import = "import: { profiles: [{ filename: n.csv, filetype: Nodes }] }";
    let exports = "export:\n  profiles:\n  - { filename: out/a.txt, exporter: Dot, more: 1 }\n  \
                   - { filename: b.dot, exporter: DOT }\n  \
                   - { filename: ./out//a.txt, exporter: JSON }\n";
    let (plan, problems) = read(&[("p.yaml", &format!("{import}\n{exports}"))]);
    assert_eq!(
        problems,
        ["overwritten p.yaml:4 two profiles write one file; the last counts"],
        "what is left out is not looked at"
    );
    let exports = plan.steps.iter().filter(|step| step.work.is_export());
    let exports: Vec<_> = exports.map(|step| step.name.as_str()).collect();
    assert_eq!(exports, ["b.dot", "out/a.txt"]);
}

#[test]
fn a_plan_that_exports_what_it_does_not_import_is_wrong() {
    let exports = "export: { profiles: [{ filename: a.dot, exporter: DOT }] }";
    let message = "the plan imports nothing that it could export";
    for import in ["import: { profiles: [] }", "import: { profiles: }"] {
        let expected = format!("no-table plan.yaml:1 {message}");
        assert_eq!(told(&format!("{import}\n{exports}")), [expected]);
    }
    assert_eq!(told(exports), ["missing-key plan.yaml:1 the key `import` is missing"]);
}
