// Asking.
const say = (text) => { find("said").textContent = text; };
const make = (tag, text, into) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (into) into.append(made);
  return made;
};
function choose(node, isShown, isNew = true) {
  selected = node; end = -1; way = null;
  if (node >= 0) {
    for (let parent = parents[node]; parent >= 0; parent = parents[parent]) collapsed.delete(parent);
    say(groups[nodes[node]].s || nameOf(node));
    about(node);
    if (isShown) show(around(node), 1.2);
    else if (isNew) uncover(node);
  } else find("about").hidden = true;
  refresh();
  remember();
}
function around(node) {
  const [left, top, right, bottom] = frameOf(nodes[node]), room = isPartition(node) ? 20 : 260;
  return [left - room, top - room, right + room, bottom + room];
}
function panel(title) {
  const box = find("about");
  box.replaceChildren();
  box.hidden = false;
  make("h2", title, box);
  const close = make("button", "×", box);
  close.className = "close";
  close.setAttribute("aria-label", "Close");
  close.onclick = () => { choose(-1); canvas.focus(); };
  return box;
}
function row(table, key, value) {
  const line = make("tr", undefined, table);
  make("th", key, line);
  make("td", value, line);
}
function lead(group, box) {
  if (!group.a) return;
  const link = make("a", "open", make("p", undefined, box));
  link.href = group.a;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
}
function about(node) {
  const box = panel(nameOf(node)), group = groups[nodes[node]], table = make("table", undefined, box);
  row(table, "id", data.ids[node]);
  if (group.l) row(table, "layer", layerName(group.l));
  if (parents[node] >= 0) row(table, "in", nameOf(parents[node]));
  data.columns.forEach(([name, values]) => { if (values[node] !== null) row(table, name, values[node]); });
  lead(group, box);
  if (isPartition(node)) {
    const button = make("button", collapsed.has(node) ? "Open" : "Close up", make("p", undefined, box));
    button.onclick = () => toggle(node);
  } else if (beside[node].length) make("p", "Shift and a click on another node show the way there.", box).style.color = "var(--soft)";
  const list = (title, edges, other) => {
    if (!edges.length) return;
    make("strong", `${title} (${edges.length})`, box);
    const items = make("ul", undefined, box);
    for (const edge of edges.slice(0, MOST_SHOWN)) {
      const label = data.labelTexts[edge], name = nameOf(other(edge));
      const button = make("button", label ? `${name} — ${label}` : name, make("li", undefined, items));
      button.onclick = () => choose(other(edge), true);
    }
    if (edges.length > MOST_SHOWN) make("li", `and ${edges.length - MOST_SHOWN} more`, items);
  };
  list("Leads to", beside[node].filter((edge) => sources[edge] === node), (edge) => targets[edge]);
  list("Reached from", beside[node].filter((edge) => targets[edge] === node), (edge) => sources[edge]);
  if (isPartition(node)) {
    make("strong", `Holds (${children[node].length})`, box);
    const items = make("ul", undefined, box);
    for (const child of children[node].slice(0, MOST_SHOWN)) {
      make("button", nameOf(child), make("li", undefined, items)).onclick = () => choose(child, true);
    }
    if (children[node].length > MOST_SHOWN) make("li", `and ${children[node].length - MOST_SHOWN} more`, items);
  }
}
function aboutEdge(edge) {
  selected = -1; end = -1;
  way = { nodes: [sources[edge], targets[edge]], edges: [edge] };
  const group = groups[lines[edge]], box = panel(`${nameOf(sources[edge])} → ${nameOf(targets[edge])}`);
  const table = make("table", undefined, box);
  if (data.labelTexts[edge]) row(table, "label", data.labelTexts[edge]);
  if (group.l) row(table, "layer", layerName(group.l));
  lead(group, box);
  say(group.s || group.t);
  light();
}
function aboutJoined(pair) {
  selected = -1; end = -1;
  way = { nodes: [pair.from, pair.to], edges: pair.edges };
  const box = panel(`${nameOf(pair.from)} → ${nameOf(pair.to)}`);
  make("strong", counted(pair), box);
  const items = make("ul", undefined, box);
  for (const edge of pair.edges.slice(0, MOST_SHOWN)) {
    const label = data.labelTexts[edge], ends = `${nameOf(sources[edge])} → ${nameOf(targets[edge])}`;
    make("button", label ? `${ends} — ${label}` : ends, make("li", undefined, items)).onclick = () => choose(sources[edge], true);
  }
  if (pair.edges.length > MOST_SHOWN) make("li", `and ${pair.edges.length - MOST_SHOWN} more`, items);
  say(`${nameOf(pair.from)} to ${nameOf(pair.to)}, ${counted(pair)}`);
  light();
}
