// Registering, logging in, and choosing a language and a theme.

import assert from "node:assert/strict";
import { PASSWORD, eventually, story, unusedEmail } from "./visitor.mjs";

async function fillsIn(visitor, email, password) {
  await visitor.at("#email").fill(email);
  await visitor.at("#password").fill(password);
  await visitor.at("main .primary").click();
}

story("a visitor registers, is welcomed once, logs out and logs in again", async (visitor) => {
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

story("after a wrong password the email is kept and the password field has the focus", async (visitor) => {
  visitor.expects(422);
  const email = await visitor.hasAccount();
  await visitor.context.clearCookies();
  await visitor.opens("/login");
  await visitor.hasFocusAt("#email");
  await fillsIn(visitor, email, "not the password");
  await visitor.sees("The email or the password is wrong.");
  assert.equal(await visitor.at("#email").inputValue(), email);
  assert.equal(await visitor.at("#password").inputValue(), "");
  await visitor.hasFocusAt("#password[aria-invalid=true]");
});

story("the strength of a password is shown while it is typed", async (visitor) => {
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
  await visitor.hasFocusAt("#password");
  await visitor.page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await visitor.at("#password").getAttribute("type"), "password");
});

story("the language is switched in place and remembered", async (visitor) => {
  await visitor.opens("/login?next=/profile");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.page.getByRole("heading", { name: "Вход" }).waitFor();
  assert.ok(visitor.page.url().endsWith("/login?next=/profile"));
  await visitor.opens("/login");
  assert.equal(await visitor.at("html").getAttribute("lang"), "ru");
  await visitor.page.getByRole("button", { name: "English" }).click();
  await visitor.page.getByRole("heading", { name: "Log in" }).waitFor();
});

story("a browser that prefers Russian gets Russian pages", { locale: "ru-RU" }, async (visitor) => {
  await visitor.opens("/");
  assert.equal(await visitor.at("html").getAttribute("lang"), "ru");
  assert.equal(await visitor.at("#save").innerText(), "Сохранить");
});

const background = (visitor) => visitor.at("html").evaluate((html) => getComputedStyle(html).backgroundColor);
const [LIGHT, DARK] = ["rgb(253, 253, 251)", "rgb(21, 23, 26)"];

const DARK_SYSTEM = { colorScheme: "dark" };

story("the theme follows the system until one is chosen, which is remembered", DARK_SYSTEM, async (visitor) => {
  await visitor.opens("/");
  assert.equal(await background(visitor), DARK);
  await visitor.switchesThemeTo("light");
  assert.equal(await background(visitor), LIGHT);
  await visitor.opens("/recent");
  assert.equal(await background(visitor), LIGHT);
  await visitor.switchesThemeTo("dark");
  await visitor.page.emulateMedia({ colorScheme: "light" });
  assert.equal(await background(visitor), DARK);
  await visitor.switchesThemeTo("system");
  assert.equal(await background(visitor), LIGHT);
});

story("the language and the theme are remembered for months", async (visitor) => {
  await visitor.opens("/");
  await visitor.page.getByRole("button", { name: "Русский" }).click();
  await visitor.at("html[lang=ru]").waitFor();
  await visitor.switchesThemeTo("light");
  const inThreeMonths = Date.now() / 1000 + 90 * 24 * 60 * 60;
  const lasting = (await visitor.context.cookies()).filter((cookie) => cookie.expires > inThreeMonths);
  assert.deepEqual(lasting.map(({ name, value }) => `${name}=${value}`).sort(), ["lang=ru", "theme=light"]);
});

story("the first Tab stop is the link that skips to the content", async (visitor) => {
  await visitor.opens("/recent");
  await visitor.presses("Tab");
  await visitor.hasFocusAt(".skip");
  await visitor.presses("Enter");
  await visitor.hasFocusAt("#main");
});
