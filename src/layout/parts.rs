//! What hangs together is laid out by itself; the parts are then packed.

use super::nest::{GAP, Members};
use super::pack::{pack, pack_beside};
use super::{NONE, Point, Size};

/// How much wider than high what is packed shall be.
const RATIO: f64 = 1.5;

/// Lays out each part by `arrange`, which gets parts of two members or more, and returns the upper
/// left corner of each member, and how large all is.
pub(super) fn by_parts(
    members: &Members,
    mut arrange: impl FnMut(&Members) -> (Vec<Point>, Size),
) -> (Vec<Point>, Size) {
    let mut corners = vec![Point::default(); members.ids.len()];
    let parts = parts(members);
    let mut sizes = Vec::with_capacity(parts.len());
    for (places, part) in &parts {
        let (placed, size) = match part.sizes[..] {
            [size] => (vec![Point::default()], size),
            _ => arrange(part),
        };
        sizes.push(size);
        for (at, corner) in places.iter().zip(placed) {
            corners[*at as usize] = corner;
        }
    }
    let (shifts, whole) = together(&sizes);
    for ((places, _), shift) in parts.iter().zip(shifts) {
        for at in places {
            let corner = &mut corners[*at as usize];
            (corner.x, corner.y) = (corner.x + shift.x, corner.y + shift.y);
        }
    }
    (corners, whole)
}

/// Packs parts; beside one that is larger than all others together, these stand in columns.
fn together(sizes: &[Size]) -> (Vec<Point>, Size) {
    let area = |at: &usize| sizes[*at].width * sizes[*at].height;
    let largest = (0..sizes.len()).max_by(|a, b| area(a).total_cmp(&area(b)).then(b.cmp(a)));
    let all: f64 = (0..sizes.len()).map(|at| area(&at)).sum();
    match largest.filter(|at| area(at) > all / 2.0) {
        Some(largest) => pack_beside(largest, sizes, GAP, RATIO),
        None => pack(sizes, GAP, RATIO),
    }
}

/// Returns what hangs together, in order of the first of each: the places of its members, and these
/// as members of their own.
fn parts(members: &Members) -> Vec<(Vec<u32>, Members)> {
    let count = members.ids.len();
    let part = components(count, members.edges.iter().map(|(a, b)| [*a, *b]));
    let mut parts: Vec<(Vec<u32>, Members)> = Vec::new();
    let mut place = vec![0u32; count];
    for at in 0..count {
        if part[at] as usize == parts.len() {
            let own = Members { label: members.label, ..Members::default() };
            parts.push((Vec::new(), own));
        }
        let (places, own) = &mut parts[part[at] as usize];
        place[at] = places.len() as u32;
        own.ids.push(members.ids[at]);
        own.sizes.push(members.sizes[at]);
        places.push(at as u32);
    }
    for (a, b) in &members.edges {
        let own = &mut parts[part[*a as usize] as usize].1;
        own.edges.push((place[*a as usize], place[*b as usize]));
    }
    parts
}

/// Returns the number of the component of each of `count`, in order of the first of each, from the
/// pairs that are joined; all that is joined to [`NONE`] is joined.
pub(super) fn components(count: usize, pairs: impl Iterator<Item = [u32; 2]>) -> Vec<u32> {
    let mut above: Vec<u32> = (0..=count as u32).collect();
    let find = |above: &mut Vec<u32>, mut at: u32| {
        while above[at as usize] != at {
            above[at as usize] = above[above[at as usize] as usize];
            at = above[at as usize];
        }
        at
    };
    for pair in pairs {
        let [a, b] = pair.map(|at| find(&mut above, if at == NONE { count as u32 } else { at }));
        above[a.max(b) as usize] = a.min(b);
    }
    let mut number = vec![NONE; count + 1];
    let mut next = 0;
    (0..count as u32)
        .map(|at| {
            let root = find(&mut above, at) as usize;
            if number[root] == NONE {
                number[root] = next;
                next += 1;
            }
            number[root]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_together_is_a_part() {
        let sizes = (0..6).map(|at| Size { width: f64::from(at), height: 1.0 }).collect();
        let members = Members {
            ids: (10..16).collect(),
            sizes,
            edges: vec![(4, 5), (2, 0), (5, 2)],
            label: 0.0,
        };
        let parts = parts(&members);
        let places: Vec<&[u32]> = parts.iter().map(|(places, _)| &places[..]).collect();
        assert_eq!(places, [&[0, 2, 4, 5][..], &[1], &[3]]);
        assert_eq!(parts[0].1.edges, [(2, 3), (1, 0), (3, 1)]);
        assert_eq!(parts[2].1.sizes[0].width, 3.0);
    }
}
