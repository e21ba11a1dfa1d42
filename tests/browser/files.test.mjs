// Files that are chosen or dropped: small ones are loaded into the editor, others are sent unchanged.

import assert from "node:assert/strict";
import { eventually, story } from "./visitor.mjs";

const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });

async function drops(visitor, { name, buffer }) {
  const transfer = await visitor.page.evaluateHandle(([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name));
    return transfer;
  }, [name, buffer.toString()]);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await visitor.at("#text").dispatchEvent(event, { dataTransfer: transfer });
    if (event === "dragover") assert.equal(await visitor.at(".sheet[data-dragging]").count(), 1);
  }
  assert.equal(await visitor.at(".sheet[data-dragging]").count(), 0);
}

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

story("a refused file stays chosen, and the other fields keep their input", async (visitor) => {
  visitor.expects(422);
  await visitor.opens("/");
  await visitor.at("#file").setInputFiles(file("program.bin", "\0\x01\x02"));
  await visitor.sees("will be saved instead of the text");
  await visitor.at("#title").fill("Not a text");
  await visitor.at("#save").click();
  await visitor.sees("This is not text: it is not valid UTF-8 or has a zero byte.");
  assert.equal(await visitor.at("#file").evaluate((input) => input.files[0].name), "program.bin");
  assert.equal(await visitor.at("#title").inputValue(), "Not a text");
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
