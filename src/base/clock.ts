// Time and chance come in as parameters; only app/ knows the real ones.

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock; it may jump. */
  nowMs(): number;
  /** Milliseconds that only grow, for measuring waits; their start means nothing. */
  monotonicMs(): number;
}

/** Where chance comes from. */
export interface Entropy {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}
