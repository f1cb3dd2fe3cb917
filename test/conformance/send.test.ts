// One letter by every road: curl, msmtp, nodemailer, swaks and smtplib submit the same bytes, Bengali in header, body and
// the addresses of its header, and what lies in the mailbox below the trace fields is those bytes. curl, nodemailer and
// smtplib know SMTPUTF8 (RFC 6531); curl and nodemailer write the domain as an A-label (RFC 5891 4.4). msmtp 1.8.23 and
// swaks 20201014 do not, and use their owners' ASCII addresses in the envelope.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { domainToASCII } from "node:url";
import { createTransport } from "nodemailer";
import { programMissing, runProgram, runWell } from "../support/client-program.ts";
import { type ConfiguredServer, configuredServer } from "../support/configured-server.ts";
import { curlMail } from "../support/curl-mail.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { swaksMissing } from "../support/swaks.ts";
import { tempDir } from "../support/temp-dir.ts";
import { WatchedMailbox } from "../support/watched-mailbox.ts";

/** "Asha" and "mail" at "example.bangla". */
const asha = "আশা@উদাহরণ.বাংলা";
const dak = "ডাক@উদাহরণ.বাংলা";

const ashaAscii = "asha@example.org";
const dakAscii = "dak@example.org";

/** Dots at line beginnings, a line that ends an mbox message, spaces at line ends, the longest line there may be. */
const letter = `From: আশা <${asha}>\r\nTo: ${dak}\r\nSubject: কাজের চিঠি\r\nDate: Tue, 24 Nov 2026 10:00:00 +0600\r\n\
Message-ID: <চিঠি.1@উদাহরণ.বাংলা>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\r\nপ্রিয় ডাক,\r\n.\r\n..\r\n.আশা\r\nFrom here on  \r\n\t\r\n${"x".repeat(998)}\r\n\r\n\r\n`;

const trace =
  /^Return-Path: <(?<from>\S+)>\r\nDelivered-To: (?<to>\S+)\r\nReceived: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby localhost with (?<protocol>\S+) id [0-9a-f]+\r\n\tfor <\k<to>>\r\n\ttls TLS_\w+;\r\n\t\w{3}, \d\d? \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n/;

interface Road {
  readonly program: string;
  readonly needs: readonly string[];
  readonly envelope: "international" | "ascii";
  /** `file` holds the letter. */
  readonly send: (from: MailPlace, file: string, folder: string) => Promise<unknown>;
}

const roads: readonly Road[] = [
  {
    program: "curl",
    envelope: "international",
    needs: ["curl"],
    send: (from, file) => {
      const url = `smtps://${from.host}:${from.ports.submissions}/client.example.org`;
      return curlMail(from, url, ["--mail-from", asha, "--mail-rcpt", dak, "--upload-file", file]);
    },
  },
  {
    program: "msmtp",
    envelope: "ascii",
    needs: ["msmtp"],
    send: async ({ host, ports, caFile, password }, file, folder) => {
      const settings = `account default\nhost ${host}\nport ${ports.submissions}\ntls on\ntls_starttls off
tls_trust_file ${caFile}\nauth on\nuser ${asha}\npassword "${password}"\nfrom ${ashaAscii}\n`;
      await writeFile(join(folder, "msmtprc"), settings, { mode: 0o600 });
      // A program for pipes: it takes LF at line ends.
      const input = (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
      await runWell("msmtp", ["--file", join(folder, "msmtprc"), dakAscii], { input, home: folder });
    },
  },
  {
    program: "nodemailer",
    envelope: "international",
    needs: [],
    send: async ({ host, ports, caFile, password }, file) => {
      const tls = { ca: await readFile(caFile) };
      const auth = { user: asha, pass: password };
      const transport = createTransport({ host, port: ports.submissions, secure: true, tls, auth });
      await transport.sendMail({ envelope: { from: asha, to: dak }, raw: await readFile(file) });
      transport.close();
    },
  },
  {
    program: "swaks",
    envelope: "ascii",
    needs: ["swaks"],
    send: async ({ host, ports, caFile, password }, file) => {
      // It puts a line end of its own before the final dot.
      await writeFile(file, letter.replace(/\r\n$/, ""));
      const words = ["--server", host, "--port", String(ports.submissions), "--auth", "PLAIN", "--data", `@${file}`];
      words.push("--tls-on-connect", "--tls-ca-path", caFile, "--tls-verify");
      words.push("--auth-user", asha, "--auth-password", password, "--from", ashaAscii, "--to", dakAscii);
      await runWell("swaks", words);
    },
  },
  {
    program: "smtplib",
    envelope: "international",
    needs: ["python3"],
    send: ({ host, ports, caFile, password }, file) => {
      const script = `
import base64, smtplib, ssl, sys
host, port, ca, user, password, file, to = sys.argv[1:]
response = base64.b64encode(('\\0%s\\0%s' % (user, password)).encode()).decode()
with smtplib.SMTP_SSL(host, int(port), context=ssl.create_default_context(cafile=ca)) as smtp:
    smtp.ehlo()
    # Its own login encodes in ASCII.
    assert smtp.docmd('AUTH PLAIN', response)[0] == 235
    smtp.command_encoding = 'utf-8'
    assert not smtp.sendmail(user, [to], open(file, 'rb').read(), ['SMTPUTF8', 'BODY=8BITMIME'])`;
      return runWell("python3", ["-c", script, host, String(ports.submissions), caFile, asha, password, file, dak]);
    },
  },
];

suite("a letter in Bengali, from and to Bengali addresses", () => {
  let server: ConfiguredServer;
  before(async () => {
    server = await configuredServer([asha, dak]);
    await server.dakghar("domain add example.org");
    await server.dakghar(`address add ${ashaAscii} ${asha}`);
    await server.dakghar(`address add ${dakAscii} ${dak}`);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const { program, needs, envelope, send } of roads) {
    test(`sent by ${program} arrives byte for byte`, async (t) => {
      const missing = program === "swaks" ? await swaksMissing() : programMissing(...needs);
      if (missing !== undefined) return t.skip(missing);
      await using folder = await tempDir();
      const file = join(folder.path, "letter");
      await writeFile(file, letter);
      await using reader = await WatchedMailbox.open({ ...server, user: dak }, "INBOX");
      const before = reader.count;
      await send({ ...server, user: asha }, file, folder.path);
      await reader.imap.noop();
      assert.equal(reader.count, before + 1);
      const fetched = await reader.imap.fetchOne("*", { source: true, envelope: true });
      assert.ok(fetched !== false);
      const source = String(fetched.source);
      const found = trace.exec(source);
      assert.ok(found !== null, source.slice(0, 500));
      const { from = "", to = "", protocol } = found.groups ?? {};
      const [senders, recipients] =
        envelope === "ascii" ? [[ashaAscii], [dakAscii]] : [spellings(asha), spellings(dak)];
      assert.ok(senders?.includes(from) && recipients?.includes(to), found[0]);
      assert.equal(protocol, envelope === "ascii" ? "ESMTPSA" : "UTF8SMTPSA");
      assert.equal(source.slice(found[0].length), letter);
      assert.equal(fetched.envelope?.subject, "কাজের চিঠি");
      assert.deepEqual(
        fetched.envelope?.from?.map(({ name, address }) => [name, address]),
        [["আশা", asha]],
      );
    });
  }

  test("msmtp, which knows no SMTPUTF8, hears why its Bengali address is not taken", async (t) => {
    const missing = programMissing("msmtp");
    if (missing !== undefined) return t.skip(missing);
    const place = [`--host=${server.host}`, `--port=${server.ports.submissions}`, "--tls=on", "--tls-starttls=off"];
    const login = [
      `--tls-trust-file=${server.caFile}`,
      "--auth=on",
      `--user=${asha}`,
      `--passwordeval=echo ${server.password}`,
    ];
    // RFC 6531 3.5: 550 or 553, and 5.6.7 (RFC 5248 as changed by RFC 6531 4).
    const { code, err } = await runProgram("msmtp", [...place, ...login, `--from=${asha}`, dak], { input: letter });
    assert.equal(code, 65);
    assert.match(err, /550 5\.6\.7 An address beyond ASCII needs SMTPUTF8/);
  });
});

/** As it is, and with the domain as it stands in DNS. */
function spellings(address: string): string[] {
  const at = address.indexOf("@") + 1;
  return [address, address.slice(0, at) + domainToASCII(address.slice(at))];
}
