// Gives diagrams to Mermaid and tells what it makes of them.
//
// Reads a JSON list of diagrams from standard input and writes { results } to standard output: for
// each diagram either its { error }, from the parser under jsdom or from the picture in Chromium, or
// the { texts, links, fill } of the picture: the texts as { kind, id, text } with kind "title", "node",
// "partition" or "edge", the number of edges, and the color of the first node with a class. Without a browser it writes
// { missing }. A diagram may be a pair of a diagram and a text: then the result has { count, colors },
// how often the picture shows that text, spaces and line ends left out, and what it is filled with. With a folder as argument, it also leaves each picture there as <number>.png.

import { createRequire } from "node:module";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { answer, asked, browser } from "./browser.mjs";

const folder = process.argv[2];

await answer(async () => {
  const parse = await parser();
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 1000, deviceScaleFactor: 2 });
  await page.setContent("<!doctype html><body></body>");
  const require = createRequire(import.meta.url);
  await page.addScriptTag({ path: require.resolve("mermaid/dist/mermaid.min.js") });
  await page.evaluate(() => mermaid.initialize({ startOnLoad: false, maxTextSize: 1e6 }));
  const results = [];
  for (const [number, entry] of asked.entries()) {
    const [diagram, wanted] = [entry].flat();
    let result;
    try {
      await parse(diagram);
      result = await page.evaluate(draw, diagram, `d${number}`);
      if (wanted !== undefined) {
        result = { count: await page.evaluate(count, wanted), colors: await page.evaluate(colors) };
      }
      if (folder) {
        const picture = await page.$("svg");
        await picture.screenshot({ path: join(folder, `${number}.png`) });
      }
    } catch (error) {
      result = { error: String(error?.message ?? error) };
    }
    results.push(result);
  }
  return results;
});

async function parser() {
  const { window } = new JSDOM("<!doctype html><body></body>");
  globalThis.window = window;
  globalThis.document = window.document;
  globalThis.Option = window.Option;
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false, maxTextSize: 1e6 });
  return (diagram) => mermaid.parse(diagram);
}

// Runs in the browser.
async function draw(diagram, name) {
  const { svg } = await mermaid.render(name, diagram);
  document.body.innerHTML = svg;
  const shown = (element) => {
    const read = (node) =>
      node.nodeName.toLowerCase() === "br"
        ? "\n"
        : node.nodeType === Node.TEXT_NODE
          ? node.data
          : [...node.childNodes].map(read).join("");
    return element ? read(element) : "";
  };
  const own = (id) => id.replace(`${name}-`, "").replace(/^flowchart-(.*)-\d+$/, "$1");
  const texts = [];
  const add = (kind, elements, label) => {
    for (const element of document.querySelectorAll(elements)) {
      const text = shown(label ? element.querySelector(label) : element);
      texts.push({ kind, id: own(element.id), text });
    }
  };
  add("title", ".flowchartTitleText");
  add("node", "g.node", ".nodeLabel");
  add("partition", "g.cluster", ".cluster-label");
  add("edge", "g.edgeLabels > g.edgeLabel", ".edgeLabel .edgeLabel");
  const colored = document.querySelector("g.node[class*=layer_] .label-container");
  const links = document.querySelectorAll("g.edgePaths > path").length;
  return { texts, links, fill: colored && getComputedStyle(colored).fill };
}

// Runs in the browser: the colors that shapes are filled with.
function colors() {
  const shapes = document.querySelectorAll("svg :is(path, rect, polygon, circle)");
  return [...new Set([...shapes].map((shape) => getComputedStyle(shape).fill))];
}

// Runs in the browser: counts runs of neighbours whose text, in all, is the wanted one.
function count(wanted) {
  const bare = (text) => text.replace(/[\s\u2060]/gu, "");
  const text = bare(wanted);
  const isSkipped = (node) => ["style", "title", "desc", "defs"].includes(node.nodeName.toLowerCase());
  const walk = (node) => {
    const children = [...node.childNodes].filter((child) => !isSkipped(child));
    let found = 0;
    for (let first = 0; first < children.length; first++) {
      let last = first;
      let run = bare(children[first].textContent);
      while (run !== text && run !== "" && text.startsWith(run) && last + 1 < children.length) {
        run += bare(children[++last].textContent);
      }
      if (run === text) {
        found++;
        first = last;
      } else {
        found += walk(children[first]);
      }
    }
    return found;
  };
  return text === "" ? 0 : walk(document.querySelector("svg"));
}
