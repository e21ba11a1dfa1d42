// Files that are chosen or dropped: small ones are loaded into the editor, others are sent unchanged.
// So is a text that is too long to be edited.

import assert from "node:assert/strict";
import { eventually, plainSpaces, story } from "./visitor.mjs";

const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });

/** Drops files, or a text, on the editor. */
async function drops(visitor, ...dropped) {
  const items = dropped.map((one) => (typeof one === "string" ? one : [one.name, [...one.buffer]]));
  const transfer = await visitor.page.evaluateHandle((items) => {
    const transfer = new DataTransfer();
    for (const item of items) {
      if (typeof item === "string") transfer.setData("text/plain", item);
      else transfer.items.add(new File([new Uint8Array(item[1])], item[0]));
    }
    return transfer;
  }, items);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await visitor.at("#text").dispatchEvent(event, { dataTransfer: transfer });
    const isMarked = event !== "drop" && typeof dropped[0] !== "string";
    assert.equal(await visitor.at(".sheet[data-dragging]").count(), isMarked ? 1 : 0);
  }
}

/** Pastes a text into the editor, as the browser does after Ctrl and V. */
async function pastes(visitor, text) {
  await visitor.at("#text").evaluate((area, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (area.dispatchEvent(event)) document.execCommand("insertText", false, text);
  }, text);
}

const notesOf = (visitor) => visitor.at("#file-note").innerText();
const counts = (visitor) => async () => (await visitor.textsOf(".counts [data-count]:visible")).map(plainSpaces);

story("a small file that is chosen is loaded into the editor", async (visitor) => {
  await visitor.opens("/");
  await visitor.at("#file").setInputFiles(file("notes.py", "print('hi')\n"));
  await visitor.hears("notes.py is in the editor.");
  assert.equal(await visitor.at("#text").inputValue(), "print('hi')\n");
  assert.equal(await visitor.at("#title").inputValue(), "notes.py");
  assert.equal(await visitor.at("#syntax").inputValue(), "Python");
  assert.equal(await visitor.reads(await visitor.saves()), "print('hi')\n");
});

story("a file that is dropped becomes the text", async (visitor) => {
  await visitor.opens("/");
  await drops(visitor, file("main.rs", "fn main() {}\n"));
  await visitor.hears("main.rs is in the editor.");
  assert.equal(await visitor.at("#syntax").inputValue(), "Rust");
  const path = await visitor.saves();
  assert.equal(await visitor.reads(path), "fn main() {}\n");
  assert.equal(await visitor.at("h1").innerText(), "main.rs");
});

story("a file dropped on a typed text is saved instead of the text", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("typed before");
  await drops(visitor, file("dropped.txt", "dropped"));
  await visitor.hears("dropped.txt (7 B) will be saved instead of the text.");
  assert.equal(await visitor.at("#text").inputValue(), "typed before");
  assert.equal(await visitor.reads(await visitor.saves()), "dropped");
});

story("removing a chosen file leaves the typed text unchanged", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("typed before");
  await visitor.at("#file").setInputFiles(file("other.txt", "other"));
  await visitor.page.getByRole("button", { name: "Remove the file" }).click();
  await visitor.hasFocusAt("#text");
  assert.equal(await visitor.reads(await visitor.saves()), "typed before");
});

story("a file keeps its carriage returns and its missing last newline", async (visitor) => {
  await visitor.opens("/");
  await visitor.at("#file").setInputFiles(file("dos.txt", "one\r\ntwo\rthree"));
  await visitor.sees("will be saved instead of the text");
  assert.equal(await visitor.reads(await visitor.saves()), "one\r\ntwo\rthree");
});

story("of several files the first is taken, and the page says so", async (visitor) => {
  await visitor.opens("/");
  await drops(visitor, file("one.txt", "1"), file("two.txt", "2"));
  await eventually(() => notesOf(visitor), "Only one.txt is taken: a paste is one text. The other files are left out.");
  assert.equal(await visitor.at("#text").inputValue(), "1");
  await drops(visitor, file("three.txt", "3"));
  await eventually(() => notesOf(visitor), "");
});

for (const [name, content, reason] of [
  ["picture.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture.png is not text, so it is not taken."],
  ["program.bin", "\0\x01\x02", "program.bin is not text, so it is not taken."],
  ["empty.txt", "", "empty.txt is empty, so there is nothing to save."],
]) {
  story(`${name} is not taken, whether it is chosen or dropped`, async (visitor) => {
    await visitor.opens("/");
    await visitor.writes("typed before");
    await visitor.at("#file").setInputFiles(file(name, content));
    await eventually(() => notesOf(visitor), reason);
    await visitor.at("#file").setInputFiles(file("good.txt", "good"));
    await eventually(() => notesOf(visitor), "");
    await visitor.page.getByRole("button", { name: "Remove the file" }).click();
    await drops(visitor, file(name, content));
    await eventually(() => notesOf(visitor), reason);
    assert.equal(await visitor.at("#file").evaluate((input) => input.files.length), 0);
    assert.equal(await visitor.at("#title").inputValue(), "good.txt");
    assert.equal(await visitor.reads(await visitor.saves()), "typed before");
  });
}

story("a refused file stays chosen, and the other fields keep their input", async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.at("#file").setInputFiles(file("program.bin", `${"x".repeat(70_000)}\0`));
  await visitor.sees("will be saved instead of the text");
  await visitor.at("#title").fill("Not a text");
  await visitor.at("#save").click();
  await visitor.sees(/This is not text/);
  assert.equal(await visitor.at("#file").evaluate((input) => input.files[0].name), "program.bin");
  assert.equal(await visitor.at("#title").inputValue(), "Not a text");
});

const LONG = "a line of a long text\n".repeat(60_000);

for (const [how, puts] of [["pasted", pastes], ["dropped", drops]]) {
  story(`a long text that is ${how} is attached, counted, kept as a draft and saved`, async (visitor) => {
    await visitor.opens("/");
    await visitor.writes("before  after");
    await visitor.at("#text").evaluate((area) => area.setSelectionRange(7, 7));
    await puts(visitor, LONG);
    await visitor.sees("A text of 1.3 MB is attached and will be saved.");
    assert.equal(await visitor.at("#text").inputValue(), "before  after");
    await eventually(counts(visitor), ["60,001", "1,320,013", "1.3 MB"]);
    await visitor.page.reload();
    await visitor.sees("A text of 1.3 MB is attached and will be saved.");
    await eventually(counts(visitor), ["60,001", "1,320,013", "1.3 MB"]);
    assert.equal(await visitor.reads(await visitor.saves()), `before ${LONG} after`);
  });
}

story("a long text that was attached can be removed, and edited all the same", async (visitor) => {
  await visitor.opens("/");
  await visitor.writes("typed before");
  await pastes(visitor, LONG);
  await visitor.page.getByRole("button", { name: "Remove the text" }).click();
  assert.equal(await visitor.at("#text").inputValue(), "typed before");
  await eventually(counts(visitor), ["1", "12", "12 B"]);
  await visitor.at("#text").fill("");
  await pastes(visitor, LONG);
  await visitor.page.getByRole("button", { name: "Edit it here" }).click();
  await visitor.hasFocusAt("#text:not([readonly])");
  assert.ok(await visitor.at("#text").inputValue() === LONG);
  await eventually(counts(visitor), ["60,000", "1,320,000", "1.3 MB"]);
});

story("a file over an attached text gives the text back when it is removed", async (visitor) => {
  await visitor.opens("/");
  await pastes(visitor, LONG);
  await drops(visitor, file("notes.txt", "short"));
  await visitor.sees("notes.txt (5 B) will be saved instead of the text.");
  await visitor.page.getByRole("button", { name: "Remove the file" }).click();
  await visitor.sees("A text of 1.3 MB is attached and will be saved.");
  assert.ok(await visitor.reads(await visitor.saves()) === LONG);
});

story("a short text is pasted into the editor", async (visitor) => {
  await visitor.opens("/");
  await pastes(visitor, "short\n".repeat(1000));
  assert.equal((await visitor.at("#text").inputValue()).length, 6000);
  assert.equal(await visitor.at("[data-insert]:visible").count(), 0);
});

story("a large file shows the progress of its upload", async (visitor) => {
  const connection = await visitor.context.newCDPSession(visitor.page);
  const large = "a line of a large file\n".repeat(100_000);
  await visitor.opens("/");
  await visitor.at("#file").setInputFiles(file("large.log", large));
  await visitor.at("#progress").evaluate((bar) => {
    window.seen = [];
    new MutationObserver(() => window.seen.push(bar.hidden ? "hidden" : bar.value)).observe(bar, { attributes: true });
  });
  await connection.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1 << 20 };
  await connection.send("Network.emulateNetworkConditions", slow);
  await visitor.at("#save").click();
  await visitor.at("#progress").waitFor();
  assert.equal(await visitor.at("#save").innerText(), "Sending…");
  await eventually(() => visitor.page.evaluate(() => window.seen?.some((value) => value > 0 && value < 100)), true);
  assert.equal(await visitor.reads(await visitor.landsOnPaste()), large);
});
