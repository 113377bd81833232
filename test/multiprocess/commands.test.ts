import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { listSegments } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { mountNamespace } from '../helpers/mount-namespace.js';
import { command } from './command.js';

const isPosix = process.env['MULTIPROCESS_NATIVE'] === 'posix';
const main = new URL('../../packages/multiprocess/dist/cli/main.js', import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

describe('remove-orphans', () => {
  test('removes what a killed process has left, and names it', async () => {
    const child = startChild(new URL('../shared-memory/fixtures/make-objects.mjs', import.meta.url), { args: ['2'] });
    await child.line('made');
    await child.kill();
    const names = listSegments().map(({ name }) => name);
    expect(names).toHaveLength(2);
    const { output } = await command('remove-orphans');
    expect(output.split('\n').sort()).toEqual(names.map((name) => `Removed ${name}`).sort());
    expect(listSegments()).toEqual([]);
    expect(await command('remove-orphans')).toMatchObject({ status: 0, output: 'There were no orphans.' });
  });
});

describe('doctor', () => {
  test('reports each check, and exits with 0 where all works', async () => {
    const { status, output } = await command('doctor');
    expect(output.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(status).toBe(0);
    expect(output).toMatch(/^ok {4}Node: v\d+/m);
    expect(output).toMatch(/^ok {4}Buffers over shared memory: SharedArrayBuffer, made by (node-api|v8)$/m);
    expect(output).toMatch(
      isPosix ? /^ok {4}Backend: posix, since MULTIPROCESS_NATIVE=posix asks/m : /^ok {4}Backend: futex: /m,
    );
    expect(output).toMatch(/^ok {4}Open files: this process may have (\d+|any number of) files open$/m);
    expect(output).toMatch(/Trial: memory and a lock were made, used, and found by others$/m);
    expect(listSegments()).toEqual([]);
  });

  test('shows what is missing and how to fix it', async () => {
    const env = { MULTIPROCESS_NATIVE_BUFFER: 'array-buffer', MULTIPROCESS_NATIVE_WAITV: 'off' };
    const child = startChild(main, { args: ['doctor', '--json'], env });
    const findings = JSON.parse(await child.line(/^\[/)) as { subject: string; verdict: string; remedy?: string }[];
    const verdict = (subject: RegExp) => findings.find((one) => subject.test(one.subject));
    expect(verdict(/^Buffers/)).toMatchObject({
      verdict: 'warning',
      remedy: expect.stringContaining('Node') as string,
    });
    // Only futexes need it.
    const warning = { verdict: 'warning', remedy: expect.stringContaining('5.16') as string };
    expect(verdict(/^Waiting/)).toMatchObject(isPosix ? { verdict: 'ok' } : warning);
  });

  describe.skipIf(isPosix)('tells that the backend is posix, and what that means,', () => {
    const directory = `${process.env['MULTIPROCESS_DIR'] ?? ''}-posix`; // the backends do not mix

    const backend = async (env: NodeJS.ProcessEnv, within: readonly string[] = []) => {
      const child = startChild(main, { args: ['doctor'], env: { ...env, MULTIPROCESS_DIR: directory }, within });
      expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
      return child.lines.find((line) => line.startsWith('ok    Backend: '));
    };

    test('since it was asked for', async () => {
      const line = await backend({ MULTIPROCESS_NATIVE: 'posix' });
      expect(line).toMatch(
        /: posix, since MULTIPROCESS_NATIVE=posix asks for it: .* All works, but a wake takes longer/,
      );
    });

    test('since the kernel has no robust lists', async ({ skip }) => {
      const python = spawnSync('python3', ['--version']);
      skip(python.status !== 0, 'python3 is missing, which sets the filter by which the kernel seems to have none');
      const line = await backend({}, ['python3', fixture('without-robust-lists.py')]);
      expect(line).toMatch(/: posix, since this kernel has no robust lists, .* All works, but a wake takes longer/);
    });
  });

  test('tells that there is no backend without a native part, and what works all the same, and stops there', async () => {
    const child = startChild(main, { args: ['doctor'], env: { MULTIPROCESS_NATIVE: 'off' } });
    expect(await child.exit, child.stderr).toEqual({ code: 1, signal: null });
    expect(child.lines.map((line) => line.slice(0, 17))).toEqual([
      `ok    Node: v${process.versions.node.slice(0, 4)}`,
      'FAIL  Native part',
      '      Locks, queu',
    ]);
    expect(child.lines[1]).toMatch(/: none, and so no backend: .*: MULTIPROCESS_NATIVE=off$/);
    expect(child.lines[2]).toMatch(/subprocess runs programs; .* MULTIPROCESS_NATIVE=off hides it: unset that$/);
  });

  test('tells what keeps Node from loading the native part', async () => {
    const permission = Number(process.versions.node.split('.')[0]) < 24 ? '--experimental-permission' : '--permission';
    const execArgv = [permission, '--allow-fs-read=*', '--allow-fs-write=*', '--allow-child-process', '--allow-worker'];
    const child = startChild(main, { args: ['doctor'], execArgv });
    expect((await child.exit).code).toBe(1);
    expect(child.lines.join('\n')).toMatch(
      /cannot be loaded: .*[^.]\. Under the permission model of Node it needs --allow-addons/,
    );
    expect(child.lines.join('\n')).toContain('It is installed: what it says above keeps Node from loading it');
  });

  test('ends with 1 where something does not work at all', async () => {
    const child = startChild(main, { args: ['doctor'], env: { MULTIPROCESS_DIR: '/proc/nowhere' } });
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.lines.join('\n')).toMatch(/^FAIL/m);
  });
});

describe('doctor, where the directory is not as it should be,', () => {
  interface Finding {
    readonly subject: string;
    readonly verdict: string;
    readonly found: string;
    readonly remedy?: string;
  }

  const findingsIn = async (directory: string) => {
    const child = startChild(main, { args: ['doctor', '--json'], env: { MULTIPROCESS_DIR: directory } });
    const line = await child.line(/^\[/);
    await child.exit; // and has left nothing
    return JSON.parse(line) as Finding[];
  };

  test.each(['/proc/nowhere', '/etc/passwd/here', `/dev/shm/${'x'.repeat(300)}`])(
    'says of %s why it is of no use, and what to do',
    async (directory) => {
      const failures = (await findingsIn(directory)).filter(({ verdict }) => verdict === 'failure');
      expect(failures.map(({ subject }) => subject)).toContain('Trial');
      for (const failure of failures) {
        expect(failure.found).toContain(directory);
        expect(failure.remedy).toContain('MULTIPROCESS_DIR');
      }
    },
  );

  test('names the programs that it was emptied under', async () => {
    const directory = `${process.env['MULTIPROCESS_DIR'] ?? ''}-emptied`;
    const program = startChild(new URL('../shared-memory/fixtures/take-name.mjs', import.meta.url), {
      args: ['held', 'stay'],
      env: { MULTIPROCESS_DIR: directory },
    });
    await program.line('took true');
    for (const name of readdirSync(directory)) rmSync(`${directory}/${name}`);
    const names = (await findingsIn(directory)).find(({ subject }) => subject === 'Names in the directory');
    expect(names).toMatchObject({ verdict: 'warning', found: expect.stringContaining(String(program.pid)) as string });
    expect(names?.remedy).toContain('RemoveIPC');
    program.end();
    await program.exit;
    expect((await findingsIn(directory)).find(({ subject }) => subject === names?.subject)?.verdict).toBe('ok');
  });

  test.skipIf(mountNamespace === undefined)('warns where /dev/shm may not be written to; all works in /tmp', () => {
    const [namespace = '', ...flags] = mountNamespace ?? [];
    const root = fileURLToPath(new URL('../../', import.meta.url));
    // The repository may lie in /tmp itself, which is then hidden there: it is seen at /mnt, too.
    const mounts = ['mount --bind "$0" /mnt', 'mount -t tmpfs -o ro tmpfs /dev/shm', 'mount -t tmpfs tmpfs /tmp'];
    const script = `${mounts.join(' && ')} && exec "$@"`;
    const [node, program] = [process.execPath, fileURLToPath(main)].map((file) => file.replace(root, '/mnt/'));
    const command = [...flags, 'bash', '-c', script, root, node!, program!, 'doctor', '--json'];
    const env = { ...process.env };
    delete env['MULTIPROCESS_DIR'];
    const { status, stdout, stderr } = spawnSync(namespace, command, { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const findings = JSON.parse(stdout) as Finding[];
    expect(findings.find(({ subject }) => subject === 'Trial')?.verdict).toBe('ok');
    const place = findings.find(({ subject }) => subject === 'Where programs meet');
    expect(place?.found).toMatch(/^\/tmp\/multiprocess-\d+, in memory/);
  });
});

describe('without a command', () => {
  test('lists the commands', async () => {
    const { status, output } = await command('--help');
    expect(status).toBe(0);
    for (const name of ['list', 'remove-orphans', 'doctor', 'why-blocked <pid>']) expect(output).toContain(name);
    expect(await command('list', '-h')).toMatchObject({ status, output });
    expect((await command()).status).toBe(2);
  });

  test('--version prints the version', async () => {
    const { version } = createRequire(import.meta.url)('multiprocess/package.json') as { version: string };
    expect(await command('--version')).toMatchObject({ status: 0, output: version });
  });

  test.each([
    [['locks'], 'There is no command "locks"'],
    [['list', '--jason'], "Unknown option '--jason'"],
    [['list', 'all'], "Unexpected argument 'all'"],
  ])('%j is refused, with what there is', async (args, message) => {
    const { status, stderr } = await command(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage:');
  });
});
