//! What users of older templates may rely on.

use super::*;
use crate::graph::{EdgeRow, Graph, GraphBuilder, Layer, NodeRow};

fn graph() -> Graph {
    let mut builder = GraphBuilder::default();
    builder.layer(Layer { label: "UI".to_owned(), ..Layer::plain("ui") });
    for (id, parent) in [("p", None), ("a", Some("p")), ("b", Some("p")), ("c", None)] {
        builder.node(NodeRow { id, parent, layer: Some("ui"), ..NodeRow::default() });
    }
    for (source, target, label) in [("a", "b", "x < y"), ("b", "c", ""), ("c", "a", "")] {
        builder.edge(EdgeRow { source, target, label, ..EdgeRow::default() });
    }
    builder.finish().graph
}

fn run(template: &str, partials: &[(&str, &str)]) -> Result<String, Box<Diagnostic>> {
    let file = |text: &str| InputFile { path: "t.hbs".into(), bytes: text.as_bytes().into() };
    let named = partials.iter().map(|(name, _)| ((*name).to_owned(), "p.hbs".to_owned()));
    let options =
        HandlebarsOptions { template: "t.hbs".to_owned(), partials: named.collect(), title: None };
    let files: Vec<InputFile> =
        [template].into_iter().chain(partials.iter().map(|(_, text)| *text)).map(file).collect();
    let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
    let from = [NamedGraph::new("g", graph())];
    let done = on_a_big_stack(&mut problems, |problems| {
        write(&options, &from, &files, 20_000, &mut out, problems)
    });
    match done {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(Failed) => Err(Box::new(problems.list.remove(0))),
    }
}

fn check(template: &str, expected: &str) {
    assert_eq!(run(template, &[]).as_deref(), Ok(expected), "{template}");
}

fn fails(template: &str, message: &str, line: usize) {
    let problem = run(template, &[]).unwrap_err();
    assert_eq!(
        (problem.message.as_str(), problem.labels[0].at.line),
        (message, line),
        "{template}"
    );
}

#[test]
fn lists_are_gone_through_with_names_or_without() {
    check("{{#each flow_nodes}}{{id}}{{#unless @last}},{{/unless}}{{/each}}", "a,b,c");
    check("{{#each flow_nodes as |n at|}}{{at}}{{n.id}}{{@index}} {{/each}}", "0a0 1b1 2c2 ");
    check(
        "{{#each layers as |layer key|}}{{key}}={{layer.label}}{{#each ../flow_nodes}}{{../id}}{{id}}{{/each}}{{/each}}",
        "ui=UIuiauibuic",
    );
    check(
        "{{#each nodes}}x{{else}}none{{/each}}{{#with layers.ui}}{{this.label}}{{/with}}",
        "noneUI",
    );
    check(
        "{{flow_nodes.[0].id}}{{hierarchy_tree.1.children.0.id}}{{@root.flow_nodes.1.id}}",
        "aab",
    );
}

#[test]
fn conditions_and_helpers_decide() {
    check("{{#if (eq flow_nodes.0.id \"a\")}}yes{{else}}no{{/if}}", "yes");
    check("{{#if nothing}}1{{else if (gt (len flow_nodes) 2)}}2{{else}}3{{/if}}", "2");
    check(
        "{{#each flow_edges}}{{#if (exists label)}}{{label}}|{{{label}}}{{else}}-{{/if}}{{/each}}",
        "x &lt; y|x < y--",
    );
    check(
        "{{sanitize_id \"a b\"}} {{yaml_quote \"a\"}} {{layer_bg_color \"ui\"}}",
        "a_b &quot;a&quot; 222222",
    );
    check(
        "{{{dot_render_tree hierarchy_tree}}}",
        "  \"c\" [label=\"c\"];\n  subgraph \"cluster_p\" {\n    label=\"p\";\n    \"a\" [label=\"a\"];\n    \"b\" [label=\"b\"];\n  }\n",
    );
}

#[test]
fn tags_on_lines_of_their_own_leave_none() {
    check("a\n  {{#each layers}}\n  {{id}}\n  {{/each}}\n{{! no }}\nb\n", "a\n  ui\nb\n");
    check("a {{~#if true~}} b {{~/if~}} c", "abc");
    check("{{!-- {{x}} --}}x", "x");
}

#[test]
fn partials_are_put_in_with_their_indent() {
    let text = run(
        "  {{> row flow_nodes.0}}\n{{#each flow_nodes}}{{> row}}{{/each}}",
        &[("row", "{{id}}\n-\n")],
    );
    assert_eq!(text.as_deref(), Ok("  a\n  -\na\n-\nb\n-\nc\n-\n"));
    let tree = "{{#*inline \"node\"}}\n{{id}}\n{{#each children}}\n{{> node}}\n{{/each}}\n{{/inline}}\n{{#each hierarchy_tree}}\n{{> node}}\n{{/each}}\n";
    check(tree, "c\np\na\nb\n");
}

#[test]
fn what_is_wrong_is_told_at_its_line() {
    fails("a\n{{#if x}}", "the block `if` is not ended", 2);
    fails("a\n{{#if x}}\n{{/each}}", "`/each` does not end the block `if`", 3);
    fails("{{x", "the tag is not closed", 1);
    fails("\n\n{{foo 1}}", "there is no helper `foo` here", 3);
    fails("{{> foo}}", "there is no partial `foo`", 1);
    fails("{{else}}", "`else` ends or parts no block", 1);
}

#[test]
fn a_runaway_template_is_stopped() {
    fails(
        "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}",
        "blocks and partials nest deeper than 200",
        1,
    );
    let deep = format!("{}{}", "{{#each @root.flow_nodes}}".repeat(60), "{{/each}}".repeat(60));
    fails(&deep, "the template does more work than it may", 1);
    let deep = "{{#if x}}".repeat(100_000);
    fails(&deep, "blocks nest deeper than 100", 1);
    let deep = format!("{{{{x {}}}}}", "(eq ".repeat(100_000));
    fails(&deep, "helpers nest deeper than 100", 1);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "([{}#/^>!~ ax.@\"|()]|\\{\\{|\\}\\}|each|if|else|flow_nodes|\n){0,40}") {
        let _ = run(&text, &[]);
    }
}
