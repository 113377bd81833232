/**
 * As much of an `AbortController` as waits need. The platform's own catches what listeners throw, and that is how the
 * checker leaves them.
 */
export class SimulatedController {
  readonly #listeners = new Set<() => void>();

  get signal(): AbortSignal {
    const listeners = this.#listeners;
    return {
      reason: 'aborted',
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    } as unknown as AbortSignal;
  }

  abort(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
