import type { Operation } from '../operation.js';

/** An operation on a word, which depends on nothing else. */
export type WordOperation = Extract<
  Operation,
  {
    kind:
      | 'load'
      | 'read'
      | 'store'
      | 'write'
      | 'exchange'
      | 'add'
      | 'sub'
      | 'and'
      | 'or'
      | 'xor'
      | 'compareExchange'
      | 'note';
  }
>;

/** What the word holds after the operation, which returns what it held before, but for a note: that returns the sum. */
export function wordAfter(operation: WordOperation, before: number): number {
  switch (operation.kind) {
    case 'load':
    case 'read':
      return before;
    case 'store':
    case 'write':
    case 'exchange':
      return operation.value;
    case 'add':
    case 'note':
      return (before + operation.value) | 0;
    case 'sub':
      return (before - operation.value) | 0;
    case 'and':
      return before & operation.value;
    case 'or':
      return before | operation.value;
    case 'xor':
      return before ^ operation.value;
    case 'compareExchange':
      return before === operation.expected ? operation.value : before;
  }
}
