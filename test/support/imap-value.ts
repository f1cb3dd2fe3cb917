// A value as IMAP writes it (RFC 9051 9): NIL, an atom, a quoted string, a literal or a list of such.

export type ImapValue = null | string | ImapValue[];

/** The value that begins there. */
export function readImapValue(text: string, at: number): ImapValue {
  return new ValueReader(text, at).value();
}

class ValueReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  value(): ImapValue {
    const next = this.#text[this.#at];
    if (next === "(") return this.#list();
    if (next === '"') return this.#quoted();
    if (next === "{") return this.#literal();
    const atom = /^[^ ()]+/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (atom === undefined) throw new Error(`no value at ${this.#text.slice(this.#at, this.#at + 50)}`);
    this.#at += atom.length;
    return atom === "NIL" ? null : atom;
  }

  #list(): ImapValue[] {
    const list: ImapValue[] = [];
    this.#at++;
    while (this.#text[this.#at] !== ")") {
      if (this.#text[this.#at] === " ") this.#at++;
      else list.push(this.value());
    }
    this.#at++;
    return list;
  }

  #quoted(): string {
    const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(this.#text.slice(this.#at));
    if (quoted === null) throw new Error("a quoted string has no end");
    this.#at += quoted[0].length;
    return (quoted[1] ?? "").replace(/\\(.)/gs, "$1");
  }

  #literal(): string {
    const head = /^\{(\d+)\}\r\n/.exec(this.#text.slice(this.#at, this.#at + 20));
    if (head === null) throw new Error("a literal has no length");
    const from = this.#at + head[0].length;
    this.#at = from + Number(head[1]);
    return this.#text.slice(from, this.#at);
  }
}
