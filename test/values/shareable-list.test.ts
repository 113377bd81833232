import { Process } from '@multiprocess/process';
import { attach } from '@multiprocess/shared-memory';
import { ShareableList, SharedValue } from '@multiprocess/values';
import { expect, test } from 'vitest';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { setForEver } from './fixtures/values.mjs';

test('a list holds numbers, bigints, booleans, strings, bytes and null', () => {
  const values = [1, -0.5, 2n ** 62n, true, false, 'text', '', Uint8Array.of(1, 2, 0), null];
  using list = new ShareableList(values);
  expect([...list]).toEqual(values);
  expect(list.length).toBe(9);
  using other = attach(list.handle) as ShareableList;
  expect([...other]).toEqual(values);
});

test('texts come back as they were, with every kind of character and with zeros at the end', () => {
  const texts = ['😀'.repeat(10), 'é'.repeat(7), 'zero\0\0', '\0'];
  using list = new ShareableList(texts);
  expect([...list]).toEqual(texts);
  expect(() => list.set(0, '\ud800')).toThrow('half of a surrogate pair');
});

test('a slot takes a value of another type that fits', () => {
  using list = new ShareableList([1, 'abc']);
  list.set(0, 'eightbyt');
  list.set(1, null);
  list.set(-1, 4n);
  expect([...list]).toEqual(['eightbyt', 4n]);
});

test('a value that does not fit is refused, and the slot keeps what it had', () => {
  using list = new ShareableList(['12345678', 1]);
  expect(() => list.set(0, '123456789')).toThrow('must fit into the 8 bytes of slot 0');
  expect(() => list.set(0, 'ééééé')).toThrow(RangeError);
  expect([...list]).toEqual(['12345678', 1]);
});

test.each([[undefined], [{}], [Symbol('s')], [new Date(0)], [[]]])('a list cannot hold %s', (value) => {
  expect(() => new ShareableList([value as never])).toThrow(TypeError);
});

test('a bigint beyond 64 bits is refused', () => {
  expect(() => new ShareableList([2n ** 63n])).toThrow(RangeError);
});

test('an index outside is refused on either side', () => {
  using list = new ShareableList([1, 2, 3]);
  expect([list.at(-3), list.at(2)]).toEqual([1, 3]);
  for (const index of [3, -4, -8, 1.5]) {
    expect(() => list.at(index)).toThrow(RangeError);
    expect(() => list.set(index, 1)).toThrow(RangeError);
  }
});

test('count() and indexOf() look for that very value', () => {
  using list = new ShareableList([1, 'a', 1, 1n, null, Uint8Array.of(7)]);
  expect([list.count(1), list.count(1n), list.count('b')]).toEqual([2, 1, 0]);
  expect([list.indexOf('a'), list.indexOf(Uint8Array.of(7)), list.indexOf(null), list.indexOf(9)]).toEqual([
    1, 5, 4, -1,
  ]);
});

test('a named list is found by its name, with or without values', () => {
  using first = new ShareableList(['x', 1], { name: 'named list' });
  using second = new ShareableList(undefined, { name: 'named list' });
  using third = new ShareableList(['y', 2], { name: 'named list' });
  first.set(1, 7);
  expect([...second]).toEqual(['x', 7]);
  expect([...third]).toEqual(['x', 7]);
  expect(() => new ShareableList([1, 2, 3], { name: 'named list' })).toThrow('named list');
  expect(() => new ShareableList(undefined, { name: 'no such list' })).toThrow('named "no such list"');
  expect(() => new ShareableList(undefined)).toThrow(TypeError);
  for (const name of ['', 'half \ud800', 'x'.repeat(201)]) {
    expect(() => new ShareableList(undefined, { name })).toThrow(RangeError);
  }
  expect(() => new ShareableList(undefined, { name: 5 as never })).toThrow(TypeError);
});

test('a list may be made of another', () => {
  using first = new ShareableList(['x', 1]);
  using second = new ShareableList(first);
  first.set(1, 2);
  expect([...second]).toEqual(['x', 1]);
});

test('shm is the memory that it lies in', () => {
  using list = new ShareableList(['x', 1], { name: 'list with memory' });
  expect(list.shm.name).toBe('list with memory');
  expect(list.shm.size).toBeGreaterThan(16);
  list.shm.unlink();
  expect(() => new ShareableList(undefined, { name: 'list with memory' })).toThrow();
  expect(list.at(0)).toBe('x');
});

test('a reader never sees half of what a process that is killed was writing', async () => {
  using list = new ShareableList(['a'.repeat(4096)]);
  using started = new SharedValue('bool', false);
  for (let round = 0; round < 5; round++) {
    started.set(false);
    const writer = new Process({ target: setForEver, args: [list, started] });
    writer.start();
    await until(() => started.get());
    for (let i = 0; i < 100; i++) expect(['a'.repeat(4096), 'é'.repeat(2000)]).toContain(list.at(0));
    writer.kill();
    markKilled();
    await writer.join();
    expect(['a'.repeat(4096), 'é'.repeat(2000)]).toContain(list.at(0));
    list.set(0, 'mine');
    expect(list.at(0)).toBe('mine');
  }
});
