//! Paths and numbers as SVG writes them (SVG 2, section 9.3), in hundredths of a pixel.

use crate::layout::Point;
use crate::scene::path::{Path, Segment};

/// Writes a path: starts in coordinates of the picture, all else relative to the point before.
pub(super) fn path_data(out: &mut Vec<u8>, path: &Path) {
    let (mut start, mut at) = ([0; 2], [0; 2]);
    let mut last = 0;
    for segment in &path.0 {
        let from =
            |point: Point, to: [i64; 2]| [hundredths(point.x) - to[0], hundredths(point.y) - to[1]];
        let (letter, by, to) = match *segment {
            Segment::Move(to) => (b'M', [[0; 2]; 2], from(to, [0; 2])),
            Segment::Line(to) => (b'l', [[0; 2]; 2], from(to, at)),
            Segment::Curve(a, b, to) => {
                let (by, to) = ([from(a, at), from(b, at)], from(to, at));
                (if is_straight(by, to) { b'l' } else { b'c' }, by, to)
            }
            Segment::Close => (b'Z', [[0; 2]; 2], [0; 2]),
        };
        let letter = match (letter, to) {
            (b'l', [0, _]) => b'v',
            (b'l', [_, 0]) => b'h',
            _ => letter,
        };
        let is_first = letter != last || letter == b'M';
        let numbers = [by[0][0], by[0][1], by[1][0], by[1][1], to[0], to[1]];
        let numbers = match letter {
            b'Z' => &numbers[6..],
            b'c' => &numbers[..],
            b'h' => &numbers[4..5],
            b'v' => &numbers[5..],
            _ => &numbers[4..],
        };
        if is_first {
            out.push(letter);
        }
        for (place, number) in numbers.iter().enumerate() {
            // A sign separates as well.
            if *number >= 0 && !(is_first && place == 0) {
                out.push(b' ');
            }
            decimal(out, *number);
        }
        at = match letter {
            b'Z' => start,
            b'M' => to,
            _ => [at[0] + to[0], at[1] + to[1]],
        };
        if letter == b'M' {
            start = at;
        }
        last = letter;
    }
}

/// Whether a curve with such handles is straight and leads on, up to a hundredth.
fn is_straight(handles: [[i64; 2]; 2], to: [i64; 2]) -> bool {
    let [x, y] = to.map(|by| by as f64);
    let square = x * x + y * y;
    handles.into_iter().all(|handle| {
        let [a, b] = handle.map(|by| by as f64);
        let (across, along) = (a * y - b * x, a * x + b * y);
        across * across <= square && (0.0..=square).contains(&along)
    })
}

fn hundredths(value: f64) -> i64 {
    (value * 100.0).round() as i64
}

/// Writes a number with two decimals at most.
pub(super) fn number(out: &mut Vec<u8>, value: f64) {
    decimal(out, hundredths(value));
}

/// Writes hundredths as a number.
fn decimal(out: &mut Vec<u8>, hundredths: i64) {
    if hundredths < 0 {
        out.push(b'-');
    }
    let (mut whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
    if rest > 0 {
        out.push(b'.');
        out.push(b'0' + (rest / 10) as u8);
        if rest % 10 > 0 {
            out.push(b'0' + (rest % 10) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let check = |value: f64, text: &str| {
            let mut out = Vec::new();
            number(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        };
        check(1.0, "1");
        check(-0.001, "0");
        check(0.05, "0.05");
        check(-12.305, "-12.31");
        check(1.5, "1.5");
        check(1_234_567.0, "1234567");
    }

    #[test]
    fn paths_are_relative_and_short() {
        let point = |x: f64, y: f64| Point { x, y };
        let mut path = Path(vec![
            Segment::Move(point(10.004, 5.0)),
            Segment::Line(point(10.0, 8.0)),
            Segment::Line(point(4.0, 8.0)),
            Segment::Line(point(3.5, 7.0)),
            Segment::Line(point(5.0, 6.0)),
            Segment::Curve(point(5.0, 7.0), point(5.0, 8.0), point(5.0, 9.0)),
            Segment::Curve(point(6.0, 9.0), point(7.0, 8.0), point(8.0, 10.0)),
            Segment::Close,
            Segment::Line(point(11.0, 6.0)),
        ]);
        let data = |path: &Path| {
            let mut out = Vec::new();
            path_data(&mut out, path);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(data(&path), "M10 5v3h-6l-0.5-1 1.5-1v3c1 0 2-1 3 1Zl1 1");
        // A curve that goes back on its own line is no straight one.
        path.0 = vec![
            Segment::Move(point(0.0, 0.0)),
            Segment::Curve(point(-5.0, 0.0), point(7.0, 0.0), point(8.0, 0.0)),
        ];
        assert_eq!(data(&path), "M0 0c-5 0 7 0 8 0");
    }
}
