// Mail that is meant to break its readers, through the whole server: taken in over IMAP and SMTP, asked about in every way,
// read over POP3. Its bytes come back as they went in, and nobody else is kept waiting. Skipped where there is no corpus.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { ImapClient } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import { rootDir } from "../support/source-tree.ts";
import { asha, Siege } from "./siege.ts";

const folders = ["hostile-mime", "i18n-edge"].map((name) => join(rootDir, "../shared/corpus/generated", name));
const skip = existsSync(folders[0] ?? "") ? false : "there is no corpus beside the checkout";

interface Mail {
  readonly name: string;
  readonly bytes: Buffer;
}

suite("hostile mail", { skip }, () => {
  const mails: readonly Mail[] = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => ({ name, path: join(folder, name) })))
    .filter(({ name }) => name.endsWith(".eml"))
    .map(({ name, path }) => ({ name, bytes: readFileSync(path) }))
    // RFC 3502 6.3.11: an empty message abandons the command.
    .filter(({ bytes }) => bytes.length > 0);
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
  });
  after(() => siege[Symbol.asyncDispose]());

  async function selected(): Promise<ImapClient> {
    const client = await siege.logIn(30_000);
    await client.ok("SELECT INBOX");
    return client;
  }

  test("it is filed, and comes back byte for byte with all that can be asked of it", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const [at, { name, bytes }] of mails.entries()) {
        // RFC 3516 4.4: octets with NUL go as a literal8.
        const literal = bytes.includes(0) ? ["~", bytes] : [bytes];
        const { status, text } = await client.run("APPEND INBOX ", ...literal);
        assert.equal(status, "OK", `${name}: ${text}`);
        const uid = at + 1;
        await client.ok(`UID FETCH ${uid} (ENVELOPE BODYSTRUCTURE BODY RFC822.SIZE INTERNALDATE)`);
        for (const item of ["BODY.PEEK[1]", "BODY.PEEK[HEADER]", "BODY.PEEK[1.2.3.MIME]", "BODY.PEEK[TEXT]<0.100>"])
          await client.ok(`UID FETCH ${uid} ${item}`);
        for (const item of ["BINARY.PEEK[1]", "BINARY.SIZE[1]", "BINARY.PEEK[]"]) {
          const answer = await client.run(`UID FETCH ${uid} ${item}`);
          assert.ok(answer.status === "OK" || answer.code === "UNKNOWN-CTE", `${name} ${item}: ${answer.text}`);
        }
        const { untagged } = await client.ok(`UID FETCH ${uid} BODY.PEEK[]`);
        const back = untagged.flatMap(({ literals }) => literals);
        assert.ok(back.length === 1 && back[0]?.equals(bytes), `${name} came back otherwise`);
      }
    });
  });

  test("it is searched, sorted and threaded", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const command of [
        ["UID SEARCH TEXT nothing-has-this"],
        ["UID SEARCH BODY a"],
        ["UID SEARCH SUBJECT a FROM b TO c"],
        ["UID SEARCH HEADER Content-Type multipart"],
        ["UID SEARCH SENTSINCE 1-Jan-2000 SENTBEFORE 1-Jan-2100"],
        ["UID SEARCH CHARSET UTF-8 TEXT ", Buffer.from("ক")],
        ["UID SORT (REVERSE DATE SUBJECT FROM TO CC SIZE ARRIVAL) UTF-8 ALL"],
        ["UID THREAD REFERENCES UTF-8 ALL"],
        ["UID THREAD ORDEREDSUBJECT UTF-8 ALL"],
      ])
        await client.ok(...command);
    });
  });

  test("POP3 tells the sizes that it sends, and as many lines as are asked for", async () => {
    await siege.endure(async () => {
      using wire = await siege.connect(siege.site.at("pop3s"));
      await wire.send(`USER ${asha}\r\nPASS ${sitePassword}\r\nUTF8\r\nLIST\r\n`);
      await wire.until(/^\+OK \d.*\r\n/m);
      const sizes = (await wire.until(/^\.\r\n/m)).matchAll(/^(\d+) (\d+)\r\n/gm);
      for (const [, number = "", size = ""] of sizes) {
        await wire.send(`RETR ${number}\r\n`);
        assert.match(await wire.line(), /^\+OK/);
        let octets = 0;
        for (let line = await wire.line(); line !== "."; line = await wire.line())
          octets += line.length + 2 - (line.startsWith(".") ? 1 : 0);
        // Bare line feeds are a line end more than they are; an end without one gets one (RFC 1939 3).
        assert.ok(octets >= Number(size) && octets <= 2 * Number(size) + 2, `message ${number}: ${size}, ${octets}`);
        await wire.send(`TOP ${number} 2\r\n`);
        assert.match(await wire.line(), /^\+OK/);
        while ((await wire.line()) !== ".");
      }
    });
  });

  test("over SMTP it is taken or refused, and the session goes on", async () => {
    await siege.endure(async () => {
      using wire = await siege.connect(siege.site.at("smtp"));
      await wire.send("EHLO mail.example\r\n");
      await wire.until(/^250 .*\r\n/m);
      for (const { name, bytes } of mails) {
        await wire.send(`MAIL FROM:<a@example.net>\r\nRCPT TO:<${asha}>\r\n`);
        await wire.until(/^250 2\.1\.5 .*\r\n/m);
        await wire.send("DATA\r\n");
        await wire.until(/^354 .*\r\n/m);
        const lines = bytes.toString("latin1").replaceAll(/\r?\n|\r/g, "\r\n");
        await wire.send(`${lines.replaceAll(/^\./gm, "..").replace(/(?:\r\n)?$/, "\r\n")}.\r\n`);
        assert.match(await wire.until(/^\d{3} .*\r\n/m), /^(?:250|55[024]) /, name);
      }
    });
    const checked = await siege.site.tryDakghar("check");
    assert.equal(checked.code, 0, checked.out);
  });
});
