// Sockets from systemd: which descriptors are ours, and what they are called.

import assert from "node:assert/strict";
import { test } from "node:test";
import { activatedSockets } from "./socket-activation.ts";

const none = { listenPid: undefined, listenFds: undefined, listenFdNames: undefined };

test("without activation there are no sockets", () => assert.equal(activatedSockets(none, 42).size, 0));

test("sockets are found by their names, several under one", () => {
  const sockets = activatedSockets({ listenPid: "42", listenFds: "3", listenFdNames: "imap:imaps:imap" }, 42);
  assert.deepEqual(
    [...sockets],
    [
      ["imap", [3, 5]],
      ["imaps", [4]],
    ],
  );
});

test("sockets without names are called unknown", () => {
  assert.deepEqual([...activatedSockets({ ...none, listenPid: "42", listenFds: "2" }, 42)], [["unknown", [3, 4]]]);
});

test("sockets meant for another process are left alone", () => {
  assert.equal(activatedSockets({ ...none, listenPid: "41", listenFds: "2" }, 42).size, 0);
});

test("nonsense is no sockets", () => {
  for (const listenFds of ["-1", "x", "1e9", "99999", ""]) {
    assert.equal(activatedSockets({ ...none, listenPid: "42", listenFds }, 42).size, 0);
  }
});
