// The page of a paste: its keys, what can be copied from it, how it wraps and prints.

import assert from "node:assert/strict";
import { SITE, eventually, story } from "./visitor.mjs";

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };
const copied = (visitor) => visitor.page.evaluate(() => navigator.clipboard.readText());

/** Everything that a copy could get wrong: tabs, marks of direction, an emoji, no newline at the end. */
const TEXT = "fn main() {\n\tprintln!(\"<b>&amp;</b>\");\n}\n\n  \u202eright\u202c to left\n👩‍👩‍👧 last line  ";

story("the button copies the text byte for byte, without line numbers", clipboard, async (visitor) => {
  await visitor.opens(await visitor.pastes(TEXT));
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await copied(visitor), TEXT);
});

story("a text with carriage returns is copied with them", clipboard, async (visitor) => {
  const answer = await visitor.context.request.post("/", { data: "one\r\ntwo\rthree\r\n", headers: { accept: "*/*" } });
  await visitor.opens((await answer.text()).trim());
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await copied(visitor), "one\r\ntwo\rthree\r\n");
});

story("a text of which only the first part is here is copied whole", clipboard, async (visitor) => {
  const text = "a line\n".repeat(20_500);
  await visitor.opens(await visitor.pastes(text));
  await visitor.sees("Lines 2,001–4,000");
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await copied(visitor), text);
});

story("the link is copied as it is", clipboard, async (visitor) => {
  const path = await visitor.pastes("linked");
  await visitor.opens(path);
  await visitor.page.getByRole("button", { name: "Copy link" }).click();
  await visitor.hears("The link is copied.");
  assert.equal(await copied(visitor), SITE + path);
});

story("text that is selected by hand is copied without line numbers or extra lines", clipboard, async (visitor) => {
  await visitor.opens(await visitor.pastes("one\ntwo\n\nfour\n"));
  await visitor.at("#text").selectText();
  await visitor.presses("Control+c");
  assert.equal((await copied(visitor)).trimEnd(), "one\ntwo\n\nfour");
});

story("where the browser has no clipboard for the page, the old way copies", clipboard, async (visitor) => {
  await visitor.context.addInitScript(() => {
    window.clipboard = navigator.clipboard;
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
  });
  await visitor.opens(await visitor.pastes(TEXT));
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.page.evaluate(() => window.clipboard.readText()), TEXT);
});

story("a copy that is refused is said and leads to no false word", async (visitor) => {
  await visitor.context.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await visitor.opens(await visitor.pastes("kept to itself"));
  await visitor.presses("c");
  await visitor.isWarned("The browser did not allow copying.");
  assert.equal(await visitor.at("#live").textContent(), "");
});

story("c copies the text and y the link", clipboard, async (visitor) => {
  const path = await visitor.pastes("by keyboard");
  await visitor.opens(path);
  await visitor.presses("c");
  await visitor.hears("The text is copied.");
  assert.equal(await copied(visitor), "by keyboard");
  await visitor.presses("y");
  await visitor.hears("The link is copied.");
  assert.equal(await copied(visitor), SITE + path);
});

story("n opens a new paste and r the raw text", async (visitor) => {
  const path = await visitor.pastes("keys lead on");
  await visitor.opens(path);
  await visitor.presses("r");
  await visitor.page.waitForURL(`${path}/raw`);
  assert.equal(await visitor.at("body").innerText(), "keys lead on");
  await visitor.page.goBack();
  await visitor.presses("n");
  await visitor.page.waitForURL("/");
});

story("d downloads the text", async (visitor) => {
  await visitor.opens(await visitor.pastes("to keep\n", { title: "notes", syntax: "markdown" }));
  const [download] = await Promise.all([visitor.page.waitForEvent("download"), visitor.presses("d")]);
  const kept = await download.createReadStream().then((stream) => stream.toArray());
  assert.equal(Buffer.concat(kept).toString(), "to keep\n");
});

story("e opens the form with a copy of the text", async (visitor) => {
  const path = await visitor.pastes("\n  begun\n", { title: "draft.rs", syntax: "rust" });
  await visitor.opens(path);
  await visitor.presses("e");
  await visitor.page.waitForURL(`/?from=${path.slice(1)}`);
  assert.equal(await visitor.at("#text").inputValue(), "\n  begun\n");
  assert.equal(await visitor.at("#syntax").inputValue(), "Rust");
  await visitor.at("#text").fill("\n  begun and gone on\n");
  const copy = await visitor.saves();
  assert.equal(await visitor.reads(copy), "\n  begun and gone on\n");
  assert.equal(await visitor.reads(path), "\n  begun\n");
});

story("on paper there is the text with its numbers, and none of the tools", async (visitor) => {
  await visitor.opens(await visitor.pastes(`${"wide ".repeat(200)}\nsecond\n`, { title: "Printed", syntax: "rust" }));
  await visitor.page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const tool of [".top", ".tools", ".find", ".way"]) assert.equal(await visitor.at(tool).first().isVisible(), false, tool);
  assert.ok(await visitor.page.getByRole("heading", { name: "Printed" }).isVisible());
  assert.ok(await visitor.at("#L2").isVisible());
  const paper = await visitor.at("#text").evaluate((text) => ({
    cut: text.scrollWidth > text.clientWidth || text.parentElement.scrollWidth > text.parentElement.clientWidth,
    ink: getComputedStyle(text).color,
  }));
  assert.equal(paper.cut, false);
  const [, red] = /(\d+)/.exec(paper.ink);
  assert.ok(Number(red) < 80, `dark ink, not ${paper.ink}`);
});

story("w wraps long lines and is remembered on the next page", async (visitor) => {
  const wide = "wide ".repeat(500);
  const overflows = () => visitor.at("pre.text").evaluate((pre) => pre.scrollWidth > pre.clientWidth);
  await visitor.opens(await visitor.pastes(wide, { syntax: "rust" }));
  assert.equal(await overflows(), true);
  const remembered = () => visitor.page.waitForResponse("/preferences");
  await Promise.all([remembered(), visitor.presses("w")]);
  await eventually(overflows, false);
  await visitor.at("[data-wrap][aria-pressed=true]").waitFor();
  await visitor.opens(await visitor.pastes(wide, { syntax: "rust" }));
  assert.equal(await overflows(), false);
  await Promise.all([remembered(), visitor.presses("w")]);
  await eventually(overflows, true);
  await visitor.page.reload();
  assert.equal(await overflows(), true);
});

story("q shows the QR code and Esc puts it away", async (visitor) => {
  await visitor.opens(await visitor.pastes("scanned"));
  await visitor.presses("q");
  await visitor.seesPicture("#qr[open] img");
  await visitor.presses("n");
  await visitor.presses("Escape");
  await eventually(() => visitor.at("#qr[open]").count(), 0);
  assert.match(visitor.page.url(), /[A-Za-z0-9]{12}$/);
});

story("? lists the keys, and a click outside closes the list", async (visitor) => {
  await visitor.opens(await visitor.pastes("which keys?"));
  await visitor.presses("?");
  await visitor.at("#keys[open]").waitFor();
  assert.deepEqual(await visitor.all("#keys kbd"), ["n", "e", "r", "c", "y", "d", "w", "q", "f", "?"]);
  await visitor.page.mouse.click(5, 5);
  await eventually(() => visitor.at("#keys[open]").count(), 0);
});

story("the keys work on a Cyrillic layout too, and not together with Ctrl or Alt", clipboard, async (visitor) => {
  await visitor.opens(await visitor.pastes("раскладка"));
  await visitor.presses("Alt+n", "Control+y");
  const event = { key: "с", code: "KeyC", bubbles: true };
  await visitor.page.evaluate((event) => document.body.dispatchEvent(new KeyboardEvent("keydown", event)), event);
  await visitor.hears("The text is copied.");
  assert.equal(await copied(visitor), "раскладка");
});

story("the keys do nothing while one types in a field", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("has a field on its page");
  await visitor.saves();
  const here = visitor.page.url();
  await visitor.at("#link").focus();
  await visitor.presses("n", "r", "q", "?", "w");
  assert.equal(visitor.page.url(), here);
  assert.equal(await visitor.at("dialog[open]").count(), 0);
});
