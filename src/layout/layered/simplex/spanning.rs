//! The first tree: grown from tight arcs, moved as a whole to make the next arc tight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{NONE, Tree};

impl Tree<'_> {
    /// Grows trees of tight arcs until they reach everything, moving them to make arcs tight.
    pub(super) fn span(&mut self) {
        let count = self.values.len();
        let mut is_in = vec![false; count];
        let mut joined: Vec<u32> = Vec::with_capacity(count);
        for root in 0..count as u32 {
            if !is_in[root as usize] {
                self.span_from(root, &mut is_in, &mut joined);
            }
        }
        self.number(&joined);
    }

    fn span_from(&mut self, root: u32, is_in: &mut [bool], joined: &mut Vec<u32>) {
        // The tree is moved as a whole, by `moved`; keys hold slacks as if it had not been.
        let mut moved = 0;
        let mut outward = BinaryHeap::new();
        let mut inward = BinaryHeap::new();
        let first = joined.len();
        let mut next = Some(root);
        while let Some(at) = next {
            is_in[at as usize] = true;
            joined.push(at);
            self.values[at as usize] -= moved;
            for place in self.out_of(at) {
                let arc = self.out[place];
                let head = self.arcs[arc as usize].head;
                if !is_in[head as usize] {
                    outward.push(Reverse((self.slack(arc), arc)));
                }
            }
            for place in self.in_to(at) {
                let arc = self.into[place];
                let tail = self.arcs[arc as usize].tail;
                if !is_in[tail as usize] {
                    inward.push(Reverse((self.slack(arc), arc)));
                }
            }
            while outward.peek().is_some_and(|Reverse((_, arc))| is_in[self.head(*arc)]) {
                outward.pop();
            }
            while inward.peek().is_some_and(|Reverse((_, arc))| is_in[self.tail(*arc)]) {
                inward.pop();
            }
            let out = outward.peek().map(|Reverse((key, _))| key - moved);
            let back = inward.peek().map(|Reverse((key, _))| key + moved);
            next = match (out, back) {
                (None, None) => None,
                (Some(slack), back) if back.is_none_or(|back| slack <= back) => {
                    moved += slack;
                    outward.pop().map(|Reverse((_, arc))| {
                        let (tail, head) = (self.tail(arc), self.head(arc));
                        self.parent[head] = tail as u32;
                        self.arc[head] = arc;
                        head as u32
                    })
                }
                (_, back) => {
                    moved -= back.unwrap_or(0);
                    inward.pop().map(|Reverse((_, arc))| {
                        let (tail, head) = (self.tail(arc), self.head(arc));
                        self.parent[tail] = head as u32;
                        self.arc[tail] = arc;
                        tail as u32
                    })
                }
            };
        }
        for at in &joined[first..] {
            self.values[*at as usize] += moved;
        }
    }

    /// Sums sizes and balances from the leaves, and writes the preorder.
    fn number(&mut self, joined: &[u32]) {
        for at in joined.iter().rev() {
            let parent = self.parent[*at as usize];
            if parent != NONE {
                self.size[parent as usize] += self.size[*at as usize];
                self.net[parent as usize] += self.net[*at as usize];
            }
        }
        // Parents come first in `joined`: each hands out the places behind its own.
        let mut free = vec![0u32; joined.len()];
        let mut next_root = 0;
        for at in joined {
            let parent = self.parent[*at as usize];
            let next = if parent == NONE { &mut next_root } else { &mut free[parent as usize] };
            let place = *next;
            *next += self.size[*at as usize];
            self.place[*at as usize] = place;
            free[*at as usize] = place + 1;
        }
        self.preorder = vec![0; joined.len()];
        for at in joined {
            self.preorder[self.place[*at as usize] as usize] = *at;
        }
    }
}
