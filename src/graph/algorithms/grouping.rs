//! Nodes in groups: what components and communities are.

/// Which group each node is in. Groups are numbered from 0 in the order of their first nodes, and
/// none is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    of: Vec<u32>,
    count: usize,
}

impl Grouping {
    /// Makes a grouping of any mark for each node: nodes of one mark are a group. Marks are less
    /// than the number of nodes.
    pub(super) fn of_marks(mut marks: Vec<u32>) -> Grouping {
        const UNSEEN: u32 = u32::MAX;
        let mut number = vec![UNSEEN; marks.len()];
        let mut count = 0;
        for mark in &mut marks {
            let number = &mut number[*mark as usize];
            if *number == UNSEEN {
                *number = count;
                count += 1;
            }
            *mark = *number;
        }
        Grouping { of: marks, count: count as usize }
    }

    /// Returns the number of groups.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the group of a node.
    pub fn of(&self, node: u32) -> u32 {
        self.of[node as usize]
    }

    /// Returns the group of each node, in order of the nodes.
    pub fn numbers(&self) -> &[u32] {
        &self.of
    }

    /// Returns how many nodes each group has.
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.count];
        self.of.iter().for_each(|group| sizes[*group as usize] += 1);
        sizes
    }

    /// Returns the nodes of each group, rising.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let with_room = |size: u32| Vec::with_capacity(size as usize);
        let mut members: Vec<Vec<u32>> = self.sizes().into_iter().map(with_room).collect();
        for (node, group) in (0..).zip(&self.of) {
            members[*group as usize].push(node);
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbered_by_their_first_nodes() {
        let grouping = Grouping::of_marks(vec![3, 1, 3, 0]);
        assert_eq!((grouping.numbers(), grouping.count()), (&[0, 1, 0, 2][..], 3));
        assert_eq!(grouping.sizes(), [2, 1, 1]);
        assert_eq!(grouping.members(), [vec![0, 2], vec![1], vec![3]]);
        assert_eq!(Grouping::of_marks(Vec::new()).count(), 0);
    }
}
