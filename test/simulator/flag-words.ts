// Flags as one word list in order, so that two sets are equal when their texts are (RFC 9051 2.3.2). Without \Recent.

export type Flags = string;
export type FlagWish = "+" | "-" | "=";

/** As they stand on the wire, in any order. */
export function flagsOf(words: string): Flags {
  return [...new Set(words.split(" "))]
    .filter((word) => word !== "" && word !== "\\Recent")
    .sort()
    .join(" ");
}

/** RFC 9051 6.4.6. */
export function changedFlags(flags: Flags, wish: FlagWish, operand: Flags): Flags {
  if (wish === "=") return operand;
  if (wish === "+") return flagsOf(`${flags} ${operand}`);
  const gone = new Set(operand.split(" "));
  return flagsOf(
    flags
      .split(" ")
      .filter((word) => !gone.has(word))
      .join(" "),
  );
}

export function hasFlag(flags: Flags, flag: string): boolean {
  return ` ${flags} `.includes(` ${flag} `);
}
