//! The kinds that are rules for the mapping, kept as files beside this one.

use std::marker::PhantomData;

use super::options::PresetOptions;
use super::{import_preset, rules};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::Graph;
use crate::step::{Importer, InputFile};

/// A kind that is a file of rules.
pub trait Rules {
    /// See [`Importer::KIND`].
    const KIND: &'static str;
    /// See [`Importer::ABOUT`].
    const ABOUT: &'static str;
    /// The ends of file names that mean it.
    const ENDS: &'static [&'static str];
    /// The rules.
    const TEXT: &'static str;
}

/// The importer of such a kind.
pub struct ByRules<R>(PhantomData<R>);

impl<R: Rules> Importer for ByRules<R> {
    const KIND: &'static str = R::KIND;
    // Other rules give another graph.
    const REVISION: u32 = revision(R::TEXT);
    const ABOUT: &'static str = R::ABOUT;
    const EXTENSIONS: &'static [&'static str] = R::ENDS;
    type Options = PresetOptions;

    fn files(options: &PresetOptions) -> Vec<String> {
        options.graph.0.clone()
    }

    fn import(
        options: &PresetOptions,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let path = format!("{}.yaml", R::KIND);
        let file = InputFile { path: path.into(), bytes: R::TEXT.as_bytes().into() };
        let rules = rules::read(&file, diagnostics)?;
        import_preset(rules, options, files, diagnostics)
    }
}

/// Makes a kind of each file of rules.
macro_rules! presets {
    ($($name:ident $kind:literal [$($end:literal),*] $about:literal;)*) => {$(
        #[doc = $about]
        pub struct $name;

        impl Rules for $name {
            const KIND: &'static str = $kind;
            const ABOUT: &'static str = $about;
            const ENDS: &'static [&'static str] = &[$($end),*];
            const TEXT: &'static str = include_str!(concat!("presets/", $kind, ".yaml"));
        }
    )*};
}

presets! {}

/// Tells texts apart, and what reads them from what read them before.
const fn revision(text: &str) -> u32 {
    const READER: u32 = 1;
    let (bytes, mut at, mut sum) = (text.as_bytes(), 0, 0x811c_9dc5 ^ READER);
    while at < bytes.len() {
        sum = (sum ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    sum
}
