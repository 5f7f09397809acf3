//! What the unit tests of layouts share: small diagrams, and what must hold of every layout.

use super::{Diagram, Item, Layout, Line, NONE, Rect, Size};

/// Makes a node of a usual size.
pub(super) fn item(parent: u32, is_partition: bool) -> Item {
    let size = Size { width: 90.0, height: 40.0 };
    Item { parent, is_partition, size, direction: None, stretches: false }
}

/// Makes an edge.
pub(super) fn line(source: u32, target: u32) -> Line {
    Line { source, target, label: Size::default(), weight: 1.0 }
}

/// Makes a diagram of so many nodes, some of them in partitions of partitions, with edges among
/// all of them.
pub(super) fn nested(count: u32) -> Diagram {
    let mut diagram = Diagram::default();
    for at in 0..count {
        // Nodes 0, 5, 10, … hold the four after them; every second of these is in the one before.
        let is_partition = at % 5 == 0 && at + 1 < count;
        let parent = match (at % 5, (at / 5) % 2) {
            (0, 1) => at - 5,
            (0, _) => NONE,
            _ => at - at % 5,
        };
        let width = 40.0 + f64::from(at * 37 % 80);
        let size = Size { width, height: 30.0 + f64::from(at % 3) * 10.0 };
        diagram.nodes.push(Item { parent, is_partition, size, direction: None, stretches: false });
        if at > 0 {
            diagram.edges.push(line(at * 7 % at, at));
            diagram.edges.push(line(at, at * 13 % count));
        }
    }
    diagram
}

/// Checks that boxes cover each other only if one holds the other, and then wholly.
pub(super) fn check_boxes(diagram: &Diagram, layout: &Layout) {
    assert_eq!(
        (layout.nodes.len(), layout.routes.len()),
        (diagram.nodes.len(), diagram.edges.len())
    );
    let end = |of: Rect| (of.corner.x + of.size.width, of.corner.y + of.size.height);
    let holds = |outer: Rect, inner: Rect| {
        outer.corner.x <= inner.corner.x + 1e-6
            && outer.corner.y <= inner.corner.y + 1e-6
            && end(outer).0 + 1e-6 >= end(inner).0
            && end(outer).1 + 1e-6 >= end(inner).1
    };
    let apart = |a: Rect, b: Rect| {
        end(a).0 <= b.corner.x + 1e-6
            || end(b).0 <= a.corner.x + 1e-6
            || end(a).1 <= b.corner.y + 1e-6
            || end(b).1 <= a.corner.y + 1e-6
    };
    let whole = Rect { size: layout.size, ..Rect::default() };
    let ancestors = |mut at: usize| {
        let mut all = Vec::new();
        while diagram.nodes[at].parent != NONE {
            at = diagram.nodes[at].parent as usize;
            all.push(at);
        }
        all
    };
    for (a, of) in layout.nodes.iter().enumerate() {
        assert!(of.corner.x.is_finite() && of.corner.y.is_finite());
        assert!(holds(whole, *of), "{a} is outside: {of:?} {whole:?}");
        for (b, other) in layout.nodes.iter().enumerate().skip(a + 1) {
            let (is_in_b, is_in_a) = (ancestors(a).contains(&b), ancestors(b).contains(&a));
            let good = match (is_in_b, is_in_a) {
                (true, _) => holds(*other, *of),
                (_, true) => holds(*of, *other),
                _ => apart(*of, *other),
            };
            assert!(good, "{a} {of:?} and {b} {other:?}");
        }
    }
}
