"""Gives files to programs that read graphs, and tells what they make of each; or has them write some.

Reads { reader, files } from standard input, the files in base64, and writes { results } to standard
output: for each file either an { error }, or the { graph, nodes, edges } that were read: the values of
the graph, of each node by id, and of each edge as [source, target, values]. If the program that a
reader needs is not there, it writes { missing }.

A { writer, texts } instead makes a graph with each text, and gives what the program writes for it: an
{ error }, or a { file } in base64.
"""

import base64
import json
import os
import re
import sys
import tempfile
import warnings


def networkx_graph(graph):
    return {
        "graph": graph.graph,
        "nodes": {str(node): values for node, values in graph.nodes(data=True)},
        "edges": [[source, target, values] for source, target, values in graph.edges(data=True)],
    }


def networkx_file(read, **options):
    import networkx

    return lambda path: networkx_graph(getattr(networkx, read)(path, **options))


def igraph_file(form, name):
    import igraph

    def read(path):
        graph = igraph.Graph.Read(path, format=form)
        known = lambda values: {
            key: value for key, value in values.items() if value is not None and value == value
        }
        nodes = [known(vertex.attributes()) for vertex in graph.vs]
        ids = [node[name] for node in nodes]
        return {
            "graph": known({key: graph[key] for key in graph.attributes()}),
            "nodes": dict(zip(ids, nodes)),
            "edges": [
                [ids[edge.source], ids[edge.target], known(edge.attributes())] for edge in graph.es
            ],
        }

    return read


def networkx_node_link():
    import networkx

    def read(path):
        with open(path, encoding="utf-8") as file:
            return networkx_graph(networkx.node_link_graph(json.load(file)))

    return read


def rdflib_turtle():
    from rdflib import RDF, RDFS, DCTERMS, Graph, Namespace

    word = Namespace("urn:layercake:vocabulary:")

    def read(path):
        graph = Graph().parse(path, format="turtle")
        text = lambda thing, name: (value := graph.value(thing, name)) and value.toPython()

        def values(thing):
            found = {"label": text(thing, RDFS.label), "comment": text(thing, RDFS.comment)}
            found["id"] = text(thing, DCTERMS.identifier)
            found["weight"] = text(thing, word.weight)
            for name, link in [("layer", word.layer), ("belongs_to", word.belongsTo)]:
                other = graph.value(thing, link)
                found[name] = text(other, DCTERMS.identifier) if other else None
            for column in graph.subjects(RDF.type, RDF.Property):
                value = graph.value(thing, column)
                if value is not None:
                    found[text(column, RDFS.label)] = value.toPython()
            return found

        ends = lambda edge: [graph.value(edge, end) for end in (word.source, word.target)]
        for edge in graph.subjects(RDF.type, word.Edge):
            source, target = ends(edge)
            assert (source, word.linksTo, target) in graph
        nodes = [values(node) for node in graph.subjects(RDF.type, word.Node)]
        title = graph.value(graph.value(None, RDF.type, word.Graph), RDFS.label)
        return {
            "graph": {"label": title and title.toPython()},
            "nodes": {node["id"]: node for node in nodes},
            "edges": [
                [*(text(end, DCTERMS.identifier) for end in ends(edge)), values(edge)]
                for edge in graph.subjects(RDF.type, word.Edge)
            ],
        }

    return read


def networkx_pajek():
    import networkx

    def read(path):
        graph = networkx_graph(networkx.read_pajek(path))
        for _, _, values in graph["edges"]:
            values["label"] = values.pop("l", "")
        return graph

    return read


def kuzu_cypher():
    import kuzu

    # It takes `\\n` for `n`, and keeps both backticks that stand for one.
    breaks = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
    known = lambda statement: re.sub(
        r"\\.", lambda escape: breaks.get(escape[0], escape[0]), statement
    )
    single = lambda row: {name.replace("``", "`"): value for name, value in row.items()}

    # Tables must be there before a statement is. What is in no table is a column of the text.
    columns = "id STRING{key}, label STRING, layer STRING, weight DOUBLE, comment STRING, note STRING"
    typed = ", is_partition BOOLEAN, whole INT64, half DOUBLE, yes BOOLEAN, day DATE"
    colors = ", background STRING, border STRING, PRIMARY KEY (id)"

    def read(path):
        with open(path, encoding="utf-8", newline="") as file:
            statements = file.read().split(";\n")[:-1]
        extra, own = statements.pop(0).removeprefix("// "), columns.format(key="")
        extra = f", {extra} INT64" if extra else ""
        database = kuzu.Database(":memory:", buffer_pool_size=1 << 26, max_num_threads=1)
        store = kuzu.Connection(database, num_threads=1)
        store.execute(f"CREATE NODE TABLE Layer({own}{colors})")
        store.execute(f"CREATE NODE TABLE Node({own}{typed}{extra}, PRIMARY KEY (id))")
        store.execute("CREATE REL TABLE BELONGS_TO(FROM Node TO Node)")
        store.execute(f"CREATE REL TABLE LINKS_TO(FROM Node TO Node, {own}{extra})")
        for statement in statements:
            if not statement.startswith("CREATE CONSTRAINT"):
                store.execute(known(statement))

        def rows(query):
            answer = store.execute(query)
            while answer.has_next():
                yield answer.get_next()

        nodes = {node["id"]: single(node) for (node,) in rows("MATCH (n:Node) RETURN n")}
        for node, partition in rows("MATCH (a)-[:BELONGS_TO]->(b) RETURN a.id, b.id"):
            nodes[node]["belongs_to"] = partition
        links = rows("MATCH (a)-[n:LINKS_TO]->(b) RETURN a.id, b.id, n")
        edges = [[source, target, single(link)] for source, target, link in links]
        return {"graph": {}, "nodes": nodes, "edges": edges}

    return read


def tables(read_table):
    """Makes a graph of the rows of the tables, each a map of what the row has."""
    known = lambda row: {name: value for name, value in row.items() if value is not None}
    nodes = [known(node) for node in read_table("nodes")]
    edges = [known(edge) for edge in read_table("edges")]
    return {
        "graph": {"layers": [known(layer) for layer in read_table("layers")]},
        "nodes": {node["id"]: node for node in nodes},
        "edges": [[edge["source"], edge["target"], edge] for edge in edges],
    }


def sqlite():
    import sqlite3

    def read(path):
        database = sqlite3.connect(path)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []

        def read_table(name):
            rows = database.execute(f"SELECT * FROM {name}")
            heads = [column[0] for column in rows.description]
            return [dict(zip(heads, row)) for row in rows]

        return tables(read_table)

    return read


def openpyxl_workbook():
    import openpyxl

    def read(path):
        with open(path, "rb") as file:
            workbook = openpyxl.load_workbook(file)
        assert workbook.sheetnames == ["nodes", "edges", "layers"]

        def value(cell):
            assert cell.data_type != "f" and cell.hyperlink is None
            return cell.value

        def read_table(name):
            rows = [[value(cell) for cell in row] for row in workbook[name].iter_rows()]
            return [dict(zip(rows[0], row)) for row in rows[1:]]

        graph = tables(read_table)
        graph["graph"]["title"] = workbook.properties.title
        return graph

    return read


def python_csv():
    import csv
    import io

    csv.field_size_limit(1 << 20)

    def read(path):
        with open(path, encoding="utf-8") as file:
            texts = json.load(file)

        def value(name, text):
            """Makes a value of a text, in a column whose type is known; no text of a graph is 7."""
            if text == "7" or text and name in ("weight", "whole", "half"):
                return json.loads(text)
            return {"true": True, "false": False}.get(text, text) if name == "yes" else text

        def read_table(name):
            rows = list(csv.reader(io.StringIO(texts[name], newline=""), strict=True))
            assert all(len(row) == len(rows[0]) for row in rows)
            return [
                {head: value(head, text) for head, text in zip(rows[0], row) if text}
                for row in rows[1:]
            ]

        return tables(read_table)

    return read


def python_csv_matrix():
    import csv

    csv.field_size_limit(1 << 20)

    def read(path):
        with open(path, encoding="utf-8", newline="") as file:
            (_, *targets), *rows = csv.reader(file, strict=True)
        edges = [
            [source, target, {"weight": float(cell)}]
            for source, *cells in rows
            for target, cell in zip(targets, cells)
            if cell
        ]
        return {"graph": {}, "nodes": {name: {} for name in targets}, "edges": edges}

    return read


def python_json():
    def read(path):
        with open(path, encoding="utf-8") as file:
            graph = json.load(file)

        def flat(row):
            return {**row, **row.get("attributes", {})}

        def with_label(row):
            return {"label": row["id"], **flat(row)}

        return {
            "graph": {"layers": [with_label(layer) for layer in graph["layers"]]},
            "nodes": {node["id"]: with_label(node) for node in graph["nodes"]},
            "edges": [[edge["source"], edge["target"], flat(edge)] for edge in graph["edges"]],
        }

    return read


def libreoffice_workbook():
    """Has LibreOffice save the sheets of all workbooks as CSV, in one run."""
    import csv
    import shutil
    import subprocess

    office = shutil.which("soffice")
    if not office:
        raise ImportError(name="soffice")
    csv.field_size_limit(1 << 20)
    # Commas, quotes, UTF-8, all texts quoted, values as they are, every sheet.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"
    done = []

    def convert(folder):
        for name in os.listdir(folder):
            os.rename(os.path.join(folder, name), os.path.join(folder, f"{name}.xlsx"))
        files = [os.path.join(folder, name) for name in os.listdir(folder)]
        home = os.path.join(folder, "home")
        command = [office, f"-env:UserInstallation=file://{home}", "--headless"]
        command += ["--convert-to", form, "--outdir", folder]
        subprocess.run(command + files, check=True, capture_output=True)
        done.append(folder)

    def read(path):
        if not done:
            convert(os.path.dirname(path))

        def read_table(name):
            with open(f"{path}-{name}.csv", encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file, strict=True))
            numbers = ("weight", "whole", "half")
            value = lambda head, text: float(text) if text == "7" or head in numbers else text
            return [
                {head: value(head, text) for head, text in zip(rows[0], row) if text}
                for row in rows[1:]
            ]

        return tables(read_table)

    return read


def texts_graph(text):
    """Returns the nodes and the edges of a graph with a text wherever a graph of libraries has one."""
    node = text or "empty"
    nodes = [(node, {"label": text, "note": text}), ("other", {"label": "other"})]
    return nodes, (node, "other", {"label": text, "note": text, "weight": 2.5})


def igraph_writes(form):
    import igraph

    def write(text, path):
        nodes, (_, _, values) = texts_graph(text)
        graph = igraph.Graph(n=2, edges=[(0, 1)], directed=True)
        graph.vs["name"] = [node for node, _ in nodes]
        for name in ("label", "note"):
            graph.vs[name] = [values.get(name, "") for _, values in nodes]
        for name, value in values.items():
            graph.es[name] = [value]
        graph.write(path, format=form)

    return write


def networkx_writes(write_graph):
    import networkx

    def write(text, path):
        nodes, (source, target, values) = texts_graph(text)
        graph = networkx.DiGraph()
        graph.add_nodes_from(nodes)
        graph.add_edge(source, target, **values)
        write_graph(networkx, graph, path)

    return write


def as_json(data):
    def write(networkx, graph, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(getattr(networkx, data)(graph), file)

    return lambda: networkx_writes(write)


WRITERS = {
    "igraph dot": lambda: igraph_writes("dot"),
    "igraph gml": lambda: igraph_writes("gml"),
    "igraph graphml": lambda: igraph_writes("graphml"),
    "igraph pajek": lambda: igraph_writes("pajek"),
    "networkx cytoscape": as_json("cytoscape_data"),
    "networkx gexf": lambda: networkx_writes(lambda nx, *to: nx.write_gexf(*to, version="1.2draft")),
    "networkx gml": lambda: networkx_writes(lambda nx, *to: nx.write_gml(*to)),
    "networkx graphml": lambda: networkx_writes(lambda nx, *to: nx.write_graphml(*to)),
    "networkx node_link": as_json("node_link_data"),
    "networkx pajek": lambda: networkx_writes(lambda nx, *to: nx.write_pajek(*to)),
}

READERS = {
    "python csv": python_csv,
    "python csv matrix": python_csv_matrix,
    "python json": python_json,
    "libreoffice": libreoffice_workbook,
    "sqlite": sqlite,
    "openpyxl": openpyxl_workbook,
    "kuzu cypher": kuzu_cypher,
    "networkx pajek": networkx_pajek,
    "rdflib turtle": rdflib_turtle,
    "networkx gexf": lambda: networkx_file("read_gexf"),
    "networkx gml": lambda: networkx_file("read_gml"),
    "igraph gml": lambda: igraph_file("gml", "label"),
    "networkx node_link": networkx_node_link,
    "networkx graphml": lambda: networkx_file("read_graphml"),
    "igraph graphml": lambda: igraph_file("graphml", "id"),
}


def main():
    request = json.load(sys.stdin)
    try:
        use = WRITERS[request["writer"]]() if "writer" in request else READERS[request["reader"]]()
    except ImportError as error:
        json.dump({"missing": error.name}, sys.stdout)
        return
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        if "writer" in request:
            results = write_all(use, request["texts"], folder)
        else:
            results = read_all(use, request["files"], folder)
    json.dump({"results": results}, sys.stdout, default=str)


def read_all(read, files, folder):
    paths = [os.path.join(folder, str(number)) for number in range(len(files))]
    for path, data in zip(paths, files):
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
    return [attempt(lambda: read(path)) for path in paths]


def write_all(write, texts, folder):
    path = os.path.join(folder, "file")

    def file_of(text):
        write(text, path)
        with open(path, "rb") as file:
            return {"file": base64.b64encode(file.read()).decode()}

    return [attempt(lambda: file_of(text)) for text in texts]


def attempt(call):
    try:
        return call()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


main()
