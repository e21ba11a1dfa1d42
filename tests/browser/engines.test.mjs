// The main stories in Firefox and in WebKit. Chromium has many more, in the other files.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ENGINES } from "./engines.mjs";
import { PASSWORD, PASTE, SITE, eventually, siteAdvances, unusedEmail } from "./visitor.mjs";

/** Saves a text over HTTP. Returns its path. */
async function pastes(text, fields = {}) {
  const response = await fetch(`${SITE}/?${new URLSearchParams(fields)}`, { method: "PUT", body: text, headers: { accept: "*/*" } });
  assert.equal(response.status, 201);
  return new URL((await response.text()).trim()).pathname;
}
const reads = async (address) => (await fetch(`${address}/raw`)).text();

for (const [name, Engine] of Object.entries(ENGINES)) {
  describe(name, { skip: !Engine && `${name} is not installed`, timeout: 300_000 }, () => {
    let browser;
    before(async () => { browser = await Engine.starts(); });
    after(() => browser?.quits());

    const text = (selector) => browser.runs((selector) => document.querySelector(selector)?.textContent ?? null, selector);
    const count = (selector) => browser.runs((selector) => document.querySelectorAll(selector).length, selector);
    const value = (selector) => browser.runs((selector) => document.querySelector(selector).value, selector);
    const appears = (selector) => eventually(async () => (await count(selector)) > 0, true);
    const landsOnPaste = async () => {
      await eventually(async () => PASTE.test(await browser.address()), true);
      await appears("#text");
      return browser.address();
    };

    test("a text is written, kept as a draft, saved and read", async () => {
      await browser.opens("/");
      await browser.types("#text", "fn main() {}\n// written here");
      await browser.clicks("button[name=theme]");
      await appears("html[data-theme=light]");
      await eventually(() => value("#text"), "fn main() {}\n// written here");
      await browser.types("#title", "main.rs");
      await browser.clicks("#save");
      const address = await landsOnPaste();
      assert.equal(await text("#text"), "fn main() {}\n// written here");
      assert.equal(await text("h1"), "main.rs");
      assert.equal(await reads(address), "fn main() {}\n// written here");
    });

    test("the text of many parts is copied by one click", async () => {
      const copied = "a line to copy\n".repeat(4_500);
      await browser.opens(await pastes(copied));
      await browser.clicks("[data-copy=text]");
      await eventually(() => text("#live"), "The text is copied.");
      assert.equal(await text("#notice"), "");
      await browser.opens("/");
      await browser.clicks("#text");
      await browser.pastesFromClipboard();
      await eventually(async () => (await value("#text")).length, copied.length);
      assert.ok(await value("#text") === copied);
      // So that the browser does not ask before it leaves the page.
      await browser.runs(() => { document.querySelector("#text").value = ""; });
    });

    test("a user registers and deletes a paste in the list", async () => {
      await browser.opens("/register");
      await browser.types("#email", unusedEmail());
      await browser.types("#password", PASSWORD);
      await browser.clicks("main form button:not([type])");
      await eventually(async () => (await browser.address()).endsWith("/profile"), true);
      await browser.opens("/");
      await browser.runs(() => document.querySelector("#discard:not([hidden])")?.click());
      await browser.types("#text", "to be deleted");
      await browser.clicks("#save");
      const address = await landsOnPaste();
      await browser.opens("/profile");
      await appears("tbody summary");
      await browser.clicks("tbody summary");
      await browser.clicks("details[open] form button");
      await eventually(() => count("[id^=paste-]"), 0);
      assert.equal((await fetch(address)).status, 404);
    });

    test("the text leaves the open page when it expires", async () => {
      await browser.opens(await pastes("here for a minute", { expires: "1m" }));
      assert.match(await text("#expiry"), /^expires in /);
      await siteAdvances(60_000);
      await browser.runs(() => { document.dispatchEvent(new Event("visibilitychange")); });
      await appears("#paste .problem");
      assert.equal(await count("#text"), 0);
    });

    test("a word is found in another part, with marks and steps", async () => {
      const lines = Array.from({ length: 4_500 }, (_, at) => `line ${at + 1}${(at + 1) % 2_000 === 7 ? " heron" : ""}\n`);
      await browser.opens(await pastes(lines.join("")));
      await browser.types(".find input", "HERON");
      await browser.presses("Enter");
      await appears("#hits");
      assert.equal(await text("#found-count"), "Found in 3 lines.");
      for (const [hit, line] of [[1, 7], [2, 2007], [3, 4007]]) {
        await browser.clicks("[data-step='1']");
        await eventually(async () => new URL(await browser.address()).hash, `#L${line}`);
        await eventually(() => text("#found-count"), `${hit} of 3`);
        await eventually(() => text("#text mark:not(.hit)"), `line ${line} heron\n`);
        assert.equal(await value(".find input"), "HERON");
        assert.equal(await browser.runs(() => CSS.highlights.get("hit").size), 1);
      }
    });

    test("the dialog of the syntaxes filters, and Esc closes it", async () => {
      await browser.opens(await pastes("package main\n", { syntax: "text" }));
      await browser.clicks(".facts a");
      await appears("#syntaxes a");
      await browser.types("#syntax-filter", "golang");
      await eventually(() => browser.runs(() => [...document.querySelectorAll("#syntaxes li:not([hidden])")].map((item) => item.textContent.trim())), ["Go"]);
      await browser.presses("Escape");
      await eventually(() => count("#syntax[open]"), 0);
    });

    test("the columns of a Markdown table keep their alignment", async () => {
      await browser.opens(`${await pastes("| a | b |\n|:-:|--:|\n| 1 | 2 |\n", { syntax: "markdown" })}/rendered`);
      assert.deepEqual(await browser.runs(() => [...document.querySelectorAll(".markdown td")].map((cell) => getComputedStyle(cell).textAlign)), ["center", "right"]);
    });

    // The last test: the scripts stay off.
    test("without scripts, a text is written, saved, read and searched", async () => {
      await browser.runsNoScripts();
      await browser.opens("/");
      await browser.types("#text", "plain\nforms");
      await browser.clicks("#save");
      await eventually(async () => PASTE.test(await browser.address()), true);
      assert.equal(await reads(await browser.address()), "plain\nforms");
      assert.equal(await text("#text"), "plain\nforms");
      await browser.types(".find input", "forms");
      await browser.clicks(".find button");
      await appears(".hits a");
      await browser.clicks(".hits a");
      await appears("#text mark.hit");
      assert.equal(await text("#text mark.hit"), "forms");
    });
  });
}
