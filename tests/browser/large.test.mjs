// Texts of many megabytes: at hand at once, a part at a time, and whole wherever one looks.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { eventually, story } from "./visitor.mjs";

const LIMIT = 10 << 20;
const PART = 2_000;
const RARE = 70_123;

/** Ten mebibytes of log in colour, to the byte; one word stands on one line only. */
function log() {
  const lines = [];
  let left = LIMIT;
  for (let n = 1; left > 200; n++) {
    const level = n % 50 ? "\x1b[32mINFO\x1b[0m " : "\x1b[1;31mERROR\x1b[0m";
    const place = `2026-01-01T12:00:00.${String(n % 1000).padStart(3, "0")}Z`;
    const what = n === RARE ? "a heron" : "request";
    const line = `${place} ${level} \x1b[2mserver::http\x1b[0m ${what} ${n} was answered with 200 in ${n % 97} ms, ${n * 31} bytes\n`;
    lines.push(line);
    left -= line.length;
  }
  return `${lines.join("")}${"x".repeat(left)}`;
}
const LOG = log();
const LINE = "one line without an end ".repeat(250_000).slice(0, 5 << 20);

/** Saved once for all stories, since nobody changes them. */
const paths = new Map();
async function keeps(visitor, text, fields) {
  if (!paths.has(text)) paths.set(text, await visitor.pastes(text, fields));
  return paths.get(text);
}
const keepsLog = (visitor) => keeps(visitor, LOG, { syntax: "log", title: "server.log" });
const keepsLine = (visitor) => keeps(visitor, LINE);

const numbers = (visitor) => visitor.at("#text a").count();
const parts = (visitor) => visitor.at("#text > .part").count();
const firstNumber = (visitor) => visitor.at("#text a").first().getAttribute("title");
const marked = (visitor) => visitor.at("#text mark").allTextContents();
const lineOf = (n) => `${LOG.split("\n", n).at(-1)}\n`;
const inSight = (visitor, line) => visitor.at(`#L${line}`).evaluate((one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

async function isAtLine(visitor, line) {
  await eventually(() => marked(visitor), [lineOf(line)]);
  await eventually(() => inSight(visitor, line), true);
}

/** As a reader in a hurry does; answers whether there are so many parts now. */
async function scrollsUntilParts(visitor, wanted) {
  await visitor.page.mouse.move(600, 400);
  await eventually(async () => {
    await visitor.page.mouse.wheel(0, 1_000_000);
    return (await parts(visitor)) >= wanted;
  }, true);
}

story("a log of 10 MiB opens with its first lines, and more come as one scrolls", async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  assert.equal(await numbers(visitor), PART);
  assert.equal(await visitor.at("#after-text .quiet").innerText(), `2,000 of ${LOG.split("\n").length.toLocaleString("en")} lines`);
  await scrollsUntilParts(visitor, 4);
  const seen = await visitor.shownText();
  assert.ok(LOG.startsWith(seen));
  // At one moment: the next part may come between two questions.
  const [lines, inParts] = await visitor.page.evaluate(() =>
    ["#text a", "#text > .part"].map((what) => document.querySelectorAll(what).length));
  assert.equal(lines, PART * inParts);
});

story("nothing more is loaded while one reads the beginning", async (visitor) => {
  let loads = 0;
  visitor.page.on("request", (request) => { if (request.url().includes("/lines?")) loads++; });
  await visitor.opens(await keepsLog(visitor));
  await visitor.at("#L40").click();
  await isAtLine(visitor, 40);
  assert.equal(loads, 0);
  assert.equal(await parts(visitor), 1);
});

story("a line of a part that is not here is gone to straight", async (visitor) => {
  const path = await keepsLog(visitor);
  await visitor.opens(`${path}#L80000`);
  await isAtLine(visitor, 80_000);
  assert.equal(await firstNumber(visitor), "78001");
  await visitor.page.evaluate(() => { location.hash = "#L5"; });
  await visitor.page.waitForURL(/lines=5#L5$/);
  await isAtLine(visitor, 5);
});

// Not every browser holds on to what is in sight by itself.
for (const overflowAnchor of ["auto", "none"]) {
  story(`earlier lines join without moving what one reads, anchored ${overflowAnchor}`, async (visitor) => {
    await visitor.opens(`${await keepsLog(visitor)}?part=40`);
    const top = () => visitor.at("#L78001").evaluate((one) => one.getBoundingClientRect().top);
    const before = await visitor.page.getByRole("link", { name: "Lines 76,001–78,000" }).evaluate((link, overflowAnchor) => {
      Object.assign(document.documentElement.style, { overflowAnchor });
      link.scrollIntoView();
      const { top } = document.getElementById("L78001").getBoundingClientRect();
      link.click();
      return top;
    }, overflowAnchor);
    await visitor.at("#L76001").waitFor({ state: "attached" });
    await eventually(async () => Math.abs(await top() - before) <= 2, true);
    await visitor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const moved = await top() - before;
    assert.ok(Math.abs(moved) <= 2, `moved by ${moved} px`);
    assert.equal(await firstNumber(visitor), "76001");
  });
}

story("without scripts, links lead from part to part", { javaScriptEnabled: false }, async (visitor) => {
  const path = await keepsLog(visitor);
  await visitor.opens(path);
  await visitor.page.getByRole("link", { name: "Lines 2,001–4,000" }).click();
  await visitor.page.waitForURL(/\?part=2$/);
  assert.equal(await firstNumber(visitor), "2001");
  assert.equal(await numbers(visitor), PART);
  await visitor.page.getByRole("link", { name: "Lines 1–2,000" }).click();
  await visitor.page.waitForURL(/\?part=1$/);
  assert.equal(await firstNumber(visitor), "1");
  await visitor.opens(`${path}?part=2`);
  assert.equal(await firstNumber(visitor), "2001");
});

story("a word far below is found, and one click leads there", async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  await visitor.presses("f");
  await visitor.isAt(".find input");
  await visitor.page.keyboard.type("heron");
  await visitor.presses("Enter");
  await visitor.at(".hits li").waitFor();
  assert.deepEqual(await visitor.all(".hits a"), ["70,123"]);
  assert.deepEqual(await visitor.all(".hits mark"), ["heron"]);
  await visitor.at(".hits a").click();
  await visitor.page.waitForURL(/#L70123$/);
  await isAtLine(visitor, RARE);
});

story("a hit that is here already is gone to on the page", async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  await visitor.page.evaluate(() => { window.stayed = true; });
  await visitor.at(".find input").fill("request 1500 was");
  await visitor.at(".find input").press("Enter");
  await visitor.at(".hits a").click();
  await isAtLine(visitor, 1_500);
  assert.equal(await visitor.page.evaluate(() => window.stayed), true);
});

story("the first of many hits are shown, the next on demand", async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  await visitor.at(".find input").fill("error");
  await visitor.at(".find input").press("Enter");
  await eventually(() => visitor.at(".hits li").count(), 100);
  await visitor.at("#found-more a").click();
  await eventually(() => visitor.at(".hits li").count(), 200);
});

story("a colon and a number go to the line", async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  await visitor.at(".find input").fill(`:${RARE}`);
  await visitor.at(".find input").press("Enter");
  await visitor.page.waitForURL(/#L70123$/);
  await isAtLine(visitor, RARE);
  assert.equal(await visitor.at("#paste").count(), 1);
});

story("without scripts, what is found is a page of its own", { javaScriptEnabled: false }, async (visitor) => {
  await visitor.opens(await keepsLog(visitor));
  await visitor.at(".find input").fill("heron");
  await visitor.page.getByRole("button", { name: "Find" }).click();
  await visitor.page.getByRole("link", { name: "70,123" }).click();
  await visitor.page.waitForURL(/#L70123$/);
  await isAtLine(visitor, RARE);
  await visitor.at(".find input").fill(":40");
  await visitor.page.getByRole("button", { name: "Find" }).click();
  await visitor.page.waitForURL(/#L40$/);
  await isAtLine(visitor, 40);
});

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };
story("all of it is copied, of whatever part is shown", clipboard, async (visitor) => {
  await visitor.opens(`${await keepsLog(visitor)}?part=3`);
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  const copied = await visitor.page.evaluate(async () => {
    const bytes = new TextEncoder().encode(await navigator.clipboard.readText());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [bytes.length, Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")];
  });
  assert.deepEqual(copied, [LIMIT, createHash("sha256").update(LOG).digest("hex")]);
});

story("a line of 5 MiB can be read and scrolled through", async (visitor) => {
  const path = await keepsLine(visitor);
  const started = Date.now();
  await visitor.opens(path);
  const opened = Date.now();
  await visitor.page.mouse.move(600, 400);
  await visitor.page.evaluate(() => {
    window.drawn = new Promise((done) => {
      addEventListener("wheel", () => requestAnimationFrame(() => done()), { once: true });
    });
  });
  await visitor.page.mouse.wheel(0, 300);
  await visitor.page.evaluate(() => window.drawn);
  console.log(`a line of 5 MiB: open after ${opened - started} ms, scrolled and drawn after ${Date.now() - started} ms`);
  for (let n = 2; n <= 80; n++) await scrollsUntilParts(visitor, n);
  await eventually(() => visitor.at("#after-text a").count(), 0);
  assert.equal(await numbers(visitor), 1);
  assert.ok(await visitor.shownText() === LINE, "the text content is the text");
});
