// Who may import whom. Each folder under src/ stands on a floor and may use its own files and those of lower floors;
// two folders on one floor do not know each other. Tests are free: they build the parts they need from below.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isTest, readText, sourceFiles } from "./support/source-tree.ts";

const floors = [
  ["base"],
  ["model"],
  ["mime", "calendar", "sasl", "net", "config", "observe"],
  ["store", "workers"],
  ["feed", "directory"],
  ["mailbox", "groupware"],
  ["delivery"],
  ["imap", "pop3", "smtp", "activesync", "ews", "dav", "jmap", "discovery", "admin", "web"],
  ["app"],
];
const adapters = floors.at(-2) ?? [];
const pure = ["base", "model", "mime", "calendar"];
/** What pure code may take from the runtime: nothing that reads the clock, the disk or the network. */
const pureModules = ["node:assert", "node:assert/strict", "node:url", "iconv-lite", "ical.js"];

/** The one folder that knows a package, so that replacing the package stays a small matter. */
const homes: Record<string, string> = {
  "iconv-lite": "mime",
  nodemailer: "delivery",
  "node:sqlite": "store/sqlite",
  pino: "observe",
  "prom-client": "observe",
  "smol-toml": "config",
  zod: "config",
};

const files = sourceFiles("src/**/*.ts").filter(({ path }) => !isTest(path));
const folderOf = (path: string): string => path.split("/")[1] ?? "";
const floorOf = (folder: string): number => floors.findIndex((floor) => floor.includes(folder));
const packageOf = (name: string): string => name.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? name;

test("every folder of src stands on a floor", () => {
  const homeless = [...new Set(files.map(({ path }) => folderOf(path)))].filter((folder) => floorOf(folder) < 0);
  assert.deepEqual(
    homeless,
    [],
    "put the folder on a floor in test/layers.test.ts and say in docs/architecture.md why",
  );
});

test("imports go down: from a folder to itself or to a lower floor", () => {
  const wrong: string[] = [];
  for (const { path, imports } of files) {
    const from = folderOf(path);
    for (const target of imports.filter((name) => name.startsWith("src/"))) {
      const to = folderOf(target);
      const skips = adapters.includes(from) && (to === "store" || to === "feed");
      if ((from !== to && floorOf(to) >= floorOf(from)) || skips) wrong.push(`${path} imports ${target}`);
    }
  }
  const lesson =
    "What two adapters need belongs below them; what a lower floor needs from above comes in as a parameter.";
  assert.deepEqual(wrong, [], lesson);
});

test("only app/ names an engine of the store", () => {
  const engine = /^src\/store\/(sqlite|postgres)\//;
  const wrong = files.filter(({ path, imports }) => {
    return !path.startsWith("src/app/") && !engine.test(path) && imports.some((target) => engine.test(target));
  });
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
    "take the Store port as a parameter; app/ chooses the engine",
  );
});

test("base, model, mime and calendar are pure", () => {
  const wrong = files.flatMap(({ path, packages }) =>
    pure.includes(folderOf(path))
      ? packages.filter((name) => !pureModules.includes(name)).map((name) => `${path}: ${name}`)
      : [],
  );
  assert.deepEqual(wrong, [], "values in, values out: let the caller read the disk, the clock and the network");
});

test("each package is known in one folder", () => {
  const wrong = files.flatMap(({ path, packages }) =>
    packages
      .filter((name) => {
        const home = homes[packageOf(name)];
        return name.startsWith("node:") && home === undefined ? false : !path.startsWith(`src/${home}/`);
      })
      .map((name) => `${path} imports ${name}; its home is ${homes[packageOf(name)] ?? "nowhere yet"}`),
  );
  assert.deepEqual(
    wrong,
    [],
    "use the folder that wraps the package; a new package needs a decision record and a home here",
  );
});

test("each dependency in package.json is used by the server", () => {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(readText("package.json"));
  const used = new Set(files.flatMap(({ packages }) => packages.map(packageOf)));
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !used.has(name)),
    [],
    "remove it, or move it to devDependencies if only tests use it",
  );
});
