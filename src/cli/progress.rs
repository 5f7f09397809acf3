//! What a build prints while it runs: a line for each step that did something, a progress bar on
//! a terminal, a summary at the end.

use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use layercake::engine::{Event, Outcome, Summary};

use super::Context;

/// The widest that names are padded to.
const WIDEST: usize = 48;

/// Shows a build.
pub struct Display<'a> {
    context: &'a Context,
    /// Whether to say why each step ran.
    explain: bool,
    /// Whether to keep quiet when nothing had to be done.
    is_repeat: bool,
    width: usize,
    bar: Option<ProgressBar>,
}

impl<'a> Display<'a> {
    /// `names` are the steps that may be shown.
    pub fn new<'n>(
        context: &'a Context,
        explain: bool,
        names: impl Iterator<Item = &'n str>,
    ) -> Display<'a> {
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0).min(WIDEST);
        Display { context, explain, is_repeat: false, width, bar: None }
    }

    /// Says nothing of a build that finds nothing to do.
    pub fn repeated(self) -> Display<'a> {
        Display { is_repeat: true, ..self }
    }

    /// Shows one event.
    pub fn show(&mut self, event: Event) {
        if self.context.common.json {
            return self.context.json(&event);
        }
        match event {
            Event::BuildStarted { steps, .. } => self.start(steps),
            Event::Waiting => {
                self.message("waiting for another layercake build of this project to end");
            }
            Event::StepStarted { step } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(step);
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
                ..
            } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
                self.step(&step, &kind, outcome, &why, microseconds);
                for diagnostic in &diagnostics {
                    self.suspended(|| self.context.report_one(diagnostic));
                }
                if omitted > 0 {
                    self.message(&super::report::omitted(omitted));
                }
            }
            Event::Notice { diagnostic } => {
                self.suspended(|| self.context.report_one(&diagnostic));
            }
            Event::BuildFinished { summary } => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                self.summary(&summary);
            }
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

    fn step(&self, name: &str, kind: &str, outcome: Outcome, why: &[String], microseconds: u64) {
        let common = &self.context.common;
        let is_shown = match outcome {
            Outcome::Reused => common.verbose,
            Outcome::Failed => true,
            _ => !common.quiet,
        };
        if !is_shown {
            return;
        }
        let style = match outcome {
            Outcome::Built => AnsiColor::Green.on_default(),
            Outcome::Restored => AnsiColor::Cyan.on_default(),
            Outcome::Stale | Outcome::Skipped => AnsiColor::Yellow.on_default(),
            Outcome::Failed => AnsiColor::Red.on_default().bold(),
            Outcome::Reused => Style::new().dimmed(),
        };
        let word = outcome.word();
        let dim = Style::new().dimmed();
        let width = self.width;
        let mut line = format!("{style}{word:<8}{style:#}  {name:<width$}  {dim}({kind}){dim:#}");
        if common.verbose && microseconds > 0 {
            line += &format!("  {dim}{}{dim:#}", duration(microseconds));
        }
        self.line(&line);
        if self.explain {
            for reason in why {
                self.line(&format!("          {dim}because{dim:#} {reason}"));
            }
        }
    }

    fn summary(&self, summary: &Summary) {
        let common = &self.context.common;
        let did = summary.built + summary.restored + summary.stale;
        if common.quiet || self.is_repeat && did == 0 && summary.is_success() {
            return;
        }
        let took = duration(summary.microseconds);
        if did == 0 && summary.is_success() {
            let noun = if summary.reused == 1 { "step is" } else { "steps are" };
            return self.line(&format!("nothing to do: {} {noun} fresh ({took})", summary.reused));
        }
        let parts = [
            (summary.built, "built"),
            (summary.restored, "restored"),
            (summary.stale, "stale"),
            (summary.reused, "reused"),
            (summary.failed, "failed"),
            (summary.skipped, "skipped"),
        ];
        let counted = parts.iter().filter(|(count, _)| *count > 0);
        let said: Vec<String> = counted.map(|(count, word)| format!("{count} {word}")).collect();
        self.line(&format!("{} in {took}", said.join(", ")));
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

/// Writes a duration for people.
pub fn duration(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..100_000 => format!("{:.1} ms", microseconds as f64 / 1e3),
        100_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{:.2} s", microseconds as f64 / 1e6),
    }
}
