// The account of trial mode: made when there is none, with a password that is kept beside it so that each start can
// print it. Whoever changes the password keeps it to himself.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedPassword } from "../../admin/new-password.ts";
import type { Clock, Entropy } from "../../base/clock.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { replaceFile } from "../../store/sqlite/data-folder.ts";
import type { Services } from "../services.ts";
import { appendWelcome } from "./welcome.ts";

export interface TrialAccount {
  readonly user: string;
  /** Undefined when it has been changed. */
  readonly password: string | undefined;
}

const domain = "dakghar.localhost";
const address = `you@${domain}`;

export async function trialAccount(
  dataFolder: string,
  services: Services,
  chance: { readonly clock: Clock; readonly entropy: Entropy },
): Promise<TrialAccount> {
  const file = join(dataFolder, "trial-account.json");
  const accounts = await services.directory.accounts();
  const [first] = accounts;
  if (first === undefined) return await makeAccount(file, services, chance);
  const kept = await keptAccount(file);
  const account = accounts.find((candidate) => candidate.address === kept?.user) ?? first;
  const password = kept?.user === account.address ? kept.password : undefined;
  return { user: account.address, password: await stillRight(services, account.address, password) };
}

async function makeAccount(
  file: string,
  { directory, mail }: Services,
  chance: { readonly clock: Clock; readonly entropy: Entropy },
): Promise<TrialAccount> {
  const password = generatedPassword(chance.entropy);
  await replaceFile(file, `${JSON.stringify({ user: address, password })}\n`);
  if (!(await directory.domains()).some((own) => own.domain === domain)) await directory.addDomain(domain);
  const account = directory.newAccountId();
  await mail.create(account);
  await appendWelcome(mail, { account, address, domain }, chance);
  // Last, so that a start that is interrupted begins again.
  await directory.addAccount({ id: account, address, displayName: "", password });
  return { user: address, password };
}

async function keptAccount(file: string): Promise<{ user: string; password: string } | undefined> {
  try {
    const { user, password }: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"));
    return typeof user === "string" && typeof password === "string" ? { user, password } : undefined;
  } catch {
    // Missing or damaged: the password is somebody else's to know.
    return undefined;
  }
}

async function stillRight(
  { directory }: Services,
  user: string,
  password: string | undefined,
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  try {
    await directory.verifyPassword(user, password, { remoteAddress: "127.0.0.1", protocol: "imap" });
    return password;
  } catch (error) {
    if (error instanceof ProblemRefusal) return undefined;
    throw error;
  }
}
