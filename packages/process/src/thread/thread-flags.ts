import type { ResourceLimits } from 'node:worker_threads';
import { isError } from '@multiprocess/shared-memory';
import type { ThreadLimits } from '../launch/process-options.js';

/** Node's message for options of the whole process, which a thread cannot have. */
const REFUSAL = /^Initiated Worker with invalid (execArgv flags|NODE_OPTIONS env variable): (.*)$/s;

/** A thread cannot start with less. */
const MIN_HEAP_MB = 16;
/** Node's default for a thread. */
const USUAL_STACK_MB = 4;

/** The options of a `Worker` that can contain flags. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
}

/**
 * Calls `start` with those of the flags that a thread can have. Only Node knows which these are: it refuses a thread with a
 * flag of V8 or of the whole process, and names the flag. Such flags of the process are in force in its threads anyway.
 *
 * @throws what `start` throws for any other reason
 */
export function withFlags<T>(given: Surroundings, start: (accepted: Surroundings) => T): T {
  let accepted = given;
  for (;;) {
    try {
      return start(accepted);
    } catch (error) {
      const fewer = withoutRefused(accepted, error);
      if (fewer === undefined) throw error;
      accepted = fewer;
    }
  }
}

/** The options without those that the error names; undefined if it is not about flags. */
function withoutRefused({ execArgv, env }: Surroundings, error: unknown): Surroundings | undefined {
  const [, place, list] = (isError(error) ? REFUSAL.exec(error.message) : undefined) ?? [];
  if (place === undefined || list === undefined) return undefined;
  if (place === 'execArgv flags') {
    const fewer = without(execArgv, list);
    return fewer.length === execArgv.length ? undefined : { execArgv: fewer, env };
  }
  const { NODE_OPTIONS: options = '', ...others } = env;
  if (options === '') return undefined;
  const words = wordsIn(options);
  const fewer = without(words, list);
  return { execArgv, env: fewer.length === words.length ? others : { ...others, NODE_OPTIONS: textOf(fewer) } };
}

/** The arguments that are not in the list. An option in the list is removed together with its value. */
function without(args: readonly string[], list: string): string[] {
  let isValue = false;
  return args.filter((argument) => {
    if (!argument.startsWith('-')) return !isValue;
    const [option = argument] = argument.split('=', 1);
    isValue = [argument, option, `${option}=`].some((one) => /^(,| )/.test(afterName(`, ${list},`, `, ${one}`)));
    return !isValue;
  });
}

/** The text after the name; if this goes on with a letter, a longer name was found. */
function afterName(text: string, name: string): string {
  const at = text.indexOf(name);
  return at === -1 ? '' : text.slice(at + name.length);
}

/** Splits NODE_OPTIONS as Node does: at spaces outside of double quotes, in which a backslash escapes the next character. */
function wordsIn(options: string): string[] {
  const words: string[] = [];
  for (const [word] of options.matchAll(/(?:"(?:\\.|[^"\\])*"?|[^ "])+/gs)) {
    words.push(word.replaceAll(/"((?:\\.|[^"\\])*)"?/gs, (_, quoted: string) => quoted.replaceAll(/\\(.)/gs, '$1')));
  }
  return words;
}

function textOf(words: readonly string[]): string {
  return words.map((word) => (/[ "\\]/.test(word) ? `"${word.replaceAll(/["\\]/g, '\\$&')}"` : word)).join(' ');
}

/**
 * The flags that a thread has as resource limits instead.
 *
 * @param own the flags for this thread
 * @param all these and the flags of its process
 */
export function limitsIn(own: readonly string[], all: readonly string[]): ResourceLimits {
  const heap = numberIn(own, 'max-old-space-size');
  const young = numberIn(own, 'max-semi-space-size');
  const stack = numberIn(all, 'stack-size'); // in KiB; a thread needs some of it for itself
  return {
    ...(heap === undefined ? {} : { maxOldGenerationSizeMb: Math.max(MIN_HEAP_MB, heap) }),
    ...(young === undefined ? {} : { maxYoungGenerationSizeMb: 3 * Math.max(1, young) }),
    ...(stack === undefined ? {} : { stackSizeMb: Math.max(USUAL_STACK_MB, Math.ceil(stack / 1024) + 1) }),
  };
}

/** The limits that are given: Node takes `undefined` for a number that it does not understand. */
export function given(limits: ThreadLimits = {}): ResourceLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

function numberIn(args: readonly string[], flag: string): number | undefined {
  const spelled = new RegExp(`^--${flag.replaceAll('-', '[-_]')}=(\\d+)$`);
  return args
    .flatMap((argument) => spelled.exec(argument)?.[1] ?? [])
    .map(Number)
    .at(-1);
}
