"""Reads files several times with a library of Python, and tells the least seconds that it took, of time
and of processors."""

import csv
import json
import sys
import time


def tables(paths):
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            yield list(csv.reader(file))


def polars_tables(paths):
    import polars

    return lambda: [polars.read_csv(path, infer_schema_length=None) for path in paths]


def networkx_file(name, path):
    import networkx

    return lambda: getattr(networkx, f"read_{name}")(path)


def networkx_json(name, path):
    import networkx

    def read():
        with open(path, encoding="utf-8") as file:
            return getattr(networkx, name)(json.load(file))

    return read


def main():
    reader, *paths = sys.argv[1:]
    read = {
        "python csv": lambda: lambda: list(tables(paths)),
        "polars csv": lambda: polars_tables(paths),
        "networkx gexf": lambda: networkx_file("gexf", paths[0]),
        "networkx gml": lambda: networkx_file("gml", paths[0]),
        "networkx graphml": lambda: networkx_file("graphml", paths[0]),
        "networkx node_link": lambda: networkx_json("node_link_graph", paths[0]),
        "networkx pajek": lambda: networkx_file("pajek", paths[0]),
    }[reader]()
    wall, processor = [], []
    for _ in range(3):
        started, before = time.perf_counter(), time.process_time()
        read()
        wall.append(time.perf_counter() - started)
        processor.append(time.process_time() - before)
    print(min(wall), min(processor))


main()
