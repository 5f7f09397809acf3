//! Reads typed options from a tree, each scalar by the text that the plan has.

use std::cell::RefCell;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::{Key, Problem, Tree, TreeError, TreeNode};
use crate::source::Span;

/// Reads one tree, without the entries that turned out wrong.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) tree: &'a Tree,
    pub(super) skipped: &'a RefCell<Vec<Span>>,
}

impl<'a> Reader<'a> {
    fn of(self, tree: &'a Tree) -> Reader<'a> {
        Reader { tree, ..self }
    }

    fn expected(self, what: &str) -> TreeError {
        let found = self.tree.describe();
        TreeError::new(Problem::Other(format!("expected {what}, found {found}"))).at(self.tree.span)
    }

    /// Returns the text of a scalar that was not quoted.
    fn plain(self, what: &str) -> Result<&'a str, TreeError> {
        match &self.tree.node {
            TreeNode::Scalar { text, quoted: false } => Ok(text),
            _ => Err(self.expected(what)),
        }
    }

    fn whole_number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        let text = self.plain("a whole number")?;
        if let Ok(number) = text.parse::<u64>() {
            visitor.visit_u64(number)
        } else if let Ok(number) = text.parse::<i64>() {
            visitor.visit_i64(number)
        } else {
            return Err(self.expected("a whole number"));
        }
        .map_err(|error: TreeError| error.at(self.tree.span))
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
            self.whole_number(visitor)
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
            match self.tree.text() {
                Some(text) => visitor.visit_str(text).map_err(|e: TreeError| e.at(self.tree.span)),
                None => Err(self.expected("a text")),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = TreeError;

    /// Follows the YAML 1.2 core schema for scalars that are not quoted.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        let span = self.tree.span;
        match &self.tree.node {
            TreeNode::Scalar { .. } if self.tree.is_null() => visitor.visit_unit(),
            TreeNode::Scalar { text, quoted: false } => match text.as_str() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                text => match text.parse::<i64>() {
                    Ok(number) if number.to_string() == text => visitor.visit_i64(number),
                    _ => visitor.visit_str(text),
                },
            },
            TreeNode::Scalar { text, quoted: true } => visitor.visit_str(text),
            TreeNode::List(items) => visitor.visit_seq(Items { reader: self, items: items.iter() }),
            TreeNode::Map(entries) => {
                visitor.visit_map(Entries { reader: self, entries: entries.iter(), open: None })
            }
        }
        .map_err(|error: TreeError| error.at(span))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match self.plain("`true` or `false`")? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match self.plain("a number")?.parse::<f64>() {
            Ok(number) if number.is_finite() => visitor.visit_f64(number),
            _ => Err(self.expected("a number")),
        }
        .map_err(|error: TreeError| error.at(self.tree.span))
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        if self.tree.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, TreeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match &self.tree.node {
            TreeNode::List(_) => self.deserialize_any(visitor),
            _ => Err(self.expected("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match &self.tree.node {
            TreeNode::Map(_) => self.deserialize_any(visitor),
            // Nothing stands for a map without entries: `invert:` is `invert: {}`.
            TreeNode::Scalar { .. } if self.tree.is_null() => visitor
                .visit_map(Entries { reader: self, entries: [].iter(), open: None })
                .map_err(|error: TreeError| error.at(self.tree.span)),
            _ => Err(self.expected("a map")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TreeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TreeError> {
        let (word, content) = match (self.tree.text(), self.tree.entries()) {
            (Some(text), _) => ((text, self.tree.span), None),
            (None, [(key, value)]) => ((key.text.as_str(), key.span), Some((key, value))),
            _ => return Err(self.expected("a word, or a word with what belongs to it")),
        };
        let read = visitor.visit_enum(Word { reader: self, word: word.0, content });
        read.map_err(|error: TreeError| error.at(word.1))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct ignored_any
    }
}

struct Items<'a> {
    reader: Reader<'a>,
    items: std::slice::Iter<'a, Tree>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = TreeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, TreeError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        seed.deserialize(self.reader.of(item)).map(Some).map_err(|error| error.at(item.span))
    }
}

struct Entries<'a> {
    reader: Reader<'a>,
    entries: std::slice::Iter<'a, (Key, Tree)>,
    open: Option<&'a (Key, Tree)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = TreeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, TreeError> {
        let skipped = self.reader.skipped.borrow();
        self.open = self.entries.find(|(key, _)| !skipped.contains(&key.span));
        drop(skipped);
        let Some((key, _)) = self.open else { return Ok(None) };
        let text: StrDeserializer<'_, TreeError> = key.text.as_str().into_deserializer();
        let read = seed.deserialize(text);
        read.map(Some).map_err(|error| error.at(key.span).in_entry(key.span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, TreeError> {
        let Some((key, value)) = self.open else {
            return Err(de::Error::custom("a value was read before its key"));
        };
        let read = seed.deserialize(self.reader.of(value));
        read.map_err(|error| error.at(value.span).in_entry(key.span))
    }
}

/// A scalar that stands for a variant without content, or the one key of a map for a variant with
/// its value for content.
struct Word<'a> {
    reader: Reader<'a>,
    word: &'a str,
    content: Option<(&'a Key, &'a Tree)>,
}

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = TreeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), TreeError> {
        let text: StrDeserializer<'_, TreeError> = self.word.into_deserializer();
        Ok((seed.deserialize(text)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = TreeError;

    fn unit_variant(self) -> Result<(), TreeError> {
        match self.content {
            None => Ok(()),
            Some(_) => Err(self.reader.expected("a word")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, TreeError> {
        let Some((key, value)) = self.content else {
            let expected = format!("`{}` with what belongs to it, in a map", self.word);
            return Err(self.reader.expected(&expected));
        };
        let read = seed.deserialize(self.reader.of(value));
        read.map_err(|error| error.at(value.span).in_entry(key.span))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, TreeError> {
        Err(self.reader.expected("a list"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, TreeError> {
        Err(self.reader.expected("a map"))
    }
}
