// Visitors with a real browser, whose methods are verbs. An error in the console, a blocked resource
// or a request to another host fails the story in which it happens.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { chromium } from "playwright-core";

export const SITE = process.env.SITE_URL;
export const PASTE = /^http:\/\/[^/]+\/[1-9A-HJ-NP-Za-km-z]{12}$/;

/** The password of every test user. The site rates it strong enough. */
export const PASSWORD = "seven quiet herons at dusk";

const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Options of a story: may use the clipboard, or runs no scripts. */
export const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
export const NO_SCRIPTS = { javaScriptEnabled: false };

let browser;
const launched = () => (browser ??= chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid() !== 0,
  args: FLAGS,
}));
after(async () => (await browser)?.close());

/** A test with a visitor of its own. The options are those of a browser context in Playwright. */
export function story(name, options, run = options) {
  test(name, { timeout: 300_000 }, async () => {
    const visitor = await Visitor.arrives(run === options ? {} : options);
    try {
      await run(visitor);
      assert.deepEqual(visitor.problems, []);
    } finally {
      await visitor.leaves();
    }
  });
}

/** Calls `look` until it returns what is wanted, for 15 seconds. The failure shows the last value. */
export async function eventually(look, wanted) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const seen = await look();
    try {
      return assert.deepEqual(seen, wanted);
    } catch (mismatch) {
      if (Date.now() > deadline) throw mismatch;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Moves the site's clock, and not the browser's. */
export const siteAdvances = (ms) => controls(`/advance?ms=${ms}`);
export const siteLosesTextOf = (path) => controls(`/lose-text${path}`);
export const siteLosesItsDatabase = () => controls("/outage");

/** Changes the site from outside, through the port of `control.rs`. */
async function controls(path) {
  const response = await fetch(process.env.CONTROL_URL + path, { method: "POST" });
  assert.equal(response.status, 200);
}

let emails = 0;
/** An address that no other story uses. */
export const unusedEmail = () => `visitor${++emails}@example.org`;

/** A text with plain spaces instead of the no-break spaces of numbers with units. */
export const plainSpaces = (text) => text.replaceAll("\u00a0", " ");

export class Visitor {
  problems = [];
  /** The pages that the browser asked about before it left them, because of unsaved text. */
  leaveWarnings = [];
  #expected = new Set();
  #sites = new Set([SITE]);

  static async arrives(options = {}) {
    const visitor = new Visitor();
    const context = await (await launched()).newContext({ baseURL: SITE, locale: "en-US", ...options });
    context.setDefaultTimeout(15_000);
    visitor.context = context;
    await visitor.#collectsProblems();
    visitor.page = await context.newPage();
    return visitor;
  }

  leaves() {
    return this.context.close();
  }

  /** The story expects responses with this status, or `"offline"`, or `"frame refused"`. */
  expects(...outcomes) {
    for (const outcome of outcomes) this.#expected.add(outcome);
  }

  /** The story expects requests to this other site. */
  expectsSite(address) {
    this.#sites.add(new URL(address).origin);
  }

  async #collectsProblems() {
    await this.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
        console.error(`policy violated: ${violatedDirective} by ${blockedURI} at ${sourceFile}:${lineNumber}`);
      });
    });
    const problem = (words) => this.problems.push(words);
    this.context.on("weberror", (event) => problem(`page error: ${event.error().stack}`));
    this.context.on("console", (message) => {
      if (message.type() === "error" && !this.#isExpected(message.text())) problem(`console: ${message.text()}`);
    });
    this.context.on("request", (request) => {
      if (!this.#sites.has(new URL(request.url()).origin)) problem(`request to ${request.url()}`);
    });
    this.context.on("response", (response) => {
      if (response.status() >= 400 && !this.#expected.has(response.status())) {
        problem(`${response.status()} for ${response.request().method()} ${response.url()}`);
      }
    });
    this.context.on("dialog", async (dialog) => {
      if (dialog.type() === "beforeunload") this.leaveWarnings.push(this.page.url());
      else problem(`${dialog.type()}: ${dialog.message()}`);
      await dialog.accept();
    });
  }

  /** Whether a console message of the browser or of htmx is about an outcome that the story expects. */
  #isExpected(line) {
    const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(line)?.[1];
    if (status) return this.#expected.has(Number(status));
    if (/^(Framing|Refused to frame) /.test(line)) return this.#expected.has("frame refused");
    return /^(Failed to load resource: net::ERR_|htmx: htmx:error: )/.test(line) && this.#expected.has("offline");
  }

  // Navigating and looking

  async opens(path) {
    await this.page.goto(path);
  }

  async presses(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  at(selector) {
    return this.page.locator(selector);
  }

  async sees(words) {
    await this.page.getByText(words).first().waitFor();
  }

  /** The text of the paste on this page, byte for byte. */
  shownText() {
    return this.at("#text").textContent();
  }

  /** Whether the element that matches is in the window from top to bottom. */
  isInSight(selector) {
    return this.at(selector).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  }

  /** The text on the clipboard. */
  clipboard() {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async seesPicture(selector) {
    const drawn = await this.at(selector).evaluate((img) => img.decode().then(() => img.naturalWidth));
    assert.ok(drawn > 0);
  }

  /** The live region announces exactly these words to screen readers. */
  async hears(words) {
    await eventually(() => this.at("#live").textContent(), words);
  }

  /** The notice shows exactly these words. */
  async isWarned(words) {
    await eventually(() => this.at("#notice").innerText(), words);
  }

  /** The element that matches the selector gets or has the focus. */
  async hasFocusAt(selector) {
    await this.page.locator(selector).and(this.page.locator(":focus")).waitFor({ state: "attached" });
  }

  /** The inner texts of all elements that match the selector, in order. */
  textsOf(selector) {
    return this.at(selector).allInnerTexts();
  }

  /** The button cycles through system, light and dark, and shows the next of them. */
  async switchesThemeTo(theme) {
    await this.at(`button[name=theme][value=${theme}]`).click();
    await this.at(`html[data-theme=${theme}]`).waitFor();
  }

  // Writing and saving on the page

  async writes(text, title = "") {
    await this.at("#text").fill(text);
    await this.at("#title").fill(title);
  }

  async chooses(option) {
    await this.page.getByRole("radio", { name: option }).check();
  }

  /** Returns the path of the new paste. */
  async saves() {
    await this.at("#save").click();
    return this.landsOnPaste();
  }

  async landsOnPaste() {
    await this.page.waitForURL(PASTE);
    return new URL(this.page.url()).pathname;
  }

  async reads(path) {
    const response = await this.context.request.get(`${path}/raw`);
    assert.equal(response.status(), 200);
    return response.text();
  }

  // Preparing a story over HTTP, with this visitor's cookies

  /** Returns the path of the new paste. */
  async pastes(text, fields = {}) {
    const response = await this.context.request.post("/", { multipart: { text, ...fields }, headers: { accept: "*/*" } });
    assert.equal(response.status(), 201, await response.text());
    return new URL((await response.text()).trim()).pathname;
  }

  async hasAccount(email = unusedEmail()) {
    const form = { email, password: PASSWORD };
    const response = await this.context.request.post("/register", { form, maxRedirects: 0 });
    assert.equal(response.status(), 303, await response.text());
    await this.context.clearCookies({ name: "flash" });
    return email;
  }
}
