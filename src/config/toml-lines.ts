// Where each key of a TOML document stands, for faults that name a line. It reads documents that the real parser has
// accepted, so it knows just enough of TOML 1.0 to walk from key to key: headers, keys, and where a value ends.

/** A key's path, as `smarthost.port` or `tls.others.0.key`, to its line, counted from 1. */
export type LineOf = (path: readonly (string | number)[]) => number | undefined;

/** Where keys stand; a path that is written nowhere has the line of its nearest table that is. */
export function tomlLines(text: string): LineOf {
  const lines = new Map<string, number>();
  const tables = new Map<string, number>();
  let table: string[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const end = statementEnd(text, at);
    const statement = text.slice(at, end).trim();
    const header = /^\[(\[?)(.*?)\]\]?\s*(?:#.*)?$/s.exec(statement);
    const start = line + (/^\s*/.exec(text.slice(at, end))?.[0].match(/\n/g)?.length ?? 0);
    if (header !== null) {
      table = splitKey(header[2] ?? "");
      if (header[1] === "[") table.push(String(nextIndex(tables, table)));
      else table = withIndexes(tables, table);
      noteOnce(lines, table, start);
    } else if (statement !== "" && !statement.startsWith("#")) {
      noteOnce(lines, [...table, ...splitKey(keyOf(statement))], start);
    }
    line += text.slice(at, end).match(/\n/g)?.length ?? 0;
    at = end;
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const found = lines.get(path.slice(0, length).map(String).join("\0"));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function noteOnce(lines: Map<string, number>, path: readonly string[], line: number): void {
  for (let length = 1; length <= path.length; length++) {
    const key = path.slice(0, length).join("\0");
    if (!lines.has(key)) lines.set(key, line);
  }
}

// [[a]] for the second time is a.1.
function nextIndex(tables: Map<string, number>, path: readonly string[]): number {
  const key = path.join("\0");
  const index = (tables.get(key) ?? -1) + 1;
  tables.set(key, index);
  return index;
}

// [a.b] after [[a]] is a table of the last a.
function withIndexes(tables: ReadonlyMap<string, number>, path: readonly string[]): string[] {
  const whole: string[] = [];
  for (const part of path) {
    whole.push(part);
    const index = tables.get(whole.join("\0"));
    if (index !== undefined && whole.length < path.length) whole.push(String(index));
  }
  return whole;
}

/** The position after the line break that ends the statement at `from`: not inside a string, an array or an inline table. */
function statementEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === "\n" && depth === 0) return at + 1;
    if (char === '"' || char === "'") at = stringEnd(text, at);
    else if (char === "#") at = commentEnd(text, at);
    else {
      if (char === "[" || char === "{") depth += 1;
      else if (char === "]" || char === "}") depth -= 1;
      at += 1;
    }
  }
  return at;
}

function commentEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function stringEnd(text: string, from: number): number {
  const quote = text[from] ?? "";
  const triple = text.startsWith(quote.repeat(3), from);
  const closing = triple ? quote.repeat(3) : quote;
  let at = from + closing.length;
  while (at < text.length && !text.startsWith(closing, at)) at += quote === '"' && text[at] === "\\" ? 2 : 1;
  at += closing.length;
  // """ may be preceded by one or two quotes that belong to the text.
  while (triple && text[at] === quote) at += 1;
  return at;
}

function keyOf(statement: string): string {
  let at = 0;
  while (at < statement.length && statement[at] !== "=") {
    at = statement[at] === '"' || statement[at] === "'" ? stringEnd(statement, at) : at + 1;
  }
  return statement.slice(0, at);
}

// a."b.c".d is three keys.
function splitKey(key: string): string[] {
  const parts = key.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+/g) ?? [];
  return parts.map((part) => {
    if (part.startsWith("'")) return part.slice(1, -1);
    return part.startsWith('"') ? String(JSON.parse(part)) : part;
  });
}
