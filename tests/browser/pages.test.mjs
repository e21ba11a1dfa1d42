// Every page and state, in both languages and themes: axe finds no accessibility problem, nothing is
// wider than the window, and, as in every story, there is no error in the console and no violation of
// the content security policy. The dark theme changes only colours, so axe checks only the contrast.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { LANGUAGES, STATES } from "./pages.mjs";
import { siteLosesItsDatabase, story } from "./visitor.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HEIGHT = 800;

const EVERYTHING = { rules: { "target-size": { enabled: true } } };
const CONTRAST = { runOnly: ["color-contrast"] };

async function axeViolations(visitor, options) {
  if (!(await visitor.page.evaluate(() => "axe" in window))) await visitor.page.evaluate(AXE);
  const { violations } = await visitor.page.evaluate((options) =>
    window.axe.run({ resultTypes: ["violations"], ...options }), options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}

/** The elements that make the page, or the column of options beside the editor, scroll sideways. */
const overflows = (visitor) => visitor.page.evaluate(() =>
  [document.documentElement, ...document.querySelectorAll(".side")].flatMap((frame) => {
    const { scrollWidth, clientWidth } = frame;
    if (scrollWidth <= clientWidth) return [];
    const edge = frame.getBoundingClientRect().left + clientWidth + 1;
    const out = [...frame.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > edge);
    return [`${scrollWidth} px wide: ${out.map((one) => `${one.localName}.${one.className}#${one.id}`).join(" ")}`];
  }));

async function findProblems(visitor, state) {
  const found = [];
  for (const width of [1280, 360, 320]) {
    await visitor.page.setViewportSize({ width, height: HEIGHT });
    const here = [...await overflows(visitor), ...(width === 320 ? [] : await axeViolations(visitor, EVERYTHING))];
    found.push(...here.map((problem) => `${state}, ${width} px: ${problem}`));
  }
  await visitor.page.emulateMedia({ colorScheme: "dark" });
  await visitor.page.setViewportSize({ width: 1280, height: HEIGHT });
  found.push(...(await axeViolations(visitor, CONTRAST)).map((problem) => `${state}, dark: ${problem}`));
  await visitor.page.emulateMedia({ colorScheme: "light" });
  return found;
}

for (const { language, options } of LANGUAGES) {
  story(`every page and state, ${language}`, options, async (visitor) => {
    const found = [];
    for (const [state, arrives] of STATES) {
      await arrives(visitor);
      found.push(...await findProblems(visitor, state));
    }
    assert.equal(found.length, 0, found.join("\n"));
  });
}

for (const locale of ["en-US", "ru-RU"]) {
  const options = { locale, javaScriptEnabled: false };
  story(`no page is wider than the smallest phone without scripts, ${locale}`, options, async (visitor) => {
    visitor.expects(404);
    const fields = { title: "Unbroken".repeat(25), visibility: "public" };
    const long = await visitor.pastes(`${"word".repeat(50)}\n`, fields);
    await visitor.page.setViewportSize({ width: 320, height: HEIGHT });
    const wide = [];
    for (const path of ["/", long, "/recent", "/login", "/register", "/nothing"]) {
      await visitor.opens(path);
      const width = await visitor.at("html").evaluate((html) => html.scrollWidth);
      if (width > 320) wide.push(`${path} is ${width} px wide`);
    }
    assert.deepEqual(wide, []);
  });
}

story("the error page of a site without its database passes the same checks", async (visitor) => {
  visitor.expects(503);
  await visitor.hasAccount();
  await siteLosesItsDatabase();
  await visitor.opens("/profile");
  await visitor.page.getByRole("heading", { name: "The site is busy for a moment" }).waitFor();
  assert.deepEqual(await findProblems(visitor, "503"), []);
});
