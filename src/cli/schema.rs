//! `layercake schema`.

use layercake::error::Error;

use super::args::{Schema, SchemaFormat};
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Schema) -> Result<Exit, Error> {
    let schema = match arguments.format {
        SchemaFormat::Plan => layercake::plan::plan_schema(),
        SchemaFormat::Graph => layercake::graph_schema(),
        SchemaFormat::Events => layercake::engine::event_schema(),
    };
    // A schema is plain JSON, which can always be written.
    context.terminal.line(&serde_json::to_string_pretty(&schema).unwrap_or_default());
    Ok(Exit::Success)
}
