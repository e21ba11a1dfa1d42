// Lines have addresses: marked by a click, found by a link, never in the way of a copy.

import assert from "node:assert/strict";
import { SITE, eventually, story } from "./visitor.mjs";

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };
const copied = (visitor) => visitor.page.evaluate(() => navigator.clipboard.readText());

const lines = (count) => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`);
const from = (first, last) => lines(last).slice(first - 1).join("");

const hash = (visitor) => new URL(visitor.page.url()).hash;
const marked = (visitor) => visitor.at("#text mark").allTextContents();
const marks = (visitor, first, last) => eventually(() => marked(visitor), [from(first, last)]);
const inSight = (visitor, selector) => visitor.at(selector).evaluate((one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

async function opensLines(visitor, count, rest = "") {
  const path = await visitor.pastes(lines(count).join(""));
  await visitor.opens(path + rest);
  return path;
}

story("a click on a number marks its line, with Shift a range, and the address says so", async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L3").click();
  assert.equal(hash(visitor), "#L3");
  await marks(visitor, 3, 3);
  await visitor.at("#L9").click({ modifiers: ["Shift"] });
  assert.equal(hash(visitor), "#L3-L9");
  await marks(visitor, 3, 9);
  await visitor.at("#L2").click({ modifiers: ["Shift"] });
  assert.equal(hash(visitor), "#L2-L3");
  await marks(visitor, 2, 3);
  await visitor.at("#L20").click();
  await marks(visitor, 20, 20);
  assert.equal(await visitor.shownText(), lines(20).join(""));
});

story("a link to lines marks them and brings them in sight", async (visitor) => {
  const path = await opensLines(visitor, 500, "#L303-L309");
  await marks(visitor, 303, 309);
  await eventually(() => inSight(visitor, "#L303"), true);
  await visitor.opens(`${path}#L420`);
  await marks(visitor, 420, 420);
  await eventually(() => inSight(visitor, "#L420"), true);
  assert.equal(await inSight(visitor, "#L303"), false);
});

story("the link to a range leads there with scripts and without", clipboard, async (visitor) => {
  const path = await opensLines(visitor, 400, "#L3-L9");
  await marks(visitor, 3, 9);
  await visitor.presses("y");
  await visitor.hears("The link to the marked lines is copied.");
  assert.equal(await copied(visitor), `${SITE}${path}?lines=3-9#L3-L9`);
  await visitor.opens("/recent");
  await visitor.opens(await copied(visitor));
  await marks(visitor, 3, 9);
});

story("the lines of a link are marked without scripts", { javaScriptEnabled: false }, async (visitor) => {
  const path = await opensLines(visitor, 20, "?lines=3-9#L3-L9");
  assert.deepEqual(await marked(visitor), [from(3, 9)]);
  const [mark, plain] = await Promise.all(["#text mark", "#text"].map((selector) =>
    visitor.at(selector).evaluate((one) => getComputedStyle(one).backgroundColor)));
  assert.notEqual(mark, plain);
  await visitor.opens(`${path}?lines=19-30`);
  assert.deepEqual(await marked(visitor), [from(19, 20)]);
  assert.equal(await visitor.shownText(), lines(20).join(""));
});

story("a number is a link without scripts", { javaScriptEnabled: false }, async (visitor) => {
  await opensLines(visitor, 300);
  await visitor.at("#L7").click();
  assert.equal(hash(visitor), "#L7");
});

story("back goes from mark to mark, and to none", async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L3").click();
  await visitor.at("#L9").click();
  await marks(visitor, 9, 9);
  await visitor.page.goBack();
  await marks(visitor, 3, 3);
  await visitor.page.goBack();
  await eventually(() => marked(visitor), []);
  await visitor.page.goForward();
  await marks(visitor, 3, 3);
});

story("what is selected by hand is copied without numbers, also across marks", clipboard, async (visitor) => {
  await opensLines(visitor, 20);
  await visitor.at("#L8").click();
  await visitor.at("#L10").click({ modifiers: ["Shift"] });
  await marks(visitor, 8, 10);
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
  assert.equal(await copied(visitor), from(7, 12).trimEnd());
  await visitor.at("#text").selectText();
  await visitor.presses("Control+c");
  assert.equal((await copied(visitor)).trimEnd(), from(1, 20).trimEnd());
});

story("Tab stops at one number, the arrows go on and Enter marks", async (visitor) => {
  await opensLines(visitor, 20);
  assert.equal(await visitor.at("#text a[tabindex='0']").count(), 1);
  await visitor.at("pre.text").focus();
  await visitor.presses("Tab");
  await visitor.isAt("#L1");
  await visitor.presses("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp");
  await visitor.isAt("#L3");
  await visitor.presses("Enter");
  await marks(visitor, 3, 3);
  assert.equal(hash(visitor), "#L3");
  await visitor.isAt("#L3");
  await visitor.presses("ArrowDown", "Shift+Enter");
  await marks(visitor, 3, 4);
  await visitor.presses("Shift+Tab", "Tab");
  await visitor.isAt("#L4");
  await visitor.presses("Tab");
  assert.equal(await visitor.at("#text a:focus").count(), 0);
});

story("every number stands beside its own line, wrapped or not, marked or not", async (visitor) => {
  const text = `short\n${"a long line of words ".repeat(60)}\n\nlast\n`;
  await visitor.opens(await visitor.pastes(text, { syntax: "rust" }));
  /** How far each number is from the first glyph of its line, and how high the text is. */
  const apart = () => visitor.at("#text").evaluate((text) => [...text.querySelectorAll("a")].map((link) => {
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
  assert.deepEqual(await apart(), beside);
  const flat = await height();
  await visitor.presses("w");
  await eventually(async () => (await height()) > flat, true);
  assert.deepEqual(await apart(), beside);
  await visitor.at("#L2").click();
  await visitor.at("#L4").click({ modifiers: ["Shift"] });
  await visitor.at("#text mark").waitFor();
  assert.deepEqual(await apart(), beside);
  await visitor.presses("w");
  await eventually(height, flat);
  assert.deepEqual(await apart(), beside);
});
