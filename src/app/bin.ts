#!/usr/bin/env node
// The `dakghar` command of the installed package. It runs on any Node that knows modules, so that an old one is told
// what to do instead of failing at the first built-in it lacks; the server itself starts from main.ts.

const nodeMajorMin = 26;

if (Number.parseInt(process.versions.node, 10) < nodeMajorMin) {
  process.stderr.write(
    `dakghar needs Node ${nodeMajorMin} or newer, and this is Node ${process.versions.node}.\n` +
      `To get it:  npm install --global node@${nodeMajorMin}   (or https://nodejs.org/)\n`,
  );
  process.exitCode = 78; // EX_CONFIG of sysexits.h, which systemd does not answer with a restart loop.
} else {
  await import("./main.ts");
}
