// Microsoft Office 365 15.20.9160.4 (the service behind new Outlook and Outlook for phones), seen 2025-09-29: it enables
// UIDONLY (RFC 9586) where it sees it, then fetches by sequence number, is refused with UIDREQUIRED, and shows no mail. It
// says ID before it logs in. RFC 9586 has a client that enabled it use UIDs only.
// https://github.com/modern-email/defects/issues/49

import type { Quirk } from "./quirk.ts";

export const office365WithoutUidOnly: Quirk = {
  matches: (id) => id.get("name")?.toLowerCase() === "microsoft office 365",
  hides: ["UIDONLY"],
};
