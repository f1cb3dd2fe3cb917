// The commands by verb.

import type { Command } from "../command.ts";
import { auth } from "./auth.ts";
import { bdat } from "./bdat.ts";
import { data } from "./data.ts";
import { ehlo, helo, lhlo } from "./hello.ts";
import { expn, help, vrfy } from "./inquiries.ts";
import { mail } from "./mail.ts";
import { noop } from "./noop.ts";
import { quit } from "./quit.ts";
import { rcpt } from "./rcpt.ts";
import { rset } from "./rset.ts";
import { starttls } from "./starttls.ts";

const all = [helo, ehlo, lhlo, mail, rcpt, data, bdat, rset, noop, quit, vrfy, expn, help, starttls, auth];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.verb, command]));
