// Opens pictures in Chromium and tells in which order the letters of their texts are seen.
//
// Reads { pages: [path] } from standard input and writes { results } to standard output: for each page a list of texts,
// each a list of lines, each { seen, left, right }: its letters from left to right, and where they are. Without a browser it
// writes { missing }.

import { pathToFileURL } from "node:url";
import { answer, asked, browser } from "./browser.mjs";

await answer(async () => {
  const results = [];
  for (const path of asked.pages) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    results.push(await page.evaluate(() => [...document.querySelectorAll("text")].map((text) => {
      let from = 0;
      const lines = text.children.length ? [...text.children] : [text];
      return lines.map((line) => {
        const letters = [...line.textContent].map((letter) => {
          const { x, width } = text.getExtentOfChar(from);
          from += letter.length;
          return { letter, x, end: x + width };
        });
        letters.sort((a, b) => a.x - b.x);
        const [left, right] = [Math.min(...letters.map((at) => at.x)), Math.max(...letters.map((at) => at.end))];
        return { seen: letters.map((at) => at.letter).join(""), left, right };
      });
    })));
    await page.close();
  }
  return results;
});
