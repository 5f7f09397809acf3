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
