// Long work leaves the event loop to others now and then.

/** Resolves after whatever else is due has had its turn. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
