//! XML to data: an element is a map of its attributes and elements, in their order.

use super::super::graph_file::{Draft, Read, Sort};
use super::super::xml_text::{Step, Xml};
use super::data::{Data, Kind};

/// The key of the text that stands in an element.
const TEXT: &str = "#text";

/// Reads the text of the draft.
pub fn read<'t>(draft: &Draft<'t>, data: &mut Data) -> Read {
    let mut xml = Xml::new(draft.text);
    data.open(Kind::Element, 0);
    // The texts of the elements that are open.
    let mut texts: Vec<(String, u32)> = Vec::new();
    loop {
        match xml.next(draft)? {
            Step::Open(tag) => {
                data.key(tag.name());
                data.open(Kind::Element, tag.place);
                tag.attributes(draft, |attribute| {
                    data.key(attribute.name);
                    data.scalar(Kind::Scalar(Sort::Untyped), &attribute.value, attribute.place);
                })?;
                texts.push((String::new(), tag.place));
            }
            Step::Text(text, place) => {
                if let Some((all, start)) = texts.last_mut() {
                    if all.trim().is_empty() {
                        let space = text.len() - text.trim_start().len();
                        *start = place + space as u32;
                    }
                    all.push_str(&text);
                }
            }
            Step::Close => {
                if let Some((text, place)) = texts.pop()
                    && !text.trim().is_empty()
                {
                    data.key(TEXT);
                    data.scalar(Kind::Scalar(Sort::Untyped), text.trim(), place);
                }
                data.close();
            }
            Step::End => {
                data.close();
                return Ok(());
            }
        }
    }
}
