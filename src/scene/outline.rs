//! How the shapes of nodes are drawn.

use super::path::{Path, point, rect};
use super::shape::{CAP, DEPTH, FOLD, HEAD, ROUND, Shape};
use crate::layout::{Point, Rect};

impl Shape {
    /// Returns the outline, which is filled and where edges end, and lines drawn over it.
    pub fn outline(self, of: Rect) -> (Path, Path) {
        let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
        let (right, lower) = (x + w, y + h);
        let polygon = |points: &[(f64, f64)]| {
            let points: Vec<Point> = points.iter().map(|(px, py)| point(*px, *py)).collect();
            Path::polygon(&points)
        };
        // Corners as shares of the sides.
        let shares = |points: &[(f64, f64)]| {
            let points: Vec<Point> =
                points.iter().map(|(px, py)| point(x + px * w, y + py * h)).collect();
            Path::polygon(&points)
        };
        let slope = (h * 0.35).min(w * 0.2);
        let mut over = Path::default();
        let body = match self {
            Shape::Box => Path::rounded(of, 0.0),
            Shape::Rounded | Shape::Plain => Path::rounded(of, ROUND),
            Shape::Ellipse | Shape::Circle => Path::ellipse(of),
            Shape::DoubleCircle => {
                over = Path::ellipse(rect(x + 4.0, y + 4.0, w - 8.0, h - 8.0));
                Path::ellipse(of)
            }
            Shape::Stadium => Path::rounded(of, h / 2.0),
            Shape::Diamond => shares(&[(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]),
            Shape::Hexagon => polygon(&[
                (x + slope, y),
                (right - slope, y),
                (right, y + h / 2.0),
                (right - slope, lower),
                (x + slope, lower),
                (x, y + h / 2.0),
            ]),
            Shape::Parallelogram => {
                polygon(&[(x + slope, y), (right, y), (right - slope, lower), (x, lower)])
            }
            Shape::Trapezium => {
                polygon(&[(x + slope, y), (right - slope, y), (right, lower), (x, lower)])
            }
            Shape::InvTrapezium => {
                polygon(&[(x, y), (right, y), (right - slope, lower), (x + slope, lower)])
            }
            Shape::Flag => polygon(&[
                (x, y),
                (right - slope, y),
                (right, y + h / 2.0),
                (right - slope, lower),
                (x, lower),
            ]),
            Shape::Octagon => {
                let cut = (h * 0.28).min(w * 0.28);
                polygon(&[
                    (x + cut, y),
                    (right - cut, y),
                    (right, y + cut),
                    (right, lower - cut),
                    (right - cut, lower),
                    (x + cut, lower),
                    (x, lower - cut),
                    (x, y + cut),
                ])
            }
            Shape::House => shares(&[(0.5, 0.0), (1.0, 0.32), (1.0, 1.0), (0.0, 1.0), (0.0, 0.32)]),
            Shape::Pentagon => {
                shares(&[(0.5, 0.0), (1.0, 0.38), (0.82, 1.0), (0.18, 1.0), (0.0, 0.38)])
            }
            Shape::Triangle => shares(&[(0.5, 0.0), (1.0, 1.0), (0.0, 1.0)]),
            Shape::Star => shares(&[
                (0.5, 0.0),
                (0.63, 0.36),
                (1.0, 0.38),
                (0.71, 0.62),
                (0.81, 1.0),
                (0.5, 0.79),
                (0.19, 1.0),
                (0.29, 0.62),
                (0.0, 0.38),
                (0.37, 0.36),
            ]),
            Shape::Component => {
                over.start(x + 8.0, y).line(x + 8.0, lower);
                over.start(right - 8.0, y).line(right - 8.0, lower);
                Path::rounded(of, 3.0)
            }
            Shape::Underline => {
                over.start(x, lower).line(right, lower);
                Path::rounded(of, 0.0)
            }
            Shape::Note => {
                over.start(right - FOLD, y).line(right - FOLD, y + FOLD).line(right, y + FOLD);
                polygon(&[(x, y), (right - FOLD, y), (right, y + FOLD), (right, lower), (x, lower)])
            }
            Shape::Folder | Shape::Tab => {
                let tab = (w * 0.4).min(60.0);
                over.start(x, y + FOLD).line(x + tab, y + FOLD);
                polygon(&[
                    (x, y),
                    (x + tab - 6.0, y),
                    (x + tab, y + FOLD),
                    (right, y + FOLD),
                    (right, lower),
                    (x, lower),
                ])
            }
            Shape::Box3d => {
                over.start(x, y + DEPTH).line(right - DEPTH, y + DEPTH).line(right - DEPTH, lower);
                over.start(right - DEPTH, y + DEPTH).line(right, y);
                polygon(&[
                    (x + DEPTH, y),
                    (right, y),
                    (right, lower - DEPTH),
                    (right - DEPTH, lower),
                    (x, lower),
                    (x, y + DEPTH),
                ])
            }
            Shape::Cylinder => cylinder(of, &mut over),
            Shape::Queue => queue(of, &mut over),
            Shape::Document => document(of),
            Shape::Cloud => cloud(of),
            Shape::Person => person(of),
        };
        (body, over)
    }

    /// Returns the lines drawn over the outline, if there are any.
    pub fn outline_over(self, of: Rect) -> Option<Path> {
        let has_lines = matches!(
            self,
            Shape::DoubleCircle
                | Shape::Component
                | Shape::Underline
                | Shape::Note
                | Shape::Folder
                | Shape::Tab
                | Shape::Box3d
                | Shape::Cylinder
                | Shape::Queue
        );
        has_lines.then(|| self.outline(of).1)
    }
}

/// How far the handles of a quarter of an ellipse are from its ends, in radii.
const HANDLE: f64 = 0.552;

fn cylinder(of: Rect, over: &mut Path) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let cap = CAP.min(h / 5.0);
    let (right, middle, hx, hy) = (x + w, x + w / 2.0, w / 2.0 * (1.0 - HANDLE), cap * HANDLE);
    let (top, low) = (y + cap, y + h - cap);
    over.start(x, top);
    over.curve((x, top + hy), (x + hx, top + cap), (middle, top + cap));
    over.curve((right - hx, top + cap), (right, top + hy), (right, top));
    let mut path = Path::default();
    path.start(x, top);
    path.curve((x, top - hy), (x + hx, y), (middle, y));
    path.curve((right - hx, y), (right, top - hy), (right, top));
    path.line(right, low);
    path.curve((right, low + hy), (right - hx, low + cap), (middle, low + cap));
    path.curve((x + hx, low + cap), (x, low + hy), (x, low));
    path.close()
}

fn queue(of: Rect, over: &mut Path) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let cap = CAP.min(w / 7.0);
    let (lower, middle, hx, hy) = (y + h, y + h / 2.0, cap * HANDLE, h / 2.0 * (1.0 - HANDLE));
    let (left, right) = (x + cap, x + w - cap);
    over.start(right, y);
    over.curve((right - hx, y), (right - cap, y + hy), (right - cap, middle));
    over.curve((right - cap, lower - hy), (right - hx, lower), (right, lower));
    let mut path = Path::default();
    path.start(left, y).line(right, y);
    path.curve((right + hx, y), (right + cap, y + hy), (right + cap, middle));
    path.curve((right + cap, lower - hy), (right + hx, lower), (right, lower));
    path.line(left, lower);
    path.curve((left - hx, lower), (x, lower - hy), (x, middle));
    path.curve((x, y + hy), (left - hx, y), (left, y));
    path.close()
}

fn document(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let wave = 7.0_f64.min(h / 6.0);
    let low = y + h - wave;
    let mut path = Path::default();
    path.start(x, y).line(x + w, y).line(x + w, low);
    path.curve((x + w * 0.8, low - wave), (x + w * 0.65, low - wave), (x + w / 2.0, low));
    path.curve((x + w * 0.35, low + wave), (x + w * 0.2, low + wave), (x, low));
    path.close()
}

fn cloud(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let at = |px: f64, py: f64| (x + px * w, y + py * h);
    let mut path = Path::default();
    let start = at(0.248, 0.999);
    path.start(start.0, start.1);
    path.curve(at(-0.065, 0.999), at(-0.065, 0.458), at(0.16, 0.418));
    path.curve(at(0.15, -0.062), at(0.464, -0.102), at(0.532, 0.168));
    path.curve(at(0.62, -0.022), at(0.914, 0.018), at(0.855, 0.398));
    path.curve(at(1.061, 0.458), at(1.061, 0.999), at(0.757, 0.999));
    path.close()
}

fn person(of: Rect) -> Path {
    let (x, y, w, h) = (of.corner.x, of.corner.y, of.size.width, of.size.height);
    let top = y + 2.0 * HEAD + 2.0;
    let shoulder = 16.0_f64.min(w / 2.0).min((y + h - top) / 2.0);
    let mut path = Path::rounded(rect(x, top, w, y + h - top), shoulder);
    path.0.extend(Path::ellipse(rect(x + w / 2.0 - HEAD, y, 2.0 * HEAD, 2.0 * HEAD)).0);
    path
}
