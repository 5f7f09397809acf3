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
