// Texts of many megabytes: the page opens at once and loads one part at a time, and the parts together
// are the whole text.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CLIPBOARD, NO_SCRIPTS, eventually, story } from "./visitor.mjs";

const LIMIT = 10 << 20;
const PART = 2_000;
const RARE = 70_123;

/** A log with terminal colours of exactly ten mebibytes. One line has a word that no other has. */
function log() {
  const lines = [];
  let left = LIMIT;
  for (let n = 1; left > 200; n++) {
    const level = n % 50 ? "\x1b[32mINFO\x1b[0m " : "\x1b[1;31mERROR\x1b[0m";
    const place = `2026-01-01T12:00:00.${String(n % 1000).padStart(3, "0")}Z`;
    const subject = n === RARE ? "a heron" : "request";
    const line = `${place} ${level} \x1b[2mserver::http\x1b[0m ${subject} ${n} was answered with 200 in ${n % 97} ms, ${n * 31} bytes\n`;
    lines.push(line);
    left -= line.length;
  }
  return `${lines.join("")}${"x".repeat(left)}`;
}
const LOG = log();
const LINE = "one line without an end ".repeat(250_000).slice(0, 5 << 20);

/** The paths of the texts: each is saved once and used by all stories, since no story changes it. */
const paths = new Map();
async function pathOf(visitor, text, fields) {
  if (!paths.has(text)) paths.set(text, await visitor.pastes(text, fields));
  return paths.get(text);
}
const pathOfLog = (visitor) => pathOf(visitor, LOG, { syntax: "log", title: "server.log" });
const pathOfLine = (visitor) => pathOf(visitor, LINE);

const countNumbers = (visitor) => visitor.at("#text a").count();
const countParts = (visitor) => visitor.at("#text > .part").count();
const firstNumber = (visitor) => visitor.at("#text a").first().getAttribute("title");
const markedLines = (visitor) => visitor.at("#text mark:not(.hit)").allTextContents();
const textOfLine = (n) => `${LOG.split("\n", n).at(-1)}\n`;

async function seesMarkedLine(visitor, line) {
  await eventually(() => markedLines(visitor), [textOfLine(line)]);
  await eventually(() => visitor.isInSight(`#L${line}`), true);
}

/** Scrolls down fast until the page has that many parts. */
async function scrollsUntilParts(visitor, wanted) {
  await visitor.page.mouse.move(600, 400);
  await eventually(async () => {
    await visitor.page.mouse.wheel(0, 1_000_000);
    return (await countParts(visitor)) >= wanted;
  }, true);
}

story("a log of 10 MiB opens with its first lines, and scrolling loads more", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  assert.equal(await countNumbers(visitor), PART);
  assert.equal(await visitor.at("#after-text .quiet").innerText(), `2,000 of ${LOG.split("\n").length.toLocaleString("en")} lines`);
  await scrollsUntilParts(visitor, 4);
  const seen = await visitor.shownText();
  assert.ok(LOG.startsWith(seen));
  // Counted in one call, because the next part may arrive between two calls.
  const [lines, inParts] = await visitor.page.evaluate(() =>
    ["#text a", "#text > .part"].map((what) => document.querySelectorAll(what).length));
  assert.equal(lines, PART * inParts);
});

story("no more parts are loaded while the reader stays at the beginning", async (visitor) => {
  let loads = 0;
  visitor.page.on("request", (request) => { if (request.url().includes("/lines?")) loads++; });
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at("#L40").click();
  await seesMarkedLine(visitor, 40);
  assert.equal(loads, 0);
  assert.equal(await countParts(visitor), 1);
});

story("a link to a line of a part that is not loaded opens that part", async (visitor) => {
  const path = await pathOfLog(visitor);
  await visitor.opens(`${path}#L80000`);
  await seesMarkedLine(visitor, 80_000);
  assert.equal(await firstNumber(visitor), "78001");
  await visitor.page.evaluate(() => { location.hash = "#L5"; });
  await visitor.page.waitForURL(/lines=5#L5$/);
  await seesMarkedLine(visitor, 5);
});

// Not every browser has scroll anchoring, which keeps the visible lines in place.
for (const overflowAnchor of ["auto", "none"]) {
  story(`earlier lines are added without moving the visible lines, overflow-anchor: ${overflowAnchor}`, async (visitor) => {
    await visitor.opens(`${await pathOfLog(visitor)}?part=40`);
    const top = () => visitor.at("#L78001").evaluate((number) => number.getBoundingClientRect().top);
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

story("without scripts, links lead from part to part", NO_SCRIPTS, async (visitor) => {
  const path = await pathOfLog(visitor);
  await visitor.opens(path);
  await visitor.page.getByRole("link", { name: "Lines 2,001–4,000" }).click();
  await visitor.page.waitForURL(/\?part=2$/);
  assert.equal(await firstNumber(visitor), "2001");
  assert.equal(await countNumbers(visitor), PART);
  await visitor.page.getByRole("link", { name: "Lines 1–2,000" }).click();
  await visitor.page.waitForURL(/\?part=1$/);
  assert.equal(await firstNumber(visitor), "1");
  await visitor.opens(`${path}?part=2`);
  assert.equal(await firstNumber(visitor), "2001");
});

story("a word far below is found, and a click on the hit goes to its line", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.presses("f");
  await visitor.hasFocusAt(".find input");
  await visitor.page.keyboard.type("heron");
  await visitor.presses("Enter");
  await visitor.at(".hits li").waitFor();
  assert.deepEqual(await visitor.textsOf(".hits a"), ["70,123"]);
  assert.deepEqual(await visitor.textsOf(".hits mark"), ["heron"]);
  await visitor.at(".hits a").click();
  await visitor.page.waitForURL(/#L70123$/);
  await seesMarkedLine(visitor, RARE);
});

/** The texts of the places that are marked as found, as the browser paints them. */
const markedPlaces = (visitor) => visitor.page.evaluate(() =>
  [...CSS.highlights.get("hit")].map(({ startContainer, startOffset, endContainer, endOffset }) => {
    const range = document.createRange();
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    return range.toString();
  }));

story("the query, the results and the marks stay when a hit is in another part", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at(".find input").fill("a HERON");
  await visitor.at(".find input").press("Enter");
  await visitor.at(".hits a").click();
  await visitor.page.waitForURL(/hit=1#L70123$/);
  await seesMarkedLine(visitor, RARE);
  assert.equal(await visitor.at(".find input").inputValue(), "a HERON");
  assert.equal(await visitor.at("#found-count").innerText(), "1 of 1");
  assert.equal(await visitor.at("#hits [aria-current]").innerText(), "70,123");
  assert.deepEqual(await markedPlaces(visitor), ["a heron"]);
  assert.ok(LOG.includes(await visitor.shownText()));
  await visitor.page.reload();
  await seesMarkedLine(visitor, RARE);
  assert.deepEqual(await markedPlaces(visitor), ["a heron"]);
});

story("Enter, its buttons and j and k go from hit to hit, and round at the ends", async (visitor) => {
  await visitor.opens(await visitor.pastes(`one\n${"\n".repeat(300)}One two\none`));
  const field = visitor.at(".find input");
  await field.fill("one");
  await field.press("Enter");
  await eventually(() => visitor.at("#found-count").innerText(), "Found in 3 lines.");
  assert.deepEqual(await markedPlaces(visitor), ["one", "One", "one"]);
  const isAt = async (hit, line) => {
    await eventually(() => visitor.at("#found-count").innerText(), `${hit} of 3`);
    await eventually(() => visitor.isInSight(`#L${line}`), true);
    assert.equal(new URL(visitor.page.url()).hash, `#L${line}`);
  };
  await field.press("Enter");
  await isAt(1, 1);
  await field.press("Enter");
  await isAt(2, 302);
  await field.press("Enter");
  await isAt(3, 303);
  await field.press("Enter");
  await isAt(1, 1);
  await field.press("Shift+Enter");
  await isAt(3, 303);
  await visitor.page.getByRole("link", { name: "Previous" }).click();
  await isAt(2, 302);
  await visitor.presses("k");
  await isAt(1, 1);
  await visitor.presses("j");
  await isAt(2, 302);
  assert.deepEqual(await markedPlaces(visitor), ["one", "One", "one"]);
  assert.equal(await visitor.shownText(), `one\n${"\n".repeat(300)}One two\none`);
  await visitor.at("#L303").click();
  await eventually(() => markedLines(visitor), ["one"]);
  assert.deepEqual(await markedPlaces(visitor), ["one", "One", "one"]);
  await field.press("Escape");
  assert.deepEqual(await markedPlaces(visitor), []);
});

story("a step from the first hit leads to the last, in the last part", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at(".find input").fill("error");
  await visitor.at(".find input").press("Enter");
  await visitor.at("#found-more a").waitFor();
  await visitor.at(".find input").press("Shift+Enter");
  const last = LOG.split("\n").findLastIndex((line) => line.includes("ERROR")) + 1;
  await visitor.page.waitForURL(new RegExp(`#L${last}$`));
  await seesMarkedLine(visitor, last);
  const count = Math.floor(last / 50).toLocaleString("en");
  await eventually(() => visitor.at("#found-count").innerText(), `${count} of ${count}`);
});

story("parts that are loaded later have their marks", async (visitor) => {
  await visitor.opens(`${await pathOfLog(visitor)}?q=request`);
  await eventually(async () => (await markedPlaces(visitor)).length, PART);
  await scrollsUntilParts(visitor, 2);
  await eventually(async () => (await markedPlaces(visitor)).length >= 2 * PART, true);
});

story("a hit in a loaded part is shown without loading the page again", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.page.evaluate(() => { window.sameDocument = true; });
  await visitor.at(".find input").fill("request 1500 was");
  await visitor.at(".find input").press("Enter");
  await visitor.at(".hits a").click();
  await seesMarkedLine(visitor, 1_500);
  assert.equal(await visitor.page.evaluate(() => window.sameDocument), true);
});

story("the first hundred hits are shown, and the next on demand", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at(".find input").fill("error");
  await visitor.at(".find input").press("Enter");
  await eventually(() => visitor.at(".hits li").count(), 100);
  await visitor.at("#found-more a").click();
  await eventually(() => visitor.at(".hits li").count(), 200);
});

story("a colon and a number go to the line", async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at(".find input").fill(`:${RARE}`);
  await visitor.at(".find input").press("Enter");
  await visitor.page.waitForURL(/#L70123$/);
  await seesMarkedLine(visitor, RARE);
  assert.equal(await visitor.at("#paste").count(), 1);
});

story("without scripts, the hits are a page of their own", NO_SCRIPTS, async (visitor) => {
  await visitor.opens(await pathOfLog(visitor));
  await visitor.at(".find input").fill("heron");
  await visitor.page.getByRole("button", { name: "Find" }).click();
  await visitor.page.getByRole("link", { name: "70,123" }).click();
  await visitor.page.waitForURL(/#L70123$/);
  await seesMarkedLine(visitor, RARE);
  assert.deepEqual(await visitor.textsOf("#text mark.hit"), ["heron"]);
  assert.equal(await visitor.at(".find input").inputValue(), "heron");
  await visitor.page.getByRole("link", { name: "Next" }).click();
  await visitor.page.waitForURL(/hit=1#L70123$/);
  await visitor.at(".find input").fill(":40");
  await visitor.page.getByRole("button", { name: "Find" }).click();
  await visitor.page.waitForURL(/#L40$/);
  await seesMarkedLine(visitor, 40);
});

story("the whole text is copied, whatever part is shown", CLIPBOARD, async (visitor) => {
  await visitor.opens(`${await pathOfLog(visitor)}?part=3`);
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  const copied = await visitor.page.evaluate(async () => {
    const bytes = new TextEncoder().encode(await navigator.clipboard.readText());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [bytes.length, Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")];
  });
  assert.deepEqual(copied, [LIMIT, createHash("sha256").update(LOG).digest("hex")]);
});

story("without HTTPS, a text of many parts is copied at the latest by a second click", async (visitor) => {
  await visitor.context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
    // As in a browser that allows copying only at once after a click.
    document.execCommand = () => {
      if (!window.event || window.event.type !== "click") return false;
      window.copied = document.activeElement.value.length;
      return true;
    };
  });
  await visitor.opens(await pathOfLog(visitor));
  const button = visitor.page.getByRole("button", { name: "Copy text" });
  await button.click();
  await visitor.isWarned("The text is loaded. Press “Copy text” once more.");
  await button.click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.page.evaluate(() => window.copied), LIMIT);
});

story("a line of 5 MiB can be read and scrolled through", async (visitor) => {
  const path = await pathOfLine(visitor);
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
  assert.equal(await countNumbers(visitor), 1);
  assert.ok(await visitor.shownText() === LINE, "the text content is the whole text");
});
