// A fault of the configuration, for whoever has to mend it.

export interface ConfigFault {
  /** `smarthost.port`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1; undefined for what is written nowhere. */
  readonly line: number | undefined;
  /** What is there and what would be right, in a sentence. */
  readonly text: string;
}

/** `dakghar.toml:12: smarthost.port: 0 will not do; write a whole number from 1 to 65535`. */
export function formatFault(file: string, { path, line, text }: ConfigFault): string {
  return [line === undefined ? file : `${file}:${line}`, path, text].filter((part) => part !== "").join(": ");
}

/** In the order of the file; what is written nowhere comes first. */
export function sortFaults(faults: readonly ConfigFault[]): ConfigFault[] {
  return faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || a.path.localeCompare(b.path));
}
