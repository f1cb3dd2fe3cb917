// index check: whether searches over the index find what reading the messages finds; and an index that does not, made anew.

import type { Account } from "../../directory/directory.ts";
import type { IndexCheck } from "../../mailbox/index-check.ts";
import type { AccountMail } from "../../mailbox/mail.ts";
import { type AdminContext, flag, type Parameter, type Progress, verb } from "../verb.ts";

const address: Parameter = {
  name: "address",
  kind: "positional",
  presence: "optional",
  placeholder: "ADDRESS",
  help: "any address of one account; all accounts if left out",
};

interface Checked extends IndexCheck {
  readonly address: string;
  readonly rebuilt: boolean;
}

export const indexCheck = verb({
  name: "index check",
  summary: "compare the search index with the mail",
  details:
    "Words of some messages, of every script that they are written in, and strings that nobody wrote are looked for with the index and by reading the messages. Where the two differ, or the file is damaged, the index is made anew. The server goes on meanwhile, searches read the messages, and the work is done even when this command is interrupted. The exit code is 1 when something was wrong.",
  parameters: [address, flag("rebuild", "make the index anew, whatever is found")],
  examples: ["index check", "index check asha@example.org", "index check asha@example.org --rebuild"],
  parse: (given) => ({ only: given.optional("address"), rebuild: given.flag("rebuild") }),
  run: async (context, { only, rebuild }, progress) => {
    const { directory } = context;
    const accounts = only === undefined ? await directory.accounts() : [await directory.accountAt(only)];
    const checked: Checked[] = [];
    for (const [at, account] of accounts.entries()) {
      const within: Progress = (share, what) => progress((at + share) / accounts.length, what);
      checked.push(await checkAccount(context, account, { rebuild, progress: within }));
    }
    const isWell = checked.every(({ findings }) => findings.length === 0);
    return {
      data: { accounts: checked.map((one) => ({ ...one })) },
      text: checked.map(told).join(""),
      verdict: isWell ? "good" : "problem",
    };
  },
});

async function checkAccount(
  { mail, entropy }: AdminContext,
  { id, address: of }: Account,
  { rebuild, progress }: { readonly rebuild: "given" | "absent"; readonly progress: Progress },
): Promise<Checked> {
  using opened = await mail.open(id);
  const make = (from: number): Promise<void> =>
    opened.rebuildIndex((share) => progress(from + share * (1 - from), `making the index of ${of} anew`));
  const check = (to: number): ReturnType<AccountMail["checkIndex"]> =>
    opened.checkIndex(entropy, (share) => progress(share * to, `checking the index of ${of}`));
  if (rebuild === "given") {
    await make(0);
    return { address: of, ...(await check(1)), rebuilt: true };
  }
  const first = await check(checkShare);
  if (first.findings.length === 0) return { address: of, ...first, rebuilt: false };
  await make(checkShare);
  return { address: of, ...first, behind: 0, rebuilt: true };
}

/** How much of the work the comparison is. */
const checkShare = 0.3;

function told({ address: of, messages, strings, behind, findings, rebuilt }: Checked): string {
  const waiting = behind === 0 ? "" : `; ${behind} messages wait to be indexed, and are read by searches until then`;
  const compared = `${strings} strings in ${messages} messages compared`;
  if (findings.length === 0) {
    const made = rebuilt ? "the index was made anew, " : "";
    return `${of}: ${made}${compared}, index and mail agree${waiting}.\n`;
  }
  const lines = findings.slice(0, findingsTold).map((finding) => `  ${finding}\n`);
  if (findings.length > findingsTold) lines.push(`  ... and ${findings.length - findingsTold} more\n`);
  return `${of}: ${compared}, something is wrong:\n${lines.join("")}  The index was made anew.\n`;
}

const findingsTold = 10;
