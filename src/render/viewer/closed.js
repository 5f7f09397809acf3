// A partition that is closed says what is in it.
function drawShut(node, zoom) {
  context.globalAlpha = isLit && !isLit[nodes[node]] ? 0.15 : 1;
  const [body, ...marks] = groups[nodes[node]].m, shut = shutOf(node);
  if (!shut) {
    for (const mark of [body, ...marks, ...(headings[node] >= 0 ? groups[headings[node]].m : [])]) drawMark(mark, zoom, PARTITION);
    if (body[0] === PATH) return;
  }
  const [left, top, right, bottom] = shut || bounds[nodes[node]];
  if (shut) {
    drawMark([BOX, body[1], left, top, right - left, bottom - top, body[6]], zoom, PARTITION);
    const own = ownFrameOf(nodes[node]);
    context.save();
    context.translate(left - own[0], top - own[1]);
    for (const mark of groups[headings[node]].m) drawMark(mark, zoom, PARTITION);
    context.restore();
  }
  if (13 * view.scale < LEGIBLE) return;
  let count = 0;
  const rest = [...children[node]];
  while (rest.length) { const at = rest.pop(); if (isPartition(at)) rest.push(...children[at]); else count++; }
  context.fillStyle = css("--soft");
  context.font = `13px ${FONT}`;
  context.textAlign = "center";
  context.fillText(count === 1 ? "1 node" : `${count} nodes`, (left + right) / 2, shut ? bottom - 9 : (top + bottom) / 2 + 5, right - left);
}
function drawJoined({ edges, line: [x1, y1, x2, y2] }, zoom) {
  const { m: [mark, ...heads] } = groups[lines[edges[0]]], style = styles[mark[1]];
  context.globalAlpha = isEdgeLit && !edges.some((edge) => isEdgeLit[edge]) ? 0.15 : 1;
  context.strokeStyle = context.fillStyle = color(style, 1) || color(style, 0);
  context.lineWidth = Math.max(style[2] + Math.min(3, Math.log2(edges.length)), 0.8 / zoom);
  context.setLineDash(style[3] || []);
  const length = Math.hypot(x2 - x1, y2 - y1) || 1, size = Math.min(length, 8 + context.lineWidth);
  const [dx, dy] = heads.length ? [(x2 - x1) / length * size, (y2 - y1) / length * size] : [0, 0];
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2 - dx, y2 - dy);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x2, y2);
  context.lineTo(x2 - dx - dy * 0.4, y2 - dy + dx * 0.4);
  context.lineTo(x2 - dx + dy * 0.4, y2 - dy - dx * 0.4);
  context.fill();
}
