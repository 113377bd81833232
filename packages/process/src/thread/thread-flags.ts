import type { ResourceLimits } from 'node:worker_threads';
import { isError } from '@multiprocess/shared-memory';

/** What Node says of flags and of NODE_OPTIONS that a thread cannot have: those of the whole process. */
const REFUSAL = /^Initiated Worker with invalid (execArgv flags|NODE_OPTIONS env variable): (.*)$/s;

/** Less a thread cannot start with. */
const MIN_HEAP_MB = 16;
/** What a thread has by itself. */
const USUAL_STACK_MB = 4;

/** The options of a worker that flags and the environment go into. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
}

/**
 * Calls `start` with what a thread can take of these flags. Those of V8 and those of the whole process are in force in a
 * thread already, where its process has them; a thread that is started with them is refused, and Node alone knows which
 * they are.
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

/** undefined if the error is not about flags. */
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

/** The arguments that are not in the list, where those that are take their values along. */
function without(args: readonly string[], list: string): string[] {
  let isValue = false;
  return args.filter((argument) => {
    if (!argument.startsWith('-')) return !isValue;
    const [option = argument] = argument.split('=', 1);
    isValue = [argument, option, `${option}=`].some((one) => /^(,| )/.test(afterName(`, ${list},`, `, ${one}`)));
    return !isValue;
  });
}

/** What the text says behind the name: more of a longer one, if it is not in the list. */
function afterName(text: string, name: string): string {
  const at = text.indexOf(name);
  return at === -1 ? '' : text.slice(at + name.length);
}

/** NODE_OPTIONS, as Node takes it apart: at spaces, but for those between double quotes; a backslash takes the next one as it is. */
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
 * What a thread can have of its own where a process has a flag.
 *
 * @param own flags that are meant for this thread
 * @param all those that its process has, too
 */
export function limitsIn(own: readonly string[], all: readonly string[]): ResourceLimits {
  const heap = numberIn(own, 'max-old-space-size');
  const young = numberIn(own, 'max-semi-space-size');
  const stack = numberIn(all, 'stack-size'); // in KiB, of which a thread needs some for itself
  return {
    ...(heap === undefined ? {} : { maxOldGenerationSizeMb: Math.max(MIN_HEAP_MB, heap) }),
    ...(young === undefined ? {} : { maxYoungGenerationSizeMb: 3 * Math.max(1, young) }),
    ...(stack === undefined ? {} : { stackSizeMb: Math.max(USUAL_STACK_MB, Math.ceil(stack / 1024) + 1) }),
  };
}

function numberIn(args: readonly string[], flag: string): number | undefined {
  const spelled = new RegExp(`^--${flag.replaceAll('-', '[-_]')}=(\\d+)$`);
  return args
    .flatMap((argument) => spelled.exec(argument)?.[1] ?? [])
    .map(Number)
    .at(-1);
}
