import { beginInput, encodeReports } from '@multiprocess/pool';
import { inBrief } from '@multiprocess/process';
import { importModule, isTask, task } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { argumentError, isThenable, SerializationError } from '@multiprocess/shared-memory';
import type { RedisSerializer } from '@multiprocess/redis';
import { codecs } from '../wire/codec.js';
import type { Codec } from '../wire/codec.js';
import type { CallKind } from '../wire/job-data.js';
import { MAX_SHORT_BYTES } from '../wire/report.js';
import type { InputOutcome } from '../wire/report.js';

// In a worker of the agent's pool. Only here are arguments decoded and functions imported: what they do cannot harm the agent.

/** What a worker is to call. */
export interface RunRequest {
  /** The URL of its module on this host. */
  readonly module: string;
  readonly export: string;
  readonly kind: CallKind;
  readonly serializer: RedisSerializer;
}

/** What came of it: how; the value or error, encoded for the caller, few bytes in base64; of an error a few words, for people who look at the queue. */
export type RunOutcome = readonly [how: 'value' | 'error', body: Uint8Array | string, text: string];

/** The functions that were called here, by module and export. */
const known = new Map<string, AnyFunction>();

/**
 * Calls the function as the request says. Rejects for nothing that the function does.
 *
 * It returns a promise only if it has to wait: a turn of promises takes a worker that has just been woken as long as a small function.
 */
export const runRequest = task(
  import.meta,
  'runRequest',
  function runRequest(request: RunRequest, args: Uint8Array | string): RunOutcome | Promise<RunOutcome> {
    const codec = codecs[request.serializer];
    encodeReports((value) => codec.encode(value));
    const bytes = typeof args === 'string' ? Buffer.from(args, 'base64') : args;
    const fn = known.get(keyOf(request));
    if (fn === undefined || codec.importNeeded(bytes) !== undefined) return prepareAndRun(request, bytes, codec);
    return run(fn, request.kind, bytes, codec);
  },
);

async function prepareAndRun(request: RunRequest, args: Uint8Array, codec: Codec): Promise<RunOutcome> {
  try {
    const fn = await functionOf(request);
    await codec.importNeeded(args);
    known.set(keyOf(request), fn);
    return await run(fn, request.kind, args, codec);
  } catch (thrown) {
    return failed(codec, thrown);
  }
}

function run(fn: AnyFunction, kind: CallKind, args: Uint8Array, codec: Codec): RunOutcome | Promise<RunOutcome> {
  try {
    const given = codec.decode(args);
    if (!Array.isArray(given)) throw argumentError('The arguments of a job', 'an array', given);
    const value = kind === 'call' ? (Reflect.apply(fn, undefined, given) as unknown) : callEach(fn, kind, given, codec);
    return isThenable(value) ? settled(value, codec) : returned(codec, value);
  } catch (thrown) {
    return failed(codec, thrown);
  }
}

async function settled(value: PromiseLike<unknown>, codec: Codec): Promise<RunOutcome> {
  try {
    return returned(codec, await value);
  } catch (thrown) {
    return failed(codec, thrown);
  }
}

/** @throws {@link SerializationError} if the value cannot be serialized. */
function returned(codec: Codec, value: unknown): RunOutcome {
  return ['value', shortened(codec.encode(value)), ''];
}

function failed(codec: Codec, thrown: unknown): RunOutcome {
  return ['error', shortened(codec.encodeThrown(thrown)), inBrief(thrown).message];
}

function shortened(bytes: Buffer): Uint8Array | string {
  return bytes.byteLength > MAX_SHORT_BYTES ? bytes : bytes.toString('base64');
}

function keyOf({ module, export: name }: RunRequest): string {
  return `${module} ${name}`;
}

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

async function callEach(fn: AnyFunction, kind: CallKind, inputs: readonly unknown[], codec: Codec): Promise<unknown> {
  const results: unknown[] = [];
  for (const [i, input] of inputs.entries()) {
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
