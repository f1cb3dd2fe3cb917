// How far long work has got, for whoever waits for it.

/** So much of `goal` is done; both count the same things, messages as a rule. */
export type WorkProgress = (done: number, goal: number) => void;

export interface LongWork {
  /** Ends the work, which throws the signal's reason. */
  readonly signal: AbortSignal;
  readonly progress?: WorkProgress;
}
