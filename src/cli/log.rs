//! `layercake log`.

use std::collections::BTreeSet;

use anstyle::Style;
use layercake::diagnostic::Diagnostic;
use layercake::error::Error;
use layercake::graph::Date;
use layercake::store::{BuildRecord, History, StepEnd, Store};
use serde_json::{Value, json};

use super::args::Log;
use super::progress::{duration, style};
use super::{Context, Exit};

/// How long a list of targets is shown, in characters.
const LONGEST: usize = 60;

pub fn run(context: &Context, arguments: &Log) -> Result<Exit, Error> {
    let project = context.project()?;
    let (history, damage) =
        Store::new(&project.folder, &project.plan, context.disk.clone()).history();
    if let Some(damage) = damage {
        context.report_one(&Diagnostic::warning("store", damage));
    }
    if let Some(number) = arguments.build {
        return Ok(show(context, &history, number));
    }
    let Some(known) = history.numbers() else {
        if !context.common.json {
            context.terminal.line("no builds so far");
        }
        return Ok(Exit::Success);
    };
    let names = arguments.target.as_deref().map(|name| context.candidates(&project, name));
    let is_shown = |build: &BuildRecord| {
        names
            .as_ref()
            .is_none_or(|names| build.steps.iter().any(|end| end.is_made() && is_named(names, end)))
    };
    let builds: Vec<BuildRecord> =
        history.newest_first().filter(is_shown).take(arguments.limit).collect();
    if builds.is_empty()
        && let Some(target) = &arguments.target
        && arguments.limit > 0
    {
        context.report_one(&nobody_made(&history, target));
        return Ok(Exit::Usage);
    }
    if context.common.json {
        builds.iter().for_each(|build| context.terminal.line(&head(build).to_string()));
        return Ok(Exit::Success);
    }
    let width = known.1.to_string().len();
    let counts: Vec<String> = builds.iter().map(counts).collect();
    let counts_width = counts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    for (build, counts) in builds.iter().zip(&counts) {
        let (number, took) = (build.number, duration(build.microseconds));
        let (time, asked) = (time(build.time), shortened(asked(build)));
        let line = format!("{number:>width$}  {time}  {counts:<counts_width$}  {took:>8}  {asked}");
        context.terminal.line(&line);
    }
    Ok(Exit::Success)
}

/// Returns whether one of some names is that of a step, or of a folder that its output is in.
pub fn is_named(names: &[String], end: &StepEnd) -> bool {
    names.iter().any(|name| match name.ends_with('/') {
        true => end.is_export() && end.step.starts_with(name.as_str()),
        false => end.step == *name,
    })
}

/// Shows one build in full.
fn show(context: &Context, history: &History, number: u64) -> Exit {
    let Some(build) = history.build(number) else {
        let problem = Diagnostic::error("unknown-build", format!("there is no build {number}"));
        context.report_one(&match history.numbers() {
            None => problem.note("no build of this project is in its history"),
            Some((first, last)) if first == last => {
                problem.help(format!("the only build there is has the number {first}"))
            }
            Some((first, last)) => problem
                .help(format!("there are builds {first} to {last}; `layercake log` shows them")),
        });
        return Exit::Usage;
    };
    if context.common.json {
        let mut value = head(&build);
        value["steps"] = build.steps.iter().map(step).collect();
        context.terminal.line(&value.to_string());
        return Exit::Success;
    }
    let print = |line: &str| context.terminal.line(line);
    print(&format!("build {number} of {}, by layercake {}", time(build.time), build.version));
    print(&format!("asked for {}", asked(&build)));
    print(&format!("{} in {}", counts(&build), duration(build.microseconds)));
    let width = build.steps.iter().map(|end| end.step.chars().count()).max().unwrap_or(0).min(48);
    let dim = Style::new().dimmed();
    for end in &build.steps {
        let StepEnd { step, kind, outcome, .. } = end;
        let style = style(outcome);
        let mut line =
            format!("{style}{outcome:<8}{style:#}  {step:<width$}  {dim}({kind}){dim:#}");
        if end.microseconds > 0 {
            line += &format!("  {}", duration(end.microseconds));
        }
        if let Some(digest) = end.digest {
            line += &format!("  {dim}{}{dim:#}", digest.short());
        }
        print(&line);
        for why in &end.why {
            print(&format!("          {dim}because{dim:#} {why}"));
        }
        if !end.error.is_empty() {
            print(&format!("          {style}error{style:#} {}", end.error));
        }
    }
    Exit::Success
}

/// Says that no build made a step.
fn nobody_made(history: &History, target: &str) -> Diagnostic {
    let builds = history.newest_first();
    let names: BTreeSet<String> =
        builds.flat_map(|build| build.steps).map(|end| end.step).collect();
    Diagnostic::error("unknown-target", format!("no build made `{target}`"))
        .did_you_mean(target, names.iter().map(String::as_str))
}

/// Returns all about a build but its steps.
fn head(build: &BuildRecord) -> Value {
    let pairs = |pairs: &mut dyn Iterator<Item = (String, Value)>| Value::Object(pairs.collect());
    let sets = build.overrides.iter().map(|(name, value)| (name.clone(), json!(value)));
    let counts = build.counts.iter().map(|(word, count)| (word.clone(), json!(count)));
    json!({
        "build": build.number,
        "time": iso(build.time),
        "version": build.version,
        "plan": build.plan,
        "targets": build.targets,
        "set": pairs(&mut sets.into_iter()),
        "keep_going": build.keep_going,
        "microseconds": build.microseconds,
        "counts": pairs(&mut counts.into_iter()),
        "warnings": build.warnings,
    })
}

fn step(end: &StepEnd) -> Value {
    let mut value = json!({
        "step": end.step,
        "kind": end.kind,
        "outcome": end.outcome,
        "why": end.why,
        "microseconds": end.microseconds,
    });
    if let Some(digest) = end.digest {
        value["digest"] = json!(digest);
    }
    if let Some(before) = end.before {
        value["before"] = json!(before);
    }
    if !end.error.is_empty() {
        value["error"] = json!(end.error);
    }
    value
}

/// Says how many steps ended in which way.
fn counts(build: &BuildRecord) -> String {
    let counts = build.counts.iter().map(|(word, count)| match (&**word, count) {
        ("findings", 1) => "1 finding".to_owned(),
        _ => format!("{count} {word}"),
    });
    let warnings = match build.warnings {
        0 => None,
        1 => Some("1 warning".to_owned()),
        count => Some(format!("{count} warnings")),
    };
    counts.chain(warnings).collect::<Vec<_>>().join(", ")
}

/// Says what a build was asked for.
fn asked(build: &BuildRecord) -> String {
    let mut words = match build.targets.is_empty() {
        true => vec!["every step".to_owned()],
        false => build.targets.clone(),
    };
    if build.keep_going {
        words.push("--keep-going".to_owned());
    }
    words.extend(build.overrides.iter().map(|(name, value)| format!("--set {name}={value}")));
    let words = words.join(" ");
    match words.contains(char::is_control) {
        true => words.escape_debug().to_string(),
        false => words,
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Writes a time in nanoseconds since 1970 for people, by Greenwich.
pub fn time(nanoseconds: i64) -> String {
    let seconds = nanoseconds.div_euclid(1_000_000_000);
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let date = Date::from_days(day as i32);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

/// Writes a time for programs (ISO 8601).
pub fn iso(nanoseconds: i64) -> String {
    time(nanoseconds).replace(' ', "T") + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_greenwich() {
        assert_eq!(time(0), "1970-01-01 00:00:00");
        assert_eq!(time(1_795_249_812_999_999_999), "2026-11-21 08:30:12");
        assert_eq!(iso(-1), "1969-12-31T23:59:59Z");
    }
}
