import type { Next } from './model.js';

/** A wait in an event loop, as others see it: rung when its word is unparked. */
export interface WatchedWord {
  readonly index: number;
  readonly expected: number;
  /** Owner id of the thread whose end also ends the wait; 0 if there is none. */
  readonly owner: number;
}

/**
 * What a simulated thread does next, as far as others could notice it. Between two operations a thread's code depends on
 * nothing but what its operations returned, which is always a number.
 */
export type Operation =
  | { readonly kind: 'load' | 'read'; readonly index: number }
  | {
      readonly kind: 'store' | 'write' | 'exchange' | 'add' | 'sub' | 'and' | 'or' | 'xor';
      readonly index: number;
      readonly value: number;
    }
  | { readonly kind: 'compareExchange'; readonly index: number; readonly expected: number; readonly value: number }
  /** Adds to a word that only the model has. Done in the same step as what comes before it. */
  | { readonly kind: 'note'; readonly index: number; readonly value: number }
  | { readonly kind: 'isDead'; readonly owner: number }
  /** Returns 0 if it was woken in time, 1 if its time was over. */
  | ({ readonly kind: 'pause' | 'spin'; readonly timed: boolean } & WatchedWord)
  /** Returns whether there is something to wait for. */
  | ({ readonly kind: 'watch' } & WatchedWord)
  | { readonly kind: 'unpark'; readonly index: number; readonly count: number }
  /**
   * The event loop waits. Returns which of `watches` to wake, as bits; or, for one of `others` (timers, looks of a hot
   * loop, events from outside), its number, negated and less 1.
   */
  | { readonly kind: 'turn'; readonly watches: readonly WatchedWord[]; readonly others: readonly number[] }
  | { readonly kind: 'done'; readonly next: Next }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What an operation does to its word, if it does anything to one. */
export function accessOf(operation: Operation): { readonly index: number; readonly writes: boolean } | undefined {
  switch (operation.kind) {
    case 'load':
    case 'read':
    case 'pause':
    case 'watch':
      return { index: operation.index, writes: false };
    case 'store':
    case 'write':
    case 'exchange':
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'xor':
    case 'compareExchange':
      return { index: operation.index, writes: true };
    default:
      return undefined;
  }
}
