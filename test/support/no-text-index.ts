// An account without an index over its text: every search reads the messages.

import type { TextIndex } from "../../src/store/text-index.ts";

export const noTextIndex: TextIndex = {
  open: () => Promise.resolve(false),
  ask: () => null,
  look: () => null,
  texts: () => null,
  noticeRemoved: () => undefined,
  behind: () => Promise.resolve(0),
  catchUp: () => Promise.resolve(),
  rebuild: () => Promise.resolve(),
  audit: () => Promise.resolve([]),
};
