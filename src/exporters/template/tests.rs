//! What users of templates may rely on.

use super::*;
use crate::graph::{EdgeRow, Graph, GraphBuilder, Layer, NodeRow};

const LITTLE: Limits = Limits { work: 20_000, output: 1 << 20 };

fn graph() -> Graph {
    let mut builder = GraphBuilder::default();
    builder.layer(Layer { label: "The UI".to_owned(), ..Layer::plain("ui") });
    for (id, parent) in [("a", None), ("b", Some("a")), ("c", Some("b")), ("z", None)] {
        builder.node(NodeRow { id, parent, layer: Some("ui"), ..NodeRow::default() });
    }
    for (source, target) in [("z", "c"), ("z", "b")] {
        builder.edge(EdgeRow { source, target, label: "calls", ..EdgeRow::default() });
    }
    builder.finish().graph
}

fn options(template: &str) -> TemplateOptions {
    serde_json::from_value(serde_json::json!({ "template": template })).unwrap()
}

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.into(), bytes: text.as_bytes().into() }
}

fn run(
    options: &TemplateOptions,
    files: &[(&str, &str)],
    limits: Limits,
) -> Result<String, Vec<Diagnostic>> {
    let files: Vec<InputFile> = files.iter().map(|(path, text)| file(path, text)).collect();
    let from = [NamedData { name: "g".into(), data: graph().into() }];
    let (mut out, mut problems) = (Vec::new(), Diagnostics::default());
    let result = on_a_big_stack(&mut problems, |problems| {
        render(options, &from, &files, limits, &mut out, problems)
    });
    match result {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(Failed) => Err(problems.list),
    }
}

fn check(template: &str, expected: &str) {
    let found = run(&options("t.md.tera"), &[("t.md.tera", template)], Limits::default());
    assert_eq!(found.as_deref(), Ok(expected), "{template}");
}

fn fails(template: &str, message: &str, line: usize, column: usize) -> Diagnostic {
    let found = run(&options("t.md"), &[("t.md", template)], LITTLE).unwrap_err();
    let place = &found[0].labels[0].at;
    assert_eq!(
        (&*found[0].message, place.line, place.column),
        (message, line, column),
        "{found:?}"
    );
    found[0].clone()
}

#[test]
fn a_template_sees_the_graph() {
    check("{% for n in nodes %}{{ n.id }}{{ n.weight }}{% endfor %}", "a1b1c1z1");
    check("{{ graph.name }} {{ graphs.g.nodes | length }} {{ layers[0].label }}", "g 4 The UI");
    check(
        "{% for e in edges %}{{ e.source }}>{{ by_id[e.target].label }} {% endfor %}",
        "z>b z>c ",
    );
    check(
        "{% for n in nodes[-1].outgoing %}{{ n.edge }} {{ n.id }};{% endfor %}",
        "calls b;calls c;",
    );
    check(
        "{% for n in by_id['b'].incoming %}{{ n.id }}{% endfor %}{{ nodes[0].children }}",
        "z[\"b\"]",
    );
    check("{% for r in hierarchy %}{{ r.depth }}{{ r.node.id }} {% endfor %}", "0a 1b 2c 0z ");
    check("{{ roots[0].children[0].children[0].node.id }}{{ nodes[0].belongs_to }}", "c");
}

#[test]
fn a_component_can_draw_the_tree() {
    let tree = "{% component item(of) %}{{ of.node.id }}({% for c in of.children %}\
                {{ <item of={c} /> }}{% endfor %}){% endcomponent item %}\
                {% for r in roots %}{{ <item of={r} /> }}{% endfor %}";
    check(tree, "a(b(c()))z()");
}

#[test]
fn counting_work_changes_no_output() {
    check("{% for n in nodes -%} \n {{ n.id }} {%- endfor %}|", "abcz|");
    let kept =
        "{% set s %}{% for n in nodes %}{{ n.id ~ '-' ~ (2 * 3) }}{% endfor %}{% endset %}{{ s }}";
    check(kept, "a-6b-6c-6z-6");
}

#[test]
fn a_template_means_the_same_with_its_work_counted() {
    let templates = [
        "{{ 1 + 2 * 3 ** 2 - -1 }} {{ 7 // 2 }} {{ 1 < 2 and not 2 >= 3 or false }}",
        "{{ 'a' ~ 1 ~ nodes[0].id|upper ~ (1 + 1) }} {{ 'a' in 'abc' ~ 'd' }} {{ 2 not in [1, 3] }}",
        "{{ 'x' if nodes|length > 3 else 'y' }} {{ nodes[1:3]|length }} {{ nodes[:-1][0].id }}",
        "{{ {'a': 1, ...{'b': [1, 2]} } }} {{ [...[1], ...[2, 3]] }} {{ nodes?[0]?.id }}",
        "{{ [n.id for n in nodes if n.id != 'a' and n.belongs_to is not none] }}",
        "{{ [k ~ v for k, v in {'a': 1}] }} {{ nothing is defined }} {{ nodes[0].no is defined }}",
        "{% for k, v in {'a': 1, 'b': 2} -%} {{ loop.index }}{{ k }}{{ v }} {%- endfor -%} .",
        "{% for n in nodes|sort(attribute='id')|reverse %}{{ n.id }}{% else %}none{% endfor %}",
        "{% for n in nodes if nodes else [] %}{% if n.id == 'b' %}{% continue %}{% endif %}\
         {% if n.id == 'z' %}{% break %}{% endif %}{{ n.id }}{% endfor %}",
        "{% filter upper | trim %} a{{ 'b' }} {% endfilter %} {% set x = 1 %}{% set_global y = x %}{{ y }}",
        "{% block a %}{{ 'abc' is containing(pat='b') }}{{ 'abc' is not containing(pat='b') }}{% endblock %}",
        "{% component c(a, b=1) %}{{ a }}{{ b < 2 }}{% endcomponent c %}\
         {% component d(a) %}{{ a }}{{ body }}{% endcomponent d %}{% <d a='y'> %}in{% </d> %}\
         {{ <c a={nodes[0].id ~ 'x'} b={1 + 2} /> }}",
        "{{ nodes|group_by(attribute='layer')|keys|join(sep=', ') }} {{ 'a,b'|split(pat=',') }}",
        "{{ 'aXb'|replace(from='X', to='-' ~ '-') }}|{{ 'a\nb'|indent(width=1 + 1) }}|{{ range(end=3) }}",
        "{{ nodes[0].attributes.x|default(value='d') }} {{ 1.5|round }} {{ `q` }}",
        "{{ 1 == 1 != false }} {{ (1) if false else 'a' == 'a' }}",
    ];
    for template in templates {
        let plain = metered::with_paths("t", template);
        let [out, kept] = [false, true].map(|captures| metered::metered("t", template, captures));
        let all = [plain, out, kept].map(|edited| {
            let source = Source::new("t", template);
            let file = File { name: "t".to_owned(), source, edited };
            let tera = engine(&options("t"), &Meter::new(LITTLE), std::slice::from_ref(&file));
            let from = [NamedData { name: "g".into(), data: graph().into() }];
            let context = context::context(&Meta::default(), &from, &[template]);
            let done = tera.and_then(|tera| tera.render("t", &context));
            done.map_err(|error| format!("{error}\n{}", file.edited.text))
        });
        assert!(all[0].is_ok(), "{:?}", all[0]);
        assert_eq!(all[0], all[1]);
        assert_eq!(all[0], all[2]);
    }
}

#[test]
fn meta_and_values_come_from_the_plan() {
    let mut options = options("t");
    options.values.insert("b".to_owned(), "own".to_owned());
    let values = ["a", "b"].map(|name| (name.to_owned(), "plan".to_owned())).into();
    let meta = Meta { name: Some("Ships".to_owned()), description: None, values };
    Template::apply_meta(&mut options, &meta);
    let text = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<TemplateOptions>(&text).unwrap(), options);
    let template = "{{ meta.name }}{{ meta.description }} {{ values.a }} {{ values.b }}";
    assert_eq!(run(&options, &[("t", template)], LITTLE).unwrap(), "Ships plan own");
    assert!(serde_json::from_str::<TemplateOptions>(r#"{"template":"t","meta":{}}"#).is_err());
}

#[test]
fn what_is_printed_is_escaped_by_the_name_of_the_template() {
    for (name, expected) in [("a.html.tera", "&lt;"), ("a.svg", "&lt;"), ("a.md.tera", "<")] {
        assert_eq!(run(&options(name), &[(name, "{{ '<' }}")], LITTLE).unwrap(), expected);
    }
    let always = TemplateOptions { escape: Escape::Html, ..options("a") };
    assert_eq!(run(&always, &[("a", "{{ '<' }}{{ '<'|safe }}")], LITTLE).unwrap(), "&lt;<");
}

#[test]
fn files_are_included_from_beside_their_own() {
    let files = [
        (
            "t/page.tera",
            "{% extends '../base.tera' %}{% block a %}{% include 'row.tera' %}{% endblock %}",
        ),
        ("base.tera", "<{% block a %}{% endblock %}>"),
        ("t/row.tera", "{% include './sub/cell.tera' %}"),
        ("t/sub/cell.tera", "{{ nodes | length }}"),
    ];
    let options = options("t/page.tera");
    assert_eq!(run(&options, &files, LITTLE).unwrap(), "<4>");
    assert_eq!(Template::files(&options), ["t/page.tera"]);
    let page = file(files[0].0, files[0].1);
    assert_eq!(Template::includes(&options, &page), ["base.tera", "t/row.tera"]);
}

#[test]
fn a_problem_is_shown_at_its_place() {
    let found = fails(
        "a\n{% for n in nodes %}{{ n.id }}{{ nods }}{% endfor %}",
        "variable `nods` is not defined",
        2,
        34,
    );
    assert_eq!(found.help, ["did you mean `nodes`?"]);
    let found = fails(
        "{% for n in nodes %}é{{ n.lable }}{% endfor %}",
        "field `lable` is not defined",
        1,
        27,
    );
    assert_eq!(found.help, ["did you mean `label`?"]);
    fails("\n\n  {{ nodes | nosuch }}", "unknown filter `nosuch`", 3, 14);
    fails(
        "{{ 'a' + 2 }}",
        "`+` requires both operands to be numbers, found `string` and `i64`",
        1,
        4,
    );
    fails(
        "{{ __tera_context }}",
        "`__tera_context` has no fixed order, so it cannot be part of an output",
        1,
        4,
    );
    let found = run(&options("t"), &[("t", "{% include 'no' %}")], LITTLE).unwrap_err();
    assert_eq!((&*found[0].message, found[0].labels[0].at.column), ("unknown template `no`", 12));
    let found = run(&options("t"), &[("t", "x\n{% if %}")], LITTLE).unwrap_err();
    assert_eq!((&*found[0].code, found[0].labels[0].at.line), ("template-syntax", 2));
}

#[test]
fn what_is_written_otherwise_here_gets_a_hint() {
    let help = |template: &str| {
        let found = run(&options("t"), &[("t", template)], LITTLE).unwrap_err();
        found[0].help.join("; ")
    };
    assert_eq!(help("{{ 'a' | upcase }}"), "did you mean `upper`?");
    assert_eq!(help("{{ 'a' | slgu }}"), "did you mean `slug`?");
    assert_eq!(help("{{ rnage(end=2) }}"), "did you mean `range`?");
    assert_eq!(help("{% if nodes is definde %}{% endif %}"), "did you mean `defined`?");
    assert!(help("{% macro f(n) %}x{% endmacro %}").contains("components"));
    assert!(help("{{ nodes.0.id }}").contains("`nodes[0].id`"));
    assert!(help("{{ nodes.0 }}").contains("`nodes[0].id`"));
}

#[test]
fn a_template_without_an_end_is_stopped() {
    let bombs = [
        "{% for a in range(end=9000) %}{% for b in range(end=9000) %}{% endfor %}{% endfor %}",
        "{% set l = range(end=9000) %}{% for a in l %}{% set b = l|sort %}{% endfor %}",
        "{% set l = range(end=9000) %}{% for a in l %}{% if a == 'x' or -1 in l %}{% endif %}{% endfor %}",
        "{% set l = range(end=9000) %}{% for a in l %}{% if l == l %}{% endif %}{% endfor %}",
        "{% set l = range(end=9000) %}{% for a in l %}{% set b = l[1:] %}{% endfor %}",
        "{% set l = range(end=9000) %}{{ [[b for b in l] for a in l] | length }}",
        "{% set l = range(end=9000) %}{{ [1 for b in l if [1 for c in l if false]] | length }}",
        "{% set_global s = 'abcdefghij' %}{% for a in range(end=99) %}{% set_global s = s ~ s %}{% endfor %}",
        "{% set_global s = [1, 2] %}{% for a in range(end=99) %}{% set_global s = [...s, ...s] %}{% endfor %}",
        "{% set_global s = [1] %}{% for a in range(end=99) %}{% set_global s = [s, s] %}{% endfor %}",
        "{% set_global s = [1] %}{% for a in range(end=999) %}{% set_global s = [s] %}{% endfor %}",
        "{% set s = 'aaaaaaaaaa' | indent(width=1000, first=true) %}{% set t = s|replace(from='', to=s) %}{% set u = t|replace(from='', to=s) %}",
        "{% component a() %}{{ <a /> }}{{ <a /> }}{{ <a /> }}{{ <a /> }}{% endcomponent a %}{{ <a /> }}",
        "{% set x %}{% for a in range(end=9999) %}{% set y %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endset %}{{ y }}{% endfor %}{% endset %}",
    ];
    for bomb in bombs {
        let found = run(&options("t"), &[("t", bomb)], LITTLE).expect_err(bomb);
        let message = &*found[0].message;
        let expected = ["does more work", "64 deep", "8 MiB", "recursion"];
        assert!(expected.iter().any(|part| message.contains(part)), "{message}: {bomb}");
    }
}

#[test]
fn endless_output_is_stopped() {
    let bomb = "{% for n in range(end=10000) %}".to_owned() + &"x".repeat(1000) + "{% endfor %}";
    let limits = Limits { output: 1 << 20, ..Limits::default() };
    let found = run(&options("t"), &[("t", &bomb)], limits).unwrap_err();
    assert_eq!(found[0].code, "template-output-too-big");
}

#[test]
fn includes_that_multiply_are_stopped() {
    let names: Vec<String> = (0..30).map(|at| format!("f{at}")).collect();
    let texts: Vec<String> =
        (1..=30).map(|at| format!("{{% include 'f{at}' %}}{{% include 'f{at}' %}}")).collect();
    let mut files: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, text)| (&**name, &**text)).collect();
    files.push(("f30", ""));
    let found = run(&options("f0"), &files, LITTLE).unwrap_err();
    assert_eq!(&*found[0].message, "the template does more work than it may");
}

#[test]
fn files_that_include_each_other_without_end_are_refused() {
    let files = [("a", "x\n{% include 'b' %}"), ("b", "{% include 'a' %}")];
    let found = run(&options("a"), &files, LITTLE).unwrap_err();
    assert_eq!(&*found[0].message, "files include each other more than 32 deep");
    let component = "{% component a() %}{% include 'b' %}{% endcomponent a %}{% include 'b' %}";
    let found = run(&options("a"), &[("a", component), ("b", "{{ <a /> }}")], LITTLE).unwrap_err();
    assert!(found[0].message.contains("ecursion"), "{found:?}");
}
