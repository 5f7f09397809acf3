//! The layers of a graph under way: those of the layers table, and those that rows name.

use super::{Index, hash};
use crate::graph::{Layer, NONE};

/// Layers by id: those of the layers table, and those that rows name.
#[derive(Debug, Default)]
pub(super) struct LayerTable {
    pub(super) layers: Vec<Layer>,
    /// For each layer, its row in the layers table, if it is there.
    pub(super) rows: Vec<Option<u32>>,
    pub(super) row_count: u32,
    index: Index,
}

impl LayerTable {
    /// Returns the number of the layer with this id; makes it if there is none.
    pub(super) fn named(&mut self, id: &str) -> u32 {
        let LayerTable { layers, rows, index, .. } = self;
        let hash = hash(id);
        if let Some(at) = index.0.find(hash, |at| layers[*at as usize].id == id) {
            return *at;
        }
        let at = layers.len() as u32;
        layers.push(Layer::plain(id));
        rows.push(None);
        index.0.insert_unique(hash, at, |at| super::hash(&layers[*at as usize].id));
        at
    }

    pub(super) fn named_if(&mut self, id: Option<&str>) -> u32 {
        match id {
            Some(id) if !id.is_empty() => self.named(id),
            _ => NONE,
        }
    }

    /// Returns the layers in order of their ids, and where each one went.
    pub(super) fn sorted(&mut self) -> (Vec<Layer>, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.layers.len() as u32).collect();
        order.sort_by(|a, b| self.layers[*a as usize].id.cmp(&self.layers[*b as usize].id));
        let mut moved = vec![0; order.len()];
        for (to, from) in order.iter().enumerate() {
            moved[*from as usize] = to as u32;
        }
        let layers =
            order.iter().map(|at| std::mem::take(&mut self.layers[*at as usize])).collect();
        (layers, moved)
    }
}
