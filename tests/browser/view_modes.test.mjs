// The view modes of a text: each shows something beside it or colours it, and keeps the text unchanged.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { NO_SCRIPTS, SITE, eventually, story } from "./visitor.mjs";

const style = (visitor, selector, property) =>
  visitor.at(selector).first().evaluate((one, property) => getComputedStyle(one)[property], property);
const textColor = (visitor, selector) => style(visitor, selector, "color");

/** Saves a text and opens it in a view mode, in which the text must be unchanged. Returns its path. */
async function opensInViewMode(visitor, viewMode, text, fields) {
  const path = await visitor.pastes(text, fields);
  await visitor.opens(`${path}/${viewMode}`);
  assert.equal(await visitor.shownText(), text);
  assert.equal(await visitor.at(".readings [aria-current]").getAttribute("href"), `${path}/${viewMode}`);
  return path;
}

/** Both elements are visible, the first to the left of the second. */
async function areSideBySide(visitor, left, right) {
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

story("Markdown is rendered beside its source, and nothing in it runs or is loaded", async (visitor) => {
  await opensInViewMode(visitor, "rendered", MARKDOWN, { syntax: "markdown" });
  await areSideBySide(visitor, ".markdown", "pre.text");
  await visitor.page.getByRole("heading", { name: "Herons" }).waitFor();
  const image = visitor.page.getByRole("link", { name: "a heron" });
  assert.equal(await image.getAttribute("href"), "https://elsewhere.example/heron.png");
  assert.match(await image.getAttribute("rel"), /nofollow.*noopener.*noreferrer/);
  assert.equal(await visitor.at(".markdown :is(img, script, iframe, style, [onclick], [href^=javascript])").count(), 0);
  await visitor.page.getByText("Click me").click();
  assert.match(await visitor.page.title(), /^Herons|^Untitled/);

  assert.deepEqual(await visitor.textsOf(".markdown td"), ["heron", "2"]);
  assert.deepEqual(await visitor.at(".markdown .task").evaluateAll((boxes) =>
    boxes.map((box) => [box.checked, box.disabled])), [[true, true], [false, true]]);
  assert.notEqual(await textColor(visitor, ".markdown pre b"), await textColor(visitor, ".markdown pre code"));
});

story("a footnote and its reference link to each other", async (visitor) => {
  await opensInViewMode(visitor, "rendered", MARKDOWN, { syntax: "markdown" });
  assert.equal(await visitor.isInSight("#note-1"), false);
  await visitor.at(".markdown sup a").click();
  await eventually(() => visitor.isInSight("#note-1"), true);
  await visitor.page.getByRole("link", { name: "Back to the text" }).click();
  await eventually(() => visitor.isInSight("#ref-1"), true);
});

const ROWS = 1_500;
const CSV = `name,said,n\n"Heron, grey","one ""two""\nthree",0\n${
  Array.from({ length: ROWS - 1 }, (_, at) => `bird ${at + 1},nothing,${at + 1}\n`).join("")}`;

story("separated values are a table beside their source, a thousand rows at a time", async (visitor) => {
  await opensInViewMode(visitor, "table", CSV, { syntax: "csv" });
  await areSideBySide(visitor, ".made", "pre.text");
  assert.deepEqual((await visitor.textsOf(".csv thead th")).slice(1), ["name", "said", "n"]);
  assert.deepEqual(await visitor.at(".csv tbody tr").first().locator("td").allTextContents(),
    ["Heron, grey", "one \"two\"\nthree", "0"]);
  const rows = () => visitor.at(".csv tbody tr").count();
  assert.equal(await rows(), 1_000);
  await visitor.page.getByRole("link", { name: "More rows" }).click();
  await eventually(rows, ROWS);
  assert.equal(await visitor.at(".csv tbody tr:last-child td").last().textContent(), "1499");
  assert.equal(await visitor.at("#more-rows a").count(), 0);
});

story("the next rows are a page of their own without scripts", NO_SCRIPTS, async (visitor) => {
  await opensInViewMode(visitor, "table", CSV, { syntax: "csv" });
  await visitor.page.getByRole("link", { name: "More rows" }).click();
  await visitor.page.waitForURL(/row=1001$/);
  assert.equal(await visitor.at(".csv tbody tr").count(), 500);
});

const JSON_TEXT = "{\"bird\":\"heron\",\"legs\":[1,2],\"big\":12345678901234567890,\"twice\":1,\"twice\":2}";

story("JSON is indented beside its source, and every number is unchanged", async (visitor) => {
  await opensInViewMode(visitor, "pretty", JSON_TEXT, { syntax: "json" });
  await areSideBySide(visitor, ".made", "div:not(.made) > pre.text");
  const pretty = await visitor.at("#made").textContent();
  assert.equal(pretty.trimEnd(), "{\n  \"bird\": \"heron\",\n  \"legs\": [\n    1,\n    2\n  ],\n"
    + "  \"big\": 12345678901234567890,\n  \"twice\": 1,\n  \"twice\": 2\n}");
  assert.equal(await visitor.at("#made a").count(), 10);
});

story("JSON with a mistake is shown unchanged, with the position of the mistake", async (visitor) => {
  await opensInViewMode(visitor, "pretty", "{\n  \"bird\": heron\n}\n", { syntax: "json" });
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

story("a diff has its changes coloured and counted", async (visitor) => {
  const path = await visitor.pastes(DIFF, { syntax: "diff" });
  await visitor.opens(path);
  assert.equal(await visitor.shownText(), DIFF);
  assert.deepEqual(await visitor.textsOf(".changes > *"), ["1 file", "2 lines added", "1 line removed"]);
  assert.deepEqual(await visitor.at("#text ins").allTextContents(), ["+sparrow\n", "+-- owl\n"]);
  assert.deepEqual(await visitor.at("#text del").allTextContents(), ["-sparow\n"]);
  const tints = await Promise.all(["#text ins", "#text del", "#text .dh", "#text"].map((one) => style(visitor, one, "backgroundColor")));
  assert.equal(new Set(tints).size, 4, tints.join());
  await visitor.page.getByRole("link", { name: "Source" }).click();
  await visitor.page.waitForURL(`${path}/source`);
  assert.equal(await visitor.shownText(), DIFF);
});

const ANSI = "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m plain \x1b[44mon blue\x1b[0m\n\x1b[2J\x1b]0;title\x07 shown\n";

story("a log has the colours of a terminal, and keeps every control sequence", async (visitor) => {
  const path = await visitor.pastes(ANSI, { syntax: "log" });
  await visitor.opens(path);
  assert.equal(await visitor.shownText(), ANSI);
  const [red, green] = await Promise.all(["#text .f1", "#text .f2.b"].map((one) => textColor(visitor, one)));
  assert.equal(new Set([red, green, await textColor(visitor, "#text")]).size, 3);
  assert.notEqual(await style(visitor, "#text .g4", "backgroundColor"), "rgba(0, 0, 0, 0)");
  const shown = await visitor.at("#text").innerText();
  assert.match(shown, /red green plain on blue/);
  assert.doesNotMatch(shown, /\[31m|\[0m/);
  // Sequences that move the cursor or name the window are shown as text.
  assert.match(shown, /\[2J.*\]0;title/);
  assert.deepEqual(await visitor.at("#text .ctl").evaluateAll((all) => all.map((one) => one.dataset.u)), ["ESC", "ESC", "BEL"]);
  await visitor.opens(`${path}/source`);
  assert.equal(await visitor.shownText(), ANSI);
  assert.match(await visitor.at("#text").innerText(), /\[31mred/);
});

story("another syntax can be chosen on the page, which changes only the URL", async (visitor) => {
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
  assert.notEqual(await textColor(visitor, "#text b"), await textColor(visitor, "#text"));
  assert.equal(await visitor.at(".facts a").innerText(), "Python");
  assert.equal(await visitor.reads(path), text);
  await visitor.opens(path);
  assert.equal(await visitor.at("#text b").count(), 0);
});

story("the syntaxes are a page without scripts", NO_SCRIPTS, async (visitor) => {
  const path = await visitor.pastes("legs = 2\n", { syntax: "text" });
  await visitor.opens(path);
  await visitor.at(".facts").getByRole("link", { name: "Plain text" }).click();
  await visitor.page.waitForURL(`${path}/syntax`);
  await visitor.page.getByRole("link", { name: "Python", exact: true }).click();
  await visitor.page.waitForURL(`${path}.python`);
});

story("a detected syntax is labelled as such, a chosen one is not", async (visitor) => {
  const text = "#!/usr/bin/env python3\nimport os\n\nprint(os.getcwd())\n";
  await visitor.opens(await visitor.pastes(text));
  assert.equal((await visitor.textsOf(".facts > *"))[0], "Python (detected)");
  await visitor.opens(await visitor.pastes(text, { syntax: "python" }));
  assert.equal((await visitor.textsOf(".facts > *"))[0], "Python");
});

/** Starts another site, whose page has these addresses in frames. */
async function startsOtherSite(...addresses) {
  const frames = addresses.map((address, at) => `<iframe name="frame${at}" src="${address}" width="600" height="300"></iframe>`);
  const page = `<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,">${frames.join("")}`;
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(page));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

story("another site can frame the embed of a paste, and not its page", async (visitor) => {
  const path = await visitor.pastes("framed\nand marked\n", { syntax: "rust" });
  const { server, url } = await startsOtherSite(`${SITE}${path}/embed?lines=2&theme=dark`, SITE + path);
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

story("the columns of a Markdown table keep their alignment", async (visitor) => {
  const text = "| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |\n\n<p align=right>right</p>\n\n<h2 align=center>middle</h2>\n";
  await visitor.opens(`${await visitor.pastes(text, { syntax: "markdown" })}/rendered`);
  const alignments = (selector) => visitor.at(selector).evaluateAll((all) => all.map((one) => getComputedStyle(one).textAlign));
  for (const cells of [".markdown th", ".markdown td"]) assert.deepEqual(await alignments(cells), ["left", "center", "right", "start"]);
  assert.deepEqual(await alignments(".markdown > :is(p, h3)"), ["right", "center"]);
});
