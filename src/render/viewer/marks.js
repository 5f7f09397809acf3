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
