// @ts-check
// The programs of the tutorial, as they stand there for Windows, and what Windows has nothing for. Prints who may open what is made.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

process.env['MULTIPROCESS_DIR'] ??= path.join(mkdtempSync(path.join(tmpdir(), 'mp-')), 'shared');

const { native } = await import('@multiprocess/native');
const { Lock } = await import('@multiprocess/sync');
const { segmentDirectory } = await import('@multiprocess/shared-memory');
const { checkOutput, execv, PIPE, Popen, run, runSync } = await import('@multiprocess/subprocess');
const { alarm, signal, sigwait } = await import('@multiprocess/signal');
const { Daemon, daemonize } = await import('@multiprocess/daemon');

const UNSUPPORTED = { code: 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM' };

// A command of the shell.
const listing = await checkOutput('dir', { shell: true, encoding: 'utf8' });
assert.match(listing, /package\.json/);
assert.match(String(runSync('dir', { shell: true, stdout: PIPE, encoding: 'utf8' }).stdout), /package\.json/);
console.log('dir: lists', listing.split('\n').length, 'lines');

// What programs of a Chinese Windows write.
const bytes = 'process.stdout.write(Buffer.from([0xbd, 0xfc, 0xb3, 0xcc]))';
assert.equal(await checkOutput([process.execPath, '-e', bytes], { encoding: 'gbk' }), '近程');
console.log('GBK: decoded');

// A program that takes some time.
const ping = new Popen(['ping', '-n', '2', '127.0.0.1'], { stdout: PIPE, encoding: 'utf8' });
assert.equal(ping.poll(), null);
const { stdout } = await ping.communicate();
assert.match(String(stdout), /127\.0\.0\.1/);
console.log('ping -n 2: returned', ping.returncode);

// A program with a window. Wine has no calculator.
const system32 = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
const window = ['calc', 'notepad'].find((name) => existsSync(path.join(system32, `${name}.exe`))) ?? 'calc';
const program = new Popen([window]);
assert.equal(program.poll(), null);
program.terminate();
assert.equal(await program.wait(), -15);
console.log(`${window}: started, and ended`);

assert.equal((await run('exit 3', { shell: true })).returncode, 3);
assert.equal((await run([process.execPath, '-e', 'process.exit(7)'])).returncode, 7);
console.log('exit codes: told');

assert.throws(() => execv(process.execPath, ['node']), UNSUPPORTED);
assert.throws(() => alarm(1), UNSUPPORTED);
assert.throws(() => signal('SIGTERM', () => {}), UNSUPPORTED);
await assert.rejects(async () => sigwait(['SIGTERM']), UNSUPPORTED);
await assert.rejects(async () => daemonize(), UNSUPPORTED);
const service = new Daemon({ pidFile: path.join(tmpdir(), 'service.pid'), target: () => {} });
await assert.rejects(async () => service.start(), UNSUPPORTED);
console.log('execv, signals, daemons: refused with UnsupportedPlatformError');

const lock = new Lock();
await lock.acquire();
const directory = segmentDirectory();
console.log('directory  ', native().securityOf(directory));
for (const name of readdirSync(directory)) {
  const descriptor = native().securityOf(path.join(directory, name));
  console.log(name.replace(/-.*/, '-…').padEnd(11), descriptor);
  const [user] = native().writers(directory);
  assert.ok(descriptor.startsWith(`O:${user}`), 'made for this user');
}
lock.release();
