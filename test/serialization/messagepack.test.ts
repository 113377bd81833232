import { decode as decodeMessagePack } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { serialize } from '@multiprocess/serialization';
import { times } from '../helpers/effort.js';

// Generated input: bounded by the number of runs and by time, not by the runner.
vi.setConfig({ testTimeout: 120_000 });

test('after its first byte, a message of plain values is MessagePack, as another implementation reads it (generated)', () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('value'),
        { noNullPrototype: true },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(plain, (value) => {
      expect(decodeMessagePack(serialize(value).subarray(1))).toStrictEqual(value);
    }),
    { numRuns: times(1_000), interruptAfterTimeLimit: 20_000 },
  );
});
