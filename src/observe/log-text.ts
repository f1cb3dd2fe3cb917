// A log line as text: time, level, message, then the fields as name=value. What a client sent cannot forge a line of its
// own or colour the terminal: everything outside printable text is escaped.

/** One line of text, with its newline, from one JSON line of the log. */
export function formatLogText(jsonLine: string): string {
  const { time, level, message, error, ...fields }: Record<string, unknown> = JSON.parse(jsonLine);
  const head = `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${printable(String(message))}`;
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${formatValue(value)}`);
  return `${head}${pairs.join("")}${formatError(error)}\n`;
}

function formatValue(value: unknown): string {
  if (typeof value === "string") return /^[\w.:@/+-]+$/.test(value) ? value : printable(JSON.stringify(value));
  return printable(JSON.stringify(value) ?? "");
}

// An error's stack goes on lines of its own, indented, so that it reads as one.
function formatError(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const stack = "stack" in error ? String(error.stack) : "message" in error ? String(error.message) : "";
  const cause = "cause" in error ? formatError(error.cause).replace("\n    ", "\n    caused by: ") : "";
  return `\n    ${stack
    .split("\n")
    .map((line) => printable(line.trim()))
    .join("\n      ")}${cause}`;
}

// Controls, and what hides text or turns its direction.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function printable(text: string): string {
  return text.replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
