//! How the values of several nodes become one.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::graph::{Attribute, Bits, TextColumn, Type, Value, Values};

/// The row of no node.
const NO_ROW: u32 = u32::MAX;

/// How values become one. A node without a value does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AggregateNodesAttribute")]
pub(crate) enum Fold {
    /// Their sum.
    Sum,
    /// Their arithmetic mean.
    Mean,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// How many nodes have one.
    Count,
    /// That of the first node that has one, in order of ids.
    First,
    /// Each one once, in order, with `, ` between.
    Join,
    /// The one that all nodes have; none if they differ.
    Agreed,
}

impl Fold {
    /// Says what it needs, if a column is not of that type.
    pub(super) fn wants(self, column: &Attribute) -> Option<&'static str> {
        let is_number = matches!(column.kind(), Type::Integer | Type::Number);
        (matches!(self, Fold::Sum | Fold::Mean) && !is_number).then_some("numbers")
    }

    /// Makes the column of groups of rows; rows without a group of others are one alone.
    ///
    /// # Errors
    ///
    /// A sum that its column cannot hold.
    pub(super) fn of(
        self,
        column: &Attribute,
        groups: &[Vec<u32>],
    ) -> Result<Attribute, &'static str> {
        let there = |rows: &[u32]| -> Vec<u32> {
            rows.iter().copied().filter(|row| column.present.get(*row as usize)).collect()
        };
        let pick = |choose: &dyn Fn(&[u32]) -> Option<u32>| {
            let rows: Vec<u32> = groups.iter().map(|rows| choose(rows).unwrap_or(NO_ROW)).collect();
            Ok(column.gather(&rows))
        };
        let compare = |a: &u32, b: &u32| column.compare(*a as usize, *b as usize);
        match self {
            Fold::Agreed => pick(&|rows| {
                let first = rows.first()?;
                rows.iter().all(|row| compare(first, row) == Ordering::Equal).then_some(*first)
            }),
            Fold::First => pick(&|rows| there(rows).first().copied()),
            Fold::Min => pick(&|rows| there(rows).into_iter().min_by(compare)),
            Fold::Max => pick(&|rows| there(rows).into_iter().max_by(compare)),
            Fold::Count => {
                let counts = groups.iter().map(|rows| there(rows).len() as i64).collect();
                let present = Bits::all(groups.len(), true);
                Ok(named(column, Values::Integer(counts), present))
            }
            Fold::Join => {
                let mut texts = TextColumn::with_capacity(groups.len(), 0);
                for rows in groups {
                    let all = there(rows);
                    let all: BTreeSet<String> =
                        all.iter().map(|row| column.get(*row as usize).to_string()).collect();
                    texts.push(&all.into_iter().collect::<Vec<_>>().join(", "));
                }
                Ok(named(column, Values::Text(texts), has_some(groups, there)))
            }
            Fold::Sum => sum(column, groups, there),
            Fold::Mean => {
                let mean = |rows: &Vec<u32>| {
                    let all = there(rows);
                    let count = all.len() as f64;
                    all.iter().map(|row| number(column.get(*row as usize)) / count).sum::<f64>()
                };
                let means = groups.iter().map(|rows| mean(rows) + 0.0).collect();
                Ok(named(column, Values::Number(means), has_some(groups, there)))
            }
        }
    }
}

fn sum(
    column: &Attribute,
    groups: &[Vec<u32>],
    there: impl Fn(&[u32]) -> Vec<u32>,
) -> Result<Attribute, &'static str> {
    let present = has_some(groups, &there);
    let values = match &column.values {
        Values::Integer(cells) => {
            let add = |rows: &Vec<u32>| {
                let cells = there(rows).into_iter().map(|row| cells[row as usize]);
                cells.into_iter().try_fold(0i64, i64::checked_add)
            };
            let sums: Option<Vec<i64>> = groups.iter().map(add).collect();
            Values::Integer(sums.ok_or("an integer has 64 bits")?)
        }
        _ => {
            let add = |rows: &Vec<u32>| {
                let cells = there(rows).into_iter().map(|row| number(column.get(row as usize)));
                cells.sum::<f64>() + 0.0
            };
            let sums: Vec<f64> = groups.iter().map(add).collect();
            if !sums.iter().all(|sum| sum.is_finite()) {
                return Err("a number is less than about 1.8e308");
            }
            Values::Number(sums)
        }
    };
    Ok(named(column, values, present))
}

fn has_some(groups: &[Vec<u32>], there: impl Fn(&[u32]) -> Vec<u32>) -> Bits {
    groups.iter().map(|rows| !there(rows).is_empty()).collect()
}

fn named(column: &Attribute, values: Values, present: Bits) -> Attribute {
    Attribute { name: column.name.clone(), values, present }
}

fn number(value: Value<'_>) -> f64 {
    match value {
        Value::Integer(number) => number as f64,
        Value::Number(number) => number,
        _ => 0.0,
    }
}
