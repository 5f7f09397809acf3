// A browser for the scripts beside: what they are asked for comes from standard input, and { results } go to standard output;
// without a browser, { missing }.

import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import puppeteer from "puppeteer-core";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const asked = JSON.parse(await text(process.stdin));
const executablePath = process.env.LAYERCAKE_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
if (!executablePath) {
  process.stdout.write(JSON.stringify({ missing: "Chromium" }));
  process.exit();
}
export const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });

export async function answer(find) {
  try {
    process.stdout.write(JSON.stringify({ results: await find() }));
  } finally {
    await browser.close();
  }
}
