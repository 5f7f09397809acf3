//! The order in which people list names: numbers in them count as numbers.

use std::cmp::Ordering;

use super::Graph;

/// Returns the nodes in the natural order of their ids, unless the graph lists them so.
pub fn order(graph: &Graph) -> Option<Vec<u32>> {
    let ids: Vec<&str> = graph.nodes().map(|node| node.id()).collect();
    if ids.is_sorted_by(|a, b| compare(a, b).is_le()) {
        return None;
    }
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_by(|a, b| compare(ids[*a as usize], ids[*b as usize]));
    Some(order)
}

/// Compares texts so that runs of digits count as numbers; what reads the same is in the order of its
/// bytes.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while let (Some(first), Some(second)) = (left.first(), right.first()) {
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (one, other) = (digits(&mut left), digits(&mut right));
            let order = one.len().cmp(&other.len()).then_with(|| one.cmp(other));
            if order.is_ne() {
                return order;
            }
        } else if first == second {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return first.cmp(second);
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Takes the digits off the front of a text, and returns them without leading zeros.
fn digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    *text = rest;
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        for [less, more] in [
            ["a2", "a10"],
            ["a02b", "a2c"],
            ["a", "a1"],
            ["a02", "a2"],
            ["1", "9999999999999999999"],
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare(more, less), Ordering::Greater, "{less} {more}");
        }
        assert_eq!(compare("a2", "a2"), Ordering::Equal);
    }
}
