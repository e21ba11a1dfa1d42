// The keyboard in the editor: Tab indents, Esc and Tab leave, nothing else is taken from it.

import assert from "node:assert/strict";
import { story } from "./visitor.mjs";

const editor = (visitor) => visitor.at("#text").inputValue();

async function isWriting(visitor, text) {
  await visitor.opens("/");
  await visitor.at("#text").fill(text);
}

story("Tab indents at the cursor", async (visitor) => {
  await isWriting(visitor, "key");
  await visitor.presses("Tab");
  await visitor.page.keyboard.type("value");
  assert.equal(await editor(visitor), "key\tvalue");
  await visitor.isAt("#text");
});

story("Tab indents every line that is selected, and Shift with Tab takes it back", async (visitor) => {
  await isWriting(visitor, "one\n\ntwo");
  await visitor.presses("Control+a", "Tab");
  assert.equal(await editor(visitor), "\tone\n\n\ttwo");
  await visitor.presses("Shift+Tab");
  assert.equal(await editor(visitor), "one\n\ntwo");
});

story("Shift with Tab takes one step from the line of the cursor", async (visitor) => {
  await isWriting(visitor, "\t\tdeep\n      spaces");
  await visitor.presses("Shift+Tab", "Shift+Tab");
  assert.equal(await editor(visitor), "\t\tdeep\nspaces");
});

story("an indent can be undone like anything typed", async (visitor) => {
  await isWriting(visitor, "");
  await visitor.page.keyboard.type("word");
  await visitor.presses("Tab", "Control+z");
  assert.equal(await editor(visitor), "word");
});

story("Esc, then Tab leaves the editor, forwards and backwards", async (visitor) => {
  await isWriting(visitor, "text");
  await visitor.presses("Escape", "Tab");
  await visitor.isAt("#file");
  await visitor.at("#text").focus();
  await visitor.presses("Escape", "Shift+Tab");
  assert.equal(await visitor.at("#text:focus").count(), 0);
  assert.equal(await editor(visitor), "text");
});

story("after Esc, typing goes on and Tab indents again", async (visitor) => {
  await isWriting(visitor, "");
  await visitor.presses("Escape", "x", "Tab");
  assert.equal(await editor(visitor), "x\t");
});

story("the letters of the shortcuts are letters in the editor", async (visitor) => {
  await isWriting(visitor, "");
  await visitor.page.keyboard.type("nrcydwq?");
  assert.equal(await editor(visitor), "nrcydwq?");
  assert.equal(new URL(visitor.page.url()).pathname, "/");
});

story("the gutter numbers the lines in sight", async (visitor) => {
  await isWriting(visitor, "a\nb\nc");
  await visitor.at(".gutter").filter({ hasText: /^1\s2\s3\s*$/ }).waitFor();
  await visitor.at("#text").fill("");
  const buffer = Buffer.from("line\n".repeat(4999));
  await visitor.at("#file").setInputFiles({ name: "long.txt", mimeType: "text/plain", buffer });
  await visitor.isAt("#text");
  await visitor.presses("Control+End");
  await visitor.at(".gutter").filter({ hasText: /4999\s5000\s*$/ }).waitFor();
});

story("on a phone no control hides behind the button that is always in sight", async (visitor) => {
  await visitor.page.setViewportSize({ width: 360, height: 640 });
  await isWriting(visitor, "");
  await visitor.presses("Escape");
  const hidden = [];
  for (let stop = 0; stop < 6; stop++) {
    await visitor.presses("Tab");
    const behind = await visitor.at(":focus").evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return seen?.closest(".save") && !element.closest(".save") ? element.name : null;
    });
    if (behind) hidden.push(behind);
  }
  assert.deepEqual(hidden, []);
});

story("every control of the form is reached by keyboard in its order", async (visitor) => {
  await isWriting(visitor, "");
  await visitor.presses("Escape");
  const stops = [];
  for (let stop = 0; stop < 6; stop++) {
    await visitor.presses("Tab");
    stops.push(await visitor.at(":focus").evaluate((element) => element.name || element.id));
  }
  assert.deepEqual(stops, ["file", "title", "syntax", "expires", "visibility", "save"]);
});
