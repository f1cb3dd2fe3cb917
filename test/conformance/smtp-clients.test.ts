// Mail sent by programs that nobody here wrote: Python's smtplib, swaks, msmtp, curl and nodemailer, over submission with
// STARTTLS and with TLS, over port 25 and over LMTP; another client reads what came of it.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { createTransport } from "nodemailer";
import { programMissing, runProgram, runWell } from "../support/client-program.ts";
import { type ConfiguredServer, configuredServer } from "../support/configured-server.ts";
import { curlImap, curlMail } from "../support/curl-mail.ts";
import { swaksMissing } from "../support/swaks.ts";
import { tempDir } from "../support/temp-dir.ts";

const asha = "asha@example.org";
const ravi = "ravi@example.org";

suite("sending", () => {
  let server: ConfiguredServer;
  before(async () => {
    server = await configuredServer([asha, ravi]);
  });
  after(() => server[Symbol.asyncDispose]());

  /** The newest message of ravi's INBOX, or of another's. */
  async function newest(user = ravi, section = ""): Promise<string> {
    const place = { ...server, user };
    const last = (await curlImap(place, "INBOX", "SEARCH ALL")).trim().split(" ").at(-1);
    return await curlImap(place, `INBOX;MAILINDEX=${last}${section}`);
  }

  async function python(script: string, ...args: readonly string[]): Promise<string> {
    const words = [
      String(server.ports.submission),
      String(server.ports.smtp),
      server.lmtpSocket,
      server.caFile,
      server.password,
    ];
    const head = `
import smtplib, ssl, sys
from email.message import EmailMessage
submission, smtp, lmtp, ca, password, *arguments = sys.argv[1:]
def logged_in(method=None):
    session = smtplib.SMTP("localhost", int(submission))
    session.starttls(context=ssl.create_default_context(cafile=ca))
    session.ehlo()
    session.user, session.password = "${asha}", password
    if method is None: session.login("${asha}", password)
    else: session.auth(method, getattr(session, "auth_" + method.lower()))
    return session
`;
    return await runWell("python3", ["-c", head + script, ...words, ...args]);
  }

  test("smtplib logs in by each mechanism it has, and sends Bengali with SMTPUTF8 and 8BITMIME", async (t) => {
    const missing = programMissing("python3", "curl");
    if (missing !== undefined) return t.skip(missing);
    for (const method of ["PLAIN", "LOGIN"]) {
      await python(`
session = logged_in("${method}")
session.sendmail("${asha}", ["${ravi}"], "Subject: by ${method}\\n\\nline\\n.\\n..two dots\\n")
session.quit()`);
      assert.match(
        await newest(),
        new RegExp(`\\r\\nSubject: by ${method}\\r\\n\\r\\nline\\r\\n\\.\\r\\n\\.\\.two dots\\r\\n$`),
      );
    }
    await python(`
from email.policy import SMTPUTF8
message = EmailMessage(policy=SMTPUTF8)
message["From"], message["To"], message["Bcc"], message["Subject"] = "আশা <${asha}>", "${ravi}", "${asha}", "কাজের চিঠি"
message.set_content("আকাশ নীল\\n", cte="8bit")
session = logged_in()
session.send_message(message, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
session.quit()`);
    const letter = await newest();
    assert.match(letter, /\r\n\tby \S+ with UTF8SMTPSA id \w+[^]*\r\n\ttls TLS_/);
    assert.match(letter, /\r\nSubject: কাজের চিঠি\r\n/);
    assert.match(letter, /\r\n\r\nআকাশ নীল\r\n$/);
    assert.doesNotMatch(letter, /Bcc/i);
  });

  test("smtplib hears its refusals as what they are", async (t) => {
    const missing = programMissing("python3");
    if (missing !== undefined) return t.skip(missing);
    const heard = await python(`
def said(action):
    try: action()
    except smtplib.SMTPRecipientsRefused as error: print("recipients", sorted((a, c[0]) for a, c in error.recipients.items()))
    except smtplib.SMTPSenderRefused as error: print("sender", error.smtp_code)
    except smtplib.SMTPAuthenticationError as error: print("login", error.smtp_code)
    except smtplib.SMTPDataError as error: print("data", error.smtp_code)
session = logged_in()
said(lambda: session.sendmail("${ravi}", ["${ravi}"], "x"))
said(lambda: session.sendmail("${asha}", ["nobody@example.org", "x@elsewhere.example"], "x"))
said(lambda: session.sendmail("${asha}", ["${ravi}"], "From: ${ravi}\\n\\nx"))
print("size", session.docmd("MAIL FROM:<${asha}> SIZE=99999999")[0])
password = "wrong"
said(lambda: logged_in())
stranger = smtplib.SMTP("localhost", int(smtp))
said(lambda: stranger.sendmail("a@elsewhere.example", ["b@elsewhere.example"], "x"))
print(stranger.verify("asha")[0], stranger.noop()[0], stranger.rset()[0], stranger.quit()[0])`);
    assert.deepEqual(heard.trim().split("\n"), [
      "sender 550",
      "recipients [('nobody@example.org', 550), ('x@elsewhere.example', 550)]",
      "data 550",
      "size 552",
      "login 535",
      "recipients [('b@elsewhere.example', 550)]",
      "252 250 250 221",
    ]);
  });

  test("smtplib delivers over the LMTP socket, with an answer for each recipient", async (t) => {
    const missing = programMissing("python3", "curl");
    if (missing !== undefined) return t.skip(missing);
    // Its LMTP class knows no several answers; so they are read by hand.
    const heard = await python(`
session = smtplib.LMTP(lmtp)
session.ehlo()
print(session.has_extn("pipelining"), session.has_extn("enhancedstatuscodes"), session.has_extn("size"))
session.mail("sender@elsewhere.example")
for address in ["${asha}", "nobody@example.org", "${ravi}", "ravi+tag@example.org"]: print(session.rcpt(address)[0])
print(session.docmd("DATA")[0])
session.send(b"Subject: handed on\\r\\n\\r\\nHello\\r\\n.\\r\\n")
print([session.getreply()[0] for _ in range(3)], session.quit()[0])`);
    assert.deepEqual(heard.trim().split("\n"), [
      "True True True",
      "250",
      "550",
      "250",
      "250",
      "354",
      "[250, 250, 250] 221",
    ]);
    assert.match(
      await newest(),
      /^Return-Path: <sender@elsewhere\.example>\r\nDelivered-To: ravi@example\.org\r\nReceived: from \S+\r\n\tby \S+ with LMTP id/,
    );
  });

  for (const [how, args] of [
    [
      "STARTTLS and PLAIN",
      (ports: ConfiguredServer["ports"]) => ["--port", String(ports.submission), "--tls", "--auth", "PLAIN"],
    ],
    [
      "STARTTLS and LOGIN, pipelined",
      (ports: ConfiguredServer["ports"]) => [
        "--port",
        String(ports.submission),
        "--tls",
        "--auth",
        "LOGIN",
        "--pipeline",
      ],
    ],
    [
      "TLS from the first byte",
      (ports: ConfiguredServer["ports"]) => [
        "--port",
        String(ports.submissions),
        "--tls-on-connect",
        "--auth",
        "PLAIN",
      ],
    ],
  ] as const) {
    test(`swaks submits by ${how}`, async (t) => {
      const missing = (await swaksMissing()) ?? programMissing("curl");
      if (missing !== undefined) return t.skip(missing);
      const login = ["--auth-user", asha, "--auth-password", server.password];
      const mail = ["--from", asha, "--to", ravi, "--header", `Subject: swaks by ${how}`, "--body", "swaks was here"];
      const verify = ["--tls-verify", "--tls-ca-path", server.caFile, "--tls-sni", "localhost"];
      await runWell("swaks", ["--server", "localhost", ...args(server.ports), ...login, ...mail, ...verify]);
      const letter = await newest();
      assert.ok(letter.includes(`\r\nSubject: swaks by ${how}\r\n`));
      assert.match(letter, /with ESMTPSA id /);
    });
  }

  test("swaks delivers to port 25 with and without TLS, pipelined, and over the LMTP socket", async (t) => {
    const missing = (await swaksMissing()) ?? programMissing("curl");
    if (missing !== undefined) return t.skip(missing);
    const mail = ["--from", "a@elsewhere.example", "--to", `${ravi},${asha}`, "--body", "swaks was here"];
    const port = ["--server", "localhost", "--port", String(server.ports.smtp)];
    for (const [args, protocol] of [
      [[...port], "ESMTP"],
      [[...port, "--tls"], "ESMTPS"],
      [[...port, "--protocol", "SMTP"], "SMTP"],
      [[...port, "--pipeline"], "ESMTP"],
      [["--socket", server.lmtpSocket, "--protocol", "LMTP"], "LMTP"],
    ] as const) {
      await runWell("swaks", [...args, ...mail]);
      for (const user of [ravi, asha])
        assert.match(await newest(user), new RegExp(`\\r\\n\\tby \\S+ with ${protocol} id `));
    }
  });

  test("swaks is refused what it may not do, with the exit codes it has for that", async (t) => {
    const missing = await swaksMissing();
    if (missing !== undefined) return t.skip(missing);
    const port = ["--server", "localhost", "--port", String(server.ports.smtp), "--from", "a@elsewhere.example"];
    const relay = await runProgram("swaks", [...port, "--to", "b@elsewhere.example"]);
    assert.equal(relay.code, 24);
    assert.match(relay.out, /<\*\* 550 5\.7\.1 /);
    const submission = [
      "--server",
      "localhost",
      "--port",
      String(server.ports.submission),
      "--from",
      asha,
      "--to",
      ravi,
    ];
    const bare = await runProgram("swaks", submission);
    assert.match(bare.out, /<\*\* 530 5\.7\.0 Use STARTTLS first/);
    const wrong = await runProgram("swaks", [
      ...submission,
      "--tls",
      "--auth",
      "PLAIN",
      "--auth-user",
      asha,
      "--auth-password",
      "x",
    ]);
    assert.equal(wrong.code, 28);
    assert.match(wrong.out, /<~\* 535 5\.7\.8 /);
  });

  for (const [auth, tls] of [
    ["plain", "starttls"],
    ["login", "starttls"],
    ["scram-sha-256", "starttls"],
    ["on", "tls"],
  ] as const) {
    test(`msmtp sends with auth ${auth} over ${tls}`, async (t) => {
      const missing = programMissing("msmtp", "curl");
      if (missing !== undefined) return t.skip(missing);
      await using home = await tempDir();
      const port = tls === "tls" ? server.ports.submissions : server.ports.submission;
      const settings = `account default
host localhost
port ${port}
tls on
tls_starttls ${tls === "tls" ? "off" : "on"}
tls_trust_file ${server.caFile}
auth ${auth}
user ${asha}
password "${server.password}"
from ${asha}
`;
      await writeFile(join(home.path, "msmtprc"), settings, { mode: 0o600 });
      const letter = `To: ${ravi}\nBcc: ${asha}\nFrom: Asha <${asha}>\nSubject: msmtp ${auth}\n\nfirst\n.\nFrom here\n`;
      await runWell("msmtp", ["--file", join(home.path, "msmtprc"), "--read-recipients"], {
        input: letter,
        home: home.path,
      });
      for (const user of [ravi, asha]) {
        const got = await newest(user);
        assert.ok(got.includes(`\r\nSubject: msmtp ${auth}\r\n`));
        assert.ok(got.endsWith("\r\n\r\nfirst\r\n.\r\nFrom here\r\n"));
        assert.doesNotMatch(got, /^Bcc:/im);
      }
    });
  }

  test("msmtp reads what the server can do", async (t) => {
    const missing = programMissing("msmtp");
    if (missing !== undefined) return t.skip(missing);
    const port = `--port=${server.ports.submission}`;
    const said = await runWell("msmtp", [
      "--serverinfo",
      "--host=localhost",
      port,
      "--tls=on",
      `--tls-trust-file=${server.caFile}`,
    ]);
    for (const word of ["SIZE 52428800", "PIPELINING", "DSN", "STARTTLS", "AUTH", "PLAIN SCRAM-SHA-256 LOGIN"])
      assert.ok(said.includes(word), said);
  });

  test("curl uploads a letter to submission over TLS", async (t) => {
    const missing = programMissing("curl");
    if (missing !== undefined) return t.skip(missing);
    const place = { ...server, user: asha };
    const letter = `From: ${asha}\r\nTo: ${ravi}\r\nSubject: by curl\r\n\r\n.dot\r\n`;
    const url = `smtps://localhost:${server.ports.submissions}/client.example.org`;
    await curlMail(place, url, ["--mail-from", asha, "--mail-rcpt", ravi, "--upload-file", "-"], { input: letter });
    assert.ok((await newest()).endsWith("\r\nSubject: by curl\r\n\r\n.dot\r\n"));
  });

  test("nodemailer sends many letters over its pool, with attachments, in any script", async (t) => {
    const missing = programMissing("curl");
    if (missing !== undefined) return t.skip(missing);
    const transport = createTransport({
      host: "localhost",
      port: server.ports.submission,
      requireTLS: true,
      pool: true,
      maxConnections: 3,
      tls: { ca: await readFile(server.caFile) },
      auth: { user: asha, pass: server.password },
    });
    await transport.verify();
    const attachment = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)));
    const sent = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        transport.sendMail({
          from: { name: "আশা", address: asha },
          to: { name: "রবি", address: ravi },
          bcc: asha,
          subject: `চিঠি ${at}`,
          text: "নমস্কার\n.\n",
          attachments: [{ filename: "ছবি.bin", content: attachment }],
        }),
      ),
    );
    transport.close();
    assert.ok(
      sent.every(({ accepted, response }) => accepted.length === 2 && response.startsWith("250 2.0.0 Accepted as ")),
    );
    const body = await newest(ravi, ";SECTION=2");
    assert.deepEqual(Buffer.from(body, "base64"), attachment);
    const found = await curlImap({ ...server, user: ravi }, "INBOX", "SEARCH LARGER 60000");
    assert.equal(found.trim().split(" ").length, 2 + 30);
  });
});
