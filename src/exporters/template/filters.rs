//! The filters that templates have besides Tera's own.

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::super::substitutes::Substitutes;
use super::super::{d2, plantuml};
use crate::graph::Color;

/// Their names.
pub const OWN_FILTERS: [&str; 12] = [
    "at", "color", "contrast", "csv", "d2", "dot", "json", "md", "mermaid", "plantuml", "slug",
    "table",
];

/// Adds the filters.
pub fn register(tera: &mut Tera) {
    tera.register_filter("slug", |value: Value, _: Kwargs, _: &State| slug(&value.to_string()));
    tera.register_filter("csv", |value: Value, _: Kwargs, _: &State| csv(&value.to_string()));
    tera.register_filter("dot", |value: Value, _: Kwargs, _: &State| dot(&value.to_string()));
    tera.register_filter("mermaid", |v: Value, _: Kwargs, _: &State| mermaid(&v.to_string()));
    tera.register_filter("md", |value: Value, _: Kwargs, _: &State| md(&value.to_string()));
    tera.register_filter("d2", |value: Value, _: Kwargs, _: &State| {
        let quoted = written(&value, d2::text::write_text);
        quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
    });
    tera.register_filter("plantuml", |value: Value, _: Kwargs, _: &State| {
        written(&value, plantuml::text::write_text)
    });
    tera.register_filter("json", json);
    tera.register_filter("contrast", contrast);
}

/// Makes what an export of diagrams makes of a text.
fn written(value: &Value, write: fn(&mut Vec<u8>, &str, &mut Substitutes)) -> String {
    let mut out = Vec::new();
    write(&mut out, &value.to_string(), &mut Substitutes::default());
    String::from_utf8_lossy(&out).into_owned()
}

/// Makes text that HTML shows as it is.
pub fn html(text: &str) -> String {
    escape(text, |letter| {
        Some(match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => return None,
        })
    })
}

/// Makes a name for files and links: small letters and digits with `-` between.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Makes one cell of a CSV row (RFC 4180), whatever the delimiter.
fn csv(text: &str) -> String {
    let needs_quotes = text.contains(['"', ',', ';', '\t', '|', '\n', '\r']) || text.trim() != text;
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Makes what stands between the quotes of a label in DOT.
fn dot(text: &str) -> String {
    escape(text, |letter| {
        Some(match letter {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' | '\0' => "",
            _ => return None,
        })
    })
}

/// Makes what stands between the quotes of a label in Mermaid.
fn mermaid(text: &str) -> String {
    escape(text, |letter| {
        Some(match letter {
            '"' => "#quot;",
            '#' => "#35;",
            '&' => "#amp;",
            '<' => "#lt;",
            '>' => "#gt;",
            '`' => "#96;",
            '\\' => "#92;",
            '\n' => "<br/>",
            '\r' => "",
            _ => return None,
        })
    })
}

/// Makes text that Markdown shows as it is, in a line or in a table's cell.
pub fn md(text: &str) -> String {
    let escaped = escape(text, |letter| {
        Some(match letter {
            '\\' => "\\\\",
            '`' => "\\`",
            '*' => "\\*",
            '_' => "\\_",
            '[' => "\\[",
            ']' => "\\]",
            '<' => "\\<",
            '>' => "\\>",
            '#' => "\\#",
            '|' => "\\|",
            '~' => "\\~",
            '&' => "\\&",
            '$' => "\\$",
            '\n' => "<br>",
            '\r' => "",
            _ => return None,
        })
    });
    // At the start of a line these would begin a list or an underline.
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let is_list = escaped[digits..].starts_with(['.', ')']) && digits > 0;
    match escaped.chars().next() {
        Some('-' | '+' | '=') => format!("\\{escaped}"),
        _ if is_list => format!("{}\\{}", &escaped[..digits], &escaped[digits..]),
        _ => escaped,
    }
}

/// Makes JSON. Where output is escaped, it is JSON that may stand in a `<script>`.
fn json(value: Value, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let pretty = kwargs.get::<bool>("pretty")?.unwrap_or(false);
    let made =
        if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
    let text = made.map_err(|error| Error::message(format!("this has no JSON form: {error}")))?;
    if !state.autoescaping_enabled() {
        return Ok(text.into());
    }
    let text = escape(&text, |letter| {
        Some(match letter {
            '<' => "\\u003c",
            '>' => "\\u003e",
            '&' => "\\u0026",
            '\'' => "\\u0027",
            '\u{2028}' => "\\u2028",
            '\u{2029}' => "\\u2029",
            _ => return None,
        })
    });
    Ok(Value::safe_string(&text))
}

/// Returns black or white: what is read better on a color (contrast ratio of WCAG 2.2).
fn contrast(color: Value, _: Kwargs, _: &State) -> TeraResult<&'static str> {
    if color.is_none() {
        return Ok("#000000");
    }
    let text = color.to_string();
    let Some(color) = Color::parse(&text) else {
        return Err(Error::message(format!("`{text}` is no color")));
    };
    let [red, green, blue, _] = color.parts().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let is_light = (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05);
    Ok(if is_light { "#000000" } else { "#ffffff" })
}

fn escape(text: &str, with: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match with(letter) {
            Some(with) => escaped.push_str(with),
            None => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, value: &str, expected: &str) {
        let mut tera = Tera::default();
        register(&mut tera);
        let mut context = tera::Context::new();
        context.insert("v", value);
        assert_eq!(tera.render_str(template, &context, false).unwrap(), expected, "{value:?}");
    }

    #[test]
    fn a_slug_is_small_letters_and_digits() {
        check("{{ v|slug }}", " Ünder /the_Sea #2! ", "ünder-the-sea-2");
        check("{{ v|slug }}", "?!", "");
    }

    #[test]
    fn text_is_escaped_for_its_format() {
        check("{{ v|csv }}", "a \"b\", c", "\"a \"\"b\"\", c\"");
        check("{{ v|csv }}", "abc", "abc");
        check("{{ v|dot }}", "a\"\\\nb", "a\\\"\\\\\\nb");
        check("{{ v|mermaid }}", "\"<b>#`\n", "#quot;#lt;b#gt;#35;#96;<br/>");
        check("{{ v|md }}", "- a|*b*\n<c>", "\\- a\\|\\*b\\*<br>\\<c\\>");
        check("{{ v|md }}", "12. a", "12\\. a");
        check("{{ v|d2 }}", "a \"$b\"\n", "a \\\"\\$b\\\"\\n");
        check("{{ v|plantuml }}", "a \"b\"\nc", "a <U+0022>b<U+0022>\\nc");
        check("{{ v|json }}", "\"</script>\n", "\"\\\"</script>\\n\"");
        check("{{ 1.5|csv }}{{ [1,none]|json }}", "", "1.5[1,null]");
    }

    #[test]
    fn json_in_a_page_cannot_end_its_script() {
        let mut tera = Tera::default();
        register(&mut tera);
        let mut context = tera::Context::new();
        context.insert("v", "</script>&");
        let text = tera.render_str("{{ v|json }}", &context, true).unwrap();
        assert_eq!(text, "\"\\u003c/script\\u003e\\u0026\"");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "</script>&");
    }

    #[test]
    fn text_on_a_color_can_be_read() {
        for (color, text) in [("#002a41", "#ffffff"), ("yellow", "#000000"), ("777", "#000000")] {
            check("{{ v|contrast }}", color, text);
        }
        check("{{ none|contrast }}", "", "#000000");
    }
}
