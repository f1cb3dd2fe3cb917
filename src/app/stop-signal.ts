// What SIGTERM, SIGINT and SIGHUP do while the server runs.

/** npm passes a Ctrl-C on that the terminal has sent to the whole group already: that is one wish, not two. */
const sameWishMs = 300;

/** Resolves at the first SIGTERM or SIGINT. `exit` is called at the second, `reload` at each SIGHUP. */
export function stopSignal(exit: () => void, reload: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstMs: number | undefined;
  const wish = (): void => {
    const nowMs = performance.now();
    if (firstMs !== undefined && nowMs - firstMs > sameWishMs) exit();
    firstMs ??= nowMs;
    resolve();
  };
  process.on("SIGTERM", wish);
  process.on("SIGINT", wish);
  process.on("SIGHUP", reload);
  return promise;
}
