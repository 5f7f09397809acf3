//! Expressions as options of steps: read with the plan, written as their text.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Expression, Subject};
use crate::diagnostic::TextProblems;
use crate::graph::Type;

macro_rules! options {
    ($($name:ident, $subject:ident, $wanted:expr, $about:literal;)*) => {
        $(
            #[doc = $about]
            #[derive(Debug, Clone, PartialEq)]
            pub struct $name(Expression);

            impl Deref for $name {
                type Target = Expression;

                fn deref(&self) -> &Expression {
                    &self.0
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    read(&text, Subject::$subject, $wanted).map($name)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.text())
                }
            }

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!({ "type": "string", "description": $about })
                }
            }
        )*
    };
}

options! {
    NodeExpression, Node, None,
        "An expression over a node, such as `label + \" (\" + owner + \")\"`.";
    EdgeExpression, Edge, None,
        "An expression over an edge, such as `source.label + \" calls \" + target.label`.";
    RowExpression, Row, None,
        "An expression over a row of a table, such as `price * count`.";
    NodeCondition, Node, Some(Type::Boolean),
        "A condition over a node, such as `layer == \"service\" && weight > 2`.";
    EdgeCondition, Edge, Some(Type::Boolean),
        "A condition over an edge, such as `source.layer != target.layer`.";
    RowCondition, Row, Some(Type::Boolean),
        "A condition over a row of a table, such as `has(owner)`.";
}

fn read<E: de::Error>(text: &str, subject: Subject, wanted: Option<Type>) -> Result<Expression, E> {
    let read = Expression::parse(text, subject).and_then(|expression| match wanted {
        Some(kind) => expression.must_be(kind),
        None => Ok(expression),
    });
    // An error of serde is only a message, so that is where the places are.
    read.map_err(|problems| E::custom(TextProblems { text: text.to_owned(), problems }))
}
