// Shows a picture that can be moved, searched and asked. All it needs stands in this page.
"use strict";
(() => {
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
  // Whether the letters of some marks can be read as they are drawn.
  function isRead(marks, least = LEGIBLE) {
    const text = marks.find((mark) => mark[0] === TEXT);
    return !text || styles[text[1]][4] * view.scale >= least;
  }
  function drawMark(mark, zoom, role, into = context) {
    const style = styles[mark[1]];
    if (mark[0] === TEXT) {
      if (into === context && style[4] * view.scale < LEGIBLE) return;
      into.font = `${style[5] ? "bold " : ""}${style[4]}px ${FONT}`;
      into.textAlign = "left";
      for (const [left, base, width, text, turn, isFromRight] of mark.slice(2)) {
        into.direction = isFromRight ? "rtl" : "ltr";
        const [x, y] = turn ? [0, 0] : [left, base];
        if (turn) { into.save(); into.translate(left, base); into.rotate(turn * Math.PI / 180); }
        if (color(style, 1)) {
          into.strokeStyle = color(style, 1);
          into.lineWidth = style[2];
          into.lineJoin = "round";
          into.strokeText(text, x, y, width * 1.02 + 1);
        }
        into.fillStyle = color(style, 0);
        into.fillText(text, x, y, width * 1.02 + 1);
        if (turn) into.restore();
      }
      into.direction = "ltr";
      return;
    }
    if (mark[0] === RASTER) {
      const image = rasters[mark[6]];
      if (image.complete && image.naturalWidth) into.drawImage(image, mark[2], mark[3], mark[4], mark[5]);
      return;
    }
    const path = shape(mark);
    if (color(style, 0)) {
      into.fillStyle = color(style, 0);
      into.fill(path, style[6] ? "evenodd" : "nonzero");
    }
    if (color(style, 1)) {
      into.strokeStyle = color(style, 1);
      into.lineWidth = role === EDGE ? Math.max(style[2], 0.6 / zoom) : style[2];
      into.setLineDash(style[3] ? style[3] : []);
      into.lineCap = style[7] || (style[3] && style[3][0] < 1) ? "round" : "butt";
      into.lineJoin = style[7] ? "round" : "miter";
      into.stroke(path);
      into.setLineDash([]);
    }
  }

  // Moving.
  function resize() {
    canvas.width = Math.round(canvas.clientWidth * ratio());
    canvas.height = Math.round(canvas.clientHeight * ratio());
    last = null;
    draw();
  }
  // The part of the page that no panel covers.
  function freeRoom() {
    const about = find("about"), [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const room = { left: 0, top: find("top").offsetTop + find("top").offsetHeight, right: width, bottom: height };
    if (!about.hidden) {
      if (about.offsetWidth < width * 0.6) room.right = about.offsetLeft;
      else room.bottom = Math.max(room.top + 80, about.offsetTop);
    }
    return room;
  }
  function show([left, top, right, bottom], most = 1.5) {
    const room = freeRoom(), [width, height] = [room.right - room.left, room.bottom - room.top];
    view.scale = Math.max(0.002, Math.min(most, (width - 40) / (right - left || 1), (height - 40) / (bottom - top || 1)));
    view.x = (left + right) / 2 - (room.left + room.right) / 2 / view.scale;
    view.y = (top + bottom) / 2 - (room.top + room.bottom) / 2 / view.scale;
    draw();
    remember();
  }
  // Moves what is chosen out from under a panel that has just opened.
  function uncover(node) {
    const [left, , right, bottom] = frameOf(nodes[node]), room = freeRoom();
    const [over, under] = [right - view.x - (room.right - 12) / view.scale, bottom - view.y - (room.bottom - 12) / view.scale];
    if (over > 0 && (right - left) * view.scale < room.right - 24) view.x += over;
    if (under > 0 && room.bottom < canvas.clientHeight) view.y += under;
  }
  const fit = () => show([frameX, frameY, frameX + frameWidth, frameY + frameHeight]);
  function zoomAt(factor, x, y) {
    const scale = Math.max(0.002, Math.min(8, view.scale * factor));
    view.x += x / view.scale - x / scale;
    view.y += y / view.scale - y / scale;
    view.scale = scale;
    move();
    remember();
  }
  const zoom = (factor) => zoomAt(factor, canvas.clientWidth / 2, canvas.clientHeight / 2);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pace = event.deltaMode === 1 ? 0.05 : event.ctrlKey ? 0.01 : 0.0015;
    zoomAt(Math.exp(-event.deltaY * pace), event.offsetX, event.offsetY);
  }, { passive: false });
  const fingers = new Map();
  let travelled = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    travelled = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return hover(event);
    const now = [event.offsetX, event.offsetY];
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const length = ([x, y]) => Math.hypot(x - other[0], y - other[1]) || 1;
      zoomAt(length(now) / length(before), other[0], other[1]);
    } else {
      view.x -= (now[0] - before[0]) / view.scale;
      view.y -= (now[1] - before[1]) / view.scale;
      canvas.classList.add("moves");
      move();
      remember();
    }
    travelled += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    fingers.set(event.pointerId, now);
  });
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    canvas.classList.remove("moves");
    if (event.type === "pointerup" && travelled < 5) press(event);
    else if (took >= 24) draw();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => { find("hint").hidden = true; if (hovered >= 0) { hovered = -1; light(); } });

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
  // A shortest way along edges; where there is none, one against all of them, or else against some.
  function findWay(from, to) {
    const ALONG = 1, AGAINST = 2;
    const search = (ways) => {
      const by = new Map([[from, -1]]), queue = [from];
      for (let at = 0; at < queue.length && !by.has(to); at++) {
        for (const edge of beside[queue[at]]) {
          const isAlong = sources[edge] === queue[at], next = isAlong ? targets[edge] : sources[edge];
          if (ways & (isAlong ? ALONG : AGAINST) && !by.has(next)) { by.set(next, edge); queue.push(next); }
        }
      }
      if (!by.has(to)) return null;
      const found = { nodes: [to], edges: [] };
      for (let at = to; at !== from;) {
        const edge = by.get(at);
        at = sources[edge] === at ? targets[edge] : sources[edge];
        found.edges.unshift(edge);
        found.nodes.unshift(at);
      }
      return found;
    };
    end = to;
    const along = search(ALONG);
    way = along || search(AGAINST) || search(ALONG | AGAINST) || { nodes: [from, to], edges: [] };
    const box = panel(`From ${nameOf(from)} to ${nameOf(to)}`);
    const isForward = (edge, at) => sources[edge] === way.nodes[at] && targets[edge] === way.nodes[at + 1];
    const steps = way.edges.map((edge, at) => ` ${isForward(edge, at) ? "→" : "←"} ${nameOf(way.nodes[at + 1])}`);
    const text = steps.length ? nameOf(from) + steps.join("") : "No way leads there.";
    const backwards = steps.length && !along ? "No way leads there along the arrows. This one goes against "
      + (way.edges.some(isForward) ? "some of them:" : "them:") : "";
    if (backwards) make("p", backwards, box);
    make("p", text, box);
    say(`${backwards} ${text}`.trim());
    for (const node of way.nodes) for (let at = parents[node]; at >= 0; at = parents[at]) collapsed.delete(at);
    refresh();
  }

  // Searching.
  const search = find("search");
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase(), box = find("found");
    box.replaceChildren();
    box.hidden = !wanted;
    if (!wanted) return;
    const rank = (node) => {
      const [name, id] = [nameOf(node).toLowerCase(), data.ids[node].toLowerCase()];
      if (name === wanted || id === wanted) return 0;
      if (name.startsWith(wanted) || id.startsWith(wanted)) return 1;
      return name.includes(wanted) || id.includes(wanted) ? 2 : 3;
    };
    const found = nodes.map((_, node) => [rank(node), node]).filter(([how]) => how < 3).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [, node] of found.slice(0, MOST_SHOWN)) {
      const button = make("button", nameOf(node) === data.ids[node] ? data.ids[node] : `${nameOf(node)} (${data.ids[node]})`, box);
      button.onclick = () => { box.hidden = true; choose(node, true); canvas.focus(); };
    }
    const count = found.length === 1 ? "1 node" : `${found.length} nodes`;
    make("p", found.length ? (found.length > MOST_SHOWN ? `${count}, the first ${MOST_SHOWN} are shown` : count) : "Nothing found", box);
    say(count);
  });
  search.addEventListener("keydown", (event) => {
    const first = find("found").querySelector("button");
    if (event.key === "Enter" && first) first.click();
    if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
    if (event.key === "Escape") { search.value = ""; find("found").hidden = true; canvas.focus(); }
  });
  find("found").addEventListener("keydown", (event) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const other = next && document.activeElement[next];
    if (other && other.focus) { event.preventDefault(); other.focus(); }
    if (event.key === "Escape") { find("found").hidden = true; search.focus(); }
  });

  // Layers.
  const layerName = (id) => (data.layers.find((layer) => layer[0] === id) || [id, id])[1];
  function listLayers() {
    const box = find("layers");
    box.replaceChildren();
    box.hidden = !data.layers.length;
    const counts = new Map();
    groups.forEach((group) => { if (group.r !== EDGE_LABEL && group.r !== HEADING) counts.set(group.l, (counts.get(group.l) || 0) + 1); });
    for (const [id, name, fill, line, dash] of data.layers) {
      const label = make("label", undefined, box), check = make("input", undefined, label), swatch = make("i", undefined, label);
      check.type = "checkbox";
      check.checked = !hiddenLayers.has(id);
      check.onchange = () => { check.checked ? hiddenLayers.delete(id) : hiddenLayers.add(id); refresh(); remember(); };
      if (fill) swatch.style.background = fill[tone];
      if (line) swatch.style.borderColor = line[tone];
      // Edges look like lines.
      if (dash !== undefined) swatch.className = dash ? "line dashed" : "line";
      label.append(name);
      make("span", String(counts.get(id) || 0), label);
    }
  }

  // What looks mean that are no layer's, as other pictures show it below.
  function drawMeanings() {
    const box = find("meanings"), room = 4;
    box.replaceChildren();
    box.hidden = !data.meanings.length;
    for (const { f: [left, top, width, height], s: text, m: marks } of data.meanings) {
      const own = make("canvas", undefined, box), into = own.getContext("2d"), zoom = ratio();
      own.width = Math.ceil((width + 2 * room) * zoom);
      own.height = Math.ceil((height + 2 * room) * zoom);
      own.style.width = `${own.width / zoom}px`;
      own.setAttribute("role", "img");
      own.setAttribute("aria-label", text);
      if (data.page) {
        into.fillStyle = data.page[tone];
        into.fillRect(0, 0, own.width, own.height);
      }
      into.setTransform(zoom, 0, 0, zoom, (room - left) * zoom, (room - top) * zoom);
      for (const mark of marks) drawMark(mark, zoom, NODE, into);
    }
  }

  // Keys.
  addEventListener("keydown", (event) => {
    // Fields and buttons have keys of their own, and so has the browser.
    const at = event.target.closest("input, button, a, .panel");
    if (event.ctrlKey || event.metaKey || event.altKey || (at && (event.key !== "/" || at.id === "search"))) return;
    const step = 60 / view.scale, { key } = event;
    const pan = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key];
    if (pan) { view.x += pan[0]; view.y += pan[1]; move(); remember(); }
    else if (key === "+" || key === "=") zoom(1.25);
    else if (key === "-") zoom(0.8);
    else if (key === "0") fit();
    else if (key === "Escape") choose(-1);
    else if (key === "/") search.select();
    else if ((key === "n" || key === "p") && selected >= 0) follow(key === "n");
    else if (key === "Enter" && selected >= 0 && isPartition(selected)) toggle(selected);
    else return;
    event.preventDefault();
  });
  // To the next or the previous of what the chosen node has to do with.
  function follow(isNext) {
    const near = beside[selected].map((edge) => (sources[edge] === selected ? targets[edge] : sources[edge]));
    const others = near.filter((node) => node !== selected);
    if (others.length) choose(isNext ? others[0] : others[others.length - 1], true);
  }

  // A link to what is seen.
  let remembering = 0;
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(() => {
      const state = new URLSearchParams();
      state.set("at", [view.x, view.y, view.scale].map((value) => +value.toFixed(3)).join(","));
      if (selected >= 0) state.set("node", data.ids[selected]);
      if (hiddenLayers.size) state.set("hide", JSON.stringify([...hiddenLayers]));
      if (collapsed.size) state.set("closed", JSON.stringify([...collapsed].map((node) => data.ids[node])));
      try { history.replaceState(null, "", `#${state}`); } catch { /* A page from a file may not. */ }
    }, 200);
  }
  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    const list = (key) => { try { const all = JSON.parse(state.get(key) || "[]"); return Array.isArray(all) ? all : []; } catch { return []; } };
    list("hide").forEach((layer) => hiddenLayers.add(String(layer)));
    const byId = new Map(data.ids.map((id, node) => [id, node]));
    list("closed").forEach((id) => { if (byId.has(id)) collapsed.add(byId.get(id)); });
    const at = (state.get("at") || "").split(",").map(Number), node = byId.get(state.get("node"));
    if (at.length === 3 && at.every(Number.isFinite) && at[2] > 0) [view.x, view.y, view.scale] = at;
    else fit();
    if (node !== undefined) choose(node, at.length !== 3, false);
  }

  // For readers of the screen: every node, with what it has to do with.
  const all = find("all");
  nodes.slice(0, MOST_LISTED).forEach((_, node) => {
    const button = make("button", groups[nodes[node]].s || nameOf(node), all);
    button.tabIndex = -1;
    button.onclick = () => choose(node, true);
  });
  if (nodes.length > MOST_LISTED) make("p", `and ${nodes.length - MOST_LISTED} more; the search finds them`, all);

  find("nearer").onclick = () => zoom(1.25);
  find("farther").onclick = () => zoom(0.8);
  find("whole").onclick = fit;
  // The panels go with the page: dark on a dark one, whatever the viewer prefers elsewhere.
  const retone = () => {
    tone = scheme.matches ? 1 : 0;
    const page = data.page ? data.page[tone] : scheme.matches ? "#000000" : "#ffffff";
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(page.slice(at, at + 2), 16));
    document.documentElement.dataset.tone = 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
    listLayers();
    drawMeanings();
    last = null;
    draw();
  };
  scheme.addEventListener("change", retone);
  new ResizeObserver(resize).observe(canvas);
  resize();
  retone();
  recall();
  refresh();
})();
