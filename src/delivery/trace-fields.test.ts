// Trace fields, and loops found by them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { domainToASCII } from "node:url";
import { headerFields } from "../mime/header-fields.ts";
import type { Reception } from "./envelope.ts";
import { fieldBytes, hasLooped, readTrace, receivedField } from "./trace-fields.ts";

const reception: Reception = {
  id: "id1",
  helloName: "client.example.net",
  remoteAddress: "192.0.2.1",
  protocol: "ESMTPS",
  cipher: "TLS_AES_128_GCM_SHA256",
  receivedAtMs: Date.UTC(2026, 10, 24, 20, 0, 0),
};

for (const [what, changes, from] of [
  ["a name and an address", {}, "client.example.net ([192.0.2.1])"],
  ["an IPv6 address", { remoteAddress: "2001:db8::1" }, "client.example.net ([IPv6:2001:db8::1])"],
  ["a client whose name is no name", { helloName: undefined }, "[192.0.2.1]"],
  ["a client on a socket", { remoteAddress: "local" }, "client.example.net"],
  ["nothing known", { helloName: undefined, remoteAddress: "local" }, "local"],
] as const) {
  test(`Received tells ${what}`, () => {
    assert.equal(
      receivedField("mail.example.org", { ...reception, ...changes }, "alice@example.org"),
      `Received: from ${from}\r\n\tby mail.example.org with ESMTPS id id1\r\n\tfor <alice@example.org>\r\n` +
        "\ttls TLS_AES_128_GCM_SHA256;\r\n\tTue, 24 Nov 2026 20:00:00 +0000\r\n",
    );
  });
}

test("fields beyond ASCII go as UTF-8", () => {
  assert.equal(
    Buffer.from(fieldBytes("Delivered-To: করিম@example.org\r\n")).toString(),
    "Delivered-To: করিম@example.org\r\n",
  );
});

test("hops are counted and addresses compared in any spelling", () => {
  const octets = Buffer.from(
    'Received: a\r\nreceived : b\r\nX: y\r\nDelivered-To: "Karim+x"@EXAMPLE.org\r\nDelivered-To: করিম@উদাহরণ.বাংলা\r\n\r\n',
  ).toString("latin1");
  const trace = readTrace(octets, headerFields(octets));
  assert.equal(trace.hops, 2);
  for (const [address, looped] of [
    ["karim+x@example.org", true],
    ["karim@example.org", false],
    [`করিম@${domainToASCII("উদাহরণ.বাংলা")}`, true],
  ] as const) {
    assert.equal(hasLooped(trace, address), looped, address);
  }
});
