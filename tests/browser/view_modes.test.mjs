// The ways to read a text: each stands beside it or colours it, and the text stays what it is.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { SITE, eventually, story } from "./visitor.mjs";

const style = (visitor, selector, property) =>
  visitor.at(selector).first().evaluate((one, property) => getComputedStyle(one)[property], property);
const ink = (visitor, selector) => style(visitor, selector, "color");

/** Opens the text in one of its readings, and sees that nothing was added to it or taken. */
async function readsAs(visitor, reading, text, fields) {
  const path = await visitor.pastes(text, fields);
  await visitor.opens(`${path}/${reading}`);
  assert.equal(await visitor.shownText(), text);
  assert.equal(await visitor.at(".readings [aria-current]").getAttribute("href"), `${path}/${reading}`);
  return path;
}

/** Both are to be seen, the one to the left of the other. */
async function standBeside(visitor, left, right) {
  const [one, other] = [await visitor.at(left).boundingBox(), await visitor.at(right).boundingBox()];
  assert.ok(one.x + one.width <= other.x, "side by side");
  assert.ok(Math.abs(one.y - other.y) < 20, "at the same height");
}

const MARKDOWN = `# Herons

![a heron](https://elsewhere.example/heron.png) and <img src="https://elsewhere.example/two.png" alt="two">

<script>document.title = "taken over"; fetch("https://elsewhere.example/")</script>
<p onclick="document.title = 'taken over'">Click <a href="javascript:document.title='taken over'">me</a>.</p>

| Bird | Legs |
|------|-----:|
| heron | 2 |

- [x] seen
- [ ] heard

They stand still.[^1]

${"Between.\n\n".repeat(60)}
\`\`\`rust
fn main() { let legs = 2; }
\`\`\`

[^1]: Mostly at dusk.
`;

story("Markdown is rendered beside its source, and nothing in it acts or loads", async (visitor) => {
  await readsAs(visitor, "rendered", MARKDOWN, { syntax: "markdown" });
  await standBeside(visitor, ".markdown", "pre.text");
  await visitor.page.getByRole("heading", { name: "Herons" }).waitFor();
  const image = visitor.page.getByRole("link", { name: "a heron" });
  assert.equal(await image.getAttribute("href"), "https://elsewhere.example/heron.png");
  assert.match(await image.getAttribute("rel"), /nofollow.*noopener.*noreferrer/);
  assert.equal(await visitor.at(".markdown :is(img, script, iframe, style, [onclick], [href^=javascript])").count(), 0);
  await visitor.page.getByText("Click me").click();
  assert.match(await visitor.page.title(), /^Herons|^Untitled/);

  assert.deepEqual(await visitor.all(".markdown td"), ["heron", "2"]);
  assert.deepEqual(await visitor.at(".markdown .task").evaluateAll((boxes) =>
    boxes.map((box) => [box.checked, box.disabled])), [[true, true], [false, true]]);
  assert.notEqual(await ink(visitor, ".markdown pre b"), await ink(visitor, ".markdown pre code"));
});

story("a footnote and the text lead to each other", async (visitor) => {
  await readsAs(visitor, "rendered", MARKDOWN, { syntax: "markdown" });
  const inSight = (selector) => visitor.at(selector).evaluate((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  assert.equal(await inSight("#note-1"), false);
  await visitor.at(".markdown sup a").click();
  await eventually(() => inSight("#note-1"), true);
  await visitor.page.getByRole("link", { name: "Back to the text" }).click();
  await eventually(() => inSight("#ref-1"), true);
});

const ROWS = 1_500;
const CSV = `name,said,n\n"Heron, grey","one ""two""\nthree",0\n${
  Array.from({ length: ROWS - 1 }, (_, at) => `bird ${at + 1},nothing,${at + 1}\n`).join("")}`;

story("separated values are a table beside their source, some rows at a time", async (visitor) => {
  await readsAs(visitor, "table", CSV, { syntax: "csv" });
  await standBeside(visitor, ".made", "pre.text");
  assert.deepEqual((await visitor.all(".csv thead th")).slice(1), ["name", "said", "n"]);
  assert.deepEqual(await visitor.at(".csv tbody tr").first().locator("td").allTextContents(),
    ["Heron, grey", "one \"two\"\nthree", "0"]);
  const rows = () => visitor.at(".csv tbody tr").count();
  assert.equal(await rows(), 1_000);
  await visitor.page.getByRole("link", { name: "More rows" }).click();
  await eventually(rows, ROWS);
  assert.equal(await visitor.at(".csv tbody tr:last-child td").last().textContent(), "1499");
  assert.equal(await visitor.at("#more-rows a").count(), 0);
});

story("the next rows are a page of their own without scripts", { javaScriptEnabled: false }, async (visitor) => {
  await readsAs(visitor, "table", CSV, { syntax: "csv" });
  await visitor.page.getByRole("link", { name: "More rows" }).click();
  await visitor.page.waitForURL(/row=1001$/);
  assert.equal(await visitor.at(".csv tbody tr").count(), 500);
});

const JSON_TEXT = "{\"bird\":\"heron\",\"legs\":[1,2],\"big\":12345678901234567890,\"twice\":1,\"twice\":2}";

story("JSON stands indented beside its source, every number as it was", async (visitor) => {
  await readsAs(visitor, "pretty", JSON_TEXT, { syntax: "json" });
  await standBeside(visitor, ".made", "div:not(.made) > pre.text");
  const pretty = await visitor.at("#made").textContent();
  assert.equal(pretty.trimEnd(), "{\n  \"bird\": \"heron\",\n  \"legs\": [\n    1,\n    2\n  ],\n"
    + "  \"big\": 12345678901234567890,\n  \"twice\": 1,\n  \"twice\": 2\n}");
  assert.equal(await visitor.at("#made a").count(), 10);
});

story("JSON with a mistake is shown as it is, with the place of the mistake", async (visitor) => {
  await readsAs(visitor, "pretty", "{\n  \"bird\": heron\n}\n", { syntax: "json" });
  await visitor.sees(/^This is no JSON that could be indented\. Line 2, column 1\d:/);
});

const DIFF = `diff --git a/birds b/birds
--- a/birds
+++ b/birds
@@ -1,3 +1,4 @@
 heron
-sparow
+sparrow
+-- owl
 end
`;

story("a diff has its changes in colour and counted", async (visitor) => {
  const path = await visitor.pastes(DIFF, { syntax: "diff" });
  await visitor.opens(path);
  assert.equal(await visitor.shownText(), DIFF);
  assert.deepEqual(await visitor.all(".changes > *"), ["1 file", "2 lines added", "1 line removed"]);
  assert.deepEqual(await visitor.at("#text ins").allTextContents(), ["+sparrow\n", "+-- owl\n"]);
  assert.deepEqual(await visitor.at("#text del").allTextContents(), ["-sparow\n"]);
  const tints = await Promise.all(["#text ins", "#text del", "#text .dh", "#text"].map((one) => style(visitor, one, "backgroundColor")));
  assert.equal(new Set(tints).size, 4, tints.join());
  await visitor.page.getByRole("link", { name: "Source" }).click();
  await visitor.page.waitForURL(`${path}/source`);
  assert.equal(await visitor.shownText(), DIFF);
});

const ANSI = "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m plain \x1b[44mon blue\x1b[0m\n\x1b[2J\x1b]0;title\x07 shown\n";

story("a log has the colours of a terminal, and keeps every sequence", async (visitor) => {
  const path = await visitor.pastes(ANSI, { syntax: "log" });
  await visitor.opens(path);
  assert.equal(await visitor.shownText(), ANSI);
  const [red, green] = await Promise.all(["#text .f1", "#text .f2.b"].map((one) => ink(visitor, one)));
  assert.equal(new Set([red, green, await ink(visitor, "#text")]).size, 3);
  assert.notEqual(await style(visitor, "#text .g4", "backgroundColor"), "rgba(0, 0, 0, 0)");
  const shown = await visitor.at("#text").innerText();
  assert.match(shown, /red green plain on blue/);
  assert.doesNotMatch(shown, /\[31m|\[0m/);
  // what moves the cursor or names the window is seen for what it is
  assert.match(shown, /\[2J.*\]0;title/);
  assert.deepEqual(await visitor.at("#text .ctl").evaluateAll((all) => all.map((one) => one.dataset.u)), ["ESC", "ESC", "BEL"]);
  await visitor.opens(`${path}/source`);
  assert.equal(await visitor.shownText(), ANSI);
  assert.match(await visitor.at("#text").innerText(), /\[31mred/);
});

story("another syntax is chosen on the page, and only the address changes", async (visitor) => {
  const text = "def legs(bird):\n    return 2  # always\n";
  const path = await visitor.pastes(text, { syntax: "text" });
  await visitor.opens(path);
  assert.equal(await visitor.at("#text b").count(), 0);
  await visitor.at(".facts").getByRole("link", { name: "Plain text" }).click();
  await visitor.at("#syntaxes a").first().waitFor();
  await visitor.at("#syntax-filter").fill("pytho");
  const left = () => visitor.at("#syntaxes li:visible").allInnerTexts();
  await eventually(async () => (await left()).length < 10, true);
  await visitor.at("#syntaxes").getByRole("link", { name: "Python", exact: true }).click();
  await visitor.page.waitForURL(`${path}.python`);
  assert.equal(await visitor.shownText(), text);
  assert.notEqual(await ink(visitor, "#text b"), await ink(visitor, "#text"));
  assert.equal(await visitor.at(".facts a").innerText(), "Python");
  assert.equal(await visitor.reads(path), text);
  await visitor.opens(path);
  assert.equal(await visitor.at("#text b").count(), 0);
});

story("the syntaxes are a page without scripts", { javaScriptEnabled: false }, async (visitor) => {
  const path = await visitor.pastes("legs = 2\n", { syntax: "text" });
  await visitor.opens(path);
  await visitor.at(".facts").getByRole("link", { name: "Plain text" }).click();
  await visitor.page.waitForURL(`${path}/syntax`);
  await visitor.page.getByRole("link", { name: "Python", exact: true }).click();
  await visitor.page.waitForURL(`${path}.python`);
});

story("a syntax that was guessed says so, one that was chosen does not", async (visitor) => {
  const text = "#!/usr/bin/env python3\nimport os\n\nprint(os.getcwd())\n";
  await visitor.opens(await visitor.pastes(text));
  assert.equal((await visitor.all(".facts > *"))[0], "Python (detected)");
  await visitor.opens(await visitor.pastes(text, { syntax: "python" }));
  assert.equal((await visitor.all(".facts > *"))[0], "Python");
});

/** Another site's page, with these addresses in frames. */
async function elsewhere(...addresses) {
  const frames = addresses.map((address, at) => `<iframe name="frame${at}" src="${address}" width="600" height="300"></iframe>`);
  const page = `<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,">${frames.join("")}`;
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

story("another site frames a paste's text, and cannot frame its page", async (visitor) => {
  const path = await visitor.pastes("framed\nand marked\n", { syntax: "rust" });
  const { server, url } = await elsewhere(`${SITE}${path}/embed?lines=2&theme=dark`, SITE + path);
  try {
    visitor.expectsSite(url);
    visitor.expects("frame refused");
    await visitor.opens(url);
    const framed = visitor.page.frameLocator("[name=frame0]");
    await framed.locator("#text").waitFor();
    assert.equal(await framed.locator("#text").textContent(), "framed\nand marked\n");
    assert.equal(await framed.locator("#text mark").textContent(), "and marked\n");
    assert.equal(await framed.locator("html").getAttribute("data-theme"), "dark");
    await eventually(() => visitor.page.frame("frame1")?.url(), "chrome-error://chromewebdata/");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
