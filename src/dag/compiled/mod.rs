//! A Dag as bytes, of which any part can be had without reading the rest: what is kept of a plan,
//! so that the next build need not read it again.
//!
//! The front says how the steps hang together and is at hand at once. What each step is comes after
//! it, and is read where it is asked for. All numbers are 4 bytes, little-endian. Whether bytes are
//! whole is for who keeps them to know; bytes that do not fit are `None` here, never a panic.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::slice::SliceIndex;
use std::sync::{Arc, OnceLock};

use super::{Dag, FileId, Links, Reading, StepId};
use crate::checks::Check;
use crate::fan_out::{FanOut, PathPattern};
use crate::plan::{FilePattern, Metric, Op, Plan, PlanStep, Pool, Reference, Work};
use crate::registry;
use crate::source::{Source, Sources, Span};

mod encode;

/// What stands for the sections of a plan.
const IMPORT: u32 = 0;
const TRANSFORM: u32 = 1;
const EXPORT: u32 = 2;
const ANALYZE: u32 = 3;
const ITEMS: u32 = 4;
const CHECK: u32 = 5;

/// What stands for the items of an export to many files, among words that are no kind.
const FAN_OUT: &str = "each";

/// The sections, in the order in which they stand in the bytes.
#[derive(Clone, Copy)]
enum Section {
    /// Where in `Steps` each step begins, and where the last ends.
    StepAt,
    /// The steps, each after those it uses.
    Order,
    /// The steps in order of their names.
    ByName,
    /// Where in `Upstream` what each step uses begins, and where that of the last ends.
    UpstreamAt,
    Upstream,
    /// Where in `Downstream` the users of each step begin, and where the last end.
    DownstreamAt,
    Downstream,
    /// Where in `Users` the steps that read each file begin, and where the last end.
    UsersAt,
    Users,
    /// Where in `Files` the path of each file begins, and where the last ends.
    FileAt,
    /// Where in `Texts` each text begins, and where the last ends.
    TextAt,
    /// The steps that write many files.
    FanOuts,
    /// The plan's files, and its sources.
    Plan,
    /// Here the front ends.
    Steps,
    Files,
    /// Texts that occur again and again.
    Texts,
}

const FRONT: usize = Section::Plan as usize + 1;
const SECTIONS: usize = Section::Texts as usize + 1;

/// The bytes of a Dag, wherever they are.
pub trait Bytes: Send + Sync {
    /// Returns the front.
    fn front(&self) -> &[u8];
    /// Returns some bytes of the rest, if they are there and whole.
    fn get(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>>;
}

/// Front and rest, in memory.
impl Bytes for (Vec<u8>, Vec<u8>) {
    fn front(&self) -> &[u8] {
        &self.0
    }

    fn get(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.1.get(range).map(Cow::from)
    }
}

/// A Dag as bytes.
pub struct Compiled {
    bytes: Box<dyn Bytes>,
    /// Where each section is, in the front or the rest.
    sections: [Range<usize>; SECTIONS],
    /// See [`Compiled::fan_outs`].
    fan_outs: OnceLock<Vec<(StepId, PathPattern)>>,
}

impl Compiled {
    /// Opens bytes that [`Compiled::encode`] made.
    pub fn open(bytes: impl Bytes + 'static) -> Option<Compiled> {
        let mut sections = [const { 0..0 }; SECTIONS];
        let mut at = 4 * SECTIONS;
        for (number, section) in sections.iter_mut().enumerate() {
            if number == FRONT {
                if at != bytes.front().len() {
                    return None;
                }
                at = 0;
            }
            let end = at.checked_add(small(bytes.front(), number)? as usize)?;
            *section = at..end;
            at = end;
        }
        Some(Compiled { bytes: Box::new(bytes), sections, fan_outs: OnceLock::new() })
    }

    /// Returns front and rest, to be kept.
    pub fn bytes(&self) -> Option<(&[u8], Cow<'_, [u8]>)> {
        let end = self.sections[SECTIONS - 1].end;
        Some((self.bytes.front(), self.bytes.get(0..end)?))
    }

    /// Returns the number of steps.
    pub fn step_count(&self) -> usize {
        self.sections[Section::Order as usize].len() / 4
    }

    /// Returns the number of input files.
    pub fn file_count(&self) -> usize {
        (self.sections[Section::FileAt as usize].len() / 4).saturating_sub(1)
    }

    /// Returns the step with this name.
    pub fn find(&self, name: &str) -> Option<StepId> {
        let (mut low, mut high) = (0, self.step_count());
        while low < high {
            let middle = low.midpoint(high);
            let id = StepId(self.number(Section::ByName, middle)?);
            match (*self.name(id)?).cmp(name) {
                std::cmp::Ordering::Equal => return Some(id),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Returns the name of a step.
    pub fn name(&self, id: StepId) -> Option<Cow<'_, str>> {
        let record = self.record(id)?;
        let length = small(&record, 0)? as usize;
        part(record, 4..4 + length)
    }

    /// Returns the steps that write many files, each with the paths that these may have.
    fn fan_outs(&self) -> &[(StepId, PathPattern)] {
        self.fan_outs.get_or_init(|| {
            let numbers = self.front(Section::FanOuts).chunks_exact(4);
            let ids = numbers.filter_map(|number| Some(StepId(small(number, 0)?)));
            let step = |id| Some((id, self.whole_step(id)?.0.paths()?));
            ids.filter_map(step).collect()
        })
    }

    /// Returns the step that writes many files, if this path may be one of them.
    pub fn fan_out_of(&self, path: &str) -> Option<StepId> {
        self.fan_outs().iter().find(|(_, paths)| paths.matches(path)).map(|(id, _)| *id)
    }

    /// Returns the folders that steps which write many files may write to, with all below.
    pub fn fan_out_folders(&self) -> impl Iterator<Item = &str> {
        self.fan_outs().iter().map(|(_, paths)| paths.folder())
    }

    /// Returns whether a step writes this path.
    pub fn is_output(&self, path: &str) -> bool {
        self.fan_out_of(path).is_some() || self.is_single_output(path)
    }

    /// Returns whether a step that writes one file writes this path.
    pub fn is_single_output(&self, path: &str) -> bool {
        let is_export = |id| {
            let record = self.record(id)?;
            let mut record = Record(&record);
            record.text()?;
            Some(record.small()? == EXPORT)
        };
        self.find(path).and_then(is_export).unwrap_or(false)
    }

    /// Returns the path of an input file.
    pub fn file_path(&self, id: FileId) -> Option<Cow<'_, str>> {
        self.line(Section::FileAt, Section::Files, id.0 as usize)
    }

    /// Returns the steps that a step uses, in the order of its `from`.
    pub fn upstream(&self, id: StepId) -> impl Iterator<Item = StepId> + '_ {
        self.row(Section::UpstreamAt, Section::Upstream, id.0 as usize)
    }

    /// Returns the steps that use a step, each once.
    pub fn downstream(&self, id: StepId) -> impl Iterator<Item = StepId> + '_ {
        self.row(Section::DownstreamAt, Section::Downstream, id.0 as usize)
    }

    /// Returns the steps that read a file, each once.
    pub fn users(&self, id: FileId) -> impl Iterator<Item = StepId> + '_ {
        self.row(Section::UsersAt, Section::Users, id.0 as usize)
    }

    /// Returns a step, and for each of its patterns the files that match.
    pub fn step(&self, id: StepId) -> Option<(PlanStep, Vec<Vec<FileId>>)> {
        self.whole_step(id).map(|(step, links)| (step, links.files))
    }

    /// Makes the Dag of some of the steps, with all that these use. Its steps and files have other
    /// numbers: [`Dag::number`] and [`Dag::file_number`] tell them.
    pub fn part(self: &Arc<Self>, wanted: &[bool]) -> Option<Dag> {
        let chosen: Vec<StepId> =
            (0..self.step_count() as u32).map(StepId).filter(|id| wanted[id.0 as usize]).collect();
        let mut numbers: HashMap<StepId, StepId> = HashMap::with_capacity(chosen.len());
        numbers.extend(chosen.iter().copied().zip((0..).map(StepId)));
        let mut plan = self.plan()?;
        let mut dag = Dag {
            fan_outs: Vec::new(),
            plan: Plan::default(),
            reading: Reading::start(),
            steps: Vec::with_capacity(chosen.len()),
            files: Vec::new(),
            order: Vec::with_capacity(chosen.len()),
            by_name: HashMap::with_capacity(chosen.len()),
            whole: Some(self.clone()),
            numbers: chosen,
            file_numbers: Vec::new(),
        };
        let mut files: HashMap<u32, FileId> = HashMap::new();
        for at in 0..dag.numbers.len() {
            let (step, mut links) = self.whole_step(dag.numbers[at])?;
            for id in &mut links.upstream {
                *id = *numbers.get(id)?;
            }
            for file in links.files.iter_mut().flatten() {
                let next = FileId(files.len() as u32);
                let whole = file.0;
                *file = *files.entry(whole).or_insert(next);
                if *file == next && dag.files.len() < files.len() {
                    dag.files.push(self.file_path(FileId(whole))?.into_owned());
                    dag.file_numbers.push(FileId(whole));
                }
            }
            dag.by_name.insert(step.name.clone(), StepId(at as u32));
            plan.steps.push(step);
            dag.steps.push(links);
        }
        dag.link_downstream();
        for at in 0..self.step_count() {
            let id = StepId(self.number(Section::Order, at)?);
            if wanted[id.0 as usize] {
                dag.order.push(*numbers.get(&id)?);
            }
        }
        Some(Dag { plan, ..dag })
    }

    fn plan(self: &Arc<Self>) -> Option<Plan> {
        let mut rest = Record(self.front(Section::Plan));
        let count = rest.small()?;
        let files = (0..count).map(|_| rest.text().map(str::to_owned)).collect::<Option<_>>()?;
        let mut pools = Vec::new();
        for _ in 0..rest.small()? {
            pools.push(Pool { name: rest.text()?.to_owned(), most: rest.small()? as usize });
        }
        let mut sources = Sources::default();
        while !rest.0.is_empty() {
            let (path, text, whole) = (rest.text()?, rest.small()?, self.clone());
            // It is as long as the plan, and wanted only where something is wrong.
            let read = move || whole.text(text).map_or_else(|| "".into(), Arc::from);
            sources.add(Source::later(path, read));
        }
        Some(Plan { sources, files, pools, ..Plan::default() })
    }

    /// Returns a step, with the numbers that the whole has.
    fn whole_step(&self, id: StepId) -> Option<(PlanStep, Links)> {
        let record = self.record(id)?;
        let mut record = Record(&record);
        let name = record.text()?.to_owned();
        let section = record.small()?;
        let mut links = Links { upstream: self.upstream(id).collect(), ..Links::default() };
        let span = record.span()?;
        let folder = self.text(record.small()?)?.into_owned();
        let mut from = Vec::with_capacity(links.upstream.len());
        for used in &links.upstream {
            let name = record.text()?.to_owned();
            let full_name = self.name(*used)?.into_owned();
            // What it takes was checked when the plan was read.
            from.push(Reference { name, full_name, span: record.span()?, takes: &[] });
        }
        let mut files = Vec::new();
        for _ in 0..record.small()? {
            files.push(FilePattern { pattern: record.text()?.to_owned(), span: record.span()? });
            let count = record.small()?;
            let matched = (0..count).map(|_| record.small().map(FileId)).collect::<Option<_>>()?;
            links.files.push(matched);
        }
        let mut ops = Vec::new();
        for _ in 0..record.small()? {
            let (kind, options) = (self.text(record.small()?)?, self.text(record.small()?)?);
            let count = record.small()?;
            let others = (0..count).map(|_| Some(record.small()? as usize));
            ops.push((kind, options.into_owned(), others.collect::<Option<Vec<usize>>>()?));
        }
        let first = || ops.first().map(|(kind, options, _)| (kind.clone(), options.clone()));
        let work = match section {
            IMPORT => {
                let (kind, options) = first()?;
                let kind = registry::importers().iter().find(|row| row.kind.name == kind)?;
                Work::Import { kind, options }
            }
            EXPORT => {
                let (kind, options) = first()?;
                let kind = registry::exporters().iter().find(|row| row.kind.name == kind)?;
                let mut rest = ops.into_iter().skip(1).peekable();
                let each = match rest.next_if(|(kind, ..)| kind == FAN_OUT) {
                    Some((_, each, _)) => Some(Box::new(FanOut::of_json(&each)?)),
                    None => None,
                };
                let through = rest.map(|(_, word, _)| word).collect();
                Work::Export { kind, options, through, each }
            }
            ITEMS => Work::Items { each: Box::new(FanOut::of_json(&first()?.1)?) },
            CHECK => Work::Check { check: Box::new(Check::of_json(&first()?.1)?) },
            ANALYZE => {
                let annotate = ops.first()?.2 == [1];
                let metric = |(kind, options, _): (Cow<'_, str>, String, Vec<usize>)| {
                    let kind = registry::analyses().iter().find(|row| row.kind.name == kind)?;
                    Some(Metric { kind, options })
                };
                let metrics = ops.into_iter().map(metric).collect::<Option<_>>()?;
                Work::Analyze { metrics, annotate }
            }
            _ => {
                let op = |(kind, options, others): (Cow<'_, str>, String, Vec<usize>)| {
                    let kind = registry::transforms().iter().find(|row| row.kind.name == kind)?;
                    Some(Op { kind, options, others })
                };
                Work::Transform { ops: ops.into_iter().map(op).collect::<Option<_>>()? }
            }
        };
        Some((PlanStep { name, span, from, files, folder, work }, links))
    }

    /// Returns a section of the front.
    fn front(&self, section: Section) -> &[u8] {
        self.bytes.front().get(self.sections[section as usize].clone()).unwrap_or_default()
    }

    /// Returns a number of a section of the front.
    fn number(&self, section: Section, at: usize) -> Option<u32> {
        small(self.front(section), at)
    }

    fn record(&self, id: StepId) -> Option<Cow<'_, [u8]>> {
        self.entry(Section::StepAt, Section::Steps, id.0 as usize)
    }

    /// Returns an entry of a section of the rest.
    fn entry(&self, at: Section, list: Section, entry: usize) -> Option<Cow<'_, [u8]>> {
        let list = &self.sections[list as usize];
        let place = |entry| list.start.checked_add(self.number(at, entry)? as usize);
        let range = place(entry)?..place(entry + 1)?;
        if range.start > range.end || range.end > list.end {
            return None;
        }
        self.bytes.get(range)
    }

    fn row(&self, at: Section, list: Section, row: usize) -> impl Iterator<Item = StepId> + '_ {
        let start = self.number(at, row).unwrap_or(0) as usize;
        let end = self.number(at, row + 1).unwrap_or(0) as usize;
        (start..end).map_while(move |place| self.number(list, place).map(StepId))
    }

    fn line(&self, at: Section, list: Section, line: usize) -> Option<Cow<'_, str>> {
        part(self.entry(at, list, line)?, ..)
    }

    fn text(&self, number: u32) -> Option<Cow<'_, str>> {
        self.line(Section::TextAt, Section::Texts, number as usize)
    }
}

/// Returns a text that some bytes hold.
fn part<R: SliceIndex<[u8], Output = [u8]>>(
    bytes: Cow<'_, [u8]>,
    range: R,
) -> Option<Cow<'_, str>> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes.get(range)?).ok().map(Cow::from),
        Cow::Owned(bytes) => String::from_utf8(bytes.get(range)?.to_vec()).ok().map(Cow::from),
    }
}

/// Returns the number at a place of a list of numbers.
fn small(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(4 * at..4 * at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// What is left of a record.
struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    fn small(&mut self) -> Option<u32> {
        let number = small(self.0, 0)?;
        self.0 = &self.0[4..];
        Some(number)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.small()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn span(&mut self) -> Option<Span> {
        Some(Span { source: self.small()?, start: self.small()?, end: self.small()? })
    }
}
