// The page of a paste: its shortcuts, and how it is copied, wrapped and printed.

import assert from "node:assert/strict";
import { CLIPBOARD, SITE, eventually, story } from "./visitor.mjs";

/** Has what a copy could get wrong: tabs, bidirectional controls, an emoji, no newline at the end. */
const TEXT = "fn main() {\n\tprintln!(\"<b>&amp;</b>\");\n}\n\n  \u202eright\u202c to left\n👩‍👩‍👧 last line  ";

story("the button copies the text byte for byte, without line numbers", CLIPBOARD, async (visitor) => {
  await visitor.opens(await visitor.pastes(TEXT));
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.clipboard(), TEXT);
});

story("a text with carriage returns is copied with them", CLIPBOARD, async (visitor) => {
  const response = await visitor.context.request.post("/", { data: "one\r\ntwo\rthree\r\n", headers: { accept: "*/*" } });
  await visitor.opens((await response.text()).trim());
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.clipboard(), "one\r\ntwo\rthree\r\n");
});

story("a text of which only the first part is loaded is copied completely", CLIPBOARD, async (visitor) => {
  const text = "a line\n".repeat(20_500);
  await visitor.opens(await visitor.pastes(text));
  await visitor.sees("Lines 2,001–4,000");
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.clipboard(), text);
});

story("the button copies the link", CLIPBOARD, async (visitor) => {
  const path = await visitor.pastes("linked");
  await visitor.opens(path);
  await visitor.page.getByRole("button", { name: "Copy link" }).click();
  await visitor.hears("The link is copied.");
  assert.equal(await visitor.clipboard(), SITE + path);
});

story("selected text is copied without line numbers or extra lines", CLIPBOARD, async (visitor) => {
  await visitor.opens(await visitor.pastes("one\ntwo\n\nfour\n"));
  await visitor.at("#text").selectText();
  await visitor.presses("Control+c");
  assert.equal((await visitor.clipboard()).trimEnd(), "one\ntwo\n\nfour");
});

story("without the clipboard API, the button copies through a selection", CLIPBOARD, async (visitor) => {
  await visitor.context.addInitScript(() => {
    window.clipboard = navigator.clipboard;
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
  });
  await visitor.opens(await visitor.pastes(TEXT));
  await visitor.page.getByRole("button", { name: "Copy text" }).click();
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.page.evaluate(() => window.clipboard.readText()), TEXT);
});

story("a refused copy shows a notice and is not announced as done", async (visitor) => {
  await visitor.context.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await visitor.opens(await visitor.pastes("kept to itself"));
  await visitor.presses("c");
  await visitor.isWarned("The browser did not allow copying.");
  assert.equal(await visitor.at("#live").textContent(), "");
});

story("c copies the text and y the link", CLIPBOARD, async (visitor) => {
  const path = await visitor.pastes("by keyboard");
  await visitor.opens(path);
  await visitor.presses("c");
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.clipboard(), "by keyboard");
  await visitor.presses("y");
  await visitor.hears("The link is copied.");
  assert.equal(await visitor.clipboard(), SITE + path);
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

story("a printed page has the text with its line numbers and no controls", async (visitor) => {
  await visitor.opens(await visitor.pastes(`${"wide ".repeat(200)}\nsecond\n`, { title: "Printed", syntax: "rust" }));
  await visitor.page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const tool of [".top", ".tools", ".find", ".way"]) assert.equal(await visitor.at(tool).first().isVisible(), false, tool);
  assert.ok(await visitor.page.getByRole("heading", { name: "Printed" }).isVisible());
  assert.ok(await visitor.at("#L2").isVisible());
  const printed = await visitor.at("#text").evaluate((text) => ({
    cut: text.scrollWidth > text.clientWidth || text.parentElement.scrollWidth > text.parentElement.clientWidth,
    color: getComputedStyle(text).color,
  }));
  assert.equal(printed.cut, false);
  const [, red] = /(\d+)/.exec(printed.color);
  assert.ok(Number(red) < 80, `the text is printed dark, not ${printed.color}`);
});

story("w wraps long lines and is remembered on the next page", async (visitor) => {
  const wide = "wide ".repeat(500);
  const overflows = () => visitor.at("pre.text").evaluate((pre) => pre.scrollWidth > pre.clientWidth);
  await visitor.opens(await visitor.pastes(wide, { syntax: "rust" }));
  assert.equal(await overflows(), true);
  const preferenceSaved = () => visitor.page.waitForResponse("/preferences");
  await Promise.all([preferenceSaved(), visitor.presses("w")]);
  await eventually(overflows, false);
  await visitor.at("[data-wrap][aria-pressed=true]").waitFor();
  await visitor.opens(await visitor.pastes(wide, { syntax: "rust" }));
  assert.equal(await overflows(), false);
  await Promise.all([preferenceSaved(), visitor.presses("w")]);
  await eventually(overflows, true);
  await visitor.page.reload();
  assert.equal(await overflows(), true);
});

story("q shows the QR code and Esc closes it", async (visitor) => {
  await visitor.opens(await visitor.pastes("scanned"));
  await visitor.presses("q");
  await visitor.seesPicture("#qr[open] img");
  await visitor.presses("n");
  await visitor.presses("Escape");
  await eventually(() => visitor.at("#qr[open]").count(), 0);
  assert.match(visitor.page.url(), /[A-Za-z0-9]{12}$/);
});

story("? lists the shortcuts, and a click outside closes the list", async (visitor) => {
  await visitor.opens(await visitor.pastes("which keys?"));
  await visitor.presses("?");
  await visitor.at("#keys[open]").waitFor();
  assert.deepEqual(await visitor.textsOf("#keys kbd"), ["n", "e", "r", "c", "y", "d", "w", "q", "f", "j", "k", "?"]);
  await visitor.page.mouse.click(5, 5);
  await eventually(() => visitor.at("#keys[open]").count(), 0);
});

story("the shortcuts work on a Cyrillic layout too, and not together with Ctrl or Alt", CLIPBOARD, async (visitor) => {
  await visitor.opens(await visitor.pastes("раскладка"));
  await visitor.presses("Alt+n", "Control+y");
  const event = { key: "с", code: "KeyC", bubbles: true };
  await visitor.page.evaluate((event) => document.body.dispatchEvent(new KeyboardEvent("keydown", event)), event);
  await visitor.hears("The text is copied.");
  assert.equal(await visitor.clipboard(), "раскладка");
});

story("the shortcuts do nothing while a field has the focus", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("has a field on its page");
  await visitor.saves();
  const here = visitor.page.url();
  await visitor.at("#link").focus();
  await visitor.presses("n", "r", "q", "?", "w");
  assert.equal(visitor.page.url(), here);
  assert.equal(await visitor.at("dialog[open]").count(), 0);
});

story("syntaxes are filtered by name, extension and other names, and no match is said", async (visitor) => {
  const path = await visitor.pastes("let a = 1;\n", { syntax: "text" });
  await visitor.opens(path);
  await visitor.at(".facts a").click();
  await visitor.at("#syntaxes a").first().waitFor();
  const shown = () => visitor.textsOf("#syntaxes li:visible");
  for (const [typed, name] of [["js", "JavaScript"], ["yml", "YAML"], ["golang", "Go"], ["c++", "C++"], ["sh", "Bash"], ["docker", "Dockerfile"]]) {
    await visitor.at("#syntax-filter").fill(typed);
    assert.ok((await shown()).includes(name), `${typed}: ${await shown()}`);
    assert.equal(await visitor.at("#syntax-none").innerText(), "");
  }
  await visitor.at("#syntax-filter").fill("klingon");
  assert.deepEqual(await shown(), []);
  assert.equal(await visitor.at("#syntax-none").innerText(), "There is no such syntax.");
  await visitor.at("#syntax-filter").fill("golang");
  await visitor.presses("Enter");
  await visitor.page.waitForURL(`${path}.go`);
});

story("Esc closes a dialog while its field has the focus", async (visitor) => {
  await visitor.opens(await visitor.pastes("closed by Esc"));
  await visitor.at(".facts a").click();
  await visitor.at("#syntax-filter").fill("typed");
  await visitor.presses("Escape");
  await eventually(() => visitor.at("#syntax[open]").count(), 0);
  await visitor.hasFocusAt(".facts a");
});
