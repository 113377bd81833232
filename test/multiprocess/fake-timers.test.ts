import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const FAKES = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'].concat(
  'queueMicrotask',
  'nextTick',
  'hrtime',
  'performance',
  'Date',
);

const OUTCOMES = [
  'an acquired lock: true',
  'a lock, blocking: true',
  'a lock that stays taken: false,false',
  'an aborted wait: aborted',
  'an item of a queue: item',
  'many items of a queue: 12497500',
  'a queue that stays empty: QueueEmptyError',
  'a condition: true',
  'a barrier: true',
  'a connection: 1,word',
  'the end of a process: 0',
  'the end of a process, blocking: 0',
  'a process that does not end: false,-15',
  'a call of a pool: 42',
  'all calls of a pool: 2,4,6',
  'results of a pool in turn: 2,4,6',
  'a call of a pool of threads: 42',
  'the end of a pool: 2',
  'a program: hello',
  'a program that does not end: true',
  'a call of a manager: value',
  'a signal: true',
  'a date: 5',
];

const cases = [
  ...FAKES.map((name) => ({ what: name, when: 'after', names: [name] })),
  { what: 'everything', when: 'after', names: FAKES },
  { what: 'everything', when: 'before', names: FAKES },
];

// A wait that hangs is the one whose line is missing.
test.each(cases)(
  'every wait ends although $what was replaced by a fake $when the import',
  async ({ when, names }) => {
    const program = new URL('fixtures/fake-timers.mjs', import.meta.url);
    const child = startChild(program, { args: [when, ...names] });
    for (const outcome of OUTCOMES) expect(await child.line(/./), child.stderr).toBe(outcome);
    expect(await child.line(/./)).toBe('all are over');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
  120_000,
);
