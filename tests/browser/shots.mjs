// Takes a screenshot of every page and state, into shots/. `just shots` runs it.

import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LANGUAGES, SCHEMES, STATES } from "./pages.mjs";
import { story } from "./visitor.mjs";

const folder = fileURLToPath(new URL("shots/", import.meta.url));
const pathFor = (...parts) => `${folder}${parts.join(" ").replaceAll(/[^a-z0-9]+/gi, "-")}.png`;

/** For screenshots of the full page: sticky elements would cover its middle, and parts that are out
 * of sight would be blank. */
const ALL_IN_FLOW = ".save, #notice { position: static !important; } .part { content-visibility: visible !important; }";

rmSync(folder, { recursive: true, force: true });
for (const { language, options } of LANGUAGES) {
  story(`takes a screenshot of every page and state, ${language}`, { ...options, bypassCSP: true }, async (visitor) => {
    for (const [state, arrives] of STATES) {
      await arrives(visitor);
      for (const width of [1280, 360]) {
        await visitor.page.setViewportSize({ width, height: 800 });
        // Chromium cannot take a picture of a page as high as twenty thousand lines.
        const height = await visitor.at("html").evaluate((html) => html.scrollHeight);
        const fullPage = height < 10_000;
        for (const colorScheme of SCHEMES) {
          await visitor.page.emulateMedia({ colorScheme });
          await visitor.page.screenshot({ path: pathFor(state, language, colorScheme, width), fullPage, style: ALL_IN_FLOW });
        }
      }
      await visitor.page.setViewportSize({ width: 1280, height: 800 });
    }
  });
}
