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
