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
