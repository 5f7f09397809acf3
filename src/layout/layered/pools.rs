//! Numbers in a given order, as near to those that were wanted as that order allows.
//!
//! The squares of the differences are least: an isotonic regression, for which M. J. Best and
//! N. Chakravarti, "Active Set Algorithms for Isotonic Regression", Mathematical Programming 47, 1990,
//! pool adjacent violators, in linear time.

/// A run of neighbors that have the same number.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// Their number.
    pub mean: f64,
    /// How many they are.
    pub count: u32,
    weight: f64,
}

/// What was pushed, in order.
#[derive(Debug, Default)]
pub struct Pools(Vec<Pool>);

impl Pools {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds what wants to be at `mean`, and how much that matters: more than zero.
    pub fn push(&mut self, mean: f64, weight: f64) {
        let mut pool = Pool { mean, count: 1, weight };
        while let Some(last) = self.0.pop_if(|last| last.mean > pool.mean) {
            let weight = last.weight + pool.weight;
            let mean = (last.mean * last.weight + pool.mean * pool.weight) / weight;
            pool = Pool { mean, count: last.count + pool.count, weight };
        }
        self.0.push(pool);
    }

    /// Returns the runs.
    pub fn runs(&self) -> &[Pool] {
        &self.0
    }

    /// Returns the number of each that was pushed.
    pub fn means(&self) -> impl Iterator<Item = f64> {
        self.0.iter().flat_map(|pool| (0..pool.count).map(|_| pool.mean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_order_shares_its_mean() {
        let mut pools = Pools::default();
        for (mean, weight) in [(1.0, 1.0), (5.0, 1.0), (2.0, 3.0), (2.5, 1.0), (9.0, 1.0)] {
            pools.push(mean, weight);
        }
        let means: Vec<f64> = pools.means().collect();
        assert_eq!(means, [1.0, 2.7, 2.7, 2.7, 9.0]);
    }
}
