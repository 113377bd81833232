import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { explainRefusal, MultiprocessError, systemErrorOf } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { mountNamespace } from '../helpers/mount-namespace.js';
import { fixture, newDirectory } from './helpers.js';

const PROGRAM = fileURLToPath(fixture('limits/refusals.mjs'));
const isRoot = process.getuid?.() === 0;
const OTHER_USER = 65_534;

interface Outcome {
  readonly call: string;
  readonly name?: string;
  readonly code: string;
  readonly message?: string;
}

/** The directory, the registry and two objects; and the files in which threads meet where the kernel does not do that. */
const FEW_FILES = process.env['MULTIPROCESS_NATIVE'] === 'posix' ? 7 : 5;

interface Circumstance {
  readonly what: string;
  /** What the program does to itself before the calls. */
  readonly inside?:
    | 'descriptors'
    | 'descriptors-at-first'
    | 'few-addresses'
    | 'lock'
    | 'no-more-processes'
    | 'nothing'
    | 'objects'
    | 'setuid';
  /** Runs before the program, in the shell that becomes it. */
  readonly shell?: string;
  /** The directory, given a new one. */
  readonly directory?: (fresh: string) => string;
  readonly calls: string;
  readonly systemCode: string;
  /** Which error each call must give; of `either`, some calls need nothing that is refused. */
  readonly name: string;
  readonly either?: boolean;
  readonly needs?: 'mount' | 'root';
}

const MAKING = 'lock named memory pipe attach orphans process thread pool manager';
const PLACE = { inside: 'nothing', name: 'SystemError', calls: MAKING } as const;

const circumstances: Circumstance[] = [
  { ...PLACE, what: 'a parent that is not there', systemCode: 'ENOENT', directory: (at) => `${at}/no/such` },
  { ...PLACE, what: 'a file as a parent', systemCode: 'ENOTDIR', directory: () => '/etc/passwd/here' },
  {
    ...PLACE,
    what: 'a name that is too long',
    systemCode: 'ENAMETOOLONG',
    directory: (at) => `${at}/${'x'.repeat(300)}`,
  },
  {
    ...PLACE,
    what: 'a symbolic link that leads to itself',
    systemCode: 'ELOOP',
    shell: 'ln -s loop "$MULTIPROCESS_DIR/loop"; export MULTIPROCESS_DIR="$MULTIPROCESS_DIR/loop/here"',
  },
  {
    ...PLACE,
    what: 'a place that no user may write to',
    systemCode: 'EPERM',
    directory: () => '/sys/multiprocess',
    needs: 'root',
  },
  {
    ...PLACE,
    what: 'a place that another user owns',
    systemCode: 'EACCES',
    directory: (at) => `${at}/here`,
    shell: `run() { exec setpriv --reuid=${OTHER_USER} --regid=${OTHER_USER} --clear-groups "$@"; }`,
    needs: 'root',
  },
  {
    ...PLACE,
    what: 'a read-only file system',
    systemCode: 'EROFS',
    shell: 'mount -t tmpfs -o ro tmpfs "$MULTIPROCESS_DIR"; export MULTIPROCESS_DIR="$MULTIPROCESS_DIR/here"',
    needs: 'mount',
  },
  {
    what: 'no descriptor that is left',
    inside: 'descriptors',
    shell: 'ulimit -n 60',
    systemCode: 'EMFILE',
    name: 'SystemError',
    calls: 'named memory pipe list orphans wait process thread pool manager listener',
  },
  {
    what: 'no descriptor that is left when the native part is first used',
    inside: 'descriptors-at-first',
    shell: 'ulimit -n 60',
    systemCode: 'EMFILE',
    name: 'SystemError',
    calls: `${MAKING} listener list`,
  },
  {
    what: 'another user than at the first use',
    inside: 'setuid',
    systemCode: 'EACCES',
    name: 'SystemError',
    calls: 'named memory pipe orphans process thread pool manager',
    needs: 'root',
  },
  {
    what: 'a limit on the length of files',
    inside: 'lock',
    shell: 'ulimit -f 20000',
    systemCode: 'EFBIG',
    name: 'OutOfMemoryError',
    calls: 'manyQueues pipe pool manager',
  },
  {
    what: 'a limit on addresses',
    inside: 'objects',
    shell: 'ulimit -v 8000000',
    systemCode: 'ENOMEM',
    name: 'OutOfMemoryError',
    calls: 'manyQueues',
  },
  {
    what: 'a limit on addresses with which V8 would abort because of a thread',
    inside: 'few-addresses',
    systemCode: 'ulimit -v',
    name: 'ProcessStartError',
    calls: 'thread',
  },
  {
    what: 'a limit on processes and threads',
    inside: 'no-more-processes',
    shell: `run() { exec setpriv --reuid=${OTHER_USER} --regid=${OTHER_USER} --clear-groups "$@"; }; chown ${OTHER_USER} "$MULTIPROCESS_DIR"`,
    systemCode: 'EAGAIN',
    name: 'ProcessStartError',
    calls: 'process pool manager',
    needs: 'root',
  },
  {
    what: 'a full file system',
    inside: 'objects',
    shell: 'mount -t tmpfs -o size=1300k,mode=700 tmpfs "$MULTIPROCESS_DIR"',
    systemCode: '',
    name: 'OutOfMemoryError',
    calls: 'grow memory',
    needs: 'mount',
  },
  {
    what: 'a file system that has no room for another file',
    inside: 'objects',
    shell: `mount -t tmpfs -o nr_inodes=${FEW_FILES},mode=700 tmpfs "$MULTIPROCESS_DIR"`,
    systemCode: '',
    name: 'OutOfMemoryError',
    calls: 'lock memory lock pipe',
    either: true,
    needs: 'mount',
  },
];

function isPossible({ needs }: Circumstance): boolean {
  if (needs === 'root') return isRoot;
  return needs === undefined || mountNamespace !== undefined;
}

function outcomes({ inside = 'nothing', shell = ':', directory, calls, needs }: Circumstance): Outcome[] {
  const fresh = newDirectory();
  const [command, ...flags] = needs === 'mount' ? mountNamespace! : ['env'];
  const script = `run() { exec "$@"; }; ${shell}; run "$0" "$@"`;
  const args = [...flags, 'bash', '-c', script, process.execPath, PROGRAM, inside, ...calls.split(' ')];
  const env = { ...process.env, MULTIPROCESS_DIR: directory?.(fresh) ?? fresh };
  const { stdout, stderr, status } = spawnSync(command!, args, { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

describe('what the system refuses is a typed error that says why and what to do:', () => {
  test.for(circumstances)('$what ($systemCode)', (circumstance, { skip }) => {
    if (!isPossible(circumstance)) skip();
    const found = outcomes(circumstance);
    expect(found.map(({ call }) => call)).toEqual(circumstance.calls.split(' '));
    const refused = found.filter(({ code }) => code !== 'none');
    if (circumstance.either !== true) expect(refused).toEqual(found);
    expect(refused.length).toBeGreaterThan(0);
    for (const outcome of refused) {
      expect(outcome.code, JSON.stringify(outcome)).toMatch(/^ERR_MULTIPROCESS_/);
      expect(outcome, JSON.stringify(outcome)).toMatchObject({ name: circumstance.name });
      expect(outcome.message).toContain(circumstance.systemCode);
      expect(outcome.message).toMatch(/\. [A-Z]/); // why, and in the next sentence what to do
    }
  });
});

test.skipIf(mountNamespace === undefined)(
  'a program whose first use found the file system full goes on when there is room (skipped where unshare(1) may not mount)',
  () => {
    const [command = '', ...flags] = mountNamespace ?? [];
    const script = 'mount -t tmpfs -o size=300k,mode=700 tmpfs "$MULTIPROCESS_DIR"; exec "$0" "$@"';
    const program = fileURLToPath(fixture('limits/first-use-when-full.mjs'));
    const env = { ...process.env, MULTIPROCESS_DIR: newDirectory() };
    const { status, signal, stdout, stderr } = spawnSync(
      command,
      [...flags, 'bash', '-c', script, process.execPath, program],
      { env, encoding: 'utf8' },
    );
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
    expect(stdout).toBe(
      'OutOfMemoryError\nOutOfMemoryError\nOutOfMemoryError\nin a thread: OutOfMemoryError\nnow it works\n',
    );
  },
);

test('when the process has nearly as many mappings as it may, that is said before Node aborts, and closing makes room at once', async () => {
  const child = startChild(fixture('limits/use-up-mappings.mjs'), { env: { MULTIPROCESS_DIR: newDirectory() } });
  expect(await child.line(/^refused/), child.stderr).toMatch(/OutOfMemoryError .*vm\.max_map_count/);
  expect(await child.line(/^made/)).toBe('made as many again as were closed, here and there');
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
}, 600_000);

describe('the table of system errors', () => {
  // What a kernel can answer to the calls that are made here, whether or not it can be made to in a test.
  const codes = Object.keys(constants.errno).filter((code) => !code.startsWith('WSA'));

  test.each(codes)('%s becomes an error of the toolkit, with its reason as cause', (code) => {
    const cause = systemErrorOf(-(constants.errno as Record<string, number>)[code]!, 'open', '/secret');
    const error = explainRefusal('make it', cause);
    expect(error).toBeInstanceOf(MultiprocessError);
    expect(error.message).toMatch(/^Cannot make it: .+ \(E\w+\)\. [A-Z]/);
    expect(error.message).toContain(cause.code);
    expect(error.cause).toBe(cause);
  });

  test('leaves errors alone that are not system errors', () => {
    for (const error of [
      new TypeError('mine'),
      new RangeError('mine'),
      Object.assign(new Error('mine'), { code: 'EMINE' }),
    ])
      expect(explainRefusal('make it', error)).toBe(error);
  });
});
