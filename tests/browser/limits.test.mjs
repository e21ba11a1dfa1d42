// Texts over the site's limit, which the tests set to 2,000 bytes.

import assert from "node:assert/strict";
import { NO_SCRIPTS, eventually, plainSpaces, story } from "./visitor.mjs";

story("a text over the limit is reported while it is typed, and is not sent", async (visitor) => {
  const sent = [];
  visitor.page.on("request", (request) => { if (request.method() === "POST") sent.push(request.url()); });
  await visitor.opens("/");
  await visitor.writes("x".repeat(2001));
  await eventually(async () => plainSpaces(await visitor.at("#over").innerText()), "Too long by 1 B");
  assert.equal(await visitor.at("#save").getAttribute("aria-disabled"), "true");
  await visitor.at("#save").click({ force: true });
  await visitor.hasFocusAt("#text");
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
  await eventually(async () => plainSpaces(await visitor.at("#over").innerText()), "Too long by 2 B");
});

story("a file over the limit is reported until it is removed", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("short");
  await visitor.at("#file").setInputFiles({ name: "big.txt", mimeType: "text/plain", buffer: Buffer.alloc(3000, "x") });
  await eventually(async () => plainSpaces(await visitor.at("#over").innerText()), "Too long by 1,000 B");
  await visitor.page.getByRole("button", { name: "Remove the file" }).click();
  await eventually(() => visitor.at("#over").innerText(), "");
});

story("without scripts a text over the limit is returned in the form", NO_SCRIPTS, async (visitor) => {
  visitor.expects(413);
  const text = "too long ".repeat(300);
  await visitor.opens("/");
  await visitor.writes(text, "Kept");
  await visitor.at("#save").click();
  await visitor.sees("The text is longer than");
  assert.equal(await visitor.at("#text").inputValue(), text);
  assert.equal(await visitor.at("#title").inputValue(), "Kept");
});

story("a text far over the limit gets an error page", NO_SCRIPTS, async (visitor) => {
  visitor.expects(413);
  await visitor.opens("/");
  await visitor.writes("x".repeat(20_000));
  await visitor.at("#save").click();
  await visitor.page.getByRole("heading", { name: "The text is too long" }).waitFor();
});
