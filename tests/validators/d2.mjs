// Gives diagrams to D2 and tells what it makes of them.
//
// Reads a JSON list of diagrams from standard input and writes a list to standard output: for each
// either its { error } or { shapes, connections, texts }: the labels, fills and
// ends of what it understood, and the texts of its picture, line by line.

import { text } from "node:stream/consumers";
import { JSDOM } from "jsdom";
import { D2 } from "@d2lang/d2";

const diagrams = JSON.parse(await text(process.stdin));
const { window } = new JSDOM("");
const d2 = new D2();
const results = [];
for (const diagram of diagrams) {
  try {
    const compiled = await d2.compile(diagram, { layout: "dagre" });
    const svg = await d2.render(compiled.diagram, compiled.renderOptions);
    const picture = new window.DOMParser().parseFromString(svg, "text/html");
    const lines = (element) => {
      const spans = [...element.querySelectorAll("tspan")];
      return (spans.length > 0 ? spans : [element]).map((line) => line.textContent);
    };
    results.push({
      shapes: compiled.diagram.shapes.map(({ id, label, fill }) => ({ id, label, fill })),
      connections: compiled.diagram.connections.map(({ src, dst, label }) => ({ src, dst, label })),
      texts: [...picture.querySelectorAll("text")].map((element) => lines(element).join("\n")),
    });
  } catch (error) {
    results.push({ error: String(error?.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(results), () => process.exit());
