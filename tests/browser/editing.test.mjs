// The keyboard in the editor: Tab indents, Esc and then Tab leave it, and no other key is special.

import assert from "node:assert/strict";
import { story } from "./visitor.mjs";

const editorText = (visitor) => visitor.at("#text").inputValue();

async function opensEditorWith(visitor, text) {
  await visitor.opens("/");
  await visitor.at("#text").fill(text);
}

story("Tab indents at the cursor", async (visitor) => {
  await opensEditorWith(visitor, "key");
  await visitor.presses("Tab");
  await visitor.page.keyboard.type("value");
  assert.equal(await editorText(visitor), "key\tvalue");
  await visitor.hasFocusAt("#text");
});

story("Tab indents every line that is selected, and Shift with Tab removes the indent", async (visitor) => {
  await opensEditorWith(visitor, "one\n\ntwo");
  await visitor.presses("Control+a", "Tab");
  assert.equal(await editorText(visitor), "\tone\n\n\ttwo");
  await visitor.presses("Shift+Tab");
  assert.equal(await editorText(visitor), "one\n\ntwo");
});

story("Shift with Tab removes one indent from the line of the cursor", async (visitor) => {
  await opensEditorWith(visitor, "\t\tdeep\n      spaces");
  await visitor.presses("Shift+Tab", "Shift+Tab");
  assert.equal(await editorText(visitor), "\t\tdeep\nspaces");
});

story("an indent can be undone like anything typed", async (visitor) => {
  await opensEditorWith(visitor, "");
  await visitor.page.keyboard.type("word");
  await visitor.presses("Tab", "Control+z");
  assert.equal(await editorText(visitor), "word");
});

story("Esc, then Tab leaves the editor, forwards and backwards", async (visitor) => {
  await opensEditorWith(visitor, "text");
  await visitor.presses("Escape", "Tab");
  await visitor.hasFocusAt("#file");
  await visitor.at("#text").focus();
  await visitor.presses("Escape", "Shift+Tab");
  assert.equal(await visitor.at("#text:focus").count(), 0);
  assert.equal(await editorText(visitor), "text");
});

story("after Esc and a letter, Tab indents again", async (visitor) => {
  await opensEditorWith(visitor, "");
  await visitor.presses("Escape", "x", "Tab");
  assert.equal(await editorText(visitor), "x\t");
});

story("the letters of the shortcuts are typed in the editor", async (visitor) => {
  await opensEditorWith(visitor, "");
  await visitor.page.keyboard.type("nrcydwq?");
  assert.equal(await editorText(visitor), "nrcydwq?");
  assert.equal(new URL(visitor.page.url()).pathname, "/");
});

story("the gutter numbers the visible lines", async (visitor) => {
  await opensEditorWith(visitor, "a\nb\nc");
  await visitor.at(".gutter").filter({ hasText: /^1\s2\s3\s*$/ }).waitFor();
  await visitor.at("#text").fill("");
  const buffer = Buffer.from("line\n".repeat(4999));
  await visitor.at("#file").setInputFiles({ name: "long.txt", mimeType: "text/plain", buffer });
  await visitor.hasFocusAt("#text");
  await visitor.presses("Control+End");
  await visitor.at(".gutter").filter({ hasText: /4999\s5000\s*$/ }).waitFor();
});

story("on a phone no focused control is covered by the sticky save button", async (visitor) => {
  await visitor.page.setViewportSize({ width: 360, height: 640 });
  await opensEditorWith(visitor, "");
  await visitor.presses("Escape");
  const covered = [];
  for (let stop = 0; stop < 6; stop++) {
    await visitor.presses("Tab");
    const name = await visitor.at(":focus").evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const topmost = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return topmost?.closest(".save") && !element.closest(".save") ? element.name : null;
    });
    if (name) covered.push(name);
  }
  assert.deepEqual(covered, []);
});

story("Tab reaches every control of the form in order", async (visitor) => {
  await opensEditorWith(visitor, "");
  await visitor.presses("Escape");
  const stops = [];
  for (let stop = 0; stop < 7; stop++) {
    await visitor.presses("Tab");
    stops.push(await visitor.at(":focus").evaluate((element) => element.name || element.id));
  }
  assert.deepEqual(stops, ["file", "drafts", "title", "syntax", "expires", "visibility", "save"]);
});
