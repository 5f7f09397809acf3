"""Times metrics of igraph over the edges of a file: numbers of nodes, two in each line."""

import sys
import time

import igraph

count, path, metric = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(path) as file:
    edges = [tuple(map(int, line.split())) for line in file]
graph = igraph.Graph(n=count, edges=edges, directed=True)
metrics = {
    "pagerank": lambda: graph.pagerank(),
    "components": lambda: graph.connected_components(mode="weak"),
    "strong_components": lambda: graph.connected_components(mode="strong"),
    "betweenness": lambda: graph.betweenness(),
    "closeness": lambda: graph.closeness(mode="in"),
    "core": lambda: graph.coreness(),
    "communities": lambda: graph.as_undirected(mode="each").community_leiden(objective_function="modularity"),
}
start = time.perf_counter()
result = metrics[metric]()
took = time.perf_counter() - start
if metric == "communities":
    print(took, result.modularity)
else:
    print(took)
