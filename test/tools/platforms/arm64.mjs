// @ts-check
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { root } from '../run.mjs';
import { arm64Root, kernel } from './arm64-root.mjs';
import { cache, debianRoot, inRoot } from './debian.mjs';
import { need, needRoot } from './missing.mjs';
import { isExpected, report, SAME_EVERYWHERE, vitestArguments } from './suites.mjs';

const NAME = 'arm64';
const init = fileURLToPath(new URL('machine-init.sh', import.meta.url));
const machine = path.join(cache, 'arm64-machine');
const PACKAGES = ['qemu-system-arm', 'cpio'];

const SUITES = ['test/native/', 'test/conformance/', 'test/crash/'];

/** @type {import('./suites.mjs').Excluded[]} */
const EXCLUDED = [
  SAME_EVERYWHERE,
  { files: 'test/native/robust-neighbours.test.ts', reason: 'it compiles an addon, and the machine has no compiler' },
];

/**
 * In an emulated machine: kernel, C library and Node for arm64, all in its memory.
 *
 * @param {readonly string[]} files
 */
export async function testArm64(files) {
  needRoot();
  const folder = await arm64Root();
  const debian = await debianRoot(PACKAGES);
  const suites = { chosen: files.length > 0 ? files : SUITES, excluded: EXCLUDED, patience: 600_000 };
  copyFileSync(init, path.join(folder, 'init'));
  chmodSync(path.join(folder, 'init'), 0o755);
  writeFileSync(path.join(folder, 'arguments'), `${vitestArguments(NAME, suites).join('\0')}\0`);
  mkdirSync(machine, { recursive: true });
  const place = inRoot(debian, { mounts: { '/arm64': folder, '/machine': machine } });
  copyFileSync(kernel, path.join(machine, 'kernel'));
  const pack = 'cd /arm64 && find . -print0 | cpio --null --create --format=newc --quiet > /machine/files';
  await need('pack the files of the machine', [...place, 'sh', '-c', pack], 'Is the disk full?');
  return runMachine(place);
}

/** @param {readonly string[]} place */
async function runMachine(place) {
  const effort = process.env['MULTIPROCESS_TEST_EFFORT'] ?? '';
  const [program = '', ...args] = [
    ...place,
    ...['qemu-system-aarch64', '-M', 'virt', '-cpu', 'max,pauth-impdef=on', '-smp', '2', '-m', '5G'],
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-nic', 'none', '-no-reboot'],
    ...['-kernel', '/machine/kernel', '-initrd', '/machine/files'],
    ...[
      '-append',
      `console=ttyAMA0 loglevel=1 panic=-1 rootfstype=ramfs rdinit=/init MULTIPROCESS_TEST_EFFORT=${effort}`,
    ],
  ];
  console.log(`${NAME}: starting the machine; it needs a minute until it says something`);
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let passed = false;
  let json = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const [, key, value = ''] = /^@(\w+) (.*)$/.exec(line.trim()) ?? [];
    if (key === 'probe' && !isExpected(NAME, JSON.parse(value), EXPECTED)) child.kill();
    else if (key === 'results') json = gunzipSync(Buffer.from(value, 'base64')).toString();
    else if (key === 'status') passed = value === '0';
    else if (key === undefined) console.log(line.trimEnd());
  }
  if (json !== '') report(NAME, json);
  else console.error(`${NAME}: the machine ended before the tests did`);
  return passed && json !== '';
}

const EXPECTED = { arch: 'arm64', libc: 'glibc', backend: 'futex', futexWaitv: true };
