// Visitors with a real browser, whose methods are verbs. Whatever goes wrong on the way, an error
// in the console, a blocked resource, a request to another host, fails the story it happened in.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { chromium } from "playwright-core";

export const SITE = process.env.SITE_URL;
export const PASTE = /^http:\/\/[^/]+\/[1-9A-HJ-NP-Za-km-z]{12}$/;

/** Strong enough for the site, and the same for everybody: tests have no secrets. */
export const PASSWORD = "seven quiet herons at dusk";

const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

let browser;
const started = () => (browser ??= chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid() !== 0,
  args: FLAGS,
}));
after(async () => (await browser)?.close());

/** A test with a visitor of its own, who comes with the context options of Playwright. */
export function story(name, options, tell = options) {
  test(name, { timeout: 300_000 }, async () => {
    const visitor = await Visitor.arrives(tell === options ? {} : options);
    try {
      await tell(visitor);
      assert.deepEqual(visitor.troubles, []);
    } finally {
      await visitor.leaves();
    }
  });
}

/** Waits until `look` answers what is wanted; the last answer stands in the failure. */
export async function eventually(look, wanted) {
  const patience = Date.now() + 15_000;
  for (;;) {
    const seen = await look();
    try {
      return assert.deepEqual(seen, wanted);
    } catch (unlike) {
      if (Date.now() > patience) throw unlike;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Moves the site's clock; the browser's goes its own way. */
export const siteAdvances = (ms) => backstage(`/advance?ms=${ms}`);
export const siteLosesTextOf = (path) => backstage(`/lose-text${path}`);
export const siteLosesItsDatabase = () => backstage("/outage");

async function backstage(path) {
  const answer = await fetch(process.env.CONTROL_URL + path, { method: "POST" });
  assert.equal(answer.status, 200);
}

/** A name that no other story uses. */
let names = 0;
export const unusedEmail = () => `visitor${++names}@example.org`;

export class Visitor {
  troubles = [];
  warnings = [];
  #expected = new Set();
  #sites = new Set([SITE]);

  static async arrives(options = {}) {
    const visitor = new Visitor();
    const context = await (await started()).newContext({ baseURL: SITE, locale: "en-US", ...options });
    context.setDefaultTimeout(15_000);
    visitor.context = context;
    await visitor.#listens();
    visitor.page = await context.newPage();
    return visitor;
  }

  leaves() {
    return this.context.close();
  }

  /** Answers with this status, or `"offline"`, or `"frame refused"`, are part of the story. */
  expects(...outcomes) {
    for (const outcome of outcomes) this.#expected.add(outcome);
  }

  /** Requests to this address's site too are part of the story. */
  expectsSite(address) {
    this.#sites.add(new URL(address).origin);
  }

  async #listens() {
    await this.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
        console.error(`policy violated: ${violatedDirective} by ${blockedURI} at ${sourceFile}:${lineNumber}`);
      });
    });
    const trouble = (words) => this.troubles.push(words);
    this.context.on("weberror", (event) => trouble(`page error: ${event.error().stack}`));
    this.context.on("console", (message) => {
      if (message.type() === "error" && !this.#isExpected(message.text())) trouble(`console: ${message.text()}`);
    });
    this.context.on("request", (request) => {
      if (!this.#sites.has(new URL(request.url()).origin)) trouble(`request to ${request.url()}`);
    });
    this.context.on("response", (response) => {
      if (response.status() >= 400 && !this.#expected.has(response.status())) {
        trouble(`${response.status()} for ${response.request().method()} ${response.url()}`);
      }
    });
    this.context.on("dialog", async (dialog) => {
      if (dialog.type() === "beforeunload") this.warnings.push(this.page.url());
      else trouble(`${dialog.type()}: ${dialog.message()}`);
      await dialog.accept();
    });
  }

  /** The browser's own line about an answer that the story expects, or htmx's about none at all. */
  #isExpected(line) {
    const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(line)?.[1];
    if (status) return this.#expected.has(Number(status));
    if (/^(Framing|Refused to frame) /.test(line)) return this.#expected.has("frame refused");
    return /^(Failed to load resource: net::ERR_|htmx: htmx:error: )/.test(line) && this.#expected.has("offline");
  }

  // Going and looking

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

  async seesPicture(selector) {
    const drawn = await this.at(selector).evaluate((img) => img.decode().then(() => img.naturalWidth));
    assert.ok(drawn > 0);
  }

  async hears(words) {
    await eventually(() => this.at("#live").textContent(), words);
  }

  async isWarned(words) {
    await eventually(() => this.at("#notice").innerText(), words);
  }

  /** Where the keyboard is: what matches the selector has the focus. */
  async isAt(selector) {
    await this.page.locator(selector).and(this.page.locator(":focus")).waitFor({ state: "attached" });
  }

  /** What the selector finds, as text, in order. */
  all(selector) {
    return this.at(selector).allInnerTexts();
  }

  /** The button goes round: system, light, dark. */
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

  /** Answers the path of the new paste. */
  async saves() {
    await this.at("#save").click();
    return this.landsOnPaste();
  }

  async landsOnPaste() {
    await this.page.waitForURL(PASTE);
    return new URL(this.page.url()).pathname;
  }

  async reads(path) {
    const answer = await this.context.request.get(`${path}/raw`);
    assert.equal(answer.status(), 200);
    return answer.text();
  }

  // What the story is not about goes over HTTP, with this visitor's cookies

  /** Answers the path of the new paste. */
  async pastes(text, fields = {}) {
    const answer = await this.context.request.post("/", { multipart: { text, ...fields }, headers: { accept: "*/*" } });
    assert.equal(answer.status(), 201, await answer.text());
    return new URL((await answer.text()).trim()).pathname;
  }

  async hasAccount(email = unusedEmail()) {
    const form = { email, password: PASSWORD };
    const answer = await this.context.request.post("/register", { form, maxRedirects: 0 });
    assert.equal(answer.status(), 303, await answer.text());
    await this.context.clearCookies({ name: "flash" });
    return email;
  }
}
