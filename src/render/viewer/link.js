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
