// The countdown of a paste. The stories move the site's clock and the browser's instead of waiting.

import assert from "node:assert/strict";
import { eventually, plainSpaces, siteAdvances, story } from "./visitor.mjs";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Stops the browser's clock, and counts the pending timers of at least half a second. */
async function stopsTheClock(visitor) {
  await visitor.page.clock.install({ time: 0 });
  await visitor.page.clock.pauseAt(SECOND);
  await visitor.context.addInitScript(() => {
    const { setTimeout, clearTimeout } = window;
    window.pending = new Set();
    window.setTimeout = (run, delay, ...rest) => {
      const timer = setTimeout((...args) => { window.pending.delete(timer); run(...args); }, delay, ...rest);
      if (delay >= 500) window.pending.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => { window.pending.delete(timer); clearTimeout(timer); };
  });
}

/** Moves both clocks at once, as when a laptop wakes up. Timers that are due run after that, so that
 * their requests are answered at the new time. */
async function timePasses(visitor, ms) {
  await siteAdvances(ms);
  await visitor.page.clock.fastForward(ms);
}

/** Opens a page and lets the stopped clock run for the 100 ms in which the page settles. */
async function opensOnStoppedClock(visitor, path) {
  await visitor.opens(path);
  await visitor.page.clock.runFor(100);
}

const timeLeft = (visitor) => async () => plainSpaces(await visitor.at("#expiry").innerText());
const pendingTimers = (visitor) => visitor.page.evaluate(() => window.pending.size);

async function opensPaste(visitor, expires) {
  await stopsTheClock(visitor);
  const path = await visitor.pastes("here for a while", { expires });
  await opensOnStoppedClock(visitor, path);
  return path;
}

story("the time left counts down to the expiry, and then the text leaves the open page", async (visitor) => {
  visitor.expects(404);
  const path = await opensPaste(visitor, "3m");
  await eventually(timeLeft(visitor), "expires in 3 minutes");
  await timePasses(visitor, MINUTE);
  await eventually(timeLeft(visitor), "expires in 2 minutes");
  for (let seconds = 119; seconds > 115; seconds--) {
    await timePasses(visitor, SECOND);
    await eventually(timeLeft(visitor), `expires in 1 minute ${seconds - 60} seconds`);
  }
  await siteAdvances(114 * SECOND);
  await timePasses(visitor, SECOND);
  await eventually(timeLeft(visitor), "expires in 1 second");
  assert.equal(await visitor.shownText(), "here for a while");
  await timePasses(visitor, SECOND);
  await visitor.page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  assert.equal(await visitor.page.getByText("here for a while").count(), 0);
  assert.equal(await visitor.at(".tools, #text, #expiry").count(), 0);
  assert.equal(new URL(visitor.page.url()).pathname, path);
  assert.equal(await pendingTimers(visitor), 0);
});

for (const [expires, step] of [["1w", 60 * MINUTE], ["1h", MINUTE], ["90s", SECOND]]) {
  story(`a paste of ${expires} has one pending timer, which sends one request each time`, async (visitor) => {
    const requests = [];
    await opensPaste(visitor, expires);
    visitor.page.on("request", (request) => requests.push(request.url()));
    await eventually(() => pendingTimers(visitor), 1);
    for (let times = 1; times <= 3; times++) {
      const before = await timeLeft(visitor)();
      await timePasses(visitor, step);
      await eventually(async () => (await timeLeft(visitor)()) !== before, true);
      await eventually(() => pendingTimers(visitor), 1);
      assert.equal(requests.length, times);
    }
  });
}

story("a paste that is kept for ever has no timer", async (visitor) => {
  await opensPaste(visitor, "never");
  assert.equal(await timeLeft(visitor)(), "kept for ever");
  assert.equal(await pendingTimers(visitor), 0);
});

story("a refresh without a connection keeps the text, and the next refresh updates the time", async (visitor) => {
  visitor.expects("offline");
  await opensPaste(visitor, "1h");
  await visitor.context.setOffline(true);
  const failed = visitor.page.waitForEvent("requestfailed");
  await timePasses(visitor, MINUTE);
  await failed;
  assert.equal(await visitor.shownText(), "here for a while");
  assert.equal(await visitor.at("#notice").innerText(), "");
  await visitor.context.setOffline(false);
  await eventually(() => pendingTimers(visitor), 1);
  await timePasses(visitor, 15 * SECOND);
  await eventually(timeLeft(visitor), "expires in 59 minutes");
  await eventually(() => pendingTimers(visitor), 1);
});

story("a page that becomes visible again refreshes at once", async (visitor) => {
  await opensPaste(visitor, "1w");
  await siteAdvances(24 * 60 * MINUTE);
  await visitor.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await eventually(timeLeft(visitor), "expires in 6 days");
  await eventually(() => pendingTimers(visitor), 1);
});

story("the keys of an expired paste do nothing, except n, which opens a new paste", async (visitor) => {
  visitor.expects(404);
  const path = await opensPaste(visitor, "90");
  await timePasses(visitor, 90 * SECOND);
  await visitor.sees("There is nothing here");
  await visitor.presses("r", "c", "q", "e");
  assert.equal(new URL(visitor.page.url()).pathname, path);
  await visitor.presses("n");
  await visitor.page.waitForURL("/");
});

story("a row leaves the open profile when its paste expires, and the totals are updated", async (visitor) => {
  await visitor.hasAccount();
  await stopsTheClock(visitor);
  await visitor.pastes("stays", { title: "stays" });
  await siteAdvances(1);
  await visitor.pastes("goes", { title: "goes", expires: "5m" });
  await opensOnStoppedClock(visitor, "/profile");
  const titles = () => visitor.textsOf("tbody th");
  assert.deepEqual(await titles(), ["goes", "stays"]);
  await siteAdvances(4 * MINUTE);
  await timePasses(visitor, MINUTE);
  await eventually(titles, ["stays"]);
  await eventually(async () => plainSpaces(await visitor.at("#totals").innerText()), "1 paste, 5 B");
  await eventually(() => pendingTimers(visitor), 1);
});
