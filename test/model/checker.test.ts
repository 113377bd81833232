import { describe, expect, test } from 'vitest';
import { formatSchedule, parseSchedule } from './checker/action.js';
import { explore } from './checker/explore.js';
import type { Act, Model } from './checker/model.js';
import { shorten } from './checker/shorten.js';
import { System } from './checker/system.js';
import { tellSchedule } from './checker/tell-schedule.js';
import { walk } from './checker/walk.js';

const raise: Act = ({ words }) => {
  words[0]! += 1;
  return 'next';
};

const raiseByAtomics: Act = ({ Atomics, words }) => {
  Atomics.store(words, 0, Atomics.load(words, 0) + 1);
  return 'next';
};

/** Two threads that do the same to one word. */
function twice(act: Act, more: Partial<Model> = {}): Model {
  const final: Model['final'] = ({ words }) => (words[0] === 2 ? undefined : `the word is ${words[0]!}`);
  return { name: 'twice', words: { word: 0 }, wordCount: 1, programs: [[act], [act]], final, ...more };
}

describe('the model checker', () => {
  test('finds that two are at a word without Atomics, at once', () => {
    expect(explore(new System(twice(raise))).failure).toEqual({
      problem: 'a and b are both at word word, without Atomics',
      actions: [],
    });
  });

  test('makes each access to a racy word a step, and finds what is lost between', () => {
    expect(explore(new System(twice(raise, { racy: [0] }))).failure?.problem).toBe('the word is 1');
  });

  test('finds the shortest schedule, which can be followed again', () => {
    const system = new System(twice(raiseByAtomics));
    const { failure, states } = explore(system);
    expect(failure?.problem).toBe('the word is 1');
    expect(failure?.actions).toHaveLength(4);
    expect(states).toBeLessThan(20);
    expect(tellSchedule(system, failure!.actions).problem).toBe('the word is 1');
  });

  test('finds nothing where no thread is interrupted, if that is the bound', () => {
    expect(explore(new System(twice(raiseByAtomics)), { preemptions: 0 }).failure).toBe(undefined);
    expect(explore(new System(twice(raiseByAtomics)), { preemptions: 1 }).failure?.problem).toBe('the word is 1');
  });

  test('goes the same way for the same seed, and leaves out of it what is not needed', () => {
    const system = new System(twice(raiseByAtomics, { kills: 1 }));
    const failures = Array.from({ length: 50 }, (_, seed) => walk(system, seed));
    expect(Array.from({ length: 50 }, (_, seed) => walk(system, seed))).toEqual(failures);
    const failure = failures.find((found) => found !== undefined);
    expect(shorten(system, failure!).actions.length).toBeLessThanOrEqual(failure!.actions.length);
    expect(tellSchedule(system, shorten(system, failure!).actions).problem).toBe(failure!.problem);
  });

  test('kills before each step', () => {
    const { failure } = explore(new System(twice(raiseByAtomics, { kills: 1, programs: [[raiseByAtomics]] })));
    expect(failure?.problem).toMatch(/the word is [01]/);
  });

  test('finds who sleeps for ever, unless it may', () => {
    const sleep: Act = ({ parker, words }) => {
      parker.pause({ kind: 'park', words, index: 0, expected: 0, owner: 0, brief: false }, Infinity);
      return 'next';
    };
    const model = twice(sleep, { programs: [[sleep]], final: () => undefined });
    expect(explore(new System(model)).failure?.problem).toBe('a sleeps for ever');
    expect(explore(new System({ ...model, mayRest: () => true })).failure).toBe(undefined);
  });

  test('refuses a patch that does not find its place, and one that has no effect', () => {
    const load: Act = (site) => (site.load('shared-memory/wait/event-count.js') === undefined ? 'end' : 'next');
    const model = twice(load);
    expect(() => new System(model, [{ file: 'shared-memory/wait/wait-queue.js', find: 'x', replace: 'y' }])).toThrow(
      'never loaded',
    );
    const system = new System(model, [
      { file: 'shared-memory/wait/event-count.js', find: 'no such text', replace: '' },
    ]);
    expect(explore(system).failure?.problem).toMatch('has 0 times: no such text');
  });

  test('writes schedules that can be read', () => {
    const schedule = 'a b1 c! c!2 ax3 b- b+';
    expect(formatSchedule(parseSchedule(schedule))).toBe(schedule);
    expect(() => parseSchedule('a1b')).toThrow('No action of a schedule: a1b');
    expect(() => tellSchedule(new System(twice(raise)), parseSchedule('a a a'))).toThrow('is not possible');
  });
});
