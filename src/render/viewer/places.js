// What there is to show, as the page holds it.
const data = JSON.parse(document.getElementById("picture").textContent);
const find = (id) => document.getElementById(id);
const canvas = find("canvas"), context = canvas.getContext("2d");
const { groups, styles, nodes, parents, headings, sources, targets, lines, labels } = data;
const BOX = 0, ELLIPSE = 1, PATH = 2, TEXT = 3, SHARED = 4, RASTER = 5;
const PARTITION = 0, EDGE = 1, EDGE_LABEL = 2, NODE = 3, HEADING = 4;
const MOST_SHOWN = 50, MOST_LISTED = 500, MOST_NAMED = 400;
// How large letters must be on the screen to be read, and how large titles are there at least, in pixels.
const LEGIBLE = 6.5, TITLE = 12, FONT = "\"Noto Sans\", \"DejaVu Sans\", sans-serif";

// What is what: the node and the edge of each group, and who is beside and inside whom.
const nodeOf = new Int32Array(groups.length).fill(-1), edgeOf = new Int32Array(groups.length).fill(-1);
nodes.forEach((group, node) => { if (group >= 0) nodeOf[group] = node; });
lines.forEach((group, edge) => { if (group >= 0) edgeOf[group] = edge; });
labels.forEach((group, edge) => { if (group >= 0) edgeOf[group] = edge; });
const beside = nodes.map(() => []), children = nodes.map(() => []);
sources.forEach((source, edge) => {
  beside[source].push(edge);
  if (targets[edge] !== source) beside[targets[edge]].push(edge);
});
parents.forEach((parent, node) => { if (parent >= 0) children[parent].push(node); });
const isPartition = (node) => groups[nodes[node]].r === PARTITION;
// A name must not turn around what stands beside it.
const unturned = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
data.names = data.names.map((name, node) => unturned(name).trim() || unturned(data.ids[node]));
data.labelTexts = data.labelTexts.map(unturned);
const nameOf = (node) => data.names[node];

// Where everything is, and which groups are in which part of the plane.
const bounds = groups.map((group) => {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (x, y) => {
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
  };
  for (const mark of group.m) {
    if (mark[0] === BOX || mark[0] === ELLIPSE || mark[0] === RASTER) { add(mark[2], mark[3]); add(mark[2] + mark[4], mark[3] + mark[5]); }
    else if (mark[0] !== TEXT) points(mark).forEach(([x, y]) => add(x, y));
    else for (const line of mark.slice(2)) corners(line, styles[mark[1]][4]).forEach(([x, y]) => add(x, y));
  }
  return [left, top, right, bottom];
});
// The corners of a line of text, which may be turned around its start.
function corners([x, y, width, , turn], size) {
  const [along, across] = [Math.cos((turn || 0) * Math.PI / 180), Math.sin((turn || 0) * Math.PI / 180)];
  const corner = (right, down) => [x + right * along - down * across, y + right * across + down * along];
  return [corner(0, -size), corner(width, -size), corner(width, 4), corner(0, 4)];
}
// The shape of a group, which is drawn first, and where it is.
const bodyOf = (group) => groups[group].m.find((mark) => mark[0] !== TEXT);
function frameOf(group) {
  return shutOf(nodeOf[group]) || ownFrameOf(group);
}
function ownFrameOf(group) {
  const body = bodyOf(group);
  return body && body[0] === BOX ? [body[2], body[3], body[2] + body[4], body[3] + body[5]] : bounds[group];
}
// The small box that a closed partition has, in the middle of where it was.
function shutOf(node) {
  if (node < 0 || !collapsed.has(node) || headings[node] < 0 || bodyOf(nodes[node])[0] !== BOX) return null;
  const [left, top, right, bottom] = ownFrameOf(nodes[node]), title = bounds[headings[node]];
  const width = Math.min(right - left, Math.max(title[2] - title[0] + 2 * Math.max(0, title[0] - left), 90));
  const height = Math.min(bottom - top, 54), [x, y] = [(left + right - width) / 2, (top + bottom - height) / 2];
  return [x, y, x + width, y + height];
}
function points(mark) {
  const [outline, left, top] = mark[0] === SHARED ? [data.outlines[mark[2]], mark[3], mark[4]] : [mark[2], 0, 0];
  const numbers = outline.match(/-?[\d.]+/g) || [];
  const found = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) found.push([left + +numbers[at], top + +numbers[at + 1]]);
  return found;
}
const [frameX, frameY, frameWidth, frameHeight] = data.frame;
const SIDE = Math.max(1, Math.min(256, Math.ceil(Math.sqrt(groups.length / 4))));
const cells = Array.from({ length: SIDE * SIDE }, () => []);
const cell = (value, start, length) => Math.max(0, Math.min(SIDE - 1, Math.floor(((value - start) / length) * SIDE)));
const range = ([left, top, right, bottom]) => [cell(left, frameX, frameWidth), cell(top, frameY, frameHeight),
  cell(right, frameX, frameWidth), cell(bottom, frameY, frameHeight)];
bounds.forEach((box, group) => {
  if (!(box[0] <= box[2])) return;
  const [left, top, right, bottom] = range(box);
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) cells[y * SIDE + x].push(group);
});
const seen = new Uint32Array(groups.length);
let look = 0;
function within(box) {
  const found = [], [left, top, right, bottom] = range(box);
  look++;
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) for (const group of cells[y * SIDE + x]) {
    const own = bounds[group];
    if (seen[group] !== look && own[0] <= box[2] && own[2] >= box[0] && own[1] <= box[3] && own[3] >= box[1]) {
      seen[group] = look;
      found.push(group);
    }
  }
  return found.sort((a, b) => a - b);
}
