// Gives flowcharts to Mermaid's own parser and tells what it finds in each.
//
// Reads a JSON list of flowcharts from standard input and writes { results } to standard output: for
// each either its { error }, or its { nodes, edges, partitions }: the ids of nodes with their labels,
// the ends of edges with their labels, and the members of subgraphs.

import { text } from "node:stream/consumers";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
// With `limited` as argument, those of Mermaid itself hold.
const limits = process.argv[2] === "limited" ? {} : { maxTextSize: 1e6, maxEdges: 1e6 };
mermaid.initialize({ startOnLoad: false, ...limits });

const results = [];
for (const flowchart of JSON.parse(await text(process.stdin))) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(flowchart);
    const vertices = [...db.getVertices().values()];
    results.push({
      nodes: vertices.map(({ id, text }) => [id, text ?? id]),
      edges: db.getEdges().map(({ start, end, text }) => [start, end, text ?? ""]),
      partitions: db.getSubGraphs().map(({ id, nodes }) => [id, nodes]),
    });
  } catch (error) {
    results.push({ error: String(error?.message ?? error) });
  }
}
process.stdout.write(JSON.stringify({ results }));
