import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { nodeAlone } from './helpers.js';

/** What is to be started, and what the program that tries it must be like. */
interface Attempt {
  readonly command: readonly string[];
  readonly options?: object;
  readonly state?: 'user' | 'noProcesses' | 'noDescriptors' | 'writable';
  readonly fill?: { readonly count: number; readonly length: number };
  readonly env?: { readonly length: number };
}

type Row = readonly [name: string, code: string, why: RegExp, (at: string) => Attempt];

let directory: string;
const at = (name: string): string => path.join(directory, name);

function script(name: string, text: string | Buffer, mode = 0o755): void {
  writeFileSync(at(name), text);
  chmodSync(at(name), mode); // whatever the umask
}

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  chmodSync(directory, 0o755);
  script('plain', 'no program', 0o644);
  script('no-interpreter', '#!/no/such/interpreter\n');
  script('chained', `#!${at('no-interpreter')}\n`);
  script('plain-interpreter', `#!${at('plain')}\n`);
  script('directory-interpreter', '#!/usr\n');
  script('empty', '');
  script('text', 'echo a\n');
  script('bare', '#!\n');
  script('garbage', Buffer.from([1, 2, 3, 0, 5, 6, 7, 0, 9]));
  for (const link of ['loop', 'loop-directory']) symlinkSync(link, at(link));
  mkdirSync(at('closed'));
  script('closed/program', '#!/bin/sh\n');
  chmodSync(at('closed'), 0o700);
  const program = readFileSync('/bin/true');
  copyFileSync('/bin/true', at('written'));
  const foreign = Buffer.from(program);
  foreign.writeUInt16LE(8, 18); // MIPS
  script('foreign', foreign);
  const loader = program.indexOf('/lib');
  program.write('/bil', loader);
  script('no-loader', program);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const ANYWHERE: readonly Row[] = [
  [
    'a script whose interpreter does not exist',
    'ENOENT',
    /its interpreter \/no\/such\/interpreter does not exist/,
    (dir) => ({ command: [`${dir}/no-interpreter`] }),
  ],
  [
    'a script whose interpreter’s interpreter does not exist',
    'ENOENT',
    /its interpreter \/no\/such\/interpreter does not exist/,
    (dir) => ({ command: [`${dir}/chained`] }),
  ],
  [
    'a script whose interpreter may not be executed',
    'EACCES',
    /its interpreter \S*plain may not be executed/,
    (dir) => ({ command: [`${dir}/plain-interpreter`] }),
  ],
  [
    'a script whose interpreter is a directory',
    'EACCES',
    /its interpreter \/usr may not/,
    (dir) => ({ command: [`${dir}/directory-interpreter`] }),
  ],
  [
    'a program whose loader does not exist',
    'ENOENT',
    /its loader \/bil\S* does not exist/,
    (dir) => ({ command: [`${dir}/no-loader`] }),
  ],
  ['a path that leads nowhere', 'ENOENT', /does not exist/, (dir) => ({ command: [`${dir}/nothing`] })],
  ['a link to itself', 'ELOOP', /too many symbolic links/, (dir) => ({ command: [`${dir}/loop`] })],
  [
    'a path through a link to itself',
    'ELOOP',
    /too many symbolic links/,
    (dir) => ({ command: [`${dir}/loop/program`] }),
  ],
  ['a path through a file', 'ENOTDIR', /goes through a file/, (dir) => ({ command: [`${dir}/plain/program`] })],
  ['a file that may not be executed', 'EACCES', /may not be executed/, (dir) => ({ command: [`${dir}/plain`] })],
  ['a directory', 'EACCES', /may not be executed/, (dir) => ({ command: [dir] })],
  ['an empty file', 'ENOEXEC', /neither a program .* nor a script/, (dir) => ({ command: [`${dir}/empty`] })],
  ['a text without #!', 'ENOEXEC', /neither a program .* nor a script/, (dir) => ({ command: [`${dir}/text`] })],
  [
    'a #! without an interpreter',
    'ENOEXEC',
    /neither a program .* nor a script/,
    (dir) => ({ command: [`${dir}/bare`] }),
  ],
  ['bytes of no format', 'ENOEXEC', /neither a program .* nor a script/, (dir) => ({ command: [`${dir}/garbage`] })],
  [
    'an argument of 200 000 bytes',
    'E2BIG',
    /longer than the system allows: pass long data/,
    () => ({ command: ['/bin/true'], fill: { count: 1, length: 200_000 } }),
  ],
  [
    'arguments of 10 million bytes',
    'E2BIG',
    /longer than the system allows: pass long data/,
    () => ({ command: ['/bin/true'], fill: { count: 100, length: 100_000 } }),
  ],
  [
    'a name of 300 bytes',
    'ENAMETOOLONG',
    /is longer than the system allows/,
    (dir) => ({ command: [`${dir}/${'x'.repeat(300)}`] }),
  ],
  [
    'a path of 5000 bytes',
    'ENAMETOOLONG',
    /is longer than the system allows/,
    () => ({ command: [`/${'x/'.repeat(2500)}`] }),
  ],
];

const WITH_ROOT: readonly Row[] = [
  [
    'a program in a folder that may not be entered',
    'EACCES',
    /may not be executed/,
    (dir) => ({ command: [`${dir}/closed/program`], state: 'user' }),
  ],
];

const NOT_EXEC: readonly Row[] = [
  [
    'a name that is nowhere in PATH',
    'ENOENT',
    /does not exist in any folder of PATH/,
    () => ({ command: ['no-such-program'] }),
  ],
  [
    'a command line without a shell',
    'ENOENT',
    /ls -l does not exist .* give its arguments apart, as in \[ 'ls', '-l' \], or the line to a shell/,
    () => ({ command: ['ls -l'] }),
  ],
  ['a path with a space', 'ENOENT', /my program does not exist$/, (dir) => ({ command: [`${dir}/my program`] })],
  [
    'a name of 300 bytes without a path',
    'ENAMETOOLONG',
    /longer than the system allows/,
    () => ({ command: ['x'.repeat(300)] }),
  ],
  [
    'a name that is a link to itself in PATH',
    'ELOOP',
    /too many symbolic links/,
    (dir) => ({ command: ['loop'], options: { env: { PATH: `/nowhere:${dir}:/bin` } } }),
  ],
  [
    'a name that may not be executed in PATH',
    'EACCES',
    /may not be executed in PATH/,
    (dir) => ({ command: ['plain'], options: { env: { PATH: `${dir}:/bin` } } }),
  ],
  [
    'a variable of 200 000 bytes',
    'E2BIG',
    /longer than the system allows: pass long data/,
    () => ({ command: ['/bin/true'], env: { length: 200_000 } }),
  ],
  [
    'a cwd that does not exist',
    'ENOENT',
    /its cwd \/no\/such does not exist/,
    () => ({ command: ['/bin/true'], options: { cwd: '/no/such' } }),
  ],
  [
    'a cwd that is not a directory',
    'ENOTDIR',
    /its cwd \S*plain is not a directory/,
    (dir) => ({ command: ['/bin/true'], options: { cwd: `${dir}/plain` } }),
  ],
  [
    'a cwd through a link to itself',
    'ELOOP',
    /its cwd .* symbolic links/,
    (dir) => ({ command: ['/bin/true'], options: { cwd: `${dir}/loop/a` } }),
  ],
  [
    'a cwd of 5000 bytes',
    'ENAMETOOLONG',
    /its cwd .* longer/,
    () => ({ command: ['/bin/true'], options: { cwd: `/${'x/'.repeat(2500)}` } }),
  ],
];

const NOT_EXEC_WITH_ROOT: readonly Row[] = [
  [
    'a cwd that may not be entered',
    'EACCES',
    /its cwd \S*closed may not be entered/,
    (dir) => ({ command: ['/bin/true'], options: { cwd: `${dir}/closed` }, state: 'user' }),
  ],
  [
    'a user that may not be changed to',
    'EPERM',
    /lacks the right to change/,
    () => ({ command: ['/bin/true'], options: { user: 0 }, state: 'user' }),
  ],
  [
    'a user who has no processes left',
    'EAGAIN',
    /may not have more processes \(ulimit -u\)/,
    () => ({ command: ['/bin/true'], state: 'noProcesses' }),
  ],
  [
    'a process that has no descriptors left',
    'EMFILE',
    /as many files open as it may \(ulimit -n\)/,
    () => ({ command: ['/bin/true'], state: 'noDescriptors' }),
  ],
];

/** Told by the system alone, at the very last: where a shell merges the outputs, that finds it, and ends with 126. */
const AT_LAST: readonly Row[] = [
  [
    'a program that is open for writing',
    'ETXTBSY',
    /is open for writing/,
    (dir) => ({ command: [`${dir}/written`], state: 'writable' }),
  ],
];

const AT_LAST_WITH_ROOT: readonly Row[] = [
  [
    'a program in a folder that the user it is to run as may not enter',
    'EACCES',
    /may not be used by the user that it is to run as/,
    (dir) => ({ command: [`${dir}/closed/program`], options: { user: 65_533, group: 65_533 } }),
  ],
];

const STARTS = ['run', 'run with pipes', 'runSync', 'runSync with merged outputs', 'Popen'];

function check([, code, why, attempt]: Row, forms: readonly string[]): () => Promise<void> {
  return async () => {
    const given = attempt(directory);
    const child = startChild(new URL('fixtures/attempts.mjs', import.meta.url), {
      args: [JSON.stringify({ ...given, forms })],
    });
    const errno = -constants.errno[code as keyof typeof constants.errno];
    for (const form of forms) {
      const outcome = JSON.parse(await child.line(/^{/)) as Record<string, unknown>;
      const syscall = form.startsWith('exec') ? 'execve' : 'spawn';
      expect(outcome).toMatchObject({ form, code, errno, syscall });
      expect(outcome['message']).toMatch(new RegExp(`^${code}: cannot (start|become) `));
      expect(outcome['message']).toMatch(why);
      const cwd = (given.options as { cwd?: string } | undefined)?.cwd;
      expect([given.command[0], cwd]).toContain(outcome['path']);
    }
    expect(await child.exit).toEqual({ code: 0, signal: null });
  };
}

const isRoot = process.getuid?.() === 0;
/** Without a native part no program becomes another. */
const EXECS = nodeAlone ? [] : ['execvp', 'execv'];

describe('is reported as such, by every form', () => {
  for (const row of ANYWHERE) test(`${row[0]}: ${row[1]}`, check(row, [...STARTS, ...EXECS]));
  for (const row of WITH_ROOT) test.skipIf(!isRoot)(`${row[0]}: ${row[1]}`, check(row, [...STARTS, ...EXECS]));
  for (const row of NOT_EXEC) test(`${row[0]}: ${row[1]}`, check(row, STARTS));
  for (const row of NOT_EXEC_WITH_ROOT) test.skipIf(!isRoot)(`${row[0]}: ${row[1]}`, check(row, STARTS));
  const unmerged = STARTS.filter((form) => !form.includes('merged'));
  for (const row of AT_LAST) test(`${row[0]}: ${row[1]}`, check(row, [...unmerged, ...EXECS.slice(1)]));
  for (const row of AT_LAST_WITH_ROOT) test.skipIf(!isRoot)(`${row[0]}: ${row[1]}`, check(row, unmerged));
});
