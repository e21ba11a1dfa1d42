// Points in time are shown in the reader's zone, and in UTC without scripts.

import assert from "node:assert/strict";
import { NO_SCRIPTS, story } from "./visitor.mjs";

const UTC = /^\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC$/;

/** What every time on the page should say in this zone and language, beside what it says. */
const times = (visitor, locale, timeZone) => visitor.at("time[datetime][title]").evaluateAll((all, [locale, timeZone]) => {
  const format = (date, options) => new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(date).replace(/ г\.| г\. в| at/g, "").replace(/,? (?=\d\d:)/, ", ");
  const day = { day: "numeric", month: "long", year: "numeric" };
  return all.map((one) => {
    const date = new Date(one.dateTime);
    const clock = format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const full = `${format(date, day)}, ${clock.replace(", ", "")}`;
    const wanted = { date: format(date, day), "date-time": full }[one.dataset.shown] ?? one.textContent;
    return { title: one.title.startsWith(`${full} GMT+`), wanted, shown: one.textContent };
  });
}, [locale, timeZone]);

for (const [locale, language, timezoneId] of [["en-US", "en-GB", "Asia/Kathmandu"], ["ru-RU", "ru", "Asia/Vladivostok"]]) {
  story(`every time is in the reader's zone, ${locale}`, { locale, timezoneId }, async (visitor) => {
    await visitor.hasAccount();
    const all = async (count) => {
      const seen = await times(visitor, language, timezoneId);
      assert.equal(seen.length, count);
      for (const { title, wanted, shown } of seen) assert.deepEqual([shown, title], [wanted, true]);
    };
    await visitor.opens("/");
    await visitor.writes("timed");
    await visitor.saves();
    await all(3);
    for (let n = 0; n < 51; n++) await visitor.pastes(`text ${n}`, { expires: "2h" });
    await visitor.opens("/profile");
    await all(100);
    await visitor.at("#more-link").click();
    await visitor.at("#more-link").waitFor({ state: "detached" });
    await all(104);
    await visitor.opens("/settings");
    await visitor.at("#name").fill("laptop");
    await visitor.at("form.token button").click();
    await visitor.at("#token").waitFor();
    const tokens = await times(visitor, language, timezoneId);
    assert.ok(tokens.length > 0);
    for (const { title, wanted, shown } of tokens) assert.deepEqual([shown, title], [wanted, true]);
  });
}

story("without scripts, every time says that it is in UTC", { ...NO_SCRIPTS, timezoneId: "Asia/Kathmandu" }, async (visitor) => {
  await visitor.opens(await visitor.pastes("timed", { visibility: "public" }));
  assert.match(await visitor.at("time[data-shown]").innerText(), UTC);
  assert.match(await visitor.at("#expiry").getAttribute("title"), UTC);
  await visitor.opens("/recent");
  assert.match((await visitor.textsOf("time[data-shown]"))[0], /^\d+ [A-Z][a-z]+ \d{4} UTC$/);
});
