//! Graphs for benchmarks: the same on every machine.

use layercake::layout::{Diagram, Item, Line, NONE, Size};

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % end.max(1) as u64) as usize
    }
}

/// A graph with twice as many edges as nodes, most of them within groups of 20 nodes, some within
/// groups of 120, few anywhere; one in a hundred leads back. Clustered, the groups are partitions
/// and one edge in four has a label.
pub fn seeded(count: usize, is_clustered: bool, seed: u64) -> Diagram {
    let mut numbers = Numbers(seed * 7_919 + 88_172_645_463_325_252);
    let ranks = if count <= 100 {
        12
    } else if count <= 1_000 {
        20
    } else {
        30
    };
    let (boxes, groups) = (count.div_ceil(20), count.div_ceil(120));
    let item = |parent: usize, is_partition, width: usize, height| Item {
        parent: if is_clustered { parent as u32 } else { NONE },
        is_partition,
        size: Size { width: width as f64, height },
        direction: None,
        stretches: false,
    };
    let mut nodes = Vec::new();
    let rank: Vec<usize> = (0..count).map(|_| numbers.below(ranks)).collect();
    for at in 0..count {
        nodes.push(item(count + at / 20, false, 60 + numbers.below(80), 36.0));
    }
    if is_clustered {
        nodes.extend((0..boxes).map(|at| item(count + boxes + at / 6, true, 80, 18.0)));
        nodes.extend((0..groups).map(|_| item(NONE as usize, true, 80, 18.0)));
    }
    let mut edges = Vec::new();
    while edges.len() < 2 * count {
        let from = numbers.below(count);
        let group = match numbers.below(10) {
            0..7 => 20,
            7..9 => 120,
            _ => count,
        };
        let to = from / group * group + numbers.below(group);
        if to >= count || rank[from] == rank[to] {
            continue;
        }
        let is_back = numbers.below(100) == 0;
        let (source, target) =
            if (rank[from] < rank[to]) == is_back { (to, from) } else { (from, to) };
        let has_label = is_clustered && numbers.below(4) == 0;
        let label = if has_label {
            Size { width: 40.0 + numbers.below(40) as f64, height: 16.0 }
        } else {
            Size::default()
        };
        edges.push(Line { source: source as u32, target: target as u32, label, weight: 1.0 });
    }
    Diagram { nodes, edges }
}
