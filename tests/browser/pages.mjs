// Every page and state of the site, and how a visitor gets there. The order matters: some states use
// pastes of earlier ones. The tests set the site's limit to 50,000 bytes.

import { eventually, siteAdvances, siteLosesTextOf } from "./visitor.mjs";

const HOUR = 3_600_000;
const UNBROKEN = "Unbroken".repeat(25);
const LONG_WORDS = `${"word".repeat(50)} ${"слово".repeat(40)}\n`;
const LOREM = "Herons stand still for hours, mostly at dusk. ".repeat(6);
const MARKDOWN = `# Herons\n\n${LOREM}[^1]\n\n![a heron](https://elsewhere.example/heron.png) and \`code\` and ${UNBROKEN}

> Quoted: [a link](https://elsewhere.example/)\n\n> [!WARNING]\n> They bite.\n
| Bird | Legs | ${UNBROKEN} |\n|---|--:|---|\n| heron | 2 | ${LOREM} |\n
- [x] seen\n- [ ] heard\n\n1. first\n   - nested\n\n## Code\n
\`\`\`rust\nfn main() { let legs = "two"; } // ${UNBROKEN}\n\`\`\`\n
[^1]: Mostly.\n`;
const CSV = `name,said,n,${UNBROKEN}\n${`"Heron, grey","one ""two""\nthree",12,${LOREM}\n`.repeat(30)}`;
const JSON_TEXT = JSON.stringify({ bird: "heron", legs: [1, 2.5e3, null, true], words: LONG_WORDS, nested: { deep: [{}, []] } });
const DIFF = `diff --git a/birds b/birds\nindex 1..2 100644\n--- a/birds\n+++ b/birds
@@ -1,3 +1,4 @@ fn birds\n heron\n-sparow\n+sparrow\n+${"owl ".repeat(80)}\n end\n`;
/** Every colour of a terminal, as text and as background, bright, dim and inverse, and control
 * sequences that are no colours. */
const ANSI = Array.from({ length: 8 }, (_, n) => `\x1b[3${n}mcolour\x1b[0m \x1b[9${n}mbright\x1b[0m \x1b[2;3${n}mdim\x1b[0m `
  + `\x1b[1;3${n};4${(n + 1) % 8}mon\x1b[0m \x1b[10${n}mtint\x1b[0m \x1b[7;3${n}minverse\x1b[0m \x1b[8mhidden\x1b[0m\n`).join("") + "\x1b[2J\x07\n";
const CODE = "use std::io;\n\n/// Says hello.\nfn main() {\n\tprintln!(\"hello, {}\", 1 + 1);\n}\n";

/** Submits a form as a browser without scripts does. The response is a page. */
async function submits(visitor, form) {
  const [response] = await Promise.all([
    visitor.page.waitForNavigation(),
    visitor.at(form).evaluate((form) => { window.onbeforeunload = null; form.submit(); }),
  ]);
  return response;
}

async function setsText(visitor, text) {
  await visitor.at("#text").evaluate((area, text) => { area.value = text; }, text);
}

async function savesOnPage(visitor, text, title) {
  await visitor.opens("/");
  await visitor.writes(text, title);
  return visitor.saves();
}

async function opensInViewMode(visitor, viewMode, text, syntax) {
  await visitor.opens(`${await visitor.pastes(text, { syntax, title: `as ${viewMode}` })}/${viewMode}`);
}

async function hasPastes(visitor, count) {
  for (let n = 1; n <= count; n++) {
    const fields = { title: `Paste number ${n}`, visibility: "public", expires: "1h", syntax: "rust" };
    await visitor.pastes(CODE, fields);
    await siteAdvances(1);
  }
  await visitor.pastes(LONG_WORDS, { title: UNBROKEN, visibility: "public", expires: "1h" });
  await siteAdvances(1);
  await visitor.pastes("untitled and kept", { visibility: "public", expires: "59m" });
}

const anonymousStates = {
  "new": (visitor) => visitor.opens("/"),
  "new, refused in place": async (visitor) => {
    visitor.expects(422);
    await visitor.opens("/");
    await visitor.at("#syntax").fill("Klingon");
    await visitor.chooses(/Other…|Другой/);
    await visitor.at("#expires_custom").fill("soon");
    await visitor.at("#save").click();
    await visitor.at("#form-errors a").nth(2).waitFor();
  },
  "new, refused as a page": async (visitor) => {
    visitor.expects(422);
    await visitor.opens("/");
    await submits(visitor, "#new");
  },
  "new, with a draft": async (visitor) => {
    await visitor.opens("/");
    await visitor.writes(CODE, "Unfinished");
    await visitor.page.reload();
    await visitor.at("#discard").waitFor();
  },
  "new, with a long text": async (visitor) => {
    await visitor.opens("/");
    await visitor.at("#new").evaluate((form) => form.dispatchEvent(new CustomEvent("attach", { detail: "x".repeat(40_000) })));
    await visitor.at("[data-insert]").waitFor();
  },
  "new, refused files": async (visitor) => {
    await visitor.opens("/");
    await visitor.at("#file").setInputFiles({ name: `${UNBROKEN}.png`, mimeType: "image/png", buffer: Buffer.from("\0") });
    await eventually(async () => (await visitor.at("#file-note").innerText()) !== "", true);
  },
  "new, over the limit": async (visitor) => {
    await visitor.opens("/");
    await setsText(visitor, "x".repeat(60_000));
    await visitor.at("#text").dispatchEvent("input");
    await eventually(async () => (await visitor.at("#over").innerText()) !== "", true);
  },
  "new, with a file": async (visitor) => {
    await visitor.opens("/");
    await visitor.writes(LONG_WORDS, UNBROKEN);
    const name = `${"name".repeat(40)}.txt`;
    await visitor.at("#file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("content") });
    await visitor.at("[data-remove]").waitFor();
  },
  "new, over the limit as a page": async (visitor) => {
    visitor.expects(413);
    await visitor.opens("/");
    await setsText(visitor, "too long ".repeat(6_000));
    await submits(visitor, "#new");
  },
  "error 413": async (visitor) => {
    visitor.expects(413);
    await visitor.opens("/");
    await setsText(visitor, "x".repeat(300_000));
    await submits(visitor, "#new");
  },
  "paste": async (visitor) => visitor.opens(await visitor.pastes(CODE, { title: "hello.rs", syntax: "rust" })),
  "paste, just created": (visitor) => savesOnPage(visitor, CODE, "hello.rs"),
  "paste, long": async (visitor) => visitor.opens(await visitor.pastes(LONG_WORDS.repeat(5), { title: UNBROKEN })),
  "paste, long and just created": (visitor) => savesOnPage(visitor, LONG_WORDS.repeat(5), UNBROKEN),
  "paste, long and unwrapped": async (visitor) => visitor.opens(await visitor.pastes(LONG_WORDS, { syntax: "rust" })),
  "paste, in parts": async (visitor) => {
    await visitor.opens(`${await visitor.pastes("\n".repeat(20_001), { expires: "never" })}?part=3`);
  },
  "paste, lines marked": async (visitor) => {
    await visitor.opens(`${await visitor.pastes(CODE.repeat(9), { syntax: "rust" })}?lines=3-6#L3-L6`);
  },
  "paste, rendered": (visitor) => opensInViewMode(visitor, "rendered", MARKDOWN, "markdown"),
  "paste, table": (visitor) => opensInViewMode(visitor, "table", CSV, "csv"),
  "paste, indented": (visitor) => opensInViewMode(visitor, "pretty", JSON_TEXT, "json"),
  "paste, bad JSON": (visitor) => opensInViewMode(visitor, "pretty", "{\n  \"bird\": heron\n}\n", "json"),
  "paste, diff": (visitor) => opensInViewMode(visitor, "diff", DIFF, "diff"),
  "paste, terminal": (visitor) => opensInViewMode(visitor, "ansi", ANSI, "log"),
  "paste, found in place": async (visitor) => {
    await visitor.opens(await visitor.pastes(`${LONG_WORDS}${CODE.repeat(50)}`));
    await visitor.at(".find input").fill("o");
    await visitor.at(".find input").press("Enter");
    await visitor.at("#found-more").waitFor();
  },
  "paste, shown at a hit": async (visitor) => {
    await visitor.opens(`${await visitor.pastes(`${LONG_WORDS}${CODE.repeat(50)}`, { syntax: "rust" })}?q=ln&hit=30`);
    await visitor.at("#hits [aria-current]").waitFor();
  },
  "paste, found as a page": async (visitor) => {
    await visitor.opens(`${await visitor.pastes(`${LONG_WORDS}${CODE}`, { title: UNBROKEN })}/find?q=o`);
  },
  "paste, nothing found": async (visitor) => visitor.opens(`${await visitor.pastes(CODE)}/find?q=heron`),
  "paste, syntaxes": async (visitor) => {
    await visitor.opens(await visitor.pastes(CODE, { syntax: "rust" }));
    await visitor.at(".facts a").click();
    await visitor.at("#syntaxes a").first().waitFor();
  },
  "paste, no such syntax": async (visitor) => {
    await visitor.opens(await visitor.pastes(CODE, { syntax: "rust" }));
    await visitor.at(".facts a").click();
    await visitor.at("#syntaxes a").first().waitFor();
    await visitor.at("#syntax-filter").fill("klingon");
  },
  "paste, syntaxes as a page": async (visitor) => visitor.opens(`${await visitor.pastes(CODE)}/syntax`),
  "paste, framed": async (visitor) => visitor.opens(`${await visitor.pastes(CODE, { syntax: "rust", title: UNBROKEN })}/embed`),
  "paste, frame of nothing": async (visitor) => {
    visitor.expects(404);
    await visitor.opens("/nothing12345/embed");
  },
  "paste, marks of direction": async (visitor) => {
    await visitor.opens(await visitor.pastes("שלום \u202eabc\u202c\n", { title: "שלום" }));
  },
  "paste, keys": async (visitor) => {
    await visitor.opens(await visitor.pastes(CODE));
    await visitor.presses("?");
    await visitor.at("#keys[open]").waitFor();
  },
  "paste, QR code": async (visitor) => {
    await visitor.opens(await visitor.pastes(CODE));
    await visitor.presses("q");
    await visitor.at("#qr[open] img").evaluate((img) => img.decode());
  },
  "error 404": async (visitor) => {
    visitor.expects(404);
    await visitor.opens("/nothing");
  },
  "error 400": async (visitor) => {
    visitor.expects(400);
    await visitor.opens("/recent?after=nonsense");
  },
  "error 405": async (visitor) => {
    visitor.expects(405);
    await visitor.opens("/logout");
  },
  "error 500": async (visitor) => {
    visitor.expects(500);
    const path = await visitor.pastes("soon lost");
    await siteLosesTextOf(path);
    await visitor.opens(path);
  },
  "api": (visitor) => visitor.opens("/api"),
  "log in": (visitor) => visitor.opens("/login"),
  "log in, refused": async (visitor) => {
    visitor.expects(422);
    await visitor.opens("/login?next=/profile");
    await visitor.at("#email").fill("nobody@example.org");
    await visitor.at("#password").fill("wrong");
    await submits(visitor, "main form");
  },
  "register": (visitor) => visitor.opens("/register"),
  "register, refused": async (visitor) => {
    visitor.expects(422);
    await visitor.opens("/register");
    await visitor.at("#email").fill(`${"long".repeat(40)}@`);
    await visitor.at("#password").fill("short");
    await submits(visitor, "main form");
  },
  "register, strength": async (visitor) => {
    await visitor.opens("/register");
    for (const password of ["password", "seven quiet herons at dusk"]) {
      await visitor.at("#password").fill(password);
      await visitor.at(`#strength [data-score="${password === "password" ? 0 : 4}"]`).waitFor();
    }
  },
  "recent, empty": async (visitor) => {
    await siteAdvances(2 * HOUR);
    await visitor.opens("/recent");
    await visitor.at(".empty").waitFor();
  },
};

const userStates = {
  "settings": async (visitor) => {
    await visitor.hasAccount();
    await visitor.opens("/settings");
  },
  "settings, refused": async (visitor) => {
    visitor.expects(422);
    await visitor.opens("/settings");
    await visitor.at("[name=write]").uncheck();
    await visitor.at("[name=read]").uncheck();
    await visitor.at("#name").fill("x");
    await visitor.at("form.token button").click();
    await visitor.at("#scopes-error:not(:empty)").waitFor();
  },
  "settings, a new token": async (visitor) => {
    await visitor.hasAccount();
    for (const name of ["laptop", UNBROKEN.slice(0, 100), "editor"]) {
      await visitor.opens("/settings");
      await visitor.at("#name").fill(name);
      await visitor.at("form.token button").click();
      await visitor.at("#token").waitFor();
    }
  },
  "settings, asked": async (visitor) => {
    await visitor.opens("/settings");
    await visitor.at("tbody summary").nth(1).click();
    await visitor.at("details[open] form").waitFor();
  },
  "profile, empty": async (visitor) => {
    await visitor.hasAccount();
    await visitor.opens("/profile");
  },
  "new, logged in": (visitor) => visitor.opens("/"),
  "profile, full": async (visitor) => {
    await hasPastes(visitor, 55);
    await visitor.opens("/profile");
    await visitor.at("#more-link").waitFor();
  },
  "profile, all shown": async (visitor) => {
    await visitor.opens("/profile");
    await visitor.at("#more-link").click();
    await visitor.at("#more-link").waitFor({ state: "detached" });
  },
  "profile, asked": async (visitor) => {
    await visitor.opens("/profile");
    await visitor.at("summary").nth(1).click();
    await visitor.at("details[open] form").waitFor();
  },
  "profile, failed": async (visitor) => {
    visitor.expects(401);
    await visitor.opens("/profile");
    const cookies = await visitor.context.cookies();
    await visitor.context.clearCookies({ name: "session" });
    await visitor.at("summary").first().click();
    await visitor.at("details[open] button").click();
    await visitor.at("#notice strong").waitFor();
    await visitor.context.addCookies(cookies);
  },
  "recent, full": async (visitor) => {
    await visitor.opens("/recent");
    await visitor.at("#more-link").waitFor();
  },
  "paste, own": (visitor) => savesOnPage(visitor, CODE, "mine.rs"),
  "paste, asked": async (visitor) => {
    await visitor.opens(await visitor.pastes(CODE, { visibility: "private" }));
    await visitor.at("summary").click();
    await visitor.at("details[open] form").waitFor();
  },
  "expired while open": async (visitor) => {
    visitor.expects(404);
    await visitor.opens(await visitor.pastes("a minute", { expires: "1m" }));
    await siteAdvances(60_000);
    await visitor.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await visitor.at("#paste .problem").waitFor();
  },
  "just deleted": async (visitor) => {
    await visitor.opens(await visitor.pastes("gone"));
    await visitor.at("summary").click();
    await visitor.at("details[open] button").click();
    await visitor.page.waitForURL("/profile");
  },
};

/** The draft of one state would fill the form of the next. */
async function forgetsDraft(visitor) {
  await visitor.opens("/recent");
  await visitor.page.evaluate(() => sessionStorage.clear());
}

export const STATES = Object.entries({ ...anonymousStates, ...userStates }).map(([state, arrives]) => [state, async (visitor) => {
  await forgetsDraft(visitor);
  await arrives(visitor);
}]);

export const SCHEMES = ["light", "dark"];

export const LANGUAGES = ["en", "ru"].map((language) => ({
  language,
  options: { locale: language === "ru" ? "ru-RU" : "en-US", colorScheme: "light", reducedMotion: "reduce" },
}));
