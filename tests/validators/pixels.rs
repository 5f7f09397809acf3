//! Icons in pixels, in every picture that shows them, given to what draws those.

use std::fs;
use std::path::Path;
use std::process::Command;

use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};
use serde_json::json;

use super::consume;
use super::viewer::visit;
use crate::support::Project;

const GOLD: [u8; 3] = [255, 215, 0];

/// Writes a PNG of one color.
fn icon([red, green, blue]: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 30, 20);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    let pixels = [red, green, blue, 255].repeat(30 * 20);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// Makes a project whose nodes, and a layer in the legend, show one icon at several sizes.
fn project() -> Project {
    let rows: String = (0..9).map(|at| format!("n{at},l{},{}\n", at % 2, 1 + at % 3)).collect();
    let nodes = format!("id,layer,load\n{rows}");
    let options =
        "from: g, layout: grid, icons: ['i/*.png'], node: { icon: \"'own'\", size: load }";
    let exports: String = ["a.svg", "a.png", "a.pdf", "a.html"]
        .map(|path| format!("  {path}: {{ {options} }}\n"))
        .concat();
    let plan =
        format!("version: 1\nimport:\n  g: {{ nodes: n.csv, layers: l.csv }}\nexport:\n{exports}");
    let layers = "id,label,icon\nl0,One,own\nl1,Two,\n";
    let project = Project::of(&[("layercake.yaml", &plan), ("n.csv", &nodes), ("l.csv", layers)]);
    project.write("i/own.png", icon(GOLD));
    project
}

/// Returns how many pixels of a PNG have a color.
fn count(path: &Path, color: [u8; 3]) -> usize {
    let mut decoder = Decoder::new(std::io::Cursor::new(fs::read(path).unwrap()));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut rows = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rows).unwrap();
    let samples = reader.output_color_type().0.samples();
    rows.chunks_exact(samples).filter(|pixel| pixel[..3] == color).count()
}

#[test]
fn an_icon_in_pixels_is_in_every_picture_once_and_shown_by_all_that_draw_it() {
    let project = project();
    assert!(project.build().is_success());
    let svg = project.text("a.svg");
    let counts = ["<symbol ", "data:image/", "data:image/png;base64,", "<use "];
    assert_eq!(counts.map(|part| svg.matches(part).count()), [1, 1, 1, 10]);
    assert_eq!(project.text("a.html").matches("data:image/").count(), 1);
    // Nine nodes, some of which are twice as large as others.
    assert!(count(&project.path("a.png"), GOLD) > 9 * 30 * 20 * 2);
    consume("xmllint", Command::new("xmllint").args(["--noout", "--nonet", "-"]), &svg);
    let seen = |name: &str, command: &mut Command, path: &str| {
        if consume(name, command, "").is_some() {
            assert!(count(&project.path(path), GOLD) > 9 * 30 * 20 / 2, "{name}");
        }
    };
    let path = |path: &str| project.path(path);
    let mut draws = Command::new("rsvg-convert");
    seen("rsvg-convert", draws.arg(path("a.svg")).arg("-o").arg(path("svg.png")), "svg.png");
    let mut draws = Command::new("pdftoppm");
    let draws = draws.args(["-png", "-r", "96", "-singlefile"]).arg(path("a.pdf"));
    seen("pdftoppm", draws.arg(path("pdf")), "pdf.png");
    let Some(seen) = visit(&[project.text("a.html")], "n1") else { return };
    let asked = seen[0]["requests"].as_array().unwrap();
    assert!(asked.iter().all(|own| own.as_str().unwrap().starts_with("data:")), "{asked:?}");
    assert_eq!(seen[0]["errors"], json!([]));
    assert_eq!(seen[0]["gold"], json!(true));
}

#[test]
fn a_picture_is_drawn_again_when_an_icon_changes_and_else_is_the_same() {
    let project = project();
    assert!(project.build().is_success());
    let outputs = ["a.svg", "a.png", "a.pdf", "a.html"];
    let before = outputs.map(|path| project.bytes(path).unwrap());
    assert_eq!(project.build().built().len(), 0);
    project.write("i/own.png", icon([0, 128, 128]));
    assert_eq!(project.build().built().len(), 4);
    for (path, before) in outputs.iter().zip(&before) {
        assert!(project.bytes(path).unwrap() != *before, "{path}");
    }
    project.write("i/own.png", icon(GOLD));
    assert!(project.build().is_success());
    assert!(outputs.map(|path| project.bytes(path).unwrap()) == before, "the same bytes");
    project.assert_as_clean(&outputs, "an icon was another and is as before");
}
