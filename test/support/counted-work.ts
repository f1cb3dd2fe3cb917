// Counts the work that code does on text: characters that string and pattern operations look at. Says whether time grows
// with length or faster, on any machine and under any load.

/** How many characters `run` made the string operations look at. */
export function countWork(run: () => unknown): number {
  let work = 0;
  const restore: (() => void)[] = [];
  const patch = (
    owner: object,
    name: string,
    cost: (self: unknown, args: readonly unknown[], result: unknown) => number,
  ): void => {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    function counted(this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, args);
      work += cost(this, args, result);
      return result;
    }
    Object.defineProperty(owner, name, { value: counted, configurable: true, writable: true });
    restore.push(() => Object.defineProperty(owner, name, { value: original, configurable: true, writable: true }));
  };
  const whole = (self: unknown): number => String(self).length;
  patch(String.prototype, "charCodeAt", () => 1);
  patch(String.prototype, "charAt", () => 1);
  patch(String.prototype, "indexOf", searchCost);
  patch(String.prototype, "includes", (self, args) => searchCost(self, args, String(self).indexOf(String(args[0]))));
  for (const name of ["replace", "replaceAll", "split", "toLowerCase", "toUpperCase", "trim", "match", "normalize"]) {
    patch(String.prototype, name, whole);
  }
  patch(RegExp.prototype, "exec", (_, [text]) => String(text).length);
  patch(Uint8Array.prototype, "indexOf", searchCost);
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return work;
}

function searchCost(self: unknown, args: readonly unknown[], result: unknown): number {
  const { length } = self as { length: number };
  const from = typeof args[1] === "number" ? args[1] : 0;
  return typeof result === "number" && result >= 0 ? result - from + 1 : Math.max(0, length - from) + 1;
}
