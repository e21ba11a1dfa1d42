// Drafts: what is typed into the form stays in the tab until it is saved, and the browser asks before it
// loses what cannot be kept.

import assert from "node:assert/strict";
import { NO_SCRIPTS, eventually, story } from "./visitor.mjs";

const KEPT = "What you write is kept in this tab until you save it, log out or close the tab.";
const RESTORED = `Your draft is back. ${KEPT}`;

const text = (visitor) => visitor.at("#text").inputValue();
const stored = (visitor) => visitor.page.evaluate(() => Object.values(sessionStorage).join());
const saysOfDraft = (visitor, words) => eventually(() => visitor.at("#draft-status").innerText(), words);

/** Fills every field, as it is kept in a draft. */
async function writesEverything(visitor) {
  await visitor.opens("/");
  await visitor.writes("fn main() {}\n", "Unfinished");
  await visitor.at("#syntax").fill("Rust");
  await visitor.chooses(/^(Other…|Другой)$/);
  await visitor.at("#expires_custom").fill("90m");
  await visitor.chooses(/^(Public|Открытая)/);
}
async function seesEverything(visitor) {
  assert.equal(await text(visitor), "fn main() {}\n");
  assert.equal(await visitor.at("#title").inputValue(), "Unfinished");
  assert.equal(await visitor.at("#syntax").inputValue(), "Rust");
  assert.equal(await visitor.at("#expires_custom").inputValue(), "90m");
  assert.ok(await visitor.at("[name=visibility][value=public]").isChecked());
}

story("theme, language and links of the site keep what was typed, without a question", async (visitor) => {
  await writesEverything(visitor);
  await visitor.switchesThemeTo("light");
  await saysOfDraft(visitor, RESTORED);
  await seesEverything(visitor);
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.page.getByRole("button", { name: "English" }).waitFor();
  await seesEverything(visitor);
  await visitor.page.getByRole("link", { name: "Войти" }).click();
  await visitor.page.waitForURL(/\/login/);
  await visitor.at(".wordmark").click();
  await visitor.page.waitForURL("/");
  await seesEverything(visitor);
  assert.deepEqual(visitor.leaveWarnings, []);
});

story("the name of the syntax of a draft is translated with the page", async (visitor) => {
  await visitor.opens("/");
  await visitor.at("#syntax").fill("Plain text");
  await visitor.at("#text").fill("words");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await eventually(() => visitor.at("#syntax").inputValue(), "Обычный текст");
});

story("a reload brings the draft back, and a saved one is gone", async (visitor) => {
  await writesEverything(visitor);
  await visitor.page.reload();
  await seesEverything(visitor);
  await visitor.at("#text").press("Control+End");
  await visitor.page.keyboard.type("// more\n");
  assert.equal(await visitor.reads(await visitor.saves()), "fn main() {}\n// more\n");
  assert.equal(await stored(visitor), "");
  await visitor.opens("/");
  assert.equal(await text(visitor), "");
  await saysOfDraft(visitor, KEPT);
});

story("a draft belongs to its tab and to its form", async (visitor) => {
  await writesEverything(visitor);
  const other = await visitor.context.newPage();
  await other.goto("/");
  assert.equal(await other.locator("#text").inputValue(), "");
  await other.close();
  const path = await visitor.pastes("the original");
  await visitor.opens(`/?from=${path.slice(1)}`);
  assert.equal(await text(visitor), "the original");
  await visitor.at("#text").fill("a changed copy");
  await visitor.switchesThemeTo("light");
  assert.equal(await text(visitor), "a changed copy");
  await visitor.opens("/");
  await seesEverything(visitor);
});

story("a draft is discarded by one click", async (visitor) => {
  await writesEverything(visitor);
  await visitor.page.reload();
  await visitor.page.getByRole("button", { name: "Discard it" }).click();
  await visitor.hasFocusAt("#text");
  assert.equal(await text(visitor), "");
  assert.equal(await visitor.at("#title").inputValue(), "");
  assert.equal(await stored(visitor), "");
  await saysOfDraft(visitor, KEPT);
});

story("closing the tab with an unsaved text asks first", async (visitor) => {
  await writesEverything(visitor);
  await Promise.all([visitor.page.waitForEvent("close"), visitor.page.close({ runBeforeUnload: true })]);
  assert.equal(visitor.leaveWarnings.length, 1);
});

story("drafts are turned off by one click, which is remembered, and then leaving asks first", async (visitor) => {
  await writesEverything(visitor);
  await eventually(async () => (await stored(visitor)).includes("fn main"), true);
  await visitor.page.getByRole("button", { name: "Keep no drafts" }).click();
  await saysOfDraft(visitor, "Drafts are off: what you write is lost when you leave the page.");
  assert.equal(await stored(visitor), "");
  await visitor.page.getByRole("link", { name: "Recent" }).click();
  await visitor.page.waitForURL("/recent");
  assert.equal(visitor.leaveWarnings.length, 1);
  await visitor.opens("/");
  assert.equal(await text(visitor), "");
  await visitor.at("#text").fill("secret");
  await visitor.at("#text").evaluate(() => new Promise((done) => setTimeout(done, 500)));
  assert.equal(await stored(visitor), "");
  await visitor.page.getByRole("button", { name: "Keep drafts" }).click();
  await saysOfDraft(visitor, KEPT);
  assert.match(await stored(visitor), /secret/);
});

story("logging out asks first, and then removes the drafts of every tab", async (visitor) => {
  await visitor.hasAccount();
  const other = await visitor.context.newPage();
  await other.goto("/");
  await other.locator("#text").fill("in the other tab");
  await other.locator(".wordmark + a").click();
  await other.waitForURL("/recent");
  await writesEverything(visitor);
  await visitor.page.getByRole("button", { name: "Log out" }).click();
  await visitor.sees("You are logged out.");
  assert.equal(visitor.leaveWarnings.length, 1);
  assert.equal(await stored(visitor), "");
  await visitor.opens("/");
  assert.equal(await text(visitor), "");
  await other.goto("/");
  assert.equal(await other.locator("#text").inputValue(), "");
});

story("a private draft does not become a shared one when the session has ended", async (visitor) => {
  await visitor.hasAccount();
  await visitor.opens("/");
  await visitor.writes("for my eyes");
  await visitor.chooses("Private");
  await eventually(async () => (await stored(visitor)).includes("private"), true);
  await visitor.context.clearCookies();
  await visitor.page.reload();
  assert.equal(await text(visitor), "for my eyes");
  assert.equal(await visitor.at("[name=visibility]:checked").count(), 0);
  await visitor.at("#save").click();
  assert.equal(await visitor.at("[name=visibility]:invalid").count() > 0, true);
  assert.equal(new URL(visitor.page.url()).pathname, "/");
});

story("a text that is too long for a draft is not kept, says so, and leaving asks first", async (visitor) => {
  await visitor.opens("/");
  await visitor.at("#text").evaluate((area) => {
    area.value = "x".repeat(9_000_000);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await saysOfDraft(visitor, "This text is too long for a draft: save it before you leave the page.");
  await visitor.page.getByRole("link", { name: "Recent" }).click();
  await visitor.page.waitForURL("/recent");
  assert.equal(visitor.leaveWarnings.length, 1);
});

story("a browser that refuses storage keeps no draft, says so, and leaving asks first", async (visitor) => {
  await visitor.context.addInitScript(() => {
    for (const storage of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, storage, { get() { throw new DOMException("refused", "SecurityError"); } });
    }
  });
  await visitor.opens("/");
  await saysOfDraft(visitor, "This browser keeps no drafts: save the text before you leave the page.");
  await visitor.writes("typed");
  await visitor.page.getByRole("link", { name: "Recent" }).click();
  await visitor.page.waitForURL("/recent");
  assert.equal(visitor.leaveWarnings.length, 1);
  await visitor.opens("/");
  await visitor.writes("typed and saved");
  assert.equal(await visitor.reads(await visitor.saves()), "typed and saved");
});

story("a chosen file is not kept, says so, and leaving asks first", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("typed before");
  await visitor.at("#file").setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("content") });
  await saysOfDraft(visitor, "A chosen file is not kept as a draft: save it before you leave the page.");
  await visitor.page.getByRole("link", { name: "Recent" }).click();
  await visitor.page.waitForURL("/recent");
  assert.equal(visitor.leaveWarnings.length, 1);
  await visitor.opens("/");
  assert.equal(await text(visitor), "typed before");
});

for (const status of [413, 429, 502, 503]) {
  story(`a submit that is answered with ${status} keeps everything and says so`, async (visitor) => {
    visitor.expects(status);
    await writesEverything(visitor);
    const answer = { status, contentType: "text/html", body: "<div class=problem><p>Refused</p></div>" };
    await visitor.page.route("/", (route) => route.fulfill(answer));
    await visitor.at("#save").click();
    await eventually(() => visitor.at("#kept").innerText(), "What you wrote is still here.");
    await seesEverything(visitor);
    assert.match(await stored(visitor), /fn main/);
    assert.equal(await visitor.at("#save").innerText(), "Save");
  });
}

story("a submit whose answer never arrives ends after a minute, and can be sent again", async (visitor) => {
  visitor.expects("offline");
  await visitor.page.clock.install();
  await writesEverything(visitor);
  let isSilent = true;
  await visitor.page.route("/", (route) => (isSilent && route.request().method() === "POST" ? undefined : route.continue()));
  await visitor.at("#save").click();
  await eventually(() => visitor.at("#save").innerText(), "Sending…");
  await visitor.page.clock.fastForward(61_000);
  await eventually(() => visitor.at("#save").innerText(), "Save");
  await visitor.isWarned("The site did not answer. Check the connection and try again.");
  await eventually(async () => (await visitor.at("#kept").innerText()).startsWith("What you wrote is still here."), true);
  await seesEverything(visitor);
  isSilent = false;
  assert.equal(await visitor.reads(await visitor.saves()), "fn main() {}\n");
});

story("without scripts nothing is said about drafts", NO_SCRIPTS, async (visitor) => {
  await visitor.opens("/");
  assert.equal(await visitor.at("#draft:visible").count(), 0);
});
