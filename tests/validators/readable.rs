//! Texts of PDF in many scripts, read again as a reader copies or searches them.

use std::process::Command;

use super::{consume, skip};
use crate::support::Project;

/// Builds a PDF of nodes with these labels, and returns its text without spaces.
fn text_of(labels: &[&str], fonts: &[Vec<u8>]) -> Option<String> {
    let rows: String =
        labels.iter().enumerate().map(|(at, own)| format!("n{at},{own}\n")).collect();
    let names: Vec<String> = (0..fonts.len()).map(|at| format!("f{at}.ttf")).collect();
    let fonts_of_plan = match names.join(", ") {
        names if names.is_empty() => String::new(),
        names => format!(", fonts: [{names}]"),
    };
    let plan = format!(
        "version: 1\nimport:\n  g: {{ nodes: n.csv }}\nexport:\n  a.pdf: {{ from: g, layout: grid{fonts_of_plan} }}\n"
    );
    let project =
        Project::of(&[("layercake.yaml", &plan), ("n.csv", &format!("id,label\n{rows}"))]);
    for (name, font) in names.iter().zip(fonts) {
        project.write(name, font);
    }
    assert!(project.build().is_success());
    let path = project.path("a.pdf");
    let found = consume("pdftotext", Command::new("pdftotext").arg("-raw").arg(path).arg("-"), "")?;
    Some(found.chars().filter(|letter| !letter.is_whitespace()).collect())
}

/// Returns a font of the machine, if it has it.
fn font(family: &str) -> Option<Vec<u8>> {
    let mut asked = Command::new("fc-match");
    let found = consume("fc-match", asked.args(["-f", "%{family}\n%{file}", family]), "")?;
    match found.split_once('\n') {
        Some((own, path)) if own == family => std::fs::read(path).ok(),
        _ => skip(family, "this font is not installed"),
    }
}

fn check(labels: &[&str], fonts: &[Vec<u8>]) {
    let Some(found) = text_of(labels, fonts) else { return };
    for label in labels {
        let label = label.replace(' ', "");
        assert!(found.contains(&label), "{label} is not in {found}");
    }
}

#[test]
fn what_no_font_has_is_found_all_the_same() {
    check(&["กะทิ", "ภาษาไทย", "ก", "数据库", "数", "हिन्दी", "Data กะ base", "데이터"], &[]);
}

#[test]
fn letters_that_are_joined_stacked_or_moved_are_found_as_they_were_written() {
    let Some(thai) = font("Noto Sans Thai") else { return };
    let Some(hindi) = font("Noto Sans Devanagari") else { return };
    let labels = [
        "น้ำใจ",
        "ผู้ใหญ่บ้าน",
        "กำลังทำงาน",
        "ที่นี่",
        "ฐูญูก๊ำ",
        "ป่าไม้ ปี่", // Vowels above, below and in two parts.
        "हिन्दी",
        "क्षत्रिय",
        "प्रार्थना",
        "किताब",
        "र्कि",
        "श्री कृष्ण", // Joined, and in another order.
        "efficient",
        "Orders น้ำ किताब",
    ];
    check(&labels, &[thai, hindi]);
}
