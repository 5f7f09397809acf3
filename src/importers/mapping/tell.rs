//! What is said of rules that find nothing, or too much.

use super::apply::{Apply, Fields};
use super::options::{Each, Preset};
use super::unfound;
use super::value::Made;
use crate::diagnostic::{Diagnostic, Severity};

impl Apply<'_, '_, '_> {
    pub(super) fn tell_of_nothing(&mut self, each: &Each) {
        let error = Diagnostic::error("nothing-found", format!("`{}` finds nothing", each.text));
        let error = match self.files.iter().find_map(|select| {
            let root = *select.data.roots.first()?;
            let stop = select.stop(&each.path, root, root)?;
            Some((select, stop))
        }) {
            None => error,
            Some((select, stop)) => {
                let place = select.data.place(stop.items.first().copied().unwrap_or_default());
                unfound::explain(select.data, &stop, error, &self.draft.excerpt_with(place)())
            }
        };
        self.draft.report.file(error.note("`optional: true` in a rule says that this is fine"));
    }

    pub(super) fn tell_of_unfound(&mut self, fields: &Fields<'_>, count: usize) {
        for (field, unfound) in fields {
            let Some((values, at)) = unfound.first() else { continue };
            let written: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
            let items = if count == 1 {
                "the one item".to_owned()
            } else {
                format!("any of {count} items")
            };
            let message = format!("`{field}: {}` finds nothing in {items}", written.join(", "));
            let is_end = matches!(*field, "source" | "target");
            let why = unfound::why(&self.files[at.file], values, at);
            let excerpt = self.draft.excerpt_with(self.place(at))();
            let problem = |severity| {
                let problem = Diagnostic::new(severity, "nothing-found", message.clone());
                why(problem.at(excerpt.clone(), "")).note(
                    "a `?` at its end says that this is fine; a text as it is stands in quotes",
                )
            };
            match is_end {
                true => self.draft.report.row(problem),
                false => self.draft.report.warn_with(|| problem(Severity::Warning)),
            }
        }
    }

    pub(super) fn tell_of_several(&mut self, made: &Made) {
        let excerpt = self.draft.excerpt_with(made.place);
        let message = format!("several nodes have the name `{}`", made.text);
        self.draft.report.row(|severity| {
            Diagnostic::new(severity, "ambiguous-name", message)
                .at(excerpt(), "")
                .help("name it by its id")
        });
    }

    pub(super) fn tell_if_empty(&mut self, rules: &Preset, items: usize) {
        if let Some(select) = self.files.iter().find(|select| select.is_exhausted()) {
            let place = select.data.place(0) as usize;
            let message = "the paths look at too many values of this file";
            let error = self.draft.error(place, "too-many-values", message);
            let help = "`..` and filters within `each` are costly; name what is in between";
            self.draft.report.file(error.help(help));
        } else if items == 0
            && !self.draft.report.has_failed()
            && let Some(rule) = rules.nodes.first()
        {
            self.tell_of_nothing(&rule.each);
        }
    }
}
