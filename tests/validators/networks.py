"""Works out metrics of real graphs with networkx, as JSON for the tests to compare.

The graphs are those that networkx comes with, and the packages of a lock file.
"""

import json
import sys

try:
    import networkx as nx
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python
except ImportError:
    print(json.dumps({"missing": "networkx"}))
    sys.exit()

try:
    import tomllib
except ImportError:
    tomllib = None


def packages(path):
    """The packages of a lock file of cargo, and which needs which."""
    graph = nx.DiGraph()
    if tomllib is None:
        return None
    with open(path, "rb") as file:
        lock = tomllib.load(file)
    for package in lock["package"]:
        for need in package.get("dependencies", []):
            graph.add_edge(package["name"], need.split(" ")[0])
    for number, (_, _, data) in enumerate(graph.edges(data=True)):
        data["weight"] = 1 + number % 7
    return graph


def weighted(graph, directed):
    """A copy whose nodes are texts, and whose edges have weights."""
    copy = nx.DiGraph() if directed else nx.Graph()
    copy.add_nodes_from(str(node) for node in graph)
    for number, (a, b, data) in enumerate(graph.edges(data=True)):
        copy.add_edge(str(a), str(b), weight=data.get("weight", 1 + number % 5))
    return copy


def column(values):
    return {str(node): float(value) for node, value in values.items()}


def groups(parts):
    return sorted(sorted(str(node) for node in part) for part in parts)


def directed_metrics(graph):
    simple = graph.to_undirected()
    simple.remove_edges_from(list(nx.selfloop_edges(simple)))
    yield "pagerank", {}, "pagerank", column(_pagerank_python(graph, weight=None, tol=1e-15, max_iter=1000))
    heavy = _pagerank_python(graph, alpha=0.7, weight="weight", tol=1e-15, max_iter=1000)
    yield "pagerank", {"weighted": True, "damping": 0.7}, "pagerank", column(heavy)
    yield "betweenness", {}, "betweenness", column(nx.betweenness_centrality(graph))
    yield "betweenness", {"normalized": False}, "betweenness", column(nx.betweenness_centrality(graph, normalized=False))
    heavy = nx.betweenness_centrality(graph, weight="weight")
    yield "betweenness", {"weighted": True}, "betweenness", column(heavy)
    yield "betweenness", {"direction": "both"}, "betweenness", column(nx.betweenness_centrality(simple))
    half = nx.betweenness_centrality(simple, normalized=False)
    yield "betweenness", {"direction": "both", "normalized": False}, "betweenness", column(half)
    yield "closeness", {}, "closeness", column(nx.closeness_centrality(graph))
    yield "closeness", {}, "harmonic", column(nx.harmonic_centrality(graph))
    heavy = nx.closeness_centrality(graph, distance="weight")
    yield "closeness", {"weighted": True}, "closeness", column(heavy)
    yield "closeness", {"direction": "out"}, "closeness", column(nx.closeness_centrality(graph.reverse()))
    yield "closeness", {"direction": "both"}, "closeness", column(nx.closeness_centrality(simple))
    alpha = 0.01
    katz = nx.katz_centrality(graph, alpha=alpha, weight=None, tol=1e-14, max_iter=10000)
    yield "katz", {"alpha": alpha}, "katz", column(katz)
    yield "eigenvector", {"direction": "both"}, "eigenvector", column(
        nx.eigenvector_centrality(undirected_sum(graph), max_iter=100000, tol=1e-15, weight="count")
    )
    if not nx.is_directed_acyclic_graph(graph) and nx.is_strongly_connected(graph):
        values = nx.eigenvector_centrality(graph, max_iter=100000, tol=1e-14)
        yield "eigenvector", {}, "eigenvector", column(values)
    yield "clustering", {}, "clustering", column(nx.clustering(simple))
    yield "triangles", {}, "triangles", column(nx.triangles(simple))
    yield "core", {}, "core", column(nx.core_number(simple))
    points = set(nx.articulation_points(simple))
    yield "articulation_points", {}, "is_articulation_point", column({n: n in points for n in graph})
    if nx.is_directed_acyclic_graph(graph):
        levels = {n: level for level, part in enumerate(nx.topological_generations(graph)) for n in part}
        yield "levels", {}, "level", column(levels)
        lengths = nx.dag_longest_path_length(graph, weight="weight")
        yield "longest_path", {"measure": "edge_weights"}, "length", {"longest": float(lengths)}
    far = {n: max(nx.single_source_shortest_path_length(graph, n).values()) for n in graph}
    yield "eccentricity", {}, "eccentricity", column(far)
    yield "degree", {}, "degree", column(dict(graph.degree()))
    yield "diameter", {}, "diameter", {"only": float(max(far.values()))}
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    yield "shortest_paths", {"weighted": True}, "distance", {
        a + "\t" + b: float(length) for a, row in lengths.items() for b, length in row.items() if a != b
    }
    summary = {
        "density": nx.density(graph),
        "transitivity": nx.transitivity(simple),
        "mean_clustering": nx.average_clustering(simple),
        "components": nx.number_weakly_connected_components(graph),
        "strong_components": nx.number_strongly_connected_components(graph),
        "loops": nx.number_of_selfloops(graph),
        "reciprocity": nx.overall_reciprocity(graph) if nx.number_of_selfloops(graph) == 0 else None,
    }
    for name, value in summary.items():
        if value is not None:
            yield "summary", {}, name, {"only": float(value)}


def undirected_sum(graph):
    """Neighbors whichever way edges point, with how many edges there are between them."""
    both = nx.Graph()
    both.add_nodes_from(graph)
    for a, b in graph.edges():
        count = both.get_edge_data(a, b, {"count": 0})["count"]
        both.add_edge(a, b, count=count + 1)
    return both


def main():
    request = json.load(sys.stdin)
    graphs = {
        "karate": weighted(nx.karate_club_graph(), True),
        "karate both ways": weighted(nx.karate_club_graph().to_directed(), True),
        "les miserables": weighted(nx.les_miserables_graph(), True),
        "florentine": weighted(nx.florentine_families_graph().to_directed(), True),
        "chance": weighted(nx.gnp_random_graph(60, 0.04, seed=7, directed=True), True),
        "packages": packages(request["lock"]),
    }
    answer = []
    for name, graph in graphs.items():
        if graph is None:
            continue
        partition = request["communities"].get(name)
        cycles = None
        if name in ("florentine", "chance"):
            cycles = [[str(n) for n in cycle] for cycle in nx.simple_cycles(graph, length_bound=6)]
        undirected = undirected_sum(graph)
        louvain = nx.community.louvain_communities(undirected, weight="count", seed=1)
        found = {
            "name": name,
            "nodes": [str(node) for node in graph],
            "edges": [[str(a), str(b), data["weight"]] for a, b, data in graph.edges(data=True)],
            "metrics": [list(metric) for metric in directed_metrics(graph)],
            "weak": groups(nx.weakly_connected_components(graph)),
            "strong": groups(nx.strongly_connected_components(graph)),
            "bridges": sorted(sorted(ends) for ends in nx.bridges(plain(graph))),
            "cycles": cycles,
            "louvain": nx.community.modularity(undirected, louvain, weight="count"),
        }
        if partition is not None:
            parts = [set(part) for part in partition]
            found["modularity"] = nx.community.modularity(undirected, parts, weight="count")
            found["directed_modularity"] = nx.community.modularity(graph, parts, weight=None)
        answer.append(found)
    print(json.dumps({"graphs": answer}))


def plain(graph):
    """One edge for each edge, whichever way it points: two of them are no bridge."""
    both = nx.MultiGraph()
    both.add_nodes_from(graph)
    both.add_edges_from(graph.edges())
    return both


main()
