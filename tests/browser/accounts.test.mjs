// Accounts, language and theme, as a visitor meets them.

import assert from "node:assert/strict";
import { PASSWORD, eventually, story, unusedEmail } from "./visitor.mjs";

async function fillsIn(visitor, email, password) {
  await visitor.at("#email").fill(email);
  await visitor.at("#password").fill(password);
  await visitor.at("main .primary").click();
}

story("one registers, is welcomed once, logs out and logs in again", async (visitor) => {
  const email = unusedEmail();
  await visitor.opens("/register");
  await fillsIn(visitor, email, PASSWORD);
  await visitor.page.waitForURL("/profile");
  assert.equal(await visitor.at(".flash").innerText(), "Your account is ready, and you are logged in.");
  await visitor.page.reload();
  assert.equal(await visitor.at(".flash").count(), 0);

  await visitor.page.getByRole("button", { name: "Log out" }).click();
  await visitor.page.waitForURL("/");
  assert.equal(await visitor.at(".flash").innerText(), "You are logged out.");
  await visitor.opens("/");
  assert.equal(await visitor.at(".flash").count(), 0);

  await visitor.opens("/profile");
  assert.equal(new URL(visitor.page.url()).pathname, "/login");
  await fillsIn(visitor, email, PASSWORD);
  await visitor.page.waitForURL("/profile");
  await visitor.sees("Nothing here yet");
});

story("a wrong password keeps the address, and the focus is where to go on", async (visitor) => {
  visitor.expects(422);
  const email = await visitor.hasAccount();
  await visitor.context.clearCookies();
  await visitor.opens("/login");
  await visitor.isAt("#email");
  await fillsIn(visitor, email, "not the password");
  await visitor.sees("The email or the password is wrong.");
  assert.equal(await visitor.at("#email").inputValue(), email);
  assert.equal(await visitor.at("#password").inputValue(), "");
  await visitor.isAt("#password[aria-invalid=true]");
});

story("the password's strength is said in words while it is typed", async (visitor) => {
  await visitor.opens("/register");
  const strength = () => visitor.at("#strength").innerText();
  await visitor.at("#password").pressSequentially("password12");
  await eventually(strength, "Easy to guess");
  await visitor.at("#password").fill(PASSWORD);
  await eventually(strength, "Very good");
  await visitor.at("#password").fill("");
  await eventually(strength, "");
});

story("the password is shown on request", async (visitor) => {
  await visitor.opens("/login");
  await visitor.at("#password").fill("in the clear");
  await visitor.page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await visitor.at("#password").getAttribute("type"), "text");
  await visitor.isAt("#password");
  await visitor.page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await visitor.at("#password").getAttribute("type"), "password");
});

story("the language is switched on the spot and remembered", async (visitor) => {
  await visitor.opens("/login?next=/profile");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.page.getByRole("heading", { name: "Вход" }).waitFor();
  assert.ok(visitor.page.url().endsWith("/login?next=/profile"));
  await visitor.opens("/login");
  assert.equal(await visitor.at("html").getAttribute("lang"), "ru");
  await visitor.page.getByRole("button", { name: "English" }).click();
  await visitor.page.getByRole("heading", { name: "Log in" }).waitFor();
});

story("a browser that prefers Russian is answered in Russian", { locale: "ru-RU" }, async (visitor) => {
  await visitor.opens("/");
  assert.equal(await visitor.at("html").getAttribute("lang"), "ru");
  assert.equal(await visitor.at("#save").innerText(), "Сохранить");
});

const paper = (visitor) => visitor.at("html").evaluate((html) => getComputedStyle(html).backgroundColor);
const [LIGHT, DARK] = ["rgb(253, 253, 251)", "rgb(21, 23, 26)"];

const atNight = { colorScheme: "dark" };

story("the theme follows the system until one is chosen, which is remembered", atNight, async (visitor) => {
  await visitor.opens("/");
  assert.equal(await paper(visitor), DARK);
  await visitor.switchesThemeTo("light");
  assert.equal(await paper(visitor), LIGHT);
  await visitor.opens("/recent");
  assert.equal(await paper(visitor), LIGHT);
  await visitor.switchesThemeTo("dark");
  await visitor.page.emulateMedia({ colorScheme: "light" });
  assert.equal(await paper(visitor), DARK);
  await visitor.switchesThemeTo("system");
  assert.equal(await paper(visitor), LIGHT);
});

story("what is remembered outlives the browser's window for months", async (visitor) => {
  await visitor.opens("/");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.at("html[lang=ru]").waitFor();
  await visitor.switchesThemeTo("light");
  const soon = Date.now() / 1000 + 90 * 24 * 60 * 60;
  const kept = (await visitor.context.cookies()).filter((cookie) => cookie.expires > soon);
  assert.deepEqual(kept.map(({ name, value }) => `${name}=${value}`).sort(), ["lang=ru", "theme=light"]);
});

story("the way to the content is the first stop of the keyboard", async (visitor) => {
  await visitor.opens("/recent");
  await visitor.presses("Tab");
  await visitor.isAt(".skip");
  await visitor.presses("Enter");
  await visitor.isAt("#main");
});
