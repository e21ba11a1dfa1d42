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

/** Controls whose border, or whose area, has less than three times the contrast of what is behind it. */
const faintControls = (visitor) => visitor.page.evaluate(() => {
  const { luminance, behind } = window.colours;
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const fields = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), select, textarea:not(#text), .sheet, .choice span";
  return [...document.querySelectorAll(`${fields}, button, .tool, .button`)].flatMap((control) => {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.matches("[aria-disabled=true], :disabled, .vh *")) return [];
    const style = getComputedStyle(control);
    const behindIt = behind(control.parentElement);
    const [border, area] = [style.borderTopColor, style.backgroundColor].map(luminance);
    const hasBorder = parseFloat(style.borderTopWidth) > 0 && border !== null;
    if (!hasBorder && !control.matches(fields)) return [];
    if (area !== null && contrast(area, behindIt) >= 3 || hasBorder && contrast(border, behindIt) >= 3) return [];
    return [`faint border: ${control.outerHTML.slice(0, 80)} ${style.borderTopColor}`];
  });
});

/** Whether the element that has the focus, or what is drawn in its place, has a clear outline. */
const focusIsClear = (visitor) => visitor.page.evaluate(() => {
  const { luminance, behind } = window.colours;
  const focused = document.activeElement;
  const drawn = focused.matches(".choice input, #file") ? focused.nextElementSibling : focused.matches(".sheet textarea") ? focused.parentElement : focused;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(drawn);
  const [outline, background] = [luminance(outlineColor), behind(drawn.parentElement)];
  const contrast = (Math.max(outline, background) + 0.05) / (Math.min(outline, background) + 0.05);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && contrast >= 3 ? "" : focused.outerHTML.slice(0, 80);
});

/** Gives the page functions that compute with its colours. */
const preparesColours = (visitor) => visitor.page.addInitScript(() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  /** The relative luminance of an opaque colour; `null` for others. */
  const luminance = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    const [r, g, b] = [red, green, blue].map((value) => linear(value / 255));
    return alpha === 255 ? 0.2126 * r + 0.7152 * g + 0.0722 * b : null;
  };
  const behind = (element) => (element ? luminance(getComputedStyle(element).backgroundColor) ?? behind(element.parentElement) : 1);
  window.colours = { luminance, behind };
});

async function findProblems(visitor, state) {
  const found = [];
  for (const width of [1280, 360, 320]) {
    await visitor.page.setViewportSize({ width, height: HEIGHT });
    const here = [...await overflows(visitor), ...(width === 320 ? [] : [...await axeViolations(visitor, EVERYTHING), ...await faintControls(visitor)])];
    found.push(...here.map((problem) => `${state}, ${width} px: ${problem}`));
  }
  await visitor.page.emulateMedia({ colorScheme: "dark" });
  await visitor.page.setViewportSize({ width: 1280, height: HEIGHT });
  found.push(...[...await axeViolations(visitor, CONTRAST), ...await faintControls(visitor)].map((problem) => `${state}, dark: ${problem}`));
  await visitor.page.emulateMedia({ colorScheme: "light" });
  return found;
}

for (const { language, options } of LANGUAGES) {
  story(`every page and state, ${language}`, options, async (visitor) => {
    const found = [];
    await preparesColours(visitor);
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

for (const media of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }, { contrast: "more" }]) {
  const [[name, value]] = Object.entries(media);
  story(`the focus is clear on every control, ${name}: ${value}`, media, async (visitor) => {
    await preparesColours(visitor);
    const unclear = [];
    for (const path of ["/", await visitor.pastes("{}", { syntax: "json" }), "/login"]) {
      await visitor.opens(path);
      await visitor.at("body").evaluate(() => document.activeElement.blur());
      if (path === "/") await visitor.at("#text").focus();
      if (path === "/") await visitor.presses("Escape");
      for (let stop = 0; stop < 30; stop++) {
        const left = await visitor.page.evaluate(() => document.activeElement === document.body);
        if (left && stop) break;
        if (!left) unclear.push(await focusIsClear(visitor));
        await visitor.presses("Tab");
      }
    }
    assert.deepEqual(unclear.filter(Boolean), []);
    assert.ok(unclear.length > 30, `${unclear.length} controls`);
  });
}

story("pressed, current and chosen controls are told from others in forced colours", { forcedColors: "active" }, async (visitor) => {
  const backgrounds = (selector) => visitor.at(selector).evaluateAll((all) => new Set(all.map((one) => getComputedStyle(one).backgroundColor)).size);
  await visitor.opens("/");
  assert.equal(await backgrounds(".choice span"), 2);
  await visitor.opens(await visitor.pastes("{}", { syntax: "json" }));
  assert.equal(await backgrounds(".readings a"), 2);
  await visitor.at("[data-wrap][aria-pressed=false]").click();
  await visitor.at("[data-wrap][aria-pressed=true]").waitFor();
  assert.equal(await backgrounds(".tools button"), 2);
});

story("the error page of a site without its database passes the same checks", async (visitor) => {
  visitor.expects(503);
  await preparesColours(visitor);
  await visitor.hasAccount();
  await siteLosesItsDatabase();
  await visitor.opens("/profile");
  await visitor.page.getByRole("heading", { name: "The site is busy for a moment" }).waitFor();
  assert.deepEqual(await findProblems(visitor, "503"), []);
});
