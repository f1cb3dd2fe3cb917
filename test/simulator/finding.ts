// What the simulator finds: a sentence of what was told or done that the RFCs' rules forbid.

export class Finding extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "Finding";
  }
}

/** The rule holds, or this is a finding. */
export function judge(holds: boolean, sentence: () => string): asserts holds {
  if (!holds) throw new Finding(sentence());
}
