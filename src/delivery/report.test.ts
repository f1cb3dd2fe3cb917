// Reports hold together whatever others have written into what they quote.

import assert from "node:assert/strict";
import { test } from "node:test";
import { latin1 } from "../base/bytes.ts";
import { parseStructure } from "../mime/structure-parser.ts";
import { type Letter, readLetterHeader } from "./letter.ts";
import { composeReport, type ReportOrder } from "./report.ts";

const order: ReportOrder = {
  host: "mail.example.org",
  to: "alice@example.org",
  envelopeId: undefined,
  returned: undefined,
  arrivedAtMs: Date.UTC(2026, 10, 24),
  releaseRequest: undefined,
  nowMs: Date.UTC(2026, 10, 25),
  retryUntilMs: Date.UTC(2026, 10, 29),
  recipients: [],
  id: "abc123",
};

function letterOf(text: string): Letter {
  const bytes = latin1(text);
  return {
    size: bytes.length,
    header: readLetterHeader(bytes),
    *pieces() {
      yield bytes;
    },
    async [Symbol.asyncDispose]() {},
  };
}

const failed = (address: string, text: string) => ({
  address,
  originalRecipient: undefined,
  action: "failed" as const,
  fault: { status: "5.1.1", text: "refused", remote: { host: "mx.example", text } },
  remote: undefined,
});

test("a remote reply cannot begin a field or a part of its own", async () => {
  const hostile = "550 no\r\nAction: delivered\r\n\r\n--=_abc123--\u0085\u2028x";
  const bytes = await composeReport(letterOf("Subject: x\r\n\r\n--=_abc123--\r\n"), {
    ...order,
    recipients: [failed("a@one.example", hostile)],
  });
  const text = Buffer.from(bytes).toString("latin1");
  assert.equal(text.match(/^Action: /gm)?.length, 1);
  const root = parseStructure(bytes);
  assert.equal(root.mediaType, "multipart/report");
  assert.deepEqual(
    root.children.map(({ mediaType }) => mediaType),
    ["text/plain", "message/delivery-status", "message/rfc822"],
  );
});

test("what is large comes back as its header alone, and so does what was asked for so", async () => {
  const large = letterOf(`Subject: large\r\n\r\n${"x".repeat(100_000)}`);
  const recipients = [failed("a@one.example", "550 no")];
  for (const [letter, returned] of [
    [large, undefined],
    [large, "FULL"],
    [letterOf("Subject: large\r\n\r\nsecret"), "HDRS"],
  ] as const) {
    const bytes = await composeReport(letter, { ...order, returned, recipients });
    assert.ok(bytes.length < 5_000);
    const quoted = parseStructure(bytes).children[2];
    assert.equal(quoted?.mediaType, "text/rfc822-headers");
    assert.doesNotMatch(Buffer.from(bytes).toString(), /secret|xxx/);
  }
});

test("a sender whose address cannot stand in a header still gets the report", async () => {
  const bytes = await composeReport(letterOf("\r\n"), {
    ...order,
    to: '"a b"@example.org',
    recipients: [failed("a@one.example", "550 no")],
  });
  assert.match(Buffer.from(bytes).toString(), /^To: undisclosed-recipients:;\r$/m);
});
