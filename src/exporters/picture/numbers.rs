//! Numbers that looks show: where each lies between the least and the greatest, and some of them for
//! the legend.

use super::looks::{must_be_numbers, values};
use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::Expression;
use crate::graph::{Attribute, Value};
use crate::scene::{Gauge, Scale, Shown, exponent};

/// The steps of sizes and colors, so that there are not as many styles as nodes.
const STEPS: u32 = 12;
/// Where a number lies that is the same everywhere.
const USUAL: f64 = 0.25;

/// The least and the greatest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    least: f64,
    greatest: f64,
}

impl Range {
    /// Returns the range of a column of numbers; nothing if it has none.
    ///
    /// # Errors
    ///
    /// Fails if there is something else in it.
    pub fn of_numbers(
        column: &Attribute,
        option: (&'static str, &'static str),
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Range>, Failed> {
        must_be_numbers(column, option, diagnostics)?;
        Ok(Range::of(column))
    }

    /// Returns the range of the numbers in a column; nothing if it has none.
    pub fn of(column: &Attribute) -> Option<Range> {
        Range::among(values(column).filter_map(number))
    }

    /// Returns the range of some numbers; nothing if there are none.
    pub fn among(mut numbers: impl Iterator<Item = f64>) -> Option<Range> {
        let first = numbers.next()?;
        let wider = |range: Range, number: f64| Range {
            least: range.least.min(number),
            greatest: range.greatest.max(number),
        };
        Some(numbers.fold(Range { least: first, greatest: first }, wider))
    }

    /// Returns where a number lies between the least and the greatest, in steps.
    pub fn share(self, number: f64) -> f64 {
        // Halves, since the greatest numbers are too far from the least for one.
        let span = self.greatest / 2.0 - self.least / 2.0;
        let share = (number / 2.0 - self.least / 2.0) / span;
        let share = if span > 0.0 { share.clamp(0.0, 1.0) } else { USUAL };
        (share * f64::from(STEPS)).round() / f64::from(STEPS)
    }

    /// Returns what the legend tells of numbers with a name, which look like `look` says of their
    /// shares.
    pub fn gauge(self, name: impl Into<String>, shown: Shown, look: impl Fn(f64) -> f64) -> Gauge {
        let numbers = match shown {
            Shown::NodeColor | Shown::EdgeColor => self.even(),
            Shown::NodeSize | Shown::EdgeWidth => self.round(),
            Shown::NodeArea | Shown::NodeAngle => self.ends(),
        };
        let sample = |number: f64| (number, look(self.share(number)));
        let samples = numbers.into_iter().map(sample).collect();
        Gauge { name: name.into(), shown, scale: Scale::Numbers(samples) }
    }

    /// Returns the least and the greatest number, or the one that there is.
    fn ends(self) -> Vec<f64> {
        let is_one = self.least == self.greatest;
        if is_one { vec![self.least] } else { vec![self.least, self.greatest] }
    }

    /// Returns a number for each step.
    fn even(self) -> Vec<f64> {
        if self.least == self.greatest {
            return vec![self.least];
        }
        let number = |step: u32| {
            let share = f64::from(step) / f64::from(STEPS);
            self.least * (1.0 - share) + self.greatest * share
        };
        (0..=STEPS).map(number).collect()
    }

    /// Returns two or three round numbers from the least to the greatest; whole ones between whole
    /// ones.
    fn round(self) -> Vec<f64> {
        let Range { least, greatest } = self;
        if least == greatest {
            return vec![least];
        }
        let is_whole = least.fract() == 0.0 && greatest.fract() == 0.0;
        let most = exponent(greatest - least);
        let powers = (most - 1..=most).rev().filter(|power| *power >= 0 || !is_whole);
        let units = || powers.clone().flat_map(|power| [5.0, 2.0, 1.0].map(|of| (of, power)));
        // Numbers nearer to the ends tell more, but not if there are none between.
        let rounds = units().filter_map(|unit| self.multiples(unit, 3)).next();
        let rounds = rounds.or_else(|| units().filter_map(|unit| self.multiples(unit, 2)).next());
        rounds.unwrap_or_else(|| vec![least, greatest])
    }

    /// Returns the first and the last multiple of a unit, a digit with a power of ten, and that in
    /// the middle if there is one; nothing if there are fewer than so many.
    fn multiples(self, (digit, power): (f64, i32), fewest: u32) -> Option<Vec<f64>> {
        let of = |count: f64| format!("{}e{power}", count * digit).parse().ok();
        let unit: f64 = of(1.0)?;
        let (first, last) = ((self.least / unit).ceil(), (self.greatest / unit).floor());
        let is_enough = last - first + 1.0 >= f64::from(fewest);
        let middle = Some((first + last) / 2.0).filter(|at| at.fract() == 0.0 && *at > first);
        let counts = [Some(first), middle, Some(last)].into_iter().flatten();
        let is_inside = |number: &f64| (self.least..=self.greatest).contains(number);
        is_enough.then(|| counts.filter_map(of).filter(is_inside).collect())
    }
}

pub(super) fn number(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(number as f64),
        Value::Number(number) => Some(number),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// Returns what an expression is called: the name of an attribute if it is that alone.
pub(super) fn name(expression: &Expression) -> String {
    let text = expression.text().trim();
    match expression.names()[..] {
        [(_, name)] if text == format!("attributes[\"{name}\"]") => name.to_owned(),
        [(_, name)] if text == format!("attributes['{name}']") => name.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_two_or_three_round_numbers() {
        let check = |least: f64, greatest: f64, numbers: &[f64]| {
            assert_eq!(Range { least, greatest }.round(), numbers);
        };
        check(1.0, 2.0, &[1.0, 2.0]);
        check(1.0, 9.0, &[2.0, 8.0]);
        check(0.0, 10.0, &[0.0, 5.0, 10.0]);
        check(0.0123, 0.2456, &[0.05, 0.2]);
        check(0.0, 19.0, &[0.0, 15.0]);
        check(1.0, 4.0, &[1.0, 4.0]);
        check(-3.0, 4.0, &[-2.0, 4.0]);
        check(7.0, 7.0, &[7.0]);
        check(-1e308, 1e308, &[-1e308, 0.0, 1e308]);
    }

    #[test]
    fn every_range_has_samples_within_it() {
        for least in [-1e308, -12.7, -1e-300, 0.0, 0.3, 7.0, 1e9, 123_456_789.25] {
            for span in [5e-324, 1e-9, 0.07, 0.1, 1.0, 3.3, 19.0, 1e12, 1e308, 1.7e308] {
                let greatest: f64 = least + span;
                let range = Range { least, greatest };
                let numbers = range.round();
                let is_inside = |number: &f64| (least..=greatest).contains(number);
                assert!(numbers.iter().all(is_inside), "{range:?} {numbers:?}");
                assert!((1..=3).contains(&numbers.len()), "{range:?} {numbers:?}");
                assert!(numbers.len() > 1 || least == greatest, "{range:?} {numbers:?}");
                let shares: Vec<f64> = range.even().into_iter().map(|at| range.share(at)).collect();
                assert!(
                    shares.is_sorted() && shares.iter().all(|share| *share <= 1.0),
                    "{range:?}"
                );
            }
        }
    }
}
