//! Counts crossings of lines between two levels.
//!
//! After W. Barth, P. Mutzel, M. Jünger, "Simple and Efficient Bilayer Cross Counting", Journal of
//! Graph Algorithms and Applications 8(2), 2004: a tree of sums over the lower level, filled in the
//! order of the upper one.

use super::levels::Levels;

/// Memory for counting, used again and again.
#[derive(Debug, Default)]
pub struct Counter {
    ends: Vec<u32>,
    sums: Vec<u32>,
}

impl Counter {
    /// Returns how many pairs of segments cross on all levels.
    pub fn all(&mut self, levels: &Levels) -> u64 {
        (1..levels.count()).map(|level| self.above(levels, level)).sum()
    }

    /// Returns how many pairs of segments cross between a level and the one above it.
    pub fn above(&mut self, levels: &Levels, level: usize) -> u64 {
        let width = levels.range(level).len();
        self.sums.clear();
        self.sums.resize(width + 1, 0);
        let mut crossings = 0;
        let mut before = 0u64;
        for at in &levels.order[levels.range(level - 1)] {
            self.ends.clear();
            let below = levels.below(*at).iter();
            self.ends
                .extend(below.map(|segment| {
                    levels.place[levels.segments[*segment as usize].lower as usize]
                }));
            // Segments of one upper end do not cross: all are counted before any is added.
            for end in &self.ends {
                let mut place = *end as usize + 1;
                let mut left = 0u64;
                while place > 0 {
                    left += u64::from(self.sums[place]);
                    place &= place - 1;
                }
                crossings += before - left;
            }
            for end in &self.ends {
                let mut place = *end as usize + 1;
                while place <= width {
                    self.sums[place] += 1;
                    place += place & place.wrapping_neg();
                }
            }
            before += self.ends.len() as u64;
        }
        crossings
    }
}

/// Returns how many lines cross if the owner of the first places stands left of that of the second,
/// less how many cross if it stands right. Both lists are sorted.
pub fn difference(left: &[u32], right: &[u32]) -> i64 {
    let mut difference = 0i64;
    if left.len() * right.len() <= 8 {
        for a in left {
            for b in right {
                difference += i64::from(a > b) - i64::from(a < b);
            }
        }
        return difference;
    }
    let (mut less, mut not_greater) = (0, 0);
    for a in left {
        while less < right.len() && right[less] < *a {
            less += 1;
        }
        while not_greater < right.len() && right[not_greater] <= *a {
            not_greater += 1;
        }
        difference += less as i64 - (right.len() - not_greater) as i64;
    }
    difference
}
