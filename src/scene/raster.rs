//! Pictures in pixels, from files of PNG: read with care, made smaller, and written anew.
//!
//! Nothing but pixels is taken over: no text, no color profile, nothing after the end.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

/// How files of PNG start.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The most pixels of a side that a file may have.
pub(super) const MOST_SIDE: u32 = 1024;
/// The most pixels of a side that are kept: icons are shown much smaller.
const KEPT_SIDE: u32 = 256;
/// The most bytes that a file may make the decoder ask for.
const MOST_MEMORY: usize = 16 << 20;

/// A picture in pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Red, green, blue and opacity of each, row by row.
    pub pixels: Vec<u8>,
}

/// Why a file is no picture in pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RasterError {
    /// It is no PNG, or a damaged one.
    #[error("{0}")]
    NoPng(String),
    /// It has too many pixels.
    #[error("it has {0} × {1} pixels, and an icon may have {MOST_SIDE} × {MOST_SIDE}")]
    TooLarge(u32, u32),
    /// Nothing of it can be seen.
    #[error("there is nothing to be seen in it")]
    Empty,
}

impl Raster {
    /// Reads a file of PNG; of one that moves, the first picture.
    ///
    /// # Errors
    ///
    /// Fails if it is none, is damaged, or has too many pixels.
    pub fn parse(bytes: &[u8]) -> Result<Raster, RasterError> {
        let wrong = |error: png::DecodingError| RasterError::NoPng(error.to_string());
        let mut decoder =
            Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_MEMORY });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let header = decoder.read_header_info().map_err(wrong)?;
        let (width, height) = (header.width, header.height);
        if width > MOST_SIDE || height > MOST_SIDE {
            return Err(RasterError::TooLarge(width, height));
        }
        let mut reader = decoder.read_info().map_err(wrong)?;
        let size = reader.output_buffer_size().ok_or(RasterError::TooLarge(width, height))?;
        let mut rows = vec![0; size];
        reader.next_frame(&mut rows).map_err(wrong)?;
        let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
        let (color, _) = reader.output_color_type();
        for own in rows.chunks_exact(color.samples()) {
            pixels.extend_from_slice(&match *own {
                [gray] => [gray, gray, gray, 255],
                [gray, opacity] => [gray, gray, gray, opacity],
                [red, green, blue] => [red, green, blue, 255],
                [red, green, blue, opacity] => [red, green, blue, opacity],
                _ => [0; 4],
            });
        }
        if pixels.iter().skip(3).step_by(4).all(|opacity| *opacity == 0) {
            return Err(RasterError::Empty);
        }
        let raster = Raster { width, height, pixels };
        let longest = width.max(height);
        if longest <= KEPT_SIDE {
            return Ok(raster);
        }
        let shorter = |side: u32| (side * KEPT_SIDE + longest / 2) / longest;
        Ok(raster.resized(shorter(width).max(1), shorter(height).max(1)))
    }

    /// Returns it with other numbers of pixels: each is a mean of those around its place.
    pub fn resized(&self, width: u32, height: u32) -> Raster {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        // What cannot be seen has no color, so colors are counted by how much they can be.
        let (pixels, _) = self.pixels.as_chunks::<4>();
        let seen: Vec<[f64; 4]> = pixels.iter().map(|own| weighted(*own)).collect();
        let across = Shares::of(self.width, width);
        let mut rows = Vec::with_capacity(width as usize * self.height as usize);
        for row in seen.chunks_exact(self.width as usize) {
            rows.extend(across.0.iter().map(|(from, shares)| mean(shares, |at| row[from + at])));
        }
        let down = Shares::of(self.height, height);
        let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
        for (from, shares) in &down.0 {
            for x in 0..width as usize {
                let own = mean(shares, |at| rows[(from + at) * width as usize + x]);
                pixels.extend_from_slice(&unweighted(own));
            }
        }
        Raster { width, height, pixels }
    }

    /// Writes it as PNG, with nothing but its pixels.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        // Memory does not fail.
        let _ = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&self.pixels)?;
            writer.finish()
        });
        bytes
    }
}

/// For each new pixel of a row, the first of the old ones that it is a mean of, and their shares.
struct Shares(Vec<(usize, Vec<f64>)>);

impl Shares {
    /// Spreads old pixels over new ones: the nearer, the more one counts.
    fn of(old: u32, new: u32) -> Shares {
        let ratio = f64::from(old) / f64::from(new);
        let reach = ratio.max(1.0);
        let of = |at: u32| {
            let middle = (f64::from(at) + 0.5) * ratio - 0.5;
            let first = (middle - reach).ceil().max(0.0) as usize;
            let last = ((middle + reach).floor() as usize).min(old as usize - 1);
            let near = |own: usize| (1.0 - (own as f64 - middle).abs() / reach).max(0.0);
            let shares: Vec<f64> = (first..=last).map(near).collect();
            let all: f64 = shares.iter().sum();
            (first, shares.into_iter().map(|share| share / all).collect())
        };
        Shares((0..new).map(of).collect())
    }
}

fn mean(shares: &[f64], of: impl Fn(usize) -> [f64; 4]) -> [f64; 4] {
    let mut sum = [0.0; 4];
    for (at, share) in shares.iter().enumerate() {
        let own = of(at);
        for part in 0..4 {
            sum[part] += own[part] * share;
        }
    }
    sum
}

fn weighted(pixel: [u8; 4]) -> [f64; 4] {
    let [red, green, blue, opacity] = pixel.map(f64::from);
    [red * opacity / 255.0, green * opacity / 255.0, blue * opacity / 255.0, opacity]
}

fn unweighted([red, green, blue, opacity]: [f64; 4]) -> [u8; 4] {
    let part = |part: f64| if opacity > 0.0 { part * 255.0 / opacity } else { 0.0 };
    [part(red), part(green), part(blue), opacity].map(|part| part.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 4] = [255, 0, 0, 255];

    fn raster(width: u32, height: u32, of: impl Fn(u32, u32) -> [u8; 4]) -> Raster {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Raster { width, height, pixels: places.flat_map(|(x, y)| of(x, y)).collect() }
    }

    fn encoded(color: ColorType, depth: BitDepth, side: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, side, side);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 255, 255, 0, 0]);
            encoder.set_trns(vec![0]);
        }
        let _ = encoder.add_text_chunk("Comment".to_owned(), "who made it".to_owned());
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        bytes
    }

    #[test]
    fn every_kind_of_png_becomes_pixels() {
        let check = |color, depth, data: &[u8], expected: [u8; 4]| {
            let own = Raster::parse(&encoded(color, depth, 1, data)).unwrap();
            assert_eq!((own.width, own.pixels), (1, expected.to_vec()), "{color:?} {depth:?}");
        };
        check(ColorType::Rgba, BitDepth::Eight, &[1, 2, 3, 4], [1, 2, 3, 4]);
        check(ColorType::Rgb, BitDepth::Eight, &[1, 2, 3], [1, 2, 3, 255]);
        check(ColorType::Rgb, BitDepth::Sixteen, &[1, 9, 2, 9, 3, 9], [1, 2, 3, 255]);
        check(ColorType::Grayscale, BitDepth::One, &[0x80], [255; 4]);
        check(ColorType::GrayscaleAlpha, BitDepth::Eight, &[7, 8], [7, 7, 7, 8]);
        check(ColorType::Indexed, BitDepth::Eight, &[1], RED);
    }

    #[test]
    fn what_is_written_is_read_as_the_same_and_holds_nothing_but_pixels() {
        let own = raster(20, 7, |x, y| [x as u8 * 9, y as u8 * 30, 5, 255 - x as u8]);
        let bytes = own.encode();
        assert_eq!(Raster::parse(&bytes).unwrap(), own);
        let with_text = encoded(ColorType::Rgb, BitDepth::Eight, 1, &[1, 2, 3]);
        let is_in = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"who");
        assert!(is_in(&with_text) && !is_in(&Raster::parse(&with_text).unwrap().encode()));
    }

    #[test]
    fn large_pictures_are_kept_smaller_in_their_shape() {
        let large = raster(1024, 512, |_, _| RED);
        let kept = Raster::parse(&large.encode()).unwrap();
        assert_eq!((kept.width, kept.height), (256, 128));
        assert!(kept.pixels.as_chunks::<4>().0.iter().all(|own| *own == RED));
        let long = Raster::parse(&raster(1024, 1, |_, _| RED).encode()).unwrap();
        assert_eq!((long.width, long.height), (256, 1));
    }

    #[test]
    fn what_cannot_be_seen_colors_nothing() {
        let own = raster(8, 8, |x, _| if x < 4 { RED } else { [0, 255, 0, 0] });
        for side in [1, 3, 4, 5, 13] {
            let other = own.resized(side, side);
            for pixel in other.pixels.as_chunks::<4>().0 {
                assert!(pixel[3] == 0 || pixel[..3] == RED[..3], "{side}: {pixel:?}");
            }
        }
        assert_eq!(own.resized(1, 1).pixels[3], 128);
    }

    #[test]
    fn damaged_and_hostile_files_are_errors() {
        let error = |bytes: &[u8]| Raster::parse(bytes).unwrap_err();
        let good = raster(40, 40, |x, y| [x as u8, y as u8, 9, 255]).encode();
        for end in 0..good.len() - 12 {
            assert!(matches!(error(&good[..end]), RasterError::NoPng(_)), "{end}");
        }
        // A bit in the pixels, which a sum beside them is about.
        let mut bent = good.clone();
        bent[60] ^= 1;
        assert!(matches!(error(&bent), RasterError::NoPng(_)));
        // One that says that it is large, and one that is, in a few bytes.
        let large = |side: u32| {
            encoded(
                ColorType::Grayscale,
                BitDepth::One,
                side,
                &vec![255; (side.div_ceil(8) * side) as usize],
            )
        };
        let bomb = large(20_000);
        assert!(bomb.len() < 200_000);
        assert_eq!(error(&bomb), RasterError::TooLarge(20_000, 20_000));
        assert_eq!(error(&large(1025)), RasterError::TooLarge(1025, 1025));
        assert_eq!(error(&raster(3, 3, |_, _| [9, 9, 9, 0]).encode()), RasterError::Empty);
    }
}
