// Gives files to programs that read graphs, and tells what they make of each.
//
// Reads { reader, files } from standard input and writes { results } to standard output: for each
// file either an { error }, or the { graph, nodes, edges } that were read: the values of the graph,
// of each node by id, and of each edge as [source, target, values].

import { text } from "node:stream/consumers";
import cytoscape from "cytoscape";

const READERS = {
  cytoscape(file) {
    const graph = cytoscape({ ...JSON.parse(file), headless: true, styleEnabled: true });
    const values = (element, color) => ({
      ...element.data(),
      color: element.style(color),
      parent: element.isNode() && element.parent().nonempty() ? element.parent().id() : undefined,
    });
    const nodes = graph.nodes().map((node) => [node.id(), values(node, "background-color")]);
    const edges = graph.edges().map((edge) => {
      return [edge.source().id(), edge.target().id(), values(edge, "line-color")];
    });
    const result = { graph: graph.data(), nodes: Object.fromEntries(nodes), edges };
    graph.destroy();
    return result;
  },
};

const request = JSON.parse(await text(process.stdin));
const results = request.files.map((file) => {
  try {
    return READERS[request.reader](file);
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
});
// What draws goes on for ever.
process.stdout.write(JSON.stringify({ results }), () => process.exit());
