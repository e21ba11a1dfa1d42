// Line numbers: a click marks lines, a link leads to them, and copied text does not contain them.

import assert from "node:assert/strict";
import { CLIPBOARD, NO_SCRIPTS, SITE, eventually, story } from "./visitor.mjs";

const numberedLines = (count) => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`);
const linesBetween = (first, last) => numberedLines(last).slice(first - 1).join("");

const hash = (visitor) => new URL(visitor.page.url()).hash;
const markedTexts = (visitor) => visitor.at("#text mark").allTextContents();
const seesMarked = (visitor, first, last) => eventually(() => markedTexts(visitor), [linesBetween(first, last)]);

async function opensLines(visitor, count, rest = "") {
  const path = await visitor.pastes(numberedLines(count).join(""));
  await visitor.opens(path + rest);
  return path;
}

story("a click on a number marks its line, with Shift a range, and changes the URL", async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L3").click();
  assert.equal(hash(visitor), "#L3");
  await seesMarked(visitor, 3, 3);
  await visitor.at("#L9").click({ modifiers: ["Shift"] });
  assert.equal(hash(visitor), "#L3-L9");
  await seesMarked(visitor, 3, 9);
  await visitor.at("#L2").click({ modifiers: ["Shift"] });
  assert.equal(hash(visitor), "#L2-L3");
  await seesMarked(visitor, 2, 3);
  await visitor.at("#L20").click();
  await seesMarked(visitor, 20, 20);
  assert.equal(await visitor.shownText(), numberedLines(20).join(""));
});

story("a link to lines marks them and scrolls to them", async (visitor) => {
  const path = await opensLines(visitor, 500, "#L303-L309");
  await seesMarked(visitor, 303, 309);
  await eventually(() => visitor.isInSight("#L303"), true);
  await visitor.opens(`${path}#L420`);
  await seesMarked(visitor, 420, 420);
  await eventually(() => visitor.isInSight("#L420"), true);
  assert.equal(await visitor.isInSight("#L303"), false);
});

story("the copied link to a range has its lines in the query and in the fragment", CLIPBOARD, async (visitor) => {
  const path = await opensLines(visitor, 400, "#L3-L9");
  await seesMarked(visitor, 3, 9);
  await visitor.presses("y");
  await visitor.hears("The link to the marked lines is copied.");
  assert.equal(await visitor.clipboard(), `${SITE}${path}?lines=3-9#L3-L9`);
  await visitor.opens("/recent");
  await visitor.opens(await visitor.clipboard());
  await seesMarked(visitor, 3, 9);
});

story("the lines of a link are marked without scripts", NO_SCRIPTS, async (visitor) => {
  const path = await opensLines(visitor, 20, "?lines=3-9#L3-L9");
  assert.deepEqual(await markedTexts(visitor), [linesBetween(3, 9)]);
  const [mark, plain] = await Promise.all(["#text mark", "#text"].map((selector) =>
    visitor.at(selector).evaluate((one) => getComputedStyle(one).backgroundColor)));
  assert.notEqual(mark, plain);
  await visitor.opens(`${path}?lines=19-30`);
  assert.deepEqual(await markedTexts(visitor), [linesBetween(19, 20)]);
  assert.equal(await visitor.shownText(), numberedLines(20).join(""));
});

story("a number is a link without scripts", NO_SCRIPTS, async (visitor) => {
  await opensLines(visitor, 300);
  await visitor.at("#L7").click();
  assert.equal(hash(visitor), "#L7");
});

story("going back and forward restores the marks", async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L3").click();
  await visitor.at("#L9").click();
  await seesMarked(visitor, 9, 9);
  await visitor.page.goBack();
  await seesMarked(visitor, 3, 3);
  await visitor.page.goBack();
  await eventually(() => markedTexts(visitor), []);
  await visitor.page.goForward();
  await seesMarked(visitor, 3, 3);
});

story("selected text is copied without line numbers, also across marks", CLIPBOARD, async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L8").click();
  await visitor.at("#L10").click({ modifiers: ["Shift"] });
  await seesMarked(visitor, 8, 10);
  const corner = (line, x) => visitor.at(`#L${line}`).evaluate((number, x) => {
    const { right, top, height } = number.getBoundingClientRect();
    return { x: right + x, y: top + height / 2 };
  }, x);
  const [start, end] = [await corner(7, 10), await corner(12, 400)];
  await visitor.page.mouse.move(start.x, start.y);
  await visitor.page.mouse.down();
  await visitor.page.mouse.move(end.x, end.y, { steps: 5 });
  await visitor.page.mouse.up();
  await visitor.presses("Control+c");
  assert.equal(await visitor.clipboard(), linesBetween(7, 12).trimEnd());
  await visitor.at("#text").selectText();
  await visitor.presses("Control+c");
  assert.equal((await visitor.clipboard()).trimEnd(), linesBetween(1, 20).trimEnd());
});

story("Tab reaches one number, the arrow keys move to others and Enter marks", async (visitor) => {
  await opensLines(visitor, 20);
  assert.equal(await visitor.at("#text a[tabindex='0']").count(), 1);
  await visitor.at("pre.text").focus();
  await visitor.presses("Tab");
  await visitor.hasFocusAt("#L1");
  await visitor.presses("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp");
  await visitor.hasFocusAt("#L3");
  await visitor.presses("Enter");
  await seesMarked(visitor, 3, 3);
  assert.equal(hash(visitor), "#L3");
  await visitor.hasFocusAt("#L3");
  await visitor.presses("ArrowDown", "Shift+Enter");
  await seesMarked(visitor, 3, 4);
  await visitor.presses("Shift+Tab", "Tab");
  await visitor.hasFocusAt("#L4");
  await visitor.presses("Tab");
  assert.equal(await visitor.at("#text a:focus").count(), 0);
});

story("every number is beside its own line, wrapped or not, marked or not", async (visitor) => {
  const text = `short\n${"a long line of words ".repeat(60)}\n\nlast\n`;
  await visitor.opens(await visitor.pastes(text, { syntax: "rust" }));
  /** For each number `"beside"`, or how it is away from the first glyph of its line. */
  const positions = () => visitor.at("#text").evaluate((text) => [...text.querySelectorAll("a")].map((link) => {
    const range = document.createRange();
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    walker.currentNode = link;
    const words = walker.nextNode();
    range.setStart(words, 0);
    range.setEnd(words, 1);
    const glyph = range.getClientRects()[0];
    const number = link.getBoundingClientRect();
    if (number.right > glyph.left + 1) return `${link.title} lies over its line`;
    return Math.abs(number.top + number.height / 2 - glyph.top - glyph.height / 2) < 4 ? "beside" : `${link.title}: ${number.top} ${glyph.top}`;
  }));
  const height = () => visitor.at("#text").evaluate((text) => text.offsetHeight);
  const beside = Array(4).fill("beside");
  assert.deepEqual(await positions(), beside);
  const flat = await height();
  await visitor.presses("w");
  await eventually(async () => (await height()) > flat, true);
  assert.deepEqual(await positions(), beside);
  await visitor.at("#L2").click();
  await visitor.at("#L4").click({ modifiers: ["Shift"] });
  await visitor.at("#text mark").waitFor();
  assert.deepEqual(await positions(), beside);
  await visitor.presses("w");
  await eventually(height, flat);
  assert.deepEqual(await positions(), beside);
});
