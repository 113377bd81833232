// Each attack is a program of its own, which says HELD or BROKEN. Here each gets a bounded share of time; with
// MULTIPROCESS_ATTACK_SECONDS, as every night, those that take a time get so many seconds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { SKIPPED } from './harness/report.mjs';

interface Attack {
  readonly name: string;
  /** What to pass for so many seconds; without it the attack takes as long as it takes. */
  readonly args?: (seconds: number) => readonly string[];
  /** Its share of seconds in every run. */
  readonly seconds?: number;
  readonly execArgv?: readonly string[];
}

const timed = (name: string, seconds: number, more: Partial<Attack> = {}): Attack => ({
  name,
  seconds,
  args: (given) => [String(given)],
  ...more,
});
const collecting = { execArgv: ['--expose-gc'] };

const attacks: readonly Attack[] = [
  timed('hostile/codec-fuzz', 3),
  timed('hostile/codec-round-trip', 3),
  timed('killed/create-steps', 20),
  timed('killed/ctrl-c', 8),
  { name: 'descriptors/descriptors-of-children' },
  { name: 'killed/dropped-objects', ...collecting },
  { name: 'full/exhaustion', ...collecting },
  timed('killed/family-kill', 8),
  { name: 'hostile/foreign-files' },
  timed('full/full-disk', 10),
  timed('killed/gc-threads', 4, collecting),
  timed('hostile/hostile-memory', 10),
  timed('killed/kill-mix', 10),
  { name: 'full/manager-full' },
  timed('killed/manager-steps', 24),
  { name: 'hostile/other-user' },
  { name: 'hostile/pid-file-forged' },
  { name: 'hostile/pid-file-locked' },
  { name: 'full/pool-full' },
  { name: 'killed/pool-half-started', seconds: 64, args: (seconds) => [seconds > 64 ? '8' : '64'] },
  { name: 'full/pool-oom-moment', seconds: 1, args: (seconds) => [seconds > 1 ? '8' : '1'] },
  timed('killed/pool-worker-steps', 12),
  timed('full/registry-full', 4, { args: () => ['4'] }),
  { name: 'hostile/registry-links' },
  timed('killed/soak', 10, { ...collecting, args: (given) => [String(given < 100 ? given : Math.max(given, 300))] }),
  timed('hostile/sockets', 4),
  timed('hostile/strangers', 15),
  timed('descriptors/thread-descriptors', 6),
  timed('descriptors/thread-pool-descriptors', 4),
  timed('hostile/unix-window', 4),
];

const given = process.env['MULTIPROCESS_ATTACK_SECONDS'];
// An attack that hangs is ended, with what it said: none takes longer than this beyond its seconds.
const BEYOND_MS = 10 * 60_000;
/** So many characters of what a broken attack has said stand in the message: the faults come last. */
const SHOWN = 4000;

test.for(attacks)('$name holds', { timeout: 1000 * Number(given ?? 0) + BEYOND_MS }, async (attack, { skip }) => {
  const seconds = Number(given ?? attack.seconds ?? 0);
  const program = fileURLToPath(new URL(`${attack.name}.mjs`, import.meta.url));
  const args = [...(attack.execArgv ?? []), program, ...(attack.args?.(seconds) ?? [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code === SKIPPED) skip(stdout.trim());
  const said = `${stdout}${stderr}`;
  expect(code, said.slice(-SHOWN)).toBe(0);
  expect(said).toMatch(/HELD$/m);
});
