<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The shop</title>
<style>
:root { color-scheme: light dark; --page: #ffffff; --text: #0f172a; --line: #748094; --fill: #e2e8f0; }
@media (prefers-color-scheme: dark) { :root { --page: #0f172a; --text: #e2e8f0; --line: #8794a8; --fill: #334155; } }
html, body { margin: 0; height: 100%; background: var(--page); color: var(--text); font: 13px/1.4 system-ui, sans-serif; }
svg { display: block; width: 100%; height: 100%; touch-action: none; cursor: grab; }
line { stroke: var(--line); stroke-opacity: .7; }
circle { stroke: var(--line); fill: var(--fill); cursor: pointer; }
text { fill: var(--text); pointer-events: none; text-anchor: middle; }
text.edge { font-size: 9px; fill: var(--line); }
h1 { position: absolute; margin: 1rem; font-size: 1.1rem; pointer-events: none; }
#told { position: absolute; right: 1rem; top: 1rem; max-width: 20rem; white-space: pre-wrap; }
</style>
</head>
<body>
<h1>The shop</h1>
<div id="told"></div>
<svg role="img" aria-label="The shop"><defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#748094"/></marker></defs><g id="all"></g></svg>
<script>
"use strict";
const graph = {
  nodes: [
    {"id": "bank", "label": "The bank", "layer": "outside", "partition": null, "weight": 1, "comment": "not ours"},
    {"id": "cart", "label": "Cart", "layer": "service", "partition": "orders", "weight": 2, "comment": "what is in the basket"},
    {"id": "checkout", "label": "Check out", "layer": "service", "partition": "orders", "weight": 3, "comment": ""},
    {"id": "post", "label": "Post office", "layer": "outside", "partition": null, "weight": 4, "comment": ""},
    {"id": "prices", "label": "Price list", "layer": "service", "partition": "orders", "weight": 1, "comment": ""},
    {"id": "search", "label": "Search", "layer": "service", "partition": "shop", "weight": 5, "comment": "finds it"},
    {"id": "stock", "label": "Stock", "layer": "service", "partition": "orders", "weight": 1, "comment": ""},
  ],
  partitions: [
    {"id": "orders", "label": "Order handling", "layer": "team", "partition": "shop", "weight": 1, "comment": ""},
    {"id": "shop", "label": "Web shop", "layer": "team", "partition": null, "weight": 1, "comment": ""},
  ],
  edges: [
    {"id": "link01", "source": "cart", "target": "checkout", "label": "goes to the till", "layer": "call", "weight": 2, "comment": ""},
    {"id": "link08", "source": "cart", "target": "prices", "label": "asks", "layer": "call", "weight": 1, "comment": ""},
    {"id": "link02", "source": "checkout", "target": "bank", "label": "charges", "layer": "call", "weight": 4, "comment": "once a day"},
    {"id": "link07", "source": "checkout", "target": "post", "label": "sends by", "layer": "event", "weight": 4, "comment": ""},
    {"id": "link04", "source": "checkout", "target": "stock", "label": "takes out", "layer": "call", "weight": 1, "comment": ""},
    {"id": "link05", "source": "search", "target": "prices", "label": "asks", "layer": "call", "weight": 1, "comment": ""},
    {"id": "link06", "source": "search", "target": "stock", "label": "asks", "layer": "call", "weight": 1, "comment": ""},
  ],
  layers: [
    {"id": "call", "label": "Calls", "background": "#222222", "text": "#ffffff", "border": "#222222"},
    {"id": "event", "label": "event", "background": null, "text": null, "border": null},
    {"id": "outside", "label": "Others", "background": "#fff4d6", "text": "#000000", "border": "#806000"},
    {"id": "service", "label": "Services", "background": "#426070", "text": "#ffffff", "border": "#dddddd"},
    {"id": "team", "label": "Teams", "background": "#e8eef4", "text": "#002a41", "border": "#8194a0"},
  ],
};

const ends = new Set(graph.edges.flatMap((edge) => [edge.source, edge.target]));
const nodes = [...graph.nodes, ...graph.partitions.filter((node) => ends.has(node.id))];
const byId = new Map(nodes.map((node) => [node.id, node]));
const partitions = new Map(graph.partitions.map((node) => [node.id, node]));
const layers = new Map(graph.layers.map((layer) => [layer.id, layer]));
const svg = document.querySelector("svg");
const all = document.getElementById("all");
const make = (name, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return all.appendChild(made);
};

// Nodes start on a spiral, so that the picture is the same each time.
const near = 60;
nodes.forEach((node, at) => {
  const turn = at * 2.399963;
  node.x = Math.sqrt(at + 1) * near * Math.cos(turn);
  node.y = Math.sqrt(at + 1) * near * Math.sin(turn);
  node.dx = node.dy = 0;
  node.size = 6 + 3 * Math.sqrt(Math.max(0, Math.min(node.weight, 100)));
});
const links = graph.edges.map((edge) => ({ ...edge, a: byId.get(edge.source), b: byId.get(edge.target) }));
for (const link of links) {
  link.line = make("line", { "stroke-width": 1 + Math.log2(1 + Math.max(0, link.weight)) / 2, "marker-end": "url(#tip)" });
  link.text = link.label ? make("text", { class: "edge" }, link.label) : null;
}
for (const node of nodes) {
  const layer = layers.get(node.layer);
  node.circle = make("circle", { r: node.size, tabindex: 0 });
  if (layer?.background) node.circle.style.fill = layer.background;
  if (layer?.border) node.circle.style.stroke = layer.border;
  node.text = make("text", {}, node.label);
  const tell = () => {
    const within = [];
    const seen = new Set();
    for (let at = partitions.get(node.partition); at && !seen.has(at); at = partitions.get(at.partition)) {
      seen.add(at);
      within.push(at.label);
    }
    const lines = [node.label, layer ? layer.label : "", within.join(" in "), node.comment];
    document.getElementById("told").textContent = lines.filter((line) => line).join("\n");
  };
  node.circle.addEventListener("focus", tell);
  node.circle.addEventListener("pointerenter", tell);
}

// Forces: all push each other away, edges and shared partitions pull.
const step = (heat) => {
  for (let i = 0; i < nodes.length; i++) {
    for (let j = i + 1; j < nodes.length; j++) {
      const [a, b] = [nodes[i], nodes[j]];
      const [x, y] = [a.x - b.x, a.y - b.y];
      const push = (near * near) / (x * x + y * y + 1);
      const pull = a.partition !== null && a.partition === b.partition ? 0.004 : 0;
      a.dx += x * (push - pull); a.dy += y * (push - pull);
      b.dx -= x * (push - pull); b.dy -= y * (push - pull);
    }
  }
  for (const { a, b } of links) {
    const [x, y] = [b.x - a.x, b.y - a.y];
    const pull = Math.hypot(x, y) / near / 8;
    a.dx += x * pull; a.dy += y * pull;
    b.dx -= x * pull; b.dy -= y * pull;
  }
  for (const node of nodes) {
    node.dx -= node.x * 0.01; node.dy -= node.y * 0.01;
    const long = Math.hypot(node.dx, node.dy);
    if (long > 0 && !node.held) {
      node.x += (node.dx / long) * Math.min(long, heat);
      node.y += (node.dy / long) * Math.min(long, heat);
    }
    node.dx = node.dy = 0;
  }
};
const view = { x: 0, y: 0, scale: 1 };
const draw = () => {
  for (const { a, b, line, text } of links) {
    const [x, y] = [b.x - a.x, b.y - a.y];
    const long = Math.hypot(x, y) || 1;
    line.setAttribute("x1", a.x + (x / long) * a.size);
    line.setAttribute("y1", a.y + (y / long) * a.size);
    line.setAttribute("x2", b.x - (x / long) * b.size);
    line.setAttribute("y2", b.y - (y / long) * b.size);
    text?.setAttribute("x", (a.x + b.x) / 2);
    text?.setAttribute("y", (a.y + b.y) / 2);
  }
  for (const { x, y, size, circle, text } of nodes) {
    circle.setAttribute("cx", x);
    circle.setAttribute("cy", y);
    text.setAttribute("x", x);
    text.setAttribute("y", y + size + 13);
  }
  const [wide, high] = [svg.clientWidth, svg.clientHeight];
  all.setAttribute("transform", `translate(${wide / 2 + view.x} ${high / 2 + view.y}) scale(${view.scale})`);
};
const fit = () => {
  const room = (of, size) => size / 2 / (Math.max(1, ...nodes.map((node) => Math.abs(node[of]))) + 40);
  view.scale = Math.min(2, room("x", svg.clientWidth), room("y", svg.clientHeight));
};
const rounds = nodes.length > 1000 ? 40 : 300;
for (let round = 0; round < rounds; round++) step(30 * (1 - round / rounds) + 0.5);
fit();
draw();

const at = (event) => ({ x: (event.clientX - svg.clientWidth / 2 - view.x) / view.scale, y: (event.clientY - svg.clientHeight / 2 - view.y) / view.scale });
let held = null;
svg.addEventListener("pointerdown", (event) => {
  held = nodes.find((node) => node.circle === event.target) ?? view;
  held.held = true;
  svg.setPointerCapture(event.pointerId);
});
svg.addEventListener("pointermove", (event) => {
  if (held === view) { view.x += event.movementX; view.y += event.movementY; }
  else if (held) Object.assign(held, at(event));
  if (held) draw();
});
svg.addEventListener("pointerup", () => {
  if (held) held.held = false;
  held = null;
});
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  view.scale *= Math.exp(-event.deltaY / 500);
  draw();
}, { passive: false });
addEventListener("resize", () => { fit(); draw(); });
</script>
</body>
</html>
