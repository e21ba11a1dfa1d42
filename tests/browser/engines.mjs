// Firefox and WebKit for a few stories: Playwright drives only its own builds of them. Firefox speaks
// WebDriver BiDi, by puppeteer; WebKit speaks WebDriver. An engine that is not installed is `undefined`.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import puppeteer from "puppeteer-core";
import { SITE } from "./visitor.mjs";

const firstOf = (...paths) => paths.filter(Boolean).find((path) => existsSync(path));
const FIREFOX = firstOf(process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox");
const MINI_BROWSER = firstOf(process.env.MINI_BROWSER, ...find("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"));
const XVFB = firstOf("/usr/bin/xvfb-run");
const WEBKIT_DRIVER = MINI_BROWSER && XVFB && firstOf("/usr/bin/WebKitWebDriver");

/** Where distributions put the small browser that comes with WebKit. */
function find(...folders) {
  const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  return folders.flatMap((folder) => [`/usr/lib/${machine}-linux-gnu/${folder}/MiniBrowser`, `/usr/libexec/${folder}/MiniBrowser`]);
}

/** Keys that have a name, as WebDriver encodes them. */
const KEYS = { Enter: "\ue007", Escape: "\ue00c", Control: "\ue009" };

class Firefox {
  static async starts() {
    const firefox = new Firefox();
    firefox.browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
    firefox.page = await firefox.browser.newPage();
    await firefox.page.setViewport({ width: 1280, height: 800 });
    return firefox;
  }

  quits() {
    return this.browser.close();
  }

  /** From now on no script arrives. */
  async runsNoScripts() {
    await this.page.setRequestInterception(true);
    this.page.on("request", (request) => (request.url().endsWith(".js") ? request.abort() : request.continue()));
  }

  async opens(path) {
    await this.page.goto(SITE + path);
  }

  async address() {
    return this.page.url();
  }

  /** The result of a function that runs in the page. */
  runs(action, ...values) {
    return this.page.evaluate(action, ...values);
  }

  async clicks(selector) {
    await this.page.locator(selector).click();
  }

  async types(selector, text) {
    await this.page.locator(selector).wait();
    await this.page.type(selector, text);
  }

  async presses(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async pastesFromClipboard() {
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("v");
    await this.page.keyboard.up("Control");
  }
}

class WebKit {
  static async starts(...options) {
    const webkit = new WebKit();
    const port = await freePort();
    webkit.driver = spawn(XVFB, ["-a", WEBKIT_DRIVER, `--port=${port}`], { stdio: "ignore", detached: true });
    webkit.url = `http://127.0.0.1:${port}`;
    const browser = { binary: MINI_BROWSER, args: ["--automation", ...options] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browser } };
    const { sessionId } = await webkit.#untilReady(() => webkit.#asks("POST", "/session", { capabilities }));
    webkit.url += `/session/${sessionId}`;
    return webkit;
  }

  async #untilReady(asks) {
    for (let times = 0; ; times++) {
      try {
        return await asks();
      } catch (error) {
        if (times > 100 || error.cause?.code !== "ECONNREFUSED") throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #asks(method, path, body) {
    const response = await fetch(this.url + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  async #element(selector) {
    return Object.values(await this.#asks("POST", "/element", { using: "css selector", value: selector }))[0];
  }

  async quits() {
    await this.#asks("DELETE", "");
    process.kill(-this.driver.pid);
  }

  async runsNoScripts() {
    await this.#asks("DELETE", "");
    process.kill(-this.driver.pid);
    const { driver, url } = await WebKit.starts("--enable-javascript=false");
    Object.assign(this, { driver, url });
  }

  async opens(path) {
    await this.#asks("POST", "/url", { url: SITE + path });
  }

  address() {
    return this.#asks("GET", "/url");
  }

  runs(action, ...values) {
    return this.#asks("POST", "/execute/sync", { script: `return (${action})(...arguments)`, args: values });
  }

  async clicks(selector) {
    await this.#asks("POST", `/element/${await this.#element(selector)}/click`, {});
  }

  async types(selector, text) {
    await this.#asks("POST", `/element/${await this.#element(selector)}/value`, { text: text.replaceAll("\n", KEYS.Enter) });
  }

  presses(...keys) {
    const actions = keys.flatMap((key) => ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] ?? key })));
    return this.#acts(actions);
  }

  pastesFromClipboard() {
    return this.#acts([
      { type: "keyDown", value: KEYS.Control }, { type: "keyDown", value: "v" },
      { type: "keyUp", value: "v" }, { type: "keyUp", value: KEYS.Control },
    ]);
  }

  #acts(actions) {
    return this.#asks("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const ENGINES = { Firefox: FIREFOX && Firefox, WebKit: WEBKIT_DRIVER && WebKit };
