import { attach, SharedMemory } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { testWrongArguments } from '../helpers/wrong-arguments.js';

const FOR_USERS = ['SharedMemory', 'attach', 'listSegments', 'removeOrphans'];

testWrongArguments(
  'shared-memory',
  {
    SharedMemory: { call: (options: never) => new SharedMemory(options), args: [{ size: 64 }] },
    'SharedMemory.attach': { call: (handleOrName) => SharedMemory.attach(handleOrName), args: ['a name'] },
    attach: { call: (handle) => attach(handle), args: ['a handle'] },
  },
  (name) => FOR_USERS.includes(name),
);

// The declarations of its constructor are two, of which only what both have is visited above.
test.each([
  [{ size: '64' }, TypeError, /^size must be a whole number of bytes from 1 on, received '64' \(string\)$/],
  [{ size: 0 }, RangeError, /^size must be .+, received 0 \(number\)$/],
  [{ size: NaN }, RangeError, /^size must be .+, received NaN \(number\)$/],
  [{ size: 64n, name: 'memory', create: false }, TypeError, /^size must be .+, received 64n \(bigint\)$/],
])('SharedMemory() refuses %o', (options, error, message) => {
  expect(() => new SharedMemory(options as never)).toThrow(error);
  expect(() => new SharedMemory(options as never)).toThrow(message);
});
