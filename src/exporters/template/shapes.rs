//! The filters that make more than a text of a text: tables, colors, and values by their path.

use std::sync::Arc;

use tera::value::Key;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::filters::{html, md};
use super::meter::Meter;
use crate::graph::Color;

/// The most columns of a table.
const MOST_COLUMNS: usize = 64;
/// The most bytes of a table.
const MOST_BYTES: usize = 8 << 20;

/// Adds the filters.
pub fn register(tera: &mut Tera, meter: &Arc<Meter>) {
    tera.register_filter("at", at);
    tera.register_filter("color", color);
    let meter = meter.clone();
    tera.register_filter("table", move |value: Value, kwargs: Kwargs, state: &State| {
        let made = table(&value, &kwargs, state)?;
        meter.room(made.len() as u64)?;
        Ok::<_, Error>(Value::safe_string(&made))
    });
}

/// Returns the value at a path, such as `attributes.cost` or `0.id`: of `path`, or of the names in
/// it if it is a list; `default` if there is none.
fn at(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<Value>("path")?;
    let found = match path.as_array() {
        Some(names) => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            find(&value, names.iter().map(String::as_str))
        }
        None => find(&value, path.to_string().split('.')),
    };
    match found {
        Some(found) => Ok(found.clone()),
        None => Ok(kwargs.get::<Value>("default")?.unwrap_or_else(Value::none)),
    }
}

fn find<'v, 'p>(value: &'v Value, path: impl Iterator<Item = &'p str>) -> Option<&'v Value> {
    let mut at = value;
    for name in path {
        at = match (at.as_map(), at.as_array()) {
            (Some(map), _) => map.get(&Key::from(name.to_owned()))?,
            (_, Some(list)) => list.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(at).filter(|found| !found.is_none() && !found.is_undefined())
}

/// Returns a color, however it is written, as `hex` (`#rrggbb`), `bare` (`rrggbb`) or `rgb`
/// (`rgb(r, g, b)`); `lighten` and `darken` say how much white or black is mixed in, from 0 to 1.
fn color(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let text = value.to_string();
    let Some(color) = Color::parse(&text) else {
        return Err(Error::message(format!("`{text}` is no color")));
    };
    let share = |name: &str| match kwargs.get::<f64>(name)? {
        Some(share) if !(0.0..=1.0).contains(&share) => {
            Err(Error::message(format!("`{name}` is a number from 0 to 1")))
        }
        share => Ok(share.unwrap_or(0.0)),
    };
    let (lighten, darken) = (share("lighten")?, share("darken")?);
    let mix = |part: u8| {
        let part = f64::from(part);
        let lighter = part + (255.0 - part) * lighten;
        (lighter * (1.0 - darken)).round() as u8
    };
    let [red, green, blue, alpha] = color.parts();
    let [red, green, blue] = [red, green, blue].map(mix);
    let mut bare = format!("{red:02x}{green:02x}{blue:02x}");
    if alpha < u8::MAX {
        bare += &format!("{alpha:02x}");
    }
    match kwargs.get::<&str>("form")?.unwrap_or("hex") {
        "hex" => Ok(format!("#{bare}")),
        "bare" => Ok(bare),
        "rgb" => Ok(format!("rgb({red}, {green}, {blue})")),
        other => Err(Error::message(format!("`{other}` is not `hex`, `bare` or `rgb`"))),
    }
}

/// Makes a table of a list of maps: of Markdown, or of HTML where output is escaped. `columns` are
/// the paths of its columns, those of the first row's own values unless given; `heads` what they
/// are called.
fn table(value: &Value, kwargs: &Kwargs, state: &State) -> TeraResult<String> {
    let Some(rows) = value.as_array() else {
        return Err(Error::message(format!("`table` takes a list, not {}", value.name())));
    };
    let columns = match kwargs.get::<Vec<String>>("columns")? {
        Some(columns) => columns,
        None => {
            let first = rows.first().and_then(Value::as_map);
            first.map_or_else(Vec::new, |row| row.keys().map(ToString::to_string).collect())
        }
    };
    if columns.len() > MOST_COLUMNS {
        return Err(Error::message(format!("a table has at most {MOST_COLUMNS} columns")));
    }
    let heads = kwargs.get::<Vec<String>>("heads")?.unwrap_or_else(|| columns.clone());
    if heads.len() != columns.len() {
        let message = format!("{} `heads` do not fit {} columns", heads.len(), columns.len());
        return Err(Error::message(message));
    }
    if columns.is_empty() {
        return Ok(String::new());
    }
    let form = if state.autoescaping_enabled() { &HTML } else { &MARKDOWN };
    let mut out = form.start.to_owned();
    form.row(&mut out, ("<th>", "</th>"), heads.iter().map(String::as_str));
    out.push_str(form.under_heads);
    if form.has_rule {
        out.push_str(&format!("|{}\n", " --- |".repeat(columns.len())));
    }
    for row in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|path| find(row, path.split('.')).map_or_else(String::new, cell))
            .collect();
        form.row(&mut out, ("<td>", "</td>"), cells.iter().map(String::as_str));
        if out.len() > MOST_BYTES {
            return Err(Error::message(format!("a table has at most {} MiB", MOST_BYTES >> 20)));
        }
    }
    out.push_str(form.end);
    Ok(out)
}

/// Returns what is shown of a value: lists and maps as JSON.
fn cell(value: &Value) -> String {
    match value.as_map().is_some() || value.as_array().is_some() {
        true => serde_json::to_string(value).unwrap_or_default(),
        false => value.to_string(),
    }
}

/// How a table is written.
struct Form {
    start: &'static str,
    under_heads: &'static str,
    end: &'static str,
    /// Whether a row of dashes parts heads from rows.
    has_rule: bool,
    escape: fn(&str) -> String,
}

const MARKDOWN: Form = Form { start: "", under_heads: "", end: "", has_rule: true, escape: md };
const HTML: Form = Form {
    start: "<table>\n<thead>\n",
    under_heads: "</thead>\n<tbody>\n",
    end: "</tbody>\n</table>\n",
    has_rule: false,
    escape: html,
};

impl Form {
    fn row<'c>(
        &self,
        out: &mut String,
        (open, close): (&str, &str),
        cells: impl Iterator<Item = &'c str>,
    ) {
        if !self.has_rule {
            out.push_str("<tr>");
            for cell in cells {
                out.push_str(open);
                out.push_str(&(self.escape)(cell));
                out.push_str(close);
            }
            out.push_str("</tr>\n");
            return;
        }
        out.push('|');
        for cell in cells {
            out.push(' ');
            out.push_str(&(self.escape)(cell));
            out.push_str(" |");
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::meter::Limits;
    use super::*;

    fn render(template: &str, is_escaped: bool) -> Result<String, String> {
        let mut tera = Tera::default();
        register(&mut tera, &Meter::new(Limits::default()));
        let mut context = tera::Context::new();
        let rows = serde_json::json!([
            { "id": "a|b", "n": 1, "more": { "x.y": "<i>", "list": [1] } },
            { "id": "---", "n": null },
        ]);
        context.insert("rows", &rows);
        tera.render_str(template, &context, is_escaped).map_err(|error| error.to_string())
    }

    fn check(template: &str, expected: &str) {
        assert_eq!(render(template, false).unwrap(), expected, "{template}");
    }

    #[test]
    fn a_value_is_found_by_its_path() {
        check("{{ rows | at(path='0.id') }}", "a|b");
        check("{{ rows | at(path=[0, 'more', 'x.y']) }}", "<i>");
        check("{{ rows | at(path='1.n', default='?') }}{{ rows | at(path='7') is none }}", "?true");
        check("{{ rows | at(path='0.id.x', default=2) }}", "2");
    }

    #[test]
    fn a_color_is_written_in_any_form() {
        check("{{ 'teal' | color }} {{ '#abc' | color(form='bare') }}", "#008080 aabbcc");
        check(
            "{{ 'teal' | color(form='rgb') }} {{ '00000080' | color }}",
            "rgb(0, 128, 128) #00000080",
        );
        check(
            "{{ 'black' | color(lighten=0.5) }} {{ 'fff' | color(darken=1) }}",
            "#808080 #000000",
        );
        for wrong in
            ["{{ 'x' | color }}", "{{ 'red' | color(lighten=2) }}", "{{ 'red' | color(form='x') }}"]
        {
            assert!(render(wrong, false).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_of_maps_is_a_table() {
        let columns = "columns=['id', 'more.list'], heads=['Id', 'List']";
        check(
            &format!("{{{{ rows | table({columns}) }}}}"),
            "| Id | List |\n| --- | --- |\n| a\\|b | \\[1\\] |\n| \\--- |  |\n",
        );
        check("{{ [] | table }}", "");
        let html = render("{{ rows | table(columns=['n', 'id']) }}", true).unwrap();
        assert_eq!(
            html,
            "<table>\n<thead>\n<tr><th>n</th><th>id</th></tr>\n</thead>\n<tbody>\n\
             <tr><td>1</td><td>a|b</td></tr>\n<tr><td></td><td>---</td></tr>\n</tbody>\n</table>\n"
        );
        for wrong in ["{{ 1 | table }}", "{{ rows | table(columns=['a'], heads=[]) }}"] {
            assert!(render(wrong, false).is_err(), "{wrong}");
        }
    }
}
