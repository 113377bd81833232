import { command, PIPE, Popen, run, shellCommand } from '@multiprocess/subprocess';
import type { RunSyncOptions } from '@multiprocess/subprocess';
import { expectTypeOf } from 'vitest';

expectTypeOf(command`ls ${'a'} ${1} ${['b', 2]}`).toEqualTypeOf<readonly string[]>();
expectTypeOf(shellCommand`ls ${'a'}`).toEqualTypeOf<string>();
// @ts-expect-error a value that is no word
void run(command`ls ${undefined}`);

// The reader has the type of its own encoding.
const reader = new Popen('yes', { stdout: PIPE }).pipe('head', { stdout: PIPE, encoding: 'utf8' });
expectTypeOf(reader).toEqualTypeOf<Popen<'utf8'>>();
// @ts-expect-error pipe() says what the input is
reader.pipe('cat', { stdin: PIPE });

const { all } = await run('ls', { captureOutput: true, all: true, encoding: 'utf8' });
expectTypeOf(all).toEqualTypeOf<string | undefined>();
// Without an event loop there is no second signal, and no order of outputs.
expectTypeOf<keyof RunSyncOptions & ('all' | 'killAfter' | 'signal')>().toBeNever();
