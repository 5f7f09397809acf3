// Opens pages with pictures in Chromium, does in them what a person would, and tells what was seen.
//
// Reads { pages: [path], search, folder? } from standard input and writes { results } to standard output: for each page
// { errors, requests, slash, title, found, chosen, covered, hidden, closed, joined, ways, state, recalled, drawn, named, size,
// listed, pointed, told, holes, swatches, meanings, gold }. Without a browser it writes { missing }. With a folder, it leaves pictures of each page there as <number>-<what>.png.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { answer, asked, browser } from "./browser.mjs";

const { pages, folder, search } = asked;
await answer(async () => {
  const results = [];
  for (const [number, path] of pages.entries()) results.push(await visit(path, number));
  return results;
});

// Points at the middle of the label of each node that is an outline, and at the corners of the box around it, and
// returns the names of the nodes with what the page says there.
async function pointed(page, rest) {
  const places = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("picture").textContent);
    const [x, y, scale] = new URLSearchParams(location.hash.slice(1)).get("at").split(",").map(Number);
    const onScreen = ([left, top]) => [(left - x) * scale, (top - y) * scale];
    return data.nodes.flatMap((at, node) => {
      const [body, text] = data.groups[at].m;
      if (body[0] !== 2 || !text) return [];
      const numbers = body[2].match(/-?[\d.]+/g).map(Number);
      const sides = (axis) => {
        const own = numbers.filter((_, place) => place % 2 === axis);
        return [Math.min(...own) + 2, Math.max(...own) - 2];
      };
      const corners = sides(0).flatMap((left) => sides(1).map((top) => [left, top]));
      const [left, base, width, , turn] = text[2];
      const angle = (turn || 0) * Math.PI / 180;
      const label = [left + Math.cos(angle) * width / 2, base + Math.sin(angle) * width / 2];
      return [[data.names[node], label, ...corners].map((at) => (typeof at === "string" ? at : onScreen(at)))];
    });
  });
  const said = [];
  for (const [name, ...at] of places) {
    const seen = [];
    for (const [x, y] of at) {
      await page.mouse.move(x, y);
      await rest(30);
      seen.push(await page.$eval("#canvas", (canvas) => canvas.dataset.under));
    }
    said.push([name, ...seen]);
  }
  return said;
}

// Returns where the frames of nodes are on the screen, by ids: [left, top, right, bottom].
async function frames(page, rest) {
  await rest(300);
  return page.evaluate(() => {
    const data = JSON.parse(document.getElementById("picture").textContent);
    const [x, y, scale] = new URLSearchParams(location.hash.slice(1)).get("at").split(",").map(Number);
    const all = data.nodes.flatMap((at, node) => {
      const body = at < 0 ? undefined : data.groups[at].m[0];
      if (!body || body[0] !== 0) return [];
      const [left, top] = [(body[2] - x) * scale, (body[3] - y) * scale];
      return [[data.ids[node], [left, top, left + body[4] * scale, top + body[5] * scale]]];
    });
    return Object.fromEntries(all);
  });
}

// Returns how many labels of edges leave a hole: nothing is drawn across the middle of their places.
async function holes(page, rest) {
  await rest(300);
  return page.evaluate(() => {
    const data = JSON.parse(document.getElementById("picture").textContent);
    const [x, y, scale] = new URLSearchParams(location.hash.slice(1)).get("at").split(",").map(Number);
    const canvas = document.getElementById("canvas");
    return data.labels.filter((at) => {
      if (at < 0) return false;
      const [, , left, top, width, height] = data.groups[at].m[0];
      const [across, down] = [(left + width / 2 - x) * scale, (top + height / 2 - y) * scale].map(Math.round);
      const pixels = canvas.getContext("2d").getImageData(across - 6, down, 13, 1).data;
      const colors = new Set();
      for (let from = 0; from < pixels.length; from += 4) colors.add(pixels.slice(from, from + 4).join());
      return colors.size === 1;
    }).length;
  });
}

function middle([left, top, right, bottom]) {
  return [(left + right) / 2, (top + bottom) / 2];
}

// Chooses one node and asks for the way to another, and returns what the page says.
async function way(page, rest, from, to) {
  await page.keyboard.press("Escape");
  await page.keyboard.press("0");
  let places = await frames(page, rest);
  await page.mouse.click(...middle(places[from]));
  places = await frames(page, rest);
  await page.keyboard.down("Shift");
  await page.mouse.click(...middle(places[to]));
  await page.keyboard.up("Shift");
  await rest(100);
  const said = await page.$eval("#said", (said) => said.textContent);
  await page.keyboard.press("Escape");
  await page.keyboard.press("0");
  await rest(300);
  return said;
}

async function visit(path, number) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1200, height: 800 });
  const errors = [], requests = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("request", (request) => { if (!request.url().startsWith("file:")) requests.push(request.url()); });
  const address = pathToFileURL(path).href;
  await page.goto(address);
  const rest = (time = 400) => new Promise((done) => setTimeout(done, time));
  const snap = async (what) => { if (folder) await page.screenshot({ path: join(folder, `${number}-${what}.png`) }); };
  await rest();
  await snap("whole");
  const result = { errors, requests, title: await page.title() };
  result.size = await page.evaluate(() => document.querySelector("body script:last-of-type").textContent.length
    + document.querySelector("style").textContent.length);
  // Keys work before anything was clicked.
  await page.keyboard.press("/");
  result.slash = await page.evaluate(() => document.activeElement.id);
  await page.evaluate(() => document.activeElement.blur());
  result.named = await page.evaluate(() => Number(document.documentElement.dataset.named));
  const pixels = () => page.evaluate(() => {
    const canvas = document.getElementById("canvas");
    return canvas.toDataURL().length;
  });
  const first = await pixels();
  result.drawn = await page.evaluate(() => Number(document.documentElement.dataset.drawn));
  result.listed = await page.$$eval("#all button", (all) => all.map((one) => one.textContent));
  result.gold = await page.evaluate(() => {
    const canvas = document.getElementById("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Uint32Array(data.buffer).includes(0xff00d7ff);
  });
  result.meanings = await page.$$eval("#meanings canvas", (all) => all.map((one) => {
    const { data } = one.getContext("2d").getImageData(0, 0, one.width, one.height);
    return { said: one.getAttribute("aria-label"), colors: new Set(new Uint32Array(data.buffer)).size };
  }));
  // Search, and choose what is found first.
  await page.type("#search", search);
  await rest(100);
  result.found = await page.$$eval("#found button", (all) => all.map((one) => one.textContent));
  await snap("search");
  await page.keyboard.press("Enter");
  await rest();
  result.chosen = await page.$eval("#about", (about) => about.innerText);
  await snap("chosen");
  const own = (await frames(page, rest))[result.chosen.match(/id\t(.*)/)?.[1]];
  if (own) result.covered = own[2] > await page.$eval("#about", (about) => about.offsetLeft);
  result.state = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("node");
  result.changed = (await pixels()) !== first;
  // A link to the state shows the same.
  const link = page.url();
  const again = await browser.newPage();
  await again.setViewport({ width: 1200, height: 800 });
  await again.goto(link);
  await rest();
  result.recalled = await again.$eval("#about", (about) => about.innerText);
  await again.close();
  // Keys and layers.
  await page.focus("#canvas");
  await page.keyboard.press("n");
  await rest(100);
  result.next = await page.$eval("#about h2", (title) => title.textContent).catch(() => "");
  await page.keyboard.press("Escape");
  await page.keyboard.press("0");
  await rest();
  result.pointed = await pointed(page, rest);
  const boxes = await page.$$("#layers input");
  result.swatches = await page.$$eval("#layers i", (all) => all.map((one) => one.className));
  if (number === 0) {
    const places = await frames(page, rest);
    if (places.orders && places.web) {
      result.ways = [];
      for (const [from, to] of [["web", "orders"], ["orders", "web"], ["orders", "stock"]]) {
        result.ways.push(await way(page, rest, from, to));
      }
      result.told = [];
      const point = async (id) => {
        await page.mouse.move(...middle((await frames(page, rest))[id]));
        await rest(100);
        result.told.push(await page.$eval("#hint", (hint) => hint.hidden ? "" : hint.textContent));
      };
      await point("web");
      for (let times = 0; times < 12; times++) await page.keyboard.press("-");
      await rest(300);
      await point("web");
      await page.mouse.move(1, 400);
      await page.keyboard.press("0");
      for (let times = 0; times < 6; times++) await page.keyboard.press("-");
      result.holes = await holes(page, rest);
      await snap("farther");
      await page.keyboard.press("0");
      await rest(300);
    }
  }
  result.layers = await page.$$eval("#layers label", (all) => all.map((one) => one.textContent));
  const before = await pixels();
  if (boxes.length) await boxes[0].click();
  await rest();
  result.hidden = boxes.length === 0 || (await pixels()) !== before;
  await snap("layer");
  if (boxes.length) await boxes[0].click();
  // The first partition closes up.
  const partition = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("picture").textContent);
    const at = data.nodes.findIndex((group) => group >= 0 && data.groups[group].r === 0);
    return at < 0 ? null : data.ids[at];
  });
  if (partition !== null) {
    await page.$eval("#search", (input) => { input.value = ""; });
    await page.type("#search", partition);
    await rest(100);
    await page.keyboard.press("Enter");
    await rest(300);
    await page.keyboard.press("Enter");
    await rest(300);
    result.closed = await page.$eval("#said", (said) => said.textContent);
    await snap("closed");
    const places = await frames(page, rest);
    if (number === 0 && places.api && places[partition]) {
      const [[x1, y1], [x2, y2]] = [middle(places.api), middle(places[partition])];
      result.joined = [];
      for (let part = 0.2; part < 0.9; part += 0.05) {
        await page.mouse.move(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part);
        await rest(30);
        const hint = await page.$eval("#hint", (hint) => hint.hidden ? "" : hint.textContent);
        if (!result.joined.includes(hint)) result.joined.push(hint);
      }
    }
  }
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await page.goto("about:blank");
  await page.goto(address);
  await rest();
  await snap("dark");
  await page.close();
  return result;
}
