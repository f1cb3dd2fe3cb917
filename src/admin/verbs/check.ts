// check: the audit over all accounts, while the server serves them.

import type { Account } from "../../directory/directory.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { problemSentence } from "../problem-sentences.ts";
import { type AdminContext, type Parameter, type Progress, verb } from "../verb.ts";

const address: Parameter = {
  name: "address",
  kind: "positional",
  presence: "optional",
  placeholder: "ADDRESS",
  help: "any address of one account; all accounts if left out",
};

interface Checked {
  readonly address: string;
  readonly findings: readonly string[];
}

export const check = verb({
  name: "check",
  summary: "look whether all mail is whole",
  details:
    "Every message's bytes are hashed, every counter is counted again, and the change log is compared with what is there. The server goes on meanwhile. The exit code is 1 when something is wrong.",
  parameters: [address],
  examples: ["check", "check asha@example.org", "check --json"],
  parse: (given) => given.optional("address"),
  run: async (context, only, progress) => {
    const { directory } = context;
    const accounts = only === undefined ? await directory.accounts() : [await directory.accountAt(only)];
    const checked: Checked[] = [];
    for (const [at, account] of accounts.entries()) {
      const within: Progress = (share, what) => progress((at + share) / accounts.length, what);
      checked.push({ address: account.address, findings: await checkAccount(context, account, within) });
    }
    if (only === undefined) checked.push(...(await strayAccounts(context, accounts)));
    const bad = checked.filter(({ findings }) => findings.length > 0);
    return {
      data: {
        accounts: accounts.length,
        problems: bad.map(({ address: of, findings }) => ({ address: of, findings })),
      },
      text: report(checked, bad),
      verdict: bad.length === 0 ? "good" : "problem",
    };
  },
});

/** Mail that belongs to no account: what an interrupted `account add` or `account remove` leaves, or an old directory. */
async function strayAccounts(context: AdminContext, accounts: readonly Account[]): Promise<readonly Checked[]> {
  const known = new Set(accounts.map(({ id }) => id));
  const strays = (await context.accountsOnDisk()).filter((id) => !known.has(id));
  return strays.map((id) => ({
    address: `(no account) ${id}`,
    findings: [`There is mail in the folder accounts/${id} of the data folder, and no account that it belongs to.`],
  }));
}

async function checkAccount(
  { mail, sharing }: AdminContext,
  account: Account,
  progress: Progress,
): Promise<readonly string[]> {
  try {
    using opened = await mail.open(account.id);
    const findings = await opened.check((share) => progress(share, `checking ${account.address}`));
    return [...findings, ...(await sharing.audit(account.id))];
  } catch (error) {
    // One account that cannot be read must not hide the others.
    if (!(error instanceof ProblemRefusal)) throw error;
    if (error.problem.kind === "account-missing")
      return [`Its mail is missing: there is no folder accounts/${account.id}.`];
    return [`It cannot be read: ${problemSentence(error.problem)}`];
  }
}

function report(checked: readonly Checked[], bad: readonly Checked[]): string {
  if (bad.length === 0)
    return checked.length === 1
      ? "One account checked: all is well.\n"
      : `${checked.length} accounts checked: all is well.\n`;
  const lines = bad.flatMap(({ address: of, findings }) => [`${of}\n`, ...findings.map((finding) => `  ${finding}\n`)]);
  return `${lines.join("")}${checked.length} accounts checked, something is wrong in ${bad.length}.\n`;
}
