//! `layercake doctor`.

use anstyle::AnsiColor;
use layercake::doctor::{self, Finding, Verdict};
use layercake::error::Error;

use super::{Context, Exit};

pub fn run(context: &Context) -> Result<Exit, Error> {
    let common = &context.common;
    let plan = common.plan.as_deref();
    let findings = doctor::examine(context.folder(), plan, common.set.clone(), &context.disk);
    for finding in &findings {
        if common.json {
            // Findings are structs of texts, which JSON can always hold.
            context.terminal.line(&serde_json::to_string(finding).unwrap_or_default());
        } else if !common.quiet || finding.verdict != Verdict::Ok {
            show(context, finding);
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (problems, warnings) = (count(Verdict::Problem), count(Verdict::Warning));
    if !common.quiet && !common.json {
        let plural = |count| if count == 1 { "" } else { "s" };
        context.terminal.line(&match (problems, warnings) {
            (0, 0) => "all is well".to_owned(),
            (0, _) => format!("{warnings} warning{}", plural(warnings)),
            (_, 0) => format!("{problems} problem{}", plural(problems)),
            _ => format!(
                "{problems} problem{}, {warnings} warning{}",
                plural(problems),
                plural(warnings)
            ),
        });
    }
    Ok(if problems == 0 { Exit::Success } else { Exit::Failed })
}

fn show(context: &Context, finding: &Finding) {
    let (word, style) = match finding.verdict {
        Verdict::Ok => ("ok", AnsiColor::Green.on_default()),
        Verdict::Warning => ("warning", AnsiColor::Yellow.on_default()),
        Verdict::Problem => ("problem", AnsiColor::Red.on_default().bold()),
    };
    context.terminal.line(&format!("{style}{word:<8}{style:#}  {}", finding.message));
    for help in &finding.help {
        context.terminal.line(&format!("          help: {help}"));
    }
}
