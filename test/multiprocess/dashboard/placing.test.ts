import { describe, expect, test } from 'vitest';
import { marginsFor } from '../../../packages/multiprocess/build/dashboard/page/graph/alignment.js';
import { chosenEdges } from '../../../packages/multiprocess/build/dashboard/page/graph/chosen-edges.js';
import { Order } from '../../../packages/multiprocess/build/dashboard/page/graph/order.js';
import { History } from '../../../packages/multiprocess/build/dashboard/page/plots/history.js';
import { shortTitle } from '../../../packages/multiprocess/build/dashboard/page/shell/words.js';

describe('the order of cards', () => {
  test('is that of their weights at first', () => {
    expect(new Order().update(weights({ c: 3, a: 1, b: 2 }))).toEqual(['a', 'b', 'c']);
  });

  test('stays when weights change', () => {
    const order = new Order();
    order.update(weights({ a: 1, b: 2, c: 3 }));
    expect(order.update(weights({ a: 3, b: 2, c: 1 }))).toEqual(['a', 'b', 'c']);
  });

  test('takes what is new in where its weight asks, and closes up over what has gone', () => {
    const order = new Order();
    order.update(weights({ a: 1, c: 3, d: 4 }));
    expect(order.update(weights({ d: 4, b: 2, a: 1 }))).toEqual(['a', 'b', 'd']);
    expect(order.update(weights({ d: 4, a: 1, z: 0 }))).toEqual(['z', 'a', 'd']);
    expect(order.update(weights({}))).toEqual([]);
  });

  function weights(of: Readonly<Record<string, number>>): Map<string, number> {
    return new Map(Object.entries(of));
  }
});

test.each([
  [
    'each at its wish where there is room',
    [
      [40, 20],
      [40, 120],
    ],
    [0, 60],
  ],
  [
    'below each other where there is none',
    [
      [40, 20],
      [40, 20],
      [40, 20],
    ],
    [0, 10, 10],
  ],
  [
    'as high as possible after a crowd',
    [
      [40, 60],
      [40, 60],
      [40, 200],
    ],
    [40, 10, 50],
  ],
  ['never above the column', [[40, 0]], [0]],
])('objects stand %s', (_, wishes, margins) => {
  expect(marginsFor(wishes.map(([height = 0, middle = 0]) => ({ height, middle })))).toEqual(margins);
});

describe('of the lines between cards', () => {
  const use = (pid: number, object: number) => ({ line: 'use', ends: [`${pid}`, `sync.Lock:${object}`] }) as const;
  const hold = { line: 'hold', ends: ['199', 'sync.Lock:399'] } as const;
  const many = Array.from({ length: 200 }, (_, pid) => Array.from({ length: 400 }, (_, object) => use(pid, object)));

  test('all are drawn where they are not many', () => {
    const few = many[0]!;
    expect(chosenEdges(few, undefined)).toBe(few);
  });

  test('a thousand are drawn where there are more: of holds first, then those of the card that is pointed at', () => {
    const all = [...many.flat(), hold];
    const chosen = chosenEdges(all, '150');
    expect(chosen).toHaveLength(1000);
    expect(chosen[0]).toBe(hold);
    expect(new Set(chosen)).toEqual(new Set([hold, ...many[150]!, ...many[0]!, ...many[1]!.slice(0, 199)]));
  });
});

test.each([
  ['/usr/bin/node --no-warnings /srv/app/report.mjs daily', 'node report.mjs daily'],
  ['node: Process-2 (square)', 'Process-2 (square)'],
  ['node server.mjs --port 80', 'node server.mjs --port 80'],
  ['/usr/bin/python3 /srv/a.py', 'python3 a.py'],
  ['node /', 'node /'],
  ['', ''],
])('a card calls %j %j', (title, short) => {
  expect(shortTitle(title)).toBe(short);
});

describe('the history of a plot', () => {
  test('counts seconds back from the latest look', () => {
    const history = new History(2);
    history.add(100, [1, null]);
    history.add(101, [2, 7]);
    expect(history.columns([1, 0])).toEqual([
      [-1, 0],
      [null, 7],
      [1, 2],
    ]);
  });

  test('takes a look that is shown again once', () => {
    const history = new History(1);
    for (const seconds of [100, 100, 101]) history.add(seconds, [1]);
    expect(history.columns([0])[0]).toEqual([-1, 0]);
  });

  test('has a gap where nothing was heard', () => {
    const history = new History(1);
    history.add(100, [1]);
    history.add(110, [2]);
    expect(history.columns([0])).toEqual([
      [-10, -9, 0],
      [1, null, 2],
    ]);
  });

  test('grows with what there is to show, up to three minutes', () => {
    const history = new History(1);
    const spans = new Set<number>();
    for (let seconds = 1000; seconds < 1400; seconds++) {
      history.add(seconds, [seconds]);
      spans.add(history.span);
    }
    expect([...spans]).toEqual([60, 120, 180]);
    expect(history.columns([0])[0].length).toBeLessThan(190);
  });
});
