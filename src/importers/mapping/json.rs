//! JSON to data, one document or many.

use super::super::graph_file::{Draft, Read, Sort};
use super::super::json_text::{Json, Next, NoJson};
use super::data::{Data, Kind};

/// Reads the text of the draft; `is_many` if documents follow each other.
pub fn read(draft: &Draft<'_>, data: &mut Data, is_many: bool) -> Read {
    let mut json = Json::new(draft.text);
    let done = match is_many {
        true => documents(&mut json, data),
        false => document(&mut json, data).and_then(|()| json.end()),
    };
    done.map_err(|NoJson| json.diagnostic(draft))
}

fn documents(json: &mut Json<'_>, data: &mut Data) -> Result<(), NoJson> {
    while json.look_ahead().end().is_err() {
        document(json, data)?;
    }
    Ok(())
}

fn document(json: &mut Json<'_>, data: &mut Data) -> Result<(), NoJson> {
    // Whether each open bracket is that of an object.
    let mut open: Vec<bool> = Vec::new();
    loop {
        let (next, place) = (json.next()?, json.place());
        match next {
            Next::Object => {
                json.begin_object()?;
                data.open(Kind::Map, place);
                open.push(true);
            }
            Next::Array => {
                json.begin_array()?;
                data.open(Kind::List, place);
                open.push(false);
            }
            Next::Text => {
                let text = json.string()?;
                data.scalar(Kind::Scalar(Sort::Text), &text.text, place);
            }
            Next::Null => {
                json.scalar()?;
                data.scalar(Kind::Null, "", place);
            }
            Next::Number | Next::Boolean => {
                let (sort, text) = json.scalar()?;
                data.scalar(Kind::Scalar(sort), text, place);
            }
        }
        loop {
            let goes_on = match open.last() {
                None => return Ok(()),
                Some(true) => {
                    let key = json.key()?;
                    key.inspect(|key| data.key(&key.text)).is_some()
                }
                Some(false) => json.item()?,
            };
            if goes_on {
                break;
            }
            open.pop();
            data.close();
        }
    }
}
