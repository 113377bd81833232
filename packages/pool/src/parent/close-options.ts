/** Options of {@link Pool.close}. */
export interface CloseOptions {
  /** Rejects tasks that have not begun, with an `AbortError`. Default: false, they are still run. */
  readonly cancelPending?: boolean | undefined;
}
