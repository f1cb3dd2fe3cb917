// The parameters after a path (RFC 5321 4.1.2: Mail-parameters, Rcpt-parameters), and xtext (RFC 3461 4), in which some
// of their values are written.

/** Keyword in upper case -> its value, undefined when it has none. */
export type EsmtpParameters = ReadonlyMap<string, string | undefined>;

export const noParameters: EsmtpParameters = new Map();

/** What stands after a path: "" or " SIZE=1000 BODY=8BITMIME". Undefined for a syntax fault or a keyword given twice. */
export function parseParameters(text: string): EsmtpParameters | undefined {
  if (text === "") return noParameters;
  const parameters = new Map<string, string | undefined>();
  for (const word of text.split(/[ \t]+/).slice(1)) {
    const found = parameter.exec(word);
    const keyword = found?.[1]?.toUpperCase();
    if (keyword === undefined || parameters.has(keyword)) return undefined;
    parameters.set(keyword, found?.[2]);
  }
  return /^[ \t]/.test(text) ? parameters : undefined;
}

// esmtp-value = 1*(%d33-60 / %d62-126); RFC 6531 3.3 adds UTF-8.
const parameter = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u00a0-\u{10ffff}]+))?$/u;

/** RFC 3461 4: "+" and two upper-case hexadecimal digits stand for one octet. Undefined for anything else. */
export function decodeXtext(text: string): string | undefined {
  if (!xtext.test(text)) return undefined;
  const decoded = text.replace(/\+([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  // An octet that is no printable character would break the report it ends up in.
  return /[^ -~]/.test(decoded) ? undefined : decoded;
}

const xtext = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/;
