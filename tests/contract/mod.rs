//! What a user of the engine may rely on, one sentence a test, over steps of every kind.

mod edits;
mod failures;
mod freshness;
mod graphs;
mod limits;
mod matrix;
mod outputs;
mod reruns;
mod together;
