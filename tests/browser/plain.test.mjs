// A site that waits for no colours at all.

import assert from "node:assert/strict";
import { eventually, story } from "./visitor.mjs";

story("a text whose colours do not come in time is there without them and says so", async (visitor) => {
  const text = "fn main() { let legs = 2; }\n".repeat(20_000);
  await visitor.opens(await visitor.pastes(text, { syntax: "rust" }));
  await visitor.at("#plain .note").waitFor();
  assert.ok(text.startsWith(await visitor.shownText()));
  assert.equal(await visitor.at("#text b").count(), 0);
  // they are made all the same, for whoever comes next
  const coloured = async () => {
    await visitor.page.reload();
    return (await visitor.at("#text b").count()) > 0 && await visitor.at("#plain .note").count();
  };
  await eventually(coloured, 0);
});
