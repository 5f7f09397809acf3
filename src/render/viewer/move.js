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
