// Which clients the quirk is about, by the ID that Office 365 was seen to send.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientId } from "../wire/id-args.ts";
import { hiddenFrom } from "./hidden-from.ts";

const id = (name: string): ClientId =>
  new Map([
    ["name", name],
    ["version", "15.20.9160.4"],
    ["vendor", "Microsoft Corporation"],
  ]);

test("Microsoft Office 365 is not shown UIDONLY", () => {
  assert.deepEqual(hiddenFrom(id("Microsoft Office 365")), ["UIDONLY"]);
});

test("other clients, also of Microsoft's, are shown everything", () => {
  for (const name of ["Microsoft Outlook", "Thunderbird", ""]) assert.deepEqual(hiddenFrom(id(name)), []);
  assert.deepEqual(hiddenFrom(new Map()), []);
});
