// Malicious texts and titles are shown as text. A script that ran would open a dialog or send a
// request to another host, and either fails the story.

import assert from "node:assert/strict";
import { NO_SCRIPTS, eventually, story } from "./visitor.mjs";

const TITLE = `<img src=x onerror=alert(1)><b>"'&amp;</b>`;
const TEXT = `</code></pre><script>alert(1)</script>
<img src="//evil.example/x" onerror="alert(2)">
&lt;not a tag&gt;
`;

async function nothingRan(visitor) {
  assert.equal(await visitor.at("img[src=x], img[src*=evil], #text script, h1 b, th b").count(), 0);
}

story("HTML in a text and its title is shown as text", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes(TEXT, TITLE);
  await visitor.saves();
  assert.equal(await visitor.at("h1").textContent(), TITLE);
  assert.equal(await visitor.shownText(), TEXT);
  assert.ok((await visitor.page.title()).startsWith(TITLE));
  await nothingRan(visitor);
});

story("HTML in a title is shown as text in lists, in the delete question and in its announcement", async (visitor) => {
  await visitor.hasAccount();
  await visitor.pastes(TEXT, { title: TITLE, visibility: "public" });
  await visitor.opens("/recent");
  assert.equal(await visitor.at("tbody th").first().textContent(), TITLE);
  await nothingRan(visitor);
  await visitor.opens("/profile");
  assert.equal(await visitor.at("tbody th").textContent(), TITLE);
  await visitor.page.getByLabel(`Delete ${TITLE}`).click();
  await visitor.page.getByRole("button", { name: "Yes, delete" }).click();
  await visitor.hears(`Deleted: ${TITLE}`);
  await nothingRan(visitor);
});

story("HTML in a refused form is returned as text", NO_SCRIPTS, async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.writes(`</textarea><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`);
  await visitor.at("#syntax").evaluate((select) => { select.options[0].value = `"><script>alert(1)</script>`; });
  await visitor.at("#syntax").selectOption({ index: 0 });
  await visitor.at("#save").click();
  await visitor.sees("There is no such syntax");
  assert.equal(await visitor.at("#text").inputValue(), `</textarea><script>alert(1)</script>`);
  assert.equal(await visitor.at("#title").inputValue(), `"><img src=x onerror=alert(1)>`);
  await nothingRan(visitor);
});

story("the raw text of a paste is not rendered as a page", async (visitor) => {
  const path = await visitor.pastes(`<script>document.title = "ran"</script><h1>no page</h1>`);
  await visitor.opens(`${path}/raw`);
  assert.equal(await visitor.at("h1").count(), 0);
  assert.equal(await visitor.page.title(), "");
});

story("HTML in a file name is shown as text", async (visitor) => {
  await visitor.opens("/");
  const name = "<img src=x onerror=alert(1)>.txt";
  await visitor.writes("something first");
  await visitor.at("#file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("x") });
  await eventually(() => visitor.at("#file-state").textContent(), `${name} (1 B) will be saved instead of the text.`);
  await nothingRan(visitor);
});

story("a right-to-left title does not reorder what is around it", async (visitor) => {
  const factPositions = async (title) => {
    await visitor.opens(await visitor.pastes("text", { title }));
    return visitor.at(".facts > *").evaluateAll((facts) => facts.map((fact) => fact.getBoundingClientRect().left));
  };
  const plain = await factPositions("abc");
  assert.deepEqual(await factPositions("\u202eabc"), plain);
  assert.deepEqual(await factPositions("עברית"), plain);
  assert.doesNotMatch(await visitor.page.title(), /\u202e/);
});

story("a bidirectional control is visible and stays inside its line", async (visitor) => {
  await visitor.opens(await visitor.pastes("if admin {\u202e // } \nsecond line\n"));
  assert.equal(await visitor.at(".ctl").getAttribute("data-u"), "U+202E");
  const shown = await visitor.at(".ctl").evaluate((mark) => getComputedStyle(mark, "::before").content);
  assert.equal(shown, `"U+202E"`);
  const lefts = await visitor.at("#text").evaluate((text) => ["if", "//", "second"].map((word) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (!walker.nextNode().data.includes(word));
    const range = document.createRange();
    range.setStart(walker.currentNode, walker.currentNode.data.indexOf(word));
    range.setEnd(walker.currentNode, range.startOffset + 1);
    return range.getBoundingClientRect().left;
  }));
  assert.ok(lefts[0] < lefts[1], "what follows the control stays to its right");
  assert.equal(lefts[2], lefts[0]);
});
