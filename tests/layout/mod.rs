//! Laws of pictures, over random diagrams and over those that are hard to draw.

mod geometry;
mod rows;

use layercake::layout::layered::{Earlier, Layered, Nesting, layered, movement};
use layercake::layout::{
    Diagram, Direction, Item, Layout, Line, NONE, Point, Rect, Routing, Size, force, grid, radial,
    stress, tree,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::rounds;

const DIRECTIONS: [Direction; 4] =
    [Direction::Down, Direction::Up, Direction::Right, Direction::Left];
const ROUTINGS: [Routing; 3] = [Routing::Splines, Routing::Orthogonal, Routing::Polyline];

fn config(few: u32) -> ProptestConfig {
    let cases = rounds(few as usize, 60 * few as usize) as u32;
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => default,
        None => ProptestConfig { cases, ..default },
    }
}

fn extent() -> impl Strategy<Value = f64> {
    prop_oneof![8 => 20.0..160.0, 1 => 1.0..3.0, 1 => 300.0..2000.0]
}

fn size() -> impl Strategy<Value = Size> {
    (extent(), extent()).prop_map(|(width, height)| Size { width, height })
}

fn title() -> impl Strategy<Value = Size> {
    (0.0..300.0, 10.0..40.0).prop_map(|(width, height)| Size { width, height })
}

/// Items of which each is in one before it or in none, some of them partitions without members;
/// edges between any two, loops and parallel ones among them.
fn diagram(items: usize, edges: usize) -> impl Strategy<Value = Diagram> {
    let item = (
        size(),
        title(),
        any::<Option<Index>>(),
        prop::bool::weighted(0.3),
        prop::option::weighted(0.15, select(&DIRECTIONS[..])),
    );
    let label = prop_oneof![3 => Just(Size::default()), 1 => title()];
    let edge = (any::<Index>(), any::<Index>(), label, 0.0..3.0);
    (vec(item, 1..items), vec(edge, 0..edges)).prop_map(|(items, edges)| {
        let mut diagram = Diagram::default();
        for (size, title, parent, is_partition, direction) in items {
            let partitions: Vec<u32> = (0..diagram.nodes.len() as u32)
                .filter(|at| diagram.nodes[*at as usize].is_partition)
                .collect();
            let parent = parent.filter(|_| !partitions.is_empty());
            let parent = parent.map_or(NONE, |parent| *parent.get(&partitions));
            let size = if is_partition { title } else { size };
            // Of every three nodes one is as wide as its edges make it.
            let stretches = !is_partition && diagram.nodes.len() % 3 == 0;
            diagram.nodes.push(Item { parent, is_partition, size, direction, stretches });
        }
        let count = diagram.nodes.len();
        diagram.edges = edges
            .into_iter()
            .map(|(source, target, label, weight)| {
                let [source, target] = [source, target].map(|end| end.index(count) as u32);
                Line { source, target, label, weight }
            })
            .collect();
        diagram
    })
}

/// The same with edges between nodes alone, so that partitions can be laid out with what is around
/// them. `reach` tells how far edges lead in the list, in which partitions stand near their members.
fn nested(items: usize, edges: usize, reach: usize) -> impl Strategy<Value = Diagram> {
    diagram(items, edges).prop_map(move |mut diagram| {
        let is_partition: Vec<bool> = diagram.nodes.iter().map(|item| item.is_partition).collect();
        let nodes: Vec<u32> =
            (0..is_partition.len() as u32).filter(|at| !is_partition[*at as usize]).collect();
        if nodes.is_empty() {
            diagram.edges.clear();
        }
        for line in &mut diagram.edges {
            let source = line.source as usize % nodes.len();
            let target = (source + line.target as usize % reach.max(1)) % nodes.len();
            (line.source, line.target) = (nodes[source], nodes[target]);
        }
        diagram
    })
}

fn options() -> impl Strategy<Value = Layered> {
    let effort = prop_oneof![Just(0), Just(20_000), Just(Layered::default().effort)];
    let gaps =
        (select(&[24.0, 4.0][..]), select(&[48.0, 10.0][..]), select(&[Some(1.6), None][..]));
    let nestings = select(&[Nesting::Together, Nesting::Auto, Nesting::Apart][..]);
    (select(&DIRECTIONS[..]), select(&ROUTINGS[..]), effort, gaps, nestings).prop_map(
        |(direction, routing, effort, (node_gap, rank_gap, ratio), nesting)| Layered {
            nesting,
            direction,
            routing,
            effort,
            node_gap,
            rank_gap,
            ratio,
            ..Layered::default()
        },
    )
}

/// Lays out and returns what is wrong.
fn problems(diagram: &Diagram, options: &Layered) -> Vec<String> {
    let layout = layered(diagram, options);
    let numbers = layout
        .nodes
        .iter()
        .flat_map(|rect| [rect.corner.x, rect.corner.y, rect.size.width, rect.size.height]);
    let points = layout.routes.iter().flat_map(|route| &route.points);
    let is_finite = numbers.chain(points.flat_map(|at: &Point| [at.x, at.y])).all(f64::is_finite);
    let mut problems = geometry::problems(diagram, &layout);
    if !is_finite {
        problems.push("a number is not finite".to_owned());
    }
    problems
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn pictures_keep_all_laws(diagram in diagram(14, 24), options in options()) {
        let problems = problems(&diagram, &options);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn pictures_of_nested_partitions_keep_all_laws(
        diagram in nested(20, 30, 100),
        near in nested(24, 24, 4),
        options in options(),
    ) {
        for diagram in [diagram, near] {
            let problems = problems(&diagram, &options);
            prop_assert!(problems.is_empty(), "{problems:#?}");
        }
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn larger_pictures_of_nested_partitions_keep_all_laws(
        diagram in nested(80, 90, 6),
        options in options(),
    ) {
        let problems = problems(&diagram, &options);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn larger_pictures_keep_all_laws(diagram in diagram(60, 120), options in options()) {
        let problems = problems(&diagram, &options);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }
}

/// The places of a layout, as those of an earlier picture.
fn places(diagram: &Diagram, options: &Layered) -> Vec<Option<Earlier>> {
    let layout = layered(diagram, options);
    let place = |rect: &Rect| Some(Earlier { middle: rect.middle(), is_pinned: false });
    layout.nodes.iter().map(place).collect()
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn pictures_that_follow_another_keep_all_laws(
        diagram in diagram(14, 24),
        near in nested(24, 24, 4),
        options in options(),
        (gone, wild) in (any::<u64>(), any::<u64>()),
    ) {
        for diagram in [diagram, near] {
            let mut earlier = places(&diagram, &options);
            for (at, place) in earlier.iter_mut().enumerate() {
                // Some are new, and some were somewhere else.
                if gone >> (at % 64) & 3 == 0 {
                    *place = None;
                } else if let Some(place) = place.as_mut().filter(|_| wild >> (at % 64) & 7 == 0) {
                    place.middle.x += (at * 7919 % 500) as f64 - 250.0;
                    place.middle.y -= (at * 104_729 % 300) as f64 - 150.0;
                    place.is_pinned = at % 2 == 0;
                }
            }
            let options = Layered { earlier, ..options.clone() };
            let problems = problems(&diagram, &options);
            prop_assert!(problems.is_empty(), "{problems:#?}");
        }
    }
}

#[test]
fn what_is_added_moves_little() {
    let (mut following, mut free) = (0.0, 0.0);
    for seed in 1..=12u32 {
        let edges = (1..40).map(|at| (at * seed / (seed + 2), at));
        let mut diagram = plain(40, edges.chain((0..20).map(|at| (at, (at * seed + 9) % 40))));
        let earlier = places(&diagram, &Layered::default());
        diagram.nodes.push(diagram.nodes[0]);
        let new = Line { source: seed, target: 40, label: Size::default(), weight: 1.0 };
        diagram.edges.extend([new, Line { source: 40, target: seed * 3, ..new }]);
        let options = Layered { earlier: earlier.clone(), ..Layered::default() };
        following += movement(&earlier, &layered(&diagram, &options)).0;
        free += movement(&earlier, &layered(&diagram, &Layered::default())).0;
        check_with(&diagram, &options);
    }
    assert!(following * 4.0 < free, "moved by {following}, and {free} where nothing is kept");
}

type Draw = fn(&Diagram) -> Layout;

/// The layouts without routes of their own.
const STRAIGHT: [(&str, Draw); 5] = [
    ("force", force),
    ("grid", grid),
    ("radial", radial),
    ("stress", stress),
    ("tree", |diagram| tree(diagram, Direction::Down)),
];

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn boxes_of_every_layout_are_apart(diagram in diagram(30, 60)) {
        for (name, draw) in STRAIGHT {
            let layout = draw(&diagram);
            let problems = geometry::wrong_boxes(&diagram, &layout);
            prop_assert!(problems.is_empty(), "{name}: {problems:#?}");
            prop_assert_eq!(layout.routes.len(), diagram.edges.len());
        }
    }
}

/// Nodes of one size, and edges between them.
fn plain(count: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> Diagram {
    let size = Size { width: 80.0, height: 36.0 };
    let item = Item { parent: NONE, is_partition: false, size, direction: None, stretches: false };
    let line = |(source, target)| Line { source, target, label: Size::default(), weight: 1.0 };
    Diagram { nodes: vec![item; count as usize], edges: edges.into_iter().map(line).collect() }
}

fn check_with(diagram: &Diagram, options: &Layered) {
    let problems = problems(diagram, options);
    assert!(problems.is_empty(), "{problems:#?}");
}

fn check(diagram: &Diagram) {
    // One way of drawing is enough, unless all is to be tried.
    let ways = rounds(1, 12);
    for (at, routing) in ROUTINGS.into_iter().cycle().take(ways).enumerate() {
        let direction = DIRECTIONS[at / 3];
        let options = Layered { routing, direction, ..Layered::default() };
        let problems = problems(diagram, &options);
        assert!(problems.is_empty(), "{direction:?} {routing:?}: {problems:#?}");
    }
}

#[test]
fn stars_chains_and_bipartite_graphs_are_drawn() {
    let large = rounds(60, 500) as u32;
    check(&plain(0, []));
    check(&plain(1, []));
    check(&plain(large, []));
    check(&plain(large + 1, (1..=large).map(|leaf| (0, leaf))));
    check(&plain(large + 1, (1..=large).map(|leaf| (leaf, 0))));
    check(&plain(2 * large, (1..2 * large).map(|at| (at - 1, at))));
    let side = rounds(12, 30) as u32;
    check(&plain(2 * side, (0..side * side).map(|at| (at % side, side + at / side))));
    check(&plain(side, (0..side * side).map(|at| (at % side, at / side))));
}

#[test]
fn deep_nesting_is_drawn_with_edges_to_every_depth() {
    let size = Size { width: 60.0, height: 16.0 };
    let depths = rounds(12, 60) as u32;
    let mut diagram = plain(0, []);
    for depth in 0..depths {
        let parent = depth.checked_sub(1).unwrap_or(NONE);
        diagram.nodes.push(Item {
            parent,
            is_partition: true,
            size,
            direction: None,
            stretches: false,
        });
    }
    for depth in 0..depths {
        diagram.nodes.push(Item {
            parent: depth,
            is_partition: false,
            size,
            direction: None,
            stretches: false,
        });
        let edge = |source, target| Line { source, target, label: size, weight: 1.0 };
        diagram.edges.extend([
            edge(depths, depths + depth),
            edge(depths + depth, 3),
            edge(depths - 1, depth),
        ]);
    }
    check(&diagram);
}

#[test]
fn large_pictures_are_neither_very_wide_nor_very_tall() {
    let chain = plain(600, (1..600).map(|at| (at - 1, at)));
    let star = plain(401, (1..=400).map(|leaf| (0, leaf)));
    let tree = plain(511, (1..511).map(|at| ((at - 1) / 2, at)));
    let alone = plain(200, []);
    // A star whose leaves stand in partitions, two in each: a row that is too wide is full of frames.
    let mut nested = plain(161, (1..=160).map(|leaf| (leaf, 0)));
    for leaf in 1..=160 {
        nested.nodes[leaf].parent = 161 + (leaf as u32 - 1) / 2;
    }
    let size = Size { width: 60.0, height: 18.0 };
    let partition =
        Item { parent: NONE, is_partition: true, size, direction: None, stretches: false };
    nested.nodes.extend([partition; 80]);
    for (name, diagram) in
        [("chain", chain), ("star", star), ("tree", tree), ("alone", alone), ("nested", nested)]
    {
        for (direction, asked) in DIRECTIONS.into_iter().zip([1.6, 1.0, 3.0, 1.6]) {
            let options = Layered { direction, ratio: Some(asked), ..Layered::default() };
            assert_eq!(problems(&diagram, &options), Vec::<String>::new(), "{name}");
            let size = layered(&diagram, &options).size;
            let ratio = size.width / size.height / asked;
            assert!((1.0 / 4.8..1.875).contains(&ratio), "{name}: {direction:?}: {size:?}");
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let diagram = plain(300, (0..1500).map(|at| (at * 7 % 300, at * 11 % 299)));
    let [one, many] = [1, 4].map(|count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| layered(&diagram, &Layered { effort: 100_000, ..Layered::default() }))
    });
    assert!(one == many);
}

#[test]
fn what_no_effort_is_left_for_is_told() {
    let diagram = plain(60, (0..200).map(|at| (at * 7 % 60, at * 11 % 60)));
    let told = |effort| layered(&diagram, &Layered { effort, ..Layered::default() }).compromises;
    assert!(told(Layered::default().effort).is_empty());
    assert!(!told(0).is_empty());
}
