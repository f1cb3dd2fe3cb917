// All quirks of clients, and what they come to for the client that has said ID.

import type { ClientId } from "../wire/id-args.ts";
import { office365WithoutUidOnly } from "./office-365-without-uidonly.ts";
import type { Quirk } from "./quirk.ts";

const quirks: readonly Quirk[] = [office365WithoutUidOnly];

/** The capabilities that this client is not shown. */
export function hiddenFrom(id: ClientId): readonly string[] {
  return quirks.filter(({ matches }) => matches(id)).flatMap(({ hides }) => hides);
}
