//! Numbers that look random and come out the same every time.

/// A generator (xorshift64*; Vigna 2016) with a seed of its own.
pub struct Random(u64);

impl Random {
    /// Makes a generator; `LAYERCAKE_SEED` gives all of them other numbers.
    pub fn new(seed: u64) -> Random {
        let more = std::env::var("LAYERCAKE_SEED").ok().and_then(|seed| seed.parse().ok());
        Random((seed ^ more.unwrap_or(0_u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).max(1))
    }

    /// Returns a number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}
