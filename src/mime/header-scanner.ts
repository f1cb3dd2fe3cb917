// Reads the tokens of structured header fields (RFC 5322 3.2, RFC 2045 5.1) from an octet string, left to right and
// without recursion: no input can make it slow or deep. Octets above 127 count as letters (RFC 6532 3.2), whatever
// their charset turns out to be.

const atextBit = 1;
const tokenBit = 2;
const classes = new Uint8Array(256);
for (let code = 33; code < 256; code++) {
  if (code === 127) continue;
  const character = String.fromCharCode(code);
  // RFC 5322 3.2.3: specials and the dot are no atext. RFC 2045 5.1: tspecials are no token, the dot is.
  if (!'()<>[]:;@\\,."'.includes(character)) classes[code] = atextBit;
  if (!'()<>@,;:\\"/[]?='.includes(character)) classes[code] = (classes[code] ?? 0) | tokenBit;
}

export function isAtext(code: number): boolean {
  return ((classes[code] ?? 0) & atextBit) !== 0;
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const openParenthesis = 40;
const closeParenthesis = 41;
const backslash = 92;

export class HeaderScanner {
  readonly text: string;
  at = 0;
  /** The content of the last comment that was skipped, or "". */
  comment = "";

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The code here, or -1 at the end. */
  peek(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }

  /** Skips `code` when it stands here. */
  skip(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  /** Skips white space and comments; false when a comment has no end (then all is consumed). */
  skipCfws(): boolean {
    for (;;) {
      const code = this.peek();
      if (code === space || code === tab || code === carriageReturn || code === lineFeed) this.at++;
      else if (code !== openParenthesis) return true;
      else if (!this.#skipComment()) return false;
    }
  }

  /** 1*atext, or null when none stands here. */
  atom(): string | null {
    return this.#run(atextBit);
  }

  /** A run of atext and dots, possibly empty. */
  atomsAndDots(): string {
    const start = this.at;
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 46 && !isAtext(code)) break;
      this.at++;
    }
    return this.text.slice(start, this.at);
  }

  /** A MIME token (RFC 2045 5.1), or null when none stands here. */
  token(): string | null {
    return this.#run(tokenBit);
  }

  /** The content of the quoted string that begins here; null when it has no end (then all is consumed). */
  quotedString(): string | null {
    this.at++;
    let value = "";
    let from = this.at;
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code === quote) {
        value += this.text.slice(from, this.at++);
        return value;
      }
      if (code === backslash) {
        value += this.text.slice(from, this.at++);
        from = this.at;
      }
      this.at++;
    }
    this.at = this.text.length;
    return null;
  }

  #run(bit: number): string | null {
    const start = this.at;
    while (this.at < this.text.length && ((classes[this.text.charCodeAt(this.at)] ?? 0) & bit) !== 0) this.at++;
    return this.at === start ? null : this.text.slice(start, this.at);
  }

  #skipComment(): boolean {
    let level = 0;
    let content = "";
    let from = this.at + 1;
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === openParenthesis) level++;
      else if (code === closeParenthesis) {
        if (--level > 0) continue;
        this.comment = content + this.text.slice(from, this.at);
        this.at++;
        return true;
      } else if (code === backslash) {
        content += this.text.slice(from, this.at);
        from = ++this.at;
      }
    }
    this.at = this.text.length;
    return false;
  }
}
