import { Pool } from '@multiprocess/pool';
import type { ApplyOptions, ImapOptions, MapOptions, ModuleProxy, PoolOptions } from '@multiprocess/pool';
import { expectTypeOf } from 'vitest';

declare const pool: Pool;

/** As `typeof import('./worker.js')` would be. */
interface Exports {
  add(a: number, b: number): number;
  later(value: string): Promise<string>;
  readonly version: string;
  readonly Thing: new () => object;
}

// A method for each exported function, and nothing else.
const module = pool.proxy<Exports>('file:///worker.js');
expectTypeOf(module).toEqualTypeOf<ModuleProxy<Exports>>();
expectTypeOf(module.add).toEqualTypeOf<(a: number, b: number) => Promise<number>>();
expectTypeOf(module.later).toEqualTypeOf<(value: string) => Promise<string>>();
expectTypeOf<keyof typeof module>().toEqualTypeOf<'add' | 'later'>();
// @ts-expect-error an argument is missing
void module.add(1);
// @ts-expect-error it is no function
expectTypeOf(module.version).toBeString();
// @ts-expect-error only a module has exports
pool.proxy<string>('file:///worker.js');

// What a task reports may be of any type that the task and its caller agree on.
const options = { onProgress: (done: number) => done } satisfies ApplyOptions;
expectTypeOf(options.onProgress).toExtend<NonNullable<ApplyOptions['onProgress']>>();
void pool.apply((x: number) => x, [1], { onProgress: (value) => expectTypeOf(value).toEqualTypeOf<unknown>() });

// The same limits for every form.
expectTypeOf<MapOptions['timeout']>().toEqualTypeOf<number | undefined>();
expectTypeOf<ImapOptions['signal']>().toEqualTypeOf<AbortSignal | undefined>();
expectTypeOf<ImapOptions['priority']>().toEqualTypeOf<number | undefined>();

expectTypeOf<Parameters<NonNullable<PoolOptions['onWorkerEnd']>>[0]['exitCode']>().toEqualTypeOf<number | null>();
// @ts-expect-error an option that is unknown
new Pool({ minThreads: 1 });
