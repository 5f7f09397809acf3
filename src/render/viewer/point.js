// Pointing.
function under(x, y) {
  const [px, py] = [view.x + x / view.scale, view.y + y / view.scale], near = 5 / view.scale;
  let best = -1;
  for (const group of within([px - near, py - near, px + near, py + near]).reverse()) {
    const role = groups[group].r;
    if (isHidden[group] === 1 || role > NODE) continue;
    if (role === EDGE) {
      if (best < 0 && isOnLine(group, px, py, near)) best = group;
    } else if (isIn(group, px, py)) return role === PARTITION && best >= 0 ? best : group;
  }
  return best;
}
// Whether a place is in a box, an outline or a text of a group.
function isIn(group, x, y) {
  const shut = shutOf(nodeOf[group]), [left, top, right, bottom] = shut || bounds[group];
  if (x < left || x > right || y < top || y > bottom) return false;
  if (shut) return true;
  context.setTransform(1, 0, 0, 1, 0, 0);
  return groups[group].m.some((mark) => {
    if (mark[0] === BOX) return x >= mark[2] && x <= mark[2] + mark[4] && y >= mark[3] && y <= mark[3] + mark[5];
    if (mark[0] !== TEXT) return context.isPointInPath(shape(mark), x, y);
    return mark.slice(2).some((line) => {
      const text = new Path2D();
      corners(line, styles[mark[1]][4]).forEach(([px, py], at) => at ? text.lineTo(px, py) : text.moveTo(px, py));
      return context.isPointInPath(text, x, y);
    });
  });
}
function isOnLine(group, x, y, near) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.lineWidth = near * 2;
  return groups[group].m.some((mark) => (mark[0] === PATH ? context.isPointInStroke : context.isPointInPath).call(context, shape(mark), x, y));
}
// The line of what is closed that is pointed at, if nothing is over it.
function joinedUnder(x, y, group) {
  if (group >= 0 && (groups[group].r !== PARTITION || shutOf(nodeOf[group]))) return undefined;
  const [px, py] = [view.x + x / view.scale, view.y + y / view.scale];
  return joined.find(({ line: [x1, y1, x2, y2] }) => {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const part = Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(px - x1 - dx * part, py - y1 - dy * part) * view.scale < 5;
  });
}
const counted = ({ edges }) => (edges.length === 1 ? "1 edge" : `${edges.length} edges`);
const toldOf = (pair) => pair.edges.length === 1 ? unturned(groups[lines[pair.edges[0]]].t)
  : `${nameOf(pair.from)} → ${nameOf(pair.to)}\n${counted(pair)}`;
// What there is to tell of something beyond what can be read of it in the picture.
function untold(group) {
  const text = unturned(groups[group].t), node = nodeOf[group];
  if (node < 0) return text;
  const lettered = isPartition(node) && headings[node] >= 0 ? headings[node] : group;
  const letters = groups[lettered].m.filter((mark) => mark[0] === TEXT).flatMap((mark) => mark.slice(2).map((line) => line[3])).join("");
  const bare = (of) => of.replace(/\s/g, ""), label = nameOf(node);
  const isWhole = bare(letters) === bare(label) && isRead(groups[lettered].m) || named[node] && label.length <= 30;
  return text.trim() ? (isWhole && text.startsWith(label) ? text.slice(label.length).trim() : text) : label;
}
function hover(event) {
  const group = under(event.offsetX, event.offsetY), pair = joinedUnder(event.offsetX, event.offsetY, group), hint = find("hint");
  const text = pair ? toldOf(pair) : group >= 0 ? untold(group) : "";
  canvas.classList.toggle("points", group >= 0 || !!pair);
  canvas.dataset.under = group >= 0 && nodeOf[group] >= 0 ? nameOf(nodeOf[group]) : "";
  hint.hidden = !text;
  if (text) {
    hint.textContent = text;
    // Beside the pointer, never below it.
    const { offsetWidth: width, offsetHeight: height } = hint, [x, y] = [event.offsetX, event.offsetY];
    hint.style.left = `${x + 16 + width < innerWidth ? x + 16 : Math.max(4, x - width - 10)}px`;
    hint.style.top = `${y + 16 + height < innerHeight ? y + 16 : Math.max(4, y - height - 10)}px`;
  }
  const node = group >= 0 ? nodeOf[group] : -1;
  const near = node >= 0 && !isPartition(node) ? node : -1;
  if (near !== hovered) { hovered = near; if (selected < 0 && !way) light(); }
}
function press(event) {
  const group = under(event.offsetX, event.offsetY), pair = joinedUnder(event.offsetX, event.offsetY, group);
  find("hint").hidden = true;
  if (pair) return pair.edges.length === 1 ? aboutEdge(pair.edges[0]) : aboutJoined(pair);
  if (group < 0) return choose(-1);
  const node = nodeOf[group];
  if (node < 0) return aboutEdge(edgeOf[group]);
  if (event.shiftKey && selected >= 0 && node !== selected) return findWay(selected, node);
  choose(node);
}
canvas.addEventListener("dblclick", (event) => {
  const group = under(event.offsetX, event.offsetY), node = group >= 0 ? nodeOf[group] : -1;
  if (node >= 0 && isPartition(node)) toggle(node);
});
function toggle(node) {
  collapsed.has(node) ? collapsed.delete(node) : collapsed.add(node);
  say(`${nameOf(node)} ${collapsed.has(node) ? "closed" : "opened"}`);
  refresh();
  if (selected === node) about(node);
  remember();
}
