/** As much of a promise as the code under test makes by itself, with reactions that the execution can repeat. */
export function promiseOf(queueMicrotask: (task: () => void) => void): unknown {
  return class {
    #state: 'pending' | 'resolved' | 'rejected' = 'pending';
    #value: unknown;
    readonly #reactions: (() => void)[] = [];

    constructor(start: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void) {
      const settle = (state: 'resolved' | 'rejected') => (value: unknown) => {
        if (this.#state !== 'pending') return;
        this.#state = state;
        this.#value = value;
        for (const reaction of this.#reactions) queueMicrotask(reaction);
      };
      start(settle('resolved'), settle('rejected'));
    }

    then(onResolved: (value: unknown) => void, onRejected?: (reason: unknown) => void): void {
      const reaction = (): void => (this.#state === 'resolved' ? onResolved : onRejected)?.(this.#value);
      if (this.#state === 'pending') this.#reactions.push(reaction);
      else queueMicrotask(reaction);
    }
  };
}
