import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';

// What each program writes, in this order; `any order` where processes run at once. A line is text or an expression: process
// ids and times are not the same twice.
interface Expected {
  readonly lines: readonly (string | RegExp)[];
  readonly anyOrder?: true;
  readonly input?: readonly string[];
  /** What else is to be seen of these lines. */
  readonly check?: (lines: readonly string[]) => void;
}

const times = (count: number, line: (i: number) => string | RegExp) => Array.from({ length: count }, (_, i) => line(i));
const PID = /^\d+$/;

const programs: Record<string, Expected> = {
  'subprocess/system': { lines: ['a listing', '0', '3'] },
  'subprocess/exec': { lines: [/^before, as process \d+$/, /^after, as process \d+$/] },
  'subprocess/exit-and-abort': { lines: ['  cleaned up', 'return 0', '  cleaned up', 'exit 3', 'abort -6'] },
  'subprocess/popen-without-wait': { lines: [PID, 'null', 'reply 1', 'reply 2', 'reply 3', 'reply 4'] },
  'subprocess/popen-wait': { lines: ['reply 1', 'reply 2', 'reply 3', 'reply 4', PID, '0'] },
  'subprocess/popen-pipe': { lines: [PID, '0', '正在 Ping'] },
  'subprocess/communicate': { lines: ['正在 Ping', 'true 50', '1000000 0'] },
  'subprocess/call-and-check-call': { lines: ['listed', '0', "true 2 [ 'sh', '-c', 'exit 2' ]"] },
  'subprocess/run': { lines: ["[ 'echo', 'listed' ] 0 listed"] },
  'subprocess/output-to-file': { lines: ['0', 'reply from www.baidu.com', ''] },
  'subprocess/ended-by-signal': { lines: ['returned', 'ended by signal 15'] },
  'signal/signal-handler': { lines: ['sigint func execute', 'SIGINT 2', '0', 'true'] },
  'signal/pause': { lines: ['2', 'signal pause fin'] },
  'signal/alarm': {
    lines: ['Timer is exec', '0', '1', '2', '3', '4', 'time fin'],
    anyOrder: true,
    check(lines) {
      expect(lines.indexOf('Timer is exec')).toBeLessThan(lines.indexOf('time fin')); // while the program counts
    },
  },
  'signal/kill-child': { lines: [PID, '-2'] },
  'signal/signal-during-input': {
    lines: ['Prompt>>', 'one', 'sigint func execute', 'Prompt>>', 'two', 'sigint func execute', 'Prompt>>'],
    input: ['one', 'two'],
  },
  'process/process': { lines: [...times(3, () => /^hello fgawg \d{13}$/), 'end'] },
  'process/process-subclass': {
    lines: [...times(3, () => /^(\d+) \1$/), ...times(3, () => /^hello \d{13}$/), 'end'],
    anyOrder: true,
  },
  'process/queue': { lines: [...times(3, (i) => new RegExp(`^\\[ ${i}, \\d+ \\]$`)), 'end'], anyOrder: true },
  'process/pipe-in-class': { lines: ["[ 'fawfw', 57 ]", 'end'] },
  'process/pipe': { lines: ["[ 'fwafaw', 444 ]", 'true', 'end'] },
  'process/semaphore': {
    lines: [
      'start',
      ...times(10, () => 'Semaphore acquired'),
      ...times(10, (i) => `hello world ${i}`),
      ...times(10, () => 'Semaphore release'),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
    check(lines) {
      let inside = 0;
      for (const line of lines) {
        if (line === 'Semaphore release') inside -= 1;
        if (line === 'Semaphore acquired') inside += 1;
        expect(inside).toBeLessThanOrEqual(2);
      }
    },
  },
  'process/event': {
    lines: [
      'start',
      'wait_for_event:starting',
      'wait_for_event_timeout:starting',
      'wait_for_event_timeout:e.is_set->false',
      'end',
      'wait_for_event:e.is_set()->true',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'process/event-for-many': {
    lines: [
      ...times(5, () => 'wait_for_event:starting'),
      ...times(5, () => 'wait_for_event_timeout:starting'),
      ...times(5, () => 'wait_for_event:e.is_set()->true'),
      ...times(5, () => 'wait_for_event_timeout:goes on'),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'process/without-lock': {
    lines: ['start', ...times(10, (i) => `hello world ${i}`), 'end', /^about \d+ ms$/],
    anyOrder: true,
  },
  'process/lock': {
    lines: ['start', ...times(10, (i) => `hello world ${i}`), 'end', /^about \d+ ms$/],
    anyOrder: true,
    check(lines) {
      expect(Number(/\d+/.exec(lines.at(-1)!)?.[0])).toBeGreaterThanOrEqual(1000); // ten times 100 ms, one after the other
    },
  },
  'process/manager-list': { lines: [/^\[( \d,?){3} \]$/, 'end'] },
  'pool/pool-apply-async': {
    lines: [
      'start',
      ...times(10, (i) => new RegExp(`^${i} \\d+ start$`)),
      ...times(10, (i) => `${i} end`),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'pool/pool-short-tasks': {
    lines: [
      'start',
      ...times(10, (i) => new RegExp(`^${i} \\d+ start$`)),
      ...times(10, (i) => `${i + 6} end`),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'pool/pool-empty-tasks': {
    lines: [
      'start',
      ...times(10, (i) => new RegExp(`^${i} \\d+ start$`)),
      ...times(10, (i) => `${i} end`),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'pool/pool-apply': {
    lines: [
      'start',
      ...times(20, (i) => (i % 2 === 0 ? new RegExp(`^${i / 2} \\d+ start$`) : `${(i - 1) / 2} end`)),
      'end',
      /^about \d+ ms$/,
    ],
  },
  'pool/pool-results': {
    lines: [
      'start',
      ...times(10, (i) => new RegExp(`^${i} \\d+ start$`)),
      ...times(10, (i) => `${i} end`),
      ...times(10, (i) => new RegExp(`^\\[ ${i}, \\d+ \\]$`)),
      'end',
    ],
    anyOrder: true,
  },
  'pool/pool-two-functions': {
    lines: [
      'start',
      ...times(5, (i) => new RegExp(`^${i} \\d+ start$`)),
      ...times(5, (i) => new RegExp(`^${i} \\d+ start2$`)),
      'end',
      /^about \d+ ms$/,
    ],
    anyOrder: true,
  },
  'process/module-runs-again': { lines: times(4, () => '66666') },
  'process/lock-in-module': { lines: ['start', ...times(3, () => 'another lock: true'), 'end'] },
};

const folder = new URL('../../docs/examples/tutorial/', import.meta.url);

test.each(Object.entries(programs))(
  '%s writes what it should, and nothing to stderr',
  async (name, { lines, anyOrder, input = [], check }) => {
    const child = startChild(new URL(`${name}.mjs`, folder));
    if (name === 'subprocess/exit-and-abort' || name === 'subprocess/exec') markKilled();
    for (const line of input) {
      await child.line('Prompt>>');
      child.say(line);
    }
    if (input.length > 0) {
      await child.line('Prompt>>');
      child.end();
    }
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
    if (anyOrder) {
      expect(child.lines).toHaveLength(lines.length);
      const left = [...child.lines];
      for (const line of lines) left.splice(left.findIndex((one) => matches(one, line)) >>> 0, 1);
      expect(left).toEqual([]);
      expect(matches(child.lines.at(-1)!, lines.at(-1)!)).toBe(true);
    } else {
      expect(child.lines).toEqual(
        lines.map((line) => (typeof line === 'string' ? line : (expect.stringMatching(line) as string))),
      );
    }
    check?.(child.lines);
  },
);

const matches = (text: string, line: string | RegExp) => (typeof line === 'string' ? text === line : line.test(text));

test('daemon goes on behind its launcher, with its output in a file', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  const [pidFile = '', test3 = '', test2 = ''] = ['pid', 'test3.txt', 'test2.txt'].map((name) =>
    path.join(place, name),
  );
  const launcher = startChild(new URL('subprocess/daemon.mjs', folder), { args: [pidFile, test3, test2] });
  expect(await launcher.exit).toEqual({ code: 0, signal: null });
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'));
  onTestFinished(async () => {
    markKilled();
    process.kill(pid, 'SIGKILL');
    await until(() => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z'));
    rmSync(place, { recursive: true });
  });
  await until(() => existsSync(test2) && readFileSync(test2, 'utf8').startsWith('hello hello '));
  expect(readFileSync(test3, 'utf8')).toBe(`${pid}\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n`);
});

test('every program is checked, and says in two lines what differs from Python', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mjs'));
  expect(files.map((name) => name.slice(0, -'.mjs'.length)).sort()).toEqual(
    [...Object.keys(programs), 'subprocess/daemon'].sort(),
  );
  const index = readFileSync(new URL('README.md', folder), 'utf8');
  for (const name of files) {
    const text = readFileSync(new URL(name, folder), 'utf8');
    expect(text, name).toMatch(/^\/\/ .*\n\/\/ .*\n/);
    expect(text.split('\n').slice(0, 3).join(' '), name).toContain('Differs:');
    expect(index).toContain(`(${name})`);
  }
});
