//! Orders levels so that frames are boxes: what belongs to a frame stands together on each level,
//! and frames side by side have one order on all levels that they share.
//!
//! In the spirit of M. Forster, "Applying Crossing Reduction Strategies to Layered Compound Graphs",
//! Graph Drawing 2002: sorting goes from frame to frame; a frame that is on the level before keeps
//! its place among others that are; the sorted values of frames are made to rise by pooling
//! neighbors (as in `relax`), and lines stay on the side of a frame that they come from.

use crate::layout::NONE;

use super::levels::{Kind, Levels};
use super::pools::Pools;

/// Something that stands in a frame on a level, or in none: a node, a dummy, or another frame.
#[derive(Debug, Clone, Copy)]
struct Object {
    /// One more than the frame it stands in, or zero.
    parent: u32,
    /// What it is sorted by, once that is known.
    key: f64,
    has_key: bool,
    /// Decides between equal keys, so that objects stay on their side of frames.
    side: u32,
    /// Its place on the level until now.
    before: u32,
    /// The frame or what else it is.
    what: u32,
    is_frame: bool,
    /// Whether it is a frame that is on the level before as well, and keeps its place.
    is_kept: bool,
    /// How many of the frames that stay in order are left of it, at least and at most.
    low: u32,
    high: u32,
}

/// A frame that is on the level before as well.
#[derive(Debug, Clone, Copy)]
struct Kept {
    parent: u32,
    left: u32,
    right: u32,
    object: u32,
}

/// Sorts levels; keeps its memory for the next one.
#[derive(Debug, Default)]
pub struct Sorter {
    objects: Vec<Object>,
    /// The object of each frame on the level.
    object_of: Vec<u32>,
    sums: Vec<(f64, u32)>,
    kept: Vec<Kept>,
    /// The keys of `kept`, when they rise.
    keys: Vec<f64>,
    pools: Pools,
    order: Vec<u32>,
    stack: Vec<(u32, u32)>,
}

impl Sorter {
    /// Sorts a level by the value that `value` gives for each, which is about places on the level
    /// before, above it or below. `turns_ties` turns the order of what has one value.
    pub fn sort(
        &mut self,
        levels: &mut Levels,
        level: usize,
        is_down: bool,
        turns_ties: bool,
        mut value: impl FnMut(&Levels, u32) -> Option<f64>,
    ) {
        self.gather(levels, level, &mut value);
        let before = if is_down { level.checked_sub(1) } else { Some(level + 1) };
        self.kept.clear();
        if let Some(before) = before {
            self.keep(levels, before as u32);
            self.bound(levels, is_down);
        }
        self.arrange(turns_ties);
        self.write(levels, level);
    }

    /// Puts frames together where they are not, and all else as it stands.
    pub fn group(&mut self, levels: &mut Levels) {
        for level in 0..levels.count() {
            self.gather(levels, level, &mut |_, _| None);
            self.kept.clear();
            if level > 0 {
                self.keep(levels, level as u32 - 1);
            }
            self.arrange(false);
            self.write(levels, level);
        }
    }

    /// Lists all objects of a level.
    fn gather(
        &mut self,
        levels: &Levels,
        level: usize,
        value: &mut impl FnMut(&Levels, u32) -> Option<f64>,
    ) {
        self.objects.clear();
        self.object_of.clear();
        self.object_of.resize(levels.spans.len(), NONE);
        self.sums.clear();
        self.sums.resize(levels.spans.len(), (0.0, 0));
        let slot = |frame: u32| if frame == NONE { 0 } else { frame + 1 };
        for (before, at) in levels.order[levels.range(level)].iter().enumerate() {
            let own = levels.frame_of(*at);
            let object = Object {
                parent: slot(own),
                key: 0.0,
                has_key: false,
                side: 1,
                before: before as u32,
                what: *at,
                is_frame: false,
                is_kept: false,
                low: 0,
                high: NONE,
            };
            // A frame is where the first of it is.
            let mut frame = own;
            while frame != NONE && self.object_of[frame as usize] == NONE {
                self.object_of[frame as usize] = self.objects.len() as u32;
                let parent = levels.spans[frame as usize].parent;
                let what = frame;
                self.objects.push(Object { parent: slot(parent), what, is_frame: true, ..object });
                frame = parent;
            }
            if levels.kind[*at as usize] == Kind::Border {
                continue;
            }
            let key = value(levels, *at);
            let has_key = key.is_some();
            let key = key.unwrap_or(0.0);
            self.objects.push(Object { key, has_key, ..object });
            frame = own;
            while has_key && frame != NONE {
                let sum = &mut self.sums[frame as usize];
                *sum = (sum.0 + key, sum.1 + 1);
                frame = levels.spans[frame as usize].parent;
            }
        }
        for object in self.objects.iter_mut().filter(|object| object.is_frame) {
            let (sum, count) = self.sums[object.what as usize];
            if count > 0 {
                (object.key, object.has_key) = (sum / f64::from(count), true);
            }
        }
    }

    /// Lists the frames that are on the level before, in the order they have there.
    fn keep(&mut self, levels: &Levels, before: u32) {
        for (at, object) in self.objects.iter_mut().enumerate() {
            if !object.is_frame || !levels.spans[object.what as usize].contains(before) {
                continue;
            }
            let borders = levels.spans[object.what as usize].borders(before);
            let [left, right] = borders.map(|border| levels.place[border as usize]);
            if !object.has_key {
                object.key = f64::from(left + right) / 2.0;
                object.has_key = true;
            }
            object.is_kept = true;
            self.kept.push(Kept { parent: object.parent, left, right, object: at as u32 });
        }
        self.kept.sort_unstable_by_key(|kept| (kept.parent, kept.left));
    }

    /// Finds on which sides of kept frames all else has to be: on those that its lines come from.
    fn bound(&mut self, levels: &Levels, is_down: bool) {
        if self.kept.is_empty() {
            return;
        }
        for step in 0..self.objects.len() {
            let Object { what, is_frame, .. } = self.objects[step];
            if is_frame {
                continue;
            }
            let segments = if is_down { levels.above(what) } else { levels.below(what) };
            for segment in segments {
                let ends = &levels.segments[*segment as usize];
                let other = if is_down { ends.upper } else { ends.lower };
                let place = levels.place[other as usize];
                let mut at = step as u32;
                loop {
                    let object = &mut self.objects[at as usize];
                    let parent = object.parent;
                    let kept = kept_of(&self.kept, parent);
                    if !object.is_kept && !kept.is_empty() {
                        let low = kept.partition_point(|kept| kept.right < place) as u32;
                        let is_inside =
                            kept.get(low as usize).is_some_and(|kept| kept.left < place);
                        object.low = object.low.max(low);
                        object.high = object.high.min(low + u32::from(is_inside));
                    }
                    if parent == 0 {
                        break;
                    }
                    at = self.object_of[parent as usize - 1];
                }
            }
        }
    }

    /// Makes the keys of kept frames rise in their order: values that do not are pooled.
    fn pool(&mut self) {
        self.keys.clear();
        let mut start = 0;
        while start < self.kept.len() {
            let own = kept_of(&self.kept, self.kept[start].parent);
            self.pools.clear();
            for kept in own {
                let object = &self.objects[kept.object as usize];
                let weight = self.sums[object.what as usize].1.max(1);
                self.pools.push(object.key, f64::from(weight));
            }
            for (place, (kept, key)) in own.iter().zip(self.pools.means()).enumerate() {
                let object = &mut self.objects[kept.object as usize];
                (object.key, object.side) = (key, 2 * place as u32 + 2);
                self.keys.push(key);
            }
            start += own.len();
        }
    }

    /// Sorts all objects, with kept frames in order and all else on its side of them.
    fn arrange(&mut self, turns_ties: bool) {
        self.pool();
        // What has no key follows what it stood behind.
        self.objects.sort_unstable_by_key(|object| (object.parent, object.before));
        let mut last = (NONE, 0.0, 1);
        for object in &mut self.objects {
            if !object.has_key {
                let is_first = last.0 != object.parent;
                object.key = if is_first { f64::NEG_INFINITY } else { last.1 };
                object.side = if is_first { 1 } else { last.2 | 1 };
            }
            last = (object.parent, object.key, object.side);
            let start = self.kept.partition_point(|kept| kept.parent < object.parent);
            let keys = &self.keys[start..start + kept_of(&self.kept, object.parent).len()];
            let (low, high) = (object.low as usize, (object.high as usize).min(keys.len()));
            // Where lines come from both sides, one side is as bad as the other.
            if object.is_kept || low > high || keys.is_empty() {
                continue;
            }
            object.side = 2 * low as u32 + 1;
            if low > 0 {
                object.key = object.key.max(keys[low - 1]);
            }
            if let Some(key) = keys.get(high).filter(|key| object.key >= **key) {
                (object.key, object.side) = (*key, 2 * high as u32 + 1);
            }
        }
        let tie = |object: &Object| if turns_ties { NONE - object.before } else { object.before };
        self.objects.sort_unstable_by(|a, b| {
            let by_key = a.parent.cmp(&b.parent).then(a.key.total_cmp(&b.key));
            by_key.then(a.side.cmp(&b.side)).then(tie(a).cmp(&tie(b)))
        });
    }

    /// Writes the sorted objects to their level.
    fn write(&mut self, levels: &mut Levels, level: usize) {
        let range = |objects: &[Object], parent: u32| {
            let start = objects.partition_point(|object| object.parent < parent);
            (start as u32, objects.partition_point(|object| object.parent <= parent) as u32)
        };
        self.order.clear();
        self.stack.clear();
        self.stack.push(range(&self.objects, 0));
        while let Some((at, end)) = self.stack.pop() {
            if at == end {
                // The frame that ends here is that around the last of its objects, if any.
                if let Some((next, _)) = self.stack.last() {
                    let frame = self.objects[*next as usize - 1].what;
                    let [_, right] = levels.spans[frame as usize].borders(level as u32);
                    self.order.push(right);
                }
                continue;
            }
            self.stack.push((at + 1, end));
            let Object { what, is_frame, .. } = self.objects[at as usize];
            if is_frame {
                let [left, _] = levels.spans[what as usize].borders(level as u32);
                self.order.push(left);
                self.stack.push(range(&self.objects, what + 1));
            } else {
                self.order.push(what);
            }
        }
        let range = levels.range(level);
        debug_assert!(range.len() == self.order.len());
        levels.order[range].copy_from_slice(&self.order);
        for (place, at) in self.order.iter().enumerate() {
            levels.place[*at as usize] = place as u32;
        }
    }
}

/// The kept frames of one parent.
fn kept_of(kept: &[Kept], parent: u32) -> &[Kept] {
    let start = kept.partition_point(|one| one.parent < parent);
    let end = kept.partition_point(|one| one.parent <= parent);
    &kept[start..end]
}

/// Counts, for each frame, the pieces of lines that pass through it though they belong neither to it
/// nor to anything in it.
pub fn passed(levels: &Levels) -> Vec<u32> {
    let mut counts = vec![0; levels.spans.len()];
    let mut here: Vec<(u32, [u32; 4])> = Vec::new();
    for level in 1..levels.count() as u32 {
        here.clear();
        for (at, span) in levels.spans.iter().enumerate() {
            if span.contains(level - 1) && span.contains(level) {
                let place = |border: u32| levels.place[border as usize];
                let [a, b] = span.borders(level - 1).map(place);
                let [c, d] = span.borders(level).map(place);
                here.push((at as u32, [a, b, c, d]));
            }
        }
        if here.is_empty() {
            continue;
        }
        for at in &levels.order[levels.range(level as usize)] {
            if levels.kind[*at as usize] == Kind::Border {
                continue;
            }
            let lower = levels.place[*at as usize];
            for segment in levels.above(*at) {
                let upper = levels.place[levels.segments[*segment as usize].upper as usize];
                for (frame, [a, b, c, d]) in &here {
                    let passes = upper < *a && lower > *d || upper > *b && lower < *c;
                    counts[*frame as usize] += u32::from(passes);
                }
            }
        }
    }
    counts
}
