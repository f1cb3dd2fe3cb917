// The words of an HTML body: for previews and search, never for display. One pass, nothing built, nothing fetched,
// nothing run; what comes out is text and must be escaped like any other text.

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  shy: "\u00ad",
  copy: "\u00a9",
  reg: "\u00ae",
  trade: "\u2122",
  euro: "\u20ac",
  pound: "\u00a3",
  yen: "\u00a5",
  cent: "\u00a2",
  sect: "\u00a7",
  deg: "\u00b0",
  middot: "\u00b7",
  bull: "\u2022",
  hellip: "\u2026",
  ndash: "\u2013",
  mdash: "\u2014",
  lsquo: "\u2018",
  rsquo: "\u2019",
  sbquo: "\u201a",
  ldquo: "\u201c",
  rdquo: "\u201d",
  bdquo: "\u201e",
  laquo: "\u00ab",
  raquo: "\u00bb",
  zwnj: "\u200c",
  zwj: "\u200d",
  ensp: "\u2002",
  emsp: "\u2003",
  thinsp: "\u2009",
  times: "\u00d7",
};
const latinEntities =
  "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute " +
  "Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave " +
  "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const latin = new Map(latinEntities.split(" ").map((name, at) => [name, String.fromCharCode(0xa1 + at)]));

/** Elements whose content no reader shows as words of the message. */
const hidden = new Set(["script", "style", "title", "template", "noscript", "object", "svg", "math", "iframe"]);
/** Elements that stand within a line; every other tag ends a word. */
const inline = new Set(
  [
    "a abbr acronym b bdi bdo big cite code em font i ins kbd mark o:p q s samp small span strike strong sub sup tt u wbr",
  ].flatMap((names) => names.split(" ")),
);

const exclamation = 33;
const doubleQuote = 34;
const singleQuote = 39;
const slash = 47;
const equals = 61;
const greaterThan = 62;
const question = 63;
const tagNameMax = 32;

/** The words of `html`, at most about `charactersMax` of them; further input is not looked at. */
export function htmlToText(html: string, charactersMax: number): string {
  let text = "";
  for (const words of htmlWords(html, charactersMax)) {
    text += words;
    if (text.length >= charactersMax) break;
  }
  return text;
}

/** No entity is longer. */
const entityMax = 12;

/** The words of `html` bit by bit, none of them longer than about `charactersMax`. */
export function* htmlWords(html: string, charactersMax: number): Generator<string> {
  const left: string[] = [];
  let open = -1;
  for (let at = 0; at < html.length; ) {
    if (open < at) open = html.indexOf("<", at);
    if (open === -1) open = html.length;
    if (open > at) {
      const end = open - at <= charactersMax ? open : beforeCutEntity(html, at, at + charactersMax);
      yield decodeEntities(html.slice(at, end));
      at = end;
      continue;
    }
    at = skipMarkup(html, open, left);
    const mark = left.pop();
    if (mark !== undefined) yield mark;
  }
}

/** `end`, or before the entity that stands across it. */
function beforeCutEntity(html: string, start: number, end: number): number {
  const tail = Math.max(start, end - entityMax);
  const entity = html.slice(tail, end).lastIndexOf("&");
  return entity === -1 || tail + entity === start ? end : tail + entity;
}

/** What the markup at `open` leaves behind goes to `pieces`; answers where the text goes on. */
function skipMarkup(html: string, open: number, pieces: string[]): number {
  if (html.startsWith("<!--", open)) return after(html, "-->", open + 4);
  const next = html.charCodeAt(open + 1);
  if (next === exclamation || next === question) return after(html, ">", open + 2);
  const nameStart = next === slash ? open + 2 : open + 1;
  const nameEnd = tagNameEnd(html, nameStart);
  if (nameEnd === nameStart) {
    pieces.push("<");
    return open + 1;
  }
  const name = html.slice(nameStart, nameEnd).toLowerCase();
  const end = tagEnd(html, nameEnd);
  if (!inline.has(name)) pieces.push(name === "td" || name === "th" ? " " : "\n");
  return next !== slash && hidden.has(name) ? closeOf(html, name, end) : end;
}

/** A name begins with a letter and ends before white space, a slash or the tag's end; only so much of it is of interest. */
function tagNameEnd(html: string, start: number): number {
  const first = html.charCodeAt(start) | 32;
  if (!(first >= 97 && first <= 122)) return start;
  let end = start + 1;
  for (; end < html.length && end - start < tagNameMax; end++) {
    const code = html.charCodeAt(end);
    if (code <= 32 || code === slash || code === greaterThan) break;
  }
  return end;
}

/** After the `>` of the tag; one within quotes does not count. */
function tagEnd(html: string, from: number): number {
  let quote = 0;
  for (let at = from; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === greaterThan) return at + 1;
    // Quotes open a value only after an equals sign; a stray one must not swallow the message.
    else if ((code === doubleQuote || code === singleQuote) && html.charCodeAt(at - 1) === equals) quote = code;
  }
  return html.length;
}

function closeOf(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  close.lastIndex = from;
  const match = close.exec(html);
  return match === null ? html.length : tagEnd(html, match.index + match[0].length);
}

function after(html: string, what: string, from: number): number {
  const end = html.indexOf(what, from);
  return end === -1 ? html.length : end + what.length;
}

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));?/g, entityText);
}

function entityText(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : (latin.get(name) ?? whole);
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
  return code < 32 && code !== 9 && code !== 10 && code !== 13 ? "\ufffd" : String.fromCodePoint(code);
}
