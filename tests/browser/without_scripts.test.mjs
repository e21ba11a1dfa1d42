// Every action in a browser that runs no scripts, where it is a plain form or a link.

import assert from "node:assert/strict";
import { NO_SCRIPTS, PASSWORD, SITE, story as storyWith, unusedEmail } from "./visitor.mjs";

const story = (name, run) => storyWith(name, NO_SCRIPTS, run);

async function registers(visitor) {
  await visitor.opens("/register");
  await visitor.at("#email").fill(unusedEmail());
  await visitor.at("#password").fill(PASSWORD);
  await visitor.page.getByRole("button", { name: "Create the account" }).click();
  await visitor.page.waitForURL("/profile");
}

story("a user registers, saves, reads, lists and deletes a paste, and logs out", async (visitor) => {
  visitor.expects(404);
  await registers(visitor);
  await visitor.sees("Your account is ready");

  await visitor.opens("/");
  await visitor.writes("plain\n\n  forms\n", "Without scripts");
  await visitor.at("#syntax").selectOption("python");
  await visitor.chooses("1 day");
  await visitor.chooses("Private");
  const path = await visitor.saves();
  assert.equal(await visitor.at(".created input").inputValue(), SITE + path);
  assert.equal(await visitor.shownText(), "plain\n\n  forms\n");
  assert.equal(await visitor.reads(path), "plain\n\n  forms\n");

  await visitor.page.getByRole("link", { name: "Profile" }).click();
  assert.deepEqual(await visitor.textsOf("tbody th"), ["Without scripts"]);
  assert.equal(await visitor.page.getByText("Delete for good?").isVisible(), false);
  await visitor.at("summary").click();
  await visitor.page.getByRole("button", { name: "Yes, delete" }).click();
  await visitor.sees("The paste is deleted.");
  await visitor.sees("Nothing here yet");
  await visitor.opens(path);
  await visitor.sees("There is nothing here");

  await visitor.page.getByRole("button", { name: "Log out" }).click();
  await visitor.sees("You are logged out.");
  await visitor.page.getByRole("link", { name: "Log in" }).waitFor();
});

story("controls that need scripts are hidden", async (visitor) => {
  await visitor.opens("/");
  assert.equal(await visitor.at(".js:visible, .gutter:visible, progress:visible").count(), 0);
  assert.ok(await visitor.at("#file").isVisible());
  const path = await visitor.pastes("tools");
  await visitor.opens(path);
  assert.deepEqual(await visitor.textsOf(".tools :is(a, button, summary):visible"), ["Raw", "Download", "Wrap", "QR code", "Embed", "Edit a copy"]);
  await visitor.page.getByRole("link", { name: "QR code" }).click();
  await visitor.page.waitForURL(`${path}/qr`);
});

story("a file is sent by the form", async (visitor) => {
  await visitor.opens("/");
  const buffer = Buffer.from("one\r\ntwo");
  await visitor.at("#file").setInputFiles({ name: "dos.txt", mimeType: "text/plain", buffer });
  const path = await visitor.saves();
  assert.equal(await visitor.at("h1").innerText(), "dos.txt");
  assert.equal(await visitor.reads(path), "one\r\ntwo");
});

story("a refused form is returned with all input and its errors", async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.writes("\n a first empty line stays\n", "Kept");
  await visitor.at("#syntax").selectOption("rust");
  await visitor.chooses("Other…");
  await visitor.at("#expires_custom").fill("soon");
  await visitor.chooses("Public");
  await visitor.at("#save").click();
  await visitor.at("#form-errors a").waitFor();
  assert.equal(await visitor.at("#expires-error").innerText(), "Write a number with a unit, like 90m, 12h or 3d.");
  assert.match(await visitor.page.title(), /^Error/);
  assert.equal(await visitor.at("#text").inputValue(), "\n a first empty line stays\n");
  assert.equal(await visitor.at("#title").inputValue(), "Kept");
  assert.equal(await visitor.at("#syntax").inputValue(), "rust");
  assert.equal(await visitor.at("#expires_custom").inputValue(), "soon");
  assert.ok(await visitor.page.getByRole("radio", { name: "Public" }).isChecked());

  await visitor.page.getByRole("link", { name: "Lifetime" }).click();
  await visitor.at("#expires_custom").fill("3h");
  await visitor.saves();
  assert.equal(await visitor.shownText(), "\n a first empty line stays\n");
});

story("language and theme are switched by forms that come back to their page", async (visitor) => {
  await visitor.opens("/recent");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.page.getByRole("heading", { name: "Недавние" }).waitFor();
  await visitor.switchesThemeTo("light");
  assert.equal(new URL(visitor.page.url()).pathname, "/recent");
});

story("the next rows are a page of their own", async (visitor) => {
  await registers(visitor);
  for (let n = 0; n < 51; n++) await visitor.pastes(`text ${n}`);
  await visitor.opens("/profile");
  assert.equal(await visitor.at("tbody tr:visible").count(), 50);
  await visitor.page.getByRole("link", { name: "Show more" }).click();
  await visitor.page.waitForURL(/\/profile\?after=/);
  assert.equal(await visitor.at("tbody tr:visible").count(), 1);
});

story("a paste is deleted from its own page", async (visitor) => {
  await registers(visitor);
  await visitor.opens(await visitor.pastes("short-lived"));
  await visitor.at("summary").click();
  await visitor.page.getByRole("button", { name: "Yes, delete" }).click();
  await visitor.sees("The paste is deleted.");
});
