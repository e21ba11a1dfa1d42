// Pastes standard input with one of the hastebin clients: `node haste.mjs CLIENT`.
// Prints the link, or `error: …`.
import { text } from "node:stream/consumers";

import hastebin from "hastebin";
import hastebinGen from "hastebin-gen";

const server = process.env.SITE_URL;
const clients = {
    hastebin: (content) => hastebin.createPaste(content, { server }),
    "hastebin raw": (content) => hastebin.createPaste(content, { server, raw: true }),
    "hastebin-gen": (content) => hastebinGen(content, { url: server, extension: "rs" }),
};

try {
    console.log(await clients[process.argv[2]](await text(process.stdin)));
} catch (error) {
    console.log(`error: ${error.message}`);
}
