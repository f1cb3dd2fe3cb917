// Where the time of a .cpuprofile went: self time by function with its file and line, and by the line within it.

import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rootDir } from "../../test/support/source-tree.ts";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where profiled servers leave their profiles. */
export const profileFolder = join(rootDir, "bench/results/profiles");

export function showProfile(): void {
  for (const path of globSync(`${profileFolder}/*.cpuprofile`).sort()) {
    console.log(`\n## ${path.slice(rootDir.length + 1)}\n`);
    console.log(topCosts(JSON.parse(readFileSync(path, "utf8")), 45));
  }
}

export function forgetProfiles(): void {
  rmSync(profileFolder, { recursive: true, force: true });
}

function topCosts(profile: Profile, count: number): string {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = new Map<number, number>();
  for (const [at, id] of profile.samples.entries())
    selfUs.set(id, (selfUs.get(id) ?? 0) + (profile.timeDeltas[at] ?? 0));
  const selfOf = new Map<string, number>();
  const totalOf = new Map<string, number>();
  const visit = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const name = nameOf(node);
    const own = selfUs.get(node.id) ?? 0;
    selfOf.set(name, (selfOf.get(name) ?? 0) + own);
    const below = above.has(name) ? above : new Set([...above, name]);
    let total = own;
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found !== undefined) total += visit(found, below);
    }
    // A function that calls itself counts once.
    if (!above.has(name)) totalOf.set(name, (totalOf.get(name) ?? 0) + total);
    return total;
  };
  const [root] = profile.nodes;
  if (root === undefined) return "empty";
  visit(root, new Set());
  const idle = selfOf.get("(idle) ") ?? 0;
  const busy = [...selfOf.values()].reduce((sum, us) => sum + us, 0) - idle;
  const line = ([name, us]: readonly [string, number]): string => {
    const total = totalOf.get(name) ?? 0;
    return `| ${((100 * us) / busy).toFixed(1)}% | ${(us / 1_000).toFixed(0)} ms | ${((100 * total) / busy).toFixed(1)}% | ${name.trim()} |`;
  };
  const costs = [...selfOf].filter(([name]) => !name.startsWith("(idle)")).sort(([, one], [, other]) => other - one);
  return [
    `${(busy / 1_000).toFixed(0)} ms busy.`,
    "",
    "| self | self | with callees | function |",
    "|---|---|---|---|",
    ...costs.slice(0, count).map(line),
  ].join("\n");
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const place = url.replace(`file://${rootDir}/`, "");
  const name = functionName === "" ? "(anonymous)" : functionName;
  return `${name} ${place === "" ? "" : `${place}:${lineNumber + 1}`}`;
}
