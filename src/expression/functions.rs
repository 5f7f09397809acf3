//! The functions that expressions know: how they are called, and what they take and give.

use super::shape::Shape;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Coalesce,
    Contains,
    Date,
    Double,
    EndsWith,
    Has,
    Inside,
    Int,
    Join,
    LowerAscii,
    Matches,
    Max,
    Min,
    Replace,
    Round,
    Size,
    Split,
    StartsWith,
    String,
    Substring,
    Trim,
    UpperAscii,
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `f(x)`.
    Alone,
    /// `x.f()`.
    OnValue,
    /// Either.
    Both,
}

/// What is to be known of a function.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) function: Function,
    pub(super) form: Form,
    /// The least and the most arguments, what it is called on included.
    pub(super) arguments: (usize, usize),
    /// How it is written, for messages.
    pub(super) usage: &'static str,
}

const MANY: usize = usize::MAX;

/// Every function, by name.
pub(super) const FUNCTIONS: &[Row] = &[
    row("abs", Function::Abs, Form::Alone, (1, 1), "abs(number)"),
    row("coalesce", Function::Coalesce, Form::Alone, (1, MANY), "coalesce(value, other, …)"),
    row("contains", Function::Contains, Form::OnValue, (2, 2), "text.contains(\"part\")"),
    row("date", Function::Date, Form::Alone, (1, 1), "date(\"2026-01-31\")"),
    row("double", Function::Double, Form::Alone, (1, 1), "double(value)"),
    row("endsWith", Function::EndsWith, Form::OnValue, (2, 2), "text.endsWith(\"end\")"),
    row("has", Function::Has, Form::Alone, (1, 1), "has(value)"),
    row("inside", Function::Inside, Form::Both, (1, 2), "inside(\"partition\")"),
    row("int", Function::Int, Form::Alone, (1, 1), "int(value)"),
    row("join", Function::Join, Form::OnValue, (1, 2), "list.join(\", \")"),
    row("lowerAscii", Function::LowerAscii, Form::OnValue, (1, 1), "text.lowerAscii()"),
    row("matches", Function::Matches, Form::Both, (2, 2), "text.matches(\"^a.*\")"),
    row("max", Function::Max, Form::Alone, (1, MANY), "max(value, other, …)"),
    row("min", Function::Min, Form::Alone, (1, MANY), "min(value, other, …)"),
    row("replace", Function::Replace, Form::OnValue, (3, 3), "text.replace(\"old\", \"new\")"),
    row("round", Function::Round, Form::Alone, (1, 1), "round(number)"),
    row("size", Function::Size, Form::Both, (1, 1), "size(value)"),
    row("split", Function::Split, Form::OnValue, (2, 2), "text.split(\",\")"),
    row("startsWith", Function::StartsWith, Form::OnValue, (2, 2), "text.startsWith(\"start\")"),
    row("string", Function::String, Form::Alone, (1, 1), "string(value)"),
    row("substring", Function::Substring, Form::OnValue, (2, 3), "text.substring(0, 3)"),
    row("trim", Function::Trim, Form::OnValue, (1, 1), "text.trim()"),
    row("upperAscii", Function::UpperAscii, Form::OnValue, (1, 1), "text.upperAscii()"),
];

const fn row(
    name: &'static str,
    function: Function,
    form: Form,
    arguments: (usize, usize),
    usage: &'static str,
) -> Row {
    Row { name, function, form, arguments, usage }
}

impl Function {
    /// Returns what is to be known of it.
    pub(super) fn row(self) -> &'static Row {
        let row = FUNCTIONS.iter().find(|row| row.function == self);
        // Every function is in the table, as a test says.
        row.unwrap_or(&FUNCTIONS[0])
    }

    /// Returns the types that an argument may have; none says that any will do.
    pub(super) fn takes(self, at: usize) -> &'static [Shape] {
        const TEXT: &[Shape] = &[Shape::Text];
        const NUMBERS: &[Shape] = &[Shape::Integer, Shape::Number];
        match (self, at) {
            (Function::Abs | Function::Round, _) => NUMBERS,
            (Function::Substring, 1..) => &[Shape::Integer],
            (
                Function::Contains
                | Function::EndsWith
                | Function::LowerAscii
                | Function::Matches
                | Function::Replace
                | Function::Split
                | Function::StartsWith
                | Function::Substring
                | Function::Trim
                | Function::UpperAscii,
                _,
            ) => TEXT,
            (Function::Join, 1) => TEXT,
            (Function::Inside, 0) => &[Shape::Node],
            (Function::Inside, _) => TEXT,
            (Function::Date, _) => &[Shape::Text, Shape::Date],
            (Function::Int | Function::Double, _) => &[Shape::Text, Shape::Integer, Shape::Number],
            (Function::String, _) => {
                &[Shape::Text, Shape::Integer, Shape::Number, Shape::Boolean, Shape::Date]
            }
            _ => &[],
        }
    }
}
