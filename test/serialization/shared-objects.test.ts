import { formatHandle, HandleError, registerKind } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { deserialize, serialize } from '@multiprocess/serialization';
import { roundTrip } from './round-trip.js';

class Box implements SharedObject {
  static {
    Object.defineProperty(this.prototype, Symbol.for('@multiprocess/shared-object'), { value: true });
    registerKind('test.Box', (reference) => new Box(reference));
  }
  readonly reference: string;
  constructor(reference: string) {
    this.reference = reference;
  }
  get handle(): string {
    return formatHandle('test.Box', this.reference);
  }
  close(): void {}
  [Symbol.dispose](): void {}
}

describe('a shared object', () => {
  test('travels as its handle, and arrives as a live object of its class', () => {
    const arrived = roundTrip({ boxes: [new Box('a')] }).boxes[0];
    expect(arrived).toBeInstanceOf(Box);
    expect(arrived?.reference).toBe('a');
  });

  test('that occurs twice arrives once', () => {
    const box = new Box('a');
    const [first, second] = roundTrip([box, box]);
    expect(first).toBe(second);
  });

  test('that is gone is a HandleError', () => {
    const gone = Object.create(Box.prototype, { handle: { value: 'multiprocess:test.Gone:x' } }) as Box;
    const message = serialize(gone);
    expect(() => deserialize(message)).toThrow(HandleError);
  });
});
