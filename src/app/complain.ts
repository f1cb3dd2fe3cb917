// What went wrong, on standard error.

export function complain(text: string): void {
  process.stderr.write(`dakghar: ${text}\n`);
}
