// A site whose pages do not wait for the highlighting.

import assert from "node:assert/strict";
import { eventually, story } from "./visitor.mjs";

story("a text that is not highlighted in time is shown plain with a note", async (visitor) => {
  const text = "fn main() { let legs = 2; }\n".repeat(20_000);
  await visitor.opens(await visitor.pastes(text, { syntax: "rust" }));
  await visitor.at("#plain .note").waitFor();
  assert.ok(text.startsWith(await visitor.shownText()));
  assert.equal(await visitor.at("#text b").count(), 0);
  // The highlighting goes on in the background, and later visitors get it.
  const noteOnceHighlighted = async () => {
    await visitor.page.reload();
    return (await visitor.at("#text b").count()) > 0 && await visitor.at("#plain .note").count();
  };
  await eventually(noteOnceHighlighted, 0);
});
