// Texts over the site's limit, which is 2,000 bytes here.

import assert from "node:assert/strict";
import { eventually, story } from "./visitor.mjs";

const plainly = (text) => text.replaceAll("\u00a0", " ");

story("a text over the limit is said before it is sent, and is not sent", async (visitor) => {
  const sent = [];
  visitor.page.on("request", (request) => { if (request.method() === "POST") sent.push(request.url()); });
  await visitor.opens("/");
  await visitor.writes("x".repeat(2001));
  await eventually(async () => plainly(await visitor.at("#over").innerText()), "Too long by 1 B");
  assert.equal(await visitor.at("#save").getAttribute("aria-disabled"), "true");
  await visitor.at("#save").click({ force: true });
  await visitor.isAt("#text");
  await visitor.presses("Control+Enter");
  assert.deepEqual(sent, []);

  await visitor.at("#text").fill("x".repeat(2000));
  await eventually(() => visitor.at("#over").innerText(), "");
  const path = await visitor.saves();
  assert.equal((await visitor.reads(path)).length, 2000);
});

story("the limit is counted in bytes, not in characters", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("я".repeat(1001));
  await eventually(async () => plainly(await visitor.at("#over").innerText()), "Too long by 2 B");
});

story("a file over the limit is said before it is sent, until it is taken back", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("short");
  await visitor.at("#file").setInputFiles({ name: "big.txt", mimeType: "text/plain", buffer: Buffer.alloc(3000, "x") });
  await eventually(async () => plainly(await visitor.at("#over").innerText()), "Too long by 1,000 B");
  await visitor.page.getByRole("button", { name: "Remove the file" }).click();
  await eventually(() => visitor.at("#over").innerText(), "");
});

const noScripts = { javaScriptEnabled: false };

story("without scripts the form comes back with the whole text", noScripts, async (visitor) => {
  visitor.expects(413);
  const text = "too long ".repeat(300);
  await visitor.opens("/");
  await visitor.writes(text, "Kept");
  await visitor.at("#save").click();
  await visitor.sees("The text is longer than");
  assert.equal(await visitor.at("#text").inputValue(), text);
  assert.equal(await visitor.at("#title").inputValue(), "Kept");
});

story("far more than the limit is answered too", noScripts, async (visitor) => {
  visitor.expects(413);
  await visitor.opens("/");
  await visitor.writes("x".repeat(20_000));
  await visitor.at("#save").click();
  await visitor.page.getByRole("heading", { name: "The text is too long" }).waitFor();
});
