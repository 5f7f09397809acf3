//! What a build prints while it runs: a line for each step that did something, a progress bar on
//! a terminal, a summary at the end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use layercake::dag::Dag;
use layercake::diagnostic::{Diagnostic, Severity};
use layercake::engine::{Event, Listener, Outcome, StepTime, Summary};

use super::Context;
use super::repeated::Repeated;

/// The widest that names are padded to.
const WIDEST: usize = 48;
/// How many warnings, and how many errors, are shown of a build; the rest are counted.
const MOST_SHOWN: usize = 20;
/// How long a build takes, in microseconds, before anybody asks what took so long.
const WORTH_A_WHY: u64 = 1_000_000;
/// How many of the steps that run are named.
const MOST_RUNNING: usize = 3;
/// How many steps of a critical path are named.
const MOST_OF_PATH: usize = 8;

/// Shows a build.
pub struct Display<'a> {
    context: &'a Context,
    /// Whether to say why each step ran.
    explain: bool,
    /// Whether to keep quiet when nothing had to be done.
    is_repeat: bool,
    /// Whether outputs are only checked, so that what is built on the way is nobody's concern.
    is_check: bool,
    width: usize,
    /// How many warnings and errors there were.
    warnings: usize,
    errors: usize,
    /// What exports were warned of.
    repeated: Repeated,
    bar: Option<ProgressBar>,
    /// The steps that run, in the order they started, where a bar names them.
    running: Vec<String>,
}

impl<'a> Display<'a> {
    /// Makes a display that has nothing to show yet.
    pub fn new(context: &'a Context, explain: bool) -> Display<'a> {
        Display {
            context,
            explain,
            is_repeat: false,
            is_check: false,
            width: 0,
            warnings: 0,
            errors: 0,
            repeated: Repeated::default(),
            bar: None,
            running: Vec::new(),
        }
    }

    /// Says nothing of a build that finds nothing to do.
    pub fn repeated(self) -> Display<'a> {
        Display { is_repeat: true, ..self }
    }

    /// Says only what is not as it should be.
    pub fn checking(self) -> Display<'a> {
        Display { is_check: true, ..self }
    }

    /// Shows one event.
    fn show(&mut self, event: Event) {
        if self.context.common.json {
            return self.context.json(&event);
        }
        match event {
            Event::BuildStarted { steps, .. } => self.start(steps),
            Event::Waiting { process } => self.message(&waiting_for(process)),
            Event::Stopping { running } => {
                let steps = if running == 1 { "step that runs" } else { "steps that run" };
                self.message(&format!("stopping after the {steps}; Ctrl-C again ends it at once"));
            }
            Event::Span { .. } => {}
            Event::StepStarted { step } => {
                if let Some(bar) = &self.bar {
                    self.running.push(step);
                    bar.set_message(running(&self.running));
                }
            }
            Event::StepFinished {
                step,
                kind,
                outcome,
                why,
                microseconds,
                diagnostics,
                omitted,
                findings,
                ..
            } => {
                if let Some(bar) = &self.bar {
                    self.running.retain(|other| *other != step);
                    bar.inc(1);
                    bar.set_message(running(&self.running));
                }
                let word = if findings > 0 { "failed" } else { outcome.word() };
                self.step(&step, &kind, outcome, word, &why, microseconds);
                for diagnostic in &diagnostics {
                    // What is shown beside lines is shown beside each.
                    let is_each =
                        self.context.common.verbose || self.context.common.annotate.is_some();
                    if is_each || !self.repeated.is_told(diagnostic, &step, &kind) {
                        self.diagnostic(diagnostic);
                    }
                }
                if omitted > 0 {
                    self.message(&super::report::omitted(omitted, ""));
                }
            }
            Event::Notice { diagnostic } => self.diagnostic(&diagnostic),
            Event::BuildFinished { summary } => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                for line in self.repeated.lines() {
                    self.message(&line);
                }
                self.summary(&summary);
            }
        }
    }

    /// Shows a problem, unless too many like it have been shown.
    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST_SHOWN || self.context.common.verbose {
            self.suspended(|| self.context.report_one(diagnostic));
        }
    }

    fn start(&mut self, steps: usize) {
        let common = &self.context.common;
        if common.quiet || !self.context.terminal.is_interactive() {
            return;
        }
        let bar = ProgressBar::with_draw_target(
            Some(steps as u64),
            ProgressDrawTarget::stderr_with_hz(12),
        );
        let template = "{bar:24.green/dim} {pos}/{len} {elapsed:.dim} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━╌"));
        }
        // A build that is over at once shows no bar.
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    /// Shows the end of a step; `word` says how it ended.
    fn step(
        &self,
        name: &str,
        kind: &str,
        outcome: Outcome,
        word: &str,
        why: &[String],
        microseconds: u64,
    ) {
        let common = &self.context.common;
        let is_shown = match outcome {
            _ if word == "failed" => true,
            Outcome::Reused | Outcome::Skipped => common.verbose,
            Outcome::Failed => true,
            Outcome::Built if self.is_check => common.verbose,
            _ => !common.quiet,
        };
        if !is_shown {
            return;
        }
        let style = style(word);
        let dim = Style::new().dimmed();
        let width = self.width;
        let mut line = format!("{style}{word:<8}{style:#}  {name:<width$}  {dim}({kind}){dim:#}");
        if common.verbose && microseconds > 0 {
            line += &format!("  {dim}{}{dim:#}", duration(microseconds));
        }
        self.line(&line);
        if self.explain || self.is_check && outcome == Outcome::Stale {
            for reason in why {
                self.line(&format!("          {dim}because{dim:#} {reason}"));
            }
        }
    }

    fn summary(&self, summary: &Summary) {
        let common = &self.context.common;
        let did = summary.built + summary.restored + summary.stale + summary.unsure + summary.kept;
        if common.quiet || self.is_repeat && did == 0 && summary.is_success() {
            return;
        }
        let hidden = self.warnings.max(self.errors).saturating_sub(MOST_SHOWN);
        if hidden > 0 && !common.verbose {
            self.message("… and more of these; `--verbose` shows all of them\n");
        }
        let took = duration(summary.microseconds);
        let warned = match summary.warnings {
            0 => String::new(),
            1 => ", 1 warning".to_owned(),
            count => format!(", {count} warnings"),
        };
        if self.is_check && summary.stale == 0 && summary.is_success() {
            return self.line(&format!("every output is as it should be{warned} ({took})"));
        }
        if did == 0 && summary.is_success() {
            let noun = if summary.reused == 1 { "step is" } else { "steps are" };
            let reused = summary.reused;
            return self.line(&format!("nothing to do: {reused} {noun} fresh{warned} ({took})"));
        }
        let parts = [
            (summary.built, "built"),
            (summary.restored, "restored"),
            (summary.stale, "stale"),
            (summary.unsure, "unsure"),
            (summary.reused, "reused"),
            (summary.kept, "kept"),
            (summary.failed, "failed"),
            (summary.skipped, "skipped"),
            (summary.findings, if summary.findings == 1 { "finding" } else { "findings" }),
        ];
        let counted = parts.iter().filter(|(count, _)| *count > 0);
        let said: Vec<String> = counted.map(|(count, word)| format!("{count} {word}")).collect();
        let is_stopped = self.context.stop.load(Ordering::Relaxed);
        let stopped = if is_stopped { "interrupted: " } else { "" };
        self.line(&format!("{stopped}{}{warned} in {took}", said.join(", ")));
        if common.verbose || summary.microseconds >= WORTH_A_WHY {
            self.critical_path(&summary.critical_path);
        }
    }

    /// Says what a build waited for most, which more threads would not have made shorter.
    fn critical_path(&self, path: &[StepTime]) {
        if path.is_empty() {
            return;
        }
        let mut said: Vec<String> = path.iter().map(|at| at.step.clone()).collect();
        if said.len() > MOST_OF_PATH {
            let half = MOST_OF_PATH / 2;
            let left = said.len() - 2 * half;
            said.splice(half..half + left, [format!("… {left} more …")]);
        }
        let took = duration(path.iter().map(|at| at.microseconds).sum());
        self.line(&format!("critical path: {}, {took}", said.join(" → ")));
    }

    fn line(&self, line: &str) {
        self.suspended(|| self.context.terminal.line(line));
    }

    fn message(&self, line: &str) {
        self.suspended(|| self.context.terminal.error_line(line));
    }

    /// Prints while the bar is out of the way.
    fn suspended(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Listener for Display<'_> {
    fn begins(&mut self, dag: &Dag) {
        self.context.handle_interrupts();
        let names = dag.plan.steps.iter().map(|step| step.name.chars().count());
        self.width = names.max().unwrap_or(0).min(WIDEST);
        if let Some(bar) = &self.bar {
            // All others are fresh, as is known already.
            bar.set_position(bar.length().unwrap_or(0).saturating_sub(dag.step_count() as u64));
        }
    }

    fn hear(&mut self, event: Event) {
        if matches!(event, Event::Waiting { .. }) {
            self.context.handle_interrupts();
        }
        self.show(event);
    }
}

/// Names the steps that run: the one that has run longest first.
fn running(steps: &[String]) -> String {
    let (named, rest) = steps.split_at(steps.len().min(MOST_RUNNING));
    let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
    named.join(", ") + &more
}

/// Returns the look of the word for how a step ended.
pub fn style(outcome: &str) -> Style {
    match outcome {
        "built" => AnsiColor::Green.on_default(),
        "restored" => AnsiColor::Cyan.on_default(),
        "stale" | "unsure" | "skipped" | "kept" => AnsiColor::Yellow.on_default(),
        "failed" => AnsiColor::Red.on_default().bold(),
        _ => Style::new().dimmed(),
    }
}

/// Says whose end is waited for.
pub fn waiting_for(process: Option<u32>) -> String {
    let which = process.map_or_else(String::new, |id| format!(" (process {id})"));
    format!("waiting for another layercake{which} to end its build")
}

/// Writes a duration for people.
pub fn duration(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..100_000 => format!("{:.1} ms", microseconds as f64 / 1e3),
        100_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{:.2} s", microseconds as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_running_steps_are_named() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(running(&names[..0]), "");
        assert_eq!(running(&names[..2]), "a, b");
        assert_eq!(running(&names), "a, b, c, and 2 more");
    }
}
