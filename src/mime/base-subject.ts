// The base subject (RFC 5256 2.1), by which messages are sorted and threaded: without "Re:", "Fwd:", list tags and
// "(fwd)". The RFC's six steps, over a bounded length.

import { baseSubjectCharactersMax } from "../base/limits.ts";

export interface BaseSubject {
  readonly text: string;
  /** True when a reply or forward mark was taken away: RFC 5256 3 asks when it joins threads by subject. */
  readonly isReply: boolean;
}

const forwardTrailer = /\s*\(fwd\)\s*$/i;
const leader = /^(?:\[[^[\]]*\]\s*)*(?:re|fwd?)\s*(?:\[[^[\]]*\]\s*)?:\s*/i;
const tag = /^\[[^[\]]*\]\s*/;
const forwardWrapper = /^\[fwd:(.*)\]$/i;

/** `subject` is decoded already (step 1). */
export function baseSubject(subject: string): BaseSubject {
  let text = subject.slice(0, baseSubjectCharactersMax).replace(/\s+/g, " ").trim();
  let isReply = false;
  for (;;) {
    const before = text;
    while (forwardTrailer.test(text)) {
      text = text.replace(forwardTrailer, "");
      isReply = true;
    }
    for (;;) {
      const bare = text.replace(leader, "");
      if (bare !== text) isReply = true;
      const untagged = bare.replace(tag, "");
      const next = untagged === "" ? bare : untagged;
      if (next === text) break;
      text = next;
    }
    const wrapped = forwardWrapper.exec(text);
    if (wrapped !== null) {
      text = (wrapped[1] ?? "").trim();
      isReply = true;
    }
    if (text === before) return { text, isReply };
  }
}
