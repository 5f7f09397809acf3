//! Partitions with a direction of their own: each is laid out as a picture of its own, which stands
//! in the one around it like a node. Only those that no edge leads into can have one.

use crate::layout::{Diagram, Direction, Item, Layout, NONE, Point, Rect, Route, Size};

use super::{Layered, nesting, tree};

/// What is told where edges lead into a partition that was to have its own direction.
const CROSSED: &str = "partitions that edges lead into have the direction of what is around them";

/// Lays a diagram out, by `lay_out` for each part that has one direction.
pub fn divided(
    diagram: &Diagram,
    options: &Layered,
    lay_out: impl Fn(&Diagram, &Layered) -> Layout,
) -> Layout {
    if diagram.nodes.iter().all(|item| item.direction.is_none()) {
        return lay_out(diagram, options);
    }
    let parents = tree::parents(diagram);
    let depths = nesting::depths(&parents);
    let is_crossed = nesting::crossed(diagram, &parents, &depths);
    let mut by_depth: Vec<u32> = (0..parents.len() as u32).collect();
    by_depth.sort_by_key(|at| depths[*at as usize]);
    // The part each item is in: that of the picture, or of the innermost partition around it that has
    // a direction of its own. Part 0 is the picture.
    let mut part = vec![0u32; parents.len()];
    let mut parts: Vec<(u32, Direction)> = vec![(NONE, options.direction)];
    let mut inside = vec![0u32; parents.len()];
    let mut has_members = vec![false; parents.len()];
    for parent in parents.iter().filter(|parent| **parent != NONE) {
        has_members[*parent as usize] = true;
    }
    let mut is_told = false;
    for at in by_depth {
        let at = at as usize;
        let around = if parents[at] == NONE { 0 } else { inside[parents[at] as usize] };
        (part[at], inside[at]) = (around, around);
        let own = diagram.nodes[at].direction.filter(|_| has_members[at]);
        let Some(own) = own.filter(|own| *own != parts[around as usize].1) else { continue };
        if is_crossed[at] {
            is_told = true;
        } else {
            inside[at] = parts.len() as u32;
            parts.push((at as u32, own));
        }
    }
    let mut layout = assemble(diagram, options, &parents, &part, &parts, lay_out);
    if is_told {
        layout.compromises.push(CROSSED);
    }
    layout
}

/// Lays all parts out, the inner ones first, and puts them into each other.
fn assemble(
    diagram: &Diagram,
    options: &Layered,
    parents: &[u32],
    part: &[u32],
    parts: &[(u32, Direction)],
    lay_out: impl Fn(&Diagram, &Layered) -> Layout,
) -> Layout {
    let mut items: Vec<Vec<u32>> = vec![Vec::new(); parts.len()];
    let mut edges: Vec<Vec<u32>> = vec![Vec::new(); parts.len()];
    let mut place = vec![NONE; parents.len()];
    for (at, part) in part.iter().enumerate() {
        place[at] = items[*part as usize].len() as u32;
        items[*part as usize].push(at as u32);
    }
    for (at, line) in diagram.edges.iter().enumerate() {
        edges[part[line.source as usize] as usize].push(at as u32);
    }
    let mut boxes: Vec<Option<Size>> = vec![None; parents.len()];
    let mut layouts: Vec<Layout> = Vec::with_capacity(parts.len());
    for at in (0..parts.len()).rev() {
        let (item, direction) = parts[at];
        let node = |item: &u32| {
            let own = diagram.nodes[*item as usize];
            let parent = parents[*item as usize];
            let is_outermost = parent == NONE || parent == parts[at].0;
            let parent = if is_outermost { NONE } else { place[parent as usize] };
            match boxes[*item as usize] {
                Some(size) => {
                    Item { parent, is_partition: false, size, direction: None, stretches: false }
                }
                None => Item { parent, direction: None, ..own },
            }
        };
        let line = |edge: &u32| {
            let line = diagram.edges[*edge as usize];
            let [source, target] = [line.source, line.target].map(|end| place[end as usize]);
            crate::layout::Line { source, target, ..line }
        };
        let own = Diagram {
            nodes: items[at].iter().map(node).collect(),
            edges: edges[at].iter().map(line).collect(),
        };
        let share = items[at].len() as u64 * options.effort / parents.len().max(1) as u64;
        let earlier = items[at].iter().map(|item| options.earlier.get(*item as usize).copied());
        let earlier = earlier.map(Option::flatten).collect();
        let options = Layered { direction, effort: share, earlier, ..options.clone() };
        let layout = lay_out(&own, &options);
        if item != NONE {
            let title = diagram.nodes[item as usize].size;
            boxes[item as usize] = Some(Size {
                width: layout.size.width.max(title.width) + 2.0 * options.padding,
                height: layout.size.height + title.height + 2.0 * options.padding,
            });
        }
        layouts.push(layout);
    }
    layouts.reverse();
    let mut whole = Layout {
        size: layouts[0].size,
        nodes: vec![Rect::default(); parents.len()],
        routes: vec![Route::default(); diagram.edges.len()],
        ..Layout::default()
    };
    // Outer parts stand before inner ones.
    for (at, layout) in layouts.into_iter().enumerate() {
        let mut by = Point::default();
        if parts[at].0 != NONE {
            let around = whole.nodes[parts[at].0 as usize];
            let title = diagram.nodes[parts[at].0 as usize].size;
            by.x = around.corner.x + (around.size.width - layout.size.width) / 2.0;
            by.y = around.corner.y + title.height + options.padding;
        }
        let moved = |point: Point| Point { x: point.x + by.x, y: point.y + by.y };
        for (item, rect) in items[at].iter().zip(layout.nodes) {
            whole.nodes[*item as usize] = Rect { corner: moved(rect.corner), ..rect };
        }
        for (edge, route) in edges[at].iter().zip(layout.routes) {
            whole.routes[*edge as usize] = Route {
                points: route.points.into_iter().map(moved).collect(),
                label: route.label.map(|rect| Rect { corner: moved(rect.corner), ..rect }),
                ..route
            };
        }
        for told in layout.compromises {
            if !whole.compromises.contains(&told) {
                whole.compromises.push(told);
            }
        }
    }
    whole
}
