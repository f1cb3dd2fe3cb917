// Wakes one who waits; a wake that comes before the wait is not lost.

export class Waiter {
  ended = false;
  #woken = false;
  #resolve: (() => void) | null = null;

  readonly wake = (): void => {
    this.#woken = true;
    this.#resolve?.();
    this.#resolve = null;
  };

  readonly end = (): void => {
    this.ended = true;
    this.wake();
  };

  next(): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#resolve = () => {
        this.#woken = false;
        resolve();
      };
    });
  }
}
