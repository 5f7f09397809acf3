//! `pools:`: how many steps of a kind may run at once.

use super::resolve::{Place, Resolver};
use super::{Pool, Work};
use crate::diagnostic::Diagnostic;
use crate::registry;
use crate::tree::{Tree, TreeNode};

impl Pool {
    /// Returns whether a step that does this runs within the pool.
    pub fn holds(&self, work: &Work) -> bool {
        let section = work.section();
        let is_meant = |kind: &str| match self.name.split_once(' ') {
            Some((of, name)) => of == section && name == kind,
            None => self.name == kind,
        };
        match work {
            Work::Import { kind, .. } => is_meant(kind.kind.name),
            Work::Transform { ops } => ops.iter().any(|op| is_meant(op.kind.kind.name)),
            Work::Analyze { metrics, .. } => {
                metrics.iter().any(|metric| is_meant(metric.kind.kind.name))
            }
            Work::Check { check } => check.rules.iter().any(|rule| is_meant(&rule.kind)),
            Work::Items { .. } => false,
            Work::Export { kind, .. } => is_meant(kind.kind.name),
        }
    }

    /// Returns every name that a pool can have: each kind, alone and after its section.
    pub fn names() -> Vec<String> {
        let importers = registry::importers().iter().map(|kind| ("import", kind.kind.name));
        let transforms = registry::transforms().iter().map(|kind| ("transform", kind.kind.name));
        let analyses = registry::analyses().iter().map(|kind| ("analyze", kind.kind.name));
        let rules = registry::rules().iter().map(|kind| ("check", kind.kind.name));
        let exporters = registry::exporters().iter().map(|kind| ("export", kind.kind.name));
        let kinds: Vec<_> =
            importers.chain(transforms).chain(analyses).chain(rules).chain(exporters).collect();
        let mut names: Vec<String> = kinds.iter().map(|(_, kind)| (*kind).to_owned()).collect();
        names.extend(kinds.iter().map(|(section, kind)| format!("{section} {kind}")));
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

impl Resolver<'_> {
    /// Reads the pools of a plan. Only those of the outermost one count: what is included runs on
    /// the machine of whoever includes it.
    pub(super) fn pools(&mut self, place: &Place, tree: &Tree) {
        let Some((key, pools)) = tree.entry("pools") else { return };
        if pools.is_null() {
            return;
        }
        if !matches!(pools.node, TreeNode::Map(_)) {
            let message = "`pools` is a map from kinds of step to how many may run at once";
            self.is_map(&key.clone(), pools, message);
            return;
        }
        let known = Pool::names();
        for (key, value) in pools.entries() {
            if !known.contains(&key.text) {
                let problem = Diagnostic::error(
                    "unknown-kind",
                    format!("there is no kind of step `{}`", key.text),
                )
                .at(self.excerpt(key.span), "not known here")
                .did_you_mean(&key.text, known.iter().map(String::as_str));
                self.push(
                    problem
                        .note("a pool is named as a build prints the kind: of `(export dot)`, `dot` or `export dot`"),
                );
                continue;
            }
            let most = value.text().and_then(|text| text.parse().ok()).filter(|most| *most >= 1);
            let Some(most) = most else {
                let span = if value.is_null() { key.span } else { value.span };
                let found = value.describe();
                self.push(
                    Diagnostic::error("wrong-value", "a pool is a whole number, 1 or more")
                        .at(self.excerpt(span), format!("this is {found}"))
                        .help("write how many steps of the kind may run at once"),
                );
                continue;
            };
            if place.is_outermost() {
                self.plan.pools.push(Pool { name: key.text.clone(), most });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{problems, read};

    #[test]
    fn a_pool_holds_the_steps_of_its_kind_by_either_name() {
        let text = "pools: { template: 1, export dot: 2, labels: 3 }\n\
                    import: { g: { nodes: n.csv } }\n\
                    transform: { t: { from: g, ops: [invert, labels: { max_length: 3 }] } }\n\
                    export: { a.dot: { from: g }, a.md: { from: g, template: t } }";
        let (plan, told) = read(&[("p.yaml", text)]);
        assert!(told.is_empty(), "{told:?}");
        let held = |name: &str| {
            let pool = plan.pools.iter().find(|pool| pool.name == name).unwrap();
            let steps = plan.steps.iter().filter(|step| pool.holds(&step.work));
            (pool.most, steps.map(|step| step.name.as_str()).collect::<Vec<_>>())
        };
        assert_eq!(held("template"), (1, vec!["a.md"]));
        assert_eq!(held("export dot"), (2, vec!["a.dot"]));
        assert_eq!(held("labels"), (3, vec!["t"]));
    }

    #[test]
    fn a_pool_that_cannot_be_is_told_at_its_place() {
        let check = |pools: &str| problems(&[("p.yaml", &format!("version: 1\npools: {pools}"))]);
        assert_eq!(
            check("{ tempate: 1 }"),
            ["unknown-kind p.yaml:2 there is no kind of step `tempate` (did you mean `template`?)"]
        );
        assert_eq!(
            check("{ import template: 1 }"),
            ["unknown-kind p.yaml:2 there is no kind of step `import template` \
              (did you mean `export template`?)"]
        );
        for value in ["0", "-1", "1.5", "many", "[1]", "", "{}", "99999999999999999999999"] {
            let told = check(&format!("{{ dot: {value} }}"));
            assert_eq!(told, ["wrong-value p.yaml:2 a pool is a whole number, 1 or more"]);
        }
        assert_eq!(check("3").len(), 1);
        assert_eq!(check("[dot]").len(), 1);
        assert!(check("").is_empty() && check("{}").is_empty());
    }

    #[test]
    fn pools_of_included_plans_are_checked_and_do_not_count() {
        let check = |inner: &str| {
            read(&[("p.yaml", "pools: { dot: 4 }\ninclude: { a: a.yaml }"), ("a.yaml", inner)])
        };
        let (plan, told) = check("pools: { dot: 1, csv: 1 }");
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(plan.pools.len(), 1);
        assert_eq!(plan.pools[0].most, 4);
        assert_eq!(check("pools: { dto: 1 }").1.len(), 1);
    }
}
