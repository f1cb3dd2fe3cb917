// Counts the work that code does on text: the characters that string and pattern operations look at. Says whether time
// grows with length or faster, on any machine and under any load.

interface Call {
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly result: unknown;
  /** Where a pattern began to look. */
  readonly lastIndex: number;
}

/** How many characters `run` made the string operations look at. */
export function countWork(run: () => unknown): number {
  let work = 0;
  const restore: (() => void)[] = [];
  const patch = (owner: object, name: string, cost: (call: Call) => number): void => {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    function counted(this: unknown, ...args: unknown[]): unknown {
      const lastIndex = this instanceof RegExp && (this.global || this.sticky) ? this.lastIndex : 0;
      const result: unknown = Reflect.apply(original, this, args);
      work += cost({ self: this, args, result, lastIndex });
      return result;
    }
    Object.defineProperty(owner, name, { value: counted, configurable: true, writable: true });
    restore.push(() => Object.defineProperty(owner, name, { value: original, configurable: true, writable: true }));
  };
  for (const name of ["charCodeAt", "charAt"]) patch(String.prototype, name, () => 1);
  for (const name of ["indexOf", "lastIndexOf"]) patch(String.prototype, name, searchCost);
  for (const name of [
    "replace",
    "replaceAll",
    "split",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "normalize",
    "includes",
  ]) {
    patch(String.prototype, name, ({ self }) => String(self).length);
  }
  patch(RegExp.prototype, "exec", patternCost);
  patch(Uint8Array.prototype, "indexOf", searchCost);
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return work;
}

function searchCost({ self, args, result }: Call): number {
  const { length } = self as { length: number };
  const from = typeof args[1] === "number" ? args[1] : 0;
  const found = typeof result === "number" && result >= 0 ? result : length;
  return Math.abs(found - from) + 1;
}

function patternCost({ args, result, lastIndex }: Call): number {
  const match = result as RegExpExecArray | null;
  const end = match === null ? String(args[0]).length : match.index + match[0].length;
  return Math.max(0, end - lastIndex) + 1;
}
