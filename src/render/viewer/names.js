// Names where those of the picture are too small: of partitions where they fit, and of nodes while there is room,
// those with most edges first. They are as large at each size of the picture.
const ordered = nodes.map((_, node) => node).filter((node) => nodes[node] >= 0)
  .map((node) => [isPartition(node) ? depthOf(node) - 1e9 : -beside[node].length, node]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const named = new Uint8Array(nodes.length), widths = new Float32Array(nodes.length);
function depthOf(node) { let depth = 0; while ((node = parents[node]) >= 0) depth++; return depth; }
function drawNames() {
  const STEP = 6, columns = Math.ceil(canvas.clientWidth / STEP), rows = Math.ceil(canvas.clientHeight / STEP);
  const taken = new Uint8Array(columns * rows), ink = css("--ink"), page = paper();
  const isFree = (left, top, right, bottom, isTaken) => {
    const [x1, x2, y1, y2] = [left, right, top, bottom].map((at) => Math.floor(at / STEP));
    if (x1 < 0 || y1 < 0 || x2 >= columns || y2 >= rows) return false;
    for (let y = y1; y <= y2; y++) for (let x = x1; x <= x2; x++) if (taken[y * columns + x]) return false;
    if (isTaken) for (let y = y1; y <= y2; y++) taken.fill(1, y * columns + x1, y * columns + x2 + 1);
    return true;
  };
  const onScreen = ([left, top, right, bottom]) => [(left - view.x) * view.scale, (top - view.y) * view.scale,
    (right - view.x) * view.scale, (bottom - view.y) * view.scale];
  named.fill(0);
  let count = 0;
  context.setTransform(ratio(), 0, 0, ratio(), 0, 0);
  context.lineJoin = "round";
  for (const [, node] of ordered) {
    const group = nodes[node], isAround = isPartition(node), lettered = isAround ? headings[node] : group;
    if (lettered < 0 || isHidden[group] === 1 || (isLit && !isLit[group]) || count >= MOST_NAMED) continue;
    const marks = groups[lettered].m, text = marks.find((mark) => mark[0] === TEXT), body = bodyOf(group);
    if (!text || !body || text[2][4] || isAround && body[0] !== BOX) continue;
    const isShut = isAround && !!shutOf(node), least = isAround && !isShut ? TITLE : LEGIBLE, own = styles[text[1]][4] * view.scale;
    if (own >= least) continue;
    const [left, top, right, bottom] = onScreen(frameOf(group)), [x, y] = [(left + right) / 2, (top + bottom) / 2];
    if (right < 0 || bottom < 0 || left > canvas.clientWidth || top > canvas.clientHeight) continue;
    if (!isAround && !isFree(x, y, x, y)) continue;
    const name = nameOf(node).replace(/\s+/g, " "), short = name.length > 30 ? name.slice(0, 29).trimEnd() + "…" : name;
    context.font = `${isAround ? "bold " : ""}10px ${FONT}`;
    const width = (widths[node] ||= context.measureText(short).width);
    if (isAround) {
      const size = isShut ? TITLE : Math.min(TITLE, (right - left - 8) / width * 10);
      if (size < Math.max(own, 8) || bottom - top < size + 4 && !isShut) continue;
      const wide = width * size / 10, start = isShut ? x - wide / 2 : left + 4, base = isShut ? y + size * 0.36 : top + size + 1;
      if (!isFree(start - 2, base - size, start + wide + 2, base + 3, true)) continue;
      context.globalAlpha = 0.85;
      context.fillStyle = color(styles[body[1]], 0) || page;
      context.fillRect(start - 2, base - size, wide + 4, size + 3);
      context.globalAlpha = 1;
      context.fillStyle = color(styles[text[1]], 0);
      context.font = `bold ${size}px ${FONT}`;
      context.textAlign = "left";
      context.fillText(short, start, base);
    } else {
      if (!isFree(x - width / 2 - 5, y - 8, x + width / 2 + 5, y + 8, true)) continue;
      context.strokeStyle = page;
      context.lineWidth = 3;
      context.fillStyle = ink;
      context.textAlign = "center";
      context.strokeText(short, x, y + 3.6);
      context.fillText(short, x, y + 3.6);
    }
    named[node] = 1;
    count++;
  }
  // How many edges a line stands for.
  context.font = `11px ${FONT}`;
  context.textAlign = "center";
  context.lineWidth = 3;
  context.strokeStyle = page;
  context.fillStyle = ink;
  for (const pair of joined) {
    if (pair.edges.length === 1 || (isEdgeLit && !pair.edges.some((edge) => isEdgeLit[edge]))) continue;
    const [x1, y1, x2, y2] = onScreen(pair.line), [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2], text = counted(pair);
    if (Math.hypot(x2 - x1, y2 - y1) < 50 || !isFree(x - 26, y - 7, x + 26, y + 7, true)) continue;
    context.strokeText(text, x, y + 4);
    context.fillText(text, x, y + 4);
  }
  document.documentElement.dataset.named = String(count);
}
