"""Gives files to programs that read graphs, and tells what they make of each.

Reads { reader, files } from standard input, the files in base64, and writes { results } to standard
output: for each file either an { error }, or the { graph, nodes, edges } that were read: the values of
the graph, of each node by id, and of each edge as [source, target, values]. If the program that a
reader needs is not there, it writes { missing }.
"""

import base64
import json
import os
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


READERS = {
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
        read = READERS[request["reader"]]()
    except ImportError as error:
        json.dump({"missing": error.name}, sys.stdout)
        return
    warnings.simplefilter("ignore")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(request["files"]):
            path = os.path.join(folder, str(number))
            with open(path, "wb") as file:
                file.write(base64.b64decode(data))
            try:
                results.append(read(path))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
    json.dump({"results": results}, sys.stdout, default=str)


main()
