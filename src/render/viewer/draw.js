// Drawing. While somebody moves a large picture, the last one is moved; it is drawn anew when it rests.
let isAsked = false, took = 0, last = null, resting = 0;
const ratio = () => window.devicePixelRatio || 1;
function draw() {
  if (!isAsked) { isAsked = true; requestAnimationFrame(() => { isAsked = false; paint(); }); }
}
function move() {
  if (took < 24 || !last) return draw();
  clearTimeout(resting);
  resting = setTimeout(draw, 120);
  if (!isAsked) {
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      const scale = view.scale / last.view.scale;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(last.image, (last.view.x - view.x) * view.scale * ratio(), (last.view.y - view.y) * view.scale * ratio(),
        canvas.width * scale, canvas.height * scale);
    });
  }
}
function color(style, at) {
  return style[at] === null ? null : style[at][tone];
}
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
const paper = () => (data.page ? data.page[tone] : css("--page"));
function outline(mark, into) {
  if (mark[0] === BOX) into.roundRect(mark[2], mark[3], mark[4], mark[5], mark[6]);
  else if (mark[0] === RASTER) into.rect(mark[2], mark[3], mark[4], mark[5]);
  else if (mark[0] === ELLIPSE) {
    into.ellipse(mark[2] + mark[4] / 2, mark[3] + mark[5] / 2, mark[4] / 2, mark[5] / 2, 0, 0, 2 * Math.PI);
  }
}
// What several marks have in common, made once.
const outlines = data.outlines.map(() => null);
function moved([, , outline, left, top]) {
  const path = new Path2D();
  path.addPath((outlines[outline] ||= new Path2D(data.outlines[outline])), new DOMMatrix([1, 0, 0, 1, left, top]));
  return path;
}
// Pictures in pixels, which browsers read when they have time to.
const rasters = (data.rasters || []).map((address) => {
  const image = new Image();
  image.onload = () => { last = null; draw(); drawMeanings(); };
  image.src = address;
  return image;
});
function shape(mark) {
  if (mark[0] === PATH) return (mark.path ||= new Path2D(mark[2]));
  if (mark[0] === SHARED) return (mark.path ||= moved(mark));
  const path = new Path2D();
  outline(mark, path);
  return path;
}
function paint() {
  const began = performance.now(), { x, y, scale } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (data.page) {
    context.fillStyle = data.page[tone];
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  const zoom = scale * ratio();
  context.setTransform(zoom, 0, 0, zoom, -x * zoom, -y * zoom);
  const shown = within([x, y, x + canvas.width / zoom, y + canvas.height / zoom]).filter((group) => !isHidden[group]);
  const isFar = shown.length > 6000 || zoom < 0.15;
  const far = new Map();
  const flush = () => {
    for (const [key, path] of far) {
      const [style, alpha] = key.split("/");
      context.globalAlpha = +alpha;
      context.strokeStyle = color(styles[style], 1);
      context.lineWidth = Math.max(styles[style][2], 0.7 / zoom);
      context.stroke(path);
    }
    far.clear();
  };
  for (const group of shown) {
    const { r: role, m: marks } = groups[group];
    // What is behind a label would be a hole without it; titles get a place of their own on the screen.
    if (role === EDGE_LABEL && !isRead(marks) || role === HEADING && !isRead(marks, TITLE)) continue;
    const alpha = isLit && !isLit[group] ? 0.15 : 1;
    if (isFar && role === EDGE && marks.length && marks[0][0] === PATH) {
      const key = marks[0][1] + "/" + alpha;
      let path = far.get(key);
      if (!path) far.set(key, (path = new Path2D()));
      const line = (marks[0].ends ||= (() => { const all = points(marks[0]); return [all[0], all[all.length - 1]]; })());
      if (line[0]) { path.moveTo(...line[0]); path.lineTo(...line[1]); }
      continue;
    }
    if (far.size && role !== EDGE) flush();
    context.globalAlpha = alpha;
    const box = bounds[group];
    if (role === NODE && Math.max(box[2] - box[0], box[3] - box[1]) * zoom < 4) {
      context.fillStyle = color(styles[marks[0][1]], 1) || color(styles[marks[0][1]], 0);
      context.fillRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
      continue;
    }
    for (const mark of marks) drawMark(mark, zoom, role);
  }
  flush();
  context.globalAlpha = 1;
  joined.forEach((pair) => drawJoined(pair, zoom));
  for (const node of collapsed) if (isHidden[nodes[node]] === 2) drawShut(node, zoom);
  context.globalAlpha = 1;
  for (const node of [selected, end].filter((node) => node >= 0 && isHidden[nodes[node]] !== 1)) {
    const body = bodyOf(nodes[node]), gap = 4 / zoom * ratio();
    context.strokeStyle = css("--mark");
    context.lineWidth = 2.5 / zoom * ratio();
    if (body && body[0] !== BOX) context.stroke(shape(body));
    else {
      const [left, top, right, bottom] = frameOf(nodes[node]);
      context.strokeRect(left - gap, top - gap, right - left + 2 * gap, bottom - top + 2 * gap);
    }
  }
  drawNames();
  took = performance.now() - began;
  if (took >= 24) {
    const image = (last && last.image.width === canvas.width && last.image.height === canvas.height && last.image)
      || Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const copy = image.getContext("2d");
    copy.clearRect(0, 0, image.width, image.height);
    copy.drawImage(canvas, 0, 0);
    last = { image, view: { ...view } };
  }
  document.documentElement.dataset.drawn = String(Math.round(took));
}
