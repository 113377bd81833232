import { describe, expect, test } from 'vitest';
import { costs } from './harness/pages/costs.mjs';
import { copyFaults, figureFaults } from './harness/pages/copies.mjs';
import { frontPage } from './harness/pages/front-page.mjs';
import { fillMarked } from './harness/pages/marked.mjs';
import { missedTargets, reasonFaults } from './harness/pages/missed.mjs';
import { shows } from './harness/pages/pictures.mjs';
import { printedCase, readPrinted } from './harness/pages/printed.mjs';

const RUN = '2026-11-23 09:36 UTC, commit 1234567 and changes. A processor, 2 cores.';
const LATER = '2026-11-24 10:00 UTC, commit 89abcde. A processor, 2 cores.';

const page = (...lockLines: string[]) => `Before

<!-- figures of lock-contended -->

${RUN}

| empty section: pairs/s |  median |    min |    max | as many as CPython Lock |
| ---------------------- | ------: | -----: | -----: | ----------------------: |
| Lock.acquireSync       |  13.5 M | 10.9 M | 19.5 M |                  4.57 × |
| CPython Lock           | 672 533 | 2.38 M | 3.42 M |                  1.00 × |
| proper-lockfile        |     854 |    800 |  2 011 |               0.00038 × |
| navigator.locks        | skipped |

${lockLines.join('\n')}

<!-- end of lock-contended -->

<!-- figures of process-start -->

${LATER}

| start: ms                     | median |  p90 | p99 | min | max | as fast as bare Node, empty script |
| ----------------------------- | -----: | ---: | --: | --: | --: | ---------------------------------: |
| Process, prewarmed (2 never)  |   6.93 | 10.4 |  11 |   5 |  11 |                             17.3 × |
| bare Node, empty script       |    120 |  133 | 135 | 106 | 136 |                             1.00 × |

<!-- end of process-start -->

<!-- figures of sync-wake -->

<!-- end of sync-wake -->
`;

describe('every page', () => {
  test('shows the figures that the page of the benchmarks has', async () => {
    expect(await copyFaults()).toEqual([]);
  });

  test('has a reason for each missed target and for no other, pictures of the same run, and no figures of --quick', () => {
    expect(figureFaults()).toEqual([]);
  });
});

describe('the figures of a page', () => {
  const printed = readPrinted(page());

  test('are read with their run, their unit and which way is better; a question that was not measured has none', () => {
    expect(printed.map(({ question, run }) => [question, run])).toEqual([
      ['lock-contended', RUN],
      ['process-start', LATER],
    ]);
    expect(printedCase(printed, 'lock-contended', 'empty section')).toMatchObject({
      unit: 'pairs/s',
      better: 'higher',
    });
    expect(printedCase(printed, 'process-start', 'start')).toMatchObject({ unit: 'ms', better: 'lower' });
    expect(printedCase(printed, 'sync-wake', 'set() to woken')).toBeUndefined();
  });

  test('leave out contenders that were skipped, and keep those that sometimes never came', () => {
    expect([...(printedCase(printed, 'lock-contended', 'empty section')?.medians.keys() ?? [])]).toEqual([
      'Lock.acquireSync',
      'CPython Lock',
      'proper-lockfile',
    ]);
    expect(printedCase(printed, 'process-start', 'start')?.medians.get('Process, prewarmed')).toBe('6.93');
  });

  test('a table that is not there is an error that names it', () => {
    expect(() => printedCase(printed, 'lock-contended', 'full section')).toThrow('has no table "full section"');
  });
});

test('rows of several runs each say their date and commit; rows of one run have it above them', () => {
  const several = frontPage(readPrinted(page()));
  expect(several.find((line) => line.startsWith('| lock'))).toBe(
    '| lock and unlock, two processes contend | 13.5 M/s | 673 000/s | 854/s (lock files) | ' +
      '2026-11-23 09:36 UTC, commit 1234567 and changes |',
  );
  expect(several.find((line) => line.startsWith('| start'))).toContain(
    '| 120 ms (`node`) | 2026-11-24 10:00 UTC, commit 89abcde |',
  );

  const one = frontPage(readPrinted(page().replace(LATER, RUN)));
  expect(one.slice(0, 2)).toEqual([RUN, '']);
  expect(one.join('\n').match(/commit/g)).toHaveLength(1);
});

test('figures of --quick say so', () => {
  const quick = page().replace(RUN, `${RUN}\n\nMeasured with \`--quick\`: not to be relied upon.`);
  expect(frontPage(readPrinted(quick)).find((line) => line.startsWith('| lock'))).toContain('with `--quick`');
});

test('what was not measured is not made up', () => {
  expect(costs(readPrinted(page())).find((line) => line.startsWith('| waking'))).toContain('| not measured |');
});

describe('missed targets', () => {
  const printed = readPrinted(page('- met: twice as fast; measured 3', '- NOT MET: at most 4 µs; measured 4.87'));
  const reason = { question: 'lock-contended', says: 'at most 4 µs', why: 'It is far' };

  test('are those that are not met, each with its reason', () => {
    expect(missedTargets(printed, [reason])).toContain(
      '| [lock-contended](#lock-contended) | at most 4 µs | 4.87 | It is far |',
    );
    expect(missedTargets(readPrinted(page()), [])).toEqual(['None.']);
  });

  test('a missed target without a reason, and a reason without a missed target, are faults', () => {
    expect(reasonFaults(printed, [reason])).toEqual([]);
    expect(reasonFaults(printed, [])).toEqual([
      expect.stringContaining('lock-contended misses "at most 4 µs": say why'),
    ]);
    expect(reasonFaults(printed, [reason, { ...reason, says: 'twice as fast' }])).toEqual([
      expect.stringContaining('does not miss "twice as fast": remove the reason'),
    ]);
  });
});

test('only what stands between the markers is replaced', () => {
  const filled = fillMarked(page(), 'sync-wake', ['new']);
  expect(filled).toBe(page().replace('<!-- figures of sync-wake -->\n', '<!-- figures of sync-wake -->\n\nnew\n'));
  expect(() => fillMarked(page(), 'nothing', [])).toThrow('needs "<!-- figures of nothing -->"');
});

test('a picture shows a table if it has its medians, its day and its commit', () => {
  const one = printedCase(readPrinted(page()), 'process-start', 'start');
  const picture = (median: string, run: string) =>
    `<desc>\n  Medians: Process, prewarmed 6.93; bare\n  Node, empty script ${median}.\n</desc><text>${run}</text>`;
  expect(shows(picture('120', LATER), one!, LATER)).toBe(true);
  expect(shows(picture('121', LATER), one!, LATER)).toBe(false);
  expect(shows(picture('120', RUN), one!, LATER)).toBe(false);
});
