//! A Dag to the bytes that [`Compiled`] reads.

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    ANALYZE, CHECK, Compiled, EXPORT, FAN_OUT, FRONT, IMPORT, ITEMS, SECTIONS, Section, TRANSFORM,
};
use crate::dag::{Dag, StepId};
use crate::plan::{PlanStep, Work};
use crate::source::Span;

impl Compiled {
    /// Returns the bytes of a whole Dag, for [`Compiled::open`]: front and rest.
    pub fn encode(dag: &Dag) -> (Vec<u8>, Vec<u8>) {
        let mut texts = Texts::default();
        let mut sections: [Vec<u8>; SECTIONS] = Default::default();
        let mut users: Vec<Vec<StepId>> = vec![Vec::new(); dag.files.len()];
        for id in dag.ids() {
            put_end(&mut sections, Section::StepAt, Section::Steps, 1);
            put_step(&mut sections[Section::Steps as usize], dag, id, &mut texts);
            for file in dag.files(id).iter().flatten() {
                let users = &mut users[file.0 as usize];
                if users.last() != Some(&id) {
                    users.push(id);
                }
            }
        }
        put_end(&mut sections, Section::StepAt, Section::Steps, 1);
        put_ids(&mut sections[Section::Order as usize], &dag.order);
        let mut by_name: Vec<StepId> = dag.ids().collect();
        by_name.sort_unstable_by_key(|id| dag.step(*id).name.as_str());
        put_ids(&mut sections[Section::ByName as usize], &by_name);
        let fan_outs: Vec<StepId> =
            dag.ids().filter(|id| dag.step(*id).work.each().is_some()).collect();
        put_ids(&mut sections[Section::FanOuts as usize], &fan_outs);
        let mut upstream = dag.steps.iter().map(|links| links.upstream.as_slice());
        put_rows(&mut sections, Section::UpstreamAt, Section::Upstream, &mut upstream);
        let mut downstream = dag.steps.iter().map(|links| links.downstream.as_slice());
        put_rows(&mut sections, Section::DownstreamAt, Section::Downstream, &mut downstream);
        let mut users = users.iter().map(Vec::as_slice);
        put_rows(&mut sections, Section::UsersAt, Section::Users, &mut users);
        let mut files = dag.files.iter().map(String::as_str);
        put_lines(&mut sections, Section::FileAt, Section::Files, &mut files);
        let mut plan = Vec::new();
        put(&mut plan, dag.plan.files.len());
        dag.plan.files.iter().for_each(|file| put_text(&mut plan, file));
        put(&mut plan, dag.plan.pools.len());
        for pool in &dag.plan.pools {
            put_text(&mut plan, &pool.name);
            // More steps than there can be are no limit.
            put(&mut plan, pool.most.min(u32::MAX as usize));
        }
        for source in (0..).map_while(|number| dag.plan.sources.get(number)) {
            put_text(&mut plan, source.path());
            put(&mut plan, texts.number(source.text()));
        }
        let mut texts = texts.list.iter().map(|text| &**text);
        put_lines(&mut sections, Section::TextAt, Section::Texts, &mut texts);
        sections[Section::Plan as usize] = plan;
        let (mut front, mut rest) = (Vec::new(), Vec::new());
        sections.iter().for_each(|section| put(&mut front, section.len()));
        let (of_front, of_rest) = sections.split_at(FRONT);
        of_front.iter().for_each(|section| front.extend_from_slice(section));
        of_rest.iter().for_each(|section| rest.extend_from_slice(section));
        (front, rest)
    }
}

fn put_ids(out: &mut Vec<u8>, ids: &[StepId]) {
    ids.iter().for_each(|id| put(out, id.0 as usize));
}

/// Adds the place where a section ends as yet, counted in `size` bytes.
fn put_end(sections: &mut [Vec<u8>; SECTIONS], at: Section, list: Section, size: usize) {
    let end = sections[list as usize].len() / size;
    put(&mut sections[at as usize], end);
}

fn put_rows(
    sections: &mut [Vec<u8>; SECTIONS],
    at: Section,
    list: Section,
    rows: &mut dyn Iterator<Item = &[StepId]>,
) {
    for row in rows {
        put_end(sections, at, list, 4);
        put_ids(&mut sections[list as usize], row);
    }
    put_end(sections, at, list, 4);
}

fn put_lines(
    sections: &mut [Vec<u8>; SECTIONS],
    at: Section,
    list: Section,
    lines: &mut dyn Iterator<Item = &str>,
) {
    for line in lines {
        put_end(sections, at, list, 1);
        sections[list as usize].extend_from_slice(line.as_bytes());
    }
    put_end(sections, at, list, 1);
}

/// Adds a step: its name and its section come first, as they are asked for alone.
fn put_step(out: &mut Vec<u8>, dag: &Dag, id: StepId, texts: &mut Texts) {
    let PlanStep { name, span, from, files, folder, work } = dag.step(id);
    put_text(out, name);
    let section = match work {
        Work::Import { .. } => IMPORT,
        Work::Transform { .. } => TRANSFORM,
        Work::Analyze { .. } => ANALYZE,
        Work::Check { .. } => CHECK,
        Work::Items { .. } => ITEMS,
        Work::Export { .. } => EXPORT,
    };
    put(out, section as usize);
    put_span(out, *span);
    put(out, texts.number(folder));
    for reference in from {
        put_text(out, &reference.name);
        put_span(out, reference.span);
    }
    put(out, files.len());
    for (pattern, matched) in files.iter().zip(dag.files(id)) {
        put_text(out, &pattern.pattern);
        put_span(out, pattern.span);
        put(out, matched.len());
        matched.iter().for_each(|file| put(out, file.0 as usize));
    }
    let fan_out;
    let rules;
    let ops: Vec<(&str, &str, &[usize])> = match work {
        Work::Import { kind, options } => vec![(kind.kind.name, options, &[])],
        Work::Export { kind, options, through, each } => {
            fan_out = each.as_ref().and_then(|each| serde_json::to_string(each).ok());
            let through = through.iter().map(|word| ("", word.as_str(), &[][..]));
            let each = fan_out.as_deref().map(|each| (FAN_OUT, each, &[][..]));
            let own = std::iter::once((kind.kind.name, options.as_str(), &[][..]));
            own.chain(each).chain(through).collect()
        }
        Work::Items { each } => {
            fan_out = serde_json::to_string(each).ok();
            fan_out.as_deref().map(|each| (FAN_OUT, each, &[][..])).into_iter().collect()
        }
        Work::Check { check } => {
            rules = check.to_json();
            vec![("", &*rules, &[])]
        }
        Work::Analyze { metrics, annotate } => {
            let annotate: &[usize] = if *annotate { &[1] } else { &[0] };
            let metrics = metrics.iter();
            metrics.map(|metric| (metric.kind.kind.name, &*metric.options, annotate)).collect()
        }
        Work::Transform { ops } => {
            ops.iter().map(|op| (op.kind.kind.name, &*op.options, &*op.others)).collect()
        }
    };
    put(out, ops.len());
    for (kind, options, others) in ops {
        put(out, texts.number(kind));
        put(out, texts.number(options));
        put(out, others.len());
        others.iter().for_each(|other| put(out, *other));
    }
}

/// Texts by number, each once.
#[derive(Default)]
struct Texts {
    list: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        self.list.push(text.clone());
        self.numbers.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }
}

fn put(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u32).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_span(out: &mut Vec<u8>, span: Span) {
    let Span { source, start, end } = span;
    [source, start, end].into_iter().for_each(|number| put(out, number as usize));
}
