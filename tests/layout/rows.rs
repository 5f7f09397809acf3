//! The order of rows changes no picture, whatever the layout.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Project, repository};

/// The names of all layouts.
static LAYOUTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(repository("schema/plan.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let ways = schema["$defs"]["Arrangement"]["oneOf"].as_array().unwrap();
    ways.iter().map(|way| way["const"].as_str().unwrap().to_owned()).collect()
});

/// Rows of nodes, of which each may be in one with a smaller number, and of edges among them.
fn rows() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let nodes = proptest::collection::vec((any::<u32>(), 0..9u32), 2..24);
    let edges = proptest::collection::vec((any::<u32>(), any::<u32>(), 1..5u32), 0..40);
    (nodes, edges).prop_map(|(nodes, edges)| {
        let count = nodes.len() as u32;
        let node = |(at, (parent, weight)): (usize, &(u32, u32))| {
            let at = at as u32;
            let is_inside = at > 0 && parent % 3 > 0;
            let parent = if is_inside { format!("n{}", parent % at) } else { String::new() };
            format!("n{at},Node {at},{parent},{weight},{},{}", at * 97 % 700, at * 61 % 500)
        };
        let edge = |(from, to, weight): &(u32, u32, u32)| {
            format!("n{},n{},{weight}", from % count, to % count)
        };
        (nodes.iter().enumerate().map(node).collect(), edges.iter().map(edge).collect())
    })
}

fn pictures(nodes: &[String], edges: &[String]) -> Vec<Option<Vec<u8>>> {
    assert!(LAYOUTS.len() > 10, "{:?}", *LAYOUTS);
    let exports = LAYOUTS
        .iter()
        .map(|layout| format!("  {layout}.svg: {{ from: graph, layout: {layout} }}\n"));
    let plan = "import:\n  graph: { nodes: nodes.csv, edges: edges.csv }\nexport:\n".to_owned();
    let project = Project::of(&[
        ("layercake.yaml", &(plan + &exports.collect::<String>())),
        ("nodes.csv", &format!("id,label,belongs_to,weight,x,y\n{}\n", nodes.join("\n"))),
        ("edges.csv", &format!("source,target,weight\n{}\n", edges.join("\n"))),
    ]);
    project.build().succeeded();
    LAYOUTS.iter().map(|layout| project.bytes(&format!("{layout}.svg"))).collect()
}

proptest! {
    #![proptest_config(super::config(4))]

    #[test]
    fn shuffled_rows_give_the_same_pictures(
        (before, after) in rows().prop_flat_map(|(nodes, edges)| {
            let shuffled = (Just(nodes.clone()).prop_shuffle(), Just(edges.clone()).prop_shuffle());
            (Just((nodes, edges)), shuffled)
        }),
    ) {
        let (before, after) = (pictures(&before.0, &before.1), pictures(&after.0, &after.1));
        prop_assert!(before.iter().all(Option::is_some));
        for ((layout, before), after) in LAYOUTS.iter().zip(&before).zip(&after) {
            prop_assert!(before == after, "{layout}");
        }
    }
}
