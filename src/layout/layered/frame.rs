//! Directions: every partition is laid out as if edges led down, and turned afterwards.

use crate::layout::{Direction, Point, Rect, Size};

/// Space around the members of a partition, its title included.
#[derive(Debug, Clone, Copy, Default)]
pub struct Insets {
    /// Left of the members.
    pub left: f64,
    /// Above them.
    pub top: f64,
    /// Right of them.
    pub right: f64,
    /// Below them.
    pub bottom: f64,
}

impl Direction {
    /// Whether edges lead from side to side.
    pub fn is_sideways(self) -> bool {
        matches!(self, Direction::Right | Direction::Left)
    }

    /// Turns an extent so that edges lead down, or back.
    pub(super) fn turn(self, size: Size) -> Size {
        if self.is_sideways() { Size { width: size.height, height: size.width } } else { size }
    }

    /// Turns a place so that edges lead the way they are to; `size` is that of the picture with edges that lead down.
    pub(super) fn place(self, at: Point, size: Size) -> Point {
        match self {
            Direction::Down => at,
            Direction::Up => Point { x: at.x, y: size.height - at.y },
            Direction::Right => Point { x: at.y, y: at.x },
            Direction::Left => Point { x: size.height - at.y, y: at.x },
        }
    }

    /// Turns a box likewise.
    pub(super) fn rect(self, rect: Rect, size: Size) -> Rect {
        let other =
            Point { x: rect.corner.x + rect.size.width, y: rect.corner.y + rect.size.height };
        let (a, b) = (self.place(rect.corner, size), self.place(other, size));
        let corner = Point { x: a.x.min(b.x), y: a.y.min(b.y) };
        Rect { corner, size: self.turn(rect.size) }
    }

    /// Space around members where edges lead down, for a title that stands at the upper border of
    /// what is drawn.
    pub(super) fn insets(self, padding: f64, title: f64) -> Insets {
        let mut insets = Insets { left: padding, top: padding, right: padding, bottom: padding };
        match self {
            Direction::Down => insets.top += title,
            Direction::Up => insets.bottom += title,
            Direction::Right | Direction::Left => insets.left += title,
        }
        insets
    }

    /// The least extent of a partition where edges lead down, for a title of this width along the
    /// border it stands at.
    pub(super) fn least(self, padding: f64, width: f64) -> Size {
        self.turn(Size { width: width + 2.0 * padding, height: 0.0 })
    }
}
