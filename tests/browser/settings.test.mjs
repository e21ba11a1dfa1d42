// Access tokens: created, shown once, copied and revoked in place.

import assert from "node:assert/strict";
import { CLIPBOARD, eventually, story } from "./visitor.mjs";

async function createsToken(visitor, name) {
  await visitor.at("#name").fill(name);
  await visitor.at("form.token button").click();
  // Until the row appears, the page may still show the previous token.
  await visitor.at(`tbody tr:has(:text-is("${name}"))`).waitFor();
  return visitor.at("#token").inputValue();
}

const names = (visitor) => () => visitor.textsOf("tbody th");

story("a token is created in place, copied, and never shown again", CLIPBOARD, async (visitor) => {
  await visitor.hasAccount();
  await visitor.opens("/profile");
  await visitor.at("main a[href='/settings']").click();
  await visitor.page.waitForURL("/settings");
  await visitor.page.evaluate(() => { window.sameDocument = true; });
  const token = await createsToken(visitor, "laptop");
  assert.match(token, /^pastebin_pat_[0-9a-f]{64}$/);
  assert.equal(await visitor.page.evaluate(() => window.sameDocument), true);
  await visitor.at("[data-copy=token]").click();
  await visitor.hears("Token copied");
  assert.equal(await visitor.clipboard(), token);
  const response = await visitor.context.request.get("/api/v1/user", { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual((await response.json()).token.scopes, ["read", "write"]);
  await visitor.opens("/settings");
  assert.equal(await visitor.at("#token").count(), 0);
  assert.deepEqual(await names(visitor)(), ["laptop"]);
});

story("an incomplete form shows the error at its field, and keeps the other input", async (visitor) => {
  visitor.expects(422);
  await visitor.hasAccount();
  await visitor.opens("/settings");
  await visitor.at("#name").fill("kept");
  for (const scope of ["read", "write"]) await visitor.at(`[name=${scope}]`).uncheck();
  await visitor.at("form.token button").click();
  await visitor.sees("Choose at least one.");
  assert.equal(await visitor.at("#name").inputValue(), "kept");
  assert.equal(await visitor.at("[name=read]").isChecked(), false);
});

story("a token is revoked in place, and the focus moves to the next row", async (visitor) => {
  visitor.expects(401);
  await visitor.hasAccount();
  await visitor.opens("/settings");
  const tokens = [];
  for (const name of ["first", "second"]) tokens.push(await createsToken(visitor, name));
  const row = visitor.at('tbody tr:has(:text-is("second"))');
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Yes, revoke" }).click();
  await eventually(names(visitor), ["first"]);
  await visitor.hears("Revoked: second");
  await visitor.hasFocusAt('tr:has(:text-is("first")) summary');
  const statuses = await Promise.all(tokens.map(async (token) => {
    const response = await visitor.context.request.get("/api/v1/user", { headers: { authorization: `Bearer ${token}` } });
    return response.status();
  }));
  assert.deepEqual(statuses, [200, 401]);
  await visitor.at("tbody summary").click();
  await visitor.at("details[open] button").click();
  await eventually(names(visitor), []);
  await visitor.hasFocusAt("#heading");
});
