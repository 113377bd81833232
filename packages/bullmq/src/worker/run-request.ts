import { beginInput, encodeReports } from '@multiprocess/pool';
import { inBrief } from '@multiprocess/process';
import { importModule, isTask, task } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { argumentError, SerializationError } from '@multiprocess/shared-memory';
import type { RedisSerializer } from '@multiprocess/redis';
import { codecs } from '../wire/codec.js';
import type { Codec } from '../wire/codec.js';
import type { CallKind } from '../wire/job-data.js';
import type { InputOutcome } from '../wire/report.js';

// In a worker of the agent's pool. Only here are arguments decoded and functions imported: what they do cannot harm the agent.

/** What a worker is to call. */
export interface RunRequest {
  /** The URL of its module on this host. */
  readonly module: string;
  readonly export: string;
  readonly kind: CallKind;
  readonly args: Uint8Array;
  readonly serializer: RedisSerializer;
}

/** What came of it, encoded for the caller. */
export interface RunOutcome {
  readonly how: 'value' | 'error';
  readonly body: Uint8Array;
  /** Of an error: in a few words, for those who look at the queue. */
  readonly text: string;
}

/** Calls the function as the request says. Rejects for nothing that the function does. */
export const runRequest = task(
  import.meta,
  'runRequest',
  async function runRequest(request: RunRequest): Promise<RunOutcome> {
    const codec = codecs[request.serializer];
    encodeReports((value) => codec.encode(value));
    try {
      const fn = await functionOf(request);
      const args = await codec.decode(request.args);
      if (!Array.isArray(args)) throw argumentError('The arguments of a job', 'an array', args);
      return { how: 'value', body: codec.encode(await call(fn, request.kind, args, codec)), text: '' };
    } catch (thrown) {
      return { how: 'error', body: codec.encodeThrown(thrown), text: inBrief(thrown).message };
    }
  },
);

/** @throws {@link SerializationError} if the module cannot be imported, or exports no task of that name. */
async function functionOf({ module, export: name }: RunRequest): Promise<AnyFunction> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await importModule(module);
  } catch (cause) {
    throw new SerializationError(`Cannot import ${module} for ${name}: ${String(cause)}`, '$', { cause });
  }
  const fn = exports[name];
  // Whatever else a package exports is not meant to be called from other hosts.
  if (!isTask(fn)) {
    throw new SerializationError(
      `${module} exports no task called ${name}: export const ${name} = task(import.meta, function ${name}(…) { … })`,
    );
  }
  return fn;
}

async function call(fn: AnyFunction, kind: CallKind, args: readonly unknown[], codec: Codec): Promise<unknown> {
  if (kind === 'call') return Reflect.apply(fn, undefined, args) as unknown;
  const results: unknown[] = [];
  for (const [i, input] of args.entries()) {
    beginInput(i);
    results.push(await callOne(fn, kind, input, codec));
  }
  return results;
}

async function callOne(fn: AnyFunction, kind: CallKind, input: unknown, codec: Codec): Promise<unknown> {
  if (kind === 'map') return (await Reflect.apply(fn, undefined, [input])) as unknown;
  if (kind === 'starmap') return (await Reflect.apply(fn, undefined, spread(input))) as unknown;
  try {
    return [await Reflect.apply(fn, undefined, [input])] satisfies InputOutcome;
  } catch (thrown) {
    return [undefined, codec.encodeThrown(thrown)] satisfies InputOutcome;
  }
}

function spread(input: unknown): readonly unknown[] {
  if (typeof input === 'object' && input !== null && Symbol.iterator in input) return [...(input as Iterable<unknown>)];
  throw argumentError('Each input of starmap()', 'an array of arguments', input);
}
