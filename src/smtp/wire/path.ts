// Reverse-path and Forward-path (RFC 5321 4.1.2, with RFC 6531 3.3's UTF-8). Liberties: a Dot-string may have dots at its
// ends and in a row, since some carriers gave their customers such addresses; labels may begin with a hyphen or hold
// an underscore. Source routes are read and dropped (RFC 5321 3.3, appendix C).

import { utf8 } from "../../base/bytes.ts";
import { addressBytesMax } from "../../base/limits.ts";

export interface Path {
  /** `local@domain` with the local part quoted only where it must be; "" for the null path `<>`. */
  readonly address: string;
  /** "" for the null path. */
  readonly localPart: string;
  /** Undefined for the null path and for `<Postmaster>`. */
  readonly domain: string | undefined;
  /** RFC 6531 3.4: some part of it is not ASCII. */
  readonly international: boolean;
}

export interface PathRead {
  readonly path: Path;
  /** Where in the text the path's ">" is behind us. */
  readonly end: number;
}

/** Reads the path whose "<" is at `at`; undefined for a syntax fault. */
export function readPath(text: string, at: number): PathRead | undefined {
  if (text[at] !== "<") return undefined;
  sourceRoute.lastIndex = at + 1;
  const start = sourceRoute.test(text) ? sourceRoute.lastIndex : at + 1;
  if (start === at + 1 && text[start] === ">") return { path: nullPath, end: start + 1 };
  const local = matchAt(quotedString, text, start) ?? matchAt(dotString, text, start);
  if (local === undefined) return undefined;
  let end = start + local.length;
  let domain: string | undefined;
  if (text[end] === "@") {
    domain = matchAt(addressLiteral, text, end + 1) ?? matchAt(domainName, text, end + 1);
    if (domain === undefined) return undefined;
    end += 1 + domain.length;
  }
  if (text[end] !== ">") return undefined;
  const path = pathOf(local, domain);
  return path === undefined ? undefined : { path, end: end + 1 };
}

const nullPath: Path = { address: "", localPart: "", domain: undefined, international: false };

// qtextSMTP, quoted-pairSMTP and atext of RFC 5321 4.1.2, each with the characters beyond ASCII of RFC 6531 3.3; C1
// controls and the separators that reorder or break lines are no characters of a name.
const beyondAscii = "\\u00a0-\\u2027\\u202f-\\u2065\\u206a-\\u{10ffff}";
const quotedString = new RegExp(`"(?:[ !#-[\\]-~${beyondAscii}]|\\\\[ -~])*"`, "uy");
const dotString = new RegExp(`[A-Za-z0-9!#$%&'*+/=?^_\`{|}~.${beyondAscii}-]+`, "uy");
const domainName = new RegExp(`[A-Za-z0-9_${beyondAscii}-]+(?:\\.[A-Za-z0-9_${beyondAscii}-]+)*`, "uy");
// RFC 5321 4.1.3.
const addressLiteral = /\[(?:\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z0-9-]+:[!-Z^-~]+)\]/uy;
// A-d-l of RFC 5321 4.1.2: "@one.example,@two.example:".
const sourceRoute = /(?:@[A-Za-z0-9_.[\]:-]+(?:,@[A-Za-z0-9_.[\]:-]+)*):/y;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function pathOf(local: string, domain: string | undefined): Path | undefined {
  // RFC 5321 4.1.2: "a host SHOULD treat quoted and unquoted forms of the same local part as equivalent".
  const localPart = local.startsWith('"') ? local.slice(1, -1).replace(/\\(.)/gsu, "$1") : local;
  const plain = matchAt(dotString, localPart, 0) === localPart && localPart !== "";
  const spelled = plain ? localPart : `"${localPart.replace(/["\\]/g, "\\$&")}"`;
  const address = domain === undefined ? spelled : `${spelled}@${domain}`;
  if (utf8(address).length > addressBytesMax) return undefined;
  return { address, localPart, domain, international: /[^\x00-\x7f]/.test(address) };
}
