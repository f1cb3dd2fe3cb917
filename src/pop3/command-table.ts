// All commands of the server. APOP is not among them: it needs the password itself on the server's disk (RFC 1939 7).

import type { Command } from "./command.ts";
import { auth } from "./commands/auth.ts";
import { capaOf } from "./commands/capa.ts";
import { dele } from "./commands/dele.ts";
import { lang } from "./commands/lang.ts";
import { list } from "./commands/list.ts";
import { noop } from "./commands/noop.ts";
import { pass } from "./commands/pass.ts";
import { quit } from "./commands/quit.ts";
import { retr } from "./commands/retr.ts";
import { rset } from "./commands/rset.ts";
import { stat } from "./commands/stat.ts";
import { stls } from "./commands/stls.ts";
import { top } from "./commands/top.ts";
import { uidl } from "./commands/uidl.ts";
import { user } from "./commands/user.ts";
import { utf8 } from "./commands/utf8.ts";

const announced = [top, uidl, user, auth, stls, utf8, lang];
const basic = [pass, stat, list, retr, dele, rset, noop, quit];

export const commandTable: ReadonlyMap<string, Command> = new Map(
  [...announced, ...basic, capaOf(announced)].map((command) => [command.name, command]),
);
