//! What hangs together is laid out by itself; the parts are then packed.

use super::nest::{GAP, Members};
use super::pack::{pack, pack_beside};
use super::{Point, Size};

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
    let mut first: Vec<u32> = (0..count as u32).collect();
    for (a, b) in &members.edges {
        let (a, b) = (root(&mut first, *a), root(&mut first, *b));
        first[a.max(b) as usize] = a.min(b);
    }
    // A root is the least of its part, and comes before the others.
    let mut parts: Vec<(Vec<u32>, Members)> = Vec::new();
    let (mut part, mut place) = (vec![0u32; count], vec![0u32; count]);
    for at in 0..count {
        let root = root(&mut first, at as u32) as usize;
        if root == at {
            part[at] = parts.len() as u32;
            parts.push(Default::default());
        }
        part[at] = part[root];
        let (places, own) = &mut parts[part[at] as usize];
        place[at] = places.len() as u32;
        own.ids.push(places.len() as u32);
        own.sizes.push(members.sizes[at]);
        places.push(at as u32);
    }
    for (a, b) in &members.edges {
        let own = &mut parts[part[*a as usize] as usize].1;
        own.edges.push((place[*a as usize], place[*b as usize]));
    }
    parts
}

/// Returns the root of what a member is known to hang together with, and shortens the way there.
fn root(first: &mut [u32], mut at: u32) -> u32 {
    while first[at as usize] != at {
        let next = first[first[at as usize] as usize];
        first[at as usize] = next;
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_together_is_a_part() {
        let sizes = (0..6).map(|at| Size { width: f64::from(at), height: 1.0 }).collect();
        let members =
            Members { ids: (10..16).collect(), sizes, edges: vec![(4, 5), (2, 0), (5, 2)] };
        let parts = parts(&members);
        let places: Vec<&[u32]> = parts.iter().map(|(places, _)| &places[..]).collect();
        assert_eq!(places, [&[0, 2, 4, 5][..], &[1], &[3]]);
        assert_eq!(parts[0].1.edges, [(2, 3), (1, 0), (3, 1)]);
        assert_eq!(parts[2].1.sizes[0].width, 3.0);
    }
}
