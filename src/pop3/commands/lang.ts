// LANG (RFC 6856 3): which languages there are, or in which one the server is to speak.

import { utf8 } from "../../base/bytes.ts";
import { lookUpLanguage } from "../../model/language.ts";
import { command } from "../command.ts";
import { languages } from "../language/languages.ts";
import { answered, endOfLines, err, ok, okLine } from "../reply.ts";

export const lang = command({
  name: "LANG",
  states: ["authorization", "transaction"],
  parse: (argument) => ({ range: argument?.trim() ?? "" }),
  capability: () => "LANG",
  async *run(session, { range }, { preferredLanguage }) {
    if (range === "") {
      yield okLine(session, (say) => say.languages);
      // RFC 6856 3.2: the tag, and "a human-readable description of the language in the language itself".
      yield utf8(
        Object.values(languages)
          .map(({ tag, name }) => `${tag} ${name}\r\n`)
          .join(""),
      );
      yield endOfLines;
      return answered(session);
    }
    const tag = range === "*" ? preferredLanguage : lookUpLanguage(range);
    // "If the command fails ... subsequent human-readable response text continues to use the language" of before.
    if (tag === undefined) return err(session, null, (say) => say.languageUnknown);
    const language = languages[tag];
    // "a +OK response followed by a single space, the exact language tag selected, and another space".
    return ok({ ...session, language }, (say) => `${language.tag} ${say.languageChosen}`);
  },
});
