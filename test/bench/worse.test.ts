import { describe, expect, test } from 'vitest';
import type { Figure, Question, QuestionResult } from './harness/question.d.ts';
import { readPrinted } from './harness/pages/printed.mjs';
import { summarize } from './harness/report/statistics.mjs';
import { worseThanRecorded } from './harness/report/worse.mjs';

const machine = {
  date: '2026-11-24T10:00:00.000Z',
  commit: '1234567',
  cpu: 'A processor',
  cores: 2,
  kernel: 'Linux 6',
  node: 'v20.20.2',
  python: '3.11.7',
  loadAverage: [0],
};
const RUN = '2026-11-23 09:36 UTC, commit 1234567. A processor, 2 cores, Linux 6; Node v20.19.0, CPython 3.11.7.';

const page = (run: string) => `<!-- figures of round-trip -->

${run}

| small: µs | median | p90 | p99 | min | max | as fast as CPython |
| --------- | -----: | --: | --: | --: | --: | -----------------: |
| Queue     |   4.00 |   5 |   6 |   3 |   7 |             5.00 × |
| CPython   |   20.0 |  25 |  30 |  18 |  40 |             1.00 × |

| large: messages/s | median | min | max | as many as CPython |
| ----------------- | -----: | --: | --: | -----------------: |
| Queue             | 24 000 | 100 | 200 |             2.00 × |

<!-- end of round-trip -->
`;

const question: Question = {
  name: 'round-trip',
  asks: '',
  baseline: 'CPython',
  contenders: [],
  cases: [],
  targets: [],
};

const figure = (contender: string, rounds: readonly number[]): Figure => ({
  contender,
  rounds,
  summary: summarize(rounds),
});

function worse(cases: QuestionResult['cases'], { effort = 'full' as const, run = RUN, ...result } = {}): string[] {
  const all = { question: 'round-trip', effort, cases, targets: [], ...result };
  return worseThanRecorded(question, all, readPrinted(page(run)), machine);
}

const small = (...figures: Figure[]) => ({ case: 'small', unit: 'µs', figures });
const large = (...figures: Figure[]) => ({ case: 'large', unit: 'messages/s', figures });

describe('a figure', () => {
  test('that is worse than the recorded one by more than its rounds differ is named, with both and its noise', () => {
    expect(worse([small(figure('Queue', [4.9, 5, 5.1]))])).toEqual([
      'WORSE: small, Queue: 5.00 µs, recorded 4.00: 0.80 × as good, its rounds differ by 4.00 %',
    ]);
    expect(worse([large(figure('Queue', [11_900, 12_000, 12_100]))])).toEqual([
      'WORSE: large, Queue: 12 000 messages/s, recorded 24 000: 0.50 × as good, its rounds differ by 1.67 %',
    ]);
  });

  test('is not named if its rounds differ by more than that, or it is as good or better', () => {
    const none = ['No figure is worse than that of the page by more than the noise'];
    expect(worse([small(figure('Queue', [4.2, 5, 5.8]))])).toEqual(none);
    expect(worse([small(figure('Queue', [4, 4, 4])), large(figure('Queue', [50_000, 50_000]))])).toEqual(none);
  });

  test('has the change of the baseline beside it, which is the change of the machine', () => {
    expect(worse([small(figure('Queue', [8, 8, 8]), figure('CPython', [40, 40, 41]))])).toEqual([
      'WORSE: small, Queue: 8.00 µs, recorded 4.00: 0.50 × as good, its rounds differ by 0 %; CPython 0.50 ×',
      'WORSE: small, CPython: 40.0 µs, recorded 20.0: 0.50 × as good, its rounds differ by 2.50 %',
    ]);
  });

  test('that was not recorded, or not measured, is not compared', () => {
    const failed: Figure = { contender: 'Queue', failed: 'it hung' };
    expect(worse([small(failed, figure('New', [900])), { case: 'new', unit: 'µs', figures: [] }])).toEqual([
      'No figure is worse than that of the page by more than the noise',
    ]);
  });
});

describe('nothing is compared', () => {
  const slow = [small(figure('Queue', [400]))];

  test('with the figures of another processor, another number of them, or another line of Node', () => {
    for (const run of [
      RUN.replace('A processor', 'Another'),
      RUN.replace('2 cores', '4 cores'),
      RUN.replace('v20', 'v24'),
    ]) {
      expect(worse(slow, { run })).toEqual(['Not compared: the figures of the page are of another machine or Node']);
    }
  });

  test('with figures of --quick', () => {
    expect(worse(slow, { run: `${RUN} Measured with \`--quick\`` })).toEqual([
      'Not compared with the page: --quick tells no speed',
    ]);
    expect(
      worseThanRecorded(
        question,
        { question: 'round-trip', effort: 'quick', cases: slow, targets: [] },
        readPrinted(page(RUN)),
        machine,
      ),
    ).toEqual(['Not compared with the page: --quick tells no speed']);
  });

  test('if the page has no figures of the question', () => {
    const result = { question: 'new', effort: 'full', cases: slow, targets: [] } as const;
    expect(worseThanRecorded(question, result, readPrinted(page(RUN)), machine)).toEqual([
      'Not compared: the page has no figures of this question',
    ]);
  });
});
