// The form on the front page: typing, choosing, saving, and what happens when saving fails.

import assert from "node:assert/strict";
import { PASTE, SITE, eventually, story } from "./visitor.mjs";

story("a text that is typed and saved comes back on its page", async (visitor) => {
  await visitor.opens("/");
  await visitor.hasFocusAt("#text");
  await visitor.page.keyboard.type("first line\nsecond line");
  await visitor.at("#title").fill("Two lines");
  const path = await visitor.saves();
  assert.equal(await visitor.at("h1").innerText(), "Two lines");
  assert.equal(await visitor.shownText(), "first line\nsecond line");
  assert.equal(await visitor.reads(path), "first line\nsecond line");
});

story("Ctrl and Enter save from the editor and from a field", async (visitor) => {
  for (const field of ["#text", "#title"]) {
    await visitor.opens("/");
    await visitor.writes(`saved from ${field}`);
    await visitor.at(field).press("Control+Enter");
    assert.equal(await visitor.reads(await visitor.landsOnPaste()), `saved from ${field}`);
  }
});

story("the author sees the link with a QR code once", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("look at my link");
  const path = await visitor.saves();
  assert.equal(await visitor.at(".created input").inputValue(), SITE + path);
  await visitor.seesPicture(".created img");
  await visitor.page.reload();
  assert.equal(await visitor.at(".created").count(), 0);
  assert.equal(await visitor.shownText(), "look at my link");
});

story("every option of the form is saved with the paste", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("fn main() {}", "Choices");
  await visitor.at("#syntax").fill("Rust");
  await visitor.chooses("1 hour");
  await visitor.chooses("Public");
  await visitor.saves();
  const facts = await visitor.textsOf(".facts > *");
  assert.equal(facts[0], "Rust");
  assert.equal(facts[4], "Public");
  assert.match(facts[5], /^expires in (1 hour|60 minutes)$/);
});

story("a custom lifetime is typed after choosing 'Other'", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("ninety minutes");
  await visitor.chooses("Other…");
  await visitor.hasFocusAt("#expires_custom");
  await visitor.page.keyboard.type("90m");
  await visitor.saves();
  await visitor.sees(/^expires in 1.hour.30.minutes$/);
});

story("lines, characters and bytes are counted while typing", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("два\nтри\n");
  const counts = () => visitor.textsOf(".counts [data-count]");
  await eventually(counts, ["2", "8", "14 B"]);
  await visitor.writes("");
  await eventually(counts, ["0", "0", "0 B"]);
});

story("a refused form keeps all input in place and shows the errors", async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.writes("", "A title without a text");
  await visitor.chooses("Other…");
  await visitor.at("#expires_custom").fill("soon");
  await visitor.chooses("Public");
  await visitor.at("#syntax").fill("Python");
  await visitor.at("#save").click();
  await eventually(() => visitor.at("#text-error").innerText(), "Write a text or choose a file.");
  assert.equal(await visitor.at("#expires-error").innerText(), "Write a number with a unit, like 90m, 12h or 3d.");
  assert.equal(await visitor.at("#form-errors a").count(), 2);
  await visitor.hasFocusAt("#text[aria-invalid=true]");
  assert.equal(new URL(visitor.page.url()).pathname, "/");
  assert.equal(await visitor.at("#title").inputValue(), "A title without a text");
  assert.equal(await visitor.at("#expires_custom").inputValue(), "soon");
  assert.equal(await visitor.at("#syntax").inputValue(), "Python");
  assert.ok(await visitor.page.getByLabel("Public").isChecked());

  await visitor.at("#expires_custom").fill("2d");
  await visitor.at("#text").fill("now with a text");
  await visitor.saves();
  assert.equal(await visitor.at("h1").innerText(), "A title without a text");
});

story("a corrected field loses its error when another field is refused", async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.writes("");
  await visitor.at("#save").click();
  await visitor.hasFocusAt("#text[aria-invalid=true]");
  await visitor.writes("a text");
  await visitor.at("#syntax").fill("Klingon");
  await visitor.at("#save").click();
  await visitor.hasFocusAt("#syntax[aria-invalid=true]");
  assert.equal(await visitor.at("#text").getAttribute("aria-invalid"), null);
  assert.deepEqual(await visitor.textsOf(".error:visible"), ["There is no such syntax. Choose one from the list."]);
});

story("no input is lost when the site cannot be reached", async (visitor) => {
  visitor.expects("offline");
  await visitor.opens("/");
  await visitor.writes("written on a train", "Tunnel");
  await visitor.context.setOffline(true);
  await visitor.at("#save").click();
  await visitor.isWarned("The site did not answer. Check the connection and try again.");
  assert.equal(await visitor.at("#text").inputValue(), "written on a train");
  await visitor.context.setOffline(false);
  const path = await visitor.saves();
  assert.equal(await visitor.reads(path), "written on a train");
});

story("a server error is shown at the form, which keeps its input", async (visitor) => {
  visitor.expects(500);
  await visitor.opens("/");
  await visitor.writes("still here");
  const broken = { status: 500, contentType: "text/html", body: "<p>Broken</p>" };
  await visitor.page.route("/", (route) => route.fulfill(broken));
  await visitor.at("#save").click();
  await eventually(() => visitor.at("#form-errors").innerText(), "Broken");
  assert.equal(await visitor.at("#text").inputValue(), "still here");
  assert.equal(await visitor.at("#save").innerText(), "Save");
});

story("after saving, the browser does not ask before it leaves the page", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("saved");
  await visitor.saves();
  assert.match(visitor.page.url(), PASTE);
  assert.deepEqual(visitor.leaveWarnings, []);
});

story("two quick clicks save one paste", async (visitor) => {
  await visitor.hasAccount();
  await visitor.opens("/");
  await visitor.writes("only once");
  await visitor.at("#save").dblclick();
  await visitor.landsOnPaste();
  await visitor.opens("/profile");
  assert.equal(await visitor.at("[id^=paste-]").count(), 1);
});

story("a syntax is found by its extension and by other names, and an unknown one is said at once", async (visitor) => {
  await visitor.opens("/");
  const field = visitor.at("#syntax");
  for (const [typed, name] of [["js", "JavaScript"], ["yml", "YAML"], ["golang", "Go"], ["c++", "C++"], ["sh", "Bash"], ["rust", "Rust"]]) {
    await field.fill(typed);
    assert.ok((await visitor.at("datalist option").evaluateAll((all) => all.map((one) => one.label || one.value)))
      .some((label) => label === name || label.endsWith(`: ${name}`)), typed);
    assert.equal(await visitor.at("#syntax-none").innerText(), "");
    await field.press("Tab");
    assert.equal(await field.inputValue(), name);
  }
  await field.fill("klingon");
  await eventually(() => visitor.at("#syntax-none").innerText(), "There is no such syntax.");
  await field.fill("golang");
  await visitor.at("#text").fill("package main");
  await visitor.saves();
  assert.equal((await visitor.textsOf(".facts > *"))[0], "Go");
});
