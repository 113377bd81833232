import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { argumentError } from '@multiprocess/shared-memory';
import { commandLine } from '../launch/command-line.js';
import { launchFailure } from '../launch/launch-failure.js';
import { mergedByShell } from '../launch/merged-output.js';
import { withOutputFile } from '../launch/output-file.js';
import { checkFormat, spawnOptions } from '../launch/start-program.js';
import type { Command, InputTarget, OutputTarget } from '../options/popen-options.js';
import type { PopenOptions } from '../options/popen-options.js';
import type { RunSyncOptions } from '../options/run-options.js';
import { DEVNULL, PIPE, STDOUT } from '../options/stdio-constants.js';
import { encodeInput, maxBytes } from '../stdio/text.js';

type Side = 'pipe' | 'inherit' | 'ignore' | number;

/** Runs a program to its end, and gives what `spawnSync` does: for a timeout or too much output, with an error. */
export function runToEnd(
  args: Command,
  { input = '' }: RunSyncOptions<string | undefined>,
  options: PopenOptions<string | undefined>,
  mark: string | undefined,
  timeout: number,
): SpawnSyncReturns<Buffer> {
  const plain = commandLine(args, options.shell, options.executable);
  checkFormat(plain.file, options);
  const [stdin, stdout] = [sideOf('stdin', options.stdin), sideOf('stdout', options.stdout)];
  const isMerged = options.stderr === STDOUT;
  const mergesPipe = isMerged && stdout === 'pipe';
  const mergesByShell = mergesPipe && process.platform !== 'win32';
  const line = mergesByShell ? mergedByShell(plain, options) : plain;
  const spawned = (out: Side, err: Side): SpawnSyncReturns<Buffer> =>
    spawnSync(line.file, line.args, {
      ...spawnOptions(line, options, mark),
      ...(options.stdin === PIPE ? { input: encodeInput(input, options.encoding) } : {}),
      stdio: [stdin, out, err, ...passed(options.passFds)],
      maxBuffer: maxBytes(options),
      ...(timeout === Infinity ? {} : { timeout: Math.max(1, Math.ceil(timeout)) }),
      killSignal: 'SIGKILL',
      encoding: 'buffer',
    });
  const start = (): SpawnSyncReturns<Buffer> => {
    if (!isMerged) return spawned(stdout, sideOf('stderr', options.stderr));
    if (mergesByShell) return spawned(stdout, 'inherit');
    if (mergesPipe) return withOutputFile(maxBytes(options), (fd) => spawned(fd, fd));
    return spawned(stdout, stdout === 'inherit' ? 1 : stdout);
  };
  const result = start();
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || code === 'ETIMEDOUT' || code === 'ENOBUFS') return result;
  if (code === 'EPIPE' && result.pid !== 0) return result; // it ended without reading all of its input
  throw launchFailure(plain.file, options, result.error);
}

function sideOf(name: string, target: InputTarget | OutputTarget): Side {
  if (target === undefined) return 'inherit';
  if (target === PIPE) return 'pipe';
  if (target === DEVNULL) return 'ignore';
  const fd: unknown = typeof target === 'number' ? target : (target as { readonly fd?: unknown } | null)?.fd;
  if (Number.isInteger(fd) && (fd as number) >= 0) return fd as number;
  throw argumentError(`${name} of a blocking call`, 'PIPE, DEVNULL, a descriptor or an open file', target);
}

function passed(fds: readonly number[] = []): ('ignore' | number)[] {
  const sides = Array.from({ length: Math.max(2, ...fds) - 2 }, (): 'ignore' | number => 'ignore');
  for (const fd of fds) sides[fd - 3] = fd;
  return sides;
}
