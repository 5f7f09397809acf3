// Lays a graph out with Graphviz: DOT in, and lines of numbers out, in pixels from the upper left.
//
//   picture WIDTH HEIGHT
//   node NUMBER X Y WIDTH HEIGHT
//   edge X Y ...            the points of Bézier curves, in the order of the edges in the text
//
// Usage: node graphviz.mjs FOLDER < graph.dot, where FOLDER holds `node_modules`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.argv[2] + "/"));
const { Graphviz } = await import(pathToFileURL(require.resolve("@hpcc-js/wasm-graphviz")));
const graphviz = await Graphviz.load();
const started = process.cpuUsage();
const result = JSON.parse(graphviz.layout(readFileSync(0, "utf8"), "json", "dot"));
const used = process.cpuUsage(started);
const PIXELS = 96 / 72;
const [, , width, height] = result.bb.split(",").map(Number);
const out = [
  `time ${(used.user + used.system) / 1e6}`,
  `picture ${width * PIXELS} ${height * PIXELS}`,
];
for (const object of result.objects ?? []) {
  if (!object.pos) continue;
  const [x, y] = object.pos.split(",").map(Number);
  const [w, h] = [object.width * 96, object.height * 96];
  out.push(`node ${object.name.slice(1)} ${x * PIXELS - w / 2} ${(height - y) * PIXELS - h / 2} ${w} ${h}`);
}
const edges = [...(result.edges ?? [])].sort((a, b) => a._gvid - b._gvid);
for (const edge of edges) {
  const points = edge.pos.split(" ").filter((point) => !/^[se],/.test(point));
  const numbers = points.map((point) => point.split(",").map(Number));
  out.push("edge " + numbers.map(([x, y]) => `${x * PIXELS} ${(height - y) * PIXELS}`).join(" "));
}
console.log(out.join("\n"));
