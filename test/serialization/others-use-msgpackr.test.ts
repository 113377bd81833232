import * as main from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { decode, encode, serialize } from '@multiprocess/serialization';
import { inAnotherProcess } from './in-another-process.js';
import { roundTrip } from './round-trip.js';

// The build that this toolkit uses, which has no types of its own.
const build = 'msgpackr/index-no-eval';
const same = (await import(build)) as typeof main;

describe.each([
  ['the main build of', main],
  ['the same build of', same],
])('a program that uses %s msgpackr itself', (_, msgpackr) => {
  test('keeps the bytes it has packed', () => {
    const packed = Array.from({ length: 200 }, (_, i) => {
      encode(['something', 'else', i]);
      return msgpackr.pack({ mine: i, text: 'x'.repeat(i) });
    });
    expect(packed.map((bytes) => msgpackr.unpack(bytes) as unknown)).toEqual(
      packed.map((_, i) => ({ mine: i, text: 'x'.repeat(i) })),
    );
  });

  test('leaves our message alone until the next', () => {
    const message = encode({ ours: [1, 2, 3] });
    msgpackr.pack({ theirs: 'x'.repeat(100) });
    expect(decode(message, { owned: false })).toEqual({ ours: [1, 2, 3] });
  });

  test('changes nothing here by its extensions', () => {
    const value = {
      map: new Map([[1, new Date(5)]]),
      zero: -0,
      big: 2n ** 70n,
      nothing: undefined,
      list: [undefined, 1],
    };
    const before = serialize(value);
    for (const [type, Class] of [Map, Date, Set, Array].entries()) {
      msgpackr.addExtension({ Class, type: type + 1, write: () => 'theirs', read: () => 'theirs' });
    }
    expect(serialize(value)).toEqual(before);
    expect(roundTrip(value)).toEqual(value);
  });
});

test('no native code is loaded for serialization', () => {
  const program = `() => process.report.getReport().sharedObjects.filter((name) => name.includes('msgpackr'))`;
  expect(inAnotherProcess(serialize([new Map(), 'x'.repeat(1_000)]), program)).toEqual([]);
});
