import { SerializationError, SharedMemory } from '@multiprocess/shared-memory';
import { SharedArray } from '@multiprocess/values';
import { deserialize, serialize } from '@multiprocess/serialization';
import { describe, expect, onTestFinished, test } from 'vitest';
import { roundTrip } from './round-trip.js';

function sharedMemory(size = 64): SharedMemory {
  const memory = new SharedMemory({ size });
  onTestFinished(() => memory.close());
  return memory;
}

describe('memory that processes share', () => {
  test.each([
    ['an Int32Array', (buffer: SharedArrayBuffer) => new Int32Array(buffer, 8, 4)],
    ['a Float64Array', (buffer: SharedArrayBuffer) => new Float64Array(buffer, 16, 2)],
    ['a DataView', (buffer: SharedArrayBuffer) => new DataView(buffer, 3, 9)],
    ['a Buffer', (buffer: SharedArrayBuffer) => Buffer.from(buffer, 5, 7)],
  ])('%s over it arrives over the same memory', (_, viewOf) => {
    const memory = sharedMemory();
    const sent = viewOf(memory.buffer);
    const arrived = roundTrip(sent);
    expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(sent));
    const { byteOffset, byteLength } = arrived;
    expect({ byteOffset, byteLength }).toEqual({ byteOffset: sent.byteOffset, byteLength: sent.byteLength });
    new Uint8Array(memory.buffer)[byteOffset] = 7;
    expect(new Uint8Array(arrived.buffer)[byteOffset]).toBe(7);
  });

  test('its buffer arrives as a buffer of the same memory', () => {
    const memory = sharedMemory();
    const arrived = roundTrip(memory.buffer);
    new Uint8Array(arrived)[63] = 1;
    expect(new Uint8Array(memory.buffer)[63]).toBe(1);
  });

  test('the array of a SharedArray arrives over the same memory', () => {
    using shared = new SharedArray('f64', [1, 2, 3]);
    const arrived = roundTrip(shared.array);
    shared.set(1, 20);
    expect([...arrived]).toEqual([1, 20, 3]);
  });

  test('several views of it arrive as views of one buffer, in their order', () => {
    const { buffer } = sharedMemory();
    const arrived = roundTrip({
      words: new Int32Array(buffer),
      bytes: new Uint8Array(buffer, 4),
      other: [1, { a: 2 }],
    });
    expect(arrived.words.buffer).toBe(arrived.bytes.buffer);
    expect(arrived.other).toEqual([1, { a: 2 }]);
  });

  test('takes no room in the message, whatever its size', () => {
    const { buffer } = sharedMemory(1 << 20);
    expect(serialize(new Uint8Array(buffer)).byteLength).toBeLessThan(200);
  });

  test('stays while a receiver has a view of it, although its sender has closed it', () => {
    const memory = new SharedMemory({ size: 64 });
    const arrived = roundTrip(new Int32Array(memory.buffer));
    memory.close();
    Atomics.store(arrived, 0, 5);
    expect(Atomics.load(arrived, 0)).toBe(5);
  });

  test('that was closed here is refused', () => {
    const memory = new SharedMemory({ size: 64 });
    const words = new Int32Array(memory.buffer);
    memory.close();
    expect(() => serialize({ words })).toThrow(SerializationError);
    expect(() => serialize({ words })).toThrow(/\$\.words.*closed/);
  });

  test('a message that lies about how much there is of it is refused', () => {
    const { buffer } = sharedMemory();
    const message = Buffer.from(serialize(new Uint8Array(buffer, 0, 61)));
    message[message.lastIndexOf(61)] = 65;
    expect(() => deserialize(message)).toThrow(/beyond its shared memory/);
  });
});
