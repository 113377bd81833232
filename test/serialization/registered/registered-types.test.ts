import { describe, expect, test } from 'vitest';
import { registerClass, registerType, serialize } from '@multiprocess/serialization';
import type { RegisteredType } from '@multiprocess/serialization';
import { inAnotherProcess } from '../in-another-process.js';
import { roundTrip } from '../round-trip.js';

class Money {
  readonly #cents: bigint;
  constructor(cents: bigint) {
    this.#cents = cents;
  }
  get cents(): bigint {
    return this.#cents;
  }
}
registerType({ name: 'test.Money', class: Money, encode: (money) => money.cents, decode: (cents) => new Money(cents) });

class Tree {
  readonly label: string;
  readonly children: readonly Tree[];
  constructor(label: string, children: readonly Tree[]) {
    this.label = label;
    this.children = children;
  }
}
registerType({
  name: 'test.Tree',
  class: Tree,
  encode: ({ label, children }) => ({ label, children }),
  decode: ({ label, children }) => new Tree(label, children),
});

class Bag extends Map<string, number> {}
registerType({ name: 'test.Bag', class: Bag, encode: (bag) => [...bag], decode: (entries) => new Bag(entries) });

class ByReference {}
registerClass(import.meta, ByReference);

class Loop {
  payload: unknown;
}
registerType({ name: 'test.Loop', class: Loop, encode: (loop) => loop.payload, decode: () => new Loop() });

describe('registerType({ name, class, encode, decode })', () => {
  test('lets instances travel as what encode() makes of them', () => {
    const arrived = roundTrip({ price: new Money(5n) }).price;
    expect(arrived).toBeInstanceOf(Money);
    expect(arrived.cents).toBe(5n);
  });

  test('which may hold other instances, and instances that occur twice', () => {
    const leaf = new Tree('leaf', []);
    const arrived = roundTrip({ first: leaf, tree: new Tree('root', [leaf, new Tree('b', [leaf])]) });
    expect(arrived.tree.children[1]?.label).toBe('b');
    expect(arrived.tree.children[0]).toBe(arrived.first);
    expect(arrived.tree.children[1]?.children[0]).toBe(arrived.first);
  });

  test('also of subclasses of what is built in', () => {
    const arrived = roundTrip(new Bag([['a', 1]]));
    expect(arrived).toBeInstanceOf(Bag);
    expect([...arrived]).toEqual([['a', 1]]);
  });

  test('lets the class itself travel', () => {
    expect(roundTrip([Money])).toEqual([Money]);
  });

  test('refuses a cycle, which decode() could not make', () => {
    const loop = new Loop();
    loop.payload = { deeper: [loop] };
    expect(() => serialize(loop)).toThrow(/^\$\.deeper\[0\]: a cycle through a value that is registered by value/);
  });

  test('says where if encode() throws', () => {
    class Broken {}
    const encode = () => {
      throw new Error('no');
    };
    registerType({ name: 'test.Broken', class: Broken, encode, decode: () => new Broken() });
    expect(() => serialize({ a: [new Broken()] })).toThrow(/^\$\.a\[0\]: reading it failed: no/);
  });

  test('is needed on arrival, too, which is said', () => {
    const report = `(bytes) => { try { deserialize(bytes) } catch (error) { return error.message; } }`;
    expect(inAnotherProcess(serialize(serialize(new Money(5n))), report)).toMatch(
      /^The message cannot be decoded: no type called "test\.Money" is registered here: import what calls registerType/,
    );
  });

  test.each([undefined, null, 5, 'test.Money'])('throws a TypeError for %j in the place of a type', (wrong) => {
    expect(() => registerType(wrong as never)).toThrow(/^type must be an object with name.+received/);
  });

  test.each<[string, Partial<RegisteredType>, RegExp]>([
    ['no name', { name: '' }, /^name must be a string that is not empty, received ''/],
    ['no class', { class: 5 as never }, /^class must be a class, received 5/],
    ['no encode', { encode: undefined as never }, /^encode must be a function/],
    ['no decode', { decode: 'x' as never }, /^decode must be a function/],
    ['a name that is taken', { name: 'test.Money' }, /"test\.Money" is registered already/],
    ['a class that is registered', { class: Money }, /Money is registered already/],
    ['a class that is registered by reference', { class: ByReference }, /ByReference is registered already/],
  ])('throws a TypeError for %s', (_, wrong, message) => {
    const misuse = () => {
      registerType({ name: 'test.New', class: class {}, encode: () => 1, decode: () => ({}), ...wrong });
    };
    expect(misuse).toThrow(TypeError);
    expect(misuse).toThrow(message);
  });
});
