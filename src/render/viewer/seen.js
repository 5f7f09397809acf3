// What the viewer chose.
const view = { x: 0, y: 0, scale: 1 };
let selected = -1, hovered = -1, end = -1, way = null, tone = 0;
const hiddenLayers = new Set(), collapsed = new Set();
let isHidden = new Uint8Array(groups.length), isLit = null, isEdgeLit = null;
// Lines that stand for edges of what is closed: one for each pair.
let joined = [];
const scheme = matchMedia("(prefers-color-scheme: dark)");

function refresh() {
  isHidden = new Uint8Array(groups.length);
  const inside = new Uint8Array(nodes.length), gone = new Uint8Array(nodes.length);
  const rest = nodes.map((_, node) => node).filter((node) => parents[node] < 0);
  while (rest.length) {
    const node = rest.pop();
    const parent = parents[node];
    inside[node] = parent >= 0 && (inside[parent] || collapsed.has(parent)) ? 1 : 0;
    gone[node] = (parent >= 0 && gone[parent]) || hiddenLayers.has(groups[nodes[node]].l) ? 1 : 0;
    if (inside[node] || gone[node]) {
      isHidden[nodes[node]] = 1;
      if (headings[node] >= 0) isHidden[headings[node]] = 1;
    }
    rest.push(...children[node]);
  }
  for (const node of collapsed) for (const group of [nodes[node], headings[node]]) if (group >= 0) isHidden[group] ||= 2;
  const shownIn = (node) => { while (inside[node]) node = parents[node]; return node; };
  const pairs = new Map();
  sources.forEach((source, edge) => {
    const target = targets[edge], ends = [shownIn(source), shownIn(target)];
    const isGone = gone[source] || gone[target] || (lines[edge] >= 0 && hiddenLayers.has(groups[lines[edge]].l));
    const isShut = ends.some((node) => collapsed.has(node));
    for (const group of [lines[edge], labels[edge]]) if (group >= 0 && (isGone || isShut)) isHidden[group] = 1;
    if (isGone || !isShut || ends[0] === ends[1] || lines[edge] < 0) return;
    const key = ends.join();
    if (!pairs.has(key)) pairs.set(key, { from: ends[0], to: ends[1], edges: [] });
    pairs.get(key).edges.push(edge);
  });
  joined = [...pairs.values()];
  for (const pair of joined) pair.line = lineOf(pair, pairs.has(`${pair.to},${pair.from}`) ? 6 : 0);
  light();
}

// A straight line from box to box; beside the middle, if there is one the other way.
function lineOf(pair, aside) {
  const boxes = [pair.from, pair.to].map((node) => frameOf(nodes[node]));
  const [[x1, y1], [x2, y2]] = boxes.map(([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2]);
  const length = Math.hypot(x2 - x1, y2 - y1) || 1, [across, down] = [(y1 - y2) / length * aside, (x2 - x1) / length * aside];
  const leave = ([left, top, right, bottom], dx, dy) => {
    const part = Math.min((right - left) / 2 / (Math.abs(dx) || 1e-9), (bottom - top) / 2 / (Math.abs(dy) || 1e-9), 0.5);
    return [(left + right) / 2 + dx * part + across, (top + bottom) / 2 + dy * part + down];
  };
  return [...leave(boxes[0], x2 - x1, y2 - y1), ...leave(boxes[1], x1 - x2, y1 - y2)];
}

// What stands out: the node that is chosen or pointed at, and what it has to do with.
function light() {
  const node = selected >= 0 ? selected : hovered;
  isLit = isEdgeLit = null;
  if (way || node >= 0) {
    isLit = new Uint8Array(groups.length);
    isEdgeLit = new Uint8Array(sources.length);
    const show = (at) => {
      for (; at >= 0; at = parents[at]) {
        isLit[nodes[at]] = 1;
        if (headings[at] >= 0) isLit[headings[at]] = 1;
      }
    };
    const showEdge = (edge) => {
      isEdgeLit[edge] = 1;
      if (lines[edge] >= 0) isLit[lines[edge]] = 1;
      if (labels[edge] >= 0) isLit[labels[edge]] = 1;
    };
    if (way) {
      way.nodes.forEach(show);
      way.edges.forEach(showEdge);
    } else {
      const own = [node], members = new Set();
      while (own.length) { const at = own.pop(); members.add(at); own.push(...children[at]); }
      for (const member of members) {
        show(member);
        for (const edge of beside[member]) { showEdge(edge); show(sources[edge]); show(targets[edge]); }
      }
    }
  }
  draw();
}
