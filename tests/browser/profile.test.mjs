// The profile: rows are deleted in place, the totals are updated, and more rows are loaded on demand.

import assert from "node:assert/strict";
import { eventually, plainSpaces, siteAdvances, story } from "./visitor.mjs";

const titles = (visitor) => () => visitor.textsOf("tbody th");
const totals = (visitor) => async () => plainSpaces(await visitor.at("#totals").innerText());
const row = (visitor, title) => visitor.at(`tbody tr:has(:text-is("${title}"))`);

/** Creates the pastes in this order. The profile shows the last one first. */
async function hasPastes(visitor, ...names) {
  await visitor.hasAccount();
  for (const title of names) {
    await visitor.pastes(title, { title });
    await siteAdvances(1);
  }
  await visitor.opens("/profile");
}

async function asksToDelete(visitor, title) {
  await row(visitor, title).locator("summary").click();
  await row(visitor, title).getByText("Delete for good?").waitFor();
}

async function deletes(visitor, title) {
  await asksToDelete(visitor, title);
  await row(visitor, title).getByRole("button", { name: "Yes, delete" }).click();
}

const hasFocusAtDeleteOf = (visitor, title) => visitor.hasFocusAt(`tr:has(:text-is("${title}")) summary`);

story("a row is deleted in place, the totals are updated, and the focus moves to the next row", async (visitor) => {
  visitor.expects(404);
  await hasPastes(visitor, "third", "second", "first");
  await visitor.page.evaluate(() => { window.sameDocument = true; });
  assert.equal(await totals(visitor)(), "3 pastes, 16 B");
  const path = await row(visitor, "second").getByRole("link").getAttribute("href");
  await deletes(visitor, "second");
  await eventually(titles(visitor), ["first", "third"]);
  await eventually(totals(visitor), "2 pastes, 10 B");
  await visitor.hears("Deleted: second");
  await hasFocusAtDeleteOf(visitor, "third");
  assert.equal(await visitor.page.evaluate(() => window.sameDocument), true);
  await visitor.opens(path);
  await visitor.sees("There is nothing here");
});

story("after the last row is deleted the focus moves to the row before it", async (visitor) => {
  await hasPastes(visitor, "last", "first");
  await deletes(visitor, "last");
  await eventually(titles(visitor), ["first"]);
  await hasFocusAtDeleteOf(visitor, "first");
});

story("after the only row is deleted the profile is empty and its heading has the focus", async (visitor) => {
  await hasPastes(visitor, "only");
  await deletes(visitor, "only");
  await visitor.sees("Nothing here yet");
  await visitor.hasFocusAt("h1");
  await visitor.hears("Deleted: only");
  assert.equal(await totals(visitor)(), "");
  assert.equal(await visitor.at("table").count(), 0);
});

story("all rows can be deleted by keyboard alone", async (visitor) => {
  await hasPastes(visitor, "c", "b", "a");
  await row(visitor, "a").locator("summary").focus();
  for (const rest of [["b", "c"], ["c"], []]) {
    await visitor.presses("Enter", "Tab", "Enter");
    await eventually(titles(visitor), rest);
    if (rest.length) await hasFocusAtDeleteOf(visitor, rest[0]);
  }
});

story("the delete question is closed by Esc, by a click elsewhere, and by another question", async (visitor) => {
  await hasPastes(visitor, "two", "one");
  const openQuestions = () => visitor.at("tr:has(details[open]) th").allInnerTexts();
  await asksToDelete(visitor, "one");
  await visitor.presses("Escape");
  await eventually(openQuestions, []);
  await hasFocusAtDeleteOf(visitor, "one");
  await asksToDelete(visitor, "one");
  await row(visitor, "two").locator("summary").press("Enter");
  await eventually(openQuestions, ["two"]);
  await visitor.at("h1").click();
  await eventually(openQuestions, []);
  assert.deepEqual(await titles(visitor)(), ["one", "two"]);
});

story("a delete that fails keeps the row and shows the error", async (visitor) => {
  visitor.expects(500);
  await hasPastes(visitor, "two", "one");
  const broken = { status: 500, contentType: "text/html", body: "<p>Something broke on our side</p>" };
  await visitor.page.route(/\/[1-9A-Za-z]{12}$/, (route) => route.fulfill(broken));
  await deletes(visitor, "one");
  await visitor.isWarned("Something broke on our side");
  assert.deepEqual(await titles(visitor)(), ["one", "two"]);
  assert.equal(await totals(visitor)(), "2 pastes, 6 B");
  assert.equal(await visitor.at("#live").textContent(), "");

  await visitor.page.unrouteAll();
  await visitor.presses("Escape");
  await deletes(visitor, "one");
  await eventually(titles(visitor), ["two"]);
  await visitor.isWarned("");
});

story("a delete without a connection keeps the row and shows the error", async (visitor) => {
  visitor.expects("offline");
  await hasPastes(visitor, "two", "one");
  await visitor.context.setOffline(true);
  await deletes(visitor, "two");
  await visitor.isWarned("The site did not answer. Check the connection and try again.");
  assert.deepEqual(await titles(visitor)(), ["one", "two"]);
  assert.equal(await visitor.at("#live").textContent(), "");
});

story("the row of a paste that is already deleted goes, and the page says why", async (visitor) => {
  visitor.expects(404);
  await hasPastes(visitor, "two", "one");
  const path = await row(visitor, "one").getByRole("link").getAttribute("href");
  await visitor.context.request.post(`${path}/delete`, { maxRedirects: 0 });
  await deletes(visitor, "one");
  await eventually(titles(visitor), ["two"]);
  await eventually(totals(visitor), "1 paste, 3 B");
  await visitor.hears("It has expired or was deleted already, or it is not yours. Nothing was changed now.");
  await hasFocusAtDeleteOf(visitor, "two");
});

story("a delete after the session ended keeps the row, and the page offers to log in", async (visitor) => {
  visitor.expects(401);
  await hasPastes(visitor, "mine");
  await visitor.context.clearCookies({ name: "session" });
  await deletes(visitor, "mine");
  await eventually(async () => (await visitor.at("#notice strong").innerText()), "You are logged out");
  assert.equal(await visitor.at("#notice a").getAttribute("href"), "/login?next=/profile");
  assert.deepEqual(await titles(visitor)(), ["mine"]);
});

story("a paste can be deleted on its page, which then leads to the profile", async (visitor) => {
  await hasPastes(visitor, "stays", "goes");
  await visitor.page.getByRole("link", { name: "goes" }).click();
  await visitor.at(".tools summary").click();
  await visitor.page.getByRole("button", { name: "Yes, delete" }).click();
  await visitor.page.waitForURL("/profile");
  assert.equal(await visitor.at(".flash").innerText(), "The paste is deleted.");
  assert.deepEqual(await titles(visitor)(), ["stays"]);
});

story("more than fifty rows are loaded on demand, in place, and the focus moves to the new ones", async (visitor) => {
  const names = Array.from({ length: 105 }, (_, n) => `paste ${105 - n}`);
  await hasPastes(visitor, ...names);
  const expected = (count) => Array.from({ length: count }, (_, n) => `paste ${n + 1}`);
  assert.deepEqual(await titles(visitor)(), expected(50));
  await visitor.at("#more-link").focus();
  await visitor.presses("Enter");
  await eventually(titles(visitor), expected(100));
  await visitor.hasFocusAt("#more-link");
  await visitor.hears("50 pastes more");
  await visitor.presses("Enter");
  await eventually(titles(visitor), expected(105));
  await visitor.hasFocusAt('th a:has(:text-is("paste 101"))');
  assert.equal(await visitor.at("#more-link").count(), 0);
  assert.equal(new URL(visitor.page.url()).pathname, "/profile");

  await deletes(visitor, "paste 104");
  await eventually(async () => (await titles(visitor)()).length, 104);
  await hasFocusAtDeleteOf(visitor, "paste 105");
  await eventually(async () => (await totals(visitor)()).startsWith("104 pastes"), true);
});

story("when more rows cannot be loaded in place, the link opens them as a page", async (visitor) => {
  visitor.expects(500);
  await hasPastes(visitor, ...Array.from({ length: 51 }, (_, n) => `paste ${51 - n}`));
  await visitor.page.route(/\/profile\/pastes/, (route) => route.fulfill({ status: 500, body: "broken" }));
  await visitor.at("#more-link").click();
  await visitor.page.waitForURL(/\/profile\?after=/);
  assert.deepEqual(await titles(visitor)(), ["paste 51"]);
});
