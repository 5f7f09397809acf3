//! Cells that must be something other than text: weights, truth values and colors.

use super::super::report::Report;
use super::rows::Row;
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::Color;

/// Returns the weight in a cell; 1 if it is empty.
pub fn weight(row: &Row<'_>, cell: Option<usize>, report: &mut Report<'_>) -> f64 {
    let Some(text) = row.some(cell) else { return 1.0 };
    if let Some(weight) = number(text) {
        return weight;
    }
    let problem = |severity| {
        let problem = problem(row, cell, severity, "bad-number", format!("`{text}` is no number"));
        let with_point = text.replace(',', ".");
        match number(&with_point) {
            Some(_) => problem.help(format!("write it with a point: `{with_point}`")),
            None => problem.help("a weight is a finite number, such as `2` or `0.5`"),
        }
    };
    report.value("the weight is taken for 1", problem);
    1.0
}

/// Returns the truth value in a cell; false if it is empty.
pub fn truth(row: &Row<'_>, cell: Option<usize>, report: &mut Report<'_>) -> bool {
    let text = row.cell(cell);
    if text.is_empty() {
        return false;
    }
    parse_truth(text).unwrap_or_else(|| {
        let message = format!("`{text}` is neither true nor false");
        let problem = |severity| {
            problem(row, cell, severity, "bad-boolean", message)
                .help("write `true`, `yes`, `y` or `1`, or `false`, `no`, `n`, `0` or nothing")
        };
        report.value("it counts as false", problem);
        false
    })
}

/// Returns the color in a cell; none if it is empty.
pub fn color(row: &Row<'_>, cell: Option<usize>, report: &mut Report<'_>) -> Option<Color> {
    let text = row.some(cell)?;
    let color = Color::parse(text);
    if color.is_none() {
        report.value("the color is left out", |severity| {
            problem(row, cell, severity, "bad-color", format!("`{text}` is no color"))
                .help("write hex digits, such as `#002a41`, or a name, such as `teal`")
        });
    }
    color
}

/// Reads a finite number, spaces around it left out.
pub fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads a truth value in any of its forms, spaces around it left out.
pub fn parse_truth(text: &str) -> Option<bool> {
    let text = text.trim();
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&["false", "no", "n", "0", ""]) {
        Some(false)
    } else if is_one_of(&["true", "yes", "y", "1"]) {
        Some(true)
    } else {
        None
    }
}

fn problem(
    row: &Row<'_>,
    cell: Option<usize>,
    severity: Severity,
    code: &'static str,
    message: String,
) -> Diagnostic {
    Diagnostic::new(severity, code, message).at(row.excerpt(cell), "")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Import, NODES};

    #[test]
    fn a_weight_is_a_finite_number() {
        let good = ["-0", " 1 ", "", "1.5", "99999999999999999999", "1e3"];
        let rows: String =
            good.iter().enumerate().map(|(at, weight)| format!("w{at},x,,,,{weight},\n")).collect();
        let graph = Import::new().nodes(&format!("{NODES}{rows}")).graph();
        let weights: Vec<f64> = graph.nodes().map(|node| node.weight()).collect();
        assert_eq!(weights, [0.0, 1.0, 1.0, 1.5, 1e20, 1000.0]);
        assert!(weights[0].is_sign_positive());
        for bad in ["NaN", "inf", "1e400", "0x10", "-", "one"] {
            Import::new()
                .nodes(&format!("{NODES}w,x,,,,{bad},\n"))
                .fails(&format!("nodes.csv:2:8 `{bad}` is no number [{bad}]"));
        }
        Import::new()
            .nodes("id;weight\na;1,5\n")
            .fails("nodes.csv:2:3 `1,5` is no number [1,5] help: write it with a point: `1.5`");
    }

    #[test]
    fn a_partition_is_said_in_many_words() {
        let words = ["true", "YES", "y", "1", "False", "no", "N", "0", ""];
        let rows: String =
            words.iter().enumerate().map(|(at, word)| format!("p{at},{word}\n")).collect();
        let graph = Import::new().nodes(&format!("id,is_partition\n{rows}")).graph();
        let found: Vec<bool> = graph.nodes().map(|node| node.is_partition()).collect();
        assert_eq!(found, [true, true, true, true, false, false, false, false, false]);
        Import::new()
            .nodes("id,is_partition\na,2\n")
            .fails("nodes.csv:2:3 `2` is neither true nor false [2]");
    }

    #[test]
    fn layers_have_colors_and_further_style() {
        let graph = Import::new()
            .layers(
                "layer,label,color,text_color,border,shape,icon\nl,L,002a41,white,,box,\nm,,,,,,\n",
            )
            .graph();
        let [l, m] = graph.layers() else { panic!() };
        assert_eq!((l.label.as_str(), m.label.as_str()), ("L", "m"));
        assert_eq!(l.background.unwrap().to_string(), "#002a41");
        assert_eq!((l.text.unwrap().to_string().as_str(), l.border), ("#ffffff", None));
        assert_eq!(l.attributes.iter().collect::<Vec<_>>(), [(&"shape".into(), &"box".into())]);
        Import::new()
            .layers("id,background\nl,blurple\n")
            .fails("layers.csv:2:3 `blurple` is no color [blurple]");
    }
}
