import { availableParallelism } from 'node:os';
import { SpinBudget } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';

describe.runIf(availableParallelism() > 1)('a spin budget', () => {
  test('is full at first, and after each short sleep', () => {
    const budget = new SpinBudget(200, 0.5);
    expect(budget.micros).toBe(200);
    budget.learn(10);
    budget.learn(0.4);
    expect(budget.micros).toBe(200);
  });

  test('is halved after each long sleep, down to nothing', () => {
    const budget = new SpinBudget(200, 0.5);
    const seen: number[] = [];
    for (let i = 0; i < 7; i++) {
      budget.learn(0.5);
      seen.push(budget.micros);
    }
    expect(seen).toEqual([100, 50, 25, 12.5, 6.25, 3.125, 0]);
    budget.learn(0); // what came during a look
    expect(budget.micros).toBe(200);
  });
});

test.runIf(availableParallelism() === 1)('with one processor no thread spins', () => {
  expect(new SpinBudget(200, 0.5).micros).toBe(0);
});
