//! Whole numbers for places along one axis: in the order they have, with the distances they need,
//! and as near to where they are wanted as that allows.

/// A place to be found.
pub(super) type Spot = usize;

/// How often places are moved nearer to where they are wanted.
const ROUNDS: usize = 8;

/// Places and what must hold of them.
#[derive(Debug, Default)]
pub(super) struct Axis {
    /// Where each is wanted.
    pub wanted: Vec<f64>,
    wishes: Vec<Wish>,
    gaps: Vec<Gap>,
}

/// Where a place would be best, once those around it have theirs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish {
    /// Where it was wanted to begin with.
    Wanted,
    /// At a distance from another.
    From(Spot, i64),
    /// As low as it may be.
    Low,
    /// As high as it may be.
    High,
}

/// A place is at least so far behind another.
#[derive(Debug, Clone, Copy)]
struct Gap {
    from: Spot,
    to: Spot,
    least: i64,
}

impl Axis {
    /// Adds a place.
    pub fn add(&mut self, wanted: f64) -> Spot {
        self.wanted.push(wanted);
        self.wishes.push(Wish::Wanted);
        self.wanted.len() - 1
    }

    /// Says where a place would be best.
    pub fn wish(&mut self, spot: Spot, wish: Wish) {
        self.wishes[spot] = wish;
    }

    /// Keeps a place so far behind another.
    pub fn keep(&mut self, from: Spot, to: Spot, least: i64) {
        self.gaps.push(Gap { from, to, least });
    }

    /// Finds the places; `None` if what must hold cannot.
    pub fn solve(&self) -> Option<Vec<i64>> {
        let count = self.wanted.len();
        let mut after: Vec<Vec<(Spot, i64)>> = vec![Vec::new(); count];
        let mut before: Vec<Vec<(Spot, i64)>> = vec![Vec::new(); count];
        for gap in &self.gaps {
            after[gap.from].push((gap.to, gap.least));
            before[gap.to].push((gap.from, gap.least));
        }
        let order = sorted(&after, &before)?;
        let mut places = vec![0i64; count];
        let least = |spot: Spot, places: &[i64]| {
            before[spot].iter().map(|(other, least)| places[*other] + least).max()
        };
        let most = |spot: Spot, places: &[i64]| {
            after[spot].iter().map(|(other, least)| places[*other] - least).min()
        };
        for spot in &order {
            let wanted = self.wanted[*spot].round() as i64;
            places[*spot] = least(*spot, &places).map_or(wanted, |least| least.max(wanted));
        }
        for round in 0..ROUNDS {
            let mut visit = |spot: Spot| {
                let (low, high) = (least(spot, &places), most(spot, &places));
                let best = match self.wishes[spot] {
                    Wish::Wanted => self.wanted[spot].round() as i64,
                    Wish::From(other, distance) => places[other] + distance,
                    Wish::Low => low.unwrap_or(places[spot]),
                    Wish::High => high.unwrap_or(places[spot]),
                };
                let best = high.map_or(best, |high| best.min(high));
                places[spot] = low.map_or(best, |low| best.max(low));
            };
            match round % 2 {
                0 => order.iter().rev().for_each(|spot| visit(*spot)),
                _ => order.iter().for_each(|spot| visit(*spot)),
            }
        }
        Some(places)
    }
}

/// Orders places so that each stands behind those it must be behind; `None` for a cycle.
fn sorted(after: &[Vec<(Spot, i64)>], before: &[Vec<(Spot, i64)>]) -> Option<Vec<Spot>> {
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut order: Vec<Spot> = (0..open.len()).filter(|spot| open[*spot] == 0).collect();
    let mut at = 0;
    while let Some(spot) = order.get(at).copied() {
        at += 1;
        for (next, _) in &after[spot] {
            open[*next] -= 1;
            if open[*next] == 0 {
                order.push(*next);
            }
        }
    }
    (order.len() == open.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_their_distances_and_stay_near_where_they_are_wanted() {
        let mut axis = Axis::default();
        let [a, b, c] = [0.2, 1.4, 9.0].map(|wanted| axis.add(wanted));
        axis.keep(a, b, 4);
        axis.keep(b, c, 2);
        assert_eq!(axis.solve(), Some(vec![0, 4, 9]));
    }

    #[test]
    fn a_box_that_was_pushed_is_as_narrow_as_before() {
        let mut axis = Axis::default();
        let [wall, left, right] = [10.0, 2.0, 6.0].map(|wanted| axis.add(wanted));
        axis.keep(left, right, 4);
        axis.keep(wall, right, 3);
        axis.wish(left, Wish::From(right, -4));
        assert_eq!(axis.solve(), Some(vec![10, 9, 13]));
    }

    #[test]
    fn what_cannot_hold_has_no_places() {
        let mut axis = Axis::default();
        let [a, b] = [0.0, 1.0].map(|wanted| axis.add(wanted));
        axis.keep(a, b, 1);
        axis.keep(b, a, 1);
        assert_eq!(axis.solve(), None);
    }
}
