// Draws every page and state into shots/: `just shots`, and look at them.

import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LANGUAGES, SCHEMES, STATES } from "./pages.mjs";
import { story } from "./visitor.mjs";

const folder = fileURLToPath(new URL("shots/", import.meta.url));
const named = (...parts) => `${folder}${parts.join(" ").replaceAll(/[^a-z0-9]+/gi, "-")}.png`;

/** What sticks to the window's edge would lie across the middle of the whole page, and what is out
 * of sight would be left blank. */
const ALL_IN_FLOW = ".save, #notice { position: static !important; } .part { content-visibility: visible !important; }";

rmSync(folder, { recursive: true, force: true });
for (const { language, options } of LANGUAGES) {
  story(`draws every page and state, ${language}`, { ...options, bypassCSP: true }, async (visitor) => {
    for (const [state, arrives] of STATES) {
      await arrives(visitor);
      for (const width of [1280, 360]) {
        await visitor.page.setViewportSize({ width, height: 800 });
        // Chromium draws no picture of twenty thousand lines.
        const height = await visitor.at("html").evaluate((html) => html.scrollHeight);
        const fullPage = height < 10_000;
        for (const colorScheme of SCHEMES) {
          await visitor.page.emulateMedia({ colorScheme });
          await visitor.page.screenshot({ path: named(state, language, colorScheme, width), fullPage, style: ALL_IN_FLOW });
        }
      }
      await visitor.page.setViewportSize({ width: 1280, height: 800 });
    }
  });
}
