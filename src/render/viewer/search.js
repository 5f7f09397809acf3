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
