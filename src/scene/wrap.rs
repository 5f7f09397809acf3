//! Where a text is broken so that its lines fit, and are about as long as each other.
//!
//! Knows how wide the parts of a text are from its glyphs; shapes nothing itself.

use super::text::Line;

/// How wide the parts of a line are, by bytes of its text.
pub(super) struct Places {
    /// The width of all glyphs of what stands before each byte.
    before: Vec<f64>,
    /// Where a glyph starts, in order: no cut elsewhere.
    pub(super) starts: Vec<usize>,
}

impl Places {
    pub(super) fn of(line: &Line) -> Places {
        let mut before = vec![0.0; line.text.len() + 2];
        let mut starts: Vec<usize> = Vec::with_capacity(line.glyphs.len() + 1);
        for glyph in &line.glyphs {
            before[glyph.start as usize + 1] += f64::from(glyph.advance);
            starts.push(glyph.start as usize);
        }
        for at in 1..before.len() {
            before[at] += before[at - 1];
        }
        starts.push(line.text.len());
        starts.sort_unstable();
        starts.dedup();
        Places { before, starts }
    }

    pub(super) fn width(&self, start: usize, end: usize) -> f64 {
        self.before[end] - self.before[start]
    }
}

/// Breaks a line at a width: into as many parts as that takes, each about as long as the others.
pub(super) fn break_up(line: &Line, width: f64) -> Vec<(usize, usize)> {
    let places = Places::of(line);
    let text = &*line.text;
    let words = unicode_linebreak::linebreaks(text).map(|(at, _)| at).filter(|at| *at > 0);
    let chances = chances(text, &places, width, words);
    let lines = fill(text, &places, &chances, width);
    // The narrowest width that takes as many lines gives lines of about one length.
    let (mut low, mut high) = (line.width / lines.len() as f64, width);
    for _ in 0..8 {
        let middle = f64::midpoint(low, high);
        if fill(text, &places, &chances, middle).len() <= lines.len() {
            high = middle;
        } else {
            low = middle;
        }
    }
    fill(text, &places, &chances, high)
}

/// Returns how wide the widest part of a line is that is not broken without need: a word, or what is
/// between the signs of one.
pub(super) fn widest_word(line: &Line) -> f64 {
    let (places, text) = (Places::of(line), &*line.text);
    let (mut from, mut widest) = (0, 0.0_f64);
    for (end, _) in unicode_linebreak::linebreaks(text) {
        let seen = from + text[from..end].trim_end().len();
        let start = from;
        let inside = places.starts.iter().copied().filter(|at| *at > start && *at < seen);
        for at in inside.filter(|at| is_between_parts(text, *at)).chain([seen]) {
            widest = widest.max(places.width(from, at));
            from = at;
        }
        from = end;
    }
    widest
}

/// Returns where a line may end: after words; in words that are wider than a line after signs and
/// before capitals, and at worst anywhere.
fn chances(
    text: &str,
    places: &Places,
    width: f64,
    words: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let mut chances = Vec::new();
    let mut from = 0;
    for end in words {
        let seen = from + text[from..end].trim_end().len();
        if places.width(from, seen) > width {
            let first = places.starts.partition_point(|start| *start <= from);
            let inside = places.starts[first..].iter().copied().take_while(|at| *at < seen);
            for at in inside.filter(|at| is_between_parts(text, *at)).chain([seen]) {
                while places.width(from, at) > width {
                    let first = places.starts.partition_point(|start| *start <= from);
                    let wide = places.starts[first..]
                        .partition_point(|stop| places.width(from, *stop) <= width);
                    // At least one glyph, however wide.
                    from = places.starts[first + wide.saturating_sub(1)];
                    chances.push(from);
                }
                if at > from {
                    chances.push(at);
                    from = at;
                }
            }
        }
        chances.push(end);
        from = end;
    }
    chances.dedup();
    chances
}

/// Returns whether a part of a name begins here: `billing` in `com.billing`, `Case` in `camelCase`.
fn is_between_parts(text: &str, at: usize) -> bool {
    let (Some(before), Some(next)) = (text[..at].chars().next_back(), text[at..].chars().next())
    else {
        return false;
    };
    before.is_ascii_punctuation() && next.is_alphanumeric()
        || before.is_lowercase() && next.is_uppercase()
}

/// Fills line after line with as much as it holds.
fn fill(text: &str, places: &Places, chances: &[usize], width: f64) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    for chance in chances.iter().copied() {
        let seen = start.max(start + text[start..chance].trim_end().len());
        if end > start && places.width(start, seen) > width {
            lines.push((start, end));
            start = end;
        }
        end = chance;
    }
    if end > start {
        lines.push((start, end));
    }
    lines
}
